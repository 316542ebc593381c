"""No module is named for holding what found no other place."""

from __future__ import annotations

import pytest

from tests.architecture.source import Module, module, project_modules

NAMELESS = frozenset(["utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"])


def nameless(source: Module) -> list[str]:
    parts = [part.removesuffix(".py").strip("_") for part in source.path.parts]
    return [f"{source.path}: {part}" for part in parts if part in NAMELESS]


def test_every_module_is_named_for_what_it_holds() -> None:
    assert [place for source in project_modules() for place in nameless(source)] == []


@pytest.mark.parametrize("path", ["utils.py", "formats/base.py", "common/tree.py", "index/_helpers.py"])
def test_a_name_that_says_nothing_is_found(path: str) -> None:
    assert nameless(module(path, "")) != []
    assert nameless(module("formats/pipenv/parse.py", "")) == []
