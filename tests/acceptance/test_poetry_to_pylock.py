"""pip, uv and PDM install from the pylock.toml that the conversion of a Poetry project wrote, scope by scope."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.acceptance.test_poetry_to_pipenv import SAMPLE, locked
from tests.tools.real import Tools

EXTRA = {"pyjwt": "2.15.1", "redis": "5.3.1"}  # what the extra of the sample brings
UV_ADDS = re.compile(r"^ \+ (\S+?)==(\S+)", re.MULTILINE)
PDM_ADDS = re.compile(r"^\s+- (\S+) (\S+)$", re.MULTILINE)


@pytest.fixture
def converted(tmp_path: Path) -> Path:
    """A copy of the sample, converted."""
    project = tmp_path / "flask-app"
    shutil.copytree(SAMPLE, project)
    command = [sys.executable, "-m", "converter", "poetry", "pylock", "--quiet", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def environment(tools: Tools, converted: Path) -> Path:
    """An empty environment inside the project."""
    run = tools.uv(["venv", "--quiet", "--python", sys.executable], converted)
    assert run.returncode == 0, run.stderr
    return converted / ".venv"


@pytest.mark.parametrize(
    ("words", "scopes"),
    [
        ("-r pylock.toml", "main"),
        ("--group pylock.toml:dev", "dev"),
        ("-r pylock.toml --group pylock.toml:dev", "main dev"),
        ("-r pylock.toml[cache]", "main cache"),
    ],
)
def test_pip_would_install(tools: Tools, converted: Path, words: str, scopes: str) -> None:
    arguments = ["install", "--quiet", "--dry-run", "--ignore-installed", "--report", "report.json", *words.split()]
    run = tools.pip(arguments, converted)
    assert run.returncode == 0, run.stdout + run.stderr
    report = json.loads((converted / "report.json").read_text(encoding="utf-8"))
    found = {each["metadata"]["name"]: each["metadata"]["version"] for each in report["install"]}
    assert same_names(found) == expected(scopes)


@pytest.mark.parametrize(
    ("words", "scopes"),
    [
        ("", "main"),
        ("--group dev", "dev"),
        ("--group default --group dev", "main dev"),
        ("--extra cache", "main cache"),
    ],
)
def test_uv_would_install(tools: Tools, environment: Path, words: str, scopes: str) -> None:
    arguments = ["pip", "install", "--dry-run", "--python", str(environment), "-r", "pylock.toml", *words.split()]
    run = tools.uv(arguments, environment.parent)
    assert run.returncode == 0, run.stderr
    assert same_names(dict(UV_ADDS.findall(run.stderr))) == expected(scopes)


@pytest.mark.parametrize(
    ("words", "scopes"), [("--prod", "main"), ("-G dev", "main dev"), ("--prod -G cache", "main cache")]
)
def test_pdm_would_install(tools: Tools, environment: Path, words: str, scopes: str) -> None:
    (environment.parent / "pdm.toml").write_text('[lock]\nformat = "pylock"\n', encoding="utf-8")
    run = tools.pdm(["sync", "--dry-run", *words.split()], environment.parent)
    assert run.returncode == 0, run.stdout + run.stderr
    assert same_names(dict(PDM_ADDS.findall(run.stdout))) == expected(scopes)


def expected(scopes: str) -> dict[str, str]:
    """What the sample's poetry.lock installs here."""
    return locked(*scopes.split()) | (EXTRA if "cache" in scopes else {})


def same_names(found: dict[str, str]) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in found.items()}
