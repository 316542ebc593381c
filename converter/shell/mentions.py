"""What names the source's tool and is not read: strings that are run, variables as commands, texts, comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from converter.losses import Kind
from converter.shell.change import Change
from converter.shell.command import Command
from converter.shell.spans import Spans
from converter.shell.syntax import Syntax
from converter.shell.translation import Route, brief

_RUN_TEXT = frozenset(["bash", "dash", "eval", "parallel", "sh", "ssh", "su", "watch", "xargs", "zsh"])


def names(route: Route) -> re.Pattern[str]:
    """What finds the name of the source's tool as a word of its own."""
    gone = [name for name in route.source.programs if name not in route.target.programs]
    words = "|".join(re.escape(name) for name in gone) or r"(?!)"
    return re.compile(rf"(?<![\w./-])(?:{words})(?![\w-])", re.IGNORECASE)


def hidden(command: Command, route: Route) -> Change | None:
    """A command that may run the source's tool out of sight."""
    text = " ".join(word.text for word in command.words)
    runs = command.name in _RUN_TEXT and names(route).search(text)
    if runs or command.words[0].text.startswith(("$", '"$', "`")):
        return Change(at=command.start, notes=((Kind.COMMAND_HIDDEN, brief(command)),))
    return None


def mentions(syntax: Syntax, route: Route, changed: Spans, said: AbstractSet[int]) -> Iterator[tuple[int, Kind, str]]:
    """Each line that still names the tool, but those that a loss was said of already."""
    told = set(said)
    for match in names(route).finditer(syntax.text):
        line = syntax.line(match.start())
        if line in told or changed.has(*match.span()):
            continue
        told.add(line)
        yield match.start(), Kind.COMMAND_MENTIONED, match[0]
