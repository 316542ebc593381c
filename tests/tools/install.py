"""Installs the real package managers, each into an environment of its own: `.tools/<name>/`.

Run by make with the Python there is, before anything else is installed: standard library only. uv comes first, by pip,
and then installs the others; where uv does not reach the registry that pip is set up for, pip installs them.
An environment is made anew when its pins, or the Python that it stands on, have changed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PINS = Path(__file__).parent
HOME = PINS.parent.parent / ".tools"
FIRST = "uv"
NAMES = tuple(sorted(file.stem for file in PINS.glob("*.txt")))


class InstallError(Exception):
    """One sentence for the person who ran make."""


def digest(pins: Path) -> str:
    return hashlib.sha256(pins.read_bytes()).hexdigest()


def stamp(pins: Path) -> str:
    return f"{digest(pins)}\n{sys.version}\n{sys.base_prefix}\n"


def missing(home: Path = HOME, folder: Path = PINS) -> tuple[str, ...]:
    """The tools that are not installed as they are pinned now, whichever Python they stand on."""
    return tuple(name for name in NAMES if not installed(home / name).startswith(digest(folder / f"{name}.txt")))


def installed(environment: Path) -> str:
    written = environment / "installed"
    return written.read_text(encoding="utf-8") if written.is_file() else ""


def install(name: str, home: Path = HOME, folder: Path = PINS) -> bool:
    """Whether there was anything to do."""
    pins, environment = folder / f"{name}.txt", home / name
    if installed(environment) == stamp(pins):
        return False
    shutil.rmtree(environment, ignore_errors=True)
    home.mkdir(exist_ok=True)
    attempt(name, recipes(environment, home / FIRST / "bin" / "uv", pins))
    (environment / "installed").write_text(stamp(pins), encoding="utf-8")
    return True


def recipes(environment: Path, uv: Path, pins: Path) -> Iterator[Sequence[Sequence[str]]]:
    """The ways to fill an environment, the best first, each a list of commands."""
    python, target = str(environment / "bin" / "python"), str(environment)
    if environment.name != FIRST:
        yield (
            (str(uv), "venv", "--quiet", "--clear", "--python", sys.executable, target),
            (str(uv), "pip", "install", "--quiet", "--python", python, "--requirement", str(pins)),
        )
    yield (
        (sys.executable, "-m", "venv", "--clear", target),
        (python, "-m", "pip", "install", "--quiet", "--requirement", str(pins)),
    )


def attempt(name: str, ways: Iterable[Sequence[Sequence[str]]]) -> None:
    words = ""
    for way in ways:
        words = first_failure(way)
        if not words:
            return
    raise InstallError(
        f"{name} could not be installed as tests/tools/{name}.txt pins it (does the package registry answer?): {words}"
    )


def first_failure(commands: Iterable[Sequence[str]]) -> str:
    """The last line that the first failing command said; nothing when all succeed."""
    for command in commands:
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            said = (run.stderr.strip() or run.stdout.strip()).splitlines()
            return said[-1].strip() if said else f"exit code {run.returncode}"
    return ""


def report(name: str) -> None:
    if install(name):
        print(f"installed {name} in .tools/{name}", flush=True)


def main() -> int:
    try:
        report(FIRST)
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(report, (name for name in NAMES if name != FIRST)))
    except InstallError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
