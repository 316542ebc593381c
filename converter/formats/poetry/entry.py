"""One entry of a dependencies table: in `[tool.poetry]`, and as an edge in poetry.lock.

Source: `poetry.core.factory.Factory.create_dependency` and the JSON schemas of Poetry 2.5.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from packaging.utils import canonicalize_name

from converter import markers
from converter.formats.poetry.constraint import platform_marker, python_marker
from converter.markers import ANY, Marker
from converter.model import Archive, Directory, Source, Vcs
from converter.pyproject.requirement import path_reference
from converter.table import Table, shown

_REFERENCES = ("rev", "tag", "branch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a string or a table says about one dependency. `constraint` is `None` where only the source is given."""

    name: str
    place: str
    constraint: str | None = None
    marker: Marker = ANY
    rounded: Marker | None = None
    extras: frozenset[str] = frozenset()
    optional: bool = False
    source: Source | None = None
    index: str | None = None
    prereleases: bool = False
    develop: bool = False


def read_entries(table: Table, key: str, folder: str = "") -> Iterator[Entry]:
    """Every constraint of one name (a list holds several). Paths are relative to `folder`. Raises InputError."""
    value = table.take(key)
    if isinstance(value, str) or value is None:
        yield Entry(name=_canonical(key), place=table.at(key), constraint=value or "*")
    elif isinstance(value, dict):
        yield _entry(table.table(key), key, folder)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            inner = Table({key: one}, table.file, f"{table.at(key)}[{number}]")
            if isinstance(one, str):
                yield Entry(name=_canonical(key), place=inner.place, constraint=one)
            else:
                yield _entry(table.child(one, inner.place), key, folder)
    else:
        raise table.error(key, f"expected a constraint or a table, found {shown(value)}")


@lru_cache(maxsize=1 << 14)
def _canonical(name: str) -> str:
    return canonicalize_name(name)


def _entry(table: Table, key: str, folder: str) -> Entry:
    develop = table.boolean("develop")
    source = _source(table, folder, develop=develop)
    table.skip("allows-prereleases")  # the misspelling that Poetry itself warns of and ignores
    return Entry(
        name=_canonical(key),
        place=table.place,
        constraint=table.optional_string("version"),
        marker=_marker(table),
        rounded=markers.rounded(table.string_or("markers")),
        extras=frozenset(map(_canonical, table.strings("extras"))),
        optional=table.boolean("optional"),
        source=source,
        index=table.optional_string("source"),
        prereleases=table.boolean("allow-prereleases"),
        develop=develop,
    )


def _marker(table: Table) -> Marker:
    read = {"markers": markers.parse, "python": python_marker, "platform": platform_marker}
    result = ANY
    for key, parse in read.items():
        text = table.optional_string(key)
        if text:
            result &= marker_at(table, key, text, parse)
    return result


def marker_at(table: Table, key: str, text: str, parse: object = markers.parse) -> Marker:
    """The marker of a text. Raises InputError with its place."""
    try:
        return parse(text)  # type: ignore[operator,no-any-return]
    except ValueError:
        raise table.error(key, f"expected a marker, found {shown(text)}") from None


def _source(table: Table, folder: str, *, develop: bool) -> Source | None:
    subdirectory = table.optional_string("subdirectory") or None
    if "git" in table:
        return _git(table, subdirectory)
    if "url" in table:
        return Archive(url=table.string("url"), subdirectory=subdirectory)
    for key in ("file", "path"):
        if key in table:
            path = posixpath.normpath(posixpath.join(folder, table.string(key).replace("\\", "/")))
            return _path(path, subdirectory, develop=develop)
    return None


def _path(path: str, subdirectory: str | None, *, develop: bool) -> Archive | Directory:
    found = path_reference(path, subdirectory=subdirectory)
    if isinstance(found, Archive):
        return found
    return Directory(path=posixpath.normpath(posixpath.join(path, subdirectory or "")), editable=develop)


def _git(table: Table, subdirectory: str | None) -> Vcs:
    given = {key: table.string(key) for key in _REFERENCES if key in table}
    reference = next((key for key in ("branch", "tag", "rev") if key in given), "rev")
    return Vcs(
        type="git",
        url=table.string("git"),
        revision=given.get(reference),
        reference=reference,
        subdirectory=subdirectory,
    )
