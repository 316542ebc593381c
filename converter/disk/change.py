"""A change of several files that can be taken back: write beside, replace, remove."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from converter.disk.operations import Disk, States
from converter.errors import StopError


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A way from `start` to `goal` below `root`; `makes` are the folders it needs that are not there."""

    root: Path
    token: str
    start: States
    goal: States
    makes: tuple[PurePosixPath, ...]
    disk: Disk


def missing(root: Path, states: States) -> tuple[PurePosixPath, ...]:
    """The folders that the files of `states` need and that are not there, the outer ones first."""
    needed = {parent for path, file in states.items() if file is not None for parent in path.parents}
    return tuple(sorted(folder for folder in needed if not (root / folder).is_dir()))


def forward(change: Change) -> None:
    """Bring every file to its goal."""
    _sweep(change)  # of an undo that was killed
    for folder in change.makes:
        change.disk.mkdir(change.root / folder)
    _bring(change, change.goal)


def backward(change: Change) -> None:
    """Bring every file back to its start, whatever has happened since."""
    _sweep(change)
    for folder in missing(change.root, change.start):
        change.disk.mkdir(change.root / folder)
    _bring(change, change.start)
    remove(change.root, change.makes, change.disk)


def _bring(change: Change, goal: States) -> None:
    disk, temporary = change.disk, _temporary(change)
    todo = {path: file for path, file in goal.items() if disk.look(change.root / path) != file}
    written = {path: file for path, file in todo.items() if file is not None}
    for path, file in written.items():
        disk.write(temporary[path], file.data, file.mode)
    for path in written:
        disk.replace(temporary[path], change.root / path)
    for path in [path for path, file in todo.items() if file is None]:
        disk.unlink(change.root / path)
    for folder in sorted({path.parent for path in todo if (change.root / path.parent).is_dir()}):
        disk.sync(change.root / folder)


def _temporary(change: Change) -> dict[PurePosixPath, Path]:
    """The temporary file of each path: beside it, because only within one file system a rename is atomic."""
    names = ((path, f".pm-convert-{change.token}-{i}") for i, path in enumerate(sorted(change.goal)))
    return {path: change.root / path.parent / name for path, name in names}


def _sweep(change: Change) -> None:
    for path in _temporary(change).values():
        change.disk.unlink(path)


def remove(root: Path, folders: Iterable[PurePosixPath], disk: Disk) -> None:
    for folder in sorted(folders, reverse=True):
        disk.rmdir(root / folder)


def target_of(root: Path, path: PurePosixPath) -> Path:
    """Where a path of the project is on the disk; StopError where writing there is not safe."""
    target = root / path
    if path.is_absolute() or ".." in path.parts or not path.name or "\0" in str(path):
        raise StopError("is not a file inside the project", file=str(path), remedy="nothing was written")
    if not Path(os.path.realpath(target.parent)).is_relative_to(root):
        raise StopError(
            "a symbolic link leads outside the project", file=str(path), remedy="replace the link by a folder"
        )
    if target.is_symlink():
        raise StopError("is a symbolic link", file=str(path), remedy="replace it by the file that it names")
    if target.exists() and not target.is_file():
        raise StopError("is not a regular file", file=str(path), remedy="move it away")
    return target
