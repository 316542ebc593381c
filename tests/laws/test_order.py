"""Order does not matter: packages, groups and keys shuffled in the input give the same target."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

from converter.format import Format
from converter.index import Settings
from converter.tree import Tree
from converter.verify import covered
from tests import strategies
from tests.laws import documents
from tests.laws.meaning import meaning
from tests.laws.worlds import (
    applied,
    converted,
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


def shuffled(value: object, chance: random.Random) -> object:
    """A document with the keys of each table in another order."""
    if isinstance(value, dict):
        keys = chance.sample(list(value), len(value))
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


def with_rows_shuffled(document: dict[str, object], chance: random.Random) -> dict[str, object]:
    """A lock with its packages, where it lists them, in another order."""
    lists = {k: v for k, v in document.items() if isinstance(v, list) and all(isinstance(row, dict) for row in v)}
    return document | {key: chance.sample(rows, len(rows)) for key, rows in lists.items()}


def with_shuffled(tree: Tree, file: str, chance: random.Random, *, rows: bool) -> Tree:
    text = tree.text(file)
    assert text is not None
    document = shuffled(documents.read(text), chance)
    assert isinstance(document, dict)
    made = with_rows_shuffled(document, chance) if rows else document
    return flat(tree.put(file, documents.written(made, text)))


def check(tree: Tree, source: Format, target: Format, asked: Settings, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # no secret
    plain = converted(tree, source, target, asked)
    expected = applied(tree, plain.plan)
    other = with_shuffled(tree, source.lock, chance, rows=True)
    result = applied(other, converted(other, source, target, asked).plan)
    assert result.text(target.manifest) == expected.text(target.manifest)
    assert result.text(target.lock) == expected.text(target.lock)
    # the order of a manifest is a person's own and stays, so here the meaning counts
    other = with_shuffled(tree, source.manifest, chance, rows=False)
    moved = converted(other, source, target, asked)
    assert plain.after is not None
    assert moved.after is not None
    care = covered(plain.after)
    assert meaning(moved.after, care, comments=False) == meaning(plain.after, care, comments=False)


@each_target
@each_sample
def test_over_samples(folder: Path, target: Format, asked_of: Callable[[Path], Settings]) -> None:
    asked = asked_of(folder)
    if sayable(folder, target, asked):
        for seed in range(3):
            check(sample_tree(folder), sample_form(folder), target, asked, seed)


@each_pair
@generated(20)
def test_over_generated_projects(source: Format, target: Format, asked: Settings, data: st.DataObject) -> None:
    tree = tree_of(source, data.draw(strategies.projects(powers_of(source))))
    check(tree, source, target, asked, data.draw(st.integers(0, 1000)))
