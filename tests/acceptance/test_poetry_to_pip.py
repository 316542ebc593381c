"""Poetry to pip: what was written is locked anew by pip-compile and by uv without moving a pin."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from converter import disk
from converter.convert import Options, convert
from converter.formats import FORMATS
from converter.index import Settings
from converter.plan import Plan
from tests.tools.real import Tools

SAMPLES = Path(__file__).parents[2] / "samples"
OURS = ("requirements.in", "requirements.txt")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    shutil.copytree(SAMPLES / "flask-app" / "poetry", root)
    settings = Settings(cache=tmp_path / "cache", offline=True)
    plan: Plan = convert(disk.read(root), FORMATS["poetry"], FORMATS["pip"], Options(folder="project"), settings).plan
    disk.apply(root, plan, tmp_path / "state")
    return root


def pins(text: str) -> set[tuple[str, str]]:
    return set(re.findall(r"(?m)^([\w.-]+)(?:\[[\w,]*\])?==(\S+)", text))


def hashes(text: str) -> set[str]:
    return set(re.findall(r"--hash=(\S+)", text))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pip_compile", "--quiet --generate-hashes --no-strip-extras requirements.in"),
        (
            "uv",
            "pip compile -q --universal --python-version=3.11 --generate-hashes requirements.in -o requirements.txt",
        ),
    ],
)
def test_one_more_requirement_moves_no_pin(tools: Tools, project: Path, name: str, words: str) -> None:
    declared, locked = (project / each for each in OURS)
    before = locked.read_text(encoding="utf-8")
    declared.write_text(f"{declared.read_text(encoding='utf-8')}six\n", encoding="utf-8")
    run = getattr(tools, name)(words.split(), project)
    assert run.returncode == 0, run.stderr
    after = locked.read_text(encoding="utf-8")
    assert {each for each, _ in pins(after) - pins(before)} == {"six"}
    assert pins(before) - pins(after) == set()
    assert hashes(before) <= hashes(after)
