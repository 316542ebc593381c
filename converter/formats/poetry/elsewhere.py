"""Requirements that setup files hold: beside them no `[project]` is made, for setuptools would then ignore theirs."""

from __future__ import annotations

from collections.abc import Mapping

from converter.pyproject.elsewhere import declared_dynamic, setup_file
from converter.tree import Tree


def holders(tree: Tree, document: Mapping[str, object]) -> str:
    """What holds the project's dependencies outside of `[project]`; empty where nothing does."""
    if isinstance(document.get("project"), Mapping):
        return "[project] dynamic" if declared_dynamic(document) and not _is_poetry(document) else ""
    if isinstance(document.get("build-system"), Mapping) and _is_poetry(document):
        return ""
    return setup_file(tree)


def _is_poetry(document: Mapping[str, object]) -> bool:
    build = document.get("build-system")
    return not isinstance(build, Mapping) or "poetry" in str(build.get("build-backend", ""))
