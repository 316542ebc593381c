"""How much a loss matters."""

from __future__ import annotations

from enum import Enum


class Level(Enum):
    """How much a loss matters."""

    NOTE = "note"  # same meaning in another form
    LOSS = "loss"  # meaning weakened or left behind
    STOP = "stop"  # cannot be said; nothing is written
