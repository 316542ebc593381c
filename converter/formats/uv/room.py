"""What a requirement says of a version that makes room for another scope's.

uv puts all scopes into one resolution. A scope whose version makes room (`settle`) may not go on asking for that one:
with `n==1` and `n==2` in two scopes uv would never again find a lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from converter.formats.uv.lockfile import LOCK
from converter.graph import covered
from converter.losses import Kind, Loss, Lossy
from converter.model import (
    ANY_VERSION,
    MAIN,
    Package,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
)
from converter.settle import settled


def roomy(project: Project, where: str) -> Lossy[Project]:
    """The project with one version of each name at a time, and requirements that admit what their scope installs then.

    A specifier that goes is told, at the file `where`; what the lock loses is not.
    """
    lock = project.lock
    if lock is None:
        return Lossy(project)
    after = settled(lock.packages, project.conflicts, covered(project), LOCK)
    if not after.losses:
        return Lossy(project)
    losses: list[Loss] = []

    def led(scope: Scope, items: Iterable[Requirement]) -> tuple[Requirement, ...]:
        made = []
        for item in items:
            fits = not _admits(item, lock.packages, scope) or _admits(item, after.value, scope)
            made.append(item if fits else replace(item, specifier=ANY_VERSION, spelling=""))
            losses.extend(() if fits else _told(item, scope, where))
        return tuple(made)

    groups = project.dependency_groups.items()
    extras = project.optional_dependencies.items()
    made = replace(
        project,
        lock=replace(lock, packages=after.value),
        dependencies=led(MAIN, project.dependencies),
        optional_dependencies={name: led(Scope(ScopeKind.EXTRA, name), items) for name, items in extras},
        dependency_groups={
            name: replace(group, requirements=led(Scope(ScopeKind.GROUP, name), group.requirements))
            for name, group in groups
        },
    )
    return Lossy(made, tuple(losses))


def _admits(requirement: Requirement, packages: Sequence[Package], scope: Scope) -> bool:
    """Whether it admits a version of its name that the scope installs."""
    found = (p for p in packages if p.name == requirement.name and scope in p.when and p.id.version is not None)
    return any(
        not isinstance(p.id.source, Registry) or requirement.specifier.contains(p.id.version or "", prereleases=True)
        for p in found
    )


def _told(requirement: Requirement, scope: Scope, where: str) -> Iterator[Loss]:
    detail = f"{requirement.name}{requirement.specifier} in {scope}"
    yield Loss(kind=Kind.SPECIFIER_WIDENED, where=where, detail=detail, packages=frozenset({requirement.name}))
