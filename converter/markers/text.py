"""Markers as text: a short sum of products, in the spelling that a format's own tool uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from converter.markers.comparison import PYTHON, below, quoted
from converter.markers.diagram import FALSE, TRUE, Node, Variable, both, either, negate, node, paths

if TYPE_CHECKING:
    from converter.markers.diagram import Cut, Key

_MINOR = 2
_OPAQUE = re.compile(r"""(\w+|'[^']*'|"[^"]*") (\S+) (\w+|'[^']*'|"[^"]*")""")
_OPPOSITE = {"in": "not in", "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "~=": "!="}


class Python(Enum):
    """Which of the two variables a style prefers where both can say it."""

    VERSION = "python_version"
    FULL = "python_full_version"


@dataclass(frozen=True, slots=True)
class Style:
    """How markers are spelled: the quote, and the variable for Python's version."""

    quote: str = "'"
    python: Python = Python.VERSION


PEP508 = Style()
DOUBLE = Style('"')
FULL = Style("'", Python.FULL)


@dataclass(frozen=True, slots=True)
class _Atom:
    """One comparison of a product: where it holds, and what it compares."""

    holds: Node
    variable: Variable
    operator: str
    key: Key


@lru_cache(maxsize=1 << 14)
def text(a: Node, style: Style = PEP508) -> str:
    """PEP 508 text for a diagram; empty for TRUE. A condition that never holds has no text: ValueError."""
    if a is FALSE:
        raise ValueError("a condition that never holds has no marker text")
    products = _irredundant(a, [_minimal(a, product) for product in _products(a)])
    words = [" and ".join(_words(product, style)) for product in products]
    return " or ".join(words)


def _products(a: Node) -> list[tuple[_Atom, ...]]:
    return [tuple(atom for step in path for atom in _atoms(*step)) for path in paths(a)]


def _atoms(variable: Variable, key: Key | None, keys: tuple[Key, ...]) -> list[_Atom]:
    if variable.ordered:
        at = 0 if key is None else keys.index(key) + 1
        bounds = [] if key is None else [_Atom(negate(below(key)), variable, ">=", key)]  # type: ignore[arg-type]
        return bounds + [_Atom(below(k), variable, "<", k) for k in keys[at : at + 1]]  # type: ignore[arg-type]
    if key is not None:
        return [_Atom(_is(variable, key), variable, "==", key)]
    return [_Atom(negate(_is(variable, k)), variable, "!=", k) for k in keys]


def _is(variable: Variable, key: Key) -> Node:
    return node(variable, (key,), (TRUE, FALSE))


def _product(atoms: tuple[_Atom, ...]) -> Node:
    result = TRUE
    for atom in atoms:
        result = both(result, atom.holds)
    return result


def _implies(a: Node, b: Node) -> bool:
    return both(a, negate(b)) is FALSE


def _minimal(a: Node, atoms: tuple[_Atom, ...]) -> tuple[_Atom, ...]:
    """A product without the comparisons that it does not need to stay inside `a`."""
    at = 0
    while at < len(atoms):
        fewer = atoms[:at] + atoms[at + 1 :]
        if _implies(_product(fewer), a):
            atoms = fewer
        else:
            at += 1
    return atoms


def _irredundant(a: Node, products: list[tuple[_Atom, ...]]) -> list[tuple[_Atom, ...]]:
    """The products without those that the others cover; the first of equal ones stays."""
    kept = list(dict.fromkeys(products))
    for product in reversed(tuple(kept)):
        rest = [p for p in kept if p != product]
        if rest and _sum(rest) is a:
            kept = rest
    return kept


def _sum(products: list[tuple[_Atom, ...]]) -> Node:
    result = FALSE
    for product in products:
        result = either(result, _product(product))
    return result


def _words(product: tuple[_Atom, ...], style: Style) -> list[str]:
    bounds = [atom for atom in product if atom.variable == PYTHON]
    words = _interval({a.operator: a.key for a in bounds}, style) if bounds else []  # type: ignore[misc]
    return words + [_word(atom, style) for atom in product if atom.variable != PYTHON]


def _word(atom: _Atom, style: Style) -> str:
    variable, operator = atom.variable, atom.operator
    if not variable.name:
        return _opaque_word(variable.value, style, negated=operator == "!=")
    if variable.name == "extra":
        return f"extra {operator} {style.quote}{variable.value}{style.quote}"
    if variable.value:
        return f"{style.quote}{variable.value}{style.quote} {'in' if operator == '==' else 'not in'} {variable.name}"
    return f"{variable.name} {operator} {quoted(str(atom.key), style.quote)}"


def _opaque_word(written: str, style: Style, *, negated: bool) -> str:
    """An opaque comparison keeps its own text. PEP 508 has no `not`: the nearest opposite stands for it."""
    match = _OPAQUE.fullmatch(written)
    if match is None:
        raise ValueError(f"{written!r} is no comparison")
    left, operator, right = match.groups()
    word = _OPPOSITE[operator] if negated else operator
    return f"{_requoted(left, style)} {word} {_requoted(right, style)}"


def _requoted(side: str, style: Style) -> str:
    return quoted(side[1:-1], style.quote) if side[0] in "'\"" else side


def _interval(bounds: dict[str, Cut], style: Style) -> list[str]:
    """The comparisons for the interpreters between two cuts, as one equality where they are one value."""
    low, high = bounds.get(">="), bounds.get("<")
    if low and high and not low[1]:
        if high == (low[0], 1):
            return [f"python_full_version == {_quoted(low[0], style, 3)}"]
        if _is_minor(low) and high == (_after(low[0]), 0):
            star = "" if style.python is Python.VERSION else ".*"
            return [f"{style.python.value} == {style.quote}{_dotted(low[0], _MINOR)}{star}{style.quote}"]
    words = [_bound(">" if low[1] else ">=", low, style)] if low else []
    return words + ([_bound("<=" if high[1] else "<", high, style)] if high else [])


def _after(release: tuple[int, ...]) -> tuple[int, ...]:
    major, minor = (*release, 0)[:_MINOR]
    return (major, minor + 1)


def _is_minor(cut: Cut) -> bool:
    return len(cut[0]) <= _MINOR and not cut[1]


def _bound(operator: str, cut: Cut, style: Style) -> str:
    if _is_minor(cut) and style.python is Python.VERSION:
        return f"python_version {operator} {_quoted(cut[0], style, _MINOR)}"
    return f"python_full_version {operator} {_quoted(cut[0], style, 3 if style.python is Python.VERSION else 1)}"


def _quoted(release: tuple[int, ...], style: Style, least: int) -> str:
    return f"{style.quote}{_dotted(release, least)}{style.quote}"


def _dotted(release: tuple[int, ...], least: int) -> str:
    return ".".join(map(str, (*release, *[0] * (least - len(release)))))
