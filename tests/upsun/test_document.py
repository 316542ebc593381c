from __future__ import annotations

import pytest

from converter.errors import InputError
from converter.upsun.document import Mapping, Scalar, parse
from tests.upsun.project import followed

# The documentation's own snippet for a specific version of Poetry, indented as it stands there.
INVALID_POETRY = """\
applications:
  myapp:
    source:
      root: "myapp"
    type: 'python:3.14'
    dependencies:
      python3:
        poetry: '>=1.8'
  variables:
      env:
        POETRY_VIRTUALENVS_IN_PROJECT: true
    hooks:
      build: |
        poetry install
"""


def bomb() -> str:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))
    return f"a0: &a0 [x]\n{levels}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (INVALID_POETRY, "c.yaml: line 12: is not YAML: "),
        ("applications:\n\tmyapp: 1\n", "c.yaml: line 2: is not YAML: "),
        ("a: 1\nb: 2\na: 3\n", "c.yaml: line 3: the key a stands at line 1 already"),
        ("a: &x\n  b: *x\n", "c.yaml: line 2: expected an end of the anchor x, found it inside itself"),
        ("a: *x\n", "c.yaml: line 1: expected an anchor x above, found none"),
        ("a: " + "[" * 61 + "]" * 61, "c.yaml: line 1: expected at most 60 levels"),
        ("a: 1\n---\nb: 2\n", "c.yaml: line 2: expected one document, found a second"),
        ("? [a]\n: 1\n", "c.yaml: line 1: expected a plain key, found a collection"),
        ("a: 'x\n", "c.yaml: line 2: is not YAML: "),
        ("a: \x07\n", "c.yaml: line 1: is not YAML: "),
        ("- a\n", ""),
    ],
)
def test_what_is_no_configuration_is_one_sentence_with_file_and_line(text: str, says: str) -> None:
    if says:
        with pytest.raises(InputError) as why:
            parse(text, "c.yaml")
        assert str(why.value).startswith(says)
        assert "\n" not in str(why.value)
    else:
        with pytest.raises(InputError, match=r"c\.yaml: line 1: expected a mapping of keys"):
            _ = parse(text, "c.yaml").mapping


def test_deep_nesting_is_refused_without_recursion() -> None:
    with pytest.raises(InputError):
        parse("a: " + "[" * 100_000, "c.yaml")


def test_an_alias_is_its_anchors_node_at_a_place_of_its_own() -> None:
    found = parse("a: &x one\nb: *x\n", "c.yaml").mapping
    assert found.get("a") is found.get("b")
    assert found.entries[1].alias == (13, 15)


def test_a_bomb_of_aliases_is_read_and_changed_like_any_file() -> None:
    app = "applications:\n  a:\n    type: 'python:3.12'\n    hooks:\n      build: poetry install --only main\n"
    done = followed({".upsun/config.yaml": bomb() + app}, "poetry", "uv")
    assert "uv sync" in (done.value.text(".upsun/config.yaml") or "")


def test_merged_keys_are_found_and_own_ones_win() -> None:
    found = parse("d: &d {a: 1, b: 2}\nm:\n  <<: *d\n  a: 3\n", "c.yaml").mapping.mapping("m")
    assert found is not None
    assert (found.text("a"), found.text("b"), found.text("c")) == ("3", "2", None)


def test_a_tag_and_an_anchor_are_no_part_of_a_scalars_text() -> None:
    text = "a: &x !str 'one'\nb: !include {type: string, path: x.sh}\n"
    found = parse(text, "c.yaml").mapping
    one, two = found.get("a"), found.get("b")
    assert isinstance(one, Scalar)
    assert isinstance(two, Mapping)
    assert text[one.start : one.end] == "'one'"
    assert (two.tag, two.text("path")) == ("!include", "x.sh")


@pytest.mark.parametrize("text", ["", "# nothing\n", "~\n"])
def test_an_empty_file_is_an_empty_mapping(text: str) -> None:
    assert parse(text, "c.yaml").mapping.entries == ()
