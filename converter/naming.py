"""What a project is called, by evidence in the contract's order; the folder's name comes last."""

from __future__ import annotations

import ast
import configparser
import re
import warnings
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import rtoml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from converter.tree import Tree

FILES = ("pyproject.toml", "setup.cfg", "setup.py", ".git/config")
_HERE = PurePosixPath()


def decide(tree: Tree, *, said: str | None, deployed: str | None, folder: str) -> str:
    """A name that PEP 508 admits: what the user said, the manifests', the deployed app's, the remote's, the folder's.

    Nothing is executed.
    """
    found = (said, *_manifests(tree), _setup_cfg(tree), _setup_py(tree), deployed, _remote(tree), folder)
    return next((tidy for name in found if name and (tidy := _tidy(name))), "project")


def of_folder(tree: Tree, folder: str, own: str) -> str:
    """The name of the package in a folder of the project (`own` for the project's): its manifests', else the folder's.

    Nothing is executed.
    """
    path = PurePosixPath(folder)
    return own if path == PurePosixPath() else stated(tree, folder) or _tidy(path.name) or own


def stated(tree: Tree, folder: str) -> str | None:
    """The name that the manifests of a folder of the project state, `None` where none does."""
    path = PurePosixPath(folder)
    found = (*_manifests(tree, path), _setup_cfg(tree, path), _setup_py(tree, path))
    return next((tidy for name in found if name and (tidy := _tidy(name))), None)


def as_written(tree: Tree) -> str | None:
    """The name as the manifest has it, also where it is none."""
    return next(_manifests(tree), None)


def _tidy(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("._-")


def _manifests(tree: Tree, folder: PurePosixPath = _HERE) -> Iterator[str]:
    try:
        document = rtoml.loads(tree.text(folder / "pyproject.toml") or "")
    except rtoml.TomlParsingError:  # the parser that owns the file says what is wrong with it
        return
    tool = document.get("tool")
    for table in (document.get("project"), tool.get("poetry") if isinstance(tool, dict) else None):
        if isinstance(table, dict) and isinstance(table.get("name"), str):
            yield table["name"]


def _setup_cfg(tree: Tree, folder: PurePosixPath = _HERE) -> str | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_decoded(tree, folder / "setup.cfg"))
    except configparser.Error:
        return None
    return parser.get("metadata", "name", fallback=None)


def _setup_py(tree: Tree, folder: PurePosixPath = _HERE) -> str | None:
    try:
        with warnings.catch_warnings(action="ignore"):  # the file's own style is nobody's business here
            parsed = ast.parse(_decoded(tree, folder / "setup.py"))
        calls = (n for n in ast.walk(parsed) if isinstance(n, ast.Call))
        return next((name for call in calls if (name := _literal_name(call))), None)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _literal_name(call: ast.Call) -> str | None:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    values = (k.value for k in call.keywords if k.arg == "name" and called == "setup")
    return next((v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)), None)


def _remote(tree: Tree) -> str | None:
    """The last part of the URL of git's `origin`, else of its first remote."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_decoded(tree, ".git/config"))
    except configparser.Error:
        return None
    remotes = sorted((s for s in parser.sections() if s.startswith("remote ")), key=lambda s: s != 'remote "origin"')
    url = parser.get(remotes[0], "url", fallback="") if remotes else ""
    return re.split(r"[/:]", url.rstrip("/"))[-1].removesuffix(".git") or None


def _decoded(tree: Tree, path: str | PurePosixPath) -> str:
    return (tree.get(path) or b"").decode("utf-8", "replace")
