"""Stretches of a text, asked whether they cover a place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from converter.shell.syntax import Node


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches that do not overlap, in order: where each begins, and where it ends."""

    starts: Sequence[int]
    ends: Sequence[int]

    @staticmethod
    def of(spans: Iterable[tuple[int, int]]) -> Spans:
        """The stretches that these make together."""
        starts: list[int] = []
        ends: list[int] = []
        for start, end in sorted(spans):
            if ends and start < ends[-1]:
                ends[-1] = max(end, ends[-1])
            else:
                starts.append(start)
                ends.append(end)
        return Spans(starts, ends)

    def cover(self, node: Node) -> bool:
        """Whether a node lies within one of them."""
        return self.has(node.start, node.end)

    def has(self, start: int, end: int) -> bool:
        """Whether what is between two places lies within one of them."""
        last = bisect_right(self.starts, start) - 1
        return last >= 0 and end <= self.ends[last]
