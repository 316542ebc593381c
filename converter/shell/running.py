"""Commands that run in the environment, with a prefix of the tool or without, and what leads there."""

from __future__ import annotations

import re
from dataclasses import replace

from converter.losses import Kind
from converter.shell.bare import needs_environment, without_folder
from converter.shell.change import Change, Splice
from converter.shell.command import Command, Word, unquoted
from converter.shell.dialect import Read, Said, write
from converter.shell.meaning import Fact, Meaning, Verb
from converter.shell.translation import Route, brief, unsaid

_COMPOSITE = re.compile(r"[;&|<>`\n(){}]|^\s*\w+=")


def ran(command: Command, found: Read, route: Route) -> Change:
    """`poetry run X` as `uv run --no-sync X`; a script of the tool as the script's own command."""
    own = found.meaning.words
    first = command.words[len(command.words) - len(own)]
    task = route.setting.tasks.get(unquoted(own[0]))
    if task is not None and _COMPOSITE.search(task):
        return _kept(command, Kind.TASK_UNSAYABLE)
    if unquoted(own[0]) == "pip" and route.target.pip:
        splice = Splice(command.words[0].start, first.end, route.target.pip)
        return Change(at=command.start, splices=(splice,), notes=((Kind.COMMAND_DIFFERS, brief(command)),))
    said = _prefix(found, route)
    if said is None:
        return _kept(command, Kind.COMMAND_KEPT)
    prefix = " ".join([*said.words, *_python(found, route)])
    splices = [Splice(command.words[0].start, first.start, f"{prefix} " if prefix else "")]
    if task is not None:
        splices.append(Splice(first.start, first.end, task))
    notes = tuple((kind, f"{brief(command)}: {detail}") for kind, detail in unsaid(found, said))
    if not notes and not _goes_back(command, first, route, prefixed=bool(prefix)):
        notes = ((Kind.COMMAND_DIFFERS, brief(command)),)
    return Change(at=command.start, splices=tuple(splices), notes=notes)


def _goes_back(command: Command, first: Word, route: Route, *, prefixed: bool) -> bool:
    """Whether the way back gives the words that are there."""
    at = command.words.index(first)
    bare = replace(command, words=command.words[at:])
    before = " ".join(word.text for word in command.words[:at])
    found = prefixed or needs_environment(bare, route.setting)
    return before == route.source.run and found and first.value not in route.setting.tasks


def _kept(command: Command, kind: Kind) -> Change:
    return Change(at=command.start, notes=((kind, brief(command)),))


def _prefix(found: Read, route: Route) -> Said | None:
    """What stands before a command that runs in the target's environment; None where it cannot be said."""
    facts = dict(found.meaning.facts)
    facts.pop(Fact.MODULE, None)
    if Fact.DIRECTORY in facts:
        return None
    if route.setting.env_file and route.source.name == "pipenv":
        facts[Fact.ENV_FILE] = (route.setting.env_file,)
    if route.setting.path_not_prefix or not route.target.run:
        return Said(words=(), unsaid=tuple(facts))
    said = write(Read(meaning=Meaning(verb=Verb.RUN, facts=facts, words=("x",))), route.target, route.setting)
    return said and replace(said, words=(*route.target.programs[:1], *said.words[:-1]))


def _python(found: Read, route: Route) -> tuple[str, ...]:
    """What uv puts before a module or a script by itself."""
    if Fact.MODULE in found.meaning.facts:
        return ("python", "-m")
    script = route.source.name == "uv" and found.meaning.words[0].endswith(".py")
    return ("python",) if script else ()


_ACTIVATE = re.compile(
    r"\"?\$\((?:pipenv --venv|poetry env info (?:-p|--path)|pdm venv --path in-project)\)\"?/bin/activate\"?"
)
_ACTIVATING = re.compile(r"\$\((?:poetry env activate|pdm venv activate(?: in-project)?)\)")


def around(command: Command, route: Route, *, installed: bool) -> Change | None:
    """What becomes of a command that is not the tool's own."""
    for found in (_activated(command, route), _added_to_git(command, route)):
        if found is not None:
            return found
    setting, target = route.setting, route.target
    if not target.venv and (splices := tuple(without_folder(command))):
        return Change(at=command.start, splices=splices)
    moves = setting.moves_into_venv and target.venv and not setting.path_not_prefix
    if moves and installed and needs_environment(command, setting):
        start = command.words[0].start
        return Change(at=command.start, splices=(Splice(start, start, f"{target.run} "),))
    return None


def _activated(command: Command, route: Route) -> Change | None:
    """`. "$(poetry env info --path)/bin/activate"`, `eval $(poetry env activate)`."""
    values = command.values
    sourced = command.name in (".", "source") and len(values) > 1
    given = sourced and (_ACTIVATE.fullmatch(values[1]) or values[1].endswith(".venv/bin/activate"))
    evaluated = command.name == "eval" and len(values) > 1 and _ACTIVATING.fullmatch(values[1])
    if not given and not evaluated:
        return None
    if not route.target.venv:
        notes = ((Kind.COMMAND_NEEDLESS, brief(command)),)
        return Change(at=command.start, removed=(command.node,), notes=notes)
    if given and values[1].endswith(".venv/bin/activate"):
        return None
    span = (command.words[0].start, command.words[-1].end)
    return Change(at=command.start, splices=(Splice(*span, ". .venv/bin/activate"),))


def _added_to_git(command: Command, route: Route) -> Change | None:
    """`git add Pipfile Pipfile.lock` names the target's files."""
    if command.name != "git" or command.values[1:2] not in [("add",), ("commit",), ("diff",), ("checkout",)]:
        return None
    source, target = route.source, route.target
    names = {source.lock: target.lock, source.manifest: target.manifest}
    found = [(word, names[word.value]) for word in command.words[2:] if word.value in names]
    splices = tuple(Splice(word.start, word.end, name) for word, name in found if word.value != name)
    return Change(at=command.start, splices=splices) if splices else None
