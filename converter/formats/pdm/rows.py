"""Which entries a lock gets, each with its groups and its one marker.

PDM's lock has one condition for each entry, whichever group asks, and one version of a name in each environment. So
scopes that need a package under different conditions share theirs, and main is served first where versions differ. A
package of which somebody asks extras gets an entry more for each set of extras that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from converter import markers
from converter.formats.pdm.asked import asked_sets
from converter.formats.pdm.lockfile import DEFAULT, LOCK
from converter.formats.pdm.spread import PLAIN, Extras, When, spread_of, union
from converter.losses import Kind, Loss, Lossy
from converter.markers import EMPTY, Marker
from converter.model import MAIN, Lock, Package, PackageId, Project, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry: a package, the extras it is for, the groups that install it, and where."""

    package: Package
    extras: Extras = PLAIN
    groups: tuple[str, ...]
    marker: Marker


def rows_of(project: Project, lock: Lock, care: Marker) -> Lossy[tuple[Row, ...]]:
    """The entries of a lock, unsorted. `care` is the environments that count.

    Two versions that different scopes want at once: `scope-conflict`; that one scope wants at once: `versions-overlap`.
    """
    settled = _settled(lock, care)
    asked = asked_sets(project, lock, care)
    spread = spread_of(project, lock, settled.value, asked)
    found: list[Row] = []
    losses = list(settled.losses)
    for package in lock.packages:
        before, when = settled.value[package.id], spread[package.id]
        if own := _own(package, before, care):
            found += own
            continue
        losses += _shared(package, before, when, care) if when else [_nowhere(package)]
        sets = {PLAIN: when, **{extras: _within(inner, when) for extras, inner in asked.get(package.id, {}).items()}}
        found += [_row(package, extras, inner, care) for extras, inner in sets.items() if when]
    return Lossy(tuple(row for row in found if not row.marker.is_empty()), tuple(losses))


def group_name(scope: Scope) -> str:
    """The name under which PDM knows a scope."""
    return DEFAULT if scope == MAIN else scope.name


def group_order(name: str) -> tuple[bool, str]:
    """Default first, then by name."""
    return name != DEFAULT, name


def _row(package: Package, extras: Extras, when: Mapping[Scope, Marker], care: Marker) -> Row:
    groups = tuple(sorted({group_name(scope) for scope in when}, key=group_order))
    return Row(package=package, extras=extras, groups=groups, marker=union(when.values()).under(care))


def _own(package: Package, when: Mapping[Scope, Marker], care: Marker) -> list[Row]:
    """The entries that PDM's own lock has for a package; none where they do not say where it is installed now."""
    entries = package.tool.get("pdm", {}).get("entries")
    rows = [_written(package, e, w) for e, w in entries.items()] if isinstance(entries, Mapping) else []
    if not all(row and row.groups for row in rows):
        return []
    known = [row for row in rows if row]
    groups = {group for row in known for group in row.groups}
    same = groups == {group_name(scope) for scope in when}
    whole = union(row.marker for row in known) & care == union(when.values()) & care
    return [replace(row, marker=row.marker.under(care)) for row in known] if same and whole else []


def _written(package: Package, extras: Iterable[str], written: Mapping[str, object]) -> Row | None:
    groups, text = written.get("groups"), written.get("marker", "")
    if not isinstance(groups, list) or not isinstance(text, str):
        return None
    return Row(package=package, extras=frozenset(extras), groups=tuple(groups), marker=markers.parse(text))


def _within(inner: Mapping[Scope, Marker], when: Mapping[Scope, Marker]) -> When:
    """Where the extras are asked for, but nowhere that the package itself is not; where nobody can tell, all of it."""
    known = {scope: marker & when[scope] for scope, marker in inner.items() if scope in when}
    return {scope: marker for scope, marker in known.items() if not marker.is_empty()} or dict(when)


def _nowhere(package: Package) -> Loss:
    detail = f"{package.name} {_version(package)} is wanted in no covered environment"
    return _loss(Kind.OTHER_PLATFORM, package, detail)


def _shared(
    package: Package, before: Mapping[Scope, Marker], when: Mapping[Scope, Marker], care: Marker
) -> Iterator[Loss]:
    """A loss where a scope gets the package in an environment in which it does not need it; main comes with each."""
    whole, main = union(when.values()), before.get(MAIN, EMPTY)
    wider = {scope: (whole & ~(before.get(scope, EMPTY) | main) & care) for scope in when}
    told = [f"{scope} where {marker.under(care)}" for scope, marker in sorted(wider.items()) if not marker.is_empty()]
    if told:
        detail = f"{package.name} {_version(package)} is now in {' and in '.join(told)}"
        yield _loss(Kind.MARKER_SHARED, package, detail)


@dataclass(slots=True)
class _Claims:
    """What the scopes served so far take of each version of one name."""

    several: list[Package]
    held: list[When]
    losses: list[Loss] = field(default_factory=list)


def _settled(lock: Lock, care: Marker) -> Lossy[dict[PackageId, When]]:
    """The scopes of each package once no two versions of one name meet."""
    by_name: dict[str, list[Package]] = {}
    for package in lock.packages:
        by_name.setdefault(package.name, []).append(package)
    found: dict[PackageId, When] = {}
    losses: list[Loss] = []
    for several in by_name.values():
        claims = _Claims(several=several, held=[{} for _ in several])
        for scope in sorted({scope for package in several for scope in package.when}):
            _serve(scope, claims, care)
        found |= {p.id: dict(sorted(held.items())) for p, held in zip(several, claims.held, strict=True)}
        losses += claims.losses
    return Lossy(found, tuple(losses))


def _serve(scope: Scope, claims: _Claims, care: Marker) -> None:
    wanted = [package.when.get(scope, EMPTY) & care for package in claims.several]
    before = [union(held.values()) for held in claims.held]
    claims.losses += _overlaps(scope, claims.several, wanted, care)
    for at, package in enumerate(claims.several):
        left = wanted[at]
        for other, marker in enumerate(before):
            if other != at and not (shared := left & marker).is_empty():
                claims.losses.append(_yielded(scope, package, claims.several[other]))
                _add(claims.held[other], scope, shared)  # where it is installed already, this scope gets it too
                left &= ~marker
        _add(claims.held[at], scope, left)


def _add(when: When, scope: Scope, marker: Marker) -> None:
    if not marker.is_empty():
        when[scope] = when.get(scope, EMPTY) | marker


def _yielded(scope: Scope, package: Package, winner: Package) -> Loss:
    detail = f"{package.name}: {_version(winner)} is installed already, so {scope} does not get {_version(package)}"
    return _loss(Kind.SCOPE_CONFLICT, package, detail)


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


def _loss(kind: Kind, package: Package, detail: str) -> Loss:
    return Loss(kind=kind, where=f"{LOCK}: {package.name}", detail=detail, packages=frozenset({package.name}))
