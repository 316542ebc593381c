from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.upsun.document import Scalar, parse
from converter.upsun.scalars import anew, rewritten, spliced

BLOCK = "a:\n  k: |\n{}  z: 1\n"
LINES = st.lists(
    st.sampled_from(["set -eu", "poetry install", "", "  x y", "# c", "echo ü", "\ttab"]), min_size=1, max_size=6
)


def rewrite(text: str, value: str, key: str = "k") -> str:
    """The text with the scalar under `a` and `key` saying `value`."""
    document = parse(text, "c.yaml")
    scalar = document.mapping.scalar("a", key)
    assert scalar is not None
    return spliced(text, rewritten(document, scalar, value, 2))


@pytest.mark.parametrize(
    ("old", "value", "new"),
    [
        ("k: poetry install # why\n  z: 1", "uv sync", "k: uv sync # why\n  z: 1"),
        ("k: 'it''s  a poetry'", "it's  a uv", "k: 'it''s  a uv'"),
        ('k: "say \\"hi\\" \\u00fc poetry run x"', 'say "hi" ü uv run x', 'k: "say \\"hi\\" \\u00fc uv run x"'),
        ("k: >-\n    one poetry\n    three\n  z: 1", "one uv three", "k: >-\n    one uv\n    three\n  z: 1"),
        ("k: one\n     poetry\n     three", "one uv three", "k: one\n     uv\n     three"),
        ("k: |-\n     one\n\n     two\n  z: 1", "one\n\n2", "k: |-\n     one\n\n     2\n  z: 1"),
        (
            "k: |\n    one \n       \n    two\n  # c\n  z: 1",
            "one \n   \n2\n",
            "k: |\n    one \n       \n    2\n  # c\n  z: 1",
        ),
        ("k: |2\n      one\n    two", "  one\n2\n", "k: |2\n      one\n    2"),
        ("k: |+\n    one\n    two\n\n  z: 1", "two\n\n", "k: |+\n    two\n\n  z: 1"),
        ("k: plain", "a: b", "k: 'a: b'"),
        ("k: plain", "1.10", "k: '1.10'"),
        ("k: plain", "one\ntwo\n", "k: |\n    one\n    two"),
        ("k: >\n    one two\n  z: 1", "one\ntwo\n", "k: |\n    one\n    two\n  z: 1"),
        ('k: "a\\\n    \\ b poetry"', "a b uv", 'k: "a\\\n    \\ b uv"'),
    ],
)
def test_only_the_words_that_differ_change(old: str, value: str, new: str) -> None:
    result = rewrite(f"a:\n  {old}\n", value)
    assert result == f"a:\n  {new}\n"
    scalar = parse(result, "c.yaml").mapping.scalar("a", "k")
    assert scalar is not None
    assert scalar.value.rstrip("\n") == value.rstrip("\n")


def test_line_ends_and_a_missing_last_one_stay() -> None:
    assert rewrite("a:\r\n  k: |\r\n    one\r\n    two\r\n  z: 1\r\n", "one\n2\n3\n") == (
        "a:\r\n  k: |\r\n    one\r\n    2\r\n    3\r\n  z: 1\r\n"
    )
    assert rewrite("a:\n  k: |\n    one\n    two", "one\n2") == "a:\n  k: |\n    one\n    2"
    assert rewrite("a:\n  k: |\n    one\n    two", "one") == "a:\n  k: |\n    one"


@given(old=LINES, new=LINES)
def test_a_block_says_what_it_was_told_to_and_what_follows_stays(old: list[str], new: list[str]) -> None:
    body = "".join(f"    {line}\n" if line else "\n" for line in ["first", *old, "last"])
    result = rewrite(BLOCK.format(body), "\n".join(["first", *new, "last"]) + "\n")
    found = parse(result, "c.yaml").mapping
    assert (found.text("a", "k"), found.text("a", "z")) == ("\n".join(["first", *new, "last"]) + "\n", "1")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20))
def test_a_scalar_written_from_nothing_is_read_as_it_was_meant(value: str) -> None:
    for style in ("", "'", '"'):
        like = Scalar(value="x", start=0, end=1, line=1, style=style)
        document = parse(f"a: {anew(like, value, -1)}\n", "c.yaml")
        assert document.mapping.text("a") == value or style == ""
