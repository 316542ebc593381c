"""What of a project is no requirement, as fields of `[project]`; and what holds requirements beside `[project]`."""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from converter.model import Project
from converter.tree import Tree

_SCRIPTS = {"console_scripts": "scripts", "gui_scripts": "gui-scripts"}
_DYNAMIC = {"dependencies", "optional-dependencies"}
_SETUP_PY = re.compile(r"^[^#\n]*\b(install_requires|extras_require)\b", re.MULTILINE)
NO_VERSION = "0"
"""`[project]` wants a version; this one says that there is none."""


def fields(project: Project) -> dict[str, object]:
    """The plain fields of `[project]`; the requirements are not among them."""
    made: dict[str, object] = {"name": project.name, "version": project.version or NO_VERSION}
    made |= {key: value for key, value in project.metadata.items() if key != "dynamic"}
    if isinstance(made.get("license"), str):
        made["license"] = _license(str(made["license"]))
    return made | _entry_points(project)


def _license(text: str) -> object:
    """An SPDX expression as it is, anything else as the text that it is."""
    try:
        canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return {"text": text}
    return text


def _entry_points(project: Project) -> dict[str, object]:
    made: dict[str, dict[str, str]] = {}
    plugins: dict[str, dict[str, str]] = {}
    for point in project.entry_points:
        key = _SCRIPTS.get(point.group)
        table = made.setdefault(key, {}) if key else plugins.setdefault(point.group, {})
        table[point.name] = point.value
    return {**made, **({"entry-points": plugins} if plugins else {})}


def holders(tree: Tree, document: Mapping[str, object]) -> str:
    """What holds the project's dependencies outside of `[project]`; empty where nothing does."""
    project = document.get("project")
    if isinstance(project, Mapping):
        dynamic = project.get("dynamic")
        declared = isinstance(dynamic, list) and _DYNAMIC & set(map(str, dynamic))
        return "[project] dynamic" if declared else ""
    if _setup_cfg(tree):
        return "setup.cfg"
    return "setup.py" if _SETUP_PY.search((tree.get("setup.py") or b"").decode("utf-8", "replace")) else ""


def _setup_cfg(tree: Tree) -> bool:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string((tree.get("setup.cfg") or b"").decode("utf-8", "replace"))
    except configparser.Error:
        return False
    return parser.has_option("options", "install_requires") or parser.has_section("options.extras_require")
