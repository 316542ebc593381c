"""To which groups a package belongs once all of them share one condition.

PDM gives each package the groups of everything that leads to it (`populate_groups` in its resolver). Where a parent is
now installed more widely, what it needs must come along, or the lock would no longer be closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from converter import graph
from converter.markers import EMPTY, Marker
from converter.model import MAIN, Dependency, Lock, Package, PackageId, Project, Scope

When = dict[Scope, Marker]
Extras = frozenset[str]
PLAIN: Extras = frozenset()


def union(several: Iterable[Marker]) -> Marker:
    """Where any of them holds."""
    result = EMPTY
    for marker in several:
        result |= marker
    return result


def spread_of(
    project: Project, lock: Lock, held: Mapping[PackageId, When], asked: Mapping[PackageId, Mapping[Extras, When]]
) -> dict[PackageId, When]:
    """The scopes of each package with those that lead to it as well; nowhere more than some scope has it already.

    `asked` are the sets of extras that are asked of each package, with their scopes.
    """
    walk = _Spread(lock, {identity: dict(when) for identity, when in held.items()})
    for identity, reached in graph.reach(graph.roots(project), lock.packages).items():
        for scope, marker in reached.items():
            within = marker & walk.whole[identity]
            # where main has it, naming it again in a scope that asks for it changes nothing
            if not within.is_empty() and (within & ~held[identity].get(MAIN, EMPTY)).is_empty():
                walk.found[identity].setdefault(scope, within)
    walk.start({identity: {extras: dict(when) for extras, when in sets.items()} for identity, sets in asked.items()})
    walk.run()
    return {identity: dict(sorted(when.items())) for identity, when in walk.found.items()}


class _Spread:
    """The state of `spread_of`: the scopes of each package so far, and what has to be looked at again."""

    def __init__(self, lock: Lock, found: dict[PackageId, When]) -> None:
        self.found = found
        self.whole = {identity: union(when.values()) for identity, when in found.items()}
        self.by_name: dict[str, list[Package]] = {}
        for package in lock.packages:
            self.by_name.setdefault(package.name, []).append(package)
        self.packages = {package.id: package for package in lock.packages}
        self.asked: dict[PackageId, dict[Extras, When]] = {}
        self.dirty: dict[tuple[PackageId, Extras, Scope], None] = {}

    def start(self, asked: dict[PackageId, dict[Extras, When]]) -> None:
        """Look at every package in each of its scopes, and at each set of its extras."""
        self.asked = asked
        self.dirty = {(identity, PLAIN, scope): None for identity, when in self.found.items() for scope in when}
        for identity, sets in asked.items():
            self.dirty |= {(identity, extras, scope): None for extras, when in sets.items() for scope in when}

    def run(self) -> None:
        """Add the scopes of each package to what it needs there, until nothing is missing."""
        while self.dirty:
            key = next(iter(self.dirty))
            del self.dirty[key]
            identity, extras, scope = key
            package, here = self.packages[identity], self.whole[identity]
            if extras:
                here &= union(self.asked[identity][extras].values())
            for edge in locked_edges(package, extras):
                for target in self.by_name.get(edge.name, ()):
                    self._arrive(target.id, edge, scope, here & edge.marker & self.whole[target.id])

    def _arrive(self, target: PackageId, edge: Dependency, scope: Scope, needed: Marker) -> None:
        if needed.is_empty():
            return
        if scope not in self.found[target]:
            self.found[target][scope] = needed
            self.dirty[target, PLAIN, scope] = None
        if edge.extras:
            inner = self.asked.setdefault(target, {}).setdefault(edge.extras, {})
            if scope not in inner:
                inner[scope] = needed
                self.dirty[target, edge.extras, scope] = None


def locked_edges(package: Package, extras: Extras) -> tuple[Dependency, ...]:
    """The edges that the lock has for a package's entry with these extras; of the plain one for none."""
    if not extras:
        return package.dependencies or ()
    optional = package.optional_dependencies
    return tuple(edge for extra in sorted(extras) for edge in optional.get(extra, ()))
