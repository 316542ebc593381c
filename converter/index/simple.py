"""A page of the Simple API, read: JSON (PEP 691, 700, 714) and HTML (PEP 503, 592, 658).

A page may list thousands of files of which a lock pins a dozen, so a reader says what it wants (`Wanted`) and only that
becomes a `File`. A wanted file with a name that could leave a folder, or a URL of another scheme, is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import cast
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit, urlunsplit

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from converter.errors import InputError

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
"""What to ask a server for: JSON first, as PEP 691 wants it."""

_JSON_TYPES = frozenset(
    {"application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.latest+json", "application/json"}
)
_HTML_TYPES = frozenset({"application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.latest+html", "text/html"})
_USER = re.compile(rb"(https?://)[^/@\s\"'<>]+@")
_SDISTS = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar.Z", ".tar")
_HOSTILE = re.compile(r"[\x00-\x1f\x7f/\\]|^\.{0,2}$|^-|^~")
_ALGORITHMS = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b"})


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a release. `hashes` are `algorithm:hex`, sorted; `url` is absolute and holds no credentials.

    `core_metadata` says whether its metadata is served beside it: the hashes of that, True, False, or `None` where the
    index does not say (which does not mean no: mirrors leave it out).
    """

    filename: str
    url: str
    hashes: tuple[str, ...] = ()
    requires_python: str | None = None
    size: int | None = None
    upload_time: str | None = None
    yanked: bool | str = False
    core_metadata: tuple[str, ...] | bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to keep of a page: files with one of these hashes or names, and whole releases; or every file."""

    hashes: frozenset[str] = frozenset()
    filenames: frozenset[str] = frozenset()
    releases: frozenset[tuple[str, str]] = frozenset()
    every: bool = False

    def takes(self, filename: str, hashes: Iterable[str]) -> bool:
        """Is this file wanted? Asked of every file of a page, so the cheap question comes first."""
        if self.every or not self.hashes.isdisjoint(hashes) or filename in self.filenames:
            return True
        return any(is_of(filename, name, version) for name, version in self.releases)

    def __or__(self, other: Wanted) -> Wanted:
        """What either of the two wants."""
        return Wanted(
            hashes=self.hashes | other.hashes,
            filenames=self.filenames | other.filenames,
            releases=self.releases | other.releases,
            every=self.every or other.every,
        )


@lru_cache(maxsize=8192)
def release_of(filename: str) -> tuple[str, Version] | None:
    """Name and version that a wheel's or sdist's file name states; `None` where it is neither (eggs, installers)."""
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[:2]
        for suffix in _SDISTS:
            if filename.endswith(suffix):
                return parse_sdist_filename(filename.removesuffix(suffix) + ".tar.gz")
    except (InvalidSdistFilename, InvalidWheelFilename, InvalidVersion):
        pass
    return None


def is_of(filename: str, name: str, version: str) -> bool:
    """Is this a wheel or sdist of that release? A pin without a local version admits files with one (PEP 440)."""
    if not _may_be_of(filename, version):
        return False
    stated = release_of(filename)
    return stated is not None and stated[0] == name and _same(stated[1], version)


def _may_be_of(filename: str, version: str) -> bool:
    """Whether the version in the name of a wheel may be this one; a page has thousands of names, but few versions."""
    name, _, rest = filename.partition("-")
    return not filename.endswith(".whl") or not name or _reads_as(rest.partition("-")[0], version)


@lru_cache(maxsize=8192)
def _reads_as(text: str, version: str) -> bool:
    try:
        return _same(Version(text), version)
    except InvalidVersion:
        return True  # let the reader of whole names decide


def contradicts(filename: str, version: str | None) -> bool:
    """Does the file name state another version than the pinned one? Names that state none contradict nothing."""
    if version is None or f"-{version}-" in filename or f"-{version}.tar." in filename:
        return False  # the usual case, without parsing a version
    stated = release_of(filename)
    return stated is not None and not _same(stated[1], version)


@lru_cache(maxsize=1024)
def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _same(stated: Version, pinned: str) -> bool:
    version = _version(pinned)
    if version is None:
        return False
    return stated == version or (version.local is None and stated.public == version.public)


def is_page(content_type: str) -> bool:
    """Whether a body of this type is a page of the Simple API."""
    return content_type.partition(";")[0].strip().lower() in _JSON_TYPES | _HTML_TYPES


def without_users(body: bytes) -> bytes:
    """A page without the credentials of the addresses in it."""
    return _USER.sub(rb"\1", body) if b"@" in body else body


def parse(body: bytes, content_type: str, url: str, wanted: Wanted) -> tuple[File, ...]:
    """The wanted files of a page that was served at `url`, sorted by name.

    Raises InputError, with the page's address as file, where the body is not a Simple API page of version 1.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind in _JSON_TYPES:
        entries = _json_entries(body, url)
    elif kind in _HTML_TYPES:
        entries = _html_entries(body, url)
    else:
        raise InputError(
            f"expected a page of the Simple API, found content of type {kind[:60] or 'unknown'!r}", file=url
        )
    files = (_file(entry, url) for entry in entries if wanted.takes(entry.filename, entry.hashes))
    return tuple(sorted(files, key=lambda file: (file.filename, file.url)))


@dataclass(slots=True)
class _Entry:
    """A file as listed: what must be known to tell whether it is wanted, and how to read the rest."""

    filename: str
    hashes: tuple[str, ...]
    read: Callable[[], File]


def _file(entry: _Entry, url: str) -> File:
    if _HOSTILE.search(entry.filename):
        raise InputError(f"a file name that cannot be one: {entry.filename[:80]!r}", file=url)
    file = entry.read()
    if urlsplit(file.url).scheme not in {"http", "https"}:
        raise InputError(f"the address of {entry.filename} is neither http nor https", file=url)
    return file


def _absolute(base: str, href: str, page: str) -> str:
    try:
        parts = urlsplit(urljoin(base, href))
    except ValueError:
        raise InputError(f"an address that cannot be one: {href[:80]!r}", file=page) from None
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))


def _digests(hashes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted(f"{algorithm}:{digest.lower()}" for algorithm, digest in hashes if algorithm in _ALGORITHMS))


def _api_version(version: object, url: str) -> None:
    if version is not None and not (isinstance(version, str) and version.startswith("1.")):
        raise InputError(f"expected version 1 of the Simple API, found {str(version)[:20]!r}", file=url)


# --- JSON (PEP 691)


def _json_entries(body: bytes, url: str) -> Iterator[_Entry]:
    try:
        page = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("expected JSON", file=url) from None
    files = page.get("files") if isinstance(page, dict) else None
    meta = page.get("meta", {}) if isinstance(page, dict) else None
    if not isinstance(files, list) or not isinstance(meta, dict):
        raise InputError("expected a page of the Simple API (PEP 691), with `meta` and a list of `files`", file=url)
    _api_version(meta.get("api-version"), url)
    return (_json_entry(file, url) for file in files)


def _json_entry(file: object, url: str) -> _Entry:
    if not isinstance(file, dict):
        raise InputError("expected a table in `files`", file=url)
    filename, hashes = file.get("filename"), file.get("hashes")
    if not isinstance(filename, str) or not isinstance(hashes, dict) or not all(map(_is_text, hashes.values())):
        raise InputError("expected `filename` and `hashes` in each of `files`", file=url)
    return _Entry(filename, _digests(hashes.items()), partial(_json_file, file, filename, url))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _json_file(file: Mapping[str, object], filename: str, url: str) -> File:
    size, metadata = file.get("size"), file.get("core-metadata", file.get("dist-info-metadata"))
    yanked = file.get("yanked")
    return File(
        filename=filename,
        url=_absolute(url, _text(file, "url") or "", url),
        hashes=_digests(cast("Mapping[str, str]", file["hashes"]).items()),
        requires_python=_text(file, "requires-python"),
        size=size if isinstance(size, int) and not isinstance(size, bool) else None,
        upload_time=_moment(file),
        yanked=yanked if isinstance(yanked, str) else bool(yanked),
        core_metadata=_json_metadata(metadata),
    )


def _json_metadata(said: object) -> tuple[str, ...] | bool | None:
    if isinstance(said, dict):
        return _digests((k, v) for k, v in said.items() if isinstance(v, str)) or True
    return said if isinstance(said, bool) else None


def _text(table: Mapping[str, object], key: str) -> str | None:
    value = table.get(key)
    return value if isinstance(value, str) and value else None


def _moment(file: Mapping[str, object]) -> str | None:
    """When a file was uploaded; a text that is no point in time says nothing."""
    text = _text(file, "upload-time")
    try:
        datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return text


# --- HTML (PEP 503)


def _html_entries(body: bytes, url: str) -> Iterator[_Entry]:
    base = url
    for tag, attributes in _tags(body, url):
        if tag == "base" and base == url:
            base = urljoin(url, attributes.get("href", ""))
        elif tag == "meta" and attributes.get("name") == "pypi:repository-version":
            _api_version(attributes.get("content"), url)
        elif tag == "a" and attributes.get("href"):
            yield _html_entry(attributes, base, url)


def _tags(body: bytes, url: str) -> Collection[tuple[str, dict[str, str]]]:
    from html.parser import HTMLParser

    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in {"a", "base", "meta"}:
            found.append((tag, {key: value or "" for key, value in attributes}))

    parser = HTMLParser()
    # The library means its handlers to be overridden in a subclass; an instance's own attribute serves as well.
    parser.handle_starttag = start  # type: ignore[method-assign, assignment]
    try:
        parser.feed(body.decode("utf-8", "replace"))
        parser.close()
    except (AssertionError, ValueError):
        raise InputError("expected HTML", file=url) from None
    return found


def _html_entry(attributes: Mapping[str, str], base: str, url: str) -> _Entry:
    href, _, fragment = attributes["href"].partition("#")
    # Servers disagree on the text of a link; installers, too, go by the last part of its address.
    filename = unquote(href.partition("?")[0].rpartition("/")[2])
    hashes = _digests(parse_qsl(fragment))
    return _Entry(filename, hashes, partial(_html_file, attributes, filename, _absolute(base, href, url), hashes))


def _html_file(attributes: Mapping[str, str], filename: str, url: str, hashes: tuple[str, ...]) -> File:
    yanked = attributes.get("data-yanked")
    return File(
        filename=filename,
        url=url,
        hashes=hashes,
        requires_python=attributes.get("data-requires-python") or None,
        yanked=False if yanked is None else yanked or True,
        core_metadata=_html_metadata(attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))),
    )


def _html_metadata(said: str | None) -> tuple[str, ...] | bool | None:
    if said in {None, "", "false"}:
        return None if said is None else said == ""
    return _digests(parse_qsl(said)) or True
