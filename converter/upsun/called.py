"""The scripts of the repository that an app's commands run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from converter import shell
from converter.losses import Kind, Loss, Lossy
from converter.shell import Command, Setting
from converter.upsun.apps import App
from converter.upsun.recipes import Manager
from converter.upsun.scripts import Script, commands
from converter.upsun.usage import bare

if TYPE_CHECKING:
    from converter.tree import Tree

_SETTLING = frozenset(["set", ".", "source", "cd", "echo", "hash", "true"])
"""Commands that do nothing by themselves for what comes after the script."""


def calls(tree: Tree, app: App, text: str, tool: Manager) -> Iterator[tuple[Command, str, str]]:
    """The commands of a text that run a script which names a tool, with the script's name and its own text."""
    for command in commands(text):
        for word in command.values[:2]:
            path = app.path(word) if word.endswith(".sh") or word.startswith("./") else ""
            data = tree.get(path) if path and not path.startswith("..") else None
            content = data.decode("utf-8", "replace") if data else ""
            if tool.named.search(re.sub(r"(?m)#.*$", "", content)):
                yield command, word, content


def without_installers(tree: Tree, app: App, script: Script, route: tuple[Manager, Manager, Setting]) -> Lossy[str]:
    """A script's text without the lines that run another which only installs the source's tool; the others are told."""
    source, target, setting = route
    text, told = script.text, list[Loss]()
    if source is target or not source.tool:
        return Lossy(text)
    for command, word, content in reversed(list(calls(tree, app, text, source))):
        start = text.rfind("\n", 0, command.start) + 1
        stop = text.find("\n", command.end)
        end = len(text) if stop < 0 else stop + 1
        rest = shell.translate(content, source.name, target.name, setting).value
        alone = text[start:end].strip() == text[command.start : command.end]
        where = script.place(command.line)
        if alone and all(_settles(each) for each in commands(rest)):
            text = text[:start] + text[end:]
            told.append(Loss(kind=Kind.COMMAND_NEEDLESS, where=where, detail=f"{word} only installs {source.title}"))
        else:
            told.append(Loss(kind=Kind.SCRIPT_CALLED, where=where, detail=f"{word} names {source.title}"))
    return Lossy(text, tuple(reversed(told)))


def _settles(command: Command) -> bool:
    words = bare(command)
    upgrades = words[-1] in {"pip", "pip==$PIP_VERSION"} and ("pip", "install") in pairwise(words)
    return words[0] in _SETTLING or words[1:] == ("--version",) or upgrades
