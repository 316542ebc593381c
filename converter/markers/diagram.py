"""Multi-valued decision diagrams: the canonical form of a marker.

A node asks one variable and leads to one child for each part of that variable's values. Diagrams are ordered, reduced
and shared, so two spellings of one condition are one object, and `and`, `or`, `not` are remembered. (dep-logic, which
the design began from, keeps `a and b` and `b and a` apart, so a fixpoint over a graph with cycles would not end on it;
the tests use it and `packaging` as independent judges.)

Two kinds of variable exist. An ordered one (`python_full_version`) is split by cuts: a cut is a release and whether it
lies before (0) or after (1) that release, so `< 3.9` is the part below `((3, 9), 0)`. A finite one (`sys_platform`, an
extra) has one child for each named value and a last one for all others.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Release = tuple[int, ...]
Cut = tuple[Release, int]
Key = Cut | str
_REMEMBERED = 1 << 16


@dataclass(frozen=True, slots=True, order=True)
class Variable:
    """What a node asks: variables are asked in this order on every path."""

    rank: int
    name: str
    value: str = ""  # of a variable that is one condition in itself: an extra's name, an opaque comparison
    ordered: bool = False


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Node:
    """One question, or (without a variable) an answer. Made by `node` only, so that equal diagrams are one object."""

    variable: Variable | None
    keys: tuple[Key, ...]
    children: tuple[Node, ...]


TRUE = Node(None, (), ())
FALSE = Node(None, (), ())
_NODES: WeakValueDictionary[tuple[object, ...], Node] = WeakValueDictionary()


def node(variable: Variable, keys: tuple[Key, ...], children: tuple[Node, ...]) -> Node:
    """The one node that asks this, without parts that make no difference."""
    reduce = _without_cuts if variable.ordered else _without_values
    keys, children = reduce(keys, children)
    if not keys:
        return children[0]
    identity = (variable, keys, children)
    found = _NODES.get(identity)
    if found is None:
        found = _NODES[identity] = Node(variable, keys, children)
    return found


def _without_cuts(keys: tuple[Key, ...], children: tuple[Node, ...]) -> tuple[tuple[Key, ...], tuple[Node, ...]]:
    kept = [(key, after) for key, (before, after) in zip(keys, pairwise(children), strict=True) if before is not after]
    return tuple(k for k, _ in kept), (children[0], *(c for _, c in kept))


def _without_values(keys: tuple[Key, ...], children: tuple[Node, ...]) -> tuple[tuple[Key, ...], tuple[Node, ...]]:
    kept = [(k, c) for k, c in zip(keys, children[:-1], strict=True) if c is not children[-1]]
    return tuple(k for k, _ in kept), (*(c for _, c in kept), children[-1])


@lru_cache(maxsize=_REMEMBERED)
def negate(a: Node) -> Node:
    """Where `a` does not hold."""
    if a.variable is None:
        return FALSE if a is TRUE else TRUE
    return node(a.variable, a.keys, tuple(map(negate, a.children)))


@lru_cache(maxsize=_REMEMBERED)
def both(a: Node, b: Node) -> Node:
    """Where `a` and `b` hold."""
    if a is FALSE or b is FALSE:
        return FALSE
    if a is TRUE or a is b:
        return b
    return a if b is TRUE else _apply(both, a, b)


def either(a: Node, b: Node) -> Node:
    """Where `a` or `b` holds."""
    return negate(both(negate(a), negate(b)))


def _apply(operation: Callable[[Node, Node], Node], a: Node, b: Node) -> Node:
    variable = first_variable(a, b)
    keys, pairs = cells(variable, a, b)
    return node(variable, keys, tuple(operation(x, y) for x, y in pairs))


def first_variable(a: Node, b: Node) -> Variable:
    """The variable that is asked first in either; one of the two must ask something."""
    return min(n.variable for n in (a, b) if n.variable is not None)


def cells(variable: Variable, a: Node, b: Node) -> tuple[tuple[Key, ...], list[tuple[Node, Node]]]:
    """The common parts of a variable's values in `a` and `b`: the keys between them, both children for each part."""
    asked: set[Any] = {key for n in (a, b) if n.variable == variable for key in n.keys}  # all cuts, or all words
    keys = tuple(sorted(asked))
    left, right = (_spread(variable, n, keys) for n in (a, b))
    return keys, list(zip(left, right, strict=True))


def _spread(variable: Variable, a: Node, keys: tuple[Key, ...]) -> list[Node]:
    if a.variable != variable:
        return [a] * (len(keys) + 1)
    if not variable.ordered:
        known: dict[Key | None, Node] = dict(zip(a.keys, a.children, strict=False))
        return [known.get(key, a.children[-1]) for key in (*keys, None)]
    spread, at = [a.children[0]], 0
    for key in keys:
        at += at < len(a.keys) and a.keys[at] == key
        spread.append(a.children[at])
    return spread


@lru_cache(maxsize=_REMEMBERED)
def restrict(a: Node, care: Node) -> Node:
    """The simplest diagram that agrees with `a` wherever `care` holds (Coudert and Madre's restrict)."""
    if a.variable is None or care.variable is None:
        return a
    variable = first_variable(a, care)
    if a.variable != variable:
        return restrict(a, _any_child(care))
    keys, pairs = cells(variable, a, care)
    parts = [None if c is FALSE else restrict(x, c) for x, c in pairs]
    return node(variable, keys, _filled(parts, ordered=variable.ordered))


def _any_child(a: Node) -> Node:
    result = FALSE
    for child in a.children:
        result = either(result, child)
    return result


def _filled(parts: list[Node | None], *, ordered: bool) -> tuple[Node, ...]:
    """Parts that do not matter take a neighbour's answer, so that the border between them falls away."""
    known = [p for p in parts if p is not None]
    if not ordered:
        rest = parts[-1] if parts[-1] is not None else known[0]
        return tuple(rest if p is None else p for p in parts)
    filled, last = [], known[0]
    for part in parts:
        last = last if part is None else part
        filled.append(last)
    return tuple(filled)


def follow(a: Node, answer: Callable[[Variable], Release | str | None]) -> bool:
    """Whether `a` holds where each variable has this value: a release, or a word (`None` for one that nobody names)."""
    while a.variable is not None:
        value = answer(a.variable)
        keys: Sequence[Any] = a.keys
        at = keys.index(value) if value in keys else -1
        if a.variable.ordered:  # behind the cut before its own release, and before the one after it
            at = bisect_left(keys, (value, 1))
        a = a.children[at]
    return a is TRUE


def variables(a: Node) -> frozenset[Variable]:
    """Every variable that the diagram asks."""
    seen: set[int] = set()
    found: set[Variable] = set()
    waiting = [a]
    while waiting:
        current = waiting.pop()
        if current.variable is not None and id(current) not in seen:
            seen.add(id(current))
            found.add(current.variable)
            waiting.extend(current.children)
    return frozenset(found)


def paths(a: Node) -> Iterator[tuple[tuple[Variable, Key | None, tuple[Key, ...]], ...]]:
    """Every way to TRUE, its steps as (variable, the part's own key, all keys); an ordered part has its lower cut."""
    if a is TRUE:
        yield ()
    if a.variable is None:
        return
    own = (None, *a.keys) if a.variable.ordered else (*a.keys, None)
    for key, child in zip(own, a.children, strict=True):
        for rest in paths(child):
            yield ((a.variable, key, a.keys), *rest)


@lru_cache(maxsize=_REMEMBERED)
def decide(a: Node, known: frozenset[tuple[Variable, bool]]) -> Node:
    """`a` with some conditions decided: each variable of `known` has its one value, or not."""
    if a.variable is None:
        return a
    for taken in (True, False):
        if (a.variable, taken) in known:
            return decide(a.children[0 if taken else -1], known)
    return node(a.variable, a.keys, tuple(decide(child, known) for child in a.children))
