"""PDM accepts what conversions to it wrote, installs exactly what was locked, and would lock the same again."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker

from tests.acceptance.environments import installed
from tests.tools.real import Tools

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "flask-app"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
INTO = pytest.mark.parametrize("source", ["pipenv", "poetry", "uv", "pylock"])
FORK = ["idna==3.7; python_version < '3.12'", "idna==3.10; python_version >= '3.12'"]
OUT_OF = pytest.mark.parametrize("target", ["pipenv", "poetry", "uv"])


def convert(source: str, target: str, folder: Path, *words: str) -> Path:
    """A copy of the sample, converted."""
    project = folder / "flask-app"
    shutil.copytree(SAMPLES / source, project)
    command = [sys.executable, "-m", "converter", source, target, "--quiet", *words, str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return project


def locked(*groups: str) -> dict[str, str]:
    """What the sample's own pdm.lock installs here: name to version."""
    lock = tomllib.loads((SAMPLES / "pdm" / "pdm.lock").read_text(encoding="utf-8"))
    held = [p for p in lock["package"] if set(p["groups"]) & set(groups)]
    return {p["name"]: p["version"] for p in held if "marker" not in p or Marker(p["marker"]).evaluate()}


def into(source: str, folder: Path) -> Path:
    return convert(source, "pdm", folder, *(("--python", HERE) if source == "pipenv" else ()))


@INTO
def test_pdm_calls_the_lock_fresh(tools: Tools, source: str, tmp_path: Path) -> None:
    project = into(source, tmp_path)
    run = tools.pdm(["lock", "--check"], project)
    assert run.returncode == 0, run.stdout + run.stderr
    manifest = project / "pyproject.toml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("dependencies = [", 'dependencies = [\n    "six",')
    )
    assert tools.pdm(["lock", "--check"], project).returncode == 1


@INTO
def test_pdm_would_lock_the_same_again(tools: Tools, source: str, tmp_path: Path) -> None:
    project = into(source, tmp_path)
    before = tomllib.loads((project / "pdm.lock").read_text(encoding="utf-8"))
    run = tools.pdm(["lock", "--update-reuse"], project)
    assert run.returncode == 0, run.stdout + run.stderr
    after = tomllib.loads((project / "pdm.lock").read_text(encoding="utf-8"))
    pins = [{(p["name"], p["version"], *p.get("extras", ())) for p in lock["package"]} for lock in (before, after)]
    assert pins[0] == pins[1]


def test_a_real_sync_installs_what_was_locked(tools: Tools, tmp_path: Path) -> None:
    project = convert("pdm", "pdm", tmp_path)
    assert (project / "pdm.lock").read_bytes() == (SAMPLES / "pdm" / "pdm.lock").read_bytes()
    run = tools.pdm(["sync", "--prod"], project)
    assert run.returncode == 0, run.stdout + run.stderr
    assert installed(project) == locked("default")
    run = tools.pdm(["sync", "--group", ":all"], project)
    assert run.returncode == 0, run.stdout + run.stderr
    assert installed(project) == locked("default", "cache", "dev", "docs")


@OUT_OF
def test_the_others_call_fresh_what_comes_from_pdm(tools: Tools, target: str, tmp_path: Path) -> None:
    project = convert("pdm", target, tmp_path)
    asked = {
        "pipenv": (tools.pipenv, ["verify"]),
        "poetry": (tools.poetry, ["check", "--lock"]),
        "uv": (tools.uv, ["lock", "--check"]),
    }
    tool, words = asked[target]
    run = tool(words, project)
    assert run.returncode == 0, run.stdout + run.stderr


def test_scopes_stay_apart_where_an_entry_has_no_room_for_two_conditions(tools: Tools, tmp_path: Path) -> None:
    # main needs colorama on Windows alone, dev everywhere; what PDM locks itself installs it for both everywhere
    table = '[project]\nname = "demo"\nversion = "0"\nrequires-python = ">=3.11"\n'
    table += f"dependencies = {['click==8.1.8', *FORK]}\n"
    (tmp_path / "pyproject.toml").write_text(f'{table}\n[dependency-groups]\ndev = ["colorama==0.4.6"]\n')
    assert tools.uv(["lock", "--quiet"], tmp_path).returncode == 0
    command = [sys.executable, "-m", "converter", "uv", "pdm", "--quiet", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "\nstrategy = []\n" in (tmp_path / "pdm.lock").read_text(encoding="utf-8")
    assert tools.pdm(["lock", "--check"], tmp_path).returncode == 0
    idna = ("idna", "3.7" if sys.version_info < (3, 12) else "3.10")
    for words, more in ((["--prod"], []), ([], [("colorama", "0.4.6")])):
        run = tools.pdm(["sync", "--dry-run", *words], tmp_path)
        found = re.findall(r"(?m)^\s+- (\S+) (\S+)$", run.stdout)
        assert found == [("click", "8.1.8"), *more, idna], run.stdout + run.stderr
    before = (tmp_path / "pdm.lock").read_bytes()
    assert tools.pdm(["lock", "--update-reuse"], tmp_path).returncode == 0
    assert (tmp_path / "pdm.lock").read_bytes() == before
