from __future__ import annotations

import pytest

from converter.pyproject.sections import has, insert, join, put, remove, split

TEXT = '''\
# mine

[project]
name = "x"  # the name
# of the list
dependencies = [
    "a",  # [tool.no]
    "b",
]

# --- tools ---

# of poetry
[tool.poetry]
package-mode = false
text = """
[tool.no]
"""
# about it

# standing alone

[tool.ruff]
line-length = 120'''


@pytest.mark.parametrize("text", ["", "a = 1", "# only\n", "\n\n[a]\n[a.b]\n", "[a]\r\nb = 1\r\n", TEXT])
def test_the_pieces_are_the_text(text: str) -> None:
    assert join(split(text)) == text


def test_tables_and_entries_are_found() -> None:
    sections = split(TEXT)
    assert [section.name for section in sections] == [(), ("project",), ("tool", "poetry"), ("tool", "ruff")]
    assert [piece.keys for piece in sections[1].pieces if piece.keys] == [("name",), ("dependencies",)]
    assert has(sections, ("tool", "poetry", "text"))
    assert has(sections, ("tool",))
    assert not has(sections, ("tool", "no"))


def test_quoted_and_dotted_names_are_read() -> None:
    sections = split('[ a . "b.c" . \'d\' ]\ne."f g" = 1\n[[h]]\n')
    assert [section.name for section in sections] == [(), ("a", "b.c", "d"), ("h",)]
    assert sections[1].pieces[0].keys == ("e", "f g")


def test_a_removed_table_takes_its_own_comments_along() -> None:
    left = join(remove(split(TEXT), ("tool", "poetry")))
    assert "# of poetry" not in left
    assert "# about it" not in left
    assert "# --- tools ---" in left
    assert "# standing alone" in left
    assert left.endswith("[tool.ruff]\nline-length = 120")


def test_a_removed_entry_takes_its_own_comments_along() -> None:
    assert join(remove(split(TEXT), ("project", "dependencies"))) == TEXT.replace(
        '# of the list\ndependencies = [\n    "a",  # [tool.no]\n    "b",\n]\n', ""
    )


def test_a_table_that_gets_empty_goes() -> None:
    assert join(remove(split("[a]\nb = 1\n\n[c]\n"), ("a", "b"))) == "[c]\n"
    assert join(remove(split("[a]\n\n[c]\n"), ("a", "b"))) == "[a]\n\n[c]\n"


def test_an_entry_is_set_where_it_stands() -> None:
    made = join(put(split(TEXT), ("project",), "name", '"y"'))
    assert made == TEXT.replace('name = "x"  # the name', 'name = "y"  # the name')
    made = join(put(split(TEXT), ("project",), "dependencies", "[]"))
    assert "# of the list\ndependencies = []\n\n# --- tools" in made


def test_a_new_entry_comes_after_the_last_one() -> None:
    assert join(put(split("[a]\nb = 1\n\n# c\n[c]\n"), ("a",), "d", "2")) == "[a]\nb = 1\nd = 2\n\n# c\n[c]\n"
    assert join(put(split("[a]"), ("a",), "d", "2")) == "[a]\nd = 2\n"


def test_new_tables_come_behind_the_last_of_a_name_or_first() -> None:
    assert join(insert(split(""), "[n]\n")) == "[n]\n"
    assert join(insert(split("# top\n\n[a]\n"), "[n]\n", ("z",))) == "# top\n\n[n]\n\n[a]\n"
    assert join(insert(split("[a]\n[a.b]\nc = 1\n\n[d]\n"), "[n]\n", ("a",))) == "[a]\n[a.b]\nc = 1\n\n[n]\n\n[d]\n"
    assert join(insert(split("[a]\nb = 1"), "[n]\n", ("a",))) == "[a]\nb = 1\n\n[n]\n"
