"""Markers in uv's own spelling.

uv 0.13 and newer writes the products of `covering`, sorted by their variables, and takes out what neighbours share:
first products that begin alike (`a and (b or c)`), then whatever ends alike (`(a or b) and c`). Where nothing is
shared each product of several comparisons stands in parentheses, as in older releases; where something is, none
does but the shared parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from converter.formats.uv.covering import Product, products
from converter.formats.uv.ordering import Bounds, Comparison, ordered, restricted, within
from converter.markers import Marker
from converter.markers.diagram import FALSE, TRUE, Node

NEVER = "python_version < '0'"
"""What uv writes for a condition that never holds."""

_WRITTEN = (
    "implementation_version",
    "python_full_version",
    "implementation_name",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "sys_platform",
    "extras",
    "dependency_groups",
    "extra",
)


@lru_cache(maxsize=1 << 14)
def marker_text(marker: Marker) -> str:
    """The text that uv writes for a marker; empty for `ANY`."""
    return _text(ordered(marker.node))


@lru_cache(maxsize=1 << 14)
def shortened(marker: Marker, python: Bounds, *assumed: Marker) -> str:
    """The text of a marker as uv writes it where Python lies in `python` and each of `assumed` holds already."""
    made = within(ordered(marker.node), python)
    for each in assumed:
        made = restricted(made, within(ordered(each.node), python))
    return _text(made)


def _text(a: Node) -> str:
    if a is TRUE or a is FALSE:
        return "" if a is TRUE else NEVER
    every = _sorted(products(a))
    shared = _by_tail(_by_head(every))
    if len(shared) < len(every) or any(each.inner for each in shared):
        texts = [each.text() for each in shared if each.inner or len(each.heads) > 1 or each.heads[0]]
        if any(each.inner or (len(each.heads) > 1 and each.tail) for each in shared):
            return " or ".join(texts)
    return _sum_text(every)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Products that share something: `(heads) and tail`, or `(heads) and (inner)`."""

    heads: tuple[Product, ...]
    tail: Product = ()
    inner: tuple[Product, ...] = ()

    def text(self) -> str:
        heads = _sum_text(self.heads)
        rest = f"({_sum_text(self.inner)})" if self.inner else _product_text(self.tail)
        if not rest:
            return heads
        return f"({heads}) and {rest}" if len(self.heads) > 1 else f"{heads} and {rest}"


def _by_head(every: Sequence[Product]) -> list[_Shared]:
    """Products that begin with the same comparison, as all that they begin with alike and what follows."""
    groups: dict[Comparison, list[Product]] = {}
    for product in every:
        groups.setdefault(product[0], []).append(product)
    made: dict[Product, _Shared] = {}
    for product in every:
        group = groups[product[0]]
        length = _alike(group)
        if len(group) > 1:
            made.setdefault(product[:length], _Shared((product[:length],), inner=tuple(p[length:] for p in group)))
        else:
            made[product] = _Shared((product[:1],), tail=product[1:])
    return list(made.values())


def _alike(group: Sequence[Product]) -> int:
    """How many comparisons the products begin with alike; each keeps at least one of its own."""
    length = 0
    while all(len(p) > length + 1 and p[: length + 1] == group[0][: length + 1] for p in group):
        length += 1
    return length


def _by_tail(parts: Sequence[_Shared]) -> list[_Shared]:
    """Parts that end alike as one, in the place of the first."""
    made: dict[tuple[Product, tuple[Product, ...]], _Shared] = {}
    for part in parts:
        key = (part.tail, part.inner)
        known = made.get(key)
        made[key] = _Shared((*known.heads, *part.heads), part.tail, part.inner) if known else part
    return list(made.values())


def _sorted(every: Iterable[Product]) -> list[Product]:
    made = [tuple(sorted(p, key=_rank)) for p in every]
    return sorted(made, key=lambda p: [_rank(each) for each in p])


def _rank(term: Comparison) -> int:
    return _WRITTEN.index(term.name) if term.name in _WRITTEN else len(_WRITTEN)


def _sum_text(every: Sequence[Product]) -> str:
    if len(every) == 1:
        return _product_text(every[0])
    return " or ".join(_product_text(p) if len(p) == 1 else f"({_product_text(p)})" for p in every)


def _product_text(product: Product) -> str:
    return " and ".join(map(_term_text, product))


def _term_text(term: Comparison) -> str:
    if term.reversed:
        return f"'{term.value}' {term.operator} {term.name}"
    return f"{term.name} {term.operator} '{term.value}'"
