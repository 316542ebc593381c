"""The project as a requirement of itself (`-e .`): such a tool installs its root without an entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from converter.losses import Kind, Loss, Lossy
from converter.model import Directory, Project, Requirement, Source


def without_itself(project: Project, *, built: bool) -> Lossy[Project]:
    """The project without requirements and packages that are the project's own folder.

    Where it had some: a LOSS, or only a note where the project is `built`, because the tool then installs it anyway.
    """
    lock = project.lock
    packages = tuple(p for p in lock.packages if not _own(p.id.source)) if lock else ()
    groups = {n: replace(g, requirements=_others(g.requirements)) for n, g in project.dependency_groups.items()}
    bare = replace(
        project,
        dependencies=_others(project.dependencies),
        optional_dependencies={extra: _others(rs) for extra, rs in project.optional_dependencies.items()},
        dependency_groups=groups,
        lock=replace(lock, packages=packages) if lock else None,
    )
    if bare == project:
        return Lossy(project)
    kind = Kind.SETTING_NEEDLESS if built else Kind.ITSELF_LEFT
    return Lossy(bare, (Loss(kind=kind, where="dependencies", detail="the project's own folder, `.`"),))


def _own(source: Source | None) -> bool:
    return isinstance(source, Directory) and source.path == "." and not source.subdirectory


def _others(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    return tuple(r for r in requirements if not _own(r.source))
