"""Apply a plan, and give the last one back: each all of it or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from converter.disk.change import Change, backward, forward, missing, remove, target_of
from converter.disk.operations import REAL, Disk, File
from converter.disk.reading import folder_of
from converter.disk.records import Record, forget, load, locked, mark, next_number, records, save, store_of
from converter.errors import StopError
from converter.plan import Plan


def apply(root: Path, plan: Plan, state: Path, *, disk: Disk = REAL) -> Path | None:
    """Write the plan below `root`, all of it or nothing; the path of the undo record, `None` where nothing differs.

    `state` is the user's state folder (made if missing, for the user alone). A file that is there keeps its mode.
    StopError, with everything as it was: the plan holds a stop; a file changed since it was read; a path is outside the
    project or a symbolic link; an earlier conversion was interrupted; the disk refuses. Any other exception
    (KeyboardInterrupt) also takes everything back. InputError: `root` is no folder, or a record is damaged.
    """
    folder = folder_of(root)
    if plan.stops:
        raise StopError(plan.stops[0].kind.sentence, file=plan.stops[0].where, remedy=plan.stops[0].kind.remedy)
    if not plan.edits:
        return None
    with _faults_told(), locked(store_of(folder, state)) as store:
        _clear_interrupted(folder, store, disk)
        return _apply(folder, plan, store, disk)


def undo(root: Path, state: Path, *, force: bool = False, disk: Disk = REAL) -> tuple[PurePosixPath, ...]:
    """Give back the files of the last conversion, bytes and modes, all or nothing; their paths.

    Files and folders that it made go (a folder only when empty). Called again it gives back the conversion before.
    It also takes back a conversion that was killed half way.
    StopError, with everything as it was: there is nothing to undo; a person changed a file since (`force` writes over
    it); a path has become a symbolic link; the disk refuses. InputError: `root` is no folder, or the record is damaged.
    """
    folder = folder_of(root)
    place = store_of(folder, state)
    if not place.is_dir():
        raise _nothing(folder)
    with _faults_told(), locked(place) as store:
        stack = records(store)
        if not stack:
            raise _nothing(folder)
        return _undo(folder, stack[-1], force=force, disk=disk)


def undoable(root: Path, state: Path) -> bool:
    """Whether there is a conversion of this folder to undo."""
    place = store_of(folder_of(root), state)
    return place.is_dir() and bool(records(place))


def _nothing(root: Path) -> StopError:
    return StopError("there is no conversion to undo", file=str(root), remedy="name the folder that was converted")


def _apply(root: Path, plan: Plan, store: Path, disk: Disk) -> Path:
    before = {edit.path: disk.look(target_of(root, edit.path)) for edit in plan.edits}
    for edit in plan.edits:
        if _data(before[edit.path]) != edit.before:
            raise StopError("changed since it was read", file=str(edit.path), remedy="run the conversion again")
    after = {edit.path: _new(before[edit.path], edit.after) for edit in plan.edits}
    makes = missing(root, after)
    record = Record(token=secrets.token_hex(8), folders=makes, before=before, after=after)
    change = Change(root=root, token=record.token, start=before, goal=after, makes=makes, disk=disk)
    done = store / f"{next_number(store):06d}.done"

    def back() -> None:
        backward(change)
        forget(done, disk)

    with _or_else(back):
        save(record, done.with_suffix(".open"), disk)
        forward(change)
        mark(done.with_suffix(".open"), done, disk)
    return done


def _undo(root: Path, path: Path, *, force: bool, disk: Disk) -> tuple[PurePosixPath, ...]:
    record = load(path)
    start = {name: disk.look(target_of(root, name)) for name in record.before}
    changed = [
        str(p) for p, now in start.items() if _data(now) not in (_data(record.before[p]), _data(record.after[p]))
    ]
    if changed and not force:
        raise StopError("changed since the conversion", file=", ".join(changed), remedy="--force writes over it")
    makes = missing(root, record.before)
    change = Change(root=root, token=record.token, start=start, goal=record.before, makes=makes, disk=disk)

    opened = path.with_suffix(".open")

    def back() -> None:
        if not opened.is_file():  # a full disk has no room for it, and then it is there
            save(record, opened, disk)
        backward(change)
        mark(opened, path, disk)

    with _or_else(back):
        mark(path, opened, disk)
        forward(change)
        remove(root, record.folders, disk)
        forget(path, disk)
    return tuple(record.before)


def _clear_interrupted(root: Path, store: Path, disk: Disk) -> None:
    """Forget a conversion that was killed before it changed a file; stop at one that was killed half way."""
    path = next(iter(records(store)[-1:]), None)
    if path is None or path.suffix != ".open":
        return
    record = load(path)
    if any(_data(disk.look(target_of(root, p))) != _data(file) for p, file in record.before.items()):
        raise StopError("an earlier conversion was interrupted", file=str(root), remedy="run pm-convert undo first")
    _undo(root, path, force=False, disk=disk)


def _data(file: File | None) -> bytes | None:
    return None if file is None else file.data


def _new(old: File | None, data: bytes | None) -> File | None:
    return None if data is None else File(data=data, mode=old.mode if old else None)


@contextmanager
def _or_else(back: Callable[[], None]) -> Iterator[None]:
    """Run the body; whatever interrupts it, take it back first."""
    try:
        yield
    except BaseException as why:
        try:
            back()
        except OSError as again:
            raise StopError(
                f"the disk refused ({why}), and refused again when the change was taken back ({again})",
                remedy="run pm-convert undo when the disk is well",
            ) from again
        raise


@contextmanager
def _faults_told() -> Iterator[None]:
    try:
        yield
    except OSError as why:
        what, where = why.strerror or str(why), str(why.filename or "")
        raise StopError(what, file=where, remedy="nothing was changed; make room or give the right to write") from why
