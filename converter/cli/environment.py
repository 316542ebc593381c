"""What is installed in an environment, as packages that a lock may take. Nothing of it is imported or executed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from converter.errors import InputError
from converter.model import Package, PackageId

if TYPE_CHECKING:
    from converter.index.installed import Distribution

T = TypeVar("T")
_REMEDY = "name an environment's folder, or its Python"


def installed(place: Path) -> tuple[Package, ...]:
    """The packages of an environment, named by its folder or by its Python. Raises InputError where there are none."""
    from converter.index.installed import distributions, site_folders

    folders = [folder for folder in site_folders(place) if folder.is_dir()]
    if not folders:
        raise InputError("has no installed packages", file=str(place), remedy=_REMEDY)
    found = {there.name: _package(there) for folder in folders for there in distributions(folder)}
    return tuple(found[name] for name in sorted(found))


def _package(there: Distribution) -> Package:
    read = _read(there.metadata, there.folder / "METADATA")
    return Package(
        id=PackageId(
            name=there.name, version=there.version, source=_read(there.source, there.folder / "direct_url.json")
        ),
        dependencies=read.edges if read else None,
        optional_dependencies=read.extras if read else {},
        requires_python=read.requires_python if read else None,
    )


def _read(work: Callable[[], T], file: Path) -> T:
    try:
        return work()
    except (OSError, ValueError) as why:
        raise InputError(f"cannot be read: {why}", file=str(file), remedy=_REMEDY) from None
