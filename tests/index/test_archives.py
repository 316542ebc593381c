"""`archives`: metadata out of files that nobody trusts."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import tracemalloc
import zipfile

import pytest

from converter.index.archives import METADATA_LIMIT, Missing, Parts, sdist_metadata, wheel_metadata
from tests.index.releases import metadata, sdist, wheel

TEXT = metadata("demo", "one")


def whole(body: bytes) -> Parts:
    return Parts(len(body), {0: body})


def in_parts(body: bytes, tail: int = 200) -> tuple[bytes, int]:
    """The metadata as it is read when only parts are served, and how many were needed."""
    parts = Parts(len(body), {len(body) - tail: body[-tail:]})
    for asked in range(1, 10):
        try:
            return wheel_metadata(parts), asked
        except Missing as gap:
            parts.held[gap.start] = body[gap.start : gap.stop]
    raise AssertionError("it never has enough")


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 300_000), (300_000, 0), (300_000, 300_000)])
def test_a_wheel_in_parts(before: int, after: int) -> None:
    body = wheel("demo", TEXT, before=before, after=after)
    assert wheel_metadata(whole(body)) == TEXT
    found, asked = in_parts(body)
    assert found == TEXT
    assert asked <= 3


def test_a_comment_at_the_end_of_a_wheel() -> None:
    made = io.BytesIO(wheel("demo", TEXT))
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = b"x" * 60_000
    assert in_parts(made.getvalue())[0] == TEXT


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def lying_about_size(body: bytes) -> bytes:
    """The list of files says that METADATA is small."""
    at = body.index(b"PK\x01\x02")
    return body[: at + 24] + struct.pack("<I", 100) + body[at + 28 :]


BOMB = wheel("demo", b"\n" * (METADATA_LIMIT * 10))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no zip", id="no-zip"),
        pytest.param(wheel("demo", TEXT)[:-10], id="truncated"),
        pytest.param(wheel("demo", TEXT)[:40] + b"\xff" * 20 + wheel("demo", TEXT)[60:], id="damaged"),
        pytest.param(zipped(), id="no-files"),
        pytest.param(zipped(**{"a/b.dist-info/METADATA": TEXT}), id="too-deep"),
        pytest.param(zipped(**{"a.dist-info/METADATA": TEXT, "b.dist-info/METADATA": TEXT}), id="two"),
        pytest.param(BOMB, id="bomb"),
        pytest.param(lying_about_size(BOMB), id="lying-bomb"),
    ],
)
def test_a_wheel_that_is_none(body: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"it is no sound wheel|more than") as caught:
        wheel_metadata(whole(body))
    assert tracemalloc.get_traced_memory()[1] < 3 * METADATA_LIMIT
    tracemalloc.stop()
    assert len(str(caught.value)) < 200


def test_a_list_of_files_that_is_too_long_is_not_asked_for() -> None:
    size = METADATA_LIMIT * 10
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, size - 22, 0, 0)
    with pytest.raises(ValueError, match="more than"):
        wheel_metadata(Parts(size, {size - 122: bytes(100) + end}))


@pytest.mark.parametrize("name", ["demo-1.0.tar.gz", "demo-1.0.tgz"])
def test_an_sdist(name: str) -> None:
    assert sdist_metadata(sdist("demo", TEXT), name) == TEXT
    assert sdist_metadata(zipped(**{"demo-1.0/PKG-INFO": TEXT, "demo-1.0/x/PKG-INFO": b""}), "demo-1.0.zip") == TEXT


def packed(name: str, size: int) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz", compresslevel=1) as archive:
        info = tarfile.TarInfo(name)
        info.size = size
        archive.addfile(info, io.BytesIO(bytes(size)))
    return made.getvalue()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        pytest.param(b"no tar", "demo-1.0.tar.gz", id="no-gzip"),
        pytest.param(gzip.compress(b"no tar"), "demo-1.0.tar.gz", id="no-tar"),
        pytest.param(sdist("demo", TEXT)[:-40], "demo-1.0.tar.gz", id="truncated"),
        pytest.param(packed("demo-1.0/big", 80 * 2**20), "demo-1.0.tar.gz", id="bomb"),
        pytest.param(packed("demo-1.0/PKG-INFO", METADATA_LIMIT + 1), "demo-1.0.tar.gz", id="large"),
        pytest.param(packed("other", 10), "demo-1.0.tar.gz", id="none"),
        pytest.param(b"", "demo-1.0.tar.bz2", id="other-kind"),
        pytest.param(b"no zip", "demo-1.0.zip", id="no-zip"),
    ],
)
def test_an_sdist_that_is_none(body: bytes, name: str) -> None:
    with pytest.raises(ValueError, match="sdist"):
        sdist_metadata(body, name)
