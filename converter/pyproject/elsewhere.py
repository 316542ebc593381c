"""Requirements outside of `[project]`: beside them no such table is made, for setuptools would ignore them."""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping

from converter.tree import Tree

_DYNAMIC = {"dependencies", "optional-dependencies"}
_SETUP_PY = re.compile(r"^[^#\n]*\b(install_requires|extras_require)\b", re.MULTILINE)


def declared_dynamic(document: Mapping[str, object]) -> bool:
    """Whether `[project]` leaves its requirements to the build backend."""
    project = document.get("project")
    dynamic = project.get("dynamic") if isinstance(project, Mapping) else None
    return isinstance(dynamic, list) and not _DYNAMIC.isdisjoint(map(str, dynamic))


def setup_file(tree: Tree) -> str:
    """The setup file of setuptools that holds requirements; empty where none does. Nothing is executed."""
    if _setup_cfg(tree):
        return "setup.cfg"
    return "setup.py" if _SETUP_PY.search((tree.get("setup.py") or b"").decode("utf-8", "replace")) else ""


def holders(tree: Tree, document: Mapping[str, object]) -> str:
    """What holds the project's dependencies outside of `[project]`; empty where nothing does."""
    if isinstance(document.get("project"), Mapping):
        return "[project] dynamic" if declared_dynamic(document) else ""
    return setup_file(tree)


def _setup_cfg(tree: Tree) -> bool:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string((tree.get("setup.cfg") or b"").decode("utf-8", "replace"))
    except configparser.Error:
        return False
    return parser.has_option("options", "install_requires") or parser.has_section("options.extras_require")
