"""Commands as whole processes, measured by the operating system."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

RUNS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """The best of several runs of one command."""

    cpu: float
    wall: float
    peak: float  # MiB


def best(
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    *,
    runs: int = RUNS,
    before: Callable[[], object] = lambda: None,
) -> Figure:
    """The run with the least time; `before` is done, unmeasured, before each."""
    figures = []
    for _ in range(runs):
        before()
        figures.append(once(command, folder, environment))
    return min(figures, key=lambda figure: figure.cpu + figure.wall)


def once(command: list[str], folder: Path, environment: dict[str, str]) -> Figure:
    """One run, measured by the operating system."""
    before = os.times()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        said = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed: {said.decode()}")
    return Figure(usage.ru_utime + usage.ru_stime, os.times().elapsed - before.elapsed, usage.ru_maxrss / 1024)
