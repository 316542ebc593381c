from __future__ import annotations

import dataclasses
import re

import pytest

from converter.losses import BY_CODE, Kind, Level, Loss, Lossy


def test_every_kind_has_a_code_of_its_own_a_sentence_and_a_remedy() -> None:
    assert len(BY_CODE) == len(Kind) == len(Kind.__members__)
    for kind in Kind:
        assert BY_CODE[kind.code] is kind
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.code)
        assert kind.sentence.endswith(".")
        assert kind.sentence[0].isupper()
        assert kind.remedy.endswith(".")


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("fork-flattened", Level.LOSS),
        ("scope-conflict", Level.LOSS),
        ("member-unreached", Level.LOSS),
        ("resolved-anew", Level.LOSS),
        ("seed-added", Level.LOSS),
        ("seed-missing", Level.LOSS),
        ("key-unknown", Level.LOSS),
        ("hash-mismatch", Level.STOP),
        ("files-unknown", Level.STOP),
        ("installs-differ", Level.STOP),
        ("comment-left", Level.NOTE),
    ],
)
def test_a_kinds_level_is_part_of_the_promise(code: str, level: Level) -> None:
    assert BY_CODE[code].level is level
    assert Loss(kind=BY_CODE[code], where="here", detail="it").level is level


def test_a_loss_says_level_code_place_and_what_it_was() -> None:
    loss = Loss(kind=Kind.KEY_UNKNOWN, where="Pipfile: packages.a", detail="b = 1")
    assert loss.text == "LOSS key-unknown: Pipfile: packages.a: b = 1"


def test_a_loss_tells_no_secret() -> None:
    loss = Loss(kind=Kind.KEY_UNKNOWN, where="https://u:p@h.example", detail="x = https://u:p@h.example")
    assert (loss.where, loss.detail) == ("https://****@h.example", "x = https://****@h.example")
    copied = dataclasses.replace(loss, detail="https://v:q@h.example")
    assert "q" not in copied.text


def test_losses_are_values() -> None:
    one, two = (Loss(kind=Kind.KEY_UNKNOWN, where="a", detail="b", packages=frozenset("c")) for _ in range(2))
    assert one == two
    assert len({one, two}) == 1
    assert Lossy(1) == Lossy(1, ())
