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
    command = [sys.executable, "-m", "converter", "uv", "poetry", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    before = (project / "poetry.lock").read_text(encoding="utf-8").splitlines()
    run = tools.poetry(["lock", "--no-ansi"], project)
    assert run.returncode == 0, run.stdout + run.stderr
    after = (project / "poetry.lock").read_text(encoding="utf-8").splitlines()
    # uv leaves out files that no interpreter of the project can use; the shim finds no summary where an index lacks it
    free = ("    {file", "description = ")
    assert [line for line in (Counter(before) - Counter(after)) if not line.startswith(free)] == []
    assert [line for line in (Counter(after) - Counter(before)) if not line.startswith(free)] == []
