"""Several installs in a row that mean one: pip takes a requirements file each, and the project itself apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from converter.shell.command import Command
from converter.shell.dialect import Read
from converter.shell.meaning import Fact, Verb
from converter.shell.removal import BODIES
from converter.shell.syntax import Syntax
from converter.shell.translation import Route

_BETWEEN = re.compile(r"[\s;]*(?:&&)?\s*")
_ITSELF = (Fact.PROJECT, ("yes",))
Found = tuple[Command, Read | None]


def folded(syntax: Syntax, found: Sequence[Found], route: Route) -> Sequence[tuple[Command, Read | None, bool]]:
    """The same commands; each that is folded into one before it is marked."""
    done: list[tuple[Command, Read | None, bool]] = []
    keeper = -1
    for command, read in found:
        one = _one(done[keeper], (command, read), syntax, done[-1][0]) if keeper >= 0 else None
        if one is not None and not route.source.installs_project and route.source.name != "pipenv":
            done[keeper] = (done[keeper][0], one, False)
            done.append((command, read, True))
        else:
            done.append((command, read, False))
            keeper = len(done) - 1
    return done


def _one(keeper: tuple[Command, Read | None, bool], found: Found, syntax: Syntax, last: Command) -> Read | None:
    read, (command, other) = keeper[1], found
    if read is None or other is None or read.meaning.verb is not Verb.INSTALL or not _in_a_row(syntax, last, command):
        return None
    if other.meaning.verb is Verb.PROJECT:
        facts = {**read.meaning.facts, Fact.PROJECT: ("yes",)}
        return replace(read, meaning=replace(read.meaning, facts=facts))
    if other.meaning.verb is Verb.INSTALL and read.selection and other.selection:
        a, b = read.selection, other.selection
        both = replace(a, main=a.main or b.main, groups=a.groups | b.groups, extras=a.extras | b.extras)
        project = {fact: value for fact, value in other.meaning.facts.items() if (fact, value) == _ITSELF}
        words = (*read.meaning.words, *other.meaning.words)
        meaning = replace(read.meaning, facts={**read.meaning.facts, **project}, words=words)
        return replace(read, meaning=meaning, selection=both, unknown=(*read.unknown, *other.unknown))
    return None


def _in_a_row(syntax: Syntax, a: Command, b: Command) -> bool:
    """Whether `b` follows `a` at once and runs just when `a` has succeeded, or whatever became of it."""
    if not _BETWEEN.fullmatch(syntax.text[a.end : b.start]):
        return False
    above_a, above_b = syntax.nodes[a.node.parent], syntax.nodes[b.node.parent]
    if above_a.index == above_b.index:
        return above_a.kind in BODIES or _is_and(syntax, above_a.index)
    return above_a.parent == above_b.index and _is_and(syntax, above_a.index) and _is_and(syntax, above_b.index)


def _is_and(syntax: Syntax, index: int) -> bool:
    node = syntax.nodes[index]
    return node.kind == "list" and syntax.children(node)[1].kind == "&&"
