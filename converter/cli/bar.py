"""A progress bar on a terminal while the index is asked: nothing of it stays, and a quick run shows none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from converter.cli.machine import Machine
from converter.cli.options import Asked

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from converter.index.settings import Progress as Told

_WAIT = 20
"""Answers to wait for before it is shown: loading what draws it takes as long as these."""


@contextmanager
def progress(asked: Asked, machine: Machine) -> Iterator[Told | None]:
    """What to tell of requests and answers; `None` where nobody looks."""
    if not machine.stderr_is_terminal or asked.quiet:
        yield None
        return
    bar = _Bar()
    try:
        yield bar.told
    finally:
        if bar.drawn is not None:
            bar.drawn[0].stop()


@dataclass(slots=True)
class _Bar:
    """How far it is, and what draws it once it is shown."""

    asked: int = 0
    answered: int = 0
    drawn: tuple[Progress, TaskID] | None = None

    def told(self, asked: int, answered: int) -> None:
        """Count, and show it."""
        self.asked, self.answered = self.asked + asked, self.answered + answered
        if self.drawn is None and self.answered >= _WAIT:
            self.drawn = _drawn()
        if self.drawn is not None:
            bar, task = self.drawn
            bar.update(task, total=self.asked, completed=self.answered)


def _drawn() -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=Console(stderr=True, force_terminal=True), transient=True)
    bar.start()
    return bar, bar.add_task("asking the index", total=None)
