"""Core metadata out of a wheel or an sdist that nobody trusts: nothing is unpacked to disk, nothing is executed.

Specification: the binary distribution format (a zip with `<name>-<version>.dist-info/METADATA`, usually near its end),
the source distribution format (a tar with `<name>-<version>/PKG-INFO`). A wheel is read from the parts of it that are
at hand; where one is missing, `Missing` says which. Sizes are bounded before and after decompression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    import gzip
    import zipfile

METADATA_LIMIT = 4 * 2**20
"""The most that a METADATA, or the list of a wheel's files, may hold."""

_UNPACKED_LIMIT = 64 * 2**20
_ENCRYPTED = 1
_PLAIN = frozenset({0, 8})  # stored, deflated
_HEADER = 256  # of a member of a zip, beside its name
_AROUND = 16 * 2**10
_WHEEL_METADATA = re.compile(r"[^/]+\.dist-info/METADATA")
_SDIST_METADATA = re.compile(r"(\./)?[^/]+/PKG-INFO")
_EGG_INFO = re.compile(
    r"(?:\./)?(?P<folder>[^/]+/(?:(?:src|lib|python)/)?[^/]+\.egg-info)/(?P<file>requires\.txt|PKG-INFO)"
)


class Missing(Exception):  # noqa: N818  # not an error: what to fetch next
    """A part of the file is needed that is not at hand: from `start` up to `stop`."""

    def __init__(self, start: int, stop: int) -> None:
        super().__init__(f"bytes {start} to {stop}")
        self.start, self.stop = start, stop


@dataclass(slots=True)
class Parts:
    """A file of which only some parts are at hand, by where they start; read like any other file."""

    size: int
    held: dict[int, bytes] = field(default_factory=dict)
    at: int = 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = 0) -> int:
        base = (0, self.at, self.size)[whence]
        if base + offset < 0:
            raise OSError("before the start")
        self.at = base + offset
        return self.at

    def read(self, count: int = -1) -> bytes:
        """The next bytes. Raises Missing where they are not at hand."""
        start = min(self.at, self.size)
        stop = self.size if count < 0 else min(start + count, self.size)
        if stop - start > METADATA_LIMIT:
            raise ValueError(f"a part of more than {METADATA_LIMIT} bytes")
        for begin, part in self.held.items():
            if begin <= start and stop <= begin + len(part):
                self.at = stop
                return part[start - begin : stop - begin]
        raise Missing(start, stop)


def wheel_metadata(parts: Parts) -> bytes:
    """A wheel's METADATA. Raises Missing for the part that is needed next, ValueError for what is no sound wheel."""
    import zipfile

    try:
        with zipfile.ZipFile(parts) as wheel:
            info = _only(wheel, _WHEEL_METADATA)
            parts.seek(info.header_offset)
            parts.read(info.compress_size + len(info.filename) + _HEADER)  # all of it at once
            return _content(wheel, info)
    except Missing as gap:
        # What lies before a gap is asked for with it: METADATA usually stands shortly before the list of files.
        raise Missing(max(0, gap.start - _AROUND), min(parts.size, gap.stop + _AROUND)) from None
    except Exception as why:  # noqa: BLE001  # zipfile, zlib and struct raise many kinds for what is no zip
        raise ValueError(f"it is no sound wheel: {_words(why)}") from None


def _words(why: Exception) -> str:
    return str(why)[:100] if isinstance(why, ValueError) else type(why).__name__


def _only(archive: zipfile.ZipFile, pattern: re.Pattern[str]) -> zipfile.ZipInfo:
    found = [info for info in archive.infolist() if pattern.fullmatch(info.filename)]
    if len(found) != 1:
        raise ValueError(f"expected one file of metadata, found {len(found)}")
    plain = found[0].compress_type in _PLAIN and not found[0].flag_bits & _ENCRYPTED
    if not plain or max(found[0].file_size, found[0].compress_size) > METADATA_LIMIT:
        raise ValueError("its metadata is packed in an odd way, or too large")
    return found[0]


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as member:
        content = member.read(METADATA_LIMIT + 1)
    if len(content) > METADATA_LIMIT:
        raise ValueError(f"its metadata is larger than {METADATA_LIMIT} bytes")
    return content


def sdist_metadata(body: bytes, filename: str) -> bytes:
    """An sdist's PKG-INFO. Raises ValueError for what is no sound sdist, or of a kind that is not read."""
    try:
        if filename.endswith(".zip"):
            return _from_zip(body)
        if filename.endswith((".tar.gz", ".tgz")):
            return _from_tar(body)
    except Exception as why:  # noqa: BLE001  # as above, with tarfile's
        raise ValueError(f"it is no sound sdist: {_words(why)}") from None
    raise ValueError("sdists of this kind are not read")


def sdist_requires(body: bytes, filename: str) -> bytes | None:
    """The requires.txt that setuptools left in an sdist, empty where it had nothing to write; `None` without traces.

    Raises ValueError as `sdist_metadata`.
    """
    try:
        found = dict(_egg_info_of_zip(body) if filename.endswith(".zip") else _egg_info_of_tar(body))
    except Exception as why:  # noqa: BLE001  # as above
        raise ValueError(f"it is no sound sdist: {_words(why)}") from None
    folders = {folder for folder, _ in found}
    return found.get((folders.pop(), "requires.txt"), b"") if len(folders) == 1 else None


def _egg_info_of_zip(body: bytes) -> Iterator[tuple[tuple[str, str], bytes]]:
    import zipfile
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(body)) as archive:
        for info in archive.infolist():
            if match := _EGG_INFO.fullmatch(info.filename):
                yield (match["folder"], match["file"]), _content(archive, info)


def _egg_info_of_tar(body: bytes) -> Iterator[tuple[tuple[str, str], bytes]]:
    import gzip
    import tarfile
    from io import BytesIO

    unpacked = _Unpacked(gzip.GzipFile(fileobj=BytesIO(body)))
    with tarfile.open(fileobj=cast("IO[bytes]", unpacked), mode="r|") as archive:
        for member in archive:
            match = _EGG_INFO.fullmatch(member.name)
            if match and member.isreg() and member.size <= METADATA_LIMIT:
                content = archive.extractfile(member)
                yield (match["folder"], match["file"]), content.read() if content else b""


def _from_zip(body: bytes) -> bytes:
    import zipfile
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(body)) as archive:
        return _content(archive, _only(archive, _SDIST_METADATA))


def _from_tar(body: bytes) -> bytes:
    import gzip
    import tarfile
    from io import BytesIO

    unpacked = _Unpacked(gzip.GzipFile(fileobj=BytesIO(body)))
    with tarfile.open(fileobj=cast("IO[bytes]", unpacked), mode="r|") as archive:
        for member in archive:
            if member.isreg() and _SDIST_METADATA.fullmatch(member.name) and member.size <= METADATA_LIMIT:
                content = archive.extractfile(member)
                return content.read() if content else b""
    raise ValueError("it has no metadata")


@dataclass(slots=True)
class _Unpacked:
    """What a gzip stream holds, no more than it may."""

    stream: gzip.GzipFile
    left: int = _UNPACKED_LIMIT

    def read(self, count: int) -> bytes:
        found = self.stream.read(count)
        self.left -= len(found)
        if self.left < 0:
            raise ValueError(f"it unpacks to more than {_UNPACKED_LIMIT} bytes")
        return found
