"""The only file system of a project: read a tree, apply a plan, give the last one back.

A change is all or nothing. Every new content stands in a temporary file beside its target, and is on the disk, before
the first name is replaced (rename(2) is atomic); deletions come last. An undo record with the bytes and modes of before
and after is in the state folder before any of it, so a fault takes everything back at once and a killed process is
taken back by `undo`. While a change is under way its record ends in `.open`, else in `.done`; a lock file keeps two
processes apart. The records are a stack: one folder for each project root, one numbered file for each conversion.
"""

from __future__ import annotations

from converter.disk.operations import Disk, File
from converter.disk.reading import LIMIT, NOT_WALKED, read, repository
from converter.disk.writing import apply, undo, undoable

__all__ = ["LIMIT", "NOT_WALKED", "Disk", "File", "apply", "read", "repository", "undo", "undoable"]
