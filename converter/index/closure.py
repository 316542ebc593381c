"""Whether a lock holds what its packages need: an edge that ends at nothing is told, and left out.

Where the edge holds in the environment that the lock was made for, the lock is not closed, and the target misses what
the source missed. Where it holds on another platform only, nobody misses it here. setuptools, pip and wheel are looked
for on the index (`seeds`): older tools took it for granted that every environment has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from converter import graph
from converter.index.conditions import union
from converter.losses import Kind, Loss
from converter.markers import Marker
from converter.model import Dependency, Lock, Package, Scope

Pairs = Mapping[tuple[str, str], None]
SEEDS = frozenset({"pip", "setuptools", "wheel"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """An edge that ends at a name which the lock does not hold, and the conditions under which it is followed."""

    package: Package
    edge: Dependency
    when: Mapping[Scope, Marker]

    def holds(self, care: Marker) -> bool:
        """Whether it is followed in any of these environments."""
        return not (self.anywhere & care).is_empty()

    @property
    def anywhere(self) -> Marker:
        """Where it is followed in some scope."""
        return union(tuple(self.when.values()))


def loose(lock: Lock, care: Marker, held: frozenset[str] = frozenset()) -> list[Loose]:
    """Every such edge that is followed in an environment that counts; `held` are names that are there all the same."""
    names = held | frozenset(package.name for package in lock.packages)
    every = (_loose(package, edge) for package in lock.packages for edge in _active(package) if edge.name not in names)
    return [one for one in every if one.holds(care)]


def _active(package: Package) -> Iterator[Dependency]:
    yield from package.dependencies or ()
    for extra in sorted(package.extras):
        yield from package.optional_dependencies.get(extra, ())


def _loose(package: Package, edge: Dependency) -> Loose:
    condition = edge.marker.with_extras(package.extras)
    return Loose(package=package, edge=edge, when={scope: marker & condition for scope, marker in package.when.items()})


def without(lock: Lock, gone: Iterable[Loose]) -> Lock:
    """The lock without these edges."""
    by_package: dict[int, set[Dependency]] = {}
    for one in gone:
        by_package.setdefault(id(one.package), set()).add(one.edge)
    packages = (_without(p, by_package[id(p)]) if id(p) in by_package else p for p in lock.packages)
    return replace(lock, packages=tuple(packages))


def _without(package: Package, gone: set[Dependency]) -> Package:
    """Of the extras only those that are asked for are followed, so the others keep what they list."""
    optional = {
        extra: tuple(e for e in edges if extra not in package.extras or e not in gone)
        for extra, edges in package.optional_dependencies.items()
    }
    plain = tuple(edge for edge in package.dependencies or () if edge not in gone)
    edges = None if package.dependencies is None else plain
    return replace(package, dependencies=edges, optional_dependencies=optional)


def closed(gone: Iterable[Loose], here: Marker) -> Marker:
    """Where none of these edges is followed; those that are followed where the lock was made for exclude nothing."""
    apart = (one.anywhere for one in gone if not one.holds(here))
    return ~union(tuple(apart))


def losses(lock: Lock, gone: Sequence[Loose], here: Marker) -> Iterator[Loss]:
    """What is not there, name by name: `gone` are the edges to names that the lock does not hold.

    `here` are the environments that the lock was made for.
    """
    missed = dict.fromkeys((one.package.name, one.edge.name) for one in gone if one.holds(here))
    apart = dict.fromkeys((one.package.name, one.edge.name) for one in gone)
    yield from _all_told(lock, missed, apart)


def uncovered(lock: Lock, care: Marker, here: Marker) -> Iterator[Loss]:
    """What is there, but not in each scope and environment that needs it; `care` are those that the project speaks of.

    Not for locks with edges of their own: those of old tools leave out markers that stand with the package. What extras
    bring is passed over: a package's extras are those that any scope asks for.
    """
    names = frozenset(package.name for package in lock.packages)
    plain = replace(lock, packages=tuple(replace(package, extras=frozenset()) for package in lock.packages))
    missed, apart = (
        dict.fromkeys(pair for pair in graph.missing(plain, environments) if pair[1] in names)
        for environments in (here, care)
    )
    yield from _all_told(lock, missed, apart)


def _all_told(lock: Lock, missed: Pairs, apart: Pairs) -> Iterator[Loss]:
    labels = {package.name: _label(package) for package in lock.packages}
    yield from _told(Kind.NOT_CLOSED, missed, labels.__getitem__)
    yield from _told(Kind.OTHER_PLATFORM, (pair for pair in apart if pair not in missed), labels.__getitem__)


def _label(package: Package) -> str:
    return f"{package.name} {package.id.version or ''}".strip()


def _told(kind: Kind, pairs: Iterable[tuple[str, str]], label: Callable[[str], str]) -> Iterator[Loss]:
    """One loss for each name that is missing."""
    needed: dict[str, list[str]] = {}
    for package, need in sorted(pairs):
        needed.setdefault(need, []).append(package)
    for need, packages in sorted(needed.items()):
        detail = f"needed by {', '.join(map(label, packages))}"
        yield Loss(kind=kind, where=need, detail=detail, packages=frozenset({need, *packages}))
