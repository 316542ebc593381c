"""A shell text from one manager's commands to another's: only the words that change are touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from converter.errors import InputError, UsageError
from converter.losses import Kind, Loss, Lossy
from converter.shell import tool
from converter.shell.bare import needs_environment
from converter.shell.change import Change, Splice
from converter.shell.command import Command, simple_commands, unread
from converter.shell.dialect import Dialect, Read
from converter.shell.dialects import DIALECTS
from converter.shell.folding import folded
from converter.shell.meaning import Verb
from converter.shell.mentions import hidden, mentions, names
from converter.shell.placing import placed
from converter.shell.removal import removals, spread
from converter.shell.running import around, ran
from converter.shell.setting import Setting
from converter.shell.spans import Spans
from converter.shell.syntax import Node, Syntax, parse
from converter.shell.translation import Route, arguments, brief, rewritten, understood


def translate(text: str, source: str, target: str, setting: Setting) -> Lossy[str]:
    """`text` with the commands of the tool `source` said to the tool `target`, and what could not be said.

    Raises UsageError for a tool that is not known. A text that cannot be read comes back as it is, with a loss.
    """
    route = Route(source=_dialect(source), target=_dialect(target), setting=setting)
    if source == target:
        return Lossy(text)
    try:
        syntax = parse(text)
    except InputError as why:
        return Lossy(text, (Loss(kind=Kind.SHELL_UNREADABLE, where=setting.where or why.place, detail=why.message),))
    return _Text(syntax=syntax, route=route).translated()


def _dialect(name: str) -> Dialect:
    if name not in DIALECTS:
        raise UsageError(f"there is no tool {name!r}", remedy=f"known are {', '.join(DIALECTS)}")
    return DIALECTS[name]


_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    syntax: Syntax
    route: Route

    def translated(self) -> Lossy[str]:
        syntax, route = self.syntax, self.route
        commands = tuple(simple_commands(syntax))
        changes = [*self._changes(commands)]
        changes += self._pip_upgrades(commands, changes)
        changes += self._variables(commands, changes)
        changes = _outermost(changes)
        gone = spread(syntax, _removed(changes))
        cut = tuple(removals(syntax, gone, names(route)))
        splices = _applicable(chain(cut, *(change.splices for change in changes)))
        notes = [(change.at, kind, detail) for change in changes for kind, detail in change.notes]
        notes += self._unreadable()
        notes += self._comments(Spans.of((splice.start, splice.end) for splice in cut))
        notes += mentions(syntax, route, Spans.of((s.start, s.end) for s in splices), _said(syntax, notes, changes))
        return Lossy(_spliced(syntax.text, splices), tuple(self._losses(notes)))

    def _losses(self, notes: Iterable[tuple[int, Kind, str]]) -> Iterator[Loss]:
        setting = self.route.setting
        for at, kind, detail in sorted(notes, key=lambda note: note[0]):
            line = self.syntax.line(at) + setting.first_line - 1
            place = f"{setting.where}: line {line}" if setting.where else f"line {line}"
            yield Loss(kind=kind, where=place, detail=detail)

    def _changes(self, commands: Sequence[Command]) -> Iterator[Change]:
        found = [(command, understood(command, self.route)) for command in commands]
        ready = next((at for at, (command, read) in enumerate(found) if self._installs(command, read)), -1)
        path = self._path(found, ready)
        for at, (command, read, joined) in enumerate(folded(self.syntax, found, self.route)):
            if joined:
                yield Change(at=command.start, removed=(command.node,))
            else:
                change = self._change(command, read, installed=at > ready, after=path if at == ready else ())
                if change is not None:
                    yield change

    def _path(self, found: Sequence[tuple[Command, Read | None]], ready: int) -> tuple[tuple[str, ...], ...]:
        """What puts the environment on PATH after it is made, where commands get no prefix and some need it."""
        setting = self.route.setting
        if not (setting.path_not_prefix and self.route.target.venv and ready >= 0) or ".venv/bin" in self.syntax.text:
            return ()
        runs = any(read is not None and read.meaning.verb is Verb.RUN for _, read in found[ready + 1 :])
        bare = any(needs_environment(command, setting) for command, _ in found[ready + 1 :])
        return (("export", 'PATH="$PWD/.venv/bin:$PATH"'),) if runs or bare else ()

    def _installs(self, command: Command, found: Read | None) -> bool:
        """Whether a command fills the environment, before or after a translation."""
        back = replace(self.route, source=self.route.target)
        return any(
            read is not None and read.meaning.verb is Verb.INSTALL for read in (found, understood(command, back))
        )

    def _change(
        self, command: Command, read: Read | None, *, installed: bool, after: tuple[tuple[str, ...], ...]
    ) -> Change | None:
        syntax, route = self.syntax, self.route
        own = tool.installed(command, syntax, route)
        if own is not None:
            return own
        if arguments(command, route.source) is not None:
            return self._of_source(command, read, after)
        by_pip = self._by_pip(command) if installed else None
        return by_pip or around(command, route, installed=installed) or hidden(command, route)

    def _by_pip(self, command: Command) -> Change | None:
        """What pip installed beside the packages of the system, into the environment that they move to."""
        route = replace(self.route, source=DIALECTS["pip"])
        if not route.setting.moves_into_venv or not route.target.venv or arguments(command, route.source) is None:
            return None
        read = understood(command, route)
        if read is None or read.meaning.verb is not Verb.BESIDE or tool.installs_another(command):
            return None
        new = rewritten(command, read, route)
        return placed(command, new, self.syntax) if new else None

    def _of_source(self, command: Command, read: Read | None, after: tuple[tuple[str, ...], ...]) -> Change:
        if tool.upgrades_pip(command) or tool.installs_another(command):
            return Change(at=command.start)
        if read is not None and read.meaning.verb is Verb.RUN:
            return ran(command, read, self.route)
        new = None if read is None else rewritten(command, read, self.route)
        if new is None:
            return Change(at=command.start, notes=((Kind.COMMAND_KEPT, brief(command)),))
        if new.commands:
            new = replace(new, commands=(*new.commands, *after))
        return placed(command, new, self.syntax)

    def _variables(self, commands: Sequence[Command], changes: Sequence[Change]) -> Iterator[Change]:
        """Variables of the source's tool that nothing is left to read."""
        syntax, route = self.syntax, self.route
        nodes = [node for node in tool.assignments(syntax) if tool.goes(syntax.of(node), route)]
        at_once = (node for node in nodes if syntax.of(node).startswith(("PATH=", "PIP_USER=")))
        gone = spread(syntax, [*_removed(changes), *at_once])
        spliced = ((splice.start, splice.end) for change in changes for splice in change.splices)
        left = Spans.of(chain(((node.start, node.end) for node in (*gone.values(), *nodes)), spliced))
        read = {syntax.of(use) for use in tool.uses(syntax) if not left.cover(use)}
        yield from self._before_commands(commands)
        going = {node.index for node in nodes}
        for node in tool.assignments(syntax):
            name, _ = tool.name_and_value(syntax.of(node))
            if node.index not in going:
                if tool.is_left_behind(name, route):
                    yield Change(at=node.start, notes=((Kind.INDEX_CREDENTIALS, f"{name}=..."),))
            elif name in ("PATH", "PIP_USER") or name not in read:
                yield Change(at=node.start, removed=(node,), notes=((Kind.COMMAND_NEEDLESS, f"{name}=..."),))

    def _before_commands(self, commands: Sequence[Command]) -> Iterator[Change]:
        """`POETRY_VIRTUALENVS_CREATE=false poetry install`: the assignment goes, the command stays."""
        for command in commands:
            words = (*command.prefix, *command.words)
            for word, after in pairwise(words):
                if word in command.prefix and "=" in word.text and tool.goes(word.text, self.route):
                    name, _ = tool.name_and_value(word.text)
                    notes = ((Kind.COMMAND_NEEDLESS, f"{name}=..."),)
                    yield Change(at=command.start, splices=(Splice(word.start, after.start, ""),), notes=notes)

    def _pip_upgrades(self, commands: Sequence[Command], changes: Sequence[Change]) -> Iterator[Change]:
        """Uv needs no pip: lines that only make it newer go where nothing else asks for it."""
        if self.route.target.name != "uv":
            return
        touched = {change.at for change in changes if change.splices or change.removed}
        pip = DIALECTS["pip"]
        left = [c for c in commands if arguments(c, pip) is not None and c.start not in touched]
        if all(tool.upgrades_pip(command) for command in left):
            for command in left:
                notes = ((Kind.COMMAND_NEEDLESS, brief(command)),)
                yield Change(at=command.start, removed=(command.node,), notes=notes)

    def _comments(self, cut: Spans) -> Iterator[tuple[int, Kind, str]]:
        for node in self.syntax.nodes:
            if node.kind == "comment" and cut.cover(node):
                yield node.start, Kind.COMMENT_LEFT, self.syntax.of(node)

    def _unreadable(self) -> Iterator[tuple[int, Kind, str]]:
        for start, end in unread(self.syntax):
            first = start + len(self.syntax.text[start:end]) - len(self.syntax.text[start:end].lstrip())
            line = self.syntax.text[first : min(end, first + _SHOWN)].split("\n")[0]
            yield first, Kind.SHELL_UNREADABLE, line.strip()


def _said(syntax: Syntax, notes: Iterable[tuple[int, Kind, str]], changes: Iterable[Change]) -> set[int]:
    """The lines that need no further word: something is said of them, or they are right as they are."""
    left = (change.at for change in changes if not (change.splices or change.removed))
    return {syntax.line(at) for at in chain((at for at, *_ in notes), left)}


def _outermost(changes: Sequence[Change]) -> list[Change]:
    """The changes but those of a command in `$(...)` in words that are changed themselves."""
    spliced = ((splice.start, splice.end) for change in changes for splice in change.splices)
    spans = chain(spliced, ((node.start, node.end) for node in _removed(changes)))
    inner = Spans.of((start + 1, end) for start, end in spans if end > start + 1)
    return [change for change in changes if not inner.has(change.at, change.at)]


def _removed(changes: Iterable[Change]) -> list[Node]:
    return [node for change in changes for node in change.removed]


def _applicable(splices: Iterable[Splice]) -> Sequence[Splice]:
    """In order, and none within another: what is taken out whole is not changed as well."""
    found: list[Splice] = []
    for splice in sorted(splices, key=lambda splice: (splice.start, -splice.end)):
        if not found or splice.start >= found[-1].end:
            found.append(splice)
    return found


def _spliced(text: str, splices: Iterable[Splice]) -> str:
    parts, at = [], 0
    for splice in splices:
        parts += [text[at : splice.start], splice.text]
        at = splice.end
    return "".join([*parts, text[at:]])
