"""What uv reads in the folders that packages are built from, and repeats in uv.lock to see whether these changed.

A folder with `[project]` that states its dependencies is read as uv reads any manifest, `[tool.uv.sources]` and groups
included; of one that is built first, what it requires is known by its edges alone. Source: `SourceTreeEditable` and
`satisfies` in `uv-resolver/src/lock`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath

from converter.errors import InputError
from converter.formats.uv.lockfile import LOCK
from converter.formats.uv.parse import declared_in
from converter.formats.uv.settings import MANIFEST
from converter.formats.uv.wire import path_of
from converter.losses import Kind, Loss
from converter.model import Archive, Directory, Package, Project, Source
from converter.pyproject.edit import read_document
from converter.sources import with_sources
from converter.tree import Tree

_DYNAMIC = {"dependencies", "optional-dependencies"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder with `[project]`: the version that stands there, and the project where nothing has to be built."""

    version: str | None = None
    project: Project | None = None


def read_folders(tree: Tree, packages: Iterable[Package]) -> dict[str, Folder]:
    """Each folder of a package that has `[project]`, by path; the paths that its project names are seen from the root.

    A folder that cannot be read tells nothing: uv itself says why.
    """
    several = [p for p in packages if isinstance(p.id.source, Directory)]
    places = {p.name: p.id.source for p in several if isinstance(p.id.source, Directory)}
    found = ((path_of(source), _read(tree, name, places)) for name, source in places.items())
    return {path: each for path, each in found if each is not None}


def _read(tree: Tree, name: str, places: Mapping[str, Directory]) -> Folder | None:
    path = path_of(places[name])
    if path.startswith("/") or path == ".":
        return None
    inner = tree.below(PurePosixPath(path)).drop(LOCK)
    members = {} if path.startswith("..") else dict(_seen_from(path, places))
    try:
        table = read_document(inner.text(MANIFEST) or "").get("project")
        if not isinstance(table, Mapping) or "name" not in table:
            return None
        project = declared_in(inner, name, members)
    except InputError:
        return None
    built = _DYNAMIC & set(map(str, dynamic)) if isinstance(dynamic := table.get("dynamic"), list) else set()
    placed = with_sources(project, partial(_from_root, path))
    return Folder(version=project.version, project=None if built else placed)


def _seen_from(path: str, places: Mapping[str, Directory]) -> Iterator[tuple[str, Directory]]:
    """The other folders of the project, as one of them names them."""
    for name, directory in places.items():
        if not path_of(directory).startswith((".", "/")):
            yield name, replace(directory, path=posixpath.relpath(path_of(directory), path), subdirectory=None)


def unread(packages: Iterable[Package], folders: Mapping[str, Folder]) -> Iterator[Loss]:
    """A loss for each folder of which nobody could read what it requires, which uv compares with the lock."""
    for package in packages:
        source = package.id.source
        if isinstance(source, Directory) and path_of(source) != "." and package.requires_dist is None:
            found = folders.get(path_of(source))
            if found is None or found.project is None:
                detail, named = f"{package.name} in {path_of(source)}", frozenset({package.name})
                yield Loss(kind=Kind.FOLDER_UNREAD, where=LOCK, detail=detail, packages=named)


def _from_root(path: str, source: Source) -> Source:
    """A source that a folder's manifest names, as the root would name it."""
    match source:
        case Directory() as directory:
            return replace(directory, path=posixpath.normpath(posixpath.join(path, directory.path)))
        case Archive(path=str() as file) as archive:
            return replace(archive, path=posixpath.normpath(posixpath.join(path, file)))
    return source
