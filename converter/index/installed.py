"""What an environment's own files say of what is installed in it: dist-info holds a release's metadata.

Specification: https://packaging.python.org/en/latest/specifications/recording-installed-packages/, PEP 610 for where a
package came from. Nothing is imported or executed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from converter.index.archives import METADATA_LIMIT
from converter.index.metadata import Metadata, read
from converter.model import Archive, Directory, Package, Registry, Source, Vcs

_END = ".dist-info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """An installed package by its dist-info folder, whose own name states name and version."""

    name: str
    version: str
    folder: Path

    def metadata(self) -> Metadata | None:
        """Its metadata. Raises OSError and ValueError where that cannot be read, or is another's."""
        content = _content(self.folder / "METADATA")
        return read(content, name=self.name, version=self.version)

    def source(self) -> Source:
        """Where it came from. Raises OSError and ValueError where its record cannot be read."""
        record = self.folder / "direct_url.json"
        said = json.loads(_content(record)) if record.is_file() else {}
        return _of_record(said) if isinstance(said, dict) and isinstance(said.get("url"), str) else Registry()


def _content(file: Path) -> bytes:
    with file.open("rb") as stream:
        content = stream.read(METADATA_LIMIT + 1)
    if len(content) > METADATA_LIMIT:
        raise ValueError(f"it is larger than {METADATA_LIMIT} bytes")
    return content


def site_folders(place: Path) -> Iterator[Path]:
    """The folders that may hold the packages of an environment, which is named by its folder or by its Python."""
    root = place if place.is_dir() else place.parent.parent
    yield from sorted(root.glob("lib/python3*/site-packages"))
    yield root / "Lib" / "site-packages"
    if place.is_dir() and any(place.glob("*" + _END)):
        yield place


def distributions(folder: Path) -> Iterator[Distribution]:
    """What a folder of packages holds, by name."""
    for info in sorted(folder.glob("*" + _END)):
        if (info / "METADATA").is_file():
            name, _, version = info.name.removesuffix(_END).rpartition("-")
            yield Distribution(name=canonicalize_name(name), version=version, folder=info)


def installed(packages: Sequence[Package], environments: Iterable[Path]) -> list[Metadata | None]:
    """What the environments say of each package: of exactly this release, from where the lock has it, else `None`."""
    found: dict[str, list[Distribution]] = {}
    for folder in (folder for place in environments for folder in site_folders(place)):
        for each in distributions(folder):
            found.setdefault(each.name, []).append(each)
    return [_of(package, found.get(package.name, ())) for package in packages]


def _of(package: Package, there: Iterable[Distribution]) -> Metadata | None:
    for each in there:
        try:
            said = each.metadata() if _same(package, each) else None
        except (OSError, ValueError):
            continue  # an environment that is broken tells nothing; others do
        if said is not None:
            return said
    return None


def _same(package: Package, there: Distribution) -> bool:
    """Whether it is the locked release: by its version from an index, by its commit or address from elsewhere."""
    locked, source = package.id.source, there.source()
    if isinstance(locked, Vcs) and isinstance(source, Vcs):
        # Two addresses may lead to one repository; a commit is one and the same everywhere.
        wanted = (locked.commit, locked.subdirectory)
        return locked.commit is not None and wanted == (source.commit, source.subdirectory)
    if isinstance(locked, Archive):
        return locked.url is not None and locked == source
    return isinstance(locked, Registry) and isinstance(source, Registry) and package.id.version == there.version


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
