"""Where each package of a lock is installed, in Poetry's terms: groups with markers, extras as conditions of `main`.

Poetry installs everything that was asked for into one environment, so two versions of one name must exclude each other
over all groups. Main is served first, then extras, then groups; what is served keeps its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from converter import markers
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, EMPTY, Marker
from converter.model import Lock, Package, Project, Scope, ScopeKind

MAIN_GROUP = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A package with its marker in each Poetry group; `optional` where nothing but extras asks for it."""

    package: Package
    groups: Mapping[str, Marker]
    optional: bool


@dataclass(slots=True)
class _Claims:
    """What the scopes served so far take of each version of one name, by group."""

    several: list[Package]
    held: list[dict[str, Marker]]
    scopes: list[set[Scope]]
    losses: list[Loss] = field(default_factory=list)


def care_of(project: Project) -> Marker:
    """The interpreters that the project is for: outside of them no marker of its lock matters."""
    stated = project.requires_python
    return ANY if stated is None else markers.python(str(stated))


def place(lock: Lock, care: Marker) -> Lossy[tuple[Placed, ...]]:
    """Each package that is installed anywhere, in the lock's order.

    For the environments that a lock is for, Poetry has no word but the marker of each package. Two versions that
    different scopes want at once: `scope-conflict`; that one scope wants at once: `versions-overlap`.
    """
    by_name: dict[str, list[Package]] = {}
    for package in lock.packages:
        by_name.setdefault(package.name, []).append(package)
    placed: list[Placed] = []
    losses: list[Loss] = []
    for several in by_name.values():
        done = _alone(several[0]) if len(several) == 1 else _together(several, care)
        placed += done.value
        losses += done.losses
    covered = _union(lock.environments) if lock.environments else ANY
    kept = tuple(_under(p, covered, care) for p in placed)
    losses += (_nowhere(p.package) for p in kept if not p.groups)
    return Lossy(tuple(p for p in kept if p.groups), tuple(losses))


def _nowhere(package: Package) -> Loss:
    return _loss(
        Kind.OTHER_PLATFORM, package, f"{package.name} {_version(package)} is wanted in no covered environment"
    )


def _alone(package: Package) -> Lossy[tuple[Placed, ...]]:
    groups: dict[str, Marker] = {}
    for scope, marker in package.when.items():
        _add(groups, scope, _asked(scope, marker))
    return Lossy((_placed(package, groups, package.when),))


def _placed(package: Package, groups: Mapping[str, Marker], scopes: Iterable[Scope]) -> Placed:
    optional = all(scope.kind is ScopeKind.EXTRA for scope in scopes)
    return Placed(package=package, groups={g: m for g, m in groups.items() if not m.is_empty()}, optional=optional)


def _asked(scope: Scope, marker: Marker) -> Marker:
    """The condition with an extra's own name in it, as Poetry writes it."""
    return marker & _extra(scope.name) if scope.kind is ScopeKind.EXTRA else marker


def _extra(name: str) -> Marker:
    return markers.parse(f"extra == '{name}'")


def _group(scope: Scope) -> str:
    return scope.name if scope.kind is ScopeKind.GROUP else MAIN_GROUP


def _add(groups: dict[str, Marker], scope: Scope, marker: Marker) -> None:
    groups[_group(scope)] = groups.get(_group(scope), EMPTY) | marker


def _under(placed: Placed, covered: Marker, care: Marker) -> Placed:
    simple = {group: (marker & covered).under(care) for group, marker in placed.groups.items()}
    kept = {group: marker for group, marker in simple.items() if not marker.is_empty()}
    return Placed(package=placed.package, groups=kept, optional=placed.optional)


def _together(several: list[Package], care: Marker) -> Lossy[tuple[Placed, ...]]:
    """Several versions of one name, served scope by scope."""
    claims = _Claims(several=several, held=[{} for _ in several], scopes=[set() for _ in several])
    for scope in sorted({scope for package in several for scope in package.when}):
        _serve(scope, claims, care)
    placed = (_placed(p, claims.held[at], claims.scopes[at]) for at, p in enumerate(several))
    return Lossy(tuple(placed), tuple(claims.losses))


def _serve(scope: Scope, claims: _Claims, care: Marker) -> None:
    wanted = [_asked(scope, package.when.get(scope, EMPTY)) & care for package in claims.several]
    before = [_union(held.values()) for held in claims.held]
    claims.losses += _overlaps(scope, claims.several, wanted, care)
    for at, package in enumerate(claims.several):
        shared = {other: wanted[at] & marker for other, marker in enumerate(before) if other != at}
        for winner, marker in shared.items():
            if not marker.is_empty():
                _yield_to(scope, package, winner, claims)
                _add(claims.held[winner], scope, marker)  # where it is installed already, this scope gets it too
                claims.scopes[winner].add(scope)
        if not wanted[at].is_empty():
            _add(claims.held[at], scope, wanted[at] & ~_union(shared.values()))
            claims.scopes[at].add(scope)


def _yield_to(scope: Scope, package: Package, winner: int, claims: _Claims) -> None:
    served = " and ".join(map(str, sorted(claims.scopes[winner] - {scope})))
    has, wants = _version(claims.several[winner]), _version(package)
    detail = f"{package.name}: {served} has {has}, so {scope} does not get {wants}"
    claims.losses.append(_loss(Kind.SCOPE_CONFLICT, package, detail))


def _overlaps(scope: Scope, several: list[Package], wanted: list[Marker], care: Marker) -> Iterator[Loss]:
    for at, package in enumerate(several):
        for other in range(at):
            both = (wanted[at] & wanted[other]).under(care)
            if not both.is_empty():
                where = "everywhere" if both.is_any() else f"where {both}"
                versions = f"{_version(several[other])} and {_version(package)}"
                detail = f"{scope} asks for {package.name} {versions} {where}"
                yield _loss(Kind.VERSIONS_OVERLAP, package, detail)


def _version(package: Package) -> str:
    return package.id.version or "of no version"


def _union(several: Iterable[Marker]) -> Marker:
    result = EMPTY
    for marker in several:
        result |= marker
    return result


def _loss(kind: Kind, package: Package, detail: str) -> Loss:
    return Loss(kind=kind, where=f"poetry.lock: {package.name}", detail=detail, packages=frozenset({package.name}))
