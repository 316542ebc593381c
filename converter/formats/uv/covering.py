"""A condition as a sum of products that are all needed, found as uv finds them.

The diagram is walked from its first question: what only one answer to it allows goes into products with that
answer, what the others allow as well goes into products without it (Minato's and Morreale's irredundant sum of
products, with more than two answers to a question). uv 0.13 and newer; its text was compared with this over
thousands of markers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from converter.formats.uv.ordering import Comparison, comparison
from converter.markers.comparison import PYTHON
from converter.markers.diagram import (
    FALSE,
    TRUE,
    Cut,
    Key,
    Node,
    Variable,
    both,
    cells,
    either,
    first_variable,
    negate,
    node,
)

_OPPOSITE = {"==": "!=", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "in": "not in"}
_MINOR = 2

Product = tuple[Comparison, ...]
Stretch = tuple[Cut | None, Cut | None]
Part = Key | Stretch | None
"""One answer to a question: a stretch of versions, a value, or `None` for every value without a name."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """Answers that lead to the same products: what the products must cover and may cover, and what they do cover."""

    parts: tuple[Part, ...]
    lower: Node
    upper: Node
    products: tuple[Product, ...] = ()
    covered: Node = FALSE


def products(a: Node) -> tuple[Product, ...]:
    """The products of a diagram in uv's order of variables, in the order in which uv finds them."""
    return _cover(a, a)[0]


@lru_cache(maxsize=1 << 14)
def _cover(lower: Node, upper: Node) -> tuple[tuple[Product, ...], Node]:
    """Products that cover `lower` and stay within `upper`, and the condition that they make together."""
    if lower is FALSE:
        return (), FALSE
    if upper is TRUE:
        return ((),), TRUE
    variable = first_variable(lower, upper)
    keys, pairs = cells(variable, lower, upper)
    group = _grouped(variable, keys, pairs)
    answers = [_solved(answer, group) for answer in group]
    rest, everywhere = FALSE, TRUE
    for answer in answers:
        rest = either(rest, _less(answer.lower, answer.covered))
        everywhere = both(everywhere, answer.upper)
    common, shared = _cover(rest, everywhere)
    own = (
        term + product
        for terms, answer in _worded(variable, keys, answers)
        for term in terms
        for product in answer.products
    )
    covered = {(a.lower, a.upper): either(a.covered, shared) for a in answers}
    return (*own, *common), node(variable, keys, tuple(covered[pair] for pair in pairs))


def _between(keys: Sequence[Key]) -> Sequence[Stretch]:
    """The stretches of versions between cuts."""
    cuts = [key for key in keys if isinstance(key, tuple)]
    return list(pairwise([None, *cuts, None]))


def _less(a: Node, b: Node) -> Node:
    return both(a, negate(b))


def _grouped(variable: Variable, keys: Sequence[Key], pairs: Sequence[tuple[Node, Node]]) -> list[_Answer]:
    """The answers by what they lead to; values without a name come first."""
    rows: Iterable[tuple[Part, tuple[Node, Node]]]
    if variable.ordered:
        rows = zip(_between(keys), pairs, strict=True)
    else:
        rows = [(None, pairs[-1]), *zip(keys, pairs, strict=False)]
    found: dict[tuple[Node, Node], list[Part]] = {}
    for part, pair in rows:
        found.setdefault(pair, []).append(part)
    return [_Answer(tuple(parts), *pair) for pair, parts in found.items()]


def _solved(answer: _Answer, group: Sequence[_Answer]) -> _Answer:
    """An answer with the products for what no product without the question could cover."""
    others = TRUE
    for other in group:
        if other is not answer:
            others = both(others, other.upper)
    made, covered = _cover(_less(answer.lower, others), answer.upper)
    return _Answer(answer.parts, answer.lower, answer.upper, made, covered)


def _worded(
    variable: Variable, keys: Sequence[Key], answers: Sequence[_Answer]
) -> Iterator[tuple[list[Product], _Answer]]:
    """Each answer with the comparisons that say it; answers with the same products are one."""
    same: dict[tuple[Product, ...], list[Part]] = {}
    for answer in answers:
        same.setdefault(answer.products, []).extend(answer.parts)
    for made, parts in same.items():
        if made:
            yield _comparisons(variable, keys, parts), _Answer(tuple(parts), FALSE, FALSE, made)


def _comparisons(variable: Variable, keys: Sequence[Key], parts: Sequence[Part]) -> list[Product]:
    if variable.ordered:
        return _versions(_joined(parts))  # type: ignore[arg-type]  # an ordered variable's parts are stretches
    if variable.value:
        return [(_condition(variable, holds=parts[0] is not None),)]
    if None in parts:
        return [tuple(Comparison(variable.name, "!=", str(key)) for key in keys if key not in parts)]
    return [(Comparison(variable.name, "==", str(key)),) for key in sorted(map(str, parts))]


def _condition(variable: Variable, *, holds: bool) -> Comparison:
    if not variable.name:
        said = comparison(variable.value)
        return said if holds else Comparison(said.name, _OPPOSITE[said.operator], said.value, said.reversed)
    if variable.name == "extra":
        return Comparison("extra", "==" if holds else "!=", variable.value)
    return Comparison(variable.name, "in" if holds else "not in", variable.value, reversed=True)


def _joined(parts: Sequence[Stretch]) -> list[Stretch]:
    """Stretches in their order, those that touch as one."""
    made: list[Stretch] = []
    for low, high in sorted(parts, key=lambda part: (part[0] is not None, part[0])):
        if made and low is not None and made[-1][1] == low:
            made[-1] = (made[-1][0], high)
        else:
            made.append((low, high))
    return made


def _versions(own: list[Stretch]) -> list[Product]:
    """Several stretches as one inequality where they leave out single versions or one minor, else each by itself."""
    gaps = [(one[1], two[0]) for one, two in pairwise(own)]
    if gaps and own[0][0] is None and own[-1][1] is None:
        if all(low and high and low[0] == high[0] and (low[1], high[1]) == (0, 1) for low, high in gaps):
            return [tuple(_python("!=", low[0]) for low, _ in gaps if low)]
        if len(gaps) == 1 and (minor := _whole_minor(*gaps[0])):
            return [(_python("!=", minor, star=True),)]
    return [_stretch(*bounds) for bounds in own]


def _stretch(low: Cut | None, high: Cut | None) -> Product:
    if low and high and low == (high[0], 0) and high[1]:
        return (_python("==", low[0]),)
    if minor := _whole_minor(low, high):
        return (_python("==", minor, star=True),)
    terms = [_python(">" if low[1] else ">=", low[0])] if low else []
    return (*terms, _python("<=" if high[1] else "<", high[0])) if high else tuple(terms)


def _whole_minor(low: Cut | None, high: Cut | None) -> tuple[int, ...] | None:
    if not low or not high or low[1] or high[1] or len(low[0]) > _MINOR:
        return None
    major, minor = (*low[0], 0)[:_MINOR]
    return (major, minor) if high[0] == (major, minor + 1) else None


def _python(operator: str, release: tuple[int, ...], *, star: bool = False) -> Comparison:
    spelled = ".".join(map(str, (*release, 0) if star and len(release) < _MINOR else release))
    return Comparison(PYTHON.name, operator, f"{spelled}.*" if star else spelled)
