"""Markers, constraints and requirements in the words of Poetry, by the library that it spells them with: poetry-core.

Poetry writes what `str` of poetry-core's values says, so no writer but poetry-core gives the same text. It serves text
alone: what it makes of a marker is read back and must mean the same, and markers beyond a size are not given to it, for
its normal forms may grow exponentially.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet

from converter import markers
from converter.markers import ANY, DOUBLE, Marker
from converter.pyproject.requirement import parse_requirement

if TYPE_CHECKING:
    from poetry.core.version.markers import BaseMarker

    from converter.model import Requirement

SIZE = 12  # comparisons of a marker
_CLAUSES = 24  # comparisons of a constraint
_COMPARISON = re.compile(r"[<>!=~]=?=?|\bin\b")
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
    spelled = _core_marker(written) if written else None
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


def size(text: str) -> int:
    """How many comparisons a marker's text has."""
    return len(_COMPARISON.findall(text))


@lru_cache(maxsize=1 << 12)
def _core_marker(text: str) -> BaseMarker | None:
    """poetry-core's value of a marker's text; `None` where it is too long, or read otherwise than by PEP 508."""
    from poetry.core.version.markers import InvalidMarkerError, parse_marker

    if size(text) > SIZE:
        return None
    try:
        made = parse_marker(text)
        return made if markers.parse(str(made)) == markers.parse(text) else None
    except (InvalidMarkerError, ValueError, RecursionError):
        return None


@lru_cache(maxsize=1 << 12)
def respelled(text: str) -> str:
    """Marker text as poetry-core writes it; the same text where it is too long or none that poetry-core reads."""
    made = _core_marker(text) if text else None
    return text if made is None else str(made)


@lru_cache(maxsize=1 << 12)
def narrowed(text: str, pythons: str) -> str:
    """Marker text without what the project's interpreters (a specifier set) imply, as Poetry leaves that out.

    With `>=3.10` it is `python_version == "3.10"` that is left of `python_version < "3.11"`: an equality takes in a
    bound of the project, by `reduce_by_python_constraint`.
    """
    from poetry.core.constraints.version import parse_marker_version_constraint

    made = _core_marker(text) if text else None
    if made is None or not pythons:
        return text
    care = markers.python(pythons)
    try:
        less = str(made.reduce_by_python_constraint(parse_marker_version_constraint(pythons)))
        kept = less != "<empty>" and (markers.parse(less) if less else ANY) & care == markers.parse(text) & care
    except (ValueError, RecursionError):
        return text
    return less if kept else text


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


def bounds_text(constraint: str) -> str:
    """A constraint in the parentheses of a requirement: ` (>=1)`; empty for any version."""
    if constraint == "*":
        return ""
    return f" (=={constraint})" if constraint[0].isalnum() else f" ({constraint})"


def python_text(stated: str | None, meant: SpecifierSet | None) -> str:
    """`python-versions`: Requires-Python in the release's own words where it has that meaning; `*` for any."""
    return stated.strip() if stated and meant is not None and _means(stated, meant) else str(meant or "") or "*"


def _means(stated: str, meant: SpecifierSet) -> bool:
    try:
        return SpecifierSet(stated) == meant
    except ValueError:
        return False
