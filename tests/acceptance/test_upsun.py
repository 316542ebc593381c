"""An app whose project was converted builds and starts as Upsun runs it, with the locked packages and no others."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.upsun_box import Box
from tests.tools.real import Tools

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "flask-app" / "pipenv"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
SEEN = """\
import importlib.metadata, json
print(json.dumps([d.metadata["Name"].lower() for d in importlib.metadata.distributions()]))
"""
CONFIG = f"""\
applications:
  myapp:
    type: 'python:{HERE}'
    dependencies:
      python3:
        pipenv: '2026.10.3'
    hooks:
      build: |
        set -eu
        pipenv install --deploy
    web:
      commands:
        start: pipenv run python seen.py
"""


@pytest.fixture
def box(tools: Tools, tmp_path: Path) -> Box:
    """The sample as an app of Upsun."""
    root = tmp_path / "app"
    shutil.copytree(SAMPLE, root)
    (root / ".upsun").mkdir()
    (root / ".upsun" / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (root / "seen.py").write_text(SEEN, encoding="utf-8")
    made = Box(root=root, programs=tmp_path / "programs")
    made.python()
    for name, tool in (("pipenv", tools.pipenv), ("poetry", tools.poetry), ("uv", tools.uv), ("pdm", tools.pdm)):
        made.give(name, tool)
    return made


def converted(box: Box, target: str) -> None:
    command = [sys.executable, "-m", "converter", "pipenv", target, "--python", HERE, str(box.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("target", ["poetry", "uv"])
def test_a_converted_app_builds_and_starts_on_a_read_only_disk(box: Box, target: str) -> None:
    converted(box, target)
    built = box.build()
    assert built.returncode == 0, built.stdout + built.stderr
    started = box.start()
    assert started.returncode == 0, started.stdout + started.stderr
    seen = {*json.loads(started.stdout.splitlines()[-1])}
    assert {"flask", "gunicorn"} <= seen
    assert not seen & {"pytest", "iniconfig", "pluggy"}


def test_the_official_recipe_for_uv_fails_where_there_is_a_dev_group(box: Box) -> None:
    """`uv run` without `--no-sync` would install what the build left out: the reason for what ours adds."""
    converted(box, "uv")
    config = box.root / ".upsun" / "config.yaml"
    text = config.read_text(encoding="utf-8")
    ours = {
        "        UV_CACHE_DIR: /tmp/uv-cache\n": "        A: b\n",
        "        UV_NO_SYNC: '1'\n": "",
        " --no-sync": "",
    }
    for added, official in ours.items():
        assert added in text
        text = text.replace(added, official)
    config.write_text(text.replace("--no-default-groups", "--no-dev"), encoding="utf-8")
    assert box.build().returncode == 0
    assert box.start().returncode != 0
