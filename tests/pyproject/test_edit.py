from __future__ import annotations

import pytest

from converter.errors import InputError
from converter.model import Comments
from converter.pyproject.edit import Item, Tables, checked, put_groups, put_project

TABLES = Tables(
    fields={"name": "demo", "urls": {"Home": "https://demo.example"}},
    requires_python=">=3.11",
    dependencies=(Item(value="idna>=3", comments=Comments(above=("# names",), trailing="# why")),),
    extras={"cli": (Item(value="click"),)},
    groups={"dev": (Item(value={"include-group": "test"}),), "test": (Item(value="pytest"),)},
    headings={"test": Comments(above=("# of the tests",))},
)

WRITTEN = """\
[project]
name = "demo"
requires-python = ">=3.11"
dependencies = [
    # names
    "idna>=3",  # why
]

[project.urls]
Home = "https://demo.example"

[project.optional-dependencies]
cli = [
    "click",
]

[dependency-groups]
dev = [
    {include-group = "test"},
]
# of the tests
test = [
    "pytest",
]
"""


def both(text: str, tables: Tables = TABLES) -> str:
    return put_groups(put_project(text, tables), tables)


def test_a_new_file_is_written() -> None:
    assert both("") == WRITTEN


def test_what_says_the_same_stays_byte_for_byte() -> None:
    text = WRITTEN.replace('[\n    "click",\n]', "['click']").replace('">=3.11"', "'>= 3.11'").replace(" = ", " =  ")
    assert both(text) == text


def test_other_tables_stay() -> None:
    ruff = "# my settings\n\n# lint\n[tool.ruff]\nline-length = 120 # long"
    assert both(ruff) == "# my settings\n\n" + WRITTEN + "\n# lint\n[tool.ruff]\nline-length = 120 # long"


def test_fields_that_are_there_stay_and_lists_are_replaced() -> None:
    text = '[project]\nname = "Demo"\ndynamic = ["version"]\ndependencies = ["old"]\n\n[project.urls]\nA = "b"\n'
    made = put_project(
        text, Tables(fields={"name": "demo", "version": "1", "urls": {}}, dependencies=(Item(value="new"),))
    )
    assert made == text.replace('["old"]', '[\n    "new",\n]')


def test_lists_that_nobody_wants_go() -> None:
    text = '[dependency-groups]\n"Dev.Two" = ["a"]\nold = ["b"]\n'
    assert (
        put_groups(text, Tables(groups={"dev-two": (Item(value="a"),)})) == '[dependency-groups]\n"Dev.Two" = ["a"]\n'
    )
    assert put_groups(text, Tables()) == ""


def test_a_table_written_inside_another_cannot_be_edited() -> None:
    with pytest.raises(InputError, match="cannot be edited"):
        checked(put_project('project = {name = "x"}\n', TABLES))


def test_what_is_no_toml_is_said_with_its_line() -> None:
    with pytest.raises(InputError, match=r"pyproject.toml: expected TOML: .*line 2"):
        put_project("[a]\nb\n", TABLES)


def test_a_name_that_is_empty_is_none() -> None:
    text = '[project]\nname = ""\nversion = ""\n'
    made = put_project(text, Tables(fields={"name": "demo", "version": "0"}))
    assert made == '[project]\nname = "demo"\nversion = "0"\ndependencies = []\n'
