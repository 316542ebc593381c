from __future__ import annotations

import os
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converter.disk import Disk, apply, read, undo
from converter.errors import ConvertError, InputError, StopError
from converter.losses import Kind, Loss
from converter.plan import Plan
from converter.tree import Tree
from tests.disk.project import BEFORE, conversion, converted, plan_for, project, shape, umask


def test_a_plan_is_on_the_disk_with_the_modes_kept() -> None:
    with project() as (root, state), umask(0o007):
        record = converted(root, state)
        assert record is not None
        assert record.is_file()
        assert shape(root) == {
            "pyproject.toml": (b"new\r\n", 0o640), "run.sh": (b"#!/bin/sh\n", 0o755), "other": (b"kept", 0o644),
            "poetry.lock": (b"lock\n", 0o660), "a": (None, 0), "a/deep": (None, 0), "a/deep/file": (b"x", 0o660),
            "a/deep/other": (b"", 0o660), "api": (None, 0),
        }  # fmt: skip


def test_the_records_are_for_the_user_alone() -> None:
    with project() as (root, state), umask(0):
        converted(root, state)
        below = list(state.parent.rglob("*"))
        assert {stat.S_IMODE(path.stat().st_mode) for path in below if path.is_file()} == {0o600}
        assert {stat.S_IMODE(path.stat().st_mode) for path in [state.parent, *below] if path.is_dir()} == {0o700}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_root_leaves_a_file_to_its_owner() -> None:
    with project() as (root, state):
        os.chown(root / "pyproject.toml", 1234, 4321)
        converted(root, state)
        now = (root / "pyproject.toml").stat()
        assert (now.st_uid, now.st_gid) == (1234, 4321)


CHANGES = st.dictionaries(
    st.sampled_from(["pyproject.toml", "Pipfile", "api/Pipfile.lock", "n/e/w", "n/x", "\udcff é"]),
    st.none() | st.binary(max_size=4),
)


@settings(max_examples=50)
@given(st.lists(CHANGES, max_size=4))
def test_undo_gives_each_conversion_back_the_last_one_first(conversions: list[dict[str, bytes | None]]) -> None:
    with project() as (root, state):
        stack = []
        for changes in conversions:
            before, plan = shape(root), plan_for(root, changes)
            record = apply(root, plan, state)
            assert (record is None) == (not plan.edits)
            assert all(read(root).get(edit.path) == edit.after for edit in plan.edits)
            stack += [(before, plan)] if record else []
        for before, plan in reversed(stack):
            assert undo(root, state) == tuple(edit.path for edit in plan.edits)
            assert shape(root) == before
        with pytest.raises(StopError, match="there is no conversion to undo"):
            undo(root, state)


def test_undo_gives_back_what_was_done_to_the_modes_too() -> None:
    with project() as (root, state):
        before = shape(root)
        converted(root, state)
        (root / "pyproject.toml").chmod(0o777)
        undo(root, state)
        assert shape(root) == before


def test_undo_keeps_a_folder_that_something_else_is_in_and_makes_one_that_is_gone() -> None:
    with project() as (root, state):
        before = shape(root)
        converted(root, state)
        (root / "a" / "mine").touch(mode=0o644)
        (root / "api").rmdir()
        undo(root, state)
        assert shape(root) == {**before, "a": (None, 0), "a/mine": (b"", shape(root)["a/mine"][1])}


@pytest.mark.parametrize("touched", ["pyproject.toml", "poetry.lock", "Pipfile"])
def test_undo_stops_at_a_file_that_a_person_changed_unless_forced(touched: str) -> None:
    with project() as (root, state):
        before = shape(root)
        converted(root, state)
        (root / touched).write_bytes(b"a person's")
        after = shape(root)
        with pytest.raises(StopError, match=f"{touched}: changed since the conversion; --force"):
            undo(root, state)
        assert shape(root) == after
        undo(root, state, force=True)
        assert shape(root) == before


def test_undo_goes_on_where_a_person_has_already_taken_a_file_back() -> None:
    with project() as (root, state):
        before = shape(root)
        converted(root, state)
        (root / "poetry.lock").unlink()
        (root / "pyproject.toml").write_bytes(b"old\r\n")
        undo(root, state)
        assert shape(root) == before


def test_nothing_to_do_leaves_no_record() -> None:
    with project() as (root, state):
        assert apply(root, Plan(edits=(), losses=()), state) is None
        with pytest.raises(StopError, match="there is no conversion to undo"):
            undo(root, state)
        assert not state.exists()


def test_one_project_is_not_undone_in_another() -> None:
    with project() as (root, state), project() as (other, _):
        converted(root, state)
        with pytest.raises(StopError, match="there is no conversion to undo"):
            undo(other, state)


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"\xff", b'{"version": 2}', b'{"version": 1, "token": "x"}'])
def test_a_damaged_record_is_bad_input(damage: bytes) -> None:
    with project() as (root, state):
        record = converted(root, state)
        assert record is not None
        record.write_bytes(damage)
        after = shape(root)
        with pytest.raises(InputError, match="is not an undo record of this version; remove it"):
            undo(root, state)
        assert shape(root) == after


@pytest.mark.parametrize("touched", ["pyproject.toml", "poetry.lock", "Pipfile"])
def test_a_file_that_changed_since_it_was_read_stops_everything(touched: str) -> None:
    with project() as (root, state):
        plan = conversion(read(root))
        (root / touched).write_bytes(b"a person's")
        before = shape(root)
        with pytest.raises(StopError, match=f"{touched}: changed since it was read; run the conversion again"):
            apply(root, plan, state)
        assert shape(root) == before


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../outside", "is not a file inside the project"),
        ("api/../../outside", "is not a file inside the project"),
        ("/outside", "is not a file inside the project"),
        ("", "is not a file inside the project"),
        ("a\0b", "is not a file inside the project"),
        ("link", "is a symbolic link"),
        ("broken", "is a symbolic link"),
        ("folder/new", "a symbolic link leads outside the project"),
        ("folder/new/er", "a symbolic link leads outside the project"),
        ("api", "is not a regular file"),
        ("other/below", "Not a directory"),
    ],
)
def test_an_unsafe_path_stops_everything(name: str, sentence: str) -> None:
    with project() as (root, state):
        (root / "link").symlink_to("other")
        (root / "broken").symlink_to(root.parent / "outside")
        (root.parent / "elsewhere").mkdir()
        (root / "folder").symlink_to(root.parent / "elsewhere")
        before = shape(root.parent)
        tree = Tree.of({"pyproject.toml": BEFORE["pyproject.toml"]}).put("pyproject.toml", "new").put(name, "x")
        with pytest.raises(StopError, match=sentence):
            apply(root, Plan(edits=tree.edits(), losses=()), state)
        assert {path: what for path, what in shape(root.parent).items() if not path.startswith("state")} == before


def test_a_file_in_a_linked_folder_of_the_project_is_written() -> None:
    with project() as (root, state):
        (root / "folder").symlink_to("api")
        apply(root, plan_for(root, {"folder/Pipfile.lock": b"new"}), state)
        assert (root / "api" / "Pipfile.lock").read_bytes() == b"new"


def test_a_plan_with_a_stop_is_not_applied() -> None:
    with project() as (root, state):
        before, plan = shape(root), conversion(read(root))
        stop = Loss(kind=Kind.UNPINNED, where="Pipfile.lock", detail="x")
        with pytest.raises(StopError, match=r"Pipfile\.lock: An entry of the lock has no version"):
            apply(root, Plan(edits=plan.edits, losses=(stop,)), state)
        assert shape(root) == before


def test_of_two_conversions_at_once_one_is_whole_and_the_other_refused() -> None:
    def slow_write(path: Path, data: bytes, mode: int | None) -> None:
        time.sleep(0.05)
        Disk().write(path, data, mode)

    with project() as (root, state):
        before, tree, start = shape(root), read(root), threading.Barrier(2)

        def run(name: str) -> str:
            changed = tree.put("pyproject.toml", name).put("other", name).put(f"{name}.lock", name).drop("Pipfile")
            start.wait()
            try:
                apply(root, Plan(edits=changed.edits(), losses=()), state, disk=Disk(write=slow_write))
            except ConvertError as why:
                assert "changed since it was read" in str(why)  # noqa: PT017 one of the two
                return ""
            return name

        with ThreadPoolExecutor(2) as pool:
            (won,) = filter(None, pool.map(run, ["poetry", "uv"]))
        assert {path for path, (data, _) in shape(root).items() if data == won.encode()} == {
            "pyproject.toml", "other", f"{won}.lock",
        }  # fmt: skip
        undo(root, state)
        assert shape(root) == before
