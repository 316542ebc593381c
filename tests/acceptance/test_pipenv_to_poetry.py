"""Poetry's own commands accept what the conversion of a Pipenv project wrote, and install exactly what was locked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.utils import canonicalize_name

from tests.acceptance.environments import installed
from tests.tools.real import Tools

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "flask-app" / "pipenv"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def converted(tmp_path: Path) -> Path:
    """A copy of the sample, converted for the Python that runs the tests."""
    project = tmp_path / "flask-app"
    shutil.copytree(SAMPLE, project)
    command = [sys.executable, "-m", "converter", "pipenv", "poetry", "--python", HERE, str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return project


def locked(*categories: str) -> dict[str, str]:
    """What the sample's Pipfile.lock installs here: name to version."""
    lock = json.loads((SAMPLE / "Pipfile.lock").read_text(encoding="utf-8"))
    entries = {name: entry for category in categories for name, entry in lock[category].items()}
    held = {n: e for n, e in entries.items() if "markers" not in e or Marker(e["markers"]).evaluate()}
    return {canonicalize_name(name): entry["version"].removeprefix("==") for name, entry in held.items()}


def test_poetry_calls_the_lock_fresh(tools: Tools, converted: Path) -> None:
    run = tools.poetry(["check", "--lock"], converted)
    assert run.returncode == 0, run.stdout + run.stderr


def test_poetry_would_install_every_locked_package(tools: Tools, converted: Path) -> None:
    run = tools.poetry(["install", "--dry-run", "--no-ansi"], converted)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"Package operations: {len(locked('default', 'develop'))} installs" in run.stdout


def test_a_real_sync_installs_what_was_locked(tools: Tools, converted: Path) -> None:
    run = tools.poetry(["sync", "--only", "main", "--no-ansi"], converted)
    assert run.returncode == 0, run.stdout + run.stderr
    assert installed(converted) == locked("default")
    run = tools.poetry(["sync", "--no-ansi"], converted)
    assert run.returncode == 0, run.stdout + run.stderr
    assert installed(converted) == locked("default", "develop")


def test_a_changed_manifest_is_no_longer_fresh(tools: Tools, converted: Path) -> None:
    manifest = converted / "pyproject.toml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("dependencies = [", 'dependencies = [\n    "six",'),
        encoding="utf-8",
    )
    assert tools.poetry(["check", "--lock"], converted).returncode == 1
