"""One app as the checks see it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from converter.losses import Kind, Loss
from converter.shell import Command
from converter.upsun.apps import App
from converter.upsun.document import Scalar
from converter.upsun.environment import FILE
from converter.upsun.recipes import MANAGERS, Manager
from converter.upsun.scripts import Moment, Script, commands, scripts
from converter.upsun.tools import by_name
from converter.upsun.usage import bare, is_of
from converter.upsun.variables import all_of, expect_shape

if TYPE_CHECKING:
    from converter.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command of an app, with the script that it stands in."""

    script: Script
    command: Command
    words: tuple[str, ...]

    @property
    def manager(self) -> Manager | None:
        """The manager that it is a command of."""
        return next((manager for manager in MANAGERS.values() if is_of(self.command, manager)), None)

    @property
    def options(self) -> frozenset[str]:
        """Its words that begin with a dash, without their values."""
        return frozenset(word.partition("=")[0] for word in self.words if word.startswith("-"))

    def finding(self, kind: Kind, detail: str) -> Loss:
        """A finding at its line."""
        return Loss(kind=kind, where=self.script.place(self.command.line), detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One app: its commands, and the variables that it sets with the text of each."""

    tree: Tree
    app: App
    steps: tuple[Step, ...]
    variables: Mapping[str, str]

    def at(self, *moments: Moment) -> Iterator[Step]:
        """The commands that run at some moment."""
        return (step for step in self.steps if step.script.moment in moments)

    def text(self, name: str) -> str | None:
        """A file of the app's code."""
        return self.tree.text(self.app.path(name))

    def there(self, name: str) -> bool:
        """Whether the app's code has a file of that name, in its root or in a folder of it where a hook goes there."""
        if self.app.path(name) in self.tree:
            return True
        moves = any(step.words[0] in {"cd", "pushd"} or "--directory" in step.options for step in self.steps)
        return moves and any(path.name == name for path in self.tree.paths(self.app.path("*")))

    def set(self, name: str) -> bool:
        """Whether a variable is set to something that counts as true."""
        return self.variables.get(name, "").lower() not in {"", "0", "false", "no"}

    @property
    def environment(self) -> str:
        """The text of `.environment`."""
        return self.text(FILE) or ""

    @property
    def managers(self) -> frozenset[str]:
        """The names of the managers that it installs, or has commands of."""
        named = {step.manager.name for step in self.steps if step.manager}
        return frozenset({*named, *(manager.name for manager, _ in by_name(self.app))})


def view(tree: Tree, app: App) -> View:
    """An app as the checks see it. Raises InputError for one that is no configuration."""
    expect_shape(app)
    steps = tuple(
        Step(script=script, command=command, words=bare(command))
        for script in scripts(tree, app)
        for command in commands(script.text)
    )
    found = {e.key.value: e.value.value for e in all_of(app) if isinstance(e.value, Scalar)}
    exported = re.findall(r"(?m)^\s*(?:export\s+)?(\w+)=[\"']?([^\"'\n]*)", tree.text(app.path(FILE)) or "")
    return View(tree=tree, app=app, steps=steps, variables={**dict(exported), **found})
