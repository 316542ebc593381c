"""How a tool is started: here a script of the test's own stands on PATH under the tool's name."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest
from packaging.specifiers import SpecifierSet

from converter import accept
from converter.errors import StopError
from converter.formats import FORMATS
from converter.model import Project, Requirement
from converter.plan import Plan
from converter.tree import Edit

PROJECT = Project(name="demo", requires_python=SpecifierSet(">=3.11"), dependencies=(Requirement(name="a"),))
UV = FORMATS["uv"]


def machine(
    tmp_path: Path, script: str, *, limit: float = 60.0, variables: Mapping[str, str] | None = None
) -> accept.Machine:
    """A machine whose uv is this script."""
    program = tmp_path / "bin" / "uv"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return accept.Machine(environment={"PATH": f"{program.parent}:{os.defpath}", **(variables or {})}, limit=limit)


def test_a_tool_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    for form in FORMATS.values():
        with pytest.raises(StopError, match=r"^expected \w+ on PATH, found none; install .*"):
            accept.lock(PROJECT, form, accept.Machine(environment={"PATH": str(tmp_path)}))


def test_what_a_tool_says_when_it_fails_is_told_from_its_error_on(tmp_path: Path) -> None:
    script = "echo Resolving; echo 'error: no solution: https://me:secret@h.example/x' >&2; pwd >&2; exit 1"
    with pytest.raises(StopError) as caught:
        accept.lock(PROJECT, UV, machine(tmp_path, script))
    assert "it says: error: no solution: https://****@h.example/x" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert str(caught.value).endswith("pin what it names in the source, or say --python")


def test_a_tool_that_does_not_answer_is_ended_with_what_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    before = time.monotonic()
    with pytest.raises(StopError, match=r"no answer in 0\.5 seconds"):
        accept.lock(PROJECT, UV, machine(tmp_path, f"(sleep 3; touch {mark}) & wait", limit=0.5))
    time.sleep(max(0.0, 4 - (time.monotonic() - before)))
    assert not mark.exists()


def test_a_tool_sees_no_secret_and_no_environment_of_others(tmp_path: Path) -> None:
    variables = {
        "UV_INDEX_PRIVATE_PASSWORD": "1", "GITHUB_TOKEN": "2", "POETRY_HTTP_BASIC_X_USERNAME": "3", "VIRTUAL_ENV": "4",
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
    }  # fmt: skip
    found = tmp_path / "found"
    with pytest.raises(StopError):
        accept.lock(PROJECT, UV, machine(tmp_path, f"env > {found}; exit 1", variables=variables))
    names = {line.partition("=")[0] for line in found.read_text(encoding="utf-8").splitlines()}
    assert names & variables.keys() == {"UV_DEFAULT_INDEX"}


def test_a_lock_that_cannot_be_read_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(StopError, match=r"uv\.lock: cannot be read"):
        accept.lock(PROJECT, UV, machine(tmp_path, "echo 'version = [' > uv.lock"))


def test_what_is_planned_is_shown_in_a_copy(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "inner" / ".venv").mkdir(parents=True)
    for name in ("inner/old.txt", "inner/stays.txt", "inner/.venv/x"):
        (root / name).write_text("text")
    edits = (
        Edit(path=PurePosixPath("inner/old.txt"), before=b"text", after=None),
        Edit(path=PurePosixPath("inner/uv.lock"), before=None, after=b"new"),
    )
    planned = accept.Planned(
        plan=Plan(edits=edits, losses=()), target=UV, project=PROJECT, folder=PurePosixPath("inner")
    )
    found = tmp_path / "found"
    accept.check(root, planned, machine(tmp_path, f"ls -A > {found}; rm *"))
    assert found.read_text(encoding="utf-8").split() == ["stays.txt", "uv.lock"]
    assert sorted(path.name for path in (root / "inner").iterdir()) == [".venv", "old.txt", "stays.txt"]


def test_a_lock_that_the_tool_refuses_stops(tmp_path: Path) -> None:
    planned = accept.Planned(plan=Plan(edits=(), losses=()), target=UV, project=PROJECT, folder=PurePosixPath())
    tool = machine(tmp_path, "echo 'error: the lockfile needs to be updated'; exit 1")
    with pytest.raises(
        StopError, match=r"^uv\.lock: expected uv to take what is planned, but it says: error: the lock"
    ):
        accept.check(tmp_path / "bin", planned, tool)
