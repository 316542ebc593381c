"""uv takes a lock over packages that are built from folders, whichever manager's project it came from."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.environments import installed
from tests.tools.real import Tools

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SAMPLE, MONOREPO = SAMPLES / "workspace" / "uv", SAMPLES / "monorepo" / "poetry"

BESIDE = """[project]
name = "app"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["shop-base"]

[tool.uv.sources]
shop-base = { path = "../lib", editable = true }
"""


def convert(source: str, target: str, project: Path, *words: str) -> str:
    command = [sys.executable, "-m", "converter", source, target, "--force", *words, str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def accepted(tools: Tools, project: Path) -> str:
    """What uv would install from the lock, which it has to take as it is."""
    before = (project / "uv.lock").read_bytes()
    for words in (["lock"], ["lock", "--check"], ["sync", "--locked", "--dry-run"]):
        run = tools.uv(words, project)
        assert run.returncode == 0, run.stdout + run.stderr
    assert (project / "uv.lock").read_bytes() == before
    return run.stderr


@pytest.mark.parametrize("other", ["pip", "pipenv", "poetry"])
def test_a_workspace_of_uv_comes_back_as_one(tools: Tools, other: str, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    shutil.copytree(SAMPLE, project)
    convert("uv", other, project)
    convert(other, "uv", project, "--workspace")
    assert "+ shop-base @ file:" in accepted(tools, project)
    assert "workspace = true" in (project / "pyproject.toml").read_text(encoding="utf-8")


def test_uv_takes_folders_that_are_no_workspace(tools: Tools, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    shutil.copytree(MONOREPO, project)
    convert("poetry", "uv", project)
    assert "+ shop-base @ file:" in accepted(tools, project)
    assert "workspace" not in (project / "pyproject.toml").read_text(encoding="utf-8")


def test_a_monorepo_of_poetry_becomes_a_workspace_of_uv(tools: Tools, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    shutil.copytree(MONOREPO, project)
    told = convert("poetry", "uv", project, "--workspace")
    assert "not-locked: shop-core: pluggy>=1 of its group dev" in told
    assert "member-lock-left: libs/core/poetry.lock" in told
    assert "+ shop-core @ file:" in accepted(tools, project)
    run = tools.uv(["sync", "--locked", "--package", "shop-core", "--python", sys.executable], project)
    assert run.returncode == 0, run.stdout + run.stderr
    assert installed(project) == {"idna": "3.20", "shop-base": "2.0", "shop-core": "2.0", "six": "1.17.0"}


def test_poetry_takes_the_members_of_a_workspace_of_uv(tools: Tools, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    shutil.copytree(SAMPLE, project)
    convert("uv", "poetry", project)
    before = (project / "poetry.lock").read_text(encoding="utf-8")
    run = tools.poetry(["lock"], project)
    assert run.returncode == 0, run.stdout + run.stderr
    after = (project / "poetry.lock").read_text(encoding="utf-8")
    assert 'name = "shop-base"' in before
    assert after.count('type = "directory"') == before.count('type = "directory"') == 2


@pytest.mark.parametrize("other", ["pip", "pipenv", "poetry"])
def test_a_folder_beside_the_project_keeps_its_way_and_uv_takes_it(tools: Tools, other: str, tmp_path: Path) -> None:
    project, lib = tmp_path / "app", tmp_path / "lib"
    shutil.copytree(SAMPLE / "libs" / "base", lib)
    (tmp_path / ".git").mkdir()
    project.mkdir()
    (project / "pyproject.toml").write_text(BESIDE, encoding="utf-8")
    assert tools.uv(["lock"], project).returncode == 0
    convert("uv", other, project)
    convert(other, "uv", project)
    assert "+ shop-base @ file:" in accepted(tools, project)
    assert 'path = "../lib"' in (project / "pyproject.toml").read_text(encoding="utf-8")


def test_a_folder_that_nobody_may_read_is_told(tools: Tools, tmp_path: Path) -> None:
    project = tmp_path / "app"
    shutil.copytree(SAMPLE / "libs" / "base", tmp_path / "lib")
    project.mkdir()
    (project / "pyproject.toml").write_text(BESIDE, encoding="utf-8")
    assert tools.uv(["lock"], project).returncode == 0
    convert("uv", "poetry", project)
    assert "LOSS folder-unread: uv.lock: shop-base in ../lib" in convert("poetry", "uv", project)
