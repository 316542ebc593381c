"""Markers, constraints and requirements in the words of Poetry, by the library that it spells them with: poetry-core.

Poetry writes what `str` of poetry-core's values says, so no writer but poetry-core gives the same text. It serves text
alone: what it makes of a marker is read back and must mean the same, and markers beyond a size are not given to it, for
its normal forms may grow exponentially.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet

from converter import markers
from converter.markers import DOUBLE, EMPTY, Marker
from converter.pyproject.requirement import parse_requirement

if TYPE_CHECKING:
    from poetry.core.version.markers import BaseMarker

    from converter.model import Package, Requirement

    Value = BaseMarker | None

_PLAIN, _MIXED = 16, 8  # comparisons of a marker: joined by one word alone, by `and` and `or`
_NEVER = "<empty>"  # as poetry-core writes it
_CLAUSES = 24  # comparisons of a constraint
_COMPARISON = re.compile(r"[<>!=~]=?=?|\bin\b")
_EQUAL = re.compile(r"(\w+)\s*==")
_LINE = re.compile(
    r"\s*(?P<name>[\w.-]+)\s*(?:\[[^\]]*\])?\s*(?P<bounds>\([^)]*\)|[^;@(]*)\s*(?:;\s*(?P<marker>.*))?", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A release's own requirement, and the words in which Poetry repeats it.

    `name` as written; `marker` and `bare` are its condition with and without the extras that it is for.
    """

    requirement: Requirement
    name: str
    constraint: str
    marker: str
    bare: str


@lru_cache(maxsize=1 << 14)
def published(line: str) -> Published:
    """A line of Requires-Dist. Raises ValueError for one that is no requirement, or no constraint on versions."""
    read, match = parse_requirement(line), _LINE.fullmatch(line)
    if match is None or read.source is not None:
        raise ValueError(f"{line!r} does not name versions")
    written = (match["marker"] or "").strip()
    spelled = value(written) if written else None
    marker = respelled(written) if spelled is None else str(spelled)
    bare = read.marker.with_extras(read.marker.names())
    return Published(
        requirement=read,
        name=match["name"],
        constraint=constraint_text(match["bounds"].strip("() ")),
        marker=marker,
        bare=_plain(bare) if spelled is None else str(spelled.without_extras()),
    )


def _plain(marker: Marker) -> str:
    return marker.text(DOUBLE) if not marker.is_empty() else ""


def _weight(text: str) -> int:
    """How many comparisons there are to sort out; those of one word for equality count once: they are kept together."""
    words = {each for each in _EQUAL.findall(text) if not each.startswith("python_")}
    several = sum(not each.startswith("python_") for each in _EQUAL.findall(text))
    return len(_COMPARISON.findall(text)) - several + len(words)


@lru_cache(maxsize=1 << 12)
def value(text: str) -> Value:
    """poetry-core's value of a marker's text; `None` where it is too long, or read otherwise than by PEP 508."""
    from poetry.core.version.markers import parse_marker

    if _weight(text) > (_MIXED if " or " in text and " and " in text else _PLAIN):
        return None
    try:
        made = parse_marker(text)
        return made if _meaning(str(made)) == markers.parse(text) else None
    except _refusals():  # `"x" in dependency_groups` is none to it
        return None


@lru_cache(maxsize=1)
def _refusals() -> tuple[type[Exception], ...]:
    """What poetry-core raises for a marker that it does not read; it brings its own copy of lark along."""
    from poetry.core.version.markers import InvalidMarkerError

    return (InvalidMarkerError, ValueError, RecursionError, resolve_name("lark.exceptions:LarkError"))


def _meaning(text: str) -> Marker:
    return EMPTY if text == _NEVER else markers.parse(text)


def both(one: Value, other: Value) -> Value:
    """Where two values hold; `None` where one is, or where they are too large."""
    if one is None or other is None or not _small(one, other):
        return None
    try:
        return one.intersect(other)
    except RecursionError:
        return None


def either(one: Value, other: Value) -> Value:
    """Where one of two values holds; `None` as `both`."""
    if one is None or other is None or not _small(one, other):
        return None
    try:
        return one.union(other)
    except RecursionError:
        return None


def opposite(one: Value) -> Value:
    """Where a value does not hold; `None` as `both`."""
    if one is None or one.complexity[1] > _MIXED:
        return None
    try:
        return one.invert()
    except RecursionError:
        return None


def _small(one: BaseMarker, other: BaseMarker) -> bool:
    """poetry-core multiplies out all but what is equal or without a condition."""
    return one == other or one.complexity[1] + other.complexity[1] <= _MIXED


def bare_value(made: Value) -> Value:
    """A value without the extras that it is for."""
    return None if made is None else made.without_extras()


def written_marker(requirement: Requirement) -> str:
    """The marker of a requirement as its author wrote it, where that is known."""
    match = _LINE.fullmatch(requirement.spelling)
    try:
        written = parse_requirement(requirement.spelling).marker
    except ValueError:
        match = None
    known = match is not None and match["marker"] and written == requirement.marker
    return match["marker"] if known and match else requirement.marker.text(DOUBLE)


@lru_cache(maxsize=1 << 12)
def respelled(text: str) -> str:
    """Marker text as poetry-core writes it; the same text where it is too long or none that poetry-core reads."""
    made = value(text) if text else None
    return text if made is None else str(made)


@lru_cache(maxsize=1 << 12)
def narrowed(text: str, pythons: str) -> str:
    """Marker text without what the project's interpreters (a specifier set) imply, as Poetry leaves that out.

    With `>=3.10` it is `python_version == "3.10"` that is left of `python_version < "3.11"`: an equality takes in a
    bound of the project, by `reduce_by_python_constraint`.
    """
    from poetry.core.constraints.version import parse_marker_version_constraint

    made = value(text) if text else None
    if made is None or not pythons:
        return text
    care = markers.python(pythons)
    try:
        less = str(made.reduce_by_python_constraint(parse_marker_version_constraint(pythons)))
        return less if less != _NEVER and markers.parse(less) & care == markers.parse(text) & care else text
    except (ValueError, RecursionError):
        return text


@lru_cache(maxsize=1 << 12)
def constraint_text(bounds: str) -> str:
    """Bounds on versions as poetry-core writes them: `~=1.0` is `>=1.0,<2.0`, `==1.0` is `1.0`; `*` for none."""
    from poetry.core.constraints.version import parse_constraint
    from poetry.core.constraints.version.exceptions import ParseConstraintError

    text = bounds.replace("===", "==") or "*"
    if text.count(",") >= _CLAUSES:
        return text
    try:
        return str(parse_constraint(text))
    except (ParseConstraintError, ValueError):
        return text


@lru_cache(maxsize=1 << 12)
def intersected(one: str, other: str) -> str:
    """What two constraints admit together, as poetry-core writes it; empty where that is nothing."""
    from poetry.core.constraints.version import parse_constraint
    from poetry.core.constraints.version.exceptions import ParseConstraintError

    try:
        both = parse_constraint(one).intersect(parse_constraint(other))
    except (ParseConstraintError, ValueError):
        return ""
    return "" if both.is_empty() else str(both)


def bounds_text(constraint: str) -> str:
    """A constraint in the parentheses of a requirement: ` (>=1)`; empty for any version."""
    if constraint == "*":
        return ""
    if "||" in constraint:  # a hole that PEP 508 can say: `>=6,<8.1 || >=8.2.dev0` is `>=6,!=8.1.*`
        constraint = ",".join(map(constraint_text, constraint.split(",")))
    return f" (=={constraint})" if constraint[0].isalnum() else f" ({constraint})"


def python_text(package: Package) -> str:
    """`python-versions` of a package: Requires-Python in the words that Poetry repeats where they are known, or `*`."""
    meant, stated = package.requires_python, package.stated_python
    said = stated is not None and meant is not None and _means(stated, meant)
    return stated if stated is not None and said else str(meant or "") or "*"


def _means(stated: str, meant: SpecifierSet) -> bool:
    try:
        return SpecifierSet(stated) == meant
    except ValueError:
        return False
