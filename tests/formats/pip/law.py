"""What the laws must know of pip: what its files can say."""

from __future__ import annotations

from tests.strategies import Powers

FREE = r"(?!)"  # every key of a line is an option
POWERS = Powers(forks=True, python=(">=3.9", "<4.0,>=3.9", "==3.11.*"), filenames=True)
