"""Scopes under other names, for a target that has no room for the ones they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from converter.losses import Kind, Loss, Lossy
from converter.model import Lock, Project, Scope, ScopeKind

T = TypeVar("T")


def with_names(project: Project, changed: Mapping[Scope, str]) -> Lossy[Project]:
    """The project with these extras and groups under their new names, everywhere; a note for each."""
    if not changed:
        return Lossy(project)
    groups, extras = project.dependency_groups, project.optional_dependencies
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
