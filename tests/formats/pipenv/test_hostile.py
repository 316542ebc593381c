"""Whatever stands in the two files, the answer is a project or one sentence, and nothing is passed over in silence."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator

import pytest
import rtoml
from hypothesis import given
from hypothesis import strategies as st

from converter.errors import InputError
from converter.formats.pipenv import FORMAT
from converter.losses import Kind
from converter.tree import Tree
from tests.formats.pipenv.test_emit import sample

PIPFILE = tomllib.loads(sample("everything").text("Pipfile") or "")
LOCK = json.loads(sample("everything").text("Pipfile.lock") or "")
Path = tuple[str | int, ...]

odd: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 7, 1.5, "", "x y", "==", "${A}", [], [1], [[]], {}, {"a": 1}, {"version": {}}]
)


def places(value: object, path: Path = ()) -> Iterator[Path]:
    """The path of everything inside a document."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in rows:
        yield (*path, key)
        yield from places(inner, (*path, key))


def put(document: object, path: Path, value: object) -> object:
    """A copy of a document with another value at one place."""
    if not path:
        return value
    first, *rest = path
    if isinstance(document, dict):
        return {**document, first: put(document.get(first), tuple(rest), value)}
    assert isinstance(document, list)
    return [put(each, tuple(rest), value) if at == first else each for at, each in enumerate(document)]


def tree(pipfile: object, lock: object) -> Tree:
    assert isinstance(pipfile, dict)
    return Tree.of({"Pipfile": rtoml.dumps(pipfile), "Pipfile.lock": json.dumps(lock)})


def answered(files: Tree) -> None:
    try:
        project = FORMAT.parse(files, "app").value
        FORMAT.emit(project, files.drop("Pipfile.lock"))
        FORMAT.emit(project, Tree.of({}))
    except InputError as error:
        assert str(error).startswith("Pipfile")  # noqa: PT017  # either answer is right


@given(st.sampled_from(list(places(PIPFILE))), odd)
def test_an_odd_value_in_the_pipfile_is_answered(path: Path, value: object) -> None:
    answered(tree(put(PIPFILE, path, value), LOCK))


@given(st.sampled_from(list(places(LOCK))), odd)
def test_an_odd_value_in_the_lock_is_answered(path: Path, value: object) -> None:
    answered(tree(PIPFILE, put(LOCK, path, value)))


def tables(document: object) -> list[Path]:
    """The path of each table inside a document, and of the document itself."""
    found: set[Path] = {(), *places(document)}
    return sorted((p for p in found if isinstance(at(document, p), dict)), key=str)


def at(value: object, path: Path) -> object:
    for key in path:
        value = value[key]  # type: ignore[index]
    return value


FREE = {("packages",), ("dev-packages",), ("docs",), ("scripts",)}
"""Tables of the Pipfile whose keys are names that people choose."""


@pytest.mark.parametrize("path", [p for p in tables(PIPFILE) if p not in FREE], ids=str)
def test_an_unknown_key_in_any_table_of_the_pipfile_is_told(path: Path) -> None:
    files = tree(put(PIPFILE, (*path, "planted"), 1), LOCK)
    losses = FORMAT.parse(files, "app").losses
    assert [loss.detail for loss in losses if loss.kind is Kind.KEY_UNKNOWN] == ["planted = 1"]


@pytest.mark.parametrize("path", [p for p in tables(LOCK) if p not in {("default",), ("develop",), ("docs",)}], ids=str)
def test_an_unknown_key_in_any_table_of_the_lock_is_told(path: Path) -> None:
    losses = FORMAT.parse(tree(PIPFILE, put(LOCK, (*path, "planted"), 1)), "app").losses
    assert [loss.detail for loss in losses if loss.kind is Kind.KEY_UNKNOWN] == ["planted = 1"]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('{"default": {"\\ud800": {"version": "==1"}}}', "Pipfile.lock: expected text, found half of a character"),
        ('{"default": {"a b": {"version": "==1"}}}', 'Pipfile.lock: default.a b: expected a package name, found "a b"'),
        ('{"default": {"../a": "==1"}}', 'Pipfile.lock: default.../a: expected a package name, found "../a"'),
    ],
)
def test_a_name_that_is_none_is_bad_input(written: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        FORMAT.parse(Tree.of({"Pipfile": "", "Pipfile.lock": written}), "app")
    assert str(error.value) == message


@pytest.mark.parametrize("name", ["Pipfile", "Pipfile.lock"])
@given(st.binary(max_size=60))
def test_any_bytes_are_answered(name: str, data: bytes) -> None:
    answered(Tree.of({"Pipfile": "", "Pipfile.lock": "{}", name: data}))
