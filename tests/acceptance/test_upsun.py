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
import importlib.metadata, json, os
every = [d for d in importlib.metadata.distributions() if str(d.locate_file("")).startswith(os.environ["HOME"])]
print(json.dumps([d.metadata["Name"].lower() for d in every]))
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
        start: pipenv run seen
"""
SHOP = {
    "pyproject.toml": f"""\
[project]
name = "shop"
version = "1.0"
requires-python = ">={HERE}"
dependencies = ["gunicorn==20.0.4", "setuptools==80.9.0"]

[project.scripts]
shop-seen = "shop:main"

[dependency-groups]
dev = ["iniconfig==2.1.0"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
""",
    "shop/__init__.py": SEEN.replace("print(", "def main():\n    import pkg_resources, gunicorn.util\n    print("),
    "work.py": "#!/usr/bin/env python\nimport shop\n\nshop.main()\n",
    ".upsun/config.yaml": f"""\
applications:
  shop:
    type: 'python:{HERE}'
    dependencies: {{python3: {{uv: '*'}}}}
    variables: {{env: {{UV_CACHE_DIR: /tmp/uv-cache, UV_NO_SYNC: '1'}}}}
    hooks:
      build: |
        set -eu
        uv sync --locked --no-dev --no-managed-python
      deploy: ./work.py
    web: {{commands: {{start: uv run shop-seen}}}}
    workers:
      queue: {{commands: {{start: uv run python work.py}}}}
    crons:
      nightly: {{spec: '0 1 * * *', cmd: uv run --no-sync ./work.py}}
""",
}
"""gunicorn 20 imports pkg_resources; the app installs itself, for its own command."""
RUN = (("web", "commands", "start"), ("workers", "queue", "commands", "start"), ("crons", "nightly", "cmd"))


@pytest.fixture
def box(tools: Tools, tmp_path: Path) -> Box:
    """The sample as an app of Upsun."""
    root = tmp_path / "app"
    shutil.copytree(SAMPLE, root)
    (root / ".upsun").mkdir()
    (root / ".upsun" / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (root / "seen.py").write_text(SEEN, encoding="utf-8")
    pipfile = root / "Pipfile"
    pipfile.write_text(f'{pipfile.read_text(encoding="utf-8")}seen = "python seen.py"\n', encoding="utf-8")
    return furnished(Box(root=root, programs=tmp_path / "programs"), tools)


@pytest.fixture
def shop(tools: Tools, tmp_path: Path) -> Box:
    """An app of uv with a dev group, a worker, a cron and a command of its own."""
    root = tmp_path / "shop"
    for name, text in SHOP.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "work.py").chmod(0o755)
    assert tools.uv(["lock"], root).returncode == 0
    return furnished(Box(root=root, programs=tmp_path / "programs"), tools)


def furnished(box: Box, tools: Tools) -> Box:
    box.python()
    for name, tool in (("pipenv", tools.pipenv), ("poetry", tools.poetry), ("uv", tools.uv), ("pdm", tools.pdm)):
        box.give(name, tool)
    return box


def converted(box: Box, target: str, source: str = "pipenv") -> None:
    command = [sys.executable, "-m", "converter", source, target, "--python", HERE, str(box.root)]
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


@pytest.mark.parametrize("target", ["pip", "pipenv", "poetry", "pdm", "pylock"])
def test_all_that_an_app_runs_finds_the_locked_packages(shop: Box, target: str) -> None:
    converted(shop, target, "uv")
    built = shop.build()
    assert built.returncode == 0, built.stdout + built.stderr
    for keys in (*RUN, ("hooks", "deploy")):
        done = shop.start(*keys)
        assert done.returncode == 0, (keys, done.stdout + done.stderr)
        seen = {*json.loads(done.stdout.splitlines()[-1])}
        assert {"shop", "gunicorn"} <= seen
        assert "iniconfig" not in seen


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
