"""A lazy tree over the files of a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from converter.errors import InputError
from converter.tree import Tree

LIMIT = 64 * 2**20  # bytes; no manifest or lock comes near it
_CONFIGURATIONS = (".upsun", ".platform", ".platform.app.yaml")
_MANIFESTS = frozenset({"pyproject.toml", "setup.cfg", "setup.py"})
NOT_WALKED = frozenset(
    {".git", ".hg", ".nox", ".tox", ".venv", "__pycache__", "node_modules", "site-packages", "venv"},
)


def read(root: Path) -> Tree:
    """A lazy tree over the files below `root`.

    A file's bytes are read when first asked for, and kept. Listing does not enter the folders of version control,
    environments and caches, nor symlinked ones. A link to a file outside `root` is not part of the tree; by a way with
    `..` the manifests of other folders of the same repository are.
    InputError: `root` is no folder; a file, when asked for, cannot be read or is larger than LIMIT.
    """
    return Tree(_Files(folder_of(root)))


def repository(folder: Path) -> tuple[Path, PurePosixPath]:
    """The root of the repository around a folder, as a path like `folder`, and where in it the folder lies.

    The root is the nearest folder, from this one up to that of version control, which holds a deployment's
    configuration; the folder itself where there is none. Raises InputError where `folder` is none.
    """
    real = folder_of(folder)
    for parent in (real, *real.parents):
        if any((parent / name).exists() for name in _CONFIGURATIONS):
            return (folder if parent == real else parent), PurePosixPath(real.relative_to(parent))
        if (parent / ".git").exists():
            break
    return folder, PurePosixPath()


class _Files:
    """The files below a folder. What was seen once stays as it was seen, so a plan is made from one state."""

    __slots__ = ("_known", "_listed", "_repository", "_root")

    def __init__(self, root: Path) -> None:
        self._root = root
        self._repository = next((p for p in (root, *root.parents) if (p / ".git").exists()), root)
        self._known: dict[PurePosixPath, bytes | None] = {}
        self._listed: tuple[PurePosixPath, ...] | None = None

    def get(self, key: PurePosixPath, /) -> bytes | None:
        if key not in self._known:
            self._known[key] = _content(self._place(key), key)
        return self._known[key]

    def __contains__(self, key: object, /) -> bool:
        if not isinstance(key, PurePosixPath):
            return False
        return self._known[key] is not None if key in self._known else self._place(key) is not None

    def __iter__(self) -> Iterator[PurePosixPath]:
        if self._listed is None:
            self._listed = tuple(_walk(self._root))
        return iter(self._listed)

    def _place(self, key: PurePosixPath) -> Path | None:
        if ".." in key.parts:
            return _within(self._repository, self._root / key) if key.name in _MANIFESTS else None
        return _located(self._root, key)


def folder_of(root: Path) -> Path:
    path = Path(os.path.realpath(root))
    if not path.is_dir():
        what = "is not a folder" if path.exists() else "does not exist"
        raise InputError(what, file=str(root), remedy="name the folder that holds the project")
    return path


def _located(root: Path, key: PurePosixPath) -> Path | None:
    """Where the regular file of that name really is, `None` where there is none inside `root`."""
    return None if key.is_absolute() or ".." in key.parts else _within(root, root / key)


def _within(root: Path, path: Path) -> Path | None:
    """Where a regular file really is, `None` where that is not inside `root`."""
    try:
        real = Path(os.path.realpath(path))
    except ValueError:  # a NUL in the name
        return None
    return real if real.is_relative_to(root) and os.path.isfile(real) else None  # noqa: PTH113 never raises


def _content(path: Path | None, key: PurePosixPath) -> bytes | None:
    if path is None:
        return None
    try:
        if path.stat().st_size > LIMIT:
            raise InputError(f"is larger than {LIMIT // 2**20} MiB", file=str(key), remedy="is it the right file?")
        return path.read_bytes()
    except OSError as why:
        raise InputError(f"cannot be read: {why.strerror}", file=str(key), remedy="make it readable") from why


def _walk(root: Path) -> Iterator[PurePosixPath]:
    folders = [PurePosixPath()]
    while folders:
        folder = folders.pop()
        for entry in _entries(root / folder):
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                folders += [path] if entry.name not in NOT_WALKED else []
            elif entry.is_file(follow_symlinks=False) or (entry.is_symlink() and _located(root, path)):
                yield path


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing where it may not be listed (a database's, a container's) or has just gone."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (PermissionError, FileNotFoundError):
        return []
