"""Credentials that stand in the URL of a repository or a file: never moved into another tool's files.

`${VAR}` and git's own `git@` tell no secret and stay. Those of an index are the emitters' business, because each
tool has variables of its own for them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from converter.errors import without_credentials
from converter.losses import Kind, Loss, Lossy
from converter.model import Archive, Dependency, Package, Project, Registry, Requirement, Source, Vcs

if TYPE_CHECKING:
    from collections.abc import Iterable

S = TypeVar("S", Source, Source | None)


def strip(project: Project) -> Lossy[Project]:
    """The project without literal credentials in its repositories' and files' URLs; a LOSS for each one removed."""
    groups = {n: replace(g, requirements=_requirements(g.requirements)) for n, g in project.dependency_groups.items()}
    extras = {name: _requirements(several) for name, several in project.optional_dependencies.items()}
    lock = project.lock
    bare = replace(
        project,
        dependencies=_requirements(project.dependencies),
        optional_dependencies=extras,
        dependency_groups=groups,
        constraints=_requirements(project.constraints),
        overrides=_requirements(project.overrides),
        lock=replace(lock, packages=tuple(map(_package, lock.packages))) if lock else None,
    )
    return Lossy(bare, tuple(_told(project))) if bare != project else Lossy(project)


def _requirements(several: Iterable[Requirement]) -> tuple[Requirement, ...]:
    return tuple(r if (bare := _bare(r.source)) == r.source else replace(r, source=bare, spelling="") for r in several)


def _package(package: Package) -> Package:
    edges = package.dependencies
    return replace(
        package,
        id=replace(package.id, source=_bare(package.id.source)),
        dependencies=None if edges is None else tuple(map(_edge, edges)),
        optional_dependencies={e: tuple(map(_edge, several)) for e, several in package.optional_dependencies.items()},
    )


def _edge(edge: Dependency) -> Dependency:
    return replace(edge, source=_bare(edge.source))


def _bare(source: S) -> S:
    if isinstance(source, (Vcs, Archive)) and source.url:
        return replace(source, url=without_credentials(source.url))
    return source


def _told(project: Project) -> Iterable[Loss]:
    groups = [r for group in project.dependency_groups.values() for r in group.requirements]
    extras = [r for several in project.optional_dependencies.values() for r in several]
    held: dict[str, Source | None] = {r.name: r.source for r in (*project.dependencies, *extras, *groups)}
    held |= {p.name: p.id.source for p in (project.lock.packages if project.lock else ())}
    for name, source in sorted(held.items()):
        if source is not None and not isinstance(source, Registry) and _bare(source) != source:
            url = getattr(source, "url", "")
            yield Loss(kind=Kind.SOURCE_CREDENTIALS, where=name, detail=url, packages=frozenset({name}))
