"""What else in a project names the old manager: so far, who reads a file that a conversion would remove."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from converter.tree import Tree

FILES = ("Dockerfile", "Containerfile", "docker/Dockerfile", ".devcontainer/Dockerfile", "setup.py", "setup.cfg")
"""The files that are looked at."""


def readers(tree: Tree, path: PurePosixPath) -> tuple[str, ...]:
    """The files that name `path` outside a comment (`COPY Pipfile* ./`), so that they break when it goes."""
    stem = re.escape(path.name.split(".")[0])
    named = re.compile(rf"(?<![\w.-])(?:{re.escape(path.name)}(?![\w.-])|{stem}\*)")
    return tuple(file for file in FILES if any(named.search(line) for line in _lines(tree, file)))


def _lines(tree: Tree, file: str) -> list[str]:
    text = (tree.get(file) or b"").decode("utf-8", "replace")
    return [line for line in text.splitlines() if not line.lstrip().startswith("#")]
