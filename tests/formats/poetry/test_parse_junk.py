"""Whatever stands in a file: it is read, or an error names its place. Nothing else leaves `parse`."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator

import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from converter.errors import ConvertError
from converter.formats.poetry.parse import parse
from converter.tree import Tree
from tests.formats.poetry.test_parse_lock import ENTRY, OLD, lock, old
from tests.formats.poetry.test_parse_manifest import MIXED, POETRY_1

JUNK: tuple[object, ...] = (
    1,
    1.5,
    True,
    "",
    "x",
    "===",
    "^",
    "a b c",
    [],
    [1],
    ["x"],
    [[]],
    {},
    {"a": 1},
    {"a": {}},
    [{}],
)
RICH = """develop = true
[package.dependencies]
b = [{version = "*", markers = "extra == 'x'", optional = true}, {git = "g@h:b", rev = "1"}]
[package.extras]
x = ["b"]
[package.source]
type = "git"
url = "g@h:a"
reference = "HEAD"
resolved_reference = "00"
"""
FILES = (
    (POETRY_1, lock('name = "a"\nversion = "1"\n' + ENTRY + RICH)),
    (MIXED.format(dynamic='["x"]'), lock('name = "a"\nversion = "1"\nmarkers = {main = ""}\n' + ENTRY)),
    (OLD, lock(old("a", 'marker = ""\n'), tail='[metadata.files]\na = [{file = "a", hash = "b"}]\n', version="1.1")),
    (OLD, lock(old("a"), tail='[metadata.hashes]\na = ["00"]\n', version="")),
)
Path = tuple[str | int, ...]


def places(value: object, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


def put(document: dict[str, object], path: Path, value: object) -> str:
    changed = copy.deepcopy(document)
    spot: object = changed
    for key in path[:-1]:
        spot = spot[key]  # type: ignore[index]
    spot[path[-1]] = copy.deepcopy(value)  # type: ignore[index]
    return tomlkit.dumps(changed)


@given(st.data())
def test_a_wrong_value_anywhere(data: st.DataObject) -> None:
    manifest, locked = data.draw(st.sampled_from(FILES))
    files = {"pyproject.toml": manifest, "poetry.lock": locked}
    name = data.draw(st.sampled_from(sorted(files)))
    document = tomllib.loads(files[name])
    place = data.draw(st.sampled_from(list(places(document))))
    files[name] = put(document, place, data.draw(st.sampled_from(JUNK)))
    try:
        parse(Tree.of(files), "folder")
    except ConvertError as why:
        assert str(why).startswith(("pyproject.toml: ", "poetry.lock: "))  # noqa: PT017  # either outcome is right
