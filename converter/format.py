"""What a package manager's format is to the rest of the house: a record of functions that its folder fills in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import PurePosixPath

    from converter.losses import Lossy
    from converter.model import Project
    from converter.tree import Tree


class Trace(IntEnum):
    """How surely a tree is a project of a format, by what it holds of it: the surest trace decides.

    A table of settings stays behind when a manager goes, and a lock that others export may stand beside theirs.
    """

    NONE = 0
    SETTINGS = 1
    EXPORT = 2
    LOCK = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a lock of this format must hold to be installed, so that `index.complete` knows what to ask for.

    `metadata` is what releases say of themselves beyond that: specifiers of edges, summaries, Requires-Python. A lock
    is installed without, but its own tool would write it anew. `vetted`: an index has to know a hash of each release.
    `restated`: edges of the source's lock give way to the release's own, unless these were overridden.
    """

    filenames: bool = False
    urls: bool = False
    edges: bool = False
    published: bool = False  # each release's requirements in its own words, as far as they can be told
    metadata: bool = False
    restated: bool = False
    vetted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """How the tool of a format locks, and how it says whether a lock is in order; `accept` starts it.

    `program` is its name on PATH, `install` what a person installs to have it. `{python}` is an interpreter that the
    project is for, `{file}` in `check` each file of the glob `each`. `asked` is the format that the question is written
    in, `answered` that of the lock, where these are not the format itself.
    """

    program: str
    install: str
    asked: str = ""
    answered: str = ""
    lock: tuple[str, ...]
    check: tuple[str, ...]
    each: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


def later(name: str) -> Callable[..., Any]:
    """The function of a name (`package.module:function`), imported when it is first called: `--help` needs none."""

    def call(*given: object) -> Any:  # noqa: ANN401 -- it is whatever the function gives
        return resolve_name(name)(*given)

    return call


_IN_TOML = later("converter.comments:of_file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One package manager's set of files.

    `manifest` and `lock` are its two files; `files` all globs that a conversion from or to it may read or change.
    `detect` says what a tree holds of this format. `parse` takes the tree and the name to use where no
    file has one. `emit` writes manifest and lock onto a tree and returns it. `retire` returns the tree without what
    belonged to this format alone. `tool` is the program that reads what `emit` writes, `reads` its oldest release that
    does; `one_environment` says that the lock has room for one environment; `adds_missing` that the tool adds what a
    lock lacks, so that one which is not whole is no lock; `workspaces` that one lock may be for several projects.
    `comments` are those that people wrote into one of its files.
    """

    name: str
    title: str
    manifest: str
    lock: str
    files: tuple[str, ...]
    needs: Needs
    tool: Tool
    reads: str
    one_environment: bool = False
    adds_missing: bool = False
    workspaces: bool = False
    detect: Callable[[Tree], Trace]
    parse: Callable[[Tree, str], Lossy[Project]]
    emit: Callable[[Project, Tree], Lossy[Tree]]
    retire: Callable[[Tree], Lossy[Tree]]
    comments: Callable[[Tree, PurePosixPath], tuple[str, ...]] = _IN_TOML
