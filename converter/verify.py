"""Does the target install what the source installs? Asked before anything is written, in dry runs too.

For each scope and each package the two conditions under which it is installed are compared as canonical markers, which
is every environment at once, and not a sample. A loss excuses only what it says: that a package has another version or
none somewhere, or that these very hashes were left out; never another hash, nor a version or a source that the lock of
the source does not have. Versions are compared as PEP 440 does. The check shares our parsers: a misreading on both
sides passes it. The second opinion is the real tools, in the acceptance tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from packaging.version import Version

from converter import graph, interpreter, markers
from converter.index.places import canonical
from converter.losses import Kind, Loss
from converter.markers import ANY, EMPTY, Marker
from converter.model import (
    MAIN,
    Archive,
    Directory,
    Lock,
    Package,
    Project,
    Registry,
    Scope,
    ScopeKind,
    Vcs,
    release,
    scopes_of,
)
from converter.pyproject.requirement import git_url

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_CHOSEN = frozenset({Kind.FORK_FLATTENED, Kind.SCOPE_CONFLICT})
_ADDED = frozenset({Kind.RESOLVED_ANEW, Kind.SEED_ADDED})
EXCUSED = _CHOSEN | _ADDED | {Kind.MEMBER_UNREACHED, Kind.SEED_MISSING}
"""The kinds that alone may make the target install something else: the contract's closed list."""

WIDER = frozenset({Kind.MARKER_SHARED})
"""The kinds that may make it install a locked package where another scope of the source has it, never less."""

_GAPS = frozenset({Kind.NOT_CLOSED, Kind.OTHER_PLATFORM})
"""The kinds that say that a scope lacks what its packages need: a target whose edges hold for every scope has it."""

PYTHON = "requires-python"
covered = graph.covered
_THERE = markers.python("<4")  # there is no Python 4, and Poetry wants it excluded where a package refuses it
_HERE = markers.python(f"<{interpreter.TO_COME[0]}")
_SHOWN = 10
Key = tuple[str, Version | str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the two projects would install differently, and the kinds of loss that account for it.

    `added` says in which scope and where a package that the source has elsewhere would be new, if that is all.
    """

    package: str
    sentence: str
    excuses: frozenset[Kind] = frozenset()
    added: tuple[Key, Scope, Marker] | None = None


def verify(before: Project, after: Project, losses: Iterable[Loss]) -> tuple[Loss, ...]:
    """One `installs-differ` (STOP) for each difference between two projects that no loss accounts for.

    What a scope lacks of its packages' needs, as was told, and the target installs there is `gap-filled` (LOSS).

    `before` is the source with its lock as parsed (and completed), `after` the target parsed back from the planned
    tree.
    """
    every = tuple(losses)
    told = {(name, loss.kind) for loss in every for name in loss.packages}
    left = frozenset(digest for loss in every for digest in loss.hashes)
    kinds = {loss.kind for loss in every}
    found = [d for d in differences(before, after, left) if not _excused(d, told, kinds)]
    gaps = {name for name, kind in told if kind in _GAPS}
    needed = _needed(before) if any(d.added for d in found if d.package in gaps) else {}
    filled = [d for d in found if d.package in gaps and _fills_a_gap(d, needed)]
    differ = [d for d in found if d not in filled]
    return (*_losses(Kind.INSTALLS_DIFFER, differ[:_SHOWN]), *_losses(Kind.GAP_FILLED, filled))


def _losses(kind: Kind, found: Iterable[Difference]) -> Iterator[Loss]:
    for each in found:
        yield Loss(kind=kind, where=each.package, detail=each.sentence, packages=frozenset({each.package}))


def _excused(difference: Difference, told: Collection[tuple[str, Kind]], kinds: Collection[Kind]) -> bool:
    if difference.package == PYTHON:
        return not difference.excuses.isdisjoint(kinds)
    return any((difference.package, kind) in told for kind in difference.excuses)


def _needed(project: Project) -> dict[tuple[Key, Scope], Marker]:
    """Where each package of a lock is needed, whether it is installed there or not."""
    packages = project.lock.packages if project.lock else ()
    reached = graph.reach(graph.roots(project), packages)
    found: dict[tuple[Key, Scope], Marker] = {}
    for package in packages:
        for scope, marker in reached.get(package.id, {}).items():
            at = _key(package), scope
            found[at] = found.get(at, EMPTY) | marker
    return found


def _fills_a_gap(difference: Difference, needed: Mapping[tuple[Key, Scope], Marker]) -> bool:
    """Whether it is new only where packages of the scope need it."""
    if difference.added is None:
        return False
    key, scope, where = difference.added
    return (where & ~needed.get((key, scope), EMPTY)).is_empty()


def differences(before: Project, after: Project, left: frozenset[str] = frozenset()) -> Iterator[Difference]:
    """Each difference in what two projects install, in the environments that both cover.

    `left` are hashes that the second need not have.
    """
    if before.lock is None or after.lock is None:
        return
    care = covered(before) & covered(after) & _pythons(after.lock) & _THERE
    yield from _environments(before, after)
    yield from _scopes(before, after, care)
    yield from _hashes(before, after, left)
    yield from _closure(before.lock, after.lock, canonicalize_name(after.name), care)


def _environments(before: Project, after: Project) -> Iterator[Difference]:
    """A target may speak of more environments than its source, of fewer only where one was chosen or it has gaps.

    Either must be told: what was chosen, or that the source's gaps are left out.
    """
    whole, theirs = before.lock.closed if before.lock else ANY, covered(after) & _pythons(after.lock)
    unnamed = before.requires_python is None and _pythons(before.lock).is_any()
    # a source that names no Python may be given one
    given = markers.python(str(after.requires_python or "")) if unnamed else ANY
    lost = covered(before) & given & _THERE & ~theirs
    if not lost.is_empty():
        excuses = _CHOSEN | ({Kind.ONE_PLATFORM} if (lost & whole).is_empty() else frozenset())
        excuses |= {Kind.PYTHON_ENDS} if (lost & _HERE).is_empty() else frozenset()
        yield Difference(PYTHON, f"the target would not be for {_shown(lost, covered(before))}", excuses)


def _pythons(lock: Lock | None) -> Marker:
    stated = lock.requires_python if lock else None
    return ANY if stated is None else markers.python(str(stated))


@dataclass(frozen=True, slots=True)
class _Given:
    """What every scope is compared under: the environments that count, and what the source's scopes install."""

    care: Marker
    anywhere: Mapping[Key, Marker]
    main: Mapping[Key, Marker]

    @property
    def known(self) -> Collection[Key]:
        """The source's packages."""
        return self.anywhere.keys()


def _scopes(before: Project, after: Project, care: Marker) -> Iterator[Difference]:
    names = set(scopes_of(after))
    given = _Given(care, _installs(before, scopes_of(before)), _installs(before, (MAIN,)))
    on_top = graph.on_top(before)
    for scope in scopes_of(before):
        # what a scope on top of main and main itself install, some formats list under main alone
        ours, theirs = ((s, MAIN) if scope in on_top else (s,) for s in (scope, counterpart(scope, names)))
        yield from _scope(scope, _installs(before, ours), _installs(after, theirs), given)
    for scope in sorted(names - {counterpart(s, names) for s in scopes_of(before)}):
        yield from _scope(scope, {}, _installs(after, (scope,)), given)


def counterpart(scope: Scope, names: Iterable[Scope]) -> Scope:
    """The target's scope for one of the source: itself, or what stands in for an extra or a reserved name."""
    known = set(names)
    if scope in known or scope.kind is ScopeKind.MAIN:
        return scope
    extra = (f"{scope.name}-extra", scope.name)
    stand_ins = extra if scope.kind is ScopeKind.EXTRA else (f"{scope.name}-group",)
    renamed = (Scope(kind, name) for name in stand_ins for kind in (scope.kind, ScopeKind.GROUP))
    return next((each for each in renamed if each in known), scope)


def _packages(project: Project) -> tuple[Package, ...]:
    packages = project.lock.packages if project.lock else ()
    return tuple(package for package in packages if not _is_itself(package))


def _is_itself(package: Package) -> bool:
    """Whether it is the project: what that needs is what its scopes install, which is compared one by one."""
    return isinstance(package.id.source, Directory) and package.id.source.path == "."


def _key(package: Package) -> Key:
    """What is compared: of a package that is no release of an index, its place says more than a version could."""
    released = isinstance(package.id.source, Registry)
    return package.name, release(package.id.version) if released else "", place(package)


def _installs(project: Project, scopes: Iterable[Scope]) -> dict[Key, Marker]:
    found: dict[Key, Marker] = {}
    for package in _packages(project):
        for scope in scopes:
            key = _key(package)
            found[key] = found.get(key, EMPTY) | package.when.get(scope, EMPTY)
    return found


def place(package: Package) -> str:
    """Where a package comes from, as both sides of a conversion must say it."""
    match package.id.source:
        case Registry(index):
            return canonical(index)  # whose credentials they are makes it no other place
        case Vcs() as vcs:
            return f"{vcs.type}+{git_url(vcs.url).removesuffix('.git')}@{vcs.commit}#{vcs.subdirectory or ''}"
        case Archive() as archive:
            return f"{archive.url or archive.path}#{archive.subdirectory or ''}"
        case Directory() as directory:
            return f"{directory.path}#{directory.subdirectory or ''}"


def _scope(
    scope: Scope, ours: Mapping[Key, Marker], theirs: Mapping[Key, Marker], given: _Given
) -> Iterator[Difference]:
    care = given.care
    for key in sorted(ours.keys() | theirs.keys(), key=_name):
        one, two = ours.get(key, EMPTY) & care, theirs.get(key, EMPTY) & care
        # a group comes on top of main: what main installs anyway, it may name again
        lost, added = one & ~two, two & ~(one | given.main.get(key, EMPTY))
        if lost.is_empty() and added.is_empty():
            continue
        word, where = ("new in", added) if lost.is_empty() else ("missing from", lost)
        excuses = EXCUSED if added.is_empty() or key in given.known else _ADDED
        if lost.is_empty() and (added & ~given.anywhere.get(key, EMPTY)).is_empty():
            excuses |= WIDER
        new = (key, scope, added) if lost.is_empty() and key in given.known else None
        yield Difference(key[0], f"{_name(key)} would be {word} {scope}{_where(where, care)}", excuses, new)


def _name(key: Key) -> str:
    return " ".join(str(part) for part in key if part)


def _where(marker: Marker, care: Marker) -> str:
    return "" if marker == care else f" where {_shown(marker, care)}"


def _shown(marker: Marker, care: Marker) -> str:
    return str(marker.under(care)) or "every environment"


def _hashes(before: Project, after: Project, left: frozenset[str]) -> Iterator[Difference]:
    theirs = _hashes_of(after)
    for key, ours in _hashes_of(before).items():
        found = theirs.get(key, ours) | (ours & left)
        if found != ours:
            lost, new = len(ours - found), len(found - ours)
            yield Difference(key[0], f"the hashes of {_name(key)} differ: {lost} lost, {new} new")


def _hashes_of(project: Project) -> dict[Key, frozenset[str]]:
    found: dict[Key, frozenset[str]] = {}
    for package in _packages(project):
        if isinstance(package.id.source, Registry | Archive):
            found[_key(package)] = found.get(_key(package), frozenset()) | package.hashes
    return found


def _closure(before: Lock, after: Lock, project: str, care: Marker) -> Iterator[Difference]:
    """What a package of the target needs and its lock does not hold; `project` is the name of the project itself."""
    open_before = set(graph.missing(before, care))
    itself = {package.name for package in after.packages if _is_itself(package)}
    for name, needed in graph.missing(after, care):
        if (name, needed) not in open_before and name not in itself and needed != project:
            sentence = f"{name} needs {needed}, which the target lock does not hold"
            yield Difference(name, sentence, EXCUSED)
