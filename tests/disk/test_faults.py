from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import pytest

from converter.disk import Disk, apply, undo
from converter.errors import StopError
from tests.disk.project import BEFORE, Fault, converted, do, plan_for, project, shape, take_back


def calls_of(
    act: Callable[[Path, Path, Disk], object], only: str = "", ready: Callable[[Path, Path], object] = lambda *_: 0
) -> int:
    with project() as (root, state):
        ready(root, state)
        counter = Fault(-1, "never", only=only)
        act(root, state, counter.disk())
        return counter.calls


def test_there_are_calls_to_fail() -> None:
    assert calls_of(do) > 20
    assert calls_of(take_back, ready=converted) > 20


@pytest.mark.parametrize("what", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("how", ["half", "after"])
def test_a_fault_at_any_call_of_apply_leaves_all_as_it_was(how: str, what: type[BaseException]) -> None:
    for at in range(calls_of(do)):
        with project() as (root, state):
            before = shape(root)
            with pytest.raises(StopError if what is OSError else what):
                do(root, state, Fault(at, how, what).disk())
            assert shape(root) == before, at
            with pytest.raises(StopError, match="there is no conversion to undo"):
                undo(root, state)
            assert converted(root, state) is not None


@pytest.mark.parametrize("what", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("how", ["half", "after"])
def test_a_fault_at_any_call_of_undo_leaves_all_as_it_was(how: str, what: type[BaseException]) -> None:
    for at in range(calls_of(take_back, ready=converted)):
        with project() as (root, state):
            before = shape(root)
            converted(root, state)
            after = shape(root)
            with pytest.raises(StopError if what is OSError else what):
                take_back(root, state, Fault(at, how, what).disk())
            assert shape(root) == after, at
            undo(root, state)
            assert shape(root) == before, at


def test_a_disk_that_is_full_from_any_write_on_leaves_all_as_it_was() -> None:
    for at in range(calls_of(do, "write")):
        with project() as (root, state):
            before = shape(root)
            with pytest.raises(StopError, match="nothing was changed"):
                do(root, state, Fault(at, "for good", only="write").disk())
            assert shape(root) == before
    for at in range(calls_of(take_back, "write", converted)):
        with project() as (root, state):
            converted(root, state)
            after = shape(root)
            with pytest.raises(StopError, match="nothing was changed"):
                take_back(root, state, Fault(at, "for good", only="write").disk())
            assert shape(root) == after


def test_a_disk_that_fails_for_good_is_put_right_by_undo() -> None:
    told = 0
    for at in range(calls_of(do)):
        with project() as (root, state):
            before = shape(root)
            with pytest.raises(StopError) as stop:
                do(root, state, Fault(at, "for good").disk())
            told += "refused again" in str(stop.value)
            recovered(root, state)
            assert shape(root) == before, at
    assert told > 10


def recovered(root: Path, state: Path) -> None:
    """Undo, where there is something to undo."""
    try:
        undo(root, state)
    except StopError as why:
        assert "there is no conversion to undo" in str(why)  # noqa: PT017 both are right


def killed(root: Path, state: Path, act: str, at: int) -> None:
    """What a process leaves behind that gets SIGKILL at this call."""
    command = [sys.executable, "-m", "tests.disk.project", str(root), str(state), act, str(at)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_a_killed_apply_is_put_right_by_undo() -> None:
    def one(at: int) -> None:
        with project() as (root, state):
            before = shape(root)
            killed(root, state, "apply", at)
            recovered(root, state)
            assert shape(root) == before, at
            assert converted(root, state) is not None

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(calls_of(do))))


def test_a_killed_undo_is_put_right_by_another() -> None:
    def one(at: int) -> None:
        with project() as (root, state):
            before = shape(root)
            converted(root, state)
            killed(root, state, "undo", at)
            recovered(root, state)
            assert shape(root) == before, at

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(calls_of(take_back, ready=converted))))


def test_a_conversion_upon_a_half_done_one_is_refused_and_upon_one_not_begun_is_not() -> None:
    outcomes = {upon_a_fault(at) for at in range(calls_of(do))}
    assert outcomes == {"", "an earlier conversion was interrupted; run pm-convert undo first"}


def upon_a_fault(at: int) -> str:
    """Why a conversion after a disk failed for good at this call stops; nothing where it is done."""
    with project() as (root, state), project() as (whole, _):
        converted(whole, state)
        untouched, complete = shape(root), shape(whole)
        with pytest.raises(StopError):
            do(root, state, Fault(at, "for good").disk())
        begun = shape(root)
        try:
            apply(root, plan_for(root, {"other": b"next"}), state)
        except StopError as why:
            assert shape(root) == begun
            assert any(begun.get(path) != untouched.get(path) for path in [*BEFORE, "poetry.lock", "a/deep/file"])
            return str(why).removeprefix(f"{root}: ")
        assert shape(root) in [{**before, "other": (b"next", 0o644)} for before in (untouched, complete)]
        return ""


def test_the_new_bytes_are_on_the_disk_before_the_first_name_changes_hands() -> None:
    with project() as (root, state):
        order: list[str] = []
        real = Disk()

        def noted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
            def called(*args: object) -> object:
                if cast("Path", args[0]).is_relative_to(root):
                    order.append(name)
                return call(*args)

            return called

        do(root, state, Disk(**{field.name: noted(field.name, getattr(real, field.name)) for field in fields(Disk)}))
        kinds = [name for name in order if name in {"write", "replace"}]
        assert kinds == ["write"] * 5 + ["replace"] * 5
