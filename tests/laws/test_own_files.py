"""A format's own files are a fixed point: parsed, then written onto the tree without the lock, they do not change."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from converter.format import Format
from converter.tree import Tree
from tests import strategies
from tests.laws.worlds import NAME, each_form, each_sample, generated, powers_of, sample_form, sample_tree, tree_of


def again(form: Format, tree: Tree) -> Tree:
    project = form.parse(tree, NAME).value
    return form.emit(project, tree.drop(form.lock)).value


@each_sample
def test_a_sample_comes_back_byte_for_byte(folder: Path) -> None:
    form, tree = sample_form(folder), sample_tree(folder)
    written = again(form, tree)
    assert written.get(form.manifest) == tree.get(form.manifest)
    assert written.get(form.lock) == tree.get(form.lock)
    assert {path: written.get(path) for path in written.paths()} == {path: tree.get(path) for path in tree.paths()}


@each_form
@generated(60)
def test_what_a_format_wrote_comes_back_byte_for_byte(form: Format, data: st.DataObject) -> None:
    tree = tree_of(form, data.draw(strategies.projects(powers_of(form))))
    written = again(form, tree)
    assert {path: written.get(path) for path in written.paths()} == {path: tree.get(path) for path in tree.paths()}
