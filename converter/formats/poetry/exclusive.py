"""Several requirements of one name as Poetry locks them: one for each condition, no two of which hold at once.

`proto-plus >=1.22.3` beside `proto-plus >=1.25.0 ; python_version >= "3.13"` becomes `>=1.22.3` below 3.13 and
`>=1.25.0` from there on. Specification: `Provider.complete_package` and `_resolve_overlapping_markers` of Poetry 2.5.

The text is a proposal, as everywhere here: conditions that are too large for poetry-core have none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING

from converter import markers
from converter.formats.poetry.wording import Published, both, either, intersected, opposite, value
from converter.markers import Marker

if TYPE_CHECKING:
    from converter.formats.poetry.wording import Value

_MOST = 5  # different constraints: each is taken or left out, in turn
_Held = Callable[[Marker], bool]


@dataclass(frozen=True, slots=True)
class _Part:
    """A requirement, or what several of them ask for where they hold together."""

    line: Published
    constraint: str
    marker: Value


def exclusive(lines: Sequence[Published], extras: frozenset[str], care: Marker) -> list[Published]:
    """The requirements of one name as the entries of its table; empty where Poetry's own words are not known.

    `extras` are those that somebody asked for: what they need stands beside what is needed in any case.
    """
    always = [line for line in lines if not line.requirement.marker.names()]
    plain = _of_node(always, lambda marker: not (marker & care).is_empty())
    if len(always) == len(lines):
        return plain
    asked = _of_node(lines, lambda marker: not (marker.with_extras(extras) & care).is_empty())
    known = {(line.constraint, line.requirement.extras, line.marker) for line in plain}
    more = [line for line in asked if (line.constraint, line.requirement.extras, line.marker) not in known]
    whole = bool(asked) and (bool(plain) or not always)
    return sorted([*plain, *more], key=lambda line: line.marker) if whole else []


def _of_node(lines: Sequence[Published], held: _Held) -> list[Published]:
    """The entries of a package, or of a package with some of its extras, which Poetry looks at apart."""
    alike: dict[frozenset[str], list[Published]] = {}
    for line in lines:
        alike.setdefault(line.requirement.extras, []).append(line)
    made: list[Published] = []
    for several in alike.values():
        apart = several if len(several) == 1 else _apart(several, held)
        if not apart:
            return []
        made += apart
    return sorted(made, key=lambda line: line.marker)


def _apart(lines: Iterable[Published], held: _Held) -> list[Published]:
    parts = _merged(_Part(line, line.constraint, value(line.marker)) for line in lines)
    if len(parts) > _MOST:
        return []
    taken = [list(zip(parts, uses, strict=True)) for uses in product((True, False), repeat=len(parts)) if any(uses)]
    made = [part for each in taken for part in _together(each, held)]
    return [] if any(part.marker is None for part in made) else [_line(part) for part in _merged(made)]


def _merged(parts: Iterable[_Part]) -> list[_Part]:
    """Parts of one constraint as one."""
    found: dict[str, _Part] = {}
    for part in parts:
        known = found.get(part.constraint)
        found[part.constraint] = replace(known, marker=either(known.marker, part.marker)) if known else part
    return list(found.values())


def _together(taken: Iterable[tuple[_Part, bool]], held: _Held) -> Iterator[_Part]:
    """What is asked for where exactly the taken parts hold; nothing where nobody is."""
    used = [part for part, use in taken if use]
    rest = [opposite(part.marker) for part, use in taken if not use]
    marker = reduce(both, [*(part.marker for part in used), *rest])
    if marker is None:
        yield replace(used[0], marker=None)
    elif not marker.is_empty() and held(markers.parse(str(marker))):
        constraint = reduce(intersected, (part.constraint for part in used))
        yield _Part(used[0].line, constraint, marker if constraint else None)


def _line(part: _Part) -> Published:
    text = str(part.marker)
    requirement = replace(part.line.requirement, marker=markers.parse(text))
    return replace(part.line, requirement=requirement, constraint=part.constraint, marker=text)
