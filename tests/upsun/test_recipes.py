"""Each recipe of Upsun's page on Python dependencies, to each other manager: `recipes/*.md` says what changes.

`ACCEPT=1 pytest tests/upsun/test_recipes.py` writes down what changes now; read the difference before you commit it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from converter.upsun import MANAGERS
from tests.commands.cases import Block, blocks
from tests.upsun.project import assert_runs_in_dash, difference, files_of, followed

RECIPES = sorted((Path(__file__).parent / "recipes").glob("*.md"))


def replayed(text: str) -> str:
    """The file as it must read: its recipe, then what each other manager makes of it."""
    head = text.partition("\n## ")[0].rstrip("\n")
    files = {block.name: block.body for block in blocks(text) if block.kind == "file"}
    source = re.search(r"^A project of (\w+)\.$", text, re.MULTILINE)
    assert source
    return f"{head}\n" + "".join(_to(files, source[1], target) for target in MANAGERS if target != source[1])


def _to(files: dict[str, str], source: str, target: str) -> str:
    return f"\n## To {target}\n\n" + "\n".join(map(str, _results(files, source, target)))


def _results(files: dict[str, str], source: str, target: str) -> Iterator[Block]:
    done = followed(files, source, target)
    assert_runs_in_dash(done.value)
    yield Block(kind="diff", name="", body=difference(done.value))
    if done.losses:
        yield Block(kind="losses", name="", body="".join(f"{loss.text}\n" for loss in done.losses))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_becomes_the_recipe_of_each_other_manager(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = replayed(text)
    if os.environ.get("ACCEPT"):
        path.write_text(expected, encoding="utf-8")
        return
    assert text == expected


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
@pytest.mark.parametrize("target", MANAGERS)
def test_a_second_run_changes_nothing(path: Path, target: str) -> None:
    files = {block.name: block.body for block in blocks(path.read_text(encoding="utf-8")) if block.kind == "file"}
    source = path.stem.partition("-")[0]
    once = followed(files, source, target).value
    again = followed(files_of(once), source, target).value
    assert difference(again) == ""


def test_there_is_a_recipe_for_each_tab_of_the_page() -> None:
    tabs = {"pip-latest", "pip-pinned", "pipenv-latest", "pipenv-pinned", "pipenv-system", "poetry-latest"}
    assert {path.stem for path in RECIPES} >= {
        *tabs,
        "poetry-pinned",
        "uv-latest",
        "poetry-generated",
        "pipenv-generated",
    }
