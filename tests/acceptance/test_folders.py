"""uv takes a lock over packages that are built from folders, whichever manager's project it came from."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.real import Tools

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "workspace" / "uv"


def convert(source: str, target: str, project: Path, *words: str) -> str:
    command = [sys.executable, "-m", "converter", source, target, "--force", *words, str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize("other", ["pip", "pipenv", "poetry", "pdm"])
def test_uv_takes_the_folders_of_another_manager_as_they_are(tools: Tools, other: str, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    shutil.copytree(SAMPLE, project)
    convert("uv", other, project)
    core = project / "libs" / "core" / "pyproject.toml"
    core.write_text(core.read_text(encoding="utf-8").replace("shop-base = { workspace = true }", ""), encoding="utf-8")
    convert(other, "uv", project)
    for words in (["lock", "--check"], ["sync", "--locked", "--dry-run"]):
        run = tools.uv(words, project)
        assert run.returncode == 0, run.stdout + run.stderr
    assert "+ shop-base @ file:" in run.stderr
