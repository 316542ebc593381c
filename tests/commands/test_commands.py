"""Each command line of `tests/commands/*.md` leaves exactly what stands there.

`ACCEPT=1 pytest tests/commands` writes down what the commands leave now; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from converter.cli import run
from tests.commands.cases import Done, Run, blocks, replayed

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*.md"))
SCHEMA = json.loads((HERE.parents[1] / "docs" / "json-schema.json").read_text(encoding="utf-8"))
ACCEPTING = os.environ.get("ACCEPT") == "1"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs a command line in this process; tests/cli/test_process.py has the same in a process of its own."""

    def ran(words: Sequence[str], variables: Mapping[str, str], folder: Path) -> tuple[int, bytes, bytes]:
        with monkeypatch.context() as patch:
            for name in [*os.environ]:
                patch.delenv(name)
            for name, value in variables.items():
                patch.setenv(name, value)
            patch.chdir(folder)
            code = run(words)
        return code, *capfdbinary.readouterr()

    return ran


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_command_leaves_what_its_case_says(case: Path, tmp_path: Path, shell: Run) -> None:
    text = case.read_text(encoding="utf-8")
    found, done = replayed(text, tmp_path, shell)
    if ACCEPTING:
        case.write_text(found, encoding="utf-8")
    else:
        assert found == text
    assert done, "a case without a command"
    check_json(done)


def check_json(done: Iterable[Done]) -> None:
    """What was asked for as JSON must be what the documented schema says."""
    for ran in done:
        if "--json" in ran.command.split() and ran.stdout:
            Draft202012Validator(SCHEMA).validate(json.loads(ran.stdout))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_a_case_is_read_as_it_was_written() -> None:
    for case in CASES:
        text = case.read_text(encoding="utf-8")
        assert "".join(map(str, blocks(text))) == text


def test_a_result_that_differs_is_found(tmp_path: Path, shell: Run) -> None:
    text = "# A case\n\n```command\npm-convert explain seed-added\n```\n\n```stdout\nsomething else\n```\n"
    found, _ = replayed(text, tmp_path, shell)
    assert found != text
    assert "seed-added: LOSS" in found
