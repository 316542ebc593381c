"""One entry of a Pipfile's package section: a string, a table, or a list of tables, as `Requirement`s.

Source: https://pipenv.pypa.io/en/latest/pipfile.html, `install_req_from_pipfile` in Pipenv's utils/dependencies.py,
and the keys of plette's models/packages.py. A list of tables (one constraint for each marker) is read although Pipenv
itself refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from converter.formats.pipenv.condition import VARIABLES, condition
from converter.formats.pipenv.sources import VCS, direct_source, egg, extras, source_entry, split_extras, truth
from converter.formats.pipenv.specifier import specifier_spelling, specifiers
from converter.losses import Kind, Loss, Lossy
from converter.model import Registry, Requirement
from converter.pyproject.requirement import direct_reference
from converter.table import Table, shown

_KEY = re.compile(r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?", re.ASCII)
_NEEDLESS = ("skip_resolver", "hashes", "hash")
_LEFT = ("no_binary", "pip_args")
_KEYS = "editable extras file hashes index markers name os_markers path ref skip_resolver subdirectory version"
KNOWN = frozenset((*VARIABLES, *VCS, *_LEFT, *_KEYS.split()))
"""The keys that Pipenv of today admits; it refuses a Pipfile with any other. Source: plette's models/packages.py."""

_EMPTY = Requirement(name="")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a requirement is read with: the URL of each index by its name, and whether all admit prereleases."""

    indexes: Mapping[str, str]
    prereleases: bool = False


def declared(section: Table, key: str, reading: Reading) -> Lossy[tuple[Requirement, ...]]:
    """The requirements that one key of `[packages]` and its like declares. Raises InputError for what is none."""
    name, wanted = _named(section, key)
    value = section.take(key)
    if isinstance(value, str):
        return Lossy((_from_text(section, key, replace(_EMPTY, name=name, extras=wanted), reading),))
    if isinstance(value, list):
        entries = section.tables(key)
    elif isinstance(value, dict):
        entries = (section.child(value, section.at(key)),)
    else:
        raise section.error(key, f"expected a version or a table, found {shown(value)}")
    losses = tuple(loss for entry in entries for loss in _settings(entry, reading))
    return Lossy(tuple(_requirement(entry, name, wanted, reading) for entry in entries), losses)


def _named(section: Table, key: str) -> tuple[str, frozenset[str]]:
    match = _KEY.fullmatch(key.strip())
    if match is None:
        raise section.error(key, f'expected a package name, found "{key}"')
    return canonicalize_name(match["name"]), split_extras(match["extras"] or "")


def _from_text(section: Table, key: str, named: Requirement, reading: Reading) -> Requirement:
    value = section.string(key)
    made = replace(named, prereleases=reading.prereleases, spelling=value)
    if value.startswith(tuple(f"{kind}+" for kind in VCS)):
        return replace(made, source=direct_reference(value))
    return replace(made, specifier=_specifiers(section, key, value))


def _specifiers(table: Table, key: str, value: str) -> SpecifierSet:
    try:
        return specifiers(value)
    except ValueError as why:
        raise table.error(key, f'expected a version specifier, found "{value}" ({why})') from None


def _requirement(entry: Table, name: str, wanted: frozenset[str], reading: Reading) -> Requirement:
    source = direct_source(entry)
    called, more = egg(entry)
    spelling = entry.string_or("version")
    return Requirement(
        name=called or name,
        extras=wanted | more | extras(entry),
        specifier=SpecifierSet() if source else _specifiers(entry, "version", spelling),
        marker=condition(entry),
        source=source or _index(entry, reading),
        prereleases=reading.prereleases,
        spelling=spelling,
    )


def _index(entry: Table, reading: Reading) -> Registry | None:
    url = reading.indexes.get(entry.string_or("index"))
    return Registry(url) if url else None


def _settings(entry: Table, reading: Reading) -> Iterator[Loss]:
    """What an entry says to Pipenv alone."""
    for key in filter(entry.__contains__, _NEEDLESS + _LEFT):
        kind = Kind.SETTING_LEFT if key in _LEFT else Kind.SETTING_NEEDLESS
        yield _loss(kind, entry, key)
    name = entry.string_or("index")
    if name and name not in reading.indexes:
        yield _loss(Kind.KEY_UNKNOWN, entry, "index")
    if any(kind in entry for kind in VCS) and truth(entry, "editable"):
        yield _loss(Kind.EDITABLE_LEFT, entry, "editable")


def _loss(kind: Kind, entry: Table, key: str) -> Loss:
    return Loss(kind=kind, where=f"{entry.file}: {entry.at(key)}", detail=f"{key} = {shown(entry.take(key))}")


def entry_value(requirement: Requirement, indexes: Mapping[str, str]) -> str | dict[str, object]:
    """A requirement as a Pipfile says it: a version where that is all, else a table. `indexes` holds names by URL."""
    source = requirement.source
    found: dict[str, object] = {}
    if source is None or isinstance(source, Registry):
        found["version"] = specifier_spelling(requirement.specifier, requirement.spelling)
    else:
        found |= source_entry(source, locked=False)
    if requirement.extras:
        found["extras"] = sorted(requirement.extras)
    if not requirement.marker.is_any():
        found["markers"] = requirement.marker.text()
    if isinstance(source, Registry) and source.index in indexes:
        found["index"] = indexes[source.index]
    version = found.get("version")
    return version if isinstance(version, str) and len(found) == 1 else found
