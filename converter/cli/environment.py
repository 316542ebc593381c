"""What is installed in an environment, read from its files: nothing of it is imported or executed.

Specification: https://packaging.python.org/en/latest/specifications/recording-installed-packages/, PEP 610.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from converter.errors import InputError
from converter.model import Archive, Directory, Package, PackageId, Registry, Source, Vcs

if TYPE_CHECKING:
    from collections.abc import Mapping

_REMEDY = "name an environment's folder, or its Python"


def installed(place: Path) -> tuple[Package, ...]:
    """The packages of an environment, named by its folder or by its Python. Raises InputError where there are none."""
    folders = [folder for folder in _folders(place) if folder.is_dir()]
    if not folders:
        raise InputError("has no installed packages", file=str(place), remedy=_REMEDY)
    found = {package.name: package for folder in folders for package in _packages(folder)}
    return tuple(found[name] for name in sorted(found))


def _folders(place: Path) -> Iterator[Path]:
    root = place if place.is_dir() else place.parent.parent
    yield from sorted(root.glob("lib/python3*/site-packages"))
    yield root / "Lib" / "site-packages"
    if place.is_dir() and any(place.glob("*.dist-info")):
        yield place


def _packages(folder: Path) -> Iterator[Package]:
    for info in sorted(folder.glob("*.dist-info")):
        if (info / "METADATA").is_file():
            yield _package(info)


def _package(info: Path) -> Package:
    from converter.index.metadata import read as read_metadata

    name, _, version = info.name.removesuffix(".dist-info").rpartition("-")
    name = canonicalize_name(name)
    try:
        read = read_metadata((info / "METADATA").read_bytes(), name=name, version=version)
    except (OSError, ValueError) as why:
        raise InputError(f"cannot be read: {why}", file=str(info / "METADATA"), remedy=_REMEDY) from None
    return Package(
        id=PackageId(name=name, version=version, source=_source(info / "direct_url.json")),
        dependencies=read.edges if read else None,
        optional_dependencies=read.extras if read else {},
        requires_python=read.requires_python if read else None,
    )


def _source(record: Path) -> Source:
    try:
        said = json.loads(record.read_bytes()) if record.is_file() else {}
    except (OSError, ValueError) as why:
        raise InputError(f"cannot be read: {why}", file=str(record), remedy=_REMEDY) from None
    return _of_record(said) if isinstance(said, dict) and isinstance(said.get("url"), str) else Registry()


def _of_record(said: Mapping[str, object]) -> Source:
    url, vcs, folder = str(said["url"]), said.get("vcs_info"), said.get("dir_info")
    inner = said.get("subdirectory")
    subdirectory = inner if isinstance(inner, str) else None
    if isinstance(vcs, dict):
        revision, commit = vcs.get("requested_revision"), vcs.get("commit_id")
        return Vcs(
            type=str(vcs.get("vcs", "git")), url=url, revision=revision if isinstance(revision, str) else None,
            commit=commit if isinstance(commit, str) else None, subdirectory=subdirectory,
        )  # fmt: skip
    if isinstance(folder, dict):
        path = url.removeprefix("file://")
        return Directory(path=path, editable=folder.get("editable") is True, subdirectory=subdirectory)
    return Archive(url=url, subdirectory=subdirectory)
