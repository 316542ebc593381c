from __future__ import annotations

import pytest

from converter.cli.machine import Machine
from converter.cli.printed import DEFECT, INTERRUPTED, Printed, carried_out
from converter.errors import InputError

MACHINE = Machine(environment={})


def raising(why: BaseException) -> Printed:
    raise why


def test_the_result_goes_to_stdout_and_the_talk_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    assert carried_out(lambda: Printed(result="result\n", talk="talk\n", code=1), MACHINE) == 1
    assert capfd.readouterr() == ("result\n", "talk\n")


def test_bytes_go_out_as_they_are(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert carried_out(lambda: Printed(result=b"\xff\r\n"), MACHINE) == 0
    assert capfdbinary.readouterr().out == b"\xff\r\n"


def test_an_error_is_one_sentence_without_credentials(capfd: pytest.CaptureFixture[str]) -> None:
    why = InputError("https://ada:lovelace@host/ is \x1b[31mred", file="Pipfile")
    assert carried_out(lambda: raising(why), MACHINE) == InputError.exit_code
    assert capfd.readouterr().err == "pm-convert: error: Pipfile: https://****@host/ is \\x1b[31mred\n"


def test_an_interruption_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    assert carried_out(lambda: raising(KeyboardInterrupt()), MACHINE) == INTERRUPTED
    assert capfd.readouterr().err == "pm-convert: interrupted; nothing was written\n"


def test_a_defect_is_one_line_that_repeats_nothing_of_the_input(capfd: pytest.CaptureFixture[str]) -> None:
    assert carried_out(lambda: raising(KeyError("a token")), MACHINE) == DEFECT
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert "a token" not in said
    assert "KeyError in test_printed.py, line " in said
    assert "please report it" in said


def test_a_defect_shows_its_traceback_where_that_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    why = KeyError("https://ada:lovelace@host/")
    assert carried_out(lambda: raising(why), Machine(environment={"PM_CONVERT_DEBUG": "1"})) == DEFECT
    said = capfd.readouterr().err
    assert "Traceback" in said
    assert "lovelace" not in said
