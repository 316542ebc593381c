"""The real target tool in a copy: what it locks (`--resolve`), and whether it takes what is planned.

A tool gets a temporary folder with files that we wrote, a time limit, and the variables of the machine but for those
that hold secrets: a build backend that it may run sees no credentials of the project. It is found on PATH, and never
started through a shell.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from converter import disk
from converter.errors import ConvertError, InputError, StopError, masked
from converter.format import Format, Tool
from converter.formats import FORMATS
from converter.index import MADE_FOR
from converter.interpreter import MINORS, admits
from converter.model import Lock, Package, Project
from converter.plan import Plan
from converter.resolving import OLDEST
from converter.tree import Tree

_ERROR = re.compile(r"error:", re.IGNORECASE)
_SHOWN = 600
_READ = 1 << 16
_SECRET = ("PASSWORD", "TOKEN", "SECRET", "USERNAME", "CREDENTIAL", "HTTP_BASIC", "API_KEY", "ACCESS_KEY")
_FOREIGN = frozenset(
    {"CONDA_PREFIX", "PIPENV_ACTIVE", "PYTHONHOME", "PYTHONPATH", "UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where tools are found and what they may see: the process' variables. `limit` is the seconds that one may take."""

    environment: Mapping[str, str] = field(repr=False)
    limit: float = 600.0  # a first resolution of some hundred packages takes minutes on a slow index


def lock(project: Project, target: Format, machine: Machine) -> Lock:
    """What the target's own tool locks for a project which needs no file of its folder.

    A tool that locks for one interpreter does so for one platform too: taken as Linux, as that of a Pipfile.lock is.
    Raises StopError where the tool is not there, finds no solution, or does not answer in time.
    """
    tool = target.tool
    with TemporaryDirectory(prefix="pm-convert-") as folder:
        run = _run(tool, Path(folder), machine)
        _write(run.copy, FORMATS[tool.asked or target.name].emit(project, Tree.of({})).value)
        said = run(_words(tool.lock, project, run))
        if said is not None:
            raise StopError(
                f"expected {tool.program} to lock what the source leaves open, but it says: {said}",
                remedy="pin what it names in the source, or say --python",
            )
        packages = _packages(FORMATS[tool.answered or target.name], run.copy, project.name)
        return Lock(packages=packages, environments=(MADE_FOR,) if "{python}" in tool.lock else ())


def check(root: Path, planned: Planned, machine: Machine) -> None:
    """Ask the target's own tool about what is planned, in a copy of the folder `root` with the plan applied.

    Raises StopError where the tool is not there, refuses the lock, or does not answer in time; InputError where the
    folder cannot be copied.
    """
    tool = planned.target.tool
    with TemporaryDirectory(prefix="pm-convert-") as folder:
        run = _run(tool, Path(folder), machine)
        _copy(root, run.copy)
        _write(run.copy, Tree({edit.path: edit.after for edit in planned.plan.edits if edit.after is not None}))
        for edit in planned.plan.edits:
            if edit.after is None:
                (run.copy / edit.path).unlink(missing_ok=True)
        there = replace(run, copy=run.copy / planned.folder)
        for file in sorted(there.copy.glob(tool.each)) if tool.each else [there.copy]:
            words = _words(tool.check, planned.project, there)
            if (said := there([word.replace("{file}", file.name) for word in words])) is not None:
                raise StopError(
                    f"expected {tool.program} to take what is planned, but it says: {said}",
                    file=file.name if tool.each else planned.target.lock,
                    remedy="convert without --verify-with-tool to look at it; nothing was written",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, for the project as its target says it, in a folder of the plan's root."""

    plan: Plan
    target: Format
    project: Project
    folder: PurePosixPath


def _words(words: Sequence[str], project: Project, run: _Run) -> list[str]:
    python = _python(project, run) if "{python}" in words else ""
    return [run.program, *(word.replace("{python}", python) for word in words)]


def _packages(form: Format, copy: Path, name: str) -> tuple[Package, ...]:
    try:
        parsed = form.parse(disk.read(copy), name).value
    except ConvertError as why:
        raise StopError(f"cannot be read: {why}", file=form.lock, remedy="use another version of the tool") from why
    return parsed.lock.packages if parsed.lock else ()


def _copy(root: Path, copy: Path) -> None:
    try:
        shutil.copytree(root, copy, symlinks=True, ignore=shutil.ignore_patterns(*disk.NOT_WALKED), dirs_exist_ok=True)
    except (OSError, shutil.Error) as why:
        raise InputError(
            f"cannot be copied: {why}", file=str(root), remedy="leave --verify-with-tool out, or mend the file"
        ) from None


def _run(tool: Tool, folder: Path, machine: Machine) -> _Run:
    """Raises StopError where the tool is not there."""
    program = shutil.which(tool.program, path=machine.environment.get("PATH"))
    if program is None:
        raise StopError(
            f"expected {tool.program} on PATH, found none", remedy=f"install {tool.install}, or lock the source first"
        )
    (folder / "project").mkdir()
    return _Run(
        program=program,
        copy=folder / "project",
        log=folder / "log",
        environment={**_public(machine.environment), **tool.variables},
        limit=machine.limit,
    )


def _public(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables without what holds a secret or names an environment of somebody else's."""
    kept = {name: value for name, value in environment.items() if name not in _FOREIGN}
    return {name: value for name, value in kept.items() if not any(word in name.upper() for word in _SECRET)}


def _python(project: Project, run: _Run) -> str:
    """An interpreter that the project is for, the oldest that tools still run on: newer ones seldom refuse its lock."""
    stated = project.requires_python
    admitted = [minor for minor in MINORS if stated is None or admits(stated, minor)]
    at = MINORS.index(OLDEST)
    for minor in (*(m for m in MINORS[at:] if m in admitted), *(m for m in reversed(MINORS[:at]) if m in admitted)):
        found = shutil.which(f"python{minor}", path=run.environment.get("PATH"))
        if found is not None and run([found, "-c", "import venv"]) is None:
            return found
    raise StopError(
        f"expected a Python {stated if stated is not None else ''} on PATH, found none".replace("  ", " "),
        remedy="install one, or say --python",
    )


def _write(folder: Path, files: Tree) -> None:
    for path in files.paths():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(files.get(path) or b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Runs programs in a copy, the tool's own among them."""

    program: str
    copy: Path
    log: Path
    environment: Mapping[str, str]
    limit: float

    def __call__(self, words: Sequence[str]) -> str | None:
        """`None` where the program ended well, else its last words. One that is late ends with all that it started."""
        with self.log.open("wb") as log:
            try:
                process = subprocess.Popen(
                    words, cwd=self.copy, env=dict(self.environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True,
                )  # fmt: skip
            except OSError as why:
                return why.strerror or str(why)
            try:
                code = process.wait(self.limit)
            except subprocess.TimeoutExpired:
                return f"no answer in {self.limit:g} seconds"
            finally:
                _end(process)
        return None if code == 0 else self._last_words(code)

    def _last_words(self, code: int) -> str:
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - _READ))
            text = log.read().decode("utf-8", "replace")
        lines = text.replace(str(self.copy), ".").splitlines()
        errors = [at for at, line in enumerate(lines) if _ERROR.search(line)]
        said = " ".join(" ".join(lines[errors[-1] :] if errors else lines).split())
        return masked((said[:_SHOWN] if errors else said[-_SHOWN:]) or f"exit code {code}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program that still runs, and all that it has started."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (OSError, AttributeError):
            process.kill()
    process.wait()
