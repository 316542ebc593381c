"""uv, Poetry and Pipenv accept what conversions to and from uv wrote, and install exactly what was locked."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.markers import Marker

from tests.acceptance.environments import installed
from tests.index.releases import metadata, wheel
from tests.tools.real import Tools

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "flask-app"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
EXPORT = ["export", "--locked", "--all-groups", "--no-emit-project", "--no-header", "--no-annotate"]
INTO = pytest.mark.parametrize("source", ["pipenv", "poetry"])
OUT_OF = pytest.mark.parametrize("target", ["poetry", "pipenv"])


def convert(source: str, target: str, folder: Path, *words: str) -> Path:
    """A copy of the sample, converted."""
    project = folder / "flask-app"
    shutil.copytree(SAMPLES / source, project)
    command = [sys.executable, "-m", "converter", source, target, "--quiet", *words, str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return project


def exported(tools: Tools, project: Path, *words: str) -> dict[str, tuple[set[str], bool]]:
    """What uv says that its lock installs: name and version, with the hashes, and whether it is installed here."""
    run = tools.uv([*EXPORT, *words], project)
    assert run.returncode == 0, run.stdout + run.stderr
    found: dict[str, tuple[set[str], bool]] = {}
    for entry in re.split(r"\n(?=\S)", run.stdout.strip()):
        pin = re.match(r"(?P<pin>[\w.-]+==[^ ;\\]+)(?: ; (?P<marker>[^\\]+))?", entry)
        assert pin, entry
        here = pin["marker"] is None or Marker(pin["marker"].strip()).evaluate()
        found[pin["pin"]] = set(re.findall(r"sha256:[0-9a-f]{64}", entry)), here
    return found


def hashes_of(lock: Path) -> set[str]:
    return set(re.findall(r"sha256:[0-9a-f]{64}", lock.read_text(encoding="utf-8")))


@INTO
def test_uv_calls_the_lock_fresh_and_leaves_it(tools: Tools, source: str, tmp_path: Path) -> None:
    project = convert(source, "uv", tmp_path, *(("--python", HERE) if source == "pipenv" else ()))
    before = (project / "uv.lock").read_bytes()
    run = tools.uv(["lock", "--check"], project)
    assert run.returncode == 0, run.stdout + run.stderr
    run = tools.uv(["lock"], project)
    assert run.returncode == 0, run.stdout + run.stderr
    assert (project / "uv.lock").read_bytes() == before


@INTO
def test_uv_installs_files_that_the_source_vetted(tools: Tools, source: str, tmp_path: Path) -> None:
    project = convert(source, "uv", tmp_path, *(("--python", HERE) if source == "pipenv" else ()))
    lock = SAMPLES / source / ("Pipfile.lock" if source == "pipenv" else "poetry.lock")
    found = exported(tools, project, "--all-extras")
    assert len(found) > 10
    assert all(hashes and hashes <= hashes_of(lock) for hashes, _ in found.values())


@INTO
def test_a_real_sync_installs_what_was_locked(tools: Tools, source: str, tmp_path: Path) -> None:
    project = convert(source, "uv", tmp_path, *(("--python", HERE) if source == "pipenv" else ()))
    run = tools.uv(["sync", "--locked", "--all-groups", "--no-install-project", "--python", sys.executable], project)
    assert run.returncode == 0, run.stdout + run.stderr
    pins = dict(pin.split("==") for pin, (_, here) in exported(tools, project).items() if here)
    assert installed(project) == pins
    assert len(pins) > 10


def with_record(body: bytes) -> bytes:
    """A wheel with the RECORD that uv wants to see."""
    made = io.BytesIO(body)
    with zipfile.ZipFile(made, "a") as archive:
        lines = [f"{name},," for name in (*archive.namelist(), "demo-1.0.dist-info/RECORD")]
        archive.writestr("demo-1.0.dist-info/RECORD", "\n".join([*lines, ""]))
    return made.getvalue()


LIB = '[project]\nname = "lib"\nversion = "1.0"\n\n[build-system]\nrequires = ["setuptools"]\n'


def test_uv_takes_a_folder_in_two_forms_and_an_archive_of_the_project(tools: Tools, tmp_path: Path) -> None:
    """Uv refuses one name from two places, and a lock that does not repeat what an archive says."""
    archive = with_record(wheel("demo", metadata("demo", "lib", "idna; extra == 'more'")))
    files = {
        "requirements.txt": b"./lib\n./demo-1.0-py3-none-any.whl\n",
        "requirements-dev.txt": b"-e ./lib\n",
        ".python-version": HERE.encode(),
        "lib/pyproject.toml": LIB.encode(),
        "demo-1.0-py3-none-any.whl": archive,
    }
    for name, body in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    command = [sys.executable, "-m", "converter", "pip", "uv", "--quiet", "--offline", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    before = (tmp_path / "uv.lock").read_bytes()
    for words in (["lock", "--check"], ["lock", "--upgrade-package", "lib"], ["sync", "--locked", "--dry-run"]):
        run = tools.uv([*words, "--offline"], tmp_path)
        assert run.returncode == 0, run.stdout + run.stderr
    assert (tmp_path / "uv.lock").read_bytes() == before


def test_a_changed_manifest_is_no_longer_fresh(tools: Tools, tmp_path: Path) -> None:
    project = convert("poetry", "uv", tmp_path)
    manifest = project / "pyproject.toml"
    text = manifest.read_text(encoding="utf-8").replace("dependencies = [", 'dependencies = [\n    "six",', 1)
    manifest.write_text(text, encoding="utf-8")
    assert tools.uv(["lock", "--check"], project).returncode == 1


def test_poetry_calls_the_lock_fresh_and_would_install_all(tools: Tools, tmp_path: Path) -> None:
    project = convert("uv", "poetry", tmp_path)
    for words in (["check", "--lock"], ["install", "--dry-run", "--no-ansi", "--all-groups"]):
        run = tools.poetry(words, project)
        assert run.returncode == 0, run.stdout + run.stderr
    assert "installs, 0 updates" in run.stdout


@pytest.mark.parametrize("release", ["pipenv", "pipenv_before"])
def test_pipenv_calls_the_lock_fresh(tools: Tools, release: str, tmp_path: Path) -> None:
    project = convert("uv", "pipenv", tmp_path)
    run = getattr(tools, release)(["verify"], project)
    assert run.returncode == 0, run.stdout + run.stderr


@OUT_OF
def test_out_of_uv_no_hash_is_lost_or_new(target: str, tmp_path: Path) -> None:
    lock = "poetry.lock" if target == "poetry" else "Pipfile.lock"
    assert hashes_of(convert("uv", target, tmp_path) / lock) == hashes_of(SAMPLES / "uv" / "uv.lock")
