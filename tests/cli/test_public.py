"""The names that `converter` offers, in a fresh process: they load when they are used."""

from __future__ import annotations

import subprocess
import sys

import converter
from converter import FORMATS, Tree
from tests.architecture.source import ROOT


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_every_public_name_is_there() -> None:
    names = python("import converter; print(*(n for n in converter.__all__ if getattr(converter, n, None) is None))")
    assert names == ""


def test_convert_is_the_function_each_time() -> None:
    twice = "from converter import convert as a; from converter import convert as b; print(a is b, callable(a))"
    assert python(twice) == "True True"


def test_nothing_is_loaded_with_the_package() -> None:
    assert python("import converter, sys; print('typer' in sys.modules, 'tomlkit' in sys.modules)") == "False False"


def test_a_project_is_parsed_and_emitted_by_the_name_of_its_format() -> None:
    tree = Tree.of({"Pipfile": '[packages]\ndemo = {git = "https://example.invalid/demo.git", ref = "v1"}\n'})
    project = converter.parse(tree, "pipenv", name="site").value
    assert project.name == "site"
    assert FORMATS["poetry"].manifest in converter.emit(project, "poetry").value
