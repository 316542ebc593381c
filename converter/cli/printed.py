"""What a command leaves on the streams: made whole before any of it is shown, and the one place that shows it."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from converter.cli import text
from converter.cli.machine import Machine
from converter.errors import ConvertError, masked

DEFECT = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """The result for stdout, the talk for stderr, and the exit code."""

    result: str | bytes = ""
    talk: str = ""
    code: int = 0


def carried_out(work: Callable[[], Printed], machine: Machine) -> int:
    """Do the work, show what it leaves, and return the exit code. Whatever is raised becomes a sentence."""
    return _show(_guarded(work, machine))


def _guarded(work: Callable[[], Printed], machine: Machine) -> Printed:
    try:
        return work()
    except ConvertError as why:
        return Printed(talk=text.error(str(why), color=False), code=why.exit_code)
    except KeyboardInterrupt:
        return Printed(talk="pm-convert: interrupted; nothing was written\n", code=INTERRUPTED)
    except Exception as why:  # noqa: BLE001  the last resort: a defect is told in one line
        return Printed(talk=_defect(why, machine), code=DEFECT)


def _defect(why: Exception, machine: Machine) -> str:
    """The kind and the place, not the message: that may hold what the project's files say."""
    if machine.environment.get("PM_CONVERT_DEBUG") == "1":
        return masked("".join(traceback.format_exception(why)))
    place = traceback.extract_tb(why.__traceback__)[-1]
    where = f"{type(why).__name__} in {Path(place.filename).name}, line {place.lineno}"
    return (
        f"pm-convert: this is a defect of pm-convert ({where}); nothing was written; "
        "please report it with what PM_CONVERT_DEBUG=1 shows\n"
    )


def _show(printed: Printed) -> int:
    result = printed.result if isinstance(printed.result, bytes) else printed.result.encode(errors="backslashreplace")
    try:
        sys.stderr.write(printed.talk)
        sys.stderr.flush()
        sys.stdout.buffer.write(result)
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the reader has had enough; what is left must not fail again when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return printed.code
