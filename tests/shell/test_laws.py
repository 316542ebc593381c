"""What holds for every command that is said canonically, in every text around it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from converter.losses import Kind
from converter.shell import Setting, commands, translate
from converter.shell.dialect import Read, read, write
from converter.shell.dialects import DIALECTS
from converter.shell.meaning import ANEW, AS_IS, REFUSED, Fact, Meaning, Verb
from converter.shell.selection import Selection
from tests.shell.checked import parses

SETTING = Setting(groups=("dev", "docs", "lint"), extras=("web", "xml"))
PAIRS = tuple(product(DIALECTS, DIALECTS))


@st.composite
def meanings(draw: st.DrawFn) -> Read:
    """An install of some scopes, in one of the three ways to treat an old lock."""
    selection = Selection(
        main=draw(st.booleans()),
        groups=frozenset(draw(st.sets(st.sampled_from(["dev", "docs", "lint"])))),
        extras=frozenset(draw(st.sets(st.sampled_from(["web", "xml"])))),
    )
    facts = {Fact.FRESHNESS: (draw(st.sampled_from([REFUSED, AS_IS, ANEW])),)}
    facts |= draw(st.sampled_from([{}, {Fact.PROJECT: ("no",)}, {Fact.QUIET: ()}]))
    return Read(meaning=Meaning(verb=Verb.INSTALL, facts=facts), selection=selection)


AROUND: tuple[Callable[[str], str], ...] = (
    "{}\n".format,
    "set -e\n  {} # why\n".format,
    "a && {} || b\n".format,
    "if {}; then\n  \u00e9\nfi".format,
    "A=1 exec {} > log\r\n".format,
    "x=$({})\n".format,
    "f() {{ {}; }}\n".format,
)


@given(meanings(), st.sampled_from(PAIRS), st.sampled_from(AROUND))
def test_there_and_back_is_the_same_where_nothing_is_lost(
    meaning: Read, pair: tuple[str, str], around: Callable[[str], str]
) -> None:
    source, target = pair
    said = write(meaning, DIALECTS[source], SETTING)
    if said is None:
        return
    text = around(" ".join([DIALECTS[source].programs[0], *said.words]))
    there = translate(text, source, target, SETTING)
    assert parses(there.value)
    assert translate(there.value, source, target, SETTING).value == there.value
    back = translate(there.value, target, source, SETTING)
    assert back.value == text or there.losses or back.losses


@given(meanings(), st.sampled_from(PAIRS))
def test_the_scopes_are_never_others(meaning: Read, pair: tuple[str, str]) -> None:
    """What the target installs is what the source did, or the command stays."""
    source, target = pair
    said = write(meaning, DIALECTS[source], SETTING)
    if said is None:
        return
    there = translate(" ".join([DIALECTS[source].programs[0], *said.words]), source, target, SETTING)
    if any(loss.kind is Kind.COMMAND_KEPT for loss in there.losses):
        return
    (command,) = commands(there.value)
    again = read(command.values[1:], DIALECTS[target], SETTING)
    assert again is not None
    assert again.selection == meaning.selection


@given(st.text("poetry insall$()'\"`;|&\n\\#<>{}=-é\r", max_size=60), st.sampled_from(PAIRS))
def test_any_text_is_answered(text: str, pair: tuple[str, str]) -> None:
    """A second translation changes nothing, and what the shell reads it still reads."""
    said = translate(text, *pair, SETTING)
    assert translate(said.value, *pair, SETTING).value == said.value
    if said.value != text:
        assert parses(said.value) or not parses(text)
