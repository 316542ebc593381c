"""An immutable overlay on a mapping of files: what a conversion reads from and writes to.

In production the base is the disk (`disk.read`), in tests a dict. Nothing here writes anything, so a dry run is simply
a tree whose edits nobody applies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

from converter.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One file that differs: its bytes before and after; `None` where there is no file."""

    path: PurePosixPath
    before: bytes | None
    after: bytes | None


class Files(Protocol):
    """What a tree stands on: a mapping of files, of which it needs no more than this."""

    def get(self, key: PurePosixPath, /) -> bytes | None:
        """The bytes of a file, `None` where there is none."""

    def __contains__(self, key: object, /) -> bool:
        """Whether there is such a file."""

    def __iter__(self) -> Iterator[PurePosixPath]:
        """The path of each file."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of a project as paths relative to its root, with changes on top of an untouched base."""

    base: Files
    changes: Mapping[PurePosixPath, bytes | None] = field(default_factory=dict)

    @staticmethod
    def of(files: Mapping[str, str | bytes]) -> Tree:
        """A tree over a plain dict of path to text or bytes."""
        return Tree({PurePosixPath(p): t.encode() if isinstance(t, str) else t for p, t in files.items()})

    def get(self, path: str | PurePosixPath) -> bytes | None:
        """The bytes of a file, `None` where there is none."""
        key = PurePosixPath(path)
        if key in self.changes:
            return self.changes[key]
        return self.base.get(key)

    def __contains__(self, path: str | PurePosixPath) -> bool:
        """Whether there is such a file."""
        key = PurePosixPath(path)
        return self.changes[key] is not None if key in self.changes else key in self.base

    def text(self, path: str | PurePosixPath) -> str | None:
        r"""The text of a UTF-8 file without its byte order mark; lines end in `\n` where all of them ended in `\r\n`.

        Raises InputError where the file is not UTF-8.
        """
        data = self.get(path)
        if data is None:
            return None
        try:
            text = data.removeprefix(_BOM).decode()
        except UnicodeDecodeError as why:
            line = data[: why.start].count(b"\n") + 1
            raise InputError(
                f"expected UTF-8 text, found byte 0x{data[why.start]:02x}",
                file=str(path), place=f"line {line}", remedy="save the file as UTF-8",
            ) from None  # fmt: skip
        return text.replace("\r\n", "\n") if _all_crlf(data) else text

    def paths(self, glob: str = "*") -> Iterator[PurePosixPath]:
        """The paths of all files that match `glob` (`*` also crosses folders), sorted."""
        every = {p for p in self.base if p not in self.changes} | {p for p, b in self.changes.items() if b is not None}
        return iter(sorted(p for p in every if fnmatchcase(str(p), glob)))

    def put(self, path: str | PurePosixPath, content: str | bytes) -> Tree:
        """This tree with one file written; text takes over the byte order mark and newlines of the file in the base."""
        key = PurePosixPath(path)
        data = content if isinstance(content, bytes) else _like(content, self.base.get(key))
        return Tree(self.base, {**self.changes, key: data})

    def drop(self, *paths: str | PurePosixPath) -> Tree:
        """This tree without these files."""
        return Tree(self.base, {**self.changes, **dict.fromkeys(map(PurePosixPath, paths), None)})

    def below(self, folder: PurePosixPath) -> Tree:
        """The files below a folder as a tree of their own, its changes not yet in this one."""
        return Tree(_Below(self, folder))

    def over(self, folder: PurePosixPath, inner: Tree) -> Tree:
        """This tree with the changes of `inner`, the tree of a folder."""
        return Tree(self.base, {**self.changes, **{folder / path: data for path, data in inner.changes.items()}})

    def edits(self) -> tuple[Edit, ...]:
        """The files whose bytes differ from the base, sorted by path."""
        found = ((p, self.base.get(p), after) for p, after in self.changes.items())
        return tuple(Edit(path=p, before=b, after=a) for p, b, a in sorted(found, key=lambda row: row[0]) if a != b)


@dataclass(frozen=True, slots=True)
class _Below:
    """The files of a tree that lie below a folder, by their paths in it."""

    tree: Tree
    folder: PurePosixPath

    def get(self, key: PurePosixPath, /) -> bytes | None:
        return self.tree.get(self.folder / key)

    def __contains__(self, key: object, /) -> bool:
        return isinstance(key, PurePosixPath) and self.folder / key in self.tree

    def __iter__(self) -> Iterator[PurePosixPath]:
        paths = self.tree.paths()
        return (path.relative_to(self.folder) for path in paths if path.is_relative_to(self.folder))


def _all_crlf(data: bytes) -> bool:
    return b"\r\n" in data and b"\r\r\n" not in data and data.count(b"\n") == data.count(b"\r\n")


def _like(text: str, old: bytes | None) -> bytes:
    if old is None:
        return text.encode()
    data = text.replace("\n", "\r\n") if _all_crlf(old) and "\r\n" not in text else text
    return (_BOM if old.startswith(_BOM) else b"") + data.encode()
