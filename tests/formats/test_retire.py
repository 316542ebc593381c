"""Which keys of `[tool.X]` go with a manager and which stay, one by one; what others read stays."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping

import pytest

from converter import toml
from converter.formats import FORMATS
from converter.formats.pdm.settings import BACKEND as PDM_BACKEND
from converter.formats.uv.settings import _COUNTS, _NEEDLESS
from converter.tree import Tree

CORE = {"requires": ["poetry-core>=2.0"], "build-backend": "poetry.core.masonry.api"}
HATCH = {"requires": ["hatchling"], "build-backend": "hatchling.build"}
OTHERS = {"black": {"line-length": 99}, "pytest": {"addopts": "-ra"}, "setuptools": {"zip-safe": False}}

POETRY: Mapping[str, tuple[object, str]] = {
    "name": ("demo", "project.name"),
    "version": ("1.2", "project.version"),
    "description": ("A demo", "project.description"),
    "license": ("MIT", "project.license.text"),
    "authors": (["A <a@b.c>"], "project.authors"),
    "maintainers": (["A <a@b.c>"], "project.maintainers"),
    "readme": ("README.md", "project.readme"),
    "homepage": ("https://h.example", "project.urls.Homepage"),
    "repository": ("https://h.example", "project.urls.Repository"),
    "documentation": ("https://h.example", "project.urls.Documentation"),
    "urls": ({"Bugs": "https://h.example"}, "project.urls.Bugs"),
    "keywords": (["a"], "project.keywords"),
    "scripts": ({"demo": "demo:main"}, "project.scripts.demo"),
    "plugins": ({"group": {"demo": "demo:main"}}, "project.entry-points.group.demo"),
    "dependencies": ({"python": "^3.9", "six": "^1.16"}, "project.dependencies"),
    "extras": ({"more": []}, "project.optional-dependencies.more"),
    "classifiers": (["Topic :: Utilities"], "tool.poetry.classifiers"),  # poetry-core adds to them
    "packages": ([{"include": "demo"}], "tool.poetry.packages"),
    "include": (["x"], "tool.poetry.include"),
    "exclude": (["x"], "tool.poetry.exclude"),
    "build": ("build.py", "tool.poetry.build"),
    "source": ([{"name": "x", "url": "https://x.example/simple"}], ""),
    "package-mode": (True, ""),
    "requires-poetry": (">=2.0", ""),
    "requires-plugins": ({"poetry-plugin-export": ">=1.8"}, ""),
    "build-constraints": ({"six": {"setuptools": "<70"}}, ""),
}
"""Each key of `[tool.poetry]` with a value, and where poetry-core reads it afterwards; empty where nobody does."""

UV = dict.fromkeys((*_COUNTS, *_NEEDLESS), True) | {
    "sources": {"six": {"git": "https://g.example/six"}},
    "index": [{"name": "x", "url": "https://x.example/simple"}],
    "workspace": {"members": ["a"]},
    "default-groups": ["dev"],
    "dev-dependencies": ["six"],
    "constraint-dependencies": ["six<2"],
    "override-dependencies": ["six<2"],
    "build-constraint-dependencies": ["six<2"],
    "conflicts": [],
}

PDM = {
    "source": [{"name": "x", "url": "https://x.example/simple"}],
    "resolution": {"respect-source-order": True},
    "dev-dependencies": {"dev": ["six"]},
    "scripts": {"start": "python -m demo"},
    "options": {"install": ["--no-isolation"]},
    "distribution": True,
    "ignore_package_warnings": ["six"],
    "plugins": ["x"],
    "publish": {"repository": "pypi"},
    "workspace": {"members": ["a"]},
}


def document(tool: Mapping[str, object], build: Mapping[str, object] | None) -> str:
    """The text of a manifest, as a person would not write it, but all the same."""
    rows: dict[str, object] = {"tool": {**tool, **OTHERS}, **({"build-system": build} if build else {})}
    return "".join(_blocks((), rows))


def _blocks(path: tuple[str, ...], rows: Mapping[str, object]) -> Iterator[str]:
    plain = {key: value for key, value in rows.items() if not isinstance(value, dict)}
    if path and (plain or not rows):
        yield f"[{toml.dotted(*path)}]\n" + "".join(f"{toml.key(k)} = {toml.value(v)}\n" for k, v in plain.items())
    for key, value in rows.items():
        if isinstance(value, dict):
            yield from _blocks((*path, key), value)


def retired(name: str, tool: Mapping[str, object], build: Mapping[str, object] | None) -> dict[str, object]:
    text = FORMATS[name].retire(Tree.of({"pyproject.toml": document(tool, build)})).value.text("pyproject.toml")
    return tomllib.loads(text or "")


def at(found: object, path: str) -> object:
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found


@pytest.mark.parametrize("key", POETRY)
def test_a_key_of_poetry_goes_where_poetry_core_reads_it_or_goes(key: str) -> None:
    value, place = POETRY[key]
    needed = {"name": "demo", "version": "1.2"}
    left = retired("poetry", {"poetry": {**needed, key: value}}, CORE)
    if place:
        assert at(left, place) not in (None, {})
    if not place.startswith("tool.poetry"):
        assert at(left, f"tool.poetry.{key}") is None
    assert {name: at(left, f"tool.{name}") for name in OTHERS} == OTHERS


@pytest.mark.parametrize("key", POETRY)
def test_no_key_of_poetry_stays_where_another_backend_builds_or_none(key: str) -> None:
    for build in (HATCH, None):
        assert at(retired("poetry", {"poetry": {key: POETRY[key][0]}}, build), "tool") == OTHERS


@pytest.mark.parametrize("key", UV)
def test_no_key_of_uv_stays(key: str) -> None:
    for build in (HATCH, None):
        assert at(retired("uv", {"uv": {key: UV[key]}}, build), "tool") == OTHERS


def test_the_table_of_uv_build_stays() -> None:
    tool = {"uv": {"package": True, "build-backend": {"module-root": ""}}}
    assert at(retired("uv", tool, {"build-backend": "uv_build"}), "tool.uv") == {"build-backend": {"module-root": ""}}


@pytest.mark.parametrize("key", PDM)
def test_no_key_of_pdm_stays(key: str) -> None:
    for build in (HATCH, {"build-backend": "pdm.backend"}, None):
        assert at(retired("pdm", {"pdm": {key: PDM[key]}}, build), "tool") == OTHERS


@pytest.mark.parametrize("key", PDM_BACKEND)
def test_a_key_that_pdm_backend_reads_stays_with_it_alone(key: str) -> None:
    tool = {"pdm": {key: {"a": "b"}}}
    assert at(retired("pdm", tool, {"build-backend": "pdm.backend"}), f"tool.pdm.{key}") == {"a": "b"}
    assert at(retired("pdm", tool, HATCH), "tool") == OTHERS


@pytest.mark.parametrize("name", ["pip", "pipenv", "pylock"])
def test_a_manager_without_a_table_leaves_the_tables_of_others_alone(name: str) -> None:
    assert at(retired(name, {"poetry": {"name": "x"}, "uv": {"package": True}}, CORE), "tool") == {
        "poetry": {"name": "x"},
        "uv": {"package": True},
        **OTHERS,
    }
