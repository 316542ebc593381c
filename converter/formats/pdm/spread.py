"""To which groups a package belongs once all of them share one condition.

PDM gives each package the groups of everything that leads to it (`populate_groups` in its resolver). Where a parent is
now installed more widely, what it needs must come along, or the lock would no longer be closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from converter import graph
from converter.markers import EMPTY, Marker
from converter.model import MAIN, Dependency, Lock, Package, PackageId, Project, Scope

When = dict[Scope, Marker]


def union(several: Iterable[Marker]) -> Marker:
    """Where any of them holds."""
    result = EMPTY
    for marker in several:
        result |= marker
    return result


def spread_of(project: Project, lock: Lock, held: Mapping[PackageId, When]) -> dict[PackageId, When]:
    """The scopes of each package with those that lead to it as well; nowhere more than some scope has it already."""
    found = {identity: dict(when) for identity, when in held.items()}
    whole = {identity: union(when.values()) for identity, when in held.items()}
    for identity, reached in graph.reach(graph.roots(project), lock.packages).items():
        for scope, marker in reached.items():
            within = marker & whole[identity]
            # where main has it, naming it again in a scope that asks for it changes nothing
            if not within.is_empty() and (within & ~held[identity].get(MAIN, EMPTY)).is_empty():
                found[identity].setdefault(scope, within)
    _follow(lock, found, whole)
    return {identity: dict(sorted(when.items())) for identity, when in found.items()}


def _follow(lock: Lock, found: Mapping[PackageId, When], whole: Mapping[PackageId, Marker]) -> None:
    """Add the scopes of each package to what it needs there, until nothing is missing."""
    by_name: dict[str, list[Package]] = {}
    for package in lock.packages:
        by_name.setdefault(package.name, []).append(package)
    dirty = {(package.id, scope): package for package in lock.packages for scope in found[package.id]}
    while dirty:
        (identity, scope), package = next(iter(dirty.items()))
        del dirty[identity, scope]
        for edge in _edges(package):
            for target in by_name.get(edge.name, ()):
                needed = whole[identity] & edge.marker & whole[target.id]
                if scope not in found[target.id] and not needed.is_empty():
                    found[target.id][scope] = needed
                    dirty[target.id, scope] = target


def _edges(package: Package) -> Iterator[Dependency]:
    yield from package.dependencies or ()
    for extra in sorted(package.extras):
        yield from package.optional_dependencies.get(extra, ())
