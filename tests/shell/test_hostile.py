"""Text that was made to hurt: one sentence, or the text as it was, and never long."""

from __future__ import annotations

import time

import pytest

from converter.errors import InputError, UsageError
from converter.shell import Setting, commands, translate
from converter.shell.syntax import DEEPEST, LARGEST

SECONDS = 60  # on a machine that does other things as well; each takes a few
LINES = 10_000


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("poetry run python x.py --a 'b' # c\n" * LINES, "uv run --no-sync python x.py --a 'b' # c\n" * LINES),
        ("poetry check\n" * LINES, ""),
        ("".join(f"export POETRY_{number}=$POETRY_{number - 1}\n" for number in range(LINES)), ""),
        ("# poetry\n" * LINES, "# poetry\n" * LINES),
        ("poetry run " + "x" * 500_000, "uv run --no-sync " + "x" * 500_000),
    ],
    ids=["commands", "removals", "variables", "comments", "one word"],
)
def test_a_long_text_is_translated_in_reasonable_time(text: str, after: str) -> None:
    start = time.monotonic()
    assert translate(text, "poetry", "uv", Setting()).value == after
    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        "poetry install 'unterminated\n",
        'poetry install "unterminated\n',
        "poetry install $(unterminated\n",
        "poetry install `\n",
        "poetry install )\n",
        "(" * 50_000,
        "`" * 50_000 + "'",
    ],
)
def test_what_cannot_be_read_stays_and_is_told(text: str) -> None:
    said = translate(text, "poetry", "uv", Setting())
    assert said.value == text
    assert {loss.kind.code for loss in said.losses} <= {"shell-unreadable", "command-kept"}
    assert said.losses
    assert all(len(loss.detail) < 300 for loss in said.losses)


def test_only_the_line_of_an_error_is_left_alone() -> None:
    said = translate("poetry install\necho ) poetry lock\n", "poetry", "uv", Setting())
    assert said.value == "uv sync --locked\necho ) poetry lock\n"
    assert [loss.text for loss in said.losses] == ["LOSS shell-unreadable: line 2: echo )"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("true\npoetry install\0\n", "line 2: expected text, found a NUL character"),
        ("x" * (LARGEST + 1), f"line 1: expected at most {LARGEST:,} characters, found {LARGEST + 1:,}"),
        ("(" * 600 + "poetry install" + ")" * 600, f"expected at most {DEEPEST} things within each other"),
        ("$(" * 20_000 + "poetry install" + ")" * 20_000, f"expected at most {DEEPEST} things within each other"),
        (" && ".join(["poetry install"] * LINES), f"expected at most {DEEPEST} things within each other"),
    ],
    ids=["NUL", "large", "subshells", "substitutions", "list"],
)
def test_what_is_refused_as_a_whole(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        commands(text)
    said = translate(text, "poetry", "uv", Setting())
    assert (said.value, [loss.kind.code for loss in said.losses]) == (text, ["shell-unreadable"])


@pytest.mark.parametrize(
    "text", ["", "\n", "\r\n", "#", " ", "\\", ";", "poetry", "poetry run", "uv", "pip install", "."]
)
def test_next_to_nothing(text: str) -> None:
    assert translate(text, "poetry", "uv", Setting()).value == text


def test_an_unknown_tool_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="there is no tool 'conda'; known are pip, pipenv"):
        translate("x", "conda", "uv", Setting())
    with pytest.raises(UsageError, match="there is no tool 'conda'"):
        translate("x", "uv", "conda", Setting())
