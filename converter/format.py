"""What a package manager's format is to the rest of the house: a record of functions that its folder fills in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from converter.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import PurePosixPath

    from converter.losses import Lossy
    from converter.model import Project
    from converter.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a lock of this format must hold to be installed, so that `index.complete` knows what to ask for.

    `metadata` is what releases say of themselves beyond that: specifiers of edges, summaries, Requires-Python. A lock
    is installed without, but its own tool would write it anew.
    """

    filenames: bool = False
    urls: bool = False
    edges: bool = False
    published: bool = False  # each release's requirements in its own words, as far as they can be told
    metadata: bool = False


def toml_comments(tree: Tree, path: PurePosixPath) -> tuple[str, ...]:
    """The comments of a TOML file; none of a file that is none, or that cannot be read."""
    from converter import comments

    try:
        text = tree.text(path) if path.suffix == ".toml" or path.name == "Pipfile" else None
    except InputError:
        return ()
    return comments.lines_of(text or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One package manager's set of files.

    `manifest` and `lock` are its two files; `files` all globs that a conversion from or to it may read or change.
    `detect` says whether a tree holds a project of this format. `parse` takes the tree and the name to use where no
    file has one. `emit` writes manifest and lock onto a tree and returns it. `retire` returns the tree without what
    belonged to this format alone. `reads` is the oldest release of the tool that reads what `emit` writes;
    `one_environment` says that the lock has room for one environment; `adds_missing` that the tool adds what a lock
    lacks, so that one which is not whole is no lock. `comments` are those that people wrote into one of its files.
    """

    name: str
    title: str
    manifest: str
    lock: str
    files: tuple[str, ...]
    needs: Needs
    reads: str
    one_environment: bool = False
    adds_missing: bool = False
    detect: Callable[[Tree], bool]
    parse: Callable[[Tree, str], Lossy[Project]]
    emit: Callable[[Project, Tree], Lossy[Tree]]
    retire: Callable[[Tree], Lossy[Tree]]
    comments: Callable[[Tree, PurePosixPath], tuple[str, ...]] = toml_comments
