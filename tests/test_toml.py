from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from converter import toml


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_string_is_read_back(text: str) -> None:
    assert tomllib.loads(f"a = {toml.string(text)}") == {"a": text}


def test_only_what_must_be_is_escaped() -> None:
    assert toml.string('é "x" \\ \n\x7f') == '"é \\"x\\" \\\\ \\n\\u007f"'


def test_keys_are_quoted_where_they_must_be() -> None:
    assert toml.dotted("tool", "poetry", "zope.event", "") == 'tool.poetry."zope.event".""'


def test_values_stand_on_one_line() -> None:
    assert toml.value({"version": "*", "extras": ["a", "b"], "optional": True, "n": 1}) == (
        '{version = "*", extras = ["a", "b"], optional = true, n = 1}'
    )
