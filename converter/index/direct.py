"""Archives that a lock names by their address: the file's name says which release it is, and the file what it needs.

What such an archive needs is asked of itself, as of a release's file, at the very address that the lock installs it
from. One whose name says no version (a repository packed by its host) holds no metadata to read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)

from converter.index.archives import Parts, sdist_metadata, wheel_metadata
from converter.index.metadata import Metadata, read
from converter.index.search import Hit
from converter.index.simple import File
from converter.model import Archive, Index, Package, Priority


def versioned(package: Package) -> Package:
    """The package with the version in the name of the archive that it is, where its lock gives none."""
    source = package.id.source
    if not isinstance(source, Archive) or package.id.version is not None:
        return package
    named = _named(_filename(source.url or source.path or ""))
    if named is None or named[0] != package.name:
        return package
    return replace(package, id=replace(package.id, version=named[1]))


def hit_of(package: Package) -> Hit | None:
    """The file that the package is and where it lies, as if an index had told; `None` for all that cannot be asked."""
    source = package.id.source
    if not isinstance(source, Archive) or not (source.url or "").startswith(("https://", "http://")):
        return None
    url = (source.url or "").partition("#")[0]
    named, plain = _named(_filename(url)), not re.search(r"[?$]|//[^/]*@", url)
    if not plain or named != (package.name, package.id.version):
        return None  # what holds a variable or credentials is nobody's to ask
    place = Index(name="", url=url.rpartition("/")[0], priority=Priority.EXPLICIT)
    return place, File(filename=_filename(url), url=url, hashes=tuple(sorted(package.hashes)))


def archive_of(package: Package) -> str:
    """The address or the path of the archive that a package is; empty for any other."""
    source = package.id.source
    return (source.url or source.path or "") if isinstance(source, Archive) else ""


def read_here(package: Package, content: bytes) -> Metadata | None:
    """What an archive of the project's own says of itself; `None` where it does not, or is another's."""
    name, version, source = package.name, package.id.version or "", package.id.source
    filename = _filename(source.path or "") if isinstance(source, Archive) else ""
    try:
        if filename.endswith(".whl"):
            return read(wheel_metadata(Parts(len(content), {0: content})), name=name, version=version)
        return read(sdist_metadata(content, filename), name=name, version=version, sdist=True)
    except ValueError:
        return None


def _filename(address: str) -> str:
    return unquote(address.partition("#")[0].partition("?")[0].rpartition("/")[2])


def _named(filename: str) -> tuple[str, str] | None:
    try:
        wheel = filename.endswith(".whl")
        name, version, *_ = parse_wheel_filename(filename) if wheel else parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
    return str(name), str(version)
