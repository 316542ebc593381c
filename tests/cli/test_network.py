"""A conversion whose network goes away: the project stays as it was, and the next run goes on from the cache."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from converter.cli.conversion import conversion
from converter.cli.machine import Machine
from converter.cli.options import Asked
from tests.architecture.source import ROOT
from tests.index.projects import pipenv_project
from tests.index.releases import metadata
from tests.loopback import Loopback

SIZE = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


def machine(tmp_path: Path) -> Machine:
    return Machine(
        environment={"PM_CONVERT_STATE": str(tmp_path / "state"), "PM_CONVERT_CACHE": str(tmp_path / "cache")}
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def served(index: Loopback) -> set[str]:
    return {seen.path for seen in index.seen}


@pytest.mark.parametrize("after", [20, SIZE + 20], ids=["among-the-pages", "among-the-metadata"])
def test_an_index_that_goes_away_leaves_the_project_alone_and_is_not_asked_twice(
    tmp_path: Path, folder: Path, after: int
) -> None:
    asked = Asked(source="pipenv", target="uv", path=folder)
    with Loopback() as index:
        pipenv_project(folder, index, SIZE, 6)
        before = contents(folder)
        index.cut_after = after
        cut = conversion(replace(asked, strict=True), machine(tmp_path))
        assert cut.code == 1
        assert index.url in cut.talk
        assert contents(folder) == before
        answered = {seen.path for seen in index.seen[:after]}
        index.cut_after = None
        index.seen.clear()
        done = conversion(asked, machine(tmp_path))
        assert done.code == 0
        assert answered.isdisjoint(served(index))
        assert len(index.seen) == 2 * SIZE - after
        assert "uv.lock" in contents(folder)


def test_an_interrupted_run_leaves_the_project_alone_and_is_gone_on_with(tmp_path: Path, folder: Path) -> None:
    environment = os.environ | machine(tmp_path).environment
    size = 150  # more than are asked for at once
    command = [sys.executable, "-m", "converter", "pipenv", "uv", str(folder)]
    with Loopback(latency=0.2) as index:
        pipenv_project(folder, index, size, 6)
        before = contents(folder)
        run = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 60
        while len(index.seen) < size + 30 and time.monotonic() < deadline:
            time.sleep(0.01)
        index.latency = 60
        time.sleep(0.3)
        run.send_signal(signal.SIGINT)
        assert "nothing was written" in run.communicate(timeout=60)[1]
        assert run.returncode == 130
        assert contents(folder) == before
        index.latency = 0
        index.seen.clear()
        assert conversion(Asked(source="pipenv", target="uv", path=folder), machine(tmp_path)).code == 0
        assert not [path for path in served(index) if path.startswith("/simple/")]
        assert 0 < len(index.seen) < size


def test_a_bar_is_shown_on_a_terminal_and_gone_at_the_end(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = Asked(source="pipenv", target="uv", path=folder, dry_run=True)
    with Loopback() as index:
        pipenv_project(folder, index, SIZE, 6)
        terminal = replace(machine(tmp_path), stderr_is_terminal=True)
        conversion(replace(asked, offline=True), terminal)
        assert capsys.readouterr().err == ""
        conversion(asked, terminal)
        shown = capsys.readouterr().err
        assert re.search(rf"asking the index .*{2 * SIZE}/{2 * SIZE}", shown)
        assert shown.endswith("\x1b[2K")


def test_the_projects_own_environment_is_believed_offline(tmp_path: Path, folder: Path) -> None:
    asked = Asked(source="pipenv", target="poetry", path=folder)
    with Loopback() as index:
        pipenv_project(folder, index, 8, 2)
        conversion(replace(asked, dry_run=True), machine(tmp_path))
        for file in (tmp_path / "cache").iterdir():  # what is left is what only the environment knows
            if file.suffix == ".sqlite":
                _forget_releases(file)
        for number in range(8):
            info = folder / ".venv" / "lib" / "python3.11" / "site-packages" / f"package_{number:03}-1.0.dist-info"
            info.mkdir(parents=True)
            (info / "METADATA").write_bytes(metadata(f"package-{number:03}", Requires_Python=">=3.8"))
        done = conversion(replace(asked, offline=True), machine(tmp_path))
    assert done.code == 0
    assert "NOTE edges-installed: dependencies: package-000 1.0" in done.talk
    assert "edges-unknown" not in done.talk


def _forget_releases(file: Path) -> None:
    import sqlite3

    with sqlite3.connect(file) as database:
        database.execute("DELETE FROM release")
