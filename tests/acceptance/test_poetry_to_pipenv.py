"""Pipenv's own commands accept what the conversion of a Poetry project wrote, and install exactly what was locked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker

from tests.acceptance.environments import installed
from tests.tools.real import Tools

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "flask-app" / "poetry"


@pytest.fixture
def converted(tmp_path: Path) -> Path:
    """A copy of the sample, converted."""
    project = tmp_path / "flask-app"
    shutil.copytree(SAMPLE, project)
    command = [sys.executable, "-m", "converter", "poetry", "pipenv", "--quiet", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return project


def locked(*groups: str) -> dict[str, str]:
    """What the sample's poetry.lock installs here: name to version. Extras are not asked for."""
    lock = tomllib.loads((SAMPLE / "poetry.lock").read_text(encoding="utf-8"))
    return {p["name"]: p["version"] for p in lock["package"] if any(holds(p, group) for group in groups)}


def holds(package: dict[str, object], group: str) -> bool:
    """Whether a group of the lock installs a package in the Python that runs the tests."""
    groups, markers = package["groups"], package.get("markers", "")
    assert isinstance(groups, list)
    marker = markers.get(group, "") if isinstance(markers, dict) else str(markers)
    return group in groups and (not marker or Marker(marker).evaluate({"extra": ""}))


@pytest.mark.parametrize("release", ["pipenv", "pipenv_before"])
def test_pipenv_calls_the_lock_fresh(tools: Tools, release: str, converted: Path) -> None:
    run = getattr(tools, release)(["verify"], converted)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("release", ["pipenv", "pipenv_before"])
def test_a_changed_pipfile_is_no_longer_fresh(tools: Tools, release: str, converted: Path) -> None:
    pipfile = converted / "Pipfile"
    pipfile.write_text(pipfile.read_text(encoding="utf-8") + '\n[more]\nsix = "*"\n', encoding="utf-8")
    assert getattr(tools, release)(["verify"], converted).returncode == 1


def test_a_real_sync_installs_what_was_locked(tools: Tools, converted: Path) -> None:
    run = tools.pipenv(["sync", "--dev", "--python", sys.executable], converted)
    assert run.returncode == 0, run.stdout + run.stderr
    assert installed(converted) == locked("main", "dev")


def test_extras_and_groups_are_categories(converted: Path) -> None:
    lock = json.loads((converted / "Pipfile.lock").read_text(encoding="utf-8"))
    assert set(lock) == {"_meta", "cache", "default", "develop", "docs"}
    assert set(lock["docs"]) == {"mistune"}
    assert "redis" in lock["cache"]
