"""One command of the source's tool, said to the target's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from converter.losses import Kind
from converter.shell.command import Command, unquoted
from converter.shell.dialect import Dialect, Read, Said, read, write
from converter.shell.meaning import ANEW, REFUSED, Fact, Meaning, Unsaid, Value, Verb
from converter.shell.selection import Selection, names
from converter.shell.setting import Setting

_PYTHON = re.compile(r"(?:python|pypy)(?:\d+(?:\.\d+)*)?")
_PIP = re.compile(r"pip(?:\d+(?:\.\d+)*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """From which tool, to which, in what setting."""

    source: Dialect
    target: Dialect
    setting: Setting

    @property
    def prefix(self) -> str:
        """What a command begins with that runs in the target's environment."""
        return "" if self.setting.path_not_prefix else self.target.run


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """New commands for one command, each without its wrappers; none: it goes. `notes` are kinds with a detail."""

    commands: tuple[tuple[str, ...], ...] = ()
    notes: tuple[tuple[Kind, str], ...] = ()


def is_python(name: str) -> bool:
    """Whether a program is a Python interpreter, by its name."""
    return bool(_PYTHON.fullmatch(name))


def arguments(command: Command, dialect: Dialect) -> int | None:
    """Where the words after the program begin, if the command is one of this tool (`python3 -m pip` too)."""
    if _programs(command.name, dialect):
        return 1
    values = command.values
    if command.name == "uv" and values[1:2] == ("pip",) and "pip" in dialect.programs:
        return 2
    if is_python(command.name) and values[1:2] == ("-m",) and values[2:3] and _programs(values[2], dialect):
        return 3
    return None


def _programs(name: str, dialect: Dialect) -> bool:
    return name in dialect.programs or ("pip" in dialect.programs and bool(_PIP.fullmatch(name)))


def understood(command: Command, route: Route) -> Read | None:
    """What a command of the source's tool means."""
    at = arguments(command, route.source)
    if at is None:
        return None
    words = [word.text for word in command.words[at:]]
    found = read(words, route.source, route.setting)
    if found is None and route.source.name == "pdm" and words and words[0] in route.setting.tasks:
        found = Read(meaning=Meaning(verb=Verb.RUN, words=tuple(words)))
    return None if found is None else _with_project(_as_install(found, route), route)


_OF_PIP = frozenset([Fact.EDITABLE, Fact.UPGRADE])
_HERE = re.compile(r"\.(?:\[(?P<extras>[\w., -]*)\])?/?")


def _as_install(found: Read, route: Route) -> Read:
    """`pip install -e .` takes the project with what it needs, as an install does; with `--no-deps` it does not."""
    meaning = found.meaning
    if meaning.verb is Verb.INSTALL and "." in meaning.words:
        words = tuple(word for word in meaning.words if word != ".")
        facts = {**meaning.facts, Fact.PROJECT: ("yes",)}
        return replace(found, meaning=replace(meaning, words=words, facts=facts))
    named = meaning.facts.get(Fact.EDITABLE, ()) if meaning.verb is Verb.PROJECT else meaning.words
    match = _HERE.fullmatch(unquoted(named[0])) if len(named) == 1 else None
    pip = "pip" in route.source.programs and meaning.verb in (Verb.PROJECT, Verb.BESIDE)
    if not pip or not match or Fact.NO_DEPS in meaning.facts:
        return found
    kept = {fact: value for fact, value in meaning.facts.items() if fact not in _OF_PIP}
    whole: dict[Fact, Value] = {**kept, Fact.FRESHNESS: (REFUSED,), Fact.PROJECT: ("yes",)}
    selection = Selection(extras=names([match["extras"] or ""]))
    return replace(found, meaning=Meaning(verb=Verb.INSTALL, facts=whole), selection=selection)


def _with_project(found: Read, route: Route) -> Read:
    """Says whether an install takes the project itself, and what stands in for a lock that is not there."""
    if found.meaning.verb is not Verb.INSTALL:
        return found
    facts = dict(found.meaning.facts)
    if route.setting.project_installed and Fact.PROJECT not in facts:
        facts[Fact.PROJECT] = ("yes" if route.source.installs_project else "no",)
    if not route.setting.lock_present:
        facts[Fact.FRESHNESS] = (ANEW,)
    return replace(found, meaning=replace(found.meaning, facts=facts))


def rewritten(command: Command, found: Read, route: Route) -> Rewritten | None:
    """The same meaning in the target's words; None where it cannot be said."""
    verb = found.meaning.verb
    if found.unknown and verb is not Verb.INSTALL:
        return None
    if verb in _GONE and _goes(found, route):
        return Rewritten(notes=((Kind.COMMAND_NEEDLESS, brief(command)),))
    found, beside = _without_beside(found)
    ready, after = _for_target(found, route)
    said = write(ready, route.target, route.setting)
    if said is None:
        return _without_counterpart(command, found, route)
    words = (*program(command, route), *said.words)
    left = (*unsaid(ready, said), *((Kind.OPTION_LEFT, option) for option in found.unknown))
    notes = (*((kind, f"{brief(command)}: {detail}") for kind, detail in left), *_beside(beside or found, route))
    if beside is not None:
        more = write(_for_target(beside, route)[0], route.target, route.setting)
        if more is None:
            return None
        after = (*after, (*program(command, route), *more.words))
    if not notes and not after and _way_back(said, route) != tuple(word.text for word in command.words):
        notes = ((Kind.COMMAND_DIFFERS, brief(command)),)
    return Rewritten(commands=(words, *after), notes=notes)


def _without_beside(found: Read) -> tuple[Read, Read | None]:
    """An install from files, and apart from it the packages that it names beside them."""
    meaning = found.meaning
    if meaning.verb is not Verb.INSTALL or not meaning.words:
        return found, None
    beside = Read(meaning=Meaning(verb=Verb.BESIDE, words=meaning.words))
    return replace(found, meaning=replace(meaning, words=())), beside


def _way_back(said: Said, route: Route) -> tuple[str, ...]:
    """What the target's words would become in the source's."""
    back = Route(source=route.target, target=route.source, setting=route.setting)
    found = read(said.words, back.source, back.setting)
    ready = (
        None if found is None else write(_for_target(_with_project(found, back), back)[0], back.target, back.setting)
    )
    return (*back.target.programs[:1], *ready.words) if ready else ()


_GONE = frozenset([Verb.MAKE_ENV, Verb.CHECK_MANIFEST, Verb.CONFIGURE, Verb.CHECK_LOCK])
_SECRET = re.compile(r"http-basic|pypi-token|certificates|repositories|source|pypi\.|repository\.")


def _goes(found: Read, route: Route) -> bool:
    """Whether a command that prepares or checks has nothing to do in the target."""
    verb, words = found.meaning.verb, found.meaning.words
    if verb is Verb.CONFIGURE:
        return not any(_SECRET.search(word) for word in words[:2])
    if verb is Verb.MAKE_ENV:
        python = found.meaning.facts.get(Fact.PYTHON, ("",))
        return route.setting.tool_elsewhere or not route.target.venv or python == ("system",)
    return verb is Verb.CHECK_MANIFEST or not route.target.venv


def _for_target(found: Read, route: Route) -> tuple[Read, tuple[tuple[str, ...], ...]]:
    """What is to be written, and the commands after it: the project itself, files whose entries have no hashes."""
    facts = dict(found.meaning.facts)
    if found.meaning.verb is not Verb.INSTALL:
        return (_not_for_user(found) if route.setting.pip_user and route.target.venv else found), ()
    project = facts.get(Fact.PROJECT)
    if route.target.installs_project:
        facts = {fact: value for fact, value in facts.items() if (fact, value) != (Fact.PROJECT, ("yes",))}
    else:
        facts.pop(Fact.PROJECT, None)
    if route.setting.system_python:
        facts[Fact.OWN_PYTHON] = ()
    if route.setting.user_install:
        facts[Fact.USER] = ()
    after = _after(route, project=project == ("yes",) and not route.target.installs_project)
    return replace(found, meaning=replace(found.meaning, facts=facts)), after


def _not_for_user(found: Read) -> Read:
    """An install by pip in an environment, told not to install for the user."""
    if found.meaning.verb not in (Verb.BESIDE, Verb.PROJECT):
        return found
    return replace(found, meaning=replace(found.meaning, facts={**found.meaning.facts, Fact.USER: ("no",)}))


def _after(route: Route, *, project: bool) -> tuple[tuple[str, ...], ...]:
    target, setting = route.target, route.setting
    direct = [("pip", "install", "--no-deps", "-r", file) for file in setting.direct_files if target.name == "pip"]
    own = Read(meaning=_ITSELF)
    itself = (
        write(_not_for_user(own) if setting.pip_user and target.venv else own, target, setting) if project else None
    )
    return (*direct, *([(target.programs[0], *itself.words)] if itself else []))


_ITSELF = Meaning(verb=Verb.PROJECT, facts={Fact.NO_DEPS: (), Fact.EDITABLE: (".",)})


def program(command: Command, route: Route) -> tuple[str, ...]:
    """The target's program; pip stays as it is called (`python3.12 -m pip`), but not by uv, which has other options."""
    at = arguments(command, route.target) if command.name != "uv" else None
    return tuple(word.text for word in command.words[:at]) if at else route.target.programs[:1]


def unsaid(found: Read, said: Said) -> Iterator[tuple[Kind, str]]:
    """What the words leave out of a meaning, as kinds of loss."""
    for fact in said.unsaid:
        value = " ".join(found.meaning.facts.get(fact, ()))
        detail = f"{fact.phrase} {value}".rstrip()
        if fact.unsaid is Unsaid.LOSS:
            yield Kind.OPTION_LEFT, detail
        elif fact.unsaid is Unsaid.NOTE:
            yield Kind.COMMAND_DIFFERS, detail


def _beside(found: Read, route: Route) -> Iterator[tuple[Kind, str]]:
    if found.meaning.verb is Verb.BESIDE and route.target.venv:
        yield Kind.INSTALLED_BESIDE, " ".join(found.meaning.words)


def _without_counterpart(command: Command, found: Read, route: Route) -> Rewritten | None:
    """What needs no command: requirements stand where they would be exported to, an install makes an environment."""
    output = [*(unquoted(value) for value in found.meaning.facts.get(Fact.OUTPUT, ())), *command.writes]
    done = found.meaning.verb is Verb.EXPORT and route.target.name == "pip" and output == ["requirements.txt"]
    if done or found.meaning.verb is Verb.MAKE_ENV:
        return Rewritten(notes=((Kind.COMMAND_NEEDLESS, brief(command)),))
    if found.meaning.verb in (Verb.AUDIT, Verb.REPORT):
        return Rewritten(notes=((Kind.REPORT_LEFT, brief(command)),))
    return None


_SHOWN, _LONGEST = 3, 60


def brief(command: Command) -> str:
    """The command as a loss names it: its first words, since what may be a secret stands further on."""
    words = [word.text if len(word.text) <= _LONGEST else f"{word.text[:_LONGEST]}..." for word in command.words]
    return " ".join(words if len(words) <= _SHOWN else [*words[:_SHOWN], "..."])
