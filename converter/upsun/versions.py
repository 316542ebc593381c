"""At which version a tool is installed: pinned where the old one was, at a release that reads the lock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from converter.errors import UsageError
from converter.upsun.apps import App
from converter.upsun.document import Scalar
from converter.upsun.entries import of_tool
from converter.upsun.recipes import MANAGERS, Manager
from converter.upsun.scripts import scripts

if TYPE_CHECKING:
    from converter.tree import Tree

ANY = "*"
PYTHON_KEYS = ("python3", "python")
"""The keys of `dependencies` under which a tool for Python stands; `python` meant Python 2 and is met all the same."""


def asked(words: tuple[str, ...]) -> Mapping[str, str]:
    """`--tool-version poetry=2.5.1` as a mapping. Raises UsageError for what is no version, or one that is too old."""
    found = {}
    for word in words:
        name, _, version = word.partition("=")
        if name not in MANAGERS or not version:
            raise UsageError(f"--tool-version expects {'|'.join(MANAGERS)}=VERSION, found {word!r}")
        if version != ANY and below_floor(MANAGERS[name], version):
            floor = MANAGERS[name].floor
            raise UsageError(f"--tool-version expects {name} {floor} or newer, which reads the lock, found {version!r}")
        found[name] = version
    return found


def chosen(tree: Tree, app: App, source: Manager, target: Manager, said: Mapping[str, str]) -> str:
    """The version that the target's tool is installed at: said, pinned because the source's was, or any."""
    if target.name in said:
        return said[target.name]
    return target.tested if pinned(tree, app, source) is not None else ANY


def pinned(tree: Tree, app: App, manager: Manager) -> str | None:
    """What an app pins a manager's tool to, None where it takes any."""
    return next((version for version in _pins(tree, app, manager) if version != ANY), None)


def below_floor(manager: Manager, version: str) -> bool:
    """Whether a pin admits no release that reads the lock which is written."""
    return below(version, manager.floor)


def below(version: str, floor: str) -> bool:
    """Whether a pin admits no release from `floor` on: an exact one below it, or an upper bound at or below it."""
    exact = re.fullmatch(r"\s*={0,3}\s*v?([0-9][0-9A-Za-z.]*?)(?:\.\*)?\s*", version)
    bound = re.search(r"(<=?)\s*v?([0-9][0-9A-Za-z.]*)", version)
    nearly = re.search(r"[~^]=?\s*v?([0-9]+)", version)
    try:
        least = Version(floor)
        if exact:
            return Version(exact[1]) < least
        if bound:
            return Version(bound[2]) < least or (bound[1] == "<" and Version(bound[2]) == least)
        return bool(nearly) and int(nearly[1]) < least.release[0] if nearly else False
    except InvalidVersion:
        return False


def _pins(tree: Tree, app: App, manager: Manager) -> Iterator[str]:
    if manager.tool:
        entries = (of_tool(app.mapping.mapping("dependencies", key), manager.tool) for key in PYTHON_KEYS)
        yield from (entry.value.value for entry in entries if entry and isinstance(entry.value, Scalar))
    for name in manager.pins:
        if version := app.mapping.text("variables", "env", name):
            yield version
    tool = re.escape(manager.tool or "pip")
    for script in scripts(tree, app):
        for match in re.finditer(rf"\bpip3? install\s[^\n;&|]*?\b{tool}\s*==\s*['\"]?([^\s'\";&|]+)", script.text):
            yield match[1]
