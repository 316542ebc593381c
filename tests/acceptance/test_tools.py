"""The judges themselves: each is the release that is pinned, and Poetry locks on the index there is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.tools.install import PINS
from tests.tools.real import Tool, Tools

PROJECT = """\
[project]
name = "demo"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["idna==3.10"]

[tool.poetry]
package-mode = false
"""


@pytest.mark.parametrize(
    ("name", "pins"),
    [
        ("poetry", "poetry"),
        ("pipenv", "pipenv"),
        ("pipenv_before", "pipenv-2026.2"),
        ("uv", "uv"),
        ("pdm", "pdm"),
        ("pip", "pip"),
        ("pip_compile", "pip-tools"),
    ],
)
def test_the_tool_is_the_pinned_release(tools: Tools, name: str, pins: str, tmp_path: Path) -> None:
    tool: Tool = getattr(tools, name)
    pinned = (PINS / f"{pins}.txt").read_text(encoding="utf-8").splitlines()[0].split("==")[1]
    run = tool(["--version"], tmp_path)
    assert run.returncode == 0, run.stderr
    assert pinned in run.stdout


def test_poetry_locks_a_release_with_its_files(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    run = tools.poetry(["lock"], tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    (package,) = tomllib.loads((tmp_path / "poetry.lock").read_text(encoding="utf-8"))["package"]
    assert (package["name"], package["version"], len(package["files"])) == ("idna", "3.10", 2)
    assert tools.poetry(["check", "--lock"], tmp_path).returncode == 0
