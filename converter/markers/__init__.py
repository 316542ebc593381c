"""Markers as canonical values, with their neutral elements `ANY` and `EMPTY`.

`parse` makes a `Marker` from PEP 508 (and PEP 751) text; `&`, `|`, `~` combine; two spellings of one condition are
equal; text is made only at the edge, by `Marker.text`. Underneath stands a decision diagram (`diagram`), see there for
why.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from packaging.markers import InvalidMarker
from packaging.markers import Marker as Pep508

from converter.markers import comparison, diagram
from converter.markers.text import DOUBLE, FULL, PEP508, Style, text

__all__ = ["ANY", "DOUBLE", "EMPTY", "FULL", "PEP508", "Marker", "Style", "alternatives", "parse", "python", "rounded"]

_COMPARISON = re.compile(r"[<>!=~]+|\bin\b")
_CHOICES = ("extras", "dependency_groups")  # PEP 751's variables
_PRERELEASE = re.compile(r"""(python_full_version\s*[<>=!~]+\s*(["'])\d+(?:\.\d+)*)(?:a|b|rc|\.?dev)\d*(?=\2)""")
_MOST, _DEEPEST = 2000, 100  # what no real marker has; the parser recurses


@dataclass(frozen=True, slots=True, repr=False)
class Marker:
    """A condition on the environment, and on the extras and groups that were asked for."""

    node: diagram.Node

    def __and__(self, other: Marker) -> Marker:
        return Marker(diagram.both(self.node, other.node))

    def __or__(self, other: Marker) -> Marker:
        return Marker(diagram.either(self.node, other.node))

    def __invert__(self) -> Marker:
        return Marker(diagram.negate(self.node))

    def is_any(self) -> bool:
        """Whether it always holds."""
        return self.node is diagram.TRUE

    def is_empty(self) -> bool:
        """Whether it never holds."""
        return self.node is diagram.FALSE

    def under(self, care: Marker) -> Marker:
        """The simplest marker that says the same wherever `care` holds; `EMPTY` where the two exclude each other."""
        if (self & care).is_empty():
            return EMPTY
        return Marker(diagram.restrict(self.node, care.node))

    def text(self, style: Style = PEP508) -> str:
        """PEP 508 text, empty for `ANY`. Raises ValueError for `EMPTY`, which has none."""
        return text(self.node, style)

    def __str__(self) -> str:
        return "<never>" if self.is_empty() else self.text()

    def __repr__(self) -> str:
        return f"Marker({str(self)!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return (parse, (self.text(),)) if not self.is_empty() else (_empty, ())

    def evaluate(
        self, environment: Mapping[str, str], *, extras: Collection[str] = (), groups: Collection[str] = ()
    ) -> bool:
        """Whether it holds in a PEP 508 environment where these extras and groups (normalized) were asked for.

        A variable that the environment leaves out is empty; only `python_full_version` must be there.
        """
        asked = {"extra": extras, "extras": extras, "dependency_groups": groups}
        release = comparison.release(environment["python_full_version"].rstrip("+"))  # of a build from a checkout
        whole = dict.fromkeys(comparison.NAMES, "") | dict(environment)

        def answer(variable: diagram.Variable) -> diagram.Release | str | None:
            if variable.ordered:
                return release
            if variable.name in asked:
                return comparison.YES if variable.value in asked[variable.name] else None
            if not variable.name:
                return comparison.YES if Pep508(variable.value).evaluate(whole) else None
            return whole[variable.name]

        return diagram.follow(self.node, answer)

    def names(self) -> frozenset[str]:
        """The extras that it speaks of (`extra == "x"`)."""
        return frozenset(v.value for v in diagram.variables(self.node) if v.name == "extra")

    def with_extras(self, extras: Collection[str]) -> Marker:
        """This marker once it is decided which extras are asked for: none speaks of an extra any more."""
        known = frozenset((v, v.value in extras) for v in diagram.variables(self.node) if v.name == "extra")
        return Marker(diagram.decide(self.node, known)) if known else self

    def choices(self) -> frozenset[tuple[str, str]]:
        """What it says of the extras and groups that a lock is asked for: `("dependency_groups", "dev")`."""
        return frozenset((v.name, v.value) for v in diagram.variables(self.node) if v.name in _CHOICES)

    def chosen(self, known: Mapping[tuple[str, str], bool]) -> Marker:
        """This marker once it is decided which extras and groups are asked for, of those that `known` names."""
        made = ((v, known[v.name, v.value]) for v in diagram.variables(self.node) if (v.name, v.value) in known)
        return Marker(diagram.decide(self.node, frozenset(made)))

    def pythons(self) -> tuple[tuple[diagram.Cut | None, diagram.Cut | None], ...]:
        """The stretches of interpreter versions (cut to cut, `None` for open) outside which it cannot hold."""
        if self.node.variable != comparison.PYTHON:
            return () if self.is_empty() else ((None, None),)
        bounds = (None, *self.node.keys, None)
        held = zip(pairwise(bounds), self.node.children, strict=True)
        return tuple(b for b, child in held if child is not diagram.FALSE)  # type: ignore[misc]


ANY = Marker(diagram.TRUE)
EMPTY = Marker(diagram.FALSE)


def _empty() -> Marker:
    return EMPTY


@lru_cache(maxsize=1 << 14)
def parse(written: str) -> Marker:
    """The marker that PEP 508 text says; `ANY` for empty text.

    Raises ValueError (one line) for text that is no marker. `===` between words is read as `==`.
    """
    either = EMPTY
    for each in alternatives(written):
        either |= each
    return either


@lru_cache(maxsize=1 << 14)
def alternatives(written: str) -> tuple[Marker, ...]:
    """The parts of PEP 508 text that its outermost `or`s join, as written; `ANY` for empty text. Raises ValueError."""
    if not written.strip():
        return (ANY,)
    if len(_COMPARISON.findall(written)) > _MOST or written.count("(") > _DEEPEST:
        raise ValueError(f"a marker of more than {_MOST} comparisons or {_DEEPEST} parentheses")
    try:
        tree = Pep508(re.sub(r"===(?=\s*['\"])", "==", written))._markers  # noqa: SLF001  # it has no public syntax tree
    except InvalidMarker as why:
        raise ValueError(str(why).splitlines()[0]) from None
    return tuple(Marker(node) for node in _alternatives(tree))


def rounded(written: str) -> Marker | None:
    """The marker as tools read it that take a pre-release of Python for its release (uv); `None` where it names none.

    Raises ValueError for text that is no marker.
    """
    plain = _PRERELEASE.sub(r"\1", written)
    return None if plain == written else parse(plain)


def _from_tree(tree: object) -> diagram.Node:
    if isinstance(tree, tuple):
        left, operator, right = tree
        literal_left, literal_right = (type(side).__name__ == "Value" for side in (left, right))
        if literal_left == literal_right:
            raise ValueError(f"'{left} {operator} {right}' does not compare a variable with a value")
        return comparison.compare(str(left.value), str(operator), str(right.value), literal_left=literal_left)
    result = diagram.FALSE
    for each in _alternatives(tree):
        result = diagram.either(result, each)
    return result


def _alternatives(tree: object) -> list[diagram.Node]:
    found = [diagram.TRUE]
    for part in tree if isinstance(tree, list) else ():
        if part == "or":
            found.append(diagram.TRUE)
        elif part != "and":
            found[-1] = diagram.both(found[-1], _from_tree(part))
    return found


def python(specifier: str) -> Marker:
    """The interpreters that a PEP 440 specifier set (`>=3.9,!=3.10.*`) admits. Raises ValueError."""
    result = ANY
    for part in filter(None, (p.strip() for p in specifier.split(","))):
        match = re.fullmatch(r"(===|==|!=|~=|<=|>=|<|>)\s*(\S+)", part)
        if match is None:
            raise ValueError(f"'{part}' is no version specifier")
        result &= Marker(comparison.compare("python_full_version", match[1], match[2], literal_left=False))
    return result
