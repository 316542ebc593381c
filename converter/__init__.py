"""Move a Python project from one package manager to another, without losing a pin, a hash, a marker or a group.

    from converter import FORMATS, Options, Settings, Tree, convert

    tree = Tree.of({"Pipfile": ..., "Pipfile.lock": ...})
    done = convert(tree, FORMATS["pipenv"], FORMATS["poetry"], Options(), Settings(cache=folder, offline=True))
    done.plan.edits, done.plan.losses

Nothing is read or written here but the index's cache; `converter.disk` reads a folder and applies a plan. The public
names load what they need when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from converter.convert import Conversion, Options, convert
    from converter.errors import ConvertError
    from converter.formats import FORMATS
    from converter.index import Settings
    from converter.losses import Level, Loss, Lossy
    from converter.model import Project
    from converter.plan import Plan
    from converter.tree import Tree

__all__ = [
    "FORMATS",
    "Conversion",
    "ConvertError",
    "Level",
    "Loss",
    "Lossy",
    "Options",
    "Plan",
    "Project",
    "Settings",
    "Tree",
    "convert",
    "emit",
    "parse",
]

_HOMES = {
    "FORMATS": "converter.formats",
    "Conversion": "converter.convert",
    "ConvertError": "converter.errors",
    "Level": "converter.losses",
    "Loss": "converter.losses",
    "Lossy": "converter.losses",
    "Options": "converter.convert",
    "Plan": "converter.plan",
    "Project": "converter.model",
    "Settings": "converter.index",
    "Tree": "converter.tree",
    "convert": "converter.convert",
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(_HOMES[name])
    # all that it has at once: its import has just set `convert` to the module `converter.convert`
    globals().update({each: getattr(home, each) for each, place in _HOMES.items() if place == _HOMES[name]})
    return globals()[name]


def parse(tree: Tree, source: str, *, name: str = "project") -> Lossy[Project]:
    """The project of format `source` in a tree; `name` is used where no file has one. Raises InputError."""
    from converter.formats import FORMATS

    return FORMATS[source].parse(tree, name)


def emit(project: Project, target: str, tree: Tree | None = None) -> Lossy[Tree]:
    """The tree (an empty one if left out) with the project written as format `target`."""
    from converter.formats import FORMATS
    from converter.tree import Tree

    return FORMATS[target].emit(project, Tree({}) if tree is None else tree)
