from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from converter.cli.app import application
from converter.cli.options import Asked, check_together
from converter.errors import UsageError
from converter.formats import FORMATS
from tests.architecture.source import ROOT

COMMANDS = application().commands
SENTENCE = re.compile(r"[A-Z].*\.", re.DOTALL)
OPTIONS = {option.opts[0]: option for option in COMMANDS["pipenv"].params if option.param_type_name == "option"}


def test_each_format_and_auto_is_a_command() -> None:
    assert [*COMMANDS] == [*FORMATS, "auto", "command", "upsun", "undo", "explain"]


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_is_one_sentence_in_a_panel(name: str) -> None:
    assert SENTENCE.fullmatch(OPTIONS[name].help)
    assert OPTIONS[name].rich_help_panel


def test_every_format_has_the_same_options() -> None:
    names = {form: [parameter.opts for parameter in COMMANDS[form].params] for form in [*FORMATS, "auto"]}
    assert all(names[form] == names["pipenv"] for form in names)


def test_the_documented_options_are_those_there_are() -> None:
    schema = json.loads((ROOT / "docs" / "json-schema.json").read_text(encoding="utf-8"))
    documented = {f"--{name}" for name in schema["properties"]["options"]["properties"]} - {"--source"}
    assert documented == {max(option.opts, key=len) for option in OPTIONS.values()}


def test_a_readme_option_is_an_option() -> None:
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert used <= {"--help", *(name for option in OPTIONS.values() for name in option.opts)}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Asked(source="pipenv", target="poetry", dry_run=True, check=True), "--dry-run and --check"),
        (Asked(source="pipenv", target="poetry", check=True, patch="x"), "--check and --patch"),
        (Asked(source="pipenv", target="poetry", patch="-", summary="-"), "--patch - and --summary -"),
        (Asked(source="pipenv", target="poetry", allow=["seed-added"]), "--allow has no effect"),
    ],
)
def test_options_that_contradict_each_other_are_a_usage_error(asked: Asked, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        check_together(asked)


def test_options_that_go_together() -> None:
    check_together(Asked(source="auto", target="poetry", path=Path("x"), dry_run=True, as_json=True, summary="s.md"))
    check_together(Asked(source="auto", target="poetry", strict=True, allow=["seed-added"]))
