"""The undo records of a project: a stack of files in the state folder, and the lock that one process holds."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from converter.disk.operations import Disk, File, States
from converter.errors import InputError

if sys.platform != "win32":
    import fcntl

_VERSION = 1  # of the undo record


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One conversion as `undo` needs it: the files before and after, the folders that it made, its temporary names."""

    token: str
    folders: tuple[PurePosixPath, ...]
    before: States
    after: States


def store_of(root: Path, state: Path) -> Path:
    return state / hashlib.sha256(os.fsencode(root)).hexdigest()


@contextmanager
def locked(store: Path) -> Iterator[Path]:
    """The folder of a project's records, held by this process alone; waits for another to finish."""
    for folder in [*reversed(store.parents), store]:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
    number = os.open(store / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform != "win32":
            fcntl.flock(number, fcntl.LOCK_EX)
        yield store
    finally:
        os.close(number)  # also lets go of the lock


def records(store: Path) -> list[Path]:
    return sorted(path for path in store.iterdir() if path.suffix in {".open", ".done"} and path.stem.isdigit())


def next_number(store: Path) -> int:
    return max((int(path.stem) for path in records(store)), default=0) + 1


def mark(path: Path, renamed: Path, disk: Disk) -> None:
    disk.replace(path, renamed)
    disk.sync(path.parent)


def forget(path: Path, disk: Disk) -> None:
    for suffix in (".new", ".open", ".done"):
        disk.unlink(path.with_suffix(suffix))


def save(record: Record, path: Path, disk: Disk) -> None:
    files = [[str(p), _packed(record.before[p]), _packed(record.after[p])] for p in record.before]
    folders = [str(folder) for folder in record.folders]
    text = json.dumps({"version": _VERSION, "token": record.token, "folders": folders, "files": files})
    new = path.with_suffix(".new")
    disk.unlink(new)  # of a process that was killed
    disk.write(new, text.encode(), 0o600)
    mark(new, path, disk)


def _packed(file: File | None) -> list[object] | None:
    return None if file is None else [base64.b64encode(file.data).decode(), file.mode]


def load(path: Path) -> Record:
    try:
        return _record(json.loads(path.read_bytes()))
    except (ValueError, LookupError, TypeError) as why:
        raise InputError("is not an undo record of this version", file=str(path), remedy="remove it") from why


def _record(raw: Mapping[str, Any]) -> Record:
    if raw["version"] != _VERSION:
        raise ValueError(raw["version"])
    return Record(
        token=str(raw["token"]),
        folders=tuple(map(PurePosixPath, raw["folders"])),
        before={PurePosixPath(name): _unpacked(before) for name, before, _ in raw["files"]},
        after={PurePosixPath(name): _unpacked(after) for name, _, after in raw["files"]},
    )


def _unpacked(packed: tuple[str, int | None] | None) -> File | None:
    return None if packed is None else File(data=base64.b64decode(packed[0]), mode=packed[1])
