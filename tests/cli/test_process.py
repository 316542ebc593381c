"""The command in a process of its own: how it starts, how it ends, and what a shell asks of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

COMMAND = [sys.executable, "-m", "converter"]


def completed(line: str) -> list[str]:
    """What bash would offer at the end of the line."""
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    environment = {**os.environ, "_PM_CONVERT_COMPLETE": "complete_bash", **words}
    done = subprocess.run(COMMAND, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("pm-convert pipe", "pipenv"),
        ("pm-convert pipenv po", "poetry"),
        ("pm-convert auto po", "poetry"),
        ("pm-convert pipenv poetry --manif", "--manifest-only"),
        ("pm-convert pipenv poetry --strict --allow edges", "edges-unknown"),
        ("pm-convert pipenv poetry --color al", "always"),
        ("pm-convert explain installs", "installs-differ"),
    ],
)
def test_a_shell_completes_it(line: str, offered: str) -> None:
    assert completed(line) == [offered]


def test_the_version_is_told_before_typer_is_loaded() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "converter", "--version"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("pm-convert ")
    assert "typer" not in done.stderr


def test_a_reader_that_has_had_enough_is_no_fault(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(
        [*COMMAND, "explain"], stdout=writing, stderr=subprocess.PIPE, env=environment, cwd=ROOT, check=False, text=True
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
