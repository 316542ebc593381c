"""Retire leaves no trace: after a conversion nothing tells which manager the project had before."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

from hypothesis import strategies as st

from converter.detection import detect
from converter.format import Format
from converter.index import Settings
from converter.tree import Tree
from tests import strategies
from tests.laws.worlds import (
    applied,
    converted,
    each_form,
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


def traces(tree: Tree, form: Format) -> list[str]:
    """What is left of a format in its own files: its lock, or a table that is its tool's."""
    found = [form.lock] if form.lock in tree else []
    pattern = re.compile(
        rf"^\s*\[+\s*tool\s*\.\s*[\"']?{re.escape(form.name)}[\"']?\s*[\].].*|^tool\.{form.name}\b", re.MULTILINE
    )
    text = tree.text(form.manifest) or ""
    return found + [match[0] for match in pattern.finditer(text)]


def check_retired(tree: Tree, form: Format) -> None:
    left = form.retire(tree).value
    assert not form.detect(left)
    assert traces(left, form) == []
    assert set(left.paths()) <= set(tree.paths())
    own = {path for path in tree.paths() if any(fnmatchcase(str(path), glob) for glob in form.files)}
    assert {p for p in tree.paths() if left.get(p) != tree.get(p)} <= own


def check_converted(tree: Tree, source: Format, target: Format, asked: Settings) -> None:
    result = applied(tree, converted(tree, source, target, asked).plan)
    assert detect(result) is target
    if source is not target:
        assert not source.detect(result)
        assert traces(result, source) == []


@each_sample
def test_a_sample_is_retired(folder: Path) -> None:
    check_retired(sample_tree(folder), sample_form(folder))


@each_form
@generated()
def test_a_generated_project_is_retired(form: Format, data: st.DataObject) -> None:
    tree = tree_of(form, data.draw(strategies.projects(powers_of(form))))
    other = tree.text(form.manifest) if form.manifest == "pyproject.toml" else None
    kept = "\n[tool.black]\nline-length = 99  # stays\n"
    check_retired(tree.put("pyproject.toml", (other or "") + kept), form)
    left = form.retire(tree.put("pyproject.toml", (other or "") + kept)).value
    assert kept.strip() in (left.text("pyproject.toml") or "")


@each_target
@each_sample
def test_over_samples(folder: Path, target: Format, asked_of: Callable[[Path], Settings]) -> None:
    asked = asked_of(folder)
    if sayable(folder, target, asked):
        check_converted(sample_tree(folder), sample_form(folder), target, asked)


@each_pair
@generated()
def test_over_generated_projects(source: Format, target: Format, asked: Settings, data: st.DataObject) -> None:
    check_converted(tree_of(source, data.draw(strategies.projects(powers_of(source)))), source, target, asked)
