"""What a conversion could not carry over as it was: a closed set of kinds, each with one level.

A loss is a value that travels beside the result it concerns (`Lossy`). Silence is a bug: a parser that skips a key, an
emitter that cannot say something, a step that chose between two readings returns a loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from converter.errors import masked
from converter.losses.kinds import FORCED, Kind
from converter.losses.level import Level

__all__ = ["BY_CODE", "FORCED", "Kind", "Level", "Loss", "Lossy"]

T = TypeVar("T")

BY_CODE: Mapping[str, Kind] = {kind.code: kind for kind in Kind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One thing that was not carried over as it was: its kind, where it stood, and what it was (credentials masked).

    `packages` are the normalized names it concerns, where it concerns packages, and `hashes` those that were left out
    of the target: `verify` excuses only those.
    """

    kind: Kind
    where: str
    detail: str
    packages: frozenset[str] = frozenset()
    hashes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", masked(self.where))
        object.__setattr__(self, "detail", masked(self.detail))

    @property
    def text(self) -> str:
        """One line for people: level, code, place, what it was."""
        return f"{self.level.name} {self.kind.code}: {self.where}: {self.detail}"

    @property
    def level(self) -> Level:
        """The level of its kind."""
        return self.kind.level


@dataclass(frozen=True, slots=True)
class Lossy(Generic[T]):
    """A value and what was lost on the way to it."""

    value: T
    losses: tuple[Loss, ...] = ()
