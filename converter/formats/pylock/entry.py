"""One `[[packages]]` entry as a package of the model, and a package as an entry. Specification: PEP 751.

`dependencies` of an entry is no edge of the model: it names neither markers nor extras, and PEP 751 has it for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from packaging import pylock
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

from converter.errors import without_credentials
from converter.formats.pylock.condition import Names, when_of
from converter.model import (
    PUBLIC_INDEX,
    Archive,
    Artifact,
    Directory,
    Package,
    PackageId,
    Registry,
    Source,
    Vcs,
    index_url,
    release,
)
from converter.pyproject.requirement import git_url

Entry = dict[str, object]
_SDISTS = (".tar.gz", ".zip")


def read_entry(entry: Mapping[str, object], read: pylock.Package, names: Names) -> Package:
    """The package of an entry, whose plain values stay with it. Raises ValueError for a marker that is none."""
    source = _source(read)
    return Package(
        id=PackageId(name=read.name, version=_version(entry, read, source), source=source),
        when=when_of(str(entry.get("marker", "")), names),
        requires_python=read.requires_python,
        artifacts=tuple(_artifacts(read)),
        tool={"pylock": dict(entry)},
    )


def _source(read: pylock.Package) -> Source:
    if read.vcs:
        return _repository(read.vcs)
    if read.directory:
        folder = read.directory
        return Directory(path=_path(folder.path), editable=bool(folder.editable), subdirectory=folder.subdirectory)
    if read.archive:
        file = read.archive
        path = _path(file.path) if file.path else None
        return Archive(url=None if path else file.url, path=path, subdirectory=file.subdirectory)
    files = _files(read)
    if len(files) == 1 and files[0].path:
        return Archive(path=_path(files[0].path))
    return Registry(index_url(read.index or PUBLIC_INDEX))


def _path(path: str) -> str:
    return str(PurePosixPath(path.replace("\\", "/")))


def _repository(vcs: pylock.PackageVcs) -> Vcs:
    place = vcs.url or _path(vcs.path or "")
    return Vcs(
        type=vcs.type,
        url=place.removeprefix(f"{vcs.type}+"),
        revision=vcs.requested_revision,
        commit=vcs.commit_id,
        subdirectory=vcs.subdirectory,
    )


def _files(read: pylock.Package) -> list[pylock.PackageSdist | pylock.PackageWheel]:
    return [*([read.sdist] if read.sdist else []), *(read.wheels or ())]


def _version(entry: Mapping[str, object], read: pylock.Package, source: Source) -> str | None:
    """The version as written; of a release that states none, as its files are called."""
    if read.version is not None:
        return str(entry["version"])
    if not isinstance(source, Registry):
        return None
    if read.wheels:
        return str(parse_wheel_filename(read.wheels[0].filename)[1])
    return str(parse_sdist_filename(read.sdist.filename)[1]) if read.sdist else None


def _artifacts(read: pylock.Package) -> Iterator[Artifact]:
    if read.archive:
        name = file_name(read.archive.path or read.archive.url or "")
        yield _artifact(read.archive, name)
    yield from (_artifact(file, file.filename) for file in _files(read))


def _artifact(file: pylock.PackageArchive | pylock.PackageSdist | pylock.PackageWheel, name: str) -> Artifact:
    return Artifact(
        filename=name,
        url=file.url,
        size=file.size,
        upload_time=_time_text(file.upload_time) if file.upload_time else None,
        hashes=tuple(f"{algorithm.lower()}:{digest.lower()}" for algorithm, digest in sorted(file.hashes.items())),
    )


def _time_text(time: datetime) -> str:
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat().replace("+00:00", "Z")


def file_name(place: str) -> str:
    """The last part of a URL or path."""
    return unquote(PurePosixPath(urlsplit(place).path).name)


# --- a package as an entry


def entry_of(package: Package, marker: str) -> Entry:
    """The entry of a package. It has neither `sdist` nor `wheels` where no file of it can be named in one."""
    made: Entry = {"name": package.name}
    if package.id.version is not None:
        made["version"] = package.id.version
    if marker:
        made["marker"] = marker
    if package.requires_python is not None and str(package.requires_python):
        made["requires-python"] = str(package.requires_python)
    return made | _place(package)


def _place(package: Package) -> Entry:
    match package.id.source:
        case Registry(index):
            return {"index": without_credentials(index), **_distributions(package)}
        case Vcs() as vcs:
            return {"vcs": _vcs(vcs)}
        case Archive() as archive:
            return {"archive": _archive(archive, package.artifacts)}
        case Directory() as folder:
            return {"directory": _stated(path=folder.path, editable=folder.editable, subdirectory=folder.subdirectory)}


def _stated(**values: object) -> Entry:
    """The values that say anything, by PEP 751's names."""
    return {key.replace("_", "-"): value for key, value in values.items() if value is not None and value is not False}


def _vcs(vcs: Vcs) -> Entry:
    url = git_url(vcs.url)
    return _stated(
        type=vcs.type,
        **{"url" if "://" in url else "path": url},
        requested_revision=vcs.revision,
        commit_id=vcs.commit or "",
        subdirectory=vcs.subdirectory,
    )


def _archive(archive: Archive, artifacts: Iterable[Artifact]) -> Entry:
    files = tuple(artifacts)
    first = files[0] if files else Artifact()
    place: Entry = {"path": archive.path} if archive.path else {"url": archive.url}
    return place | _file(first, _digests(files)) | _stated(subdirectory=archive.subdirectory)


def _file(artifact: Artifact, digests: Mapping[str, str]) -> Entry:
    time = datetime.fromisoformat(artifact.upload_time) if artifact.upload_time else None
    return {**_stated(upload_time=time, size=artifact.size), "hashes": digests}


def _digests(artifacts: Iterable[Artifact]) -> dict[str, str]:
    rows = (digest.partition(":") for artifact in artifacts for digest in artifact.hashes)
    return dict(sorted({algorithm: value for algorithm, _, value in rows}.items()))


def _distributions(package: Package) -> Entry:
    """`sdist` and `wheels`. PEP 751 has room for one sdist, and for files whose names say name and version."""
    by_name: dict[str, list[Artifact]] = {}
    for artifact in package.artifacts:
        if artifact.filename and artifact.url and is_sayable(artifact.filename, package):
            by_name.setdefault(artifact.filename, []).append(artifact)
    made = {name: _distribution(name, same) for name, same in sorted(by_name.items())}
    wheels = [each for name, each in made.items() if name.endswith(".whl")]
    sdists = sorted((name for name in made if not name.endswith(".whl")), key=lambda name: name.endswith(".zip"))
    return {**({"sdist": made[sdists[0]]} if sdists else {}), **({"wheels": wheels} if wheels else {})}


def _distribution(name: str, same: list[Artifact]) -> Entry:
    url = without_credentials(same[0].url or "")
    named = {} if file_name(url) == name else {"name": name}
    return {**named, "url": url, **_file(same[0], _digests(same))}


def is_sayable(filename: str, package: Package) -> bool:
    """Whether a file is a wheel or an sdist of the package, by its name."""
    try:
        if filename.endswith(".whl"):
            name, version, _, _ = parse_wheel_filename(filename)
        elif filename.endswith(_SDISTS):
            name, version = parse_sdist_filename(filename)
        else:
            return False
    except (InvalidWheelFilename, InvalidSdistFilename):
        return False
    return name == package.name and (package.id.version is None or version == release(package.id.version))
