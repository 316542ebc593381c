"""The primitive operations: every call by which a change touches the disk."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_GONE = frozenset({errno.ENOENT, errno.ENOTEMPTY, errno.EEXIST})


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What a file is to a change: its bytes and its permission bits, `None` for those that the umask gives."""

    data: bytes
    mode: int | None


States = Mapping[PurePosixPath, File | None]  # `None` where there is no file


def _look(path: Path) -> File | None:
    try:
        return File(data=path.read_bytes(), mode=stat.S_IMODE(path.stat().st_mode))
    except FileNotFoundError:
        return None


def _mkdir(path: Path) -> None:
    path.mkdir(exist_ok=True)


def _write(path: Path, data: bytes, mode: int | None) -> None:
    bits = 0o666 if mode is None else 0o600  # nobody else reads it before it has its mode
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, bits)) as file:
        file.write(data)
        file.flush()
        if mode is not None:
            path.chmod(mode)
        os.fsync(file.fileno())


def _replace(source: Path, target: Path) -> None:
    if sys.platform != "win32":
        with suppress(OSError):  # root in a container must not take a file away from its owner
            old = target.stat()
            os.chown(source, old.st_uid, old.st_gid)
    source.replace(target)


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)


def _rmdir(path: Path) -> None:
    try:
        path.rmdir()
    except OSError as why:
        if why.errno not in _GONE:
            raise


def _sync(folder: Path) -> None:
    if sys.platform == "win32":  # a folder cannot be opened there
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """Every operation by which a change touches the disk; a test hands in ones that fail at a chosen call.

    `look` gives a file or None; `mkdir` may find the folder there; `write` makes a new file and brings it to the disk;
    `unlink` may find none; `rmdir` leaves a folder that is not empty; `sync` brings a folder's entries to the disk.
    """

    look: Callable[[Path], File | None] = _look
    mkdir: Callable[[Path], None] = _mkdir
    write: Callable[[Path, bytes, int | None], None] = _write
    replace: Callable[[Path, Path], None] = _replace
    unlink: Callable[[Path], None] = _unlink
    rmdir: Callable[[Path], None] = _rmdir
    sync: Callable[[Path], None] = _sync


REAL = Disk()
