"""One name, one place: uv takes a name from one direct source wherever two of its scopes hold together.

A source is a fact of the whole resolution: what one scope asks for by URL holds for each that may be chosen beside
it, and two places for a name in one environment are refused ("conflicting URLs", "conflicting indexes"), whatever
`[tool.uv.sources]` says of extras and groups, unless these exclude each other. Source: `urls.rs`, `fork_urls.rs` and
`fork_indexes.rs` in `uv-resolver/src`; tried with uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from converter.formats.uv.indexes import identity
from converter.formats.uv.wire import folder, tidy_path
from converter.graph import covered
from converter.losses import Kind, Loss, Lossy
from converter.markers import EMPTY, Marker
from converter.model import (
    MAIN,
    Directory,
    Group,
    Lock,
    Package,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    Source,
    Vcs,
    declared,
    package_key,
)
from converter.pyproject.requirement import git_url

_Shared = dict[tuple[str, Source], Source]
"""The source to write for one of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """That a scope takes a name from a source."""

    name: str
    scope: Scope
    marker: Marker
    source: Source


def united(project: Project, where: str) -> Lossy[Project]:
    """The project with one source for what is one place: of a folder and the same as editable the first scope's.

    Extras and groups that take a name from two places exclude each other from then on, for no environment ever had room
    for both. Where that cannot be (one is main, or uv installs both unasked) it is a loss of level STOP, at the file
    `where`.
    """
    commits = _commits(project.lock)
    shared: _Shared = {}
    exclusive: dict[tuple[Scope, ...], None] = {}
    losses: dict[str, Loss] = {}
    for one, two in (*_crossed(_wanted(project), project.conflicts), *_crossed(_locked(project), project.conflicts)):
        if _place(one, commits) == _place(two, commits):
            shared.setdefault((two.name, two.source), shared.get((one.name, one.source), one.source))
            losses.setdefault(two.name, _loss(Kind.SOURCE_SHARED, one, two, where))
        elif _may_exclude(one.scope, two.scope, project):
            exclusive[one.scope, two.scope] = None
            losses.setdefault(two.name, _loss(Kind.SCOPES_EXCLUSIVE, one, two, where))
        else:
            losses[two.name] = _loss(Kind.SOURCES_CROSSED, one, two, where)
    made = replace(project, conflicts=(*project.conflicts, *exclusive)) if exclusive else project
    return Lossy(_with(made, shared) if shared else made, tuple(losses.values()))


def _may_exclude(one: Scope, two: Scope, project: Project) -> bool:
    """Whether the two can be told to exclude each other without shutting out what is installed unasked."""
    unasked = {Scope(ScopeKind.GROUP, name) for name in project.default_groups or ("dev",)}
    return MAIN not in (one, two) and one != two and not {one, two} <= unasked


def _wanted(project: Project) -> Iterator[_Row]:
    """What is declared to come from a place of its own: a bare name comes from where another says."""
    care = covered(project)
    for scope, r in declared(project):
        if r.source is not None and not _is_itself(r.source):
            yield _Row(name=r.name, scope=scope, marker=r.marker & care, source=r.source)


def _locked(project: Project) -> Iterator[_Row]:
    care = covered(project)
    for package in project.lock.packages if project.lock else ():
        if not _is_itself(package.id.source):
            # releases of two indexes are two pins, of which one makes room
            place: Source = Registry() if isinstance(package.id.source, Registry) else package.id.source
            for scope, marker in package.when.items():
                yield _Row(name=package.name, scope=scope, marker=marker & care, source=place)


def _is_itself(source: Source) -> bool:
    return isinstance(source, Directory) and source.path == "."


def _commits(lock: Lock | None) -> Mapping[tuple[str, str | None], str | None]:
    """The commit that a revision of a package's repository was locked at."""
    sources = ((p.name, p.id.source) for p in (lock.packages if lock else ()))
    return {(name, source.revision): source.commit for name, source in sources if isinstance(source, Vcs)}


def _crossed(rows: Iterable[_Row], conflicts: Sequence[Sequence[Scope]]) -> Iterator[tuple[_Row, _Row]]:
    """Each two rows that take a name from two sources at once, the first scope first."""
    by_name: dict[str, list[_Row]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(row)
    for several in by_name.values():
        for one, two in combinations(sorted(several, key=lambda row: row.scope), 2):
            same = one.source == two.source or _index(one) == _index(two) is not None
            apart = any(one.scope in each and two.scope in each for each in conflicts)
            if not same and not apart and not (one.marker & two.marker).is_empty():
                yield one, two


def _index(row: _Row) -> str | None:
    return identity(row.source.index) if isinstance(row.source, Registry) else None


def _place(row: _Row, commits: Mapping[tuple[str, str | None], str | None]) -> Hashable:
    match row.source:
        case Directory() as directory:
            return tidy_path(folder(directory))
        case Vcs() as vcs:
            commit = vcs.commit or commits.get((row.name, vcs.revision)) or vcs.revision
            return vcs.type, git_url(vcs.url).removesuffix(".git"), vcs.subdirectory, commit
        case Registry(index):
            return identity(index)
        case source:
            return source


def _loss(kind: Kind, one: _Row, two: _Row, where: str) -> Loss:
    detail = f"{one.scope} takes {one.name} from {_shown(one.source)}, {two.scope} from {_shown(two.source)}"
    return Loss(kind=kind, where=f"{where}: {one.name}", detail=detail, packages=frozenset({one.name}))


def _shown(source: Source) -> str:
    match source:
        case Registry(index):
            return index
        case Vcs() as vcs:
            return f"{vcs.url}@{vcs.revision or vcs.commit or ''}".rstrip("@")
        case Directory() as directory:
            return f"{folder(directory)}{' as editable' if directory.editable else ''}"
        case archive:
            return archive.url or archive.path or ""


def _with(project: Project, shared: _Shared) -> Project:
    def led(items: Iterable[Requirement]) -> tuple[Requirement, ...]:
        return tuple(replace(r, source=shared.get((r.name, r.source), r.source)) if r.source else r for r in items)

    groups: dict[str, Group] = {
        name: replace(group, requirements=led(group.requirements)) for name, group in project.dependency_groups.items()
    }
    return replace(
        project,
        dependencies=led(project.dependencies),
        optional_dependencies={name: led(items) for name, items in project.optional_dependencies.items()},
        dependency_groups=groups,
        lock=_held(project.lock, shared) if project.lock else None,
    )


def _held(lock: Lock, shared: _Shared) -> Lock:
    """The lock with the packages of one place as one package."""
    made: dict[Hashable, Package] = {}
    for package in lock.packages:
        source = shared.get((package.name, package.id.source), package.id.source)
        key = package.id if isinstance(source, Registry) else (package.name, source)
        known = made.get(key)
        made[key] = _joined(known, package) if known else replace(package, id=replace(package.id, source=source))
    return replace(lock, packages=tuple(sorted(made.values(), key=package_key)))


def _joined(one: Package, two: Package) -> Package:
    scopes = sorted({*one.when, *two.when})
    when = {scope: one.when.get(scope, EMPTY) | two.when.get(scope, EMPTY) for scope in scopes}
    return replace(one, when=when, extras=one.extras | two.extras)
