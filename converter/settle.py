"""One version of a name at a time, for tools that put all scopes into one environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from converter.losses import Kind, Loss, Lossy
from converter.markers import EMPTY, Marker
from converter.model import Package, PackageId, Scope


def settled(
    packages: Sequence[Package], conflicts: Sequence[Sequence[Scope]], care: Marker, where: str
) -> Lossy[tuple[Package, ...]]:
    """The packages, where two scopes want two versions at once with the first scope's alone: main, extras, groups.

    Scopes that are declared to conflict are never installed together and keep their own. `where` is the lock's name.
    """
    by_name: dict[str, list[Package]] = {}
    for package in packages:
        by_name.setdefault(package.name, []).append(package)
    made: dict[PackageId, Package] = {}
    losses: list[Loss] = []
    for name, several in by_name.items():
        done = _apart(several, conflicts, care) if len(several) > 1 else Lossy(several)
        made |= {package.id: package for package in done.value}
        losses += [replace(loss, where=f"{where}: {name}", packages=frozenset({name})) for loss in done.losses]
    return Lossy(tuple(made[p.id] for p in packages if made[p.id].when), tuple(losses))


def _apart(several: list[Package], conflicts: Sequence[Sequence[Scope]], care: Marker) -> Lossy[list[Package]]:
    whens: list[dict[Scope, Marker]] = [{} for _ in several]
    losses: list[Loss] = []
    for scope in sorted({scope for package in several for scope in package.when}):
        taken = [_taken(when, scope, conflicts) for when in whens]
        for at, package in enumerate(several):
            wanted = package.when.get(scope, EMPTY) & care
            for other, held in enumerate(taken):
                if other != at and not (crossed := wanted & held).is_empty():
                    losses.append(_loss(package, several[other], scope))
                    whens[other][scope] = whens[other].get(scope, EMPTY) | crossed
                    wanted = wanted & ~held
            if not wanted.is_empty():
                whens[at][scope] = whens[at].get(scope, EMPTY) | wanted
    return Lossy([replace(p, when=dict(sorted(w.items()))) for p, w in zip(several, whens, strict=True)], tuple(losses))


def _taken(when: dict[Scope, Marker], scope: Scope, conflicts: Sequence[Sequence[Scope]]) -> Marker:
    """Where a version is installed by scopes that came before and may be chosen beside this one."""
    result = EMPTY
    for other, marker in when.items():
        if not any(scope in each and other in each for each in conflicts):
            result |= marker
    return result


def _loss(package: Package, other: Package, scope: Scope) -> Loss:
    detail = f"{scope} wants {package.name} {package.id.version}, which makes room for {other.id.version}"
    return Loss(kind=Kind.SCOPE_CONFLICT, where=package.name, detail=detail)
