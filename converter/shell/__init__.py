"""Shell text by its syntax tree: which commands it holds, and what they are in another package manager's words.

`commands` finds the simple commands of a text, `translate` says those of one tool to another and leaves every other
byte as it is. The tools are literal tables (`dialects/`), each of which is read into and written from one `Meaning`; so
what a translation loses is found by comparing, and no pair of tools has code of its own.
"""

from __future__ import annotations

from converter.shell.command import Command, Word, simple_commands
from converter.shell.setting import Setting
from converter.shell.syntax import parse
from converter.shell.translate import translate

__all__ = ["Command", "Setting", "Word", "commands", "translate"]


def commands(text: str) -> tuple[Command, ...]:
    """The simple commands of a shell text in order; none from a part that cannot be read."""
    return tuple(simple_commands(parse(text)))
