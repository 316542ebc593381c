"""Upsun (and Platform.sh before it): an app's configuration follows its project to another package manager.

Specification: https://docs.upsun.com, its pages on app configuration, hooks, dependencies and Python. Read are
`.upsun/*.yaml`, `.platform.app.yaml`, `.platform/applications.yaml`, what they include, and `.environment`. YAML is
never dumped and shell never re-printed: the words that change are spliced in the text. No format is known here; what
each manager needs is one table, `recipes.MANAGERS`.

Here is what every conversion asks: whether there is such a configuration. Only where there is, `follow`, `settings`,
`checks` and `versions` are loaded; they bring the shell's grammar along.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from converter.upsun.apps import apps, holding
from converter.upsun.recipes import MANAGERS

if TYPE_CHECKING:
    from converter.tree import Tree

__all__ = ["MANAGERS", "Deployed", "deployed", "named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """Where a project runs: the app's name, its Python ("" where a default is meant), and the place that says so."""

    name: str
    python: str
    where: str


def named(tree: Tree) -> tuple[str, ...]:
    """The names of the Python apps that a repository deploys. Raises InputError."""
    return tuple(app.name for app in apps(tree) if app.python is not None)


def deployed(tree: Tree, folder: PurePosixPath) -> Deployed | None:
    """The app that the project in `folder` runs as, the first of several; None where none holds it.

    Raises InputError for a configuration that cannot be read.
    """
    app = next(iter(holding(tree, folder)), None)
    if app is None or app.python is None:
        return None
    version, node = app.python
    return Deployed(name=app.name, python=version, where=f"{app.file}: line {node.line}")
