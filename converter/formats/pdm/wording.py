"""Markers, ranges and requirements in PDM's own words, by the library that PDM spells them with: dep-logic.

PDM writes what `str` of dep-logic's values says, so no writer but dep-logic gives the same text. It serves text alone:
what it makes of a marker is read back and must mean the same, and markers beyond a size are not given to it, for its
normal forms may grow exponentially.
"""

from __future__ import annotations

import re
from functools import lru_cache

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508

from converter import markers
from converter.formats.pdm.lines import line_text
from converter.markers import ANY, DOUBLE, Marker
from converter.model import Dependency, Registry, Requirement

_PYTHON = ("python_version", "python_full_version")
SIZE = 16  # comparisons; the largest that PDM itself wrote in a hundred locks has 9
_COMPARISON = re.compile(r"[<>!=~]=?=?|\bin\b")


def size(text: str) -> int:
    """How many comparisons a marker's text has."""
    return len(_COMPARISON.findall(text))


@lru_cache(maxsize=1 << 12)
def marker_text(marker: Marker) -> str:
    """A marker as PDM spells it; empty for one that always holds. Raises ValueError for one that never does."""
    text = marker.text(DOUBLE)
    spelled = respelled(text)
    return spelled if spelled and markers.parse(spelled) == marker else text


@lru_cache(maxsize=1 << 12)
def respelled(text: str) -> str:
    """Marker text as dep-logic writes it; the same text where it is too long or none that dep-logic reads."""
    from dep_logic.markers import InvalidMarker, parse_marker

    if not text or size(text) > SIZE:
        return text
    try:
        return str(parse_marker(text)) or text
    except (InvalidMarker, ValueError):
        return text


@lru_cache(maxsize=1 << 8)
def python_text(stated: str) -> str:
    """A range of interpreters as a target of PDM's lock has it: `>=3.9,<4.0` is `~=3.9`."""
    from dep_logic.specifiers import InvalidSpecifier, parse_version_specifier

    try:
        return str(parse_version_specifier(stated))
    except (InvalidSpecifier, ValueError):
        return stated


def edge_text(edge: Dependency) -> str:
    """An edge as a line of `dependencies`: `name[extra]<2,>=1; marker`."""
    extras = f"[{','.join(sorted(edge.extras))}]" if edge.extras else ""
    marker = "" if edge.marker.is_any() else marker_text(edge.marker)
    if edge.source is None or isinstance(edge.source, Registry):
        return f"{edge.name}{extras}{edge.specifier}" + (f"; {marker}" if marker else "")
    return line_text(Requirement(name=edge.name, extras=edge.extras, marker=edge.marker, source=edge.source))


@lru_cache(maxsize=1 << 14)
def published_text(line: str, extras: frozenset[str]) -> str:
    """A release's own requirement as PDM quotes it, without the extras that ask for it; empty where these do not.

    Raises ValueError for a line that is no requirement.
    """
    try:
        read = Pep508(line)
    except InvalidRequirement as why:
        raise ValueError(str(why)) from None
    marker = markers.parse(str(read.marker)) if read.marker else ANY
    asked = frozenset(marker.names())
    if asked.isdisjoint(extras) if extras else marker.with_extras(()).is_empty():
        return ""
    name = re.sub(r"[^A-Za-z0-9]+", "-", read.name)
    inner = f"[{','.join(sorted(read.extras))}]" if read.extras else ""
    text = _without_extras(str(read.marker), asked) if read.marker else ""
    if read.url:
        return f"{name}{inner} @ {read.url}" + (f" ; {text}" if text else "")
    return f"{name}{inner}{read.specifier}" + (f"; {text}" if text else "")


def _without_extras(text: str, asked: frozenset[str]) -> str:
    from dep_logic.markers import InvalidMarker, parse_marker

    if not asked:
        return respelled(text)
    if size(text) > SIZE:
        return marker_text(markers.parse(text).with_extras(asked))
    try:
        return str(parse_marker(text).without_extras())
    except (InvalidMarker, ValueError):
        return marker_text(markers.parse(text).with_extras(asked))


@lru_cache(maxsize=1 << 12)
def joined(text: str, ranges: tuple[str, ...], stated: str) -> str:
    """A marker's text once it is narrowed to each of several ranges of interpreters, and these put together again.

    As PDM writes it: without the interpreters where they are all of `stated`. The same text where it gets too long.
    """
    from dep_logic.markers import BaseMarker, EmptyMarker, InvalidMarker, parse_marker

    if size(text) + len(ranges) * 2 > SIZE:
        return text
    whole: BaseMarker = EmptyMarker()
    try:
        for each in ranges:
            whole |= parse_marker(text) & parse_marker(markers.python(each).text(DOUBLE))
    except (InvalidMarker, ValueError):
        return text
    asked = markers.parse(str(whole.only(*_PYTHON)))
    care = markers.python(stated)
    bare = whole.exclude(_PYTHON[0]).exclude(_PYTHON[1])
    made = str(bare if (care & ~asked).is_empty() else whole)
    return made if markers.parse(made).under(care) == markers.parse(text).under(care) else text
