"""The packages of a lock out of the pins of each scope's files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from packaging.utils import canonicalize_name

from converter.formats.pip.files import Entry
from converter.formats.pip.requirement import file_name, is_pinned, pinned
from converter.losses import Kind, Loss, Lossy
from converter.markers import EMPTY
from converter.model import (
    Archive,
    Artifact,
    Dependency,
    Directory,
    Package,
    PackageId,
    Registry,
    Requirement,
    Scope,
    Source,
    Vcs,
    index_url,
    package_key,
)
from converter.pyproject.own import Own


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a pin is read with: the default index, what is declared by name, how an unnamed entry is called.

    `own` is what the project itself says that it needs.
    """

    default: str
    declared: Mapping[str, Requirement]
    name_of: Callable[[Entry], str]
    own: Own


def packages(entries: Mapping[Scope, tuple[Entry, ...]], known: Known) -> Lossy[tuple[Package, ...]]:
    """One package for each thing that is pinned, in the scopes that pin it."""
    found: dict[PackageId, Package] = {}
    losses: list[Loss] = []
    for scope, several in entries.items():
        for entry in several:
            if entry.requirement.marker.is_empty():
                losses.append(_nowhere(entry))
            elif is_pinned(entry.requirement):
                made = _package(entry, scope, known)
                found[made.id] = _both(found[made.id], made) if made.id in found else made
    extras = {
        name: requirement.extras for name, requirement in known.declared.items()
    }  # `--strip-extras` left them out
    made_whole = (replace(p, extras=p.extras | extras.get(p.name, frozenset())) for p in found.values())
    return Lossy(tuple(sorted(made_whole, key=package_key)), tuple(losses))


def _nowhere(entry: Entry) -> Loss:
    detail = f"{entry.requirement.name} is needed nowhere"
    return Loss(kind=Kind.OTHER_PLATFORM, where=entry.place, detail=detail)


def _package(entry: Entry, scope: Scope, known: Known) -> Package:
    requirement = entry.requirement
    name = canonicalize_name(requirement.name or known.name_of(entry))
    itself = _is_itself(requirement.source)
    return Package(
        id=PackageId(name=name, version=_version(requirement), source=_source(entry, name, known)),
        dependencies=_edges(known.own.needs) if itself and known.own.needs is not None else None,
        optional_dependencies={e: _edges(rs) for e, rs in known.own.optional.items()} if itself else {},
        extras=requirement.extras,
        when={scope: requirement.marker.with_extras(())},
        artifacts=tuple(_artifacts(entry)),
        tool={"pip": {str(scope): entry.note.via or ()}},
    )


def _is_itself(source: Source | None) -> bool:
    return isinstance(source, Directory) and source.path == "." and not source.subdirectory


def _edges(requirements: tuple[Requirement, ...]) -> tuple[Dependency, ...]:
    return tuple(Dependency(name=r.name, specifier=r.specifier, extras=r.extras, marker=r.marker) for r in requirements)


def _version(requirement: Requirement) -> str | None:
    if isinstance(requirement.source, Archive):
        return file_name(requirement.source)[1]
    return pinned(requirement.specifier)


def _source(entry: Entry, name: str, known: Known) -> Source:
    source = entry.requirement.source
    if source is None:
        return Registry(index_url(entry.note.index) if entry.note.index else known.default)
    asked = known.declared.get(name)
    if isinstance(source, Vcs) and asked is not None and isinstance(asked.source, Vcs):
        return replace(source, revision=asked.source.revision, reference=asked.source.reference)
    return source


def _artifacts(entry: Entry) -> Iterator[Artifact]:
    source = entry.requirement.source
    file = None
    if isinstance(source, Archive):
        file = (source.url or source.path or "").rpartition("/")[2].partition("?")[0] or None
    for each in entry.hashes:
        yield Artifact(filename=file, hashes=(each,))


def _both(one: Package, two: Package) -> Package:
    """The same thing pinned twice: where either holds, with the hashes of both."""
    when = dict(one.when)
    for scope, marker in two.when.items():
        when[scope] = when.get(scope, EMPTY) | marker
    known = {artifact.hashes: artifact for artifact in (*one.artifacts, *two.artifacts)}
    artifacts = tuple(known[key] for key in sorted(known))
    tool = {"pip": {**one.tool["pip"], **two.tool["pip"]}}
    return replace(one, extras=one.extras | two.extras, when=when, artifacts=artifacts, tool=tool)
