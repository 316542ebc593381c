from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from converter import naming
from converter.tree import Tree

FILES = {
    "pyproject.toml": '[project]\nname = "from-project"\n\n[tool.poetry]\nname = "from-poetry"\n',
    "setup.cfg": "[metadata]\nname = from-cfg\n",
    "setup.py": "import setuptools\nsetuptools.setup(name='from-setup')\n",
}


def decided(files: dict[str, str], said: str | None = None, deployed: str | None = None, folder: str = "folder") -> str:
    return naming.decide(Tree.of(files), said=said, deployed=deployed, folder=folder)


def test_the_order_of_evidence() -> None:
    files = dict(FILES)
    assert decided(files, said="said", deployed="app") == "said"
    assert decided(files, deployed="app") == "from-project"
    files["pyproject.toml"] = '[tool.poetry]\nname = "from-poetry"\n'
    assert decided(files, deployed="app") == "from-poetry"
    del files["pyproject.toml"]
    assert decided(files, deployed="app") == "from-cfg"
    del files["setup.cfg"]
    assert decided(files, deployed="app") == "from-setup"
    del files["setup.py"]
    files[".git/config"] = '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@host:team/from-remote.git\n'
    assert decided(files, deployed="app") == "app"
    assert decided(files) == "from-remote"
    del files[".git/config"]
    assert decided(files) == "folder"
    assert decided(files, folder="...") == "project"


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": "[project\n"},
        {"pyproject.toml": "[project]\nname = 7\n"},
        {"pyproject.toml": "project = 1\ntool = 2\n"},
        {"setup.cfg": "name = outside\n"},
        {".git/config": "no section\n"},
        {".git/config": '[remote "origin"]\n\tfetch = x\n'},
        {"setup.cfg": "[options]\nname = x\n"},
        {"setup.py": "def setup(:\n"},
        {"setup.py": "NAME = 'x'\nsetup(name=NAME)\n"},
        {"setup.py": "other(name='x')\n"},
        {"setup.py": "setup(name=7)\n"},
        {"setup.py": "(" * 10_000},
        {"setup.py": "\0"},
    ],
    ids=range(13),
)
def test_what_cannot_be_read_is_passed_over(files: dict[str, str]) -> None:
    assert decided(files) == "folder"


def test_a_setup_file_is_read_and_never_run() -> None:
    assert decided({"setup.py": "raise SystemExit\nfrom distutils.core import setup\nsetup(name='x')"}) == "x"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decided({"setup.py": "PATTERN = '\\d'\nsetup(name='x')"}) == "x"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("My App", "My-App"),
        ("@scope/my_app", "scope-my_app"),
        ("-_.x.-_", "x"),
        ("größe", "gr-e"),
        ("日本", "folder"),
        ("", "folder"),
        ("A.B", "A.B"),
    ],
)
def test_a_name_is_made_one_that_pep_508_admits(said: str, expected: str) -> None:
    assert decided({}, said=said) == expected


@given(st.text(), st.text())
def test_every_name_is_admitted(said: str, folder: str) -> None:
    name = decided({}, said=said, folder=folder)
    assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", name)
    assert Requirement(name).name == name
