"""Names of scopes that PDM cannot hold apart: extras and groups share one namespace, in which `default` is main."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from converter.formats.pdm.lockfile import DEFAULT
from converter.losses import Kind, Loss, Lossy
from converter.model import Lock, Project, Scope, ScopeKind

T = TypeVar("T")


def renamed(project: Project) -> Lossy[Project]:
    """The project with each extra that shares a group's name, or is called default, as `<name>-extra`.

    A group called default becomes `default-group`. A note for each.
    """
    groups, extras = project.dependency_groups, project.optional_dependencies
    changed = {Scope(ScopeKind.EXTRA, n): f"{n}-extra" for n in extras if n in groups or n == DEFAULT}
    changed |= {Scope(ScopeKind.GROUP, n): f"{n}-group" for n in groups if n == DEFAULT}
    if not changed:
        return Lossy(project)
    included = {s.name: new for s, new in changed.items() if s.kind is ScopeKind.GROUP}
    inner = {n: replace(g, includes=tuple(included.get(i, i) for i in g.includes)) for n, g in groups.items()}
    made = replace(
        project,
        optional_dependencies=_keys(extras, ScopeKind.EXTRA, changed),
        dependency_groups=_keys(inner, ScopeKind.GROUP, changed),
        default_groups=tuple(included.get(name, name) for name in project.default_groups),
        lock=None if project.lock is None else _lock(project.lock, changed),
    )
    return Lossy(made, tuple(_told(changed)))


def _keys(table: Mapping[str, T], kind: ScopeKind, changed: Mapping[Scope, str]) -> dict[str, T]:
    return {changed.get(Scope(kind, name), name): value for name, value in table.items()}


def _lock(lock: Lock, changed: Mapping[Scope, str]) -> Lock:
    packages = (
        replace(p, when={Scope(s.kind, changed[s]) if s in changed else s: m for s, m in p.when.items()})
        for p in lock.packages
    )
    return replace(lock, packages=tuple(packages))


def _told(changed: Mapping[Scope, str]) -> Iterator[Loss]:
    for scope, name in changed.items():
        yield Loss(kind=Kind.GROUP_RENAMED, where=f"pyproject.toml: {scope}", detail=f"{scope.name} is called {name}")
