from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest

from converter.convert import Options, convert
from converter.formats import FORMATS
from converter.index import Settings
from converter.leftovers import old_pins, readers, staying
from converter.losses import Kind
from converter.tree import Tree


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("Dockerfile", "FROM python\nRUN pip install poetry==1.8.3\n", [("Dockerfile: line 2", "1.8.3")]),
        ("Dockerfile", "ENV POETRY_VERSION=1.8.3 # poetry==1.1\n", [("Dockerfile: line 1", "1.8.3")]),
        (".github/workflows/t.yml", "  poetry-version: '1.8.3'\n", [(".github/workflows/t.yml: line 1", "1.8.3")]),
        (
            ".github/workflows/t.yml",
            "- uses: snok/install-poetry@v1\n  with:\n    version: 1.8.3\n- uses: x/y\n  with:\n    version: 1.8\n",
            [(".github/workflows/t.yml: line 3", "1.8.3")],
        ),
        (".github/workflows/t.yaml", "  run: pipx install 'poetry==2.4.0'\n", []),
        ("Dockerfile", "RUN pip install poetry-core==1.0 mypoetry==1.0\n", []),
        ("README.md", "poetry==1.8.3\n", []),
    ],
)
def test_a_pin_below_the_floor_is_found_where_tools_are_installed(
    file: str, text: str, found: list[tuple[str, str]]
) -> None:
    assert list(old_pins(Tree.of({file: text}), "poetry", "2.3")) == found


DYNAMIC = '[project]\nname = "demo"\ndynamic = ["dependencies"]\n\n[tool.setuptools.dynamic]\n'


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"Dockerfile": "COPY requirements.txt ./\n"}, ("Dockerfile",)),
        ({"Dockerfile": "COPY requirements* ./\n"}, ("Dockerfile",)),
        ({"Dockerfile": "# COPY requirements.txt ./\nCOPY my-requirements.txt requirements.txt.old ./\n"}, ()),
        ({"setup.py": "needs = open('requirements.txt').read()\n"}, ("setup.py",)),
        ({"setup.cfg": "[options]\ninstall_requires = file: requirements.txt\n"}, ("setup.cfg",)),
        ({"pyproject.toml": f'{DYNAMIC}dependencies = {{ file = ["requirements.txt"] }}\n'}, ("pyproject.toml",)),
        ({"pyproject.toml": f'{DYNAMIC}dependencies = {{ file = "requirements.txt" }}\n'}, ("pyproject.toml",)),
        ({"pyproject.toml": '[project]\nname = "demo"\ndescription = "requirements.txt"\n'}, ()),
        ({"docs/requirements.txt": "sphinx\n-r ../requirements.txt\n"}, ("docs/requirements.txt",)),
        ({"docs/requirements.txt": "--requirement=../requirements.txt  # all\n"}, ("docs/requirements.txt",)),
        ({"ci/constraints.txt": "-c../requirements.txt\n"}, ("ci/constraints.txt",)),
        ({"docs/requirements.txt": "-r requirements.txt\n# -r ../requirements.txt\n"}, ()),
        ({"tox.ini": "[testenv]\ndeps = -rrequirements.txt\n"}, ("tox.ini",)),
        ({".readthedocs.yaml": "python:\n  install:\n    - requirements: requirements.txt\n"}, (".readthedocs.yaml",)),
    ],
)
def test_who_reads_a_file_is_found(files: Mapping[str, str], found: tuple[str, ...]) -> None:
    tree = Tree.of({"requirements.txt": "idna==3.10\n", **files})
    assert readers(tree, PurePosixPath("requirements.txt")) == found


def test_what_stays_keeps_what_it_reads() -> None:
    gone = {"requirements.txt": "", "requirements-dev.txt": "-r requirements.txt\n", "requirements-test.txt": ""}
    tree = Tree.of({**gone, "Dockerfile": "COPY requirements-dev.txt ./\n"})
    found = {str(path): by for path, by in staying(tree, list(map(PurePosixPath, gone))).items()}
    assert found == {"requirements-dev.txt": ("Dockerfile",), "requirements.txt": ("requirements-dev.txt",)}


@pytest.mark.parametrize("target", [name for name in FORMATS if name != "pipenv"])
def test_a_file_that_something_else_reads_stays_and_its_readers_are_named(target: str) -> None:
    pipfile = '[[source]]\nname = "pypi"\nurl = "https://pypi.org/simple"\nverify_ssl = true\n\n[packages]\n'
    tree = Tree.of({"Pipfile": pipfile, "Dockerfile": "FROM python\nCOPY Pipfile ./\n"})
    options = Options(folder="demo", manifest_only=True)
    settings = Settings(cache=Path("/nowhere"), offline=True)
    plan = convert(tree, FORMATS["pipenv"], FORMATS[target], options, settings).plan
    assert not plan.stops
    assert "Pipfile" not in {str(edit.path) for edit in plan.edits}
    told = [(loss.where, loss.detail) for loss in plan.losses if loss.kind is Kind.FILE_STAYS]
    assert told == [("Pipfile", "read by Dockerfile")]
