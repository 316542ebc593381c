"""Where all of a project comes from, changed in one way throughout: requirements, locked packages, their edges."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from converter.model import Dependency, Lock, Package, Project, Requirement, Source

Change = Callable[[Source], Source]


def with_sources(project: Project, change: Change) -> Project:
    """The project with `change` done to each source that it names; the spelling of what changed is forgotten."""
    groups = {n: replace(g, requirements=_all(g.requirements, change)) for n, g in project.dependency_groups.items()}
    return replace(
        project,
        dependencies=_all(project.dependencies, change),
        optional_dependencies={name: _all(several, change) for name, several in project.optional_dependencies.items()},
        dependency_groups=groups,
        constraints=_all(project.constraints, change),
        overrides=_all(project.overrides, change),
        build_constraints=_all(project.build_constraints, change),
        lock=_lock(project.lock, change) if project.lock else None,
    )


def _all(several: Iterable[Requirement], change: Change) -> tuple[Requirement, ...]:
    return tuple(_requirement(requirement, change) for requirement in several)


def _requirement(requirement: Requirement, change: Change) -> Requirement:
    new = None if requirement.source is None else change(requirement.source)
    return requirement if new == requirement.source else replace(requirement, source=new, spelling="")


def _lock(lock: Lock, change: Change) -> Lock:
    return replace(lock, packages=tuple(_package(package, change) for package in lock.packages))


def _package(package: Package, change: Change) -> Package:
    edges, extras = package.dependencies, package.optional_dependencies
    return replace(
        package,
        id=replace(package.id, source=change(package.id.source)),
        dependencies=None if edges is None else tuple(_edge(edge, change) for edge in edges),
        optional_dependencies={extra: tuple(_edge(e, change) for e in several) for extra, several in extras.items()},
    )


def _edge(edge: Dependency, change: Change) -> Dependency:
    return edge if edge.source is None else replace(edge, source=change(edge.source))
