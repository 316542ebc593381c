"""The shell that an app's configuration holds: each script with its place, whatever key it stands under.

Hooks, commands of web and workers, crons in both spellings, runtime operations and source operations are one script
each, run by dash. A script may be an `!include`d file.
https://docs.upsun.com/create-apps/app-reference/single-runtime-image.html
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from converter import shell
from converter.errors import InputError
from converter.shell import Command
from converter.upsun.apps import App, included
from converter.upsun.document import Entry, Mapping, Node, Scalar
from converter.upsun.entries import home

if TYPE_CHECKING:
    from converter.tree import Tree


class Moment(Enum):
    """When a script runs: while the disk can be written, after it, or in a checkout of its own."""

    BUILD = "build"
    RUN = "run"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One script: the keys that lead to it, its text, and where the text begins.

    `scalar` is its value in the configuration, None where it is the whole of the file `file`.
    """

    keys: tuple[str, ...]
    moment: Moment
    text: str
    file: str
    line: int
    scalar: Scalar | None
    entry: Entry

    @property
    def name(self) -> str:
        """Its keys as one word."""
        return ".".join(self.keys)

    def place(self, line: int = 1) -> str:
        """File and line of a line of its text."""
        return f"{self.file}: line {self.line + line - 1}"


_HOOKS = {"build": Moment.BUILD, "deploy": Moment.RUN, "post_deploy": Moment.RUN}
_COMMANDS = ("pre_start", "start", "post_start", "stop")


def scripts(tree: Tree, app: App) -> tuple[Script, ...]:
    """All scripts of an app that have a text, in the order of their kinds. Raises InputError for one that has none."""
    found = tuple(_scripts(tree, app))
    for script in found:
        try:
            commands(script.text)
        except InputError as why:
            raise InputError(why.message, file=script.file, place=f"line {script.line}", remedy="shorten it") from None
    return found


@lru_cache(maxsize=256)
def commands(text: str) -> tuple[Command, ...]:
    """The simple commands of a script; each check and step asks for the same few."""
    return shell.commands(text)


def build_hook(tree: Tree, app: App) -> Script | None:
    """The build hook."""
    return next((script for script in scripts(tree, app) if script.keys == ("hooks", "build")), None)


def _scripts(tree: Tree, app: App) -> Iterator[Script]:
    for key, moment in _HOOKS.items():
        yield from _script(tree, app, ("hooks", key), moment)
    yield from _each(tree, app, ("web", "commands"), _COMMANDS, Moment.RUN)
    for name in _names(app.mapping, "workers"):
        yield from _each(tree, app, ("workers", name, "commands"), _COMMANDS, Moment.RUN)
    for name in _names(app.mapping, "crons"):
        yield from _script(tree, app, ("crons", name, "cmd"), Moment.RUN)
        yield from _each(tree, app, ("crons", name, "commands"), _COMMANDS, Moment.RUN)
    for name in _names(app.mapping, "operations"):
        yield from _each(tree, app, ("operations", name, "commands"), _COMMANDS, Moment.RUN)
    for name in _names(app.mapping, "source", "operations"):
        yield from _script(tree, app, ("source", "operations", name, "command"), Moment.SOURCE)


def _names(mapping: Mapping, *keys: str) -> Iterator[str]:
    found = mapping.mapping(*keys)
    return (name for name, _ in found.mappings()) if found else iter(())


def _each(tree: Tree, app: App, keys: tuple[str, ...], last: tuple[str, ...], moment: Moment) -> Iterator[Script]:
    for key in last:
        yield from _script(tree, app, (*keys, key), moment)


def _script(tree: Tree, app: App, keys: tuple[str, ...], moment: Moment) -> Iterator[Script]:
    outer = app.mapping.mapping(*keys[:-1])
    entry = home(outer, keys[-1]).entry(keys[-1]) if outer else None
    if entry is None:
        return
    file = included_file(tree, app, entry.value)
    if file is not None:
        text = tree.text(file) or ""
        yield Script(keys=keys, moment=moment, text=text, file=file, line=1, scalar=None, entry=entry)
    elif not isinstance(entry.value, Scalar) or entry.value.tag == "!include":
        what = f"expected {'.'.join(keys)} to be a text"
        raise InputError(what, file=app.file, place=f"line {entry.key.line}", remedy="mend it")
    elif not entry.value.null:
        scalar = entry.value
        line = scalar.line + (1 if scalar.style in {"|", ">"} else 0)
        yield Script(keys=keys, moment=moment, text=scalar.value, file=app.file, line=line, scalar=scalar, entry=entry)


def included_file(tree: Tree, app: App, node: Node) -> str | None:
    """The file that an `!include` of text names: relative to the app's code, else to the configuration.

    Where neither is there, it is the first.
    """
    path = included(node)
    if path is None or path[0] not in {"string", "binary"}:
        return None
    homes = (str(app.root), posixpath.dirname(app.file))
    names = [posixpath.normpath(posixpath.join(home, path[1])) for home in homes]
    return next((name for name in names if not name.startswith("..") and name in tree), names[0])
