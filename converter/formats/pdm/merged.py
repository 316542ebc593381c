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
from converter.model import Project, Requirement

if TYPE_CHECKING:
    from dep_logic.markers import BaseMarker

Key = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to an entry: from which other (`None` for a requirement of the project), and its own marker's text."""

    parent: Key | None
    text: str


def key_of(row: Row) -> Key:
    """The identity of an entry, whatever its version."""
    return row.package.name, tuple(sorted(row.extras))


def merged_texts(project: Project, rows: Sequence[Row], lines: Sequence[Sequence[str]], care: Marker) -> dict[int, str]:
    """The text of each row's marker by the row's number; rows for which the walk tells nothing are left out.

    `lines` are the `dependencies` of each row.
    """
    keys = [key_of(row) for row in rows]
    single = {key for key in keys if keys.count(key) == 1} if len(set(keys)) < len(keys) else set(keys)
    ways: dict[Key, list[_Way]] = {key: [] for key in keys}
    for key, text in _roots(project):
        if key in ways:
            ways[key].append(_Way(None, text))
    for parent, several in zip(keys, lines, strict=True):
        for key, text in (found for line in several if (found := _edge(line))):
            if key in ways and not (markers.parse(text) & care).is_empty():
                ways[key].append(_Way(parent, text))
    merged = _Merge(ways).run()
    texts = {at: _text(merged.get(key)) for at, key in enumerate(keys) if key in single}
    known = {at: text for at, text in texts.items() if text is not None}
    return {at: text for at, text in known.items() if markers.parse(text) & care == rows[at].marker & care}


def _text(marker: BaseMarker | None) -> str | None:
    if marker is None or marker.is_empty():
        return None
    return "" if marker.is_any() else str(marker)


def _roots(project: Project) -> Iterator[tuple[Key, str]]:
    for _, requirements in sorted(graph.roots(project).items()):
        for each in requirements:
            if not each.marker.is_empty():
                yield (each.name, tuple(sorted(each.extras))), _spelled(each)


def _spelled(requirement: Requirement) -> str:
    read = _read(requirement.spelling)
    if read is not None and read.marker and markers.parse(str(read.marker)) == requirement.marker:
        return str(read.marker)
    return marker_text(requirement.marker) if not requirement.marker.is_any() else ""


def _edge(line: str) -> tuple[Key, str] | None:
    read = _read(re.sub(r"^-e \S+#egg=", "", line))
    if read is None:
        return None
    extras = tuple(sorted(canonicalize_name(extra) for extra in read.extras))
    return (canonicalize_name(read.name), extras), str(read.marker or "")


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
