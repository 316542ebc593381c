"""Nothing is silent: a key that no format knows, put into each table of manifest and lock, is told or still there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from hypothesis import strategies as st

from converter.convert import convert
from converter.format import Format
from converter.index import Settings
from converter.tree import Tree
from tests import strategies
from tests.laws import documents
from tests.laws.own_words import is_free
from tests.laws.worlds import (
    NAME,
    OPTIONS,
    applied,
    each_pair,
    each_sample,
    each_target,
    flat,
    generated,
    powers_of,
    sample_form,
    sample_tree,
    sayable,
    tree_of,
)


def planted(tree: Tree, form: Format) -> tuple[Tree, dict[str, str]]:
    """The tree with a key of its own name in each table, and where each was put."""
    places: dict[str, str] = {}
    for file in (form.manifest, form.lock):
        text = tree.text(file)
        assert text is not None
        document = documents.read(text)
        for way, table in list(documents.tables(document)):
            if not is_free(form.name, file, way):
                key = f"planted-{len(places)}"
                places[key] = f"{file}: {'.'.join(map(str, way))}"
                table[key] = "by a law"
        tree = tree.put(file, documents.written(document, text))
    return flat(tree), places


def silent(places: dict[str, str], told: str, tree: Tree) -> Iterator[str]:
    left = b"\n".join(tree.get(path) or b"" for path in tree.paths()).decode()
    for key, place in places.items():
        if f"{key} " not in f"{told} " and f'{key}"' not in left and f"{key} =" not in left:
            yield f"{place} {key}"


def check(tree: Tree, source: Format, target: Format, asked: Settings) -> None:
    given, places = planted(tree, source)
    assert len(places) > 1
    parsed = source.parse(given, NAME)
    read = " ".join(f"{loss.where} {loss.detail}" for loss in parsed.losses)
    done = convert(given, source, target, OPTIONS, asked)
    told = " ".join(f"{loss.where} {loss.detail}" for loss in done.plan.losses)
    assert not done.plan.stops, told
    assert list(silent(places, told, applied(given, done.plan))) == []
    assert [key for key in places if key in read and key not in told] == []


@each_target
@each_sample
def test_over_samples(folder: Path, target: Format, asked_of: Callable[[Path], Settings]) -> None:
    asked = asked_of(folder)
    if sayable(folder, target, asked):
        check(sample_tree(folder), sample_form(folder), target, asked)


@each_pair
@generated(15)
def test_over_generated_projects(source: Format, target: Format, asked: Settings, data: st.DataObject) -> None:
    tree = tree_of(source, data.draw(strategies.projects(powers_of(source))))
    check(tree, source, target, asked)
