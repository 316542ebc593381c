"""A project handed from one build backend to another: `move`. What goes into the wheel stays.

The sdist is what its backend makes of it: some take all that git knows, some the packages alone. A setting that the new
backend has no word for stops it; classifiers that poetry-core made up by itself were written by nobody and go.
"""

from __future__ import annotations

from converter.pyproject.backend.move import BACKENDS, move

__all__ = ["BACKENDS", "move"]
