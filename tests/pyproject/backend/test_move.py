"""What another backend is told; that its wheel is the same is shown by tests/acceptance/test_builds.py."""

from __future__ import annotations

import tomllib

import pytest

from converter.losses import Kind
from converter.pyproject.backend import BACKENDS, move
from converter.tree import Tree

PROJECT = """# about it
[project]
name = "Demo.App"
version = "1"  # the first

{extra}
[build-system]  # how it is built
requires = [{requires}]
build-backend = "{module}"

[tool.black]
line-length = 99
"""
CODE = {"src/demo_app/__init__.py": ""}


def tree(backend: str, extra: str = "", files: dict[str, str] | None = None) -> Tree:
    module = BACKENDS[backend].modules[0]
    text = PROJECT.format(extra=extra, requires="", module=module)
    return Tree.of({"pyproject.toml": text, **(CODE if files is None else files)})


def stops(given: Tree, wanted: str) -> list[str]:
    done = move(given, wanted)
    assert done.value is given
    assert {loss.kind for loss in done.losses} <= {Kind.BACKEND_UNSAYABLE}
    return [loss.detail for loss in done.losses]


@pytest.mark.parametrize("wanted", BACKENDS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_plain_project_moves_and_all_else_stays(backend: str, wanted: str) -> None:
    given = tree(backend)
    done = move(given, wanted)
    text = done.value.text("pyproject.toml") or ""
    if backend == wanted:
        assert done.value is given
        return
    assert [loss.kind for loss in done.losses] == [Kind.BACKEND_MOVED]
    assert tomllib.loads(text)["build-system"]["build-backend"] == BACKENDS[wanted].modules[0]
    for kept in ("# about it", "# the first", "# how it is built", "[tool.black]\nline-length = 99\n"):
        assert kept in text
    back = move(done.value, backend)
    assert [loss.kind for loss in back.losses] == [Kind.BACKEND_MOVED]
    read = [
        BACKENDS[name].read(tomllib.loads(each.text("pyproject.toml") or ""), each, "Demo.App").parts
        for name, each in ((backend, given), (wanted, done.value), (backend, back.value))
    ]
    assert read[0] == read[1] == read[2] != ()


@pytest.mark.parametrize(
    ("backend", "extra", "wanted", "said"),
    [
        ("poetry-core", '[tool.poetry]\nbuild = "build.py"\n', "hatchling", "tool.poetry.build"),
        ("poetry-core", '[tool.poetry]\npackages = [{include = "a", to = "b"}]\n', "hatchling", 'to = "b"'),
        ("poetry-core", '[tool.poetry]\npackages = [{include = "a*"}]\n', "hatchling", 'include = "a*"'),
        ("poetry-core", '[tool.poetry]\nexclude = [{path = "a"}]\n', "hatchling", 'path = "a"'),
        ("poetry-core", '[tool.poetry]\ninclude = [{path = "a", format = "wheel"}]\n', "hatchling", "the wheel alone"),
        ("poetry-core", '[tool.poetry.scripts]\nx = {reference = "x", type = "file"}\n', "uv_build", "scripts.x"),
        ("poetry-core", '[tool.poetry]\npackages = [{include = "a.py"}]\n', "uv_build", "a.py is a single file"),
        ("hatchling", "[tool.hatch.build.hooks.vcs]\n", "uv_build", "tool.hatch.build.hooks"),
        ("hatchling", '[tool.hatch.build.targets.wheel]\nforce-include = {a = "b"}\n', "uv_build", "force-include"),
        ("hatchling", '[tool.hatch.build.targets.wheel]\nsources = {a = "b"}\n', "uv_build", "wheel.sources"),
        ("hatchling", '[tool.hatch.version]\npath = "a.py"\n', "uv_build", "tool.hatch.version"),
        ("uv_build", '[tool.uv.build-backend]\ndata = {scripts = "bin"}\n', "hatchling", "build-backend.data"),
        ("setuptools", "[tool.setuptools.cmdclass]\n", "hatchling", "tool.setuptools.cmdclass"),
    ],
)
def test_a_setting_without_a_word_there_stops_it(backend: str, extra: str, wanted: str, said: str) -> None:
    assert any(said in each for each in stops(tree(backend, extra), wanted))


def test_a_computed_version_stops_it() -> None:
    given = tree("setuptools", files=CODE)
    text = (given.text("pyproject.toml") or "").replace('version = "1"', 'dynamic = ["version"]')
    assert stops(given.put("pyproject.toml", text), "hatchling") == ["project.dynamic: version is computed"]


def test_data_that_setuptools_leaves_out_stops_it() -> None:
    given = tree("setuptools", files=CODE | {"src/demo_app/data.json": ""})
    assert "data.json is not in the wheel" in stops(given, "hatchling")[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no [build-system] names one"),
        ('[build-system]\nrequires = []\nbuild-backend = "maturin"\n', 'build-backend = "maturin"'),
        ("[build-system]\nbuild-backend = 3\n", 'build-backend = "3"'),
        ('[build-system]\nbuild-backend = "hatchling.build"\n', "no [project] says what is built"),
        ('[project]\nname = "x"\n[build-system]\nbuild-backend = "hatchling.build"\n', "no package or module is found"),
        ('[project]\nname = "x"\n[build-system]\nbuild-backend = "hatchling.build"\n[tool]\nhatch = 3\n', "no package"),
    ],
)
def test_what_is_not_built_by_one_of_them_cannot_move(text: str, said: str) -> None:
    assert said in stops(Tree.of({"pyproject.toml": text}), "uv_build")[0]


def test_license_files_are_named_for_a_backend_that_does_not_look_for_them() -> None:
    given = tree("hatchling", files=CODE | {"LICENSE": "", "NOTICE.txt": ""})
    text = (given.text("pyproject.toml") or "").replace("# the first", '\nlicense = { text = "mit or apache-2.0" }')
    project = tomllib.loads(move(given.put("pyproject.toml", text), "uv_build").value.text("pyproject.toml") or "")[
        "project"
    ]
    assert project["license-files"] == ["LICEN[CS]E*", "NOTICE*"]
    assert project["license"] == "mit or apache-2.0"
    own = text.replace("mit or apache-2.0", "All rights reserved")
    assert "SPDX" in stops(given.put("pyproject.toml", own), "uv_build")[0]
