"""The order in which uv sorts markers: by the diagram itself.

Source: `Ord for MarkerTree` in `uv-pep508/src/marker/tree.rs`.
"""

from __future__ import annotations

from functools import lru_cache

from converter.formats.uv.ordering import ordered
from converter.markers import Marker
from converter.markers.diagram import TRUE, Node, Variable

_VERSION, _STRING, _CONDITION = 2, 3, 4
_END = 2


@lru_cache(maxsize=1 << 12)
def marker_order(marker: Marker) -> tuple[object, ...]:
    """A key that sorts markers as uv does."""
    return _key(ordered(marker.node))


def _key(a: Node) -> tuple[object, ...]:
    if a.variable is None:
        return (0,) if a is TRUE else (1,)
    children = [_key(child) for child in a.children]
    if a.variable.ordered:
        borders = [(0, (), 0), *((1, key[0], key[1]) for key in a.keys), (_END, (), 0)]
        return (_VERSION, a.variable.name, *zip(borders, borders[1:], children, strict=False))
    if a.variable.value:
        return (_CONDITION + _rank(a.variable), a.variable.name, a.variable.value, *enumerate(children))
    return (_STRING, _rank(a.variable), *_strings([str(k) for k in a.keys], children))


def _rank(variable: Variable) -> int:
    return variable.rank


def _strings(keys: list[str], children: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """The parts of a text's values in their order: what lies before the first name, the name, what lies between."""
    parts: list[tuple[object, ...]] = []
    low: tuple[int, str, int] = (0, "", 0)
    for key, child in zip(keys, children, strict=False):
        parts += [(low, (1, key, 0), children[-1]), ((1, key, 0), (1, key, 1), child)]
        low = (1, key, 1)
    return [*parts, (low, (_END, "", 0), children[-1])]
