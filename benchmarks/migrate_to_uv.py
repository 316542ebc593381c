"""Projects of Pipenv, Poetry and pip to uv, beside migrate-to-uv on the same projects: how many, how alike, how fast.

    python benchmarks/migrate_to_uv.py [FOLDER ...] [--limit N] [--seed TEXT]

Every folder below with a Pipfile.lock, poetry.lock or requirements.txt is a project (the samples, if none is named).
Each tool works on a copy of its own, one after the other, with caches that are empty when the benchmark starts; its
time is what the clock says. *Converted*: it exits with 0 and the real `uv lock --check` accepts what it left.
*Identical*: the packages of the uv.lock that come from an index are those of the old lock, in the same versions; that
is read here from the plain files, with no parser of pm-convert. Times are of the projects that both convert: who gives
up at once is not fast. A project for which uv finds no interpreter here counts for nobody, since uv cannot be asked.
The peer is installed in an environment of its own, under `.peers/`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.tools.install import HOME, attempt, recipes  # noqa: E402
from tests.tools.real import real_tools  # noqa: E402

NAME = "migrate-to-uv"
PINS = ROOT / "benchmarks" / "peers" / f"{NAME}.txt"
PEERS = ROOT / ".peers"
LONGEST = 300
NO_PYTHON = "interpreter"

Pins = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a tool made of one project."""

    converted: bool
    identical: bool
    seconds: float
    unasked: bool = False


def main() -> None:
    """Print one line for each project, and the sums."""
    asked = argparse.ArgumentParser()
    asked.add_argument("folders", nargs="*", type=Path, default=[ROOT / "samples"])
    asked.add_argument("--limit", type=int, default=0)
    asked.add_argument("--seed", default="")
    words = asked.parse_args()
    projects = [folder for top in words.folders for folder in found(top)]
    if words.limit:
        projects = sorted(random.Random(words.seed).sample(projects, min(words.limit, len(projects))))  # noqa: S311
    peer = installed()
    ours = str(Path(sys.executable).parent / "pm-convert")
    with tempfile.TemporaryDirectory() as spot:
        environment = surroundings(Path(spot))
        commands = {"pm-convert": lambda kind: [ours, kind, "uv", "--quiet"], NAME: lambda _: [str(peer)]}
        results: dict[str, list[Result]] = {name: [] for name in commands}
        for number, project in enumerate(projects):
            # Who goes first changes, for what one fetches may be at hand for the other somewhere on the way.
            for name in sorted(commands, reverse=number % 2 == 1):
                results[name].append(measured(project, commands[name], environment, Path(spot) / "project"))
            told(project, {name: several[-1] for name, several in results.items()})
    summed(results)


def found(top: Path) -> list[Path]:
    """The projects below a folder; their parts are not looked at."""
    if kind_of(top):
        return [top]
    return [project for folder in sorted(top.iterdir()) if folder.is_dir() for project in found(folder)]


def kind_of(folder: Path) -> str:
    """Which manager's project it is, as pm-convert names it; empty where it is none of the three."""
    kinds = {"Pipfile.lock": "pipenv", "poetry.lock": "poetry", "requirements.txt": "pip"}
    return next((kind for file, kind in kinds.items() if (folder / file).is_file()), "")


def installed() -> Path:
    """The peer's command."""
    environment = PEERS / NAME
    command = environment / "bin" / NAME
    if not command.is_file():
        PEERS.mkdir(exist_ok=True)
        attempt(NAME, recipes(environment, HOME / "uv" / "bin" / "uv", PINS))
    return command


def surroundings(spot: Path) -> Mapping[str, str]:
    """The variables of every run: uv is found, caches are empty, Python modules are compiled as pip leaves them."""
    uv = Path(real_tools().uv.command[0]).parent
    kept = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"}}
    places = {"UV_CACHE_DIR": "uv", "PM_CONVERT_CACHE": "ours", "PM_CONVERT_STATE": "state"}
    kept |= {"UV_PYTHON_DOWNLOADS": "never"}
    folders = {name: str(spot / place) for name, place in (places | {"PYTHONPYCACHEPREFIX": "compiled"}).items()}
    return kept | folders | {"PATH": f"{uv}{os.pathsep}{kept['PATH']}"}


def measured(project: Path, command: Callable[[str], list[str]], environment: Mapping[str, str], copy: Path) -> Result:
    """Let a tool convert a copy of the project, and look at what it left."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(project, copy, symlinks=True)
    kind = kind_of(copy)
    before = pins(copy, kind)
    start = time.monotonic()
    code, _ = run(command(kind), copy, environment)
    seconds = time.monotonic() - start
    lock = copy / "uv.lock"
    if code or not lock.is_file():
        return Result(converted=False, identical=False, seconds=seconds)
    code, said = run(["uv", "lock", "--check"], copy, environment)
    return Result(
        converted=code == 0, identical=code == 0 and uv_pins(lock) == before, seconds=seconds,
        unasked=code != 0 and NO_PYTHON in said,
    )  # fmt: skip


def run(command: list[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """The exit code and what was said; 124 where it did not end in time."""
    try:
        done = subprocess.run(
            command, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return 124, ""
    return done.returncode, done.stderr.decode("utf-8", "replace")


def pins(folder: Path, kind: str) -> Pins:
    """What the old lock takes from an index."""
    if kind == "pipenv":
        sections = json.loads((folder / "Pipfile.lock").read_bytes())
        entries = [item for name, section in sections.items() if name != "_meta" for item in section.items()]
        return named((name, entry.get("version", "").removeprefix("==")) for name, entry in entries)
    if kind == "poetry":
        packages = tomllib.loads((folder / "poetry.lock").read_text(encoding="utf-8")).get("package", [])
        plain = [p for p in packages if p.get("source", {}).get("type", "legacy") == "legacy"]
        return named((package["name"], package["version"]) for package in plain)
    text = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in folder.glob("requirements*.txt"))
    return named(re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[.*?\])?==([^\s;\\]+)", text, re.MULTILINE))


def uv_pins(lock: Path) -> Pins:
    """What a uv.lock takes from an index."""
    packages = tomllib.loads(lock.read_text(encoding="utf-8")).get("package", [])
    return named((p["name"], p["version"]) for p in packages if "registry" in p["source"])


def named(pairs: Iterable[tuple[str, str]]) -> Pins:
    """Pins with one spelling of each name, without those that have no version."""
    return frozenset((re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in pairs if version)


def told(project: Path, results: Mapping[str, Result]) -> None:
    """One line."""
    words = [f"{name} {word(result):<9} {result.seconds:6.2f} s" for name, result in results.items()]
    print(f"{'   '.join(words)}   {project.parent.name}/{project.name}", flush=True)


def word(result: Result) -> str:
    """How far a tool came."""
    if result.unasked:
        return "unasked"
    return "identical" if result.identical else "converted" if result.converted else "no"


def summed(results: Mapping[str, list[Result]]) -> None:
    """The sums of all tools."""
    rows = [row for row in zip(*results.values(), strict=True) if not any(result.unasked for result in row)]
    for name, several in zip(results, zip(*rows, strict=True), strict=False):
        seconds = [result.seconds for result, row in zip(several, rows, strict=True) if all(r.converted for r in row)]
        total(name, several, seconds)


def total(name: str, results: Sequence[Result], seconds: list[float]) -> None:
    """The sums of a tool; `seconds` are those of the projects that both convert."""
    converted, identical = (sum(getattr(result, what) for result in results) for what in ("converted", "identical"))
    middle = sorted(seconds)[len(seconds) // 2] if seconds else 0
    counts = f"of {len(results)} projects {converted} converted, {identical} identical"
    print(f"{name:<14} {counts}; {len(seconds)} that both convert: {sum(seconds):.1f} s, {middle:.2f} s in the middle")


if __name__ == "__main__":
    main()
