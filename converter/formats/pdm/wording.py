"""Markers, ranges and requirements in PDM's own words, by the library that PDM spells them with: dep-logic.

PDM writes what `str` of dep-logic's values says, so no writer but dep-logic gives the same text. It serves text alone:
what it makes of a marker is read back and must mean the same, and markers beyond a size are not given to it, for its
normal forms may grow exponentially.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.formats.pdm.lines import line_text
from converter.markers import ANY, DOUBLE, Marker
from converter.model import Dependency, Registry, Requirement

if TYPE_CHECKING:
    from dep_logic.markers import BaseMarker

_PYTHON = ("python_version", "python_full_version")
_MINOR = 2
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


def known_words(line: str) -> str:
    """A requirement without `===` between words, at which PDM's own lock command fails: there it means `==`."""
    return re.sub(r"===(?=\s*['\"])", "==", line)


@lru_cache(maxsize=1 << 14)
def published_text(line: str, extras: frozenset[str]) -> str:
    """A release's own requirement as PDM quotes it, without the extras that ask for it; empty where these do not.

    Spelled twice, as PDM does that has it in its cache or reads it from a lock: that may turn the marker's order.
    Raises ValueError for a line that is no requirement.
    """
    try:
        read = Pep508(known_words(line))
    except InvalidRequirement as why:
        raise ValueError(str(why)) from None
    marker = markers.parse(str(read.marker)) if read.marker else ANY
    asked = frozenset(marker.names())
    if asked.isdisjoint(extras) if extras else marker.with_extras(()).is_empty():
        return ""
    name = re.sub(r"[^A-Za-z0-9]+", "-", read.name)
    inner = f"[{','.join(sorted(read.extras))}]" if read.extras else ""
    text = respelled(_without_extras(str(read.marker), asked)) if read.marker else ""
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

    As `LockedRepository.merge_result` of PDM puts them together, target by target: without the interpreters where they
    are all of `stated`. The same text where it gets too long.
    """
    from dep_logic.markers import InvalidMarker, parse_marker

    if size(text) + len(ranges) * 2 > SIZE:
        return text
    mine, care = markers.parse(text), markers.python(stated)
    whole: BaseMarker | None = None
    try:
        for each in ranges:
            within = parse_marker(_python_marker(each))
            part = within if (markers.python(each) & ~mine).is_empty() else within & parse_marker(text)
            if not part.is_empty():
                whole = part if whole is None else _without_pythons(whole | part, stated)
    except (InvalidMarker, ValueError):
        return text
    made = "" if whole is None or whole.is_any() else str(whole)
    return made if markers.parse(made) & care == mine & care else text


def _without_pythons(marker: BaseMarker, stated: str) -> BaseMarker:
    """A marker without what it says of interpreters, where that admits all of `stated`."""
    asked = marker.only(*_PYTHON)
    if (markers.python(stated) & ~markers.parse("" if asked.is_any() else str(asked))).is_empty():
        return marker.exclude(_PYTHON[0]).exclude(_PYTHON[1])
    return marker


def _python_marker(stated: str) -> str:
    """A range of interpreters as marker text: `PySpecSet.as_marker_string` of PDM, which sorts versions as words."""
    parts: list[str] = []
    for one in sorted(SpecifierSet(python_text(stated)), key=lambda each: each.version):
        minor = one.version.removesuffix(".*")
        variable = _PYTHON[len(minor.split(".")) > _MINOR]
        parts.append(f'{variable} {one.operator} "{minor}"')
    return " and ".join(parts)
