"""pdm.lock as values: lock versions 3.1 to 4.5. Source: `pdm.models.repositories.lock`, `pdm.project.lockfile`.

A package that somebody asks extras of stands twice: once plain, once with `extras`, whose `dependencies` are those of
the extras and the plain one at its version. Where `strategy` has `inherit_metadata` an entry says by `groups` and
`marker` where it is installed; elsewhere that is a walk from the manifest over the edges (`graph.reach`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from converter import markers
from converter.formats.pdm.lines import read_line
from converter.formats.pdm.targets import Target, read_targets
from converter.markers import ANY, Marker
from converter.model import (
    Archive,
    Artifact,
    Dependency,
    Directory,
    Registry,
    Source,
    Vcs,
)
from converter.pyproject.requirement import path_reference
from converter.table import Table, shown

LOCK = "pdm.lock"
OLDEST, NEWEST = (3, 1), (4, 5)
INHERIT, STATIC_URLS, CROSS_PLATFORM = "inherit_metadata", "static_urls", "cross_platform"
DEFAULT = "default"
_VCS = ("git", "hg", "svn", "bzr")
_REMEMBERED = ("name", "requires_python", "groups", "marker", "dependencies", "summary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One `[[package]]`. `groups` is `None` where the lock leaves them to a walk; `written` are its own words."""

    name: str
    version: str | None
    source: Source | None
    extras: frozenset[str]
    requires_python: SpecifierSet | None
    summary: str | None
    groups: tuple[str, ...] | None
    marker: Marker
    edges: tuple[Dependency, ...]
    artifacts: tuple[Artifact, ...]
    written: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A lock as written."""

    version: tuple[int, ...]
    groups: tuple[str, ...] | None
    strategy: frozenset[str]
    targets: tuple[Target, ...]
    content_hash: str
    lock_inputs: object
    entries: tuple[Entry, ...]

    @property
    def inherits(self) -> bool:
        """Whether its entries say where they are installed."""
        return INHERIT in self.strategy


def read_lock(document: Table) -> Read:
    """A parsed pdm.lock. Raises InputError for a version that is too old or too new, a wrong type, a broken entry."""
    metadata = document.table("metadata")
    version = lock_version(metadata)
    strategy = _strategy(metadata)
    files = metadata.table("files")
    entries = tuple(_entry(table, files, inherits=INHERIT in strategy) for table in document.tables("package"))
    return Read(
        version=version,
        groups=metadata.strings("groups") if "groups" in metadata else None,
        strategy=strategy,
        targets=read_targets(metadata),
        content_hash=metadata.string_or("content_hash"),
        lock_inputs=metadata.take("lock_inputs"),
        entries=entries,
    )


def lock_version(metadata: Table) -> tuple[int, ...]:
    """`(4, 5, 1)`. Raises InputError for a version that is too old or too new."""
    text = metadata.optional_string("lock_version") or ""
    numbers = tuple(map(int, text.split("."))) if re.fullmatch(r"\d+(\.\d+)*", text) else ()
    if not OLDEST <= numbers[:2] <= NEWEST or not numbers:
        raise metadata.error(
            "lock_version", f"expected a version from 3.1 to 4.5, found {shown(text or None)}",
            "lock the project with a PDM of today (`pdm lock --update-reuse`), then convert it",
        )  # fmt: skip
    return numbers


def _strategy(metadata: Table) -> frozenset[str]:
    """The flags of the lock: since 4.4 a list, in 4.3 keys of their own, before it always for every platform."""
    flags = set(metadata.strings("strategy")) if "strategy" in metadata else {CROSS_PLATFORM}
    if not metadata.boolean(CROSS_PLATFORM, default=True):
        flags.discard(CROSS_PLATFORM)
    if metadata.boolean(STATIC_URLS):
        flags.add(STATIC_URLS)
    return frozenset(flags)


def _entry(table: Table, files: Table, *, inherits: bool) -> Entry:
    name, version = canonicalize_name(table.string("name")), table.optional_string("version")
    source = _source(table)
    if version is None and source is None:
        raise table.error("version", "expected a string, found nothing")
    groups = table.strings("groups") if "groups" in table else ()
    return Entry(
        name=name,
        version=version,
        source=source,
        extras=frozenset(map(canonicalize_name, table.strings("extras"))),
        requires_python=_python(table),
        summary=table.optional_string("summary"),
        groups=tuple(map(canonicalize_name, groups)) if inherits else None,
        marker=_marker(table),
        edges=tuple(_edges(table)),
        artifacts=tuple(_artifacts(table, files, source)),
        written={key: table.data[key] for key in _REMEMBERED if key in table.data},
    )


def _python(table: Table) -> SpecifierSet | None:
    text = table.string_or("requires_python")
    try:
        return SpecifierSet(text) if text.strip() else None
    except InvalidSpecifier:
        raise table.error("requires_python", f"expected a version specifier, found {shown(text)}") from None


def _marker(table: Table) -> Marker:
    text = table.string_or("marker")
    try:
        return markers.parse(text) if text else ANY
    except ValueError:
        raise table.error("marker", f"expected a marker, found {shown(text)}") from None


def _source(table: Table) -> Source | None:
    """Where an entry comes from; `None` for one from an index, which the lock does not name."""
    subdirectory = table.optional_string("subdirectory")
    editable = table.boolean("editable")
    for kind in _VCS:
        if kind in table:
            return _vcs(table, kind, subdirectory)
    if "path" in table:
        return path_reference(table.string("path"), editable=editable, subdirectory=subdirectory)
    if "url" in table:
        return Archive(url=table.string("url"), subdirectory=subdirectory)
    return None


def _vcs(table: Table, kind: str, subdirectory: str | None) -> Vcs:
    reference = table.optional_string("ref")
    return Vcs(
        type=kind,
        url=table.string(kind),
        revision=reference or None,
        commit=table.optional_string("revision"),
        subdirectory=subdirectory,
    )


def _edges(table: Table) -> Iterator[Dependency]:
    for number, text in enumerate(table.strings("dependencies")):
        try:
            read = read_line(text)
        except ValueError as why:
            message = f"expected a requirement, found {shown(text)}: {why}"
            raise table.error(f"dependencies[{number}]", message) from None
        source = None if isinstance(read.source, Registry) else read.source
        yield Dependency(
            name=read.name, source=source, specifier=read.specifier, extras=read.extras, marker=read.marker
        )


def _artifacts(table: Table, files: Table, source: Source | None) -> Iterator[Artifact]:
    """The entry's own files; until 4.2 those under its name and version in the metadata."""
    if isinstance(source, Vcs | Directory):
        table.skip("files")
        return
    for each in (*table.tables("files"), *_listed(table, files)):
        url = each.optional_string("url")
        name = each.optional_string("file") or (url or "").partition("#")[0].rpartition("/")[2]
        direct = source.url if isinstance(source, Archive) else None
        yield Artifact(filename=name or None, url=url or direct, hashes=(each.string("hash"),))


def _listed(table: Table, files: Table) -> Iterable[Table]:
    """The files under an entry's name and version; old locks spell the name there in their own way."""
    extras = table.strings("extras")
    asked = f"[{','.join(extras)}]" if extras else ""
    name, version = canonicalize_name(table.string("name")), table.string_or("version")
    known = {_spaced(key): key for key in files.data}
    found = next((key for each in (f"{name}{asked}", name) if (key := known.get((each, version)))), None)
    return () if found is None else files.tables(found)


def _spaced(key: str) -> tuple[str, str]:
    """Name and version of `name[extras] version`."""
    whole, _, version = key.rpartition(" ")
    name, bracket, extras = whole.partition("[")
    return f"{canonicalize_name(name)}{bracket}{extras}", version
