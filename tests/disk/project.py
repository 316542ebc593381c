"""Small projects on the real disk, what is below them, and disks that fail. Imports little: it is started often."""

from __future__ import annotations

import os
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from converter.disk import Disk, apply, read, undo
from converter.plan import Plan
from converter.tree import Tree

MEMORY = Path("/dev/shm")  # noqa: S108 a real file system where fsync, called thousands of times here, costs nothing
Shape = dict[str, tuple[bytes | None, int]]  # each file with its bytes and mode; a folder has no bytes

BEFORE: Mapping[str, bytes] = MappingProxyType(
    {"pyproject.toml": b"old\r\n", "Pipfile": b"p", "api/Pipfile.lock": b"{}", "other": b"kept", "run.sh": b"#!"}
)
MODES: Mapping[str, int] = MappingProxyType(
    {"pyproject.toml": 0o640, "Pipfile": 0o600, "api/Pipfile.lock": 0o444, "other": 0o644, "run.sh": 0o755}
)


@contextmanager
def project(files: Mapping[str, bytes] = BEFORE) -> Iterator[tuple[Path, Path]]:
    """A project on the disk and a state folder that is not there yet."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        root = Path(os.path.realpath(name)) / "project"
        root.mkdir()
        for path, data in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
            (root / path).chmod(MODES.get(path, 0o644))
        yield root, root.parent / "state" / "pm-convert"


def shape(root: Path) -> Shape:
    """All there is below a folder, by what the operating system says."""
    return {str(path.relative_to(root)): _one(path) for path in root.rglob("*")}


def _one(path: Path) -> tuple[bytes | None, int]:
    if path.is_symlink():
        return os.fsencode(path.readlink()), 0
    return (None, 0) if path.is_dir() else (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))


def conversion(tree: Tree) -> Plan:
    """Every kind of edit: replaced, made, made in new folders, deleted, deleted in a folder."""
    tree = tree.put("pyproject.toml", "new\n").put("poetry.lock", "lock\n").put("run.sh", "#!/bin/sh\n")
    tree = tree.put("a/deep/file", "x").put("a/deep/other", "").drop("Pipfile", "api/Pipfile.lock")
    return Plan(edits=tree.edits(), losses=())


def converted(root: Path, state: Path) -> Path | None:
    return apply(root, conversion(read(root)), state)


def plan_for(root: Path, changes: dict[str, bytes | None]) -> Plan:
    tree = read(root)
    for name, data in changes.items():
        tree = tree.drop(name) if data is None else tree.put(name, data)
    return Plan(edits=tree.edits(), losses=())


@contextmanager
def umask(bits: int) -> Iterator[None]:
    old = os.umask(bits)
    try:
        yield
    finally:
        os.umask(old)


class Fault:
    """A disk whose call number `at` fails: half way (a write leaves a part), after it is done, or all from there on.

    `only` counts and fails the calls of one operation.
    """

    def __init__(self, at: int, how: str, what: type[BaseException] = OSError, only: str = "") -> None:
        self.at, self.how, self.what, self.only = at, how, what, only
        self.calls = 0

    def disk(self) -> Disk:
        return Disk(**{field.name: self.faulty(field.name, getattr(Disk(), field.name)) for field in fields(Disk)})

    def faulty(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: object) -> object:
            if self.only not in {"", name}:
                return call(*args)
            number, self.calls = self.calls, self.calls + 1
            if number == self.at and self.how == "half" and name == "write":
                call(args[0], cast("bytes", args[1])[:1], args[2])
            if number == self.at and self.how == "after":
                call(*args)
            if number == self.at or (number > self.at and self.how == "for good"):
                raise self.what("the disk is gone")
            return call(*args)

        return called


def do(root: Path, state: Path, disk: Disk) -> object:
    return apply(root, conversion(read(root)), state, disk=disk)


def take_back(root: Path, state: Path, disk: Disk) -> object:
    return undo(root, state, disk=disk)


class Kill(BaseException):
    """Ends the process at once, as a power cut would."""

    def __init__(self, *_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    act = {"apply": do, "undo": take_back}[sys.argv[3]]
    act(Path(sys.argv[1]), Path(sys.argv[2]), Fault(int(sys.argv[4]), "half", Kill).disk())
