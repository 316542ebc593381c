"""A conversion from the command line: plan it, tell it, write what is to be written."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from converter.cli import outcome as outcomes
from converter.cli import text
from converter.cli.document import document
from converter.cli.machine import Machine
from converter.cli.options import Asked
from converter.cli.outcome import Outcome
from converter.cli.printed import Printed
from converter.cli.summary import summary
from converter.cli.talk import told
from converter.errors import ConvertError, StopError
from converter.formats import FORMATS

STDOUT = "-"


def conversion(asked: Asked, machine: Machine) -> Printed:
    """Carry out what was asked. What it leaves to print is made before the project is changed."""
    planned = outcomes.plan(asked, machine)
    done = replace(planned, written=planned.applies)
    printed = _printed(done, machine)
    try:
        _write_named(done)
        if done.applies:
            outcomes.apply(done, machine)
    except ConvertError as why:
        ended = outcomes.failed(done, why)
        with suppress(ConvertError):  # the summary that was written before says otherwise
            _write_named(ended)
        return _printed(ended, machine)
    return printed


def _printed(outcome: Outcome, machine: Machine) -> Printed:
    color = machine.colored(outcome.asked.color, terminal=machine.stderr_is_terminal)
    return Printed(result=_result(outcome, machine), talk=told(outcome, color=color), code=outcome.code)


def _result(outcome: Outcome, machine: Machine) -> str | bytes:
    """What goes to stdout: at most one of the things that an option asks for."""
    asked = outcome.asked
    if asked.as_json:
        return document(outcome)
    if asked.summary == STDOUT:
        return summary(outcome)
    if outcome.code or outcome.conversion is None:
        return ""
    if asked.patch == STDOUT:
        return _patch(outcome)
    return _diff(outcome, machine) if asked.dry_run else ""


def _patch(outcome: Outcome) -> bytes:
    from converter.plan import patch

    return patch(outcome.conversion.plan) if outcome.conversion else b""


def _diff(outcome: Outcome, machine: Machine) -> str:
    """A review on a terminal, where locks are one line each; in a pipe the whole difference."""
    from converter.plan import review

    if outcome.conversion is None:
        return ""
    full = outcome.asked.full or not machine.stdout_is_terminal
    color = machine.colored(outcome.asked.color, terminal=machine.stdout_is_terminal)
    shown = review(outcome.conversion.plan, full=full, locks=[form.lock for form in FORMATS.values()])
    return text.diff(shown, color=color)


def _write_named(outcome: Outcome) -> None:
    """Write the files that options name."""
    asked = outcome.asked
    if asked.patch not in (None, STDOUT) and outcome.code == 0:
        _write("--patch", asked.patch, _patch(outcome))
    if asked.summary not in (None, STDOUT):
        _write("--summary", asked.summary, summary(outcome).encode(errors="backslashreplace"))


def _write(option: str, path: str, content: bytes) -> None:
    try:
        Path(path).write_bytes(content)
    except OSError as why:
        what = f"cannot be written: {why.strerror or why}"
        raise StopError(what, file=path, remedy=f"give {option} another file; nothing was written") from why
