"""After the edits: the files parse, and differ from what they were in the intended places only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from converter.errors import StopError
from converter.upsun.apps import App, apps, holding
from converter.upsun.document import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from converter.tree import Tree

_FREE = frozenset(["dependencies", "variables", "hooks", "stack"])
"""The keys of an app that may change in any way; below the others only what is a script."""
_COMMANDS = frozenset(["pre_start", "start", "post_start", "stop", "cmd", "command", "env", "variables"])


def check(before: Tree, after: Tree, folder: PurePosixPath) -> None:
    """Raise StopError where something differs that no step had business with."""
    ours = {(app.file, app.name) for app in holding(before, folder)}
    old, new = _by_name(before), _by_name(after)
    if old.keys() != new.keys():
        raise _defect(f"the apps {sorted(old.keys() ^ new.keys())}", "")
    for key, app in old.items():
        for path in differences(app.mapping, new[key].mapping):
            if key not in ours or not _intended(path):
                raise _defect(f"{app.name}: {'.'.join(path)}", app.file)


def _by_name(tree: Tree) -> dict[tuple[str, str], App]:
    return {(app.file, app.name): app for app in apps(tree)}


def _defect(what: str, file: str) -> StopError:
    return StopError(f"a change would reach {what}, which it must not", file=file, remedy="this is a defect; report it")


def _intended(path: tuple[str, ...]) -> bool:
    return path[0] in _FREE or any(key in _COMMANDS for key in path[1:])


def differences(old: Node | None, new: Node | None) -> Iterator[tuple[str, ...]]:
    """The places at which two nodes say something else; what an anchor shares is compared once."""
    seen: set[tuple[int, int]] = set()
    open_: list[tuple[tuple[str, ...], Node | None, Node | None]] = [((), old, new)]
    while open_:
        path, one, two = open_.pop()
        if (id(one), id(two)) in seen:
            continue
        seen.add((id(one), id(two)))
        if isinstance(one, Mapping) and isinstance(two, Mapping) and one.tag == two.tag:
            open_ += _entries(path, one, two)
        elif isinstance(one, Sequence) and isinstance(two, Sequence) and len(one.items) == len(two.items):
            pairs = zip(one.items, two.items, strict=True)
            open_ += [((*path, str(number)), a, b) for number, (a, b) in enumerate(pairs)]
        elif not _equal(one, two):
            yield path or ("",)


def _entries(
    path: tuple[str, ...], one: Mapping, two: Mapping
) -> Iterator[tuple[tuple[str, ...], Node | None, Node | None]]:
    old = {entry.key.value: entry.value for entry in one.entries}
    new = {entry.key.value: entry.value for entry in two.entries}
    for key in dict.fromkeys((*old, *new)):
        yield (*path, key), old.get(key), new.get(key)


def _equal(one: Node | None, two: Node | None) -> bool:
    if isinstance(one, Scalar) and isinstance(two, Scalar):
        return (one.value, one.tag, one.null) == (two.value, two.tag, two.null)
    return one is None and two is None
