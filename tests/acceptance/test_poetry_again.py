"""Poetry, made to lock anew what the conversion of a uv project wrote, has nothing to change in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.tools.real import Tools

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "flask-app" / "uv"


def test_poetry_locks_the_same_again(tools: Tools, tmp_path: Path) -> None:
    project = tmp_path / "flask-app"
    shutil.copytree(SAMPLE, project)
    before = converted(project)
    after = locked(tools, project, "lock")
    # uv leaves out files that no interpreter of the project can use; the shim finds no summary where an index lacks it
    free = ("    {file", "description = ")
    assert [line for line in (Counter(before) - Counter(after)) if not line.startswith(free)] == []
    assert [line for line in (Counter(after) - Counter(before)) if not line.startswith(free)] == []


FORKED = """\
[project]
name = "forked"
version = "1"
requires-python = ">=3.9,<3.15"
dependencies = ["iniconfig"]

[project.optional-dependencies]
more = ["h2"]

[dependency-groups]
dev = ["forked[more]", "blinker"]

[tool.uv.sources]
forked = { workspace = true }

[tool.uv.workspace]
"""


def test_one_more_requirement_moves_no_pin_of_a_fork(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(FORKED, encoding="utf-8")
    done = tools.uv(["lock"], tmp_path)
    assert done.returncode == 0, done.stderr
    before = converted(tmp_path)
    assert before.count('name = "iniconfig"') > 1
    lost = Counter(before) - Counter(locked(tools, tmp_path, "add", "--lock", "six"))
    assert [line for line in lost if not line.startswith(("content-hash", "description = ", "markers = "))] == []


def converted(project: Path) -> list[str]:
    """The lines of the poetry.lock that a uv project becomes."""
    command = [sys.executable, "-m", "converter", "uv", "poetry", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (project / "poetry.lock").read_text(encoding="utf-8").splitlines()


def locked(tools: Tools, project: Path, *words: str) -> list[str]:
    """Those that Poetry leaves."""
    run = tools.poetry([*words, "--no-ansi"], project)
    assert run.returncode == 0, run.stdout + run.stderr
    return (project / "poetry.lock").read_text(encoding="utf-8").splitlines()
