"""The simple commands of a shell text: their words with where they stand, and what stands before them.

POSIX.1-2024 XCU 2.9.1 says what a simple command is. Words in heredocs, strings and comments are none; a command in
`$(...)` is one, wherever it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from converter.shell.syntax import Node, Syntax

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_CONTINUATION = re.compile(r"\\\r?\n")
_PARTS = re.compile(r"'(?P<single>[^']*)'|\"(?P<double>(?:[^\"\\]|\\.)*)\"|\\(?P<escaped>.)", re.DOTALL)
_ESCAPED = re.compile(r"\\([\"$`\\])")

WRAPPERS: Mapping[str, str] = {
    "builtin": "",
    "command": "",
    "env": "uC",
    "exec": "a",
    "ionice": "cn",
    "nice": "n",
    "nohup": "",
    "setsid": "",
    "stdbuf": "ioe",
    "sudo": "CDgghprRtTUu",
    "time": "fo",
    "timeout": "ks",
}
"""Commands that run the command after them, and which of their short options take a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word: as written, what it says without its quotes (expansions as written), and where it stands."""

    text: str
    value: str
    start: int
    end: int

    @property
    def literal(self) -> bool:
        """Whether the shell expands nothing in it."""
        return "$" not in self.text and "`" not in self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A simple command: its words, the assignments and wrappers (`exec`, `env A=b`, `sudo -u x`) before, its line."""

    words: tuple[Word, ...]
    prefix: tuple[Word, ...]
    line: int
    start: int
    end: int
    node: Node
    writes: tuple[str, ...] = ()
    """The files that its output goes to."""

    @property
    def name(self) -> str:
        """The first word, without the folder that the program stands in."""
        return self.words[0].value.rpartition("/")[2]

    @property
    def values(self) -> tuple[str, ...]:
        """What the words say."""
        return tuple(word.value for word in self.words)


def simple_commands(syntax: Syntax) -> Iterator[Command]:
    """Every simple command outside of what the grammar could not read, in the order of the text."""
    broken = unread(syntax)
    starts = [start for start, _ in broken]
    for node in syntax.nodes:
        if node.kind == "command":
            last = bisect_left(starts, node.end) - 1
            if last < 0 or broken[last][1] <= node.start:
                yield from _command(syntax, node)


def unread(syntax: Syntax) -> Sequence[tuple[int, int]]:
    """What the grammar could not read, each from the start of its line; in order, none within another."""
    found: list[tuple[int, int]] = []
    for node in syntax.nodes:
        if node.kind == "ERROR":
            start = syntax.text.rfind("\n", 0, node.start) + 1
            if found and start <= found[-1][1]:
                start = found.pop()[0]
            found.append((start, max(node.end, start + 1)))
    return found


def _command(syntax: Syntax, node: Node) -> Iterator[Command]:
    words = [
        word_of(syntax, child)
        for child in syntax.children(node)
        if child.kind == "variable_assignment" or child.field in ("name", "argument")
    ]
    count = _prefix(words)
    if words[count:]:
        yield Command(
            words=tuple(words[count:]),
            prefix=tuple(words[:count]),
            line=syntax.line(words[count].start),
            start=node.start,
            end=node.end,
            node=node,
            writes=tuple(_writes(syntax, node)),
        )


def _writes(syntax: Syntax, node: Node) -> Iterator[str]:
    above = syntax.parent(node)
    for redirect in syntax.children(above) if above and above.kind == "redirected_statement" else ():
        if redirect.kind == "file_redirect" and syntax.of(redirect).startswith(">"):
            yield unquoted(syntax.of(syntax.children(redirect)[-1]))


def word_of(syntax: Syntax, node: Node) -> Word:
    """The word that a node is."""
    text = syntax.of(node)
    return Word(text=text, value=unquoted(text), start=node.start, end=node.end)


def unquoted(text: str) -> str:
    """A word without its quotes and continuations; `$name` and `$(...)` stay as written."""

    def inside(part: re.Match[str]) -> str:
        return part["single"] or part["escaped"] or _ESCAPED.sub(r"\1", part["double"] or "")

    return _PARTS.sub(inside, _CONTINUATION.sub("", text))


def _prefix(words: Sequence[Word]) -> int:
    """How many words stand before the command itself."""
    at = 0
    while at < len(words):
        value = words[at].value
        if _ASSIGNMENT.match(value):
            at += 1
        elif value.rpartition("/")[2] in WRAPPERS:
            at = _wrapped(words, at)
        else:
            break
    return at


def _wrapped(words: Sequence[Word], at: int) -> int:
    """Where the command begins that a wrapper runs, past the wrapper's own options."""
    name = words[at].value.rpartition("/")[2]
    valued = WRAPPERS[name]
    at += 1
    while at < len(words) and words[at].value.startswith("-"):
        option = words[at].value
        at += 2 if len(option) == len("-n") and option[1] in valued else 1
        if option == "--":
            break
    return at + 1 if name == "timeout" else at
