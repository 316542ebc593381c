"""One requirement of a requirements file: PEP 508 text, or the URL or path that pip takes too.

Specification: https://pip.pypa.io/en/stable/reference/requirement-specifiers/, `parse_req_from_line` and
`parse_editable` in pip's req/constructors.py. packaging reads what PEP 508 says; of a bare URL requirements-parser
tells the fragment (`#egg=name[extra]&sha256=...`), which pip before 25 wrote and which nothing should write any more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from packaging.specifiers import SpecifierSet
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

from converter import markers
from converter.model import Archive, Directory, Registry, Requirement, Source, Vcs
from converter.pyproject.requirement import direct_reference, parse_requirement, path_reference

_URL = re.compile(r"(https?|ftp|file|sftp|ssh|(git|hg|svn|bzr)(\+[a-z]+)?):", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(whl|zip|tar|tar\.(gz|bz2|xz|lz|lzma)|tgz|tbz|txz|tlz)$", re.IGNORECASE)
_WITH_EXTRAS = re.compile(r"(?P<place>[^\[\]]+)\[(?P<extras>[^\[\]]*)\]")
_AFTER_URL = re.compile(r"\s*;\s+|\s+;\s*")
_AFTER_PATH = re.compile(r"\s*;\s*")
_SHOWN = 80

NameOf = Callable[[str], str]
"""The name of the package in a folder of the project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A requirement, and the hash that stands in its URL. `name` is empty where nothing tells it."""

    requirement: Requirement
    hashes: tuple[str, ...] = ()


def read(text: str, name_of: NameOf, *, editable: bool = False) -> Read:
    """The requirement that a line's text says. Raises ValueError with a short reason for text that is none."""
    if not _URL.match(text) and (standard := _standard(text, editable=editable)):
        return Read(requirement=standard)
    plain, marker = _split(text)
    if _URL.match(plain):
        return _of_url(plain, marker, name_of, editable=editable)
    if not editable and not _looks_like_path(plain):
        parse_requirement(text)  # says what is wrong with it
    found = _WITH_EXTRAS.fullmatch(plain)
    source = path_reference(found["place"] if found else plain, editable=editable)
    extras = _extras(found["extras"].split(",")) if found else frozenset()
    return Read(requirement=_direct(source, _name(source, name_of), extras, marker, text))


def pinned(specifier: SpecifierSet) -> str | None:
    """The one version that a specifier admits, `None` where it admits several."""
    exact = [s.version for s in specifier if s.operator == "===" or (s.operator == "==" and "*" not in s.version)]
    return exact[0] if exact else None


def is_pinned(requirement: Requirement) -> bool:
    """Whether it can install one thing only: a version, a commit, a file or a folder."""
    source = requirement.source
    if isinstance(source, Vcs):
        return source.commit is not None or source.type != "git"
    return isinstance(source, Archive | Directory) or pinned(requirement.specifier) is not None


def _standard(text: str, *, editable: bool) -> Requirement | None:
    if not editable and _ARCHIVE.search(text) and "@" not in text:
        return None  # `six.zip` is a name by PEP 508, and a file to pip
    try:
        found = parse_requirement(text)
    except ValueError:
        return None
    if editable:
        return replace(found, source=_as_editable(found.source)) if found.source is not None else None
    return found


def _as_editable(source: Source | None) -> Source | None:
    return replace(source, editable=True) if isinstance(source, Directory) else source


def _split(text: str) -> tuple[str, markers.Marker]:
    """What stands before the marker, and the marker. A URL may hold a semicolon: there a space must stand beside it."""
    pattern = _AFTER_URL if _URL.match(text) else _AFTER_PATH
    plain, *rest = pattern.split(text, maxsplit=1)
    return plain.strip(), markers.parse(rest[0] if rest else "")


def _looks_like_path(text: str) -> bool:
    return "/" in text or "\\" in text or text.startswith(".") or _ARCHIVE.search(text) is not None


def _of_url(plain: str, marker: markers.Marker, name_of: NameOf, *, editable: bool) -> Read:
    found = _WITH_EXTRAS.fullmatch(plain) if "#" not in plain else None
    name, extras, hashes = _fragment(plain, editable=editable)
    if found:
        plain, extras = found["place"], _extras(found["extras"].split(","))
    source = direct_reference(plain)
    if isinstance(source, Directory) and editable:
        source = replace(source, editable=True)
    return Read(requirement=_direct(source, name or _name(source, name_of), extras, marker, plain), hashes=hashes)


def _fragment(url: str, *, editable: bool) -> tuple[str, frozenset[str], tuple[str, ...]]:
    """The name, the extras and the hash that stand behind the `#` of a URL."""
    from requirements.requirement import Requirement as Shape

    if "#" not in url:
        return "", frozenset(), ()
    try:
        shape = Shape.parse(f"-e {url}" if editable else url)
    except (ValueError, AssertionError, TypeError):
        return "", frozenset(), ()
    found: Mapping[str, object] = vars(shape)  # its own annotations say that most of this is None
    hashes = (f"{found['hash_name']}:{found['hash']}".lower(),) if found["hash_name"] and found["hash"] else ()
    return canonicalize_name(str(found["name"] or "")), _extras(shape.extras or ()), hashes


def _extras(written: Iterable[str]) -> frozenset[str]:
    return frozenset(canonicalize_name(word.strip()) for word in written if word.strip())


def _direct(source: Source, name: str, extras: frozenset[str], marker: markers.Marker, text: str) -> Requirement:
    return Requirement(name=name, extras=extras, marker=marker, source=source, spelling=text[:_SHOWN])


def _name(source: Source, name_of: NameOf) -> str:
    match source:
        case Directory(path=path, subdirectory=folder):
            return canonicalize_name(name_of(f"{path}/{folder}" if folder else path))
        case Archive():
            return file_name(source)[0]
        case Vcs() | Registry():
            return ""


def file_name(source: Archive) -> tuple[str, str | None]:
    """The name and the version in an archive's file name; empty where it tells none."""
    file = (urlsplit(source.url).path if source.url else source.path or "").rpartition("/")[2]
    try:
        if file.endswith(".whl"):
            name, version, *_ = parse_wheel_filename(file)
        else:
            name, version = parse_sdist_filename(file)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return "", None
    return name, str(version)
