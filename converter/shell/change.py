"""What becomes of a piece of shell text."""

from __future__ import annotations

from dataclasses import dataclass

from converter.losses import Kind
from converter.shell.syntax import Node


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """The text between two places is replaced."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Edits in a command, or its removal, and what is to be said of it: kinds of loss with a detail."""

    at: int
    splices: tuple[Splice, ...] = ()
    removed: tuple[Node, ...] = ()
    notes: tuple[tuple[Kind, str], ...] = ()
