"""Which manager an app uses, and how: told from the commands of its scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from converter.shell import Command
from converter.upsun.apps import App
from converter.upsun.environment import FILE
from converter.upsun.recipes import MANAGERS, Manager
from converter.upsun.scripts import commands, scripts
from converter.upsun.tools import by_name

if TYPE_CHECKING:
    from converter.tree import Tree

_SYSTEM = ("--system", "virtualenvs.create false")


def uses(tree: Tree, app: App, manager: Manager) -> bool:
    """Whether an app installs or runs by a manager; pip counts only where it installs from files."""
    if manager.tool and any(found is manager for found, _ in by_name(app)):
        return True
    every = (command for script in scripts(tree, app) for command in commands(script.text))
    return any(is_of(command, manager) for command in every)


def is_of(command: Command, manager: Manager) -> bool:
    """Whether a command is a manager's."""
    words = bare(command)
    if manager.tool:
        return words[0] == manager.tool and words[:2] != ("uv", "pip")
    given = {word.partition("=")[0] for word in words}
    words = words[1:] if words[0] == "uv" else words
    return words[:2] == ("pip", "install") and bool(given & {"-r", "--requirement", ".", "-e", "--editable"})


def bare(command: Command) -> tuple[str, ...]:
    """The words of a command with `python3.12 -m pip` as `pip`, and without the folder of the program."""
    words = (command.name, *command.values[1:])
    if re.fullmatch(r"python[0-9.]*", words[0]) and words[1:2] == ("-m",) and len(words) > len("-m"):
        words = words[2:]
    return (re.sub(r"^pip[0-9.]+$", "pip", words[0]), *words[1:])


def in_venv(tree: Tree, app: App, manager: Manager) -> bool:
    """Whether the app's packages are in an environment of their own so far."""
    if not manager.venv:
        return False
    if (
        manager.name == "poetry"
        and (app.mapping.text("variables", "env", "POETRY_VIRTUALENVS_CREATE") or "") == "false"
    ):
        return False
    own = (c for script in scripts(tree, app) for c in commands(script.text) if bare(c)[0] == manager.tool)
    return not any(mark in " ".join(command.values) for command in own for mark in _SYSTEM)


def outside(tree: Tree, app: App, manager: Manager) -> bool:
    """Whether the app's packages are in an environment that is not its `.venv`."""
    found = scripts(tree, app)
    installs = any(bare(command)[:2] in manager.installs for script in found for command in commands(script.text))
    if not manager.in_project or not installs or not in_venv(tree, app, manager):
        return False
    texts = (*(script.text for script in found), tree.text(app.path(FILE)) or "")
    told = any(manager.in_project in text or "virtualenvs.in-project" in text for text in texts)
    return not told and not app.mapping.text("variables", "env", manager.in_project)


def unused(before: Tree, after: Tree, app: App, variable: str) -> bool:
    """Whether the scripts of an app named a variable and do so no more."""
    named = (any(variable in script.text for script in scripts(tree, here)) for tree, here in _both(before, after, app))
    return list(named) == [True, False]


def _both(before: Tree, after: Tree, app: App) -> Iterator[tuple[Tree, App]]:
    from converter.upsun.apps import apps

    for tree in (before, after):
        yield tree, next(found for found in apps(tree) if (found.file, found.name) == (app.file, app.name))


def other(command: Command) -> Manager | None:
    """The manager that a command is of, pip set aside."""
    return next((m for m in MANAGERS.values() if m.tool and is_of(command, m)), None)
