"""`pm-convert undo`: gives back the last conversion, byte for byte."""

from __future__ import annotations

from pathlib import Path

from converter.cli import text
from converter.cli.machine import Machine
from converter.cli.printed import Printed


def undo(path: Path, machine: Machine, *, force: bool) -> Printed:
    """Give back the files of the last conversion of the project in `path`."""
    from converter import disk

    root = disk.repository(path)[0]
    if root != path and not disk.undoable(path, machine.state):  # converted from the root of its repository
        path = root
    paths = disk.undo(path, machine.state, force=force)
    files = ((" restore" if (path / name).is_file() else " remove ", text.clean(str(name))) for name in paths)
    lines = ["Given back as it was before the conversion:", *(f" {done}  {name}" for done, name in files)]
    return Printed(talk="".join(f"{line}\n" for line in lines))
