"""There and back: A to B to A differs in nothing that no loss named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

from converter.convert import Conversion
from converter.format import Format
from converter.index import Settings
from converter.markers import Marker
from converter.tree import Tree
from converter.verify import covered
from tests import strategies
from tests.laws.meaning import unexplained
from tests.laws.worlds import (
    NAME,
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
    there = converted(tree, source, target, asked)
    middle = applied(tree, there.plan)
    back = converted(middle, target, source, asked)
    end = source.parse(applied(middle, back.plan), NAME).value
    start = source.parse(tree, NAME).value
    care = decided(there) & decided(back)
    assert unexplained(start, end, (*there.plan.losses, *back.plan.losses), care) == []


def decided(done: Conversion) -> Marker:
    """The environments that a conversion took the project to be for."""
    assert done.before is not None
    return covered(done.before)


@each_target
@each_sample
def test_over_samples(folder: Path, target: Format, asked_of: Callable[[Path], Settings]) -> None:
    asked = asked_of(folder)
    if sayable(folder, target, asked):
        check(sample_tree(folder), sample_form(folder), target, asked)


@each_pair
@generated(30)
def test_over_generated_projects(source: Format, target: Format, asked: Settings, data: st.DataObject) -> None:
    tree = tree_of(source, data.draw(strategies.projects(powers_of(source))))
    check(tree, source, target, asked)
