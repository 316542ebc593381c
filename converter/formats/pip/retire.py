"""The tree without the files that belonged to pip alone."""

from __future__ import annotations

from converter.formats.pip.scopes import layout
from converter.losses import Lossy
from converter.tree import Tree


def retire(tree: Tree) -> Lossy[Tree]:
    """The tree without its requirements files and those that they read."""
    return Lossy(tree.drop(*(path for path in layout(tree).files if path in tree)))
