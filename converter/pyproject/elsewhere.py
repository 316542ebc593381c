"""Requirements that setup files hold: beside them no `[project]` is made, for setuptools would then ignore theirs."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator, Mapping

from converter.losses import Kind, Loss
from converter.tree import Tree

_DYNAMIC = {"dependencies", "optional-dependencies"}
_SETUP_PY = re.compile(r"^[^#\n]*\b(install_requires|extras_require)\b", re.MULTILINE)


def holders(tree: Tree, document: Mapping[str, object]) -> str:
    """What holds the project's dependencies outside of `[project]`; empty where nothing does."""
    project = document.get("project")
    if isinstance(project, Mapping):
        dynamic = project.get("dynamic")
        declared = isinstance(dynamic, list) and _DYNAMIC & set(map(str, dynamic))
        return "[project] dynamic" if declared and not _is_poetry(document) else ""
    if isinstance(document.get("build-system"), Mapping) and _is_poetry(document):
        return ""
    if _setup_cfg(tree):
        return "setup.cfg"
    return "setup.py" if _SETUP_PY.search((tree.get("setup.py") or b"").decode("utf-8", "replace")) else ""


def hidden(tree: Tree, document: Mapping[str, object]) -> Iterator[Loss]:
    """The loss where a `[project]` table with requirements would hide those of setup files."""
    if elsewhere := holders(tree, document):
        detail = f"{elsewhere} holds what [project] in pyproject.toml would hide"
        yield Loss(kind=Kind.SETUP_DECLARES, where=elsewhere, detail=detail)


def _is_poetry(document: Mapping[str, object]) -> bool:
    build, tool = document.get("build-system"), document.get("tool")
    if not isinstance(build, Mapping):
        return isinstance(tool, Mapping) and "poetry" in tool
    return "poetry" in str(build.get("build-backend", ""))


def _setup_cfg(tree: Tree) -> bool:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string((tree.get("setup.cfg") or b"").decode("utf-8", "replace"))
    except configparser.Error:
        return False
    return parser.has_option("options", "install_requires") or parser.has_section("options.extras_require")
