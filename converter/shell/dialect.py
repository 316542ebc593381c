"""How one manager's commands are read and written: a literal table for each, and what reads and writes by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from converter.shell.command import unquoted
from converter.shell.meaning import Fact, Meaning, Unsaid, Value, Verb
from converter.shell.selection import SELECTING, Selecting, Selection
from converter.shell.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option: its names, the first is written; a switch states `value`, one that takes a word states that word.

    An option without a name is a word that stands by itself.
    """

    names: tuple[str, ...]
    fact: Fact
    value: Value = ()
    takes: bool = False
    separator: str = ""
    read_only: bool = False


def switch(*names: str, fact: Fact, value: str | None = None) -> Option:
    """An option that takes nothing."""
    return Option(names=names, fact=fact, value=() if value is None else (value,))


def valued(*names: str, fact: Fact, separator: str = "") -> Option:
    """An option that takes a word. With a separator several words are written as one, else the option is repeated."""
    return Option(names=names, fact=fact, takes=True, separator=separator)


def heard(option: Option) -> Option:
    """The same, which is understood and never written."""
    return replace(option, read_only=True)


NOT_FOR_USER = switch("--no-user", fact=Fact.USER, value="no")
"""pip's word against PIP_USER, with which it fails in an environment (`pip/_internal/cli/cmdoptions.py`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """One way to say a verb: the words it begins with, what these state by themselves, its options, its own words.

    `words`: how many words of its own it may have at least and at most (None: any number). `needs`: what must be said
    for it to be meant. `selecting`, where it selects otherwise than the manager's other commands.
    """

    verb: Verb
    head: tuple[str, ...]
    options: tuple[Option, ...] = ()
    states: Mapping[Fact, Value] = field(default_factory=dict)
    words: tuple[int, int | None] = (0, 0)
    needs: frozenset[Fact] = frozenset()
    selecting: Selecting | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One manager: its programs, options that stand anywhere, spellings, and what runs a command in its environment.

    `installers` are parts of the names of the scripts that install it, `install_line` the line that runs one, with two
    places for what `install_version` says of a version. `variables` is what the names of its variables begin with,
    `venv` whether it installs into an environment of the project's own.
    """

    name: str
    programs: tuple[str, ...]
    selecting: Selecting
    spellings: tuple[Spelling, ...]
    anywhere: tuple[Option, ...] = ()
    implied: frozenset[Fact] = frozenset()
    """Facts that hold without a word."""
    run: str = ""
    pip: str = ""
    """How pip is called for its environment, where that holds no pip."""
    installers: tuple[str, ...] = ()
    install_line: str = ""
    install_version: tuple[str, str] = ("", "")
    lock: str = ""
    manifest: str = ""
    variables: str = ""
    venv: bool = True
    installs_project: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came of writing a meaning: the words, and the facts that they leave out."""

    words: tuple[str, ...]
    unsaid: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A meaning with its selection resolved, and the options that were not known."""

    meaning: Meaning
    selection: Selection | None = None
    unknown: tuple[str, ...] = ()


# reading


def read(words: Sequence[str], dialect: Dialect, setting: Setting) -> Read | None:
    """What the words after the program mean; None where that is not understood."""
    partly = None
    for spelling in dialect.spellings:
        parsed = _parsed(words, spelling, dialect)
        found = parsed and _resolved(parsed, spelling.selecting or dialect.selecting, setting)
        if found is not None and not found.unknown:
            return found
        partly = partly or found
    return partly


def _parsed(words: Sequence[str], spelling: Spelling, dialect: Dialect) -> Read | None:
    options = {name: option for option in (*spelling.options, *dialect.anywhere) for name in option.names}
    scan = _Scan(words=words, options=options)
    for expected in spelling.head:
        if expected.startswith("-"):
            if scan.at >= len(words) or unquoted(words[scan.at]) != expected:
                return None
            scan.at += 1
        elif scan.positional() != expected:
            return None
    own = scan.command() if spelling.verb is Verb.RUN else scan.rest()
    least, most = spelling.words
    if own is None or len(own) < least or (most is not None and len(own) > most):
        return None
    if not spelling.needs <= scan.facts.keys():
        return None
    facts = {**spelling.states, **{fact: tuple(value) for fact, value in scan.facts.items()}}
    if spelling.verb is Verb.MAKE_ENV and own:
        facts, own = {**facts, Fact.PYTHON: tuple(own)}, []
    return Read(meaning=Meaning(verb=spelling.verb, facts=facts, words=tuple(own)), unknown=tuple(scan.unknown))


def _resolved(found: Read, selecting: Selecting, setting: Setting) -> Read | None:
    meaning = found.meaning
    if meaning.verb not in (Verb.INSTALL, Verb.EXPORT):
        return found
    chosen = {fact: value for fact, value in meaning.facts.items() if fact in SELECTING}
    if any("$" in value or "`" in value for values in chosen.values() for value in values):
        return None
    selection = selecting.read(chosen, setting)
    if selection is None:
        return None
    facts = {fact: value for fact, value in meaning.facts.items() if fact not in SELECTING}
    return replace(found, meaning=replace(meaning, facts=facts), selection=selection)


class _Scan:
    """Words read from left to right: options into facts, the others handed out."""

    def __init__(self, *, words: Sequence[str], options: Mapping[str, Option]) -> None:
        self.words, self.options, self.at = words, options, 0
        self.facts: dict[Fact, list[str]] = {}
        self.unknown: list[str] = []

    def positional(self) -> str | None:
        """The next word that is no option."""
        while self.at < len(self.words):
            word = self.words[self.at]
            self.at += 1
            if not unquoted(word).startswith("-") or not self._option(word):
                return unquoted(word)
        return None

    def rest(self) -> list[str]:
        """All words left that are no options; an unknown option is kept aside."""
        own: list[str] = []
        while self.at < len(self.words):
            word = self.words[self.at]
            self.at += 1
            if not unquoted(word).startswith("-") or word == "-":
                own.append(word)
            elif not self._option(word):
                self.unknown.append(word)
        return own

    def command(self) -> list[str] | None:
        """The words of the command that is run: all from the first that is no option."""
        while self.at < len(self.words):
            word = self.words[self.at]
            if word == "--":
                return list(self.words[self.at + 1 :])
            if not word.startswith("-"):
                return list(self.words[self.at :])
            self.at += 1
            if not self._option(word):
                return None
        return []

    def _option(self, word: str) -> bool:
        name, equals, value = word.partition("=")
        option = self.options.get(name)
        if option is None:
            return not name.startswith("--") and self._cluster(unquoted(word))
        if not option.takes:
            self.facts.setdefault(option.fact, []).extend(option.value)
            return True
        if not equals:
            if self.at >= len(self.words):
                return False
            value = self.words[self.at]
            self.at += 1
        self.facts.setdefault(option.fact, []).append(value)
        return True

    def _cluster(self, word: str) -> bool:
        """`-dG test`, `-rfile`: short options in one word, of which the last may take a value."""
        for at, letter in enumerate(word[1:], 1):
            option = self.options.get(f"-{letter}")
            if option is None:
                return False
            if option.takes and word[at + 1 :]:
                self.facts.setdefault(option.fact, []).append(word[at + 1 :])
                return True
            if not self._option(f"-{letter}"):
                return False
        return len(word) > 1


# writing


def write(found: Read, dialect: Dialect, setting: Setting) -> Said | None:
    """The words after the program that say it best; None where nothing says it."""
    every = [_spelled(found, spelling, dialect, setting) for spelling in dialect.spellings if not spelling.read_only]
    best = min((said for said in every if said is not None), key=_cost, default=None)
    return None if best is None or _cost(best)[0] else best


def _cost(said: Said) -> tuple[int, ...]:
    return tuple(sum(fact.unsaid is level for fact in said.unsaid) for level in (Unsaid.KEEP, Unsaid.LOSS, Unsaid.NOTE))


def _spelled(found: Read, spelling: Spelling, dialect: Dialect, setting: Setting) -> Said | None:
    meaning, (least, most) = found.meaning, spelling.words
    count = len(meaning.words)
    if spelling.verb is not meaning.verb or count < least or (most is not None and count > most):
        return None
    facts = _facts(found, spelling.selecting or dialect.selecting, setting)
    return (
        None
        if facts is None or not spelling.needs <= facts.keys()
        else _with_options(facts, meaning.words, spelling, dialect)
    )


_NOTHING = Selection(main=False)


def _facts(found: Read, selecting: Selecting, setting: Setting) -> Mapping[Fact, Value] | None:
    if found.selection is None:
        return found.meaning.facts
    chosen = selecting.write(found.selection, setting) if found.selection != _NOTHING else None
    return None if chosen is None else {**found.meaning.facts, **chosen}


def _with_options(facts: Mapping[Fact, Value], own: Value, spelling: Spelling, dialect: Dialect) -> Said:
    said = set(dialect.implied) | {fact for fact, value in facts.items() if spelling.states.get(fact) == value}
    words = list(spelling.head)
    for option in (*spelling.options, *dialect.anywhere):
        if option.fact in facts and option.fact not in said and not option.read_only:
            added = list(_option_words(option, facts[option.fact]))
            words += added
            said |= {option.fact} if added else set()
    return Said(words=(*words, *own), unsaid=tuple(fact for fact in facts if fact not in said))


def _option_words(option: Option, value: Value) -> Iterator[str]:
    name = option.names[0]
    if not name:
        yield from value
        return
    if not option.takes:
        if option.value == value or (not option.value and not any(value)):
            yield name
        return
    for word in [option.separator.join(value)] if option.separator else value:
        yield from (name, word)
