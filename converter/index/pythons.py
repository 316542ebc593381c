"""Requires-Python in the words that Poetry writes into its lock: PyPI's own, else those of the release's metadata.

PyPI keeps what was uploaded until the middle of March 2024 as it was written, and everything since as `packaging`
writes it (seen on 3,600 files of its Simple API). It is asked only where neither a page that was read anyway nor the
time of upload tells. Source: `PyPiRepository` and `LegacyRepository._get_release_info` of Poetry 2.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from converter.index.lookup import Asking
from converter.index.metadata import Metadata
from converter.index.pages import Place, look
from converter.index.places import canonical
from converter.index.search import strong
from converter.index.simple import File, Wanted
from converter.model import Package, Registry

_NORMALIZED = "2024-03-19"  # from this day on

Released = tuple[Package, Metadata]


def stated_pythons(releases: Iterable[Released], asking: Asking) -> dict[int, str]:
    """The text by the package's `id()`, for releases whose metadata is known; empty for no bounds at all."""
    known = list(releases)
    doubtful = [package for package, metadata in known if _is_doubtful(package, metadata)]
    files = _asked(doubtful, asking)
    return {id(package): _text(package, metadata, files.get(id(package))) for package, metadata in known}


def _is_doubtful(package: Package, metadata: Metadata) -> bool:
    told = package.stated_python or _uploaded(package) or _plain(metadata.stated_python) == metadata.stated_python
    return _public(package) and not told


def _text(package: Package, metadata: Metadata, file: File | None) -> str:
    stated = metadata.stated_python.strip()
    uploaded = _uploaded(package) or (file and file.upload_time) or _NORMALIZED
    indexed = package.stated_python or (file and file.requires_python)
    if not _public(package):
        return stated
    return indexed or (stated if uploaded < _NORMALIZED else _plain(stated))


def _uploaded(package: Package) -> str | None:
    return min((a.upload_time for a in package.artifacts if a.upload_time), default=None)


def _public(package: Package) -> bool:
    source = package.id.source
    return isinstance(source, Registry) and canonical(source.index) == canonical(Registry().index)


def _plain(stated: str) -> str:
    try:
        return str(SpecifierSet(stated))
    except InvalidSpecifier:
        return stated.strip()


def _asked(packages: Sequence[Package], asking: Asking) -> dict[int, File]:
    """A file of each package, as the first index has it that may be asked."""
    places = {id(package): (indexes[0], package.name) for package in packages if (indexes := asking.indexes(package))}
    wanted: dict[Place, Wanted] = {}
    for package in packages:
        if place := places.get(id(package)):
            wanted[place] = wanted.get(place, Wanted()) | Wanted(hashes=frozenset(strong(package.hashes)))
    answers = look(wanted, asking.settings) if wanted else {}
    files = {id(p): _first(p, answers[place].files) for p in packages if (place := places.get(id(p)))}
    return {key: file for key, file in files.items() if file}


def _first(package: Package, files: Iterable[File]) -> File | None:
    hashes = frozenset(strong(package.hashes))
    return next((file for file in files if not hashes.isdisjoint(file.hashes)), None)
