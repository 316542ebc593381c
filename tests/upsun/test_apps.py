from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from converter.errors import InputError
from converter.tree import Tree
from converter.upsun import Deployed, deployed
from converter.upsun.apps import apps, holding

PYTHON = "type: 'python:3.12'\n"


def found(files: dict[str, str]) -> list[tuple[str, str, str]]:
    """Name, root and Python of each app."""
    return [(app.name, str(app.root), app.python[0] if app.python else "") for app in apps(Tree.of(files))]


def test_the_files_of_upsun_are_one_configuration_and_the_last_counts() -> None:
    files = {
        ".upsun/a.yaml": f"applications:\n  one: {{{PYTHON.strip()}}}\n  two:\n    type: 'nodejs:20'\n",
        ".upsun/b.yml": "applications:\n  one:\n    source: {root: /api}\n    type: 'python:3.13'\n",
        ".upsun/deeper/c.yaml": "applications:\n  three: {type: 'python:3.13'}\n",
        ".upsun/routes.yaml": "routes: {}\n",
    }
    assert found(files) == [("one", "api", "3.13"), ("two", ".", "")]


def test_an_app_of_platform_sh_is_rooted_where_its_file_is() -> None:
    files = {".platform.app.yaml": f"name: a\n{PYTHON}", "api/.platform.app.yaml": f"name: b\n{PYTHON}"}
    assert found(files) == [("a", ".", "3.12"), ("b", "api", "3.12")]


def test_applications_are_a_list_or_a_mapping_and_may_be_included() -> None:
    listed = {".platform/applications.yaml": "- !include one.yaml\n- name: b\n  type: python:3.13\n"}
    listed[".platform/one.yaml"] = f"name: a\nsource:\n  root:\n{PYTHON}"
    assert found(listed) == [("a", ".", "3.12"), ("b", ".", "3.13")]
    named = {".platform/applications.yaml": "a:\n  source: {root: 'x/y/'}\n  type: python:3.12\n"}
    assert found(named) == [("a", "x/y", "3.12")]


@pytest.mark.parametrize(
    ("body", "python"),
    [
        ('type: "composable:26.05"\nstack:\n  runtimes: [ "python@3.13" ]\n  packages: [uv]\n', "3.13"),
        (
            'type: "composable:25.11"\nstack:\n  runtimes:\n    - "php@8.4": {extensions: [x]}\n    - python@3.12\n',
            "3.12",
        ),
        ('stack: ["python@3.11", "nodejs@21"]\n', "3.11"),
        ('stack: ["gettext", "python3.13"]\n', "3.13"),
        ('stack: [python312, "python312Packages.yq"]\n', "3.12"),
        ("stack: [meilisearch]\n", ""),
    ],
)
def test_a_composable_image_names_its_python_in_the_stack(body: str, python: str) -> None:
    assert found({".platform.app.yaml": f"name: a\n{body}"}) == [("a", ".", python)]


def test_only_the_app_whose_code_is_the_project_holds_it() -> None:
    tree = Tree.of(
        {
            ".upsun/config.yaml": "applications:\n"
            "  root: {type: 'python:3.12'}\n"
            "  api: {source: {root: api}, type: 'python:3.12'}\n"
            "  web: {source: {root: web}, type: 'nodejs:20'}\n"
        }
    )
    names = {
        folder: [app.name for app in holding(tree, PurePosixPath(folder))] for folder in (".", "api", "api/x", "web")
    }
    assert names == {".": ["root"], "api": ["api"], "api/x": ["api"], "web": ["root"]}


def test_a_project_knows_where_it_runs() -> None:
    tree = Tree.of({".upsun/config.yaml": "applications:\n  api:\n    type: 'python:3.12'\n"})
    assert deployed(tree, PurePosixPath()) == Deployed(name="api", python="3.12", where=".upsun/config.yaml: line 3")
    assert deployed(Tree.of({}), PurePosixPath()) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("applications: [a]\n", ".upsun/c.yaml: line 1: expected applications to be a mapping of apps"),
        ("applications:\n  a: 3\n", ".upsun/c.yaml: line 2: expected the keys of an app"),
        ("applications:\n  a: !include x.yaml\n", ".upsun/c.yaml: line 2: includes x.yaml, which is not there"),
        (
            "applications:\n  a: !include ../../x.yaml\n",
            ".upsun/c.yaml: line 2: includes ../../x.yaml, which is not there",
        ),
    ],
)
def test_what_is_no_app_is_told_with_its_line(text: str, says: str) -> None:
    with pytest.raises(InputError) as why:
        apps(Tree.of({".upsun/c.yaml": text}))
    assert str(why.value) == says
