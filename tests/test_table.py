from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.errors import InputError
from converter.losses import Kind, Loss
from converter.table import Table, shown

Read = Callable[[Table], object]
WRONG: dict[str, object] = {
    "null": None,
    "void": None,
    "text": "t",
    "number": 7,
    "real": 1.5,
    "truth": True,
    "list": [1],
    "table": {"a": 1},
    "mixed": ["a", 2],
    "rows": [{}, "x"],
}
ERRORS: list[tuple[Read, str]] = [
    (lambda t: t.string("absent"), "absent: expected a string, found nothing"),
    (lambda t: t.string("null"), "null: expected a string, found nothing"),
    (lambda t: t.string("number"), "number: expected a string, found 7"),
    (lambda t: t.string("list"), "list: expected a string, found [1]"),
    (lambda t: t.string_or("truth"), "truth: expected a string, found True"),
    (lambda t: t.optional_string("table"), "table: expected a string, found {'a': 1}"),
    (lambda t: t.optional_string("void"), "void: expected a string, found nothing"),
    (lambda t: t.boolean("text"), 'text: expected true or false, found "t"'),
    (lambda t: t.boolean("number"), "number: expected true or false, found 7"),
    (lambda t: t.integer("text"), 'text: expected a whole number, found "t"'),
    (lambda t: t.integer("truth"), "truth: expected a whole number, found True"),
    (lambda t: t.integer("real"), "real: expected a whole number, found 1.5"),
    (lambda t: t.strings("text"), 'text: expected a list, found "t"'),
    (lambda t: t.strings("mixed"), "mixed[1]: expected a string, found 2"),
    (lambda t: t.table("text"), 'text: expected a table, found "t"'),
    (lambda t: t.table("void"), "void: expected a table, found nothing"),
    (lambda t: t.table("list"), "list: expected a table, found [1]"),
    (lambda t: t.tables("table"), "table: expected a list, found {'a': 1}"),
    (lambda t: t.tables("rows"), 'rows[1]: expected a table, found "x"'),
    (lambda t: list(t.items()), "null: expected a table, found nothing"),
    (lambda t: t.child("x", "here"), 'here: expected a table, found "x"'),
    (lambda t: t.table("table").string("a"), "table.a: expected a string, found 1"),
]


@pytest.mark.parametrize(("read", "message"), ERRORS)
def test_a_wrong_type_names_file_and_place(read: Read, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(Table(WRONG, "x.lock"))
    assert str(caught.value) == f"x.lock: {message}"


def test_a_place_tells_each_step_to_it() -> None:
    top = Table({"package": [{}, {"files": [{"hash": 7}]}]}, "poetry.lock")
    with pytest.raises(InputError) as caught:
        top.tables("package")[1].tables("files")[0].string("hash")
    assert str(caught.value) == "poetry.lock: package[1].files[0].hash: expected a string, found 7"


def test_a_document_that_is_no_table() -> None:
    with pytest.raises(InputError) as caught:
        Table([1], "Pipfile.lock")
    assert str(caught.value) == "Pipfile.lock: expected a table, found [1]"


def test_an_error_of_the_callers_own_names_the_place_too() -> None:
    error = Table({}, "Pipfile", "packages").error("a", "no", "say yes")
    assert str(error) == "Pipfile: packages.a: no; say yes"


def test_each_accessor_gives_what_is_there_and_its_default_where_nothing_is() -> None:
    table = Table({"s": "x", "e": "", "b": False, "i": 0, "l": ["p", "q"], "t": {"k": 1}, "a": [{"k": 2}]}, "f")
    assert (table.string("s"), table.string("e"), table.string_or("no", "d"), table.string_or("e", "d")) == (
        "x",
        "",
        "d",
        "",
    )
    assert (table.optional_string("s"), table.optional_string("no")) == ("x", None)
    assert (table.boolean("b", default=True), table.boolean("no", default=True), table.boolean("no")) == (
        False,
        True,
        False,
    )
    assert (table.integer("i"), table.integer("no")) == (0, None)
    assert (table.strings("l"), table.strings("no")) == (("p", "q"), ())
    assert (table.table("t").integer("k"), table.table("no").keys()) == (1, ())
    assert ([t.integer("k") for t in table.tables("a")], table.tables("no")) == ([2], ())
    assert (table.take("i"), table.take("no")) == (0, None)
    assert table.keys() == ("s", "e", "b", "i", "l", "t", "a")
    assert ("s" in table, "no" in table) == (True, False)


@pytest.mark.parametrize(
    ("place", "key", "expected"), [("", "a", "a"), ("a", "b", "a.b"), ("a", 3, "a[3]"), ("", 0, "[0]")]
)
def test_the_place_of_a_key(place: str, key: str | int, expected: str) -> None:
    assert Table({}, "f", place).at(key) == expected


def unread(table: Table) -> list[str]:
    return [loss.text for loss in table.unread()]


def test_what_nobody_read_comes_back() -> None:
    table = Table({"a": 1, "b": {"c": 2}, "d": "https://u:p@h.example"}, "Pipfile")
    assert unread(table) == [
        "LOSS key-unknown: Pipfile: a: a = 1",
        "LOSS key-unknown: Pipfile: b: b = {'c': 2}",
        'LOSS key-unknown: Pipfile: d: d = "https://****@h.example"',
    ]
    assert [loss.kind for loss in table.unread(Kind.SETTING_LEFT)] == [Kind.SETTING_LEFT] * 3


def test_asking_whether_a_key_is_there_is_not_reading_it() -> None:
    table = Table({"a": 1}, "f")
    assert "a" in table
    assert table.keys() == ("a",)
    assert len(unread(table)) == 1


@pytest.mark.parametrize(
    "read",
    [lambda t: t.take("a"), lambda t: t.integer("a"), lambda t: t.skip("a", "b"), lambda t: t.skip_all()],
    ids=["take", "integer", "skip", "skip_all"],
)
def test_what_is_read_or_skipped_does_not_come_back(read: Read) -> None:
    table = Table({"a": 1}, "f")
    read(table)
    assert unread(table) == []


def test_a_table_that_is_asked_for_twice_is_the_same_table() -> None:
    top = Table({"t": {"a": 1, "b": 2}, "rows": [{"c": 3}]}, "f")
    top.table("t").integer("a")
    top.table("t").integer("b")
    top.tables("rows")
    top.tables("rows")[0].integer("c")
    assert unread(top) == []


DOCUMENTS = st.recursive(
    st.integers(),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, min_size=1) | st.lists(inner, min_size=1, max_size=3),
    max_leaves=12,
)


def plant(value: object, path: str = "") -> list[str]:
    """Put a key into each table of a document; the places."""
    places: list[str] = []
    if isinstance(value, list):
        for number, item in enumerate(value):
            places += plant(item, f"{path}[{number}]")
    if isinstance(value, dict):
        for key in list(value):
            places += plant(value[key], f"{path}.{key}" if path else key)
        value["planted"] = 1
        places.append(f"{path}.planted" if path else "planted")
    return places


def walk(table: Table) -> None:
    """Read everything but what was planted, as a parser would."""
    for key in table.keys():  # noqa: SIM118  # a Table is no mapping
        if key != "planted":
            walk_value(table, table.take(key), table.at(key))


def walk_value(table: Table, value: object, place: str) -> None:
    if isinstance(value, dict):
        walk(table.child(value, place))
    for number, item in enumerate(value if isinstance(value, list) else ()):
        walk_value(table, item, f"{place}[{number}]")


@given(st.dictionaries(st.sampled_from("abc"), DOCUMENTS))
def test_a_planted_key_is_found_at_each_depth(document: dict[str, object]) -> None:
    places = plant(document)
    table = Table(document, "f")
    walk(table)
    assert sorted(loss.where for loss in table.unread()) == sorted(f"f: {place}" for place in places)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "nothing"),
        ("a", '"a"'),
        ("a\n  b", '"a b"'),
        ([1, "x"], "[1, 'x']"),
        ("x" * 70, '"' + "x" * 59 + "..."),
        (True, "True"),
    ],
)
def test_a_value_is_shown_short_and_on_one_line(value: object, expected: str) -> None:
    assert shown(value) == expected


def test_a_loss_of_a_table_is_a_plain_loss() -> None:
    assert list(Table({"a": 1}, "f", "t").unread()) == [Loss(kind=Kind.KEY_UNKNOWN, where="f: t.a", detail="a = 1")]
