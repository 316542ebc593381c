"""`pm-convert upsun`: whether a project's Upsun configuration will build, deploy and start as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from converter.cli import text
from converter.cli.machine import Machine
from converter.cli.options import Color
from converter.cli.printed import Printed
from converter.errors import InputError
from converter.losses import Level, Loss


def check(path: Path, machine: Machine) -> Printed:
    """The findings on stdout; exit code 1 if a build or deployment will fail.

    Raises InputError where there is no Upsun configuration with a Python app.
    """
    from converter import disk, upsun
    from converter.upsun.checks import checked

    root, folder = disk.repository(path)
    tree = disk.read(root)
    names = upsun.named(tree)
    if not names:
        raise InputError(
            "expected an Upsun configuration with a Python app, found none",
            file=str(path), remedy="name the folder that holds .upsun or .platform.app.yaml",
        )  # fmt: skip
    found = checked(tree, None if folder == PurePosixPath() else folder)
    color = machine.colored(Color.AUTO, terminal=machine.stdout_is_terminal)
    fails = any(finding.level is Level.LOSS for finding in found)
    lines = [line for finding in found for line in _finding(finding, color=color)]
    ending = "A build or deployment will fail." if fails else f"Nothing found that would fail: {', '.join(names)}."
    return Printed(
        result="".join(f"{line}\n" for line in lines), talk=f"{text.clean(ending)}\n", code=1 if fails else 0
    )


def _finding(finding: Loss, *, color: bool) -> Iterator[str]:
    word = "fails" if finding.level is Level.LOSS else "note"
    head = f"{text.mark(word, finding.level, color=color)} {finding.kind.code}"
    yield f"{head}: {text.clean(finding.where)}: {text.clean(finding.detail)}"
    yield f"  {finding.kind.sentence} {finding.kind.remedy}"
