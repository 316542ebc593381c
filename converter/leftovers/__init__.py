"""What else in a project names the old manager: so far, who reads a file that a conversion would remove."""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from converter.tree import Tree

FILES = ("Dockerfile", "Containerfile", "docker/Dockerfile", ".devcontainer/Dockerfile", "setup.py", "setup.cfg")
"""The files that are looked at, beside pyproject.toml."""

_TESTING = ("tox.ini", ".readthedocs.yaml", ".readthedocs.yml")
"""What installs requirements files for tests and documentation."""

_PIP = re.compile(r"requirements|constraints")
_NESTED = re.compile(r"\s*(?:-[rc]\s*|--(?:requirement|constraint)[= ]\s*)(?P<file>[^\s#]+)")
_MANIFEST = "pyproject.toml"
_KEYS = ("file", "files")

WORKFLOWS = (".github/workflows/*.yml", ".github/workflows/*.yaml", ".gitlab-ci.yml")
"""Where a tool may be installed for tests."""


def staying(tree: Tree, gone: Collection[PurePosixPath]) -> dict[PurePosixPath, tuple[str, ...]]:
    """Of the files that a conversion would remove those that something else reads, each with its readers.

    What stays may read others, which stay with it.
    """
    found: dict[PurePosixPath, tuple[str, ...]] = {}
    while fresh := {p: r for p in gone if p not in found and (r := readers(tree, p, {*gone} - found.keys()))}:
        found |= fresh
    return found


def readers(tree: Tree, path: PurePosixPath, gone: Collection[PurePosixPath] = ()) -> tuple[str, ...]:
    """The files that name `path` outside a comment (`COPY Pipfile* ./`), so that they break when it goes.

    `gone` are those that go too.
    """
    stem = re.escape(path.name.split(".")[0])
    named = re.compile(rf"(?:(?<![\w.-])|(?<=-[rc]))(?:{re.escape(path.name)}(?![\w.-])|{stem}\*)")
    found = [file for file in (*FILES, *_TESTING) if any(named.search(line) for line in _lines(tree, file))]
    nested = [str(p) for p in _requirements(tree) if p not in gone and p != path and path in _nested(tree, p)]
    return (*found, *nested, *(_MANIFEST,) * _is_named(tree, path))


def _requirements(tree: Tree) -> Iterator[PurePosixPath]:
    """Every file that may be pip's, wherever it lies."""
    return (path for path in tree.paths() if path.suffix in (".txt", ".in") and _PIP.search(str(path)))


def _nested(tree: Tree, path: PurePosixPath) -> Iterator[PurePosixPath]:
    """The files that a requirements file reads, as pip finds them: from where it lies."""
    for line in _lines(tree, str(path)):
        if match := _NESTED.match(line):
            yield PurePosixPath(posixpath.normpath(posixpath.join(path.parent, match["file"])))


def _is_named(tree: Tree, path: PurePosixPath) -> bool:
    """Whether pyproject.toml has a build read it: `[tool.setuptools.dynamic]` and the like, `file = ["..."]`."""
    import rtoml

    if path.name not in (tree.get(_MANIFEST) or b"").decode("utf-8", "replace"):
        return False
    try:
        document = rtoml.loads(tree.text(_MANIFEST) or "")
    except rtoml.TomlParsingError:  # the parser that owns the file says what is wrong with it
        return False
    return str(path) in _files(document)


def _files(value: object) -> Iterator[str]:
    """What stands under `file` or `files` anywhere in a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            several = inner if isinstance(inner, list) else [inner]
            yield from (str(PurePosixPath(each)) for each in several if key in _KEYS and isinstance(each, str))
            yield from _files(inner)
    for inner in value if isinstance(value, list) else ():
        yield from _files(inner)


def old_pins(tree: Tree, tool: str, floor: str) -> Iterator[tuple[str, str]]:
    """Where else a tool is pinned to a version below `floor`, which reads its lock: the place, and the version."""
    pin = re.compile(rf"(?i)(?<![\w-]){tool}(?:[-_]version)?[\"']?\s*(?:==|=|:)\s*[\"']?v?(\d+(?:\.\d+)+)")
    action = re.compile(rf"(?i)\s*-?\s*uses:[^#]*[-/]{tool}\b")
    workflows = (path for glob in WORKFLOWS for path in tree.paths(glob))
    for file in dict.fromkeys((*FILES, *map(str, workflows))):
        inside = False
        for number, line in enumerate((tree.get(file) or b"").decode("utf-8", "replace").splitlines(), 1):
            inside = bool(action.match(line)) or (inside and not line.lstrip().startswith("- "))
            said = line.partition("#")[0]
            for match in (*pin.finditer(said), *(_VERSION.finditer(said) if inside else ())):
                if Version(match[1]) < Version(floor):
                    yield f"{file}: line {number}", match[1]


_VERSION = re.compile(r"^\s*version:\s*[\"']?v?(\d+(?:\.\d+)+)")
"""What an action that installs a tool is told, as `snok/install-poetry` and `astral-sh/setup-uv` are."""


def _lines(tree: Tree, file: str) -> list[str]:
    text = (tree.get(file) or b"").decode("utf-8", "replace")
    return [line for line in text.splitlines() if not line.lstrip().startswith("#")]
