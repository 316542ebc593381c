"""A project handed from one build backend to another: `move`. What goes into the wheel stays.

The sdist is what its backend makes of it: some take all that git knows, some the packages alone. A setting that the new
backend has no word for stops it; classifiers that poetry-core made up by itself were written by nobody and go.
"""

from __future__ import annotations

from converter.losses import Lossy
from converter.pyproject.backend.move import BACKENDS, move
from converter.pyproject.backend.references import admitted
from converter.tree import Tree

__all__ = ["BACKENDS", "kept", "move"]


def kept(tree: Tree, wanted: str | None) -> Lossy[Tree]:
    """The tree with a manifest that its build backend, or the one that is `wanted`, builds from.

    Raises InputError as `move`.
    """
    moved = move(tree, wanted) if wanted else Lossy(tree)
    done = admitted(moved.value)
    return Lossy(done.value, (*moved.losses, *done.losses))
