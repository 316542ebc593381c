"""The environments into which uv splits its resolution.

uv splits where one package requires another twice under different markers, and where a requirement holds only for
newer Pythons than the part is for so far (`uv-resolver/src/resolver/mod.rs`, `Forks::new`). It writes the parts at the
top of the lock and on each package with several versions, and starts from them when it resolves again. Where the source
has several versions of a name, the parts are split by these as well, for in each part a name has one version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from converter.markers import EMPTY, Marker
from converter.model import Dependency, Package, PackageId, Requirement

_MOST = 64

Edge = Dependency | Requirement
Needs = Sequence[tuple[Marker, Sequence[Edge]]]
"""What each package, each extra of one, and each scope of the project requires, and where it is installed."""


def forks(
    packages: Sequence[Package],
    needed: Mapping[PackageId, Marker],
    needs: Needs,
    environments: Sequence[Marker],
    care: Marker,
) -> tuple[Marker, ...]:
    """A partition of the covered environments in which each name has one version; none where nothing splits them."""
    whole = tuple(environment & care for environment in environments) or (care,)
    parts = [part for part in whole if not part.is_empty()]
    for here, edges in needs:
        for several in _by_name(edges):
            parts = _split(parts, here, several)
    for marker in dict.fromkeys(_conditions(packages, needed)):
        parts = _halved(parts, marker)
    return tuple(sorted(parts, key=_order)) if len(parts) > 1 or environments else ()


def _by_name(edges: Sequence[Edge]) -> Iterator[list[Marker]]:
    """The markers under which each name is required."""
    found: dict[str, list[Marker]] = {}
    for edge in edges:
        found.setdefault(edge.name, []).append(edge.marker)
    return iter(found.values())


def _split(parts: list[Marker], here: Marker, several: list[Marker]) -> list[Marker]:
    """The parts after one package was asked for the requirements of one name."""
    if all(one == two for one, two in pairwise(several)):
        return _raised(parts, here, several[0])
    for marker in several:
        parts = _halved(parts, marker, here)
    return parts


def _raised(parts: list[Marker], here: Marker, marker: Marker) -> list[Marker]:
    """The parts, split where a requirement is for newer Pythons than the part begins with."""
    made: list[Marker] = []
    for part in parts:
        raises = not (part & here).is_empty() and _lowest(part & marker) > _lowest(part)
        made += _halved([part], marker) if raises else [part]
    return made


def _halved(parts: list[Marker], marker: Marker, here: Marker = ~EMPTY) -> list[Marker]:
    made: list[Marker] = []
    for part in parts:
        touched = not (part & here).is_empty()
        pieces = [piece for piece in (part & marker, part & ~marker) if not piece.is_empty()] if touched else [part]
        made += pieces
    return made if len(made) <= _MOST else parts


def _lowest(part: Marker) -> tuple[int, ...]:
    stretches = part.pythons()
    low = stretches[0][0] if stretches else None
    return low[0] if low else ()


def _conditions(packages: Sequence[Package], needed: Mapping[PackageId, Marker]) -> Iterable[Marker]:
    names = [package.name for package in packages]
    several = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
    return (needed[p.id] for p in packages if p.name in several)


def _order(part: Marker) -> tuple[object, ...]:
    """Newest Python first; within one Python as the text of the rest goes."""
    return tuple(-n for n in (*_lowest(part), 0, 0, 0)[:3]), str(part)
