"""Markers asked in uv's order of variables, and shortened as uv shortens them.

uv keeps its diagrams in an order of its own (operating system first, Python behind the strings, extras last), on
which both its text and its shortening depend, so a marker is asked anew in it (`ordered`) before either. Shortening
is a restriction to what holds anyway. Source: `uv-pep508/src/marker/algebra.rs`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from converter.markers import Marker
from converter.markers.comparison import PYTHON
from converter.markers.diagram import FALSE, TRUE, Node, Variable, both, cells, either, first_variable, negate, node

if TYPE_CHECKING:
    from collections.abc import Callable

    from converter.markers.diagram import Cut, Key

Bounds = tuple["Cut | None", "Cut | None"]

_ASKED = (
    "os_name",
    "sys_platform",
    "platform_system",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_version",
    "implementation_name",
    "implementation_version",
    "python_full_version",
)
_IN, _CONTAINS, _SETS = 100, 200, {"extra": 300, "extras": 301, "dependency_groups": 302}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison that is a condition in itself, as its text says it."""

    name: str
    operator: str
    value: str
    reversed: bool = False  # 'value' in name


@lru_cache(maxsize=1 << 15)
def ordered(a: Node) -> Node:
    """The same condition with its variables asked in uv's order."""
    if a.variable is None:
        return a
    variable, result = _asked(a.variable), FALSE
    for at, child in enumerate(a.children):
        here = node(variable, a.keys, tuple(TRUE if at == i else FALSE for i in range(len(a.children))))
        result = either(result, both(here, ordered(child)))
    return result


def _asked(variable: Variable) -> Variable:
    name = variable.name or comparison(variable.value).name
    rank = _SETS.get(name, _ASKED.index(name) if name in _ASKED else len(_ASKED))
    if not variable.name:
        term = comparison(variable.value)
        rank += 0 if term.operator != "in" else _CONTAINS if term.reversed else _IN
    return Variable(rank, variable.name, variable.value, variable.ordered)


def comparison(text: str) -> Comparison:
    """The parts of a comparison that is a condition in itself."""
    match = re.fullmatch(r"'(?P<value>.*)' in (?P<name>\w+)", text)
    if match:
        return Comparison(match["name"], "in", match["value"], reversed=True)
    name, operator, value = text.split(" ", 2)
    return Comparison(name, operator, value.strip("'"))


def within(a: Node, python: Bounds) -> Node:
    """What is left of a condition where Python lies between two cuts."""
    if a.variable is None or python == (None, None):
        return a
    if a.variable.name != PYTHON.name or not a.variable.ordered:
        return node(a.variable, a.keys, tuple(within(child, python) for child in a.children))
    low, high = python
    borders = (None, *a.keys, None)
    kept = [
        (start, child)
        for start, end, child in zip(borders, borders[1:], a.children, strict=False)
        if (low is None or end is None or end > low) and (high is None or start is None or start < high)  # type: ignore[operator]
    ]
    keys: tuple[Key, ...] = tuple(start for start, _ in kept[1:] if start is not None)
    return node(a.variable, keys, tuple(child for _, child in kept))


@lru_cache(maxsize=1 << 14)
def restricted(a: Node, care: Node) -> Node:
    """A condition that agrees with `a` wherever `care` holds; what does not matter takes the first answer that does."""
    if care is TRUE or a.variable is None:
        return a
    if care is FALSE or a is negate(care):
        return FALSE
    if a is care:
        return TRUE
    variable = first_variable(a, care)
    if a.variable != variable:
        return restricted(a, _somewhere(care))
    if care.variable != variable:
        return node(variable, a.keys, tuple(restricted(child, care) for child in a.children))
    keys, pairs = cells(variable, a, care)
    parts = [None if c is FALSE else restricted(x, c) for x, c in pairs]
    first = _first(variable, parts)
    return node(variable, keys, tuple(first if p is None else p for p in parts))


def _first(variable: Variable, parts: list[Node | None]) -> Node:
    """The first part that matters, in uv's order of values: those without a name lie before the first name."""
    finite = not variable.ordered and not variable.value
    order = [parts[-1], *parts[:-1]] if finite else parts
    return next((p for p in order if p is not None), FALSE)


def _somewhere(a: Node) -> Node:
    result = FALSE
    for child in a.children:
        result = either(result, child)
    return result


def python_bounds(marker: Marker) -> Bounds:
    """The outermost cuts of the interpreters that a marker over Python alone admits."""
    stretches = marker.pythons()
    return (stretches[0][0], stretches[-1][1]) if stretches else (None, None)


def rewritten(marker: Marker, decide: Callable[[Variable], Node | None]) -> Marker:
    """A marker with each condition that `decide` knows (it answers with a diagram) put in place of it."""
    return Marker(_replaced(marker.node, decide, {}))


def _replaced(a: Node, decide: Callable[[Variable], Node | None], done: dict[Node, Node]) -> Node:
    if a.variable is None:
        return a
    if a in done:
        return done[a]
    answer = decide(a.variable)
    children = [_replaced(child, decide, done) for child in a.children]
    if answer is not None:
        result = either(both(answer, children[0]), both(negate(answer), children[1]))
    else:
        result = FALSE
        for at, child in enumerate(children):
            here = node(a.variable, a.keys, tuple(TRUE if at == i else FALSE for i in range(len(children))))
            result = either(result, both(here, child))
    done[a] = result
    return result
