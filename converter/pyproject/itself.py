"""The project as a requirement of itself (`-e .`): such a tool installs its root without an entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from packaging.utils import canonicalize_name

from converter.losses import Kind, Loss, Lossy
from converter.model import Directory, Project, Requirement, Source, declared


def without_itself(project: Project, *, built: bool, by_name: bool = False) -> Lossy[Project]:
    """The project without requirements and packages that are the project's own folder.

    Where it had some: a LOSS, or only a note where the project is `built`, because the tool then installs it anyway.
    `by_name`: the tool knows the project's own extras by its name, so that `project[extra]` stays as such.
    """
    own_name = canonicalize_name(project.name) if by_name else ""
    lock = project.lock
    packages = tuple(p for p in lock.packages if not _own(p.id.source)) if lock else ()
    groups = {
        n: replace(g, requirements=_others(g.requirements, own_name)) for n, g in project.dependency_groups.items()
    }
    bare = replace(
        project,
        dependencies=_others(project.dependencies, own_name),
        optional_dependencies={extra: _others(rs, own_name) for extra, rs in project.optional_dependencies.items()},
        dependency_groups={n: replace(g, requirements=_others(g.requirements, own_name)) for n, g in groups.items()},
        lock=replace(lock, packages=packages) if lock else None,
    )
    if bare == project:
        return Lossy(project)
    if _count(bare) == _count(project):
        return Lossy(bare)
    kind = Kind.SETTING_NEEDLESS if built else Kind.ITSELF_LEFT
    return Lossy(bare, (Loss(kind=kind, where="dependencies", detail="the project's own folder, `.`"),))


def _count(project: Project) -> int:
    return sum(1 for _ in declared(project)) + len(project.lock.packages if project.lock else ())


def _own(source: Source | None) -> bool:
    return isinstance(source, Directory) and source.path == "." and not source.subdirectory


def _others(requirements: Iterable[Requirement], own_name: str) -> tuple[Requirement, ...]:
    named = (_plain(r) if r.extras and r.name == own_name else r for r in requirements)
    return tuple(r for r in named if not _own(r.source))


def _plain(requirement: Requirement) -> Requirement:
    """An own extra as `project[extra]` alone: of the project itself no tool looks for a prerelease, nor for a place."""
    return replace(requirement, source=None if _own(requirement.source) else requirement.source, prereleases=False)
