"""A pylock file as a Project, with what `[project]` and `[dependency-groups]` of a pyproject.toml beside it declare.

Where nothing declares them, each package of the lock is a requirement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from packaging.utils import canonicalize_name

from converter import toml
from converter.errors import InputError
from converter.formats.pylock.document import LOCK, MANIFEST, lock_path, read_document
from converter.formats.pylock.lockfile import names_of, read_lock, scopes_in
from converter.formats.pylock.undeclared import indexes_of, itself, located, requirements_of
from converter.losses import Kind, Loss, Lossy
from converter.model import (
    MAIN,
    PUBLIC_INDEX,
    Group,
    Lock,
    Priority,
    Project,
    Requirement,
    Scope,
    ScopeKind,
    declared,
    scopes_of,
)
from converter.pyproject.parse import Standard, check_includes, read_standard
from converter.table import Table
from converter.tree import Tree

_PLACES = {
    ScopeKind.MAIN: "project.dependencies",
    ScopeKind.EXTRA: "project.optional-dependencies",
    ScopeKind.GROUP: "dependency-groups",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """The manifest: its project, and whether it says what the main requirements are."""

    project: Project
    main: bool = False
    losses: tuple[Loss, ...] = ()


def parse(tree: Tree, name: str) -> Lossy[Project]:
    """The project of a pylock file and pyproject.toml; `name` is used where no file has one. Its lock may be missing.

    Raises InputError for a file that cannot be read, and for several locks of which none is called pylock.toml.
    """
    path, text = lock_path(tree), tree.text(MANIFEST)
    if path is None and text is None:
        raise InputError("expected a file, found none", file=LOCK)
    beside = _beside(text, name) if text is not None else _Beside(project=Project(name=name))
    if path is None:
        return Lossy(beside.project, beside.losses)
    document = read_document(tree.text(path) or "", path)
    names = names_of(document, beside.project.dependency_groups.keys())
    lock = read_lock(document, names)
    project = _joined(beside, lock.value, scopes_in(document, names))
    return Lossy(project.value, (*beside.losses, *lock.losses, *project.losses, *_not_locked(project.value)))


def _beside(text: str, name: str) -> _Beside:
    document = Table(toml.values(text, MANIFEST), MANIFEST)
    standard = read_standard(document, text)
    document.skip_all()  # other tables are other tools'
    check_includes(standard.dependency_groups, MANIFEST)
    return _Beside(
        project=_declared(standard, name),
        main=bool(standard.dependencies),
        losses=tuple(document.unread()),
    )


def _declared(standard: Standard, name: str) -> Project:
    return Project(
        name=standard.name or name,
        version=standard.version,
        requires_python=standard.requires_python,
        dependencies=standard.dependencies or (),
        optional_dependencies=standard.optional_dependencies,
        dependency_groups=standard.dependency_groups,
        entry_points=standard.entry_points,
        metadata=standard.metadata,
        tool={"build-system": standard.build_system} if standard.build_system else {},
    )


def _joined(beside: _Beside, lock: Lock, locked: tuple[Scope, ...]) -> Lossy[Project]:
    """The declared project with its lock, and with the requirements of each scope that only the lock has."""
    project, packages = beside.project, lock.packages
    indexes = indexes_of(packages)
    default = next((index.url for index in indexes if index.priority is Priority.DEFAULT), PUBLIC_INDEX)
    known = {*scopes_of(project)} - (set() if beside.main else {MAIN})
    made = {scope: requirements_of(packages, scope) for scope in (MAIN, *locked) if scope not in known}

    def placed(requirements: tuple[Requirement, ...], scope: Scope) -> tuple[Requirement, ...]:
        found = located(made.get(scope, requirements), scope, packages, default)
        return (*found, *itself(packages, scope))

    extras = {**project.optional_dependencies, **_new(made, ScopeKind.EXTRA)}
    groups = {**project.dependency_groups, **{n: Group(requirements=r) for n, r in _new(made, ScopeKind.GROUP).items()}}
    whole = replace(
        project,
        requires_python=project.requires_python or lock.requires_python,
        dependencies=placed(project.dependencies, MAIN),
        optional_dependencies={n: placed(r, Scope(ScopeKind.EXTRA, n)) for n, r in extras.items()},
        dependency_groups={
            n: replace(g, requirements=placed(g.requirements, Scope(ScopeKind.GROUP, n))) for n, g in groups.items()
        },
        indexes=indexes,
        lock=_asked(project, lock),
    )
    return Lossy(whole, tuple(_guessed(made)))


def _new(made: Mapping[Scope, tuple[Requirement, ...]], kind: ScopeKind) -> dict[str, tuple[Requirement, ...]]:
    return {scope.name: requirements for scope, requirements in made.items() if scope.kind is kind}


def _asked(project: Project, lock: Lock) -> Lock:
    """The lock with the extras that requirements ask of its packages."""
    asked: dict[str, frozenset[str]] = {}
    for _, requirement in declared(project):
        asked[requirement.name] = asked.get(requirement.name, frozenset()) | requirement.extras
    return replace(lock, packages=tuple(replace(p, extras=asked.get(p.name, frozenset())) for p in lock.packages))


def _guessed(made: Mapping[Scope, tuple[Requirement, ...]]) -> Iterator[Loss]:
    for scope, requirements in made.items():
        if requirements:
            detail = f"{len(requirements)} packages of {scope}"
            yield Loss(kind=Kind.DIRECT_UNKNOWN, where=MANIFEST, detail=detail)


def _not_locked(project: Project) -> Iterator[Loss]:
    """A loss for each requirement that the lock holds nowhere."""
    held = {package.name for package in (project.lock.packages if project.lock else ())}
    held.add(canonicalize_name(project.name))
    missing = dict.fromkeys((scope, r.name) for scope, r in declared(project) if r.name not in held)
    for scope, name in missing:
        where = f"{MANIFEST}: {_PLACES[scope.kind]}{'.' * bool(scope.name)}{scope.name}"
        yield Loss(kind=Kind.NOT_LOCKED, where=where, detail=name, packages=frozenset({name}))
