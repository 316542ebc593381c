"""Twice is once: a result converted to its own format does not change, and a dry run says the same each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

from converter.format import Format
from converter.index import Settings
from converter.plan import patch
from converter.tree import Tree
from tests import strategies
from tests.laws.worlds import (
    applied,
    converted,
    each_pair,
    each_sample,
    each_target,
    generated,
    powers_of,
    sample_form,
    sample_tree,
    sayable,
    tree_of,
)


def check(tree: Tree, source: Format, target: Format, asked: Settings) -> None:
    first = converted(tree, source, target, asked)
    same = converted(tree, source, target, asked)
    assert same.plan == first.plan
    assert patch(same.plan) == patch(first.plan)
    result = applied(tree, first.plan)
    again = converted(result, target, target, asked)
    assert patch(again.plan).decode() == ""


@each_target
@each_sample
def test_over_samples(folder: Path, target: Format, asked_of: Callable[[Path], Settings]) -> None:
    asked = asked_of(folder)
    if sayable(folder, target, asked):
        check(sample_tree(folder), sample_form(folder), target, asked)


@each_pair
@generated()
def test_over_generated_projects(source: Format, target: Format, asked: Settings, data: st.DataObject) -> None:
    tree = tree_of(source, data.draw(strategies.projects(powers_of(source))))
    check(tree, source, target, asked)
