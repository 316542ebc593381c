"""A real conversion on a real disk is all or nothing, whichever call fails, and undo gives it back byte for byte.

tests/disk holds `apply` and `undo` to that over every kind of edit; here it is the whole of the program below `cli`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from converter.convert import convert
from converter.disk import apply, read, undo
from converter.errors import StopError
from converter.format import Format
from converter.index import Settings
from converter.plan import Plan
from tests.disk.project import Fault, project, shape
from tests.laws.worlds import OPTIONS, each_sample, each_target, sample_form, sample_tree, sayable


def files_of(folder: Path) -> dict[str, bytes]:
    tree = sample_tree(folder)
    return {str(path): tree.get(path) or b"" for path in tree.paths()}


def planned(root: Path, folder: Path, target: Format, asked: Settings) -> Plan:
    plan = convert(read(root), sample_form(folder), target, OPTIONS, asked).plan
    assert not plan.stops
    return plan


@each_target
@each_sample
def test_a_fault_at_any_call_leaves_all_as_it_was(
    folder: Path, target: Format, asked_of: Callable[[Path], Settings]
) -> None:
    asked, files = asked_of(folder), files_of(folder)
    if not sayable(folder, target, asked):
        return
    with project(files) as (root, state):
        before, plan, at = shape(root), planned(root, folder, target, asked), 0
        while plan.edits:
            fault = Fault(at, "half")
            try:
                apply(root, plan, state, disk=fault.disk())
            except StopError:
                assert shape(root) == before, f"call {at}"
                at += 1
                continue
            break
        assert at > 10 or not plan.edits
        if plan.edits:
            assert shape(root) != before
            undo(root, state)
        assert shape(root) == before


@each_target
@each_sample
def test_what_is_written_is_what_was_planned(
    folder: Path, target: Format, asked_of: Callable[[Path], Settings]
) -> None:
    asked, files = asked_of(folder), files_of(folder)
    if not sayable(folder, target, asked):
        return
    with project(files) as (root, state):
        plan = planned(root, folder, target, asked)
        before = shape(root)
        apply(root, plan, state)
        changed = {name for name in before.keys() | shape(root).keys() if before.get(name) != shape(root).get(name)}
        assert changed == {str(edit.path) for edit in plan.edits}
        for edit in plan.edits:
            path = root / edit.path
            assert (path.read_bytes() if path.exists() else None) == edit.after
        if plan.edits:
            undo(root, state)
        assert shape(root) == before
        with pytest.raises(StopError, match="there is no conversion to undo"):
            undo(root, state)
