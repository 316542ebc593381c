"""The entries of a pdm.lock as packages of the model: the plain one and those with extras become one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from converter import graph, markers
from converter.formats.pdm.lockfile import DEFAULT, LOCK, Entry, Read
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, EMPTY, Marker
from converter.model import (
    MAIN,
    Dependency,
    Package,
    PackageId,
    Project,
    Registry,
    Scope,
    ScopeKind,
    Source,
    package_key,
)

Identity = tuple[str, str | None, Source | None]


def packages_of(
    read: Read, project: Project, index_of: Callable[[str], str | None], default: str
) -> Lossy[tuple[Package, ...]]:
    """The packages of a lock with their scopes, sorted; a note for each that nothing leads to.

    `index_of` says which index is set for a package, `default` is that for all others.
    """
    together: dict[Identity, list[Entry]] = {}
    for entry in _others(read, project):
        together.setdefault((entry.name, entry.version, entry.source), []).append(entry)
    scopes = _scopes(project)
    made = [
        _package(several, scopes, Registry(index_of(name) or default)) for (name, _, _), several in together.items()
    ]
    if not read.inherits:
        made = _walked(made, project)
    asked = graph.asked_extras(graph.roots(project), made)
    kept = [replace(p, extras=p.extras | asked.get(p.id, frozenset())) for p in made if p.when]
    losses = tuple(_unreached(p) for p in made if not p.when)
    return Lossy(tuple(sorted(kept, key=package_key)), losses)


def _others(read: Read, project: Project) -> Iterator[Entry]:
    """The entries but for the project itself, which older locks hold where it asks for its own extras."""
    itself = canonicalize_name(project.name)
    return (e for e in read.entries if e.source is not None or e.artifacts or e.name != itself)


def _scopes(project: Project) -> dict[str, Scope]:
    """Each group of a lock as a scope; of an extra and a group that share a name, PDM sees the extra alone."""
    groups = {name: Scope(ScopeKind.GROUP, name) for name in project.dependency_groups}
    extras = {name: Scope(ScopeKind.EXTRA, name) for name in project.optional_dependencies}
    return {**groups, **extras, DEFAULT: MAIN}


def _package(entries: Sequence[Entry], scopes: Mapping[str, Scope], index: Registry) -> Package:
    plain = next((entry for entry in entries if not entry.extras), entries[0])
    optional: dict[str, tuple[Dependency, ...]] = {}
    for entry in entries:
        edges = tuple(edge for edge in entry.edges if edge.name != entry.name or edge.extras)
        optional |= {extra: (*optional.get(extra, ()), *edges) for extra in sorted(entry.extras)}
    return Package(
        id=PackageId(name=plain.name, version=plain.version, source=plain.source or index),
        extras=frozenset(extra for entry in entries for extra in entry.extras),
        when=_when(entries, scopes),
        requires_python=plain.requires_python,
        summary=plain.summary or "",
        artifacts=tuple(dict.fromkeys(artifact for entry in entries for artifact in entry.artifacts)),
        dependencies=plain.edges if not plain.extras else (),
        optional_dependencies={extra: tuple(dict.fromkeys(edges)) for extra, edges in sorted(optional.items())},
        tool={"pdm": {"entries": {tuple(sorted(entry.extras)): entry.written for entry in entries}}},
    )


def _when(entries: Iterable[Entry], scopes: Mapping[str, Scope]) -> dict[Scope, Marker]:
    """Where any of the entries is installed. One without groups is installed always (PDM asks for groups only then)."""
    found: dict[Scope, Marker] = {}
    for entry in entries:
        if entry.groups is None:
            continue
        for group in entry.groups or (DEFAULT,):
            if group in scopes:
                found[scopes[group]] = found.get(scopes[group], EMPTY) | entry.marker
    return {scope: found[scope] for scope in sorted(found) if not found[scope].is_empty()}


def _walked(packages: list[Package], project: Project) -> list[Package]:
    care = ANY if project.requires_python is None else markers.python(str(project.requires_python))
    reached = graph.reach(graph.roots(project), packages)
    return [replace(p, when=_under(reached.get(p.id, {}), care)) for p in packages]


def _under(when: Mapping[Scope, Marker], care: Marker) -> dict[Scope, Marker]:
    simple = {scope: marker.under(care) for scope, marker in when.items()}
    return {scope: marker for scope, marker in simple.items() if not marker.is_empty()}


def _unreached(package: Package) -> Loss:
    return Loss(kind=Kind.UNREACHED, where=LOCK, detail=f"{package.name} {package.id.version or ''}".strip())


def version_order(version: str | None) -> tuple[Version, str]:
    """What puts versions in their order, whatever is no version first."""
    try:
        return Version(version or "0"), version or ""
    except InvalidVersion:
        return Version("0"), version or ""
