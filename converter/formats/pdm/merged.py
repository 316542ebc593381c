"""The text of each entry's marker, put together along the ways that lead to it, as PDM's resolver puts it together.

Specification: `merge_markers` in `pdm.resolver.graph` of PDM 2.29. What is known already as a condition gets by this
the words that PDM would write: parts that the project's interpreters make needless stay in, alternatives stand in
PDM's order. Where the walk comes to another condition than the lock has, or gets too long, it tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.utils import canonicalize_name

from converter import graph, markers
from converter.formats.pdm.rows import Row
from converter.formats.pdm.wording import SIZE, known_words, marker_text, size
from converter.markers import Marker
from converter.model import Project, Registry, Requirement

if TYPE_CHECKING:
    from dep_logic.markers import BaseMarker

Key = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to an entry: from which other (`None` for a requirement of the project), and its own marker's text."""

    parent: Key | None
    text: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a requirement asks for: an entry, where, by which comparisons of versions, and whether by its place."""

    key: Key
    text: str
    operators: tuple[str, ...]
    direct: bool


def key_of(row: Row) -> Key:
    """The identity of an entry, whatever its version."""
    return row.package.name, tuple(sorted(row.extras))


def merged_texts(project: Project, rows: Sequence[Row], lines: Sequence[Sequence[str]], care: Marker) -> dict[int, str]:
    """The text of each row's marker by the row's number; rows for which the walk tells nothing are left out.

    `lines` are the `dependencies` of each row.
    """
    keys = [key_of(row) for row in rows]
    single = {key for key in keys if keys.count(key) == 1} if len(set(keys)) < len(keys) else set(keys)
    asked: dict[Key, list[_Asked]] = {key: [] for key in keys}
    for parent, several in zip(keys, lines, strict=True):
        found = (each for line in several if (each := _edge(line)))
        asked[parent] += [e for e in found if e.key in asked and not (markers.parse(e.text) & care).is_empty()]
    first = [each for each in _roots(project) if each.key in asked]
    ways: dict[Key, list[_Way]] = {key: [] for key in keys}
    for each in first:
        ways[each.key].append(_Way(None, each.text))
    for parent in _pinned(first, asked):
        for each in asked[parent]:
            ways[each.key].append(_Way(parent, each.text))
    merged = _Merge(ways).run()
    texts = {at: _text(merged.get(key)) for at, key in enumerate(keys) if key in single}
    known = {at: text for at, text in texts.items() if text is not None}
    return {at: text for at, text in known.items() if markers.parse(text) & care == rows[at].marker & care}


def _text(marker: BaseMarker | None) -> str | None:
    if marker is None or marker.is_empty():
        return None
    return "" if marker.is_any() else str(marker)


def _pinned(first: Sequence[_Asked], asked: Mapping[Key, Sequence[_Asked]]) -> Iterator[Key]:
    """The entries in the order in which PDM's resolver pins them, and so comes to what they ask for.

    Specification: `get_preference` in `pdm.resolver.providers` of PDM 2.29, where nothing conflicts.
    """
    top, known = {each.key for each in first}, {key: [each for each in first if each.key == key] for key in asked}
    waiting = dict.fromkeys(each.key for each in first)
    done: set[Key] = set()
    while waiting:
        key = min(waiting, key=lambda each: (each not in top, *_preference(each, known[each])))
        del waiting[key]
        done.add(key)
        yield key
        for each in asked[key]:
            known[each.key].append(each)
            if each.key not in done:
                waiting[each.key] = None


def _preference(key: Key, asked: Sequence[_Asked]) -> tuple[object, ...]:
    operators = [operator for each in asked for operator in each.operators]
    name, extras = key
    pinned = any(operator.startswith("==") for operator in operators)
    identity = f"{name}[{','.join(extras)}]" if extras else name
    return not any(each.direct for each in asked), not pinned, -len(operators), identity


def _roots(project: Project) -> Iterator[_Asked]:
    for _, requirements in sorted(graph.roots(project).items()):
        for each in requirements:
            if not each.marker.is_empty():
                operators = tuple(one.operator for one in each.specifier)
                direct = each.source is not None and not isinstance(each.source, Registry)
                yield _Asked((each.name, tuple(sorted(each.extras))), _spelled(each), operators, direct)


def _spelled(requirement: Requirement) -> str:
    read = _read(requirement.spelling)
    if read is not None and read.marker and markers.parse(str(read.marker)) == requirement.marker:
        return str(read.marker)
    return marker_text(requirement.marker) if not requirement.marker.is_any() else ""


def _edge(line: str) -> _Asked | None:
    read = _read(re.sub(r"^-e \S+#egg=", "", line))
    if read is None:
        return None
    extras = tuple(sorted(canonicalize_name(extra) for extra in read.extras))
    operators = tuple(one.operator for one in read.specifier)
    return _Asked((canonicalize_name(read.name), extras), str(read.marker or ""), operators, read.url is not None)


def _read(line: str) -> Pep508 | None:
    try:
        return Pep508(known_words(line)) if line else None
    except InvalidRequirement:
        return None


@dataclass(slots=True)
class _Merge:
    """The state of a merge: what is put together so far; `None` is a marker that got too long."""

    ways: Mapping[Key, Sequence[_Way]]
    done: dict[Key, BaseMarker | None] = field(default_factory=dict)
    circular: dict[Key, set[Key]] = field(default_factory=dict)

    def run(self) -> Mapping[Key, BaseMarker | None]:
        """The marker of each entry; of a circle one entry is put together without the others first, then again."""
        left = dict.fromkeys(self.ways)
        while left:
            ready = [key for key in left if not self._waits(key, left)]
            fresh = {key: self._built(key, self.circular.get(key, ())) for key in ready}
            self.done |= fresh
            left = {key: None for key in left if key not in fresh}
            if not ready:
                first = next((key for key in left if key not in self.circular), None)
                if first is None:
                    break
                parents = (way.parent for way in self.ways[first])
                self.circular[first] = {p for p in parents if p is not None and p in left and p != first}
        self.done |= {key: self._built(key, ()) for key in self.circular}
        return self.done

    def _waits(self, key: Key, left: Mapping[Key, None]) -> bool:
        kept = self.circular.get(key, set())
        return any(way.parent is not None and way.parent in left and way.parent not in kept for way in self.ways[key])

    def _built(self, key: Key, passed: Iterable[Key]) -> BaseMarker | None:
        from dep_logic.markers import AnyMarker

        marker: BaseMarker | None = None
        for way in self.ways[key]:
            if way.parent is not None and (way.parent in passed or way.parent not in self.done):
                continue
            above = AnyMarker() if way.parent is None else self.done[way.parent]
            own = _parsed(way.text)
            if above is None or own is None or size(str(above)) + size(str(own)) > SIZE:
                return None
            both = own & above
            if marker is not None and size(str(marker)) + size(str(both)) > SIZE:
                return None
            marker = both if marker is None else marker | both
        return AnyMarker() if marker is None else marker


def _parsed(text: str) -> BaseMarker | None:
    from dep_logic.markers import AnyMarker, InvalidMarker, parse_marker

    if not text:
        return AnyMarker()
    if size(text) > SIZE:
        return None
    try:
        return parse_marker(text)
    except (InvalidMarker, ValueError):
        return None
