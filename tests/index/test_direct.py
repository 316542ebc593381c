"""An archive that a lock names by its address tells by its name which release it is, and by itself what it needs."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from converter.format import Needs
from converter.index import Settings
from converter.index.direct import hit_of, read_here, versioned
from converter.index.edges import fill_edges
from converter.losses import Kind
from converter.markers import ANY
from converter.model import MAIN, Archive, Artifact, Index, Lock, Origin, Package, PackageId, Project
from tests.index.releases import metadata, sdist, wheel, wheel_name
from tests.loopback import Loopback

WHEEL, SDIST = wheel_name("demo"), "demo-1.0.tar.gz"
TEXT = metadata("demo", "one>=1", "two; extra == 'more'")
STATIC = TEXT.replace(b"2.1", b"2.2", 1)


def package(source: Archive, version: str | None = None, **fields: object) -> Package:
    made = Package(id=PackageId(name="demo", version=version, source=source), when={MAIN: ANY})
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("file", "version"),
    [
        (WHEEL, "1.0"),
        ("Demo-1.0.zip", "1.0"),
        ("demo-1.0+cpu-cp311-cp311-linux_x86_64.whl", "1.0+cpu"),
        ("v1.0.zip", None),
        ("main.tar.gz", None),
        (wheel_name("other"), None),
        ("demo-1.0.exe", None),
    ],
)
def test_the_version_in_a_files_name(file: str, version: str | None) -> None:
    by_url, by_path = Archive(url=f"https://h.example/a%20b/{file}#sha256=0"), Archive(path=f"libs/{file}")
    assert [versioned(package(source)).id.version for source in (by_url, by_path)] == [version, version]
    assert versioned(package(by_url, "0.9")).id.version == "0.9"


@pytest.mark.parametrize(
    "url",
    [
        f"https://user:secret@h.example/{WHEEL}",
        f"https://h.example/${{TOKEN}}/{WHEEL}",
        f"https://h.example/{WHEEL}?token=secret",
        f"ftp://h.example/{WHEEL}",
        f"file:///srv/{WHEEL}",
        "https://h.example/archive/main.zip",
    ],
)
def test_what_is_nobodys_to_ask_is_not_asked(url: str) -> None:
    assert hit_of(package(Archive(url=url), "1.0")) is None


def filled(index: Loopback, settings: Settings, file: str, **fields: object) -> tuple[Package, list[Kind]]:
    one = package(Archive(url=f"{index.url.removesuffix('/simple')}/files/{file}"), **fields)  # type: ignore[arg-type]
    project = Project(name="x", indexes=(Index(name="", url="https://h.invalid"),), lock=Lock(packages=(one,)))
    done = fill_edges(project, Needs(edges=True, published=True), settings)
    assert done.value.lock is not None
    return done.value.lock.packages[0], [loss.kind for loss in done.losses if loss.kind is not Kind.NOT_CLOSED]


@pytest.mark.parametrize(("file", "body"), [(WHEEL, wheel("demo", TEXT)), (SDIST, sdist("demo", STATIC))])
def test_what_it_needs_is_asked_of_its_own_address(tmp_path: Path, file: str, body: bytes) -> None:
    settings = Settings(cache=tmp_path / "cache")
    with Loopback() as index:
        index.files[file] = body
        locked = (Artifact(hashes=(f"sha256:{hashlib.sha256(body).hexdigest()}",)),)
        found, told = filled(index, settings, file, artifacts=locked)
        assert (found.id.version, found.requires_dist, told) == ("1.0", ("one>=1", "two; extra == 'more'"), [])
        assert {seen.path.rpartition("/")[2].removesuffix(".metadata") for seen in index.seen} == {file}
        asked = len(index.seen)
        assert filled(index, settings, file, artifacts=locked)[0] == found
        assert len(index.seen) == asked


@pytest.mark.parametrize(("file", "body"), [(WHEEL, wheel("demo", TEXT)), (SDIST, sdist("demo", TEXT))])
def test_without_a_hash_it_is_read_whole_and_gets_one(tmp_path: Path, file: str, body: bytes) -> None:
    with Loopback() as index:
        index.files[file] = body
        for _ in range(2):  # what is remembered of it has no hash
            found, told = filled(index, Settings(cache=tmp_path / "cache"), file)
            assert found.hashes == {f"sha256:{hashlib.sha256(body).hexdigest()}"}
            assert found.artifacts[0].origin is Origin.ADOPTED
            assert Kind.HASH_ADOPTED in told


def test_another_file_than_the_locked_one_stops(tmp_path: Path) -> None:
    with Loopback() as index:
        index.files[SDIST] = sdist("demo", STATIC)
        other = (Artifact(hashes=(f"sha256:{'0' * 64}",)),)
        found, told = filled(index, Settings(cache=tmp_path), SDIST, artifacts=other)
        assert (found.dependencies, told) == (None, [Kind.HASH_MISMATCH])


def test_an_archive_in_the_project_is_opened() -> None:
    here = package(Archive(path=f"libs/{WHEEL}"), "1.0")
    read = read_here(here, wheel("demo", TEXT))
    assert read is not None
    assert [edge.name for edge in read.edges] == ["one"]
    assert read_here(here, wheel("demo", metadata("other"))) is None
    assert read_here(here, b"no archive") is None
    assert read_here(package(Archive(path=SDIST), "1.0"), sdist("demo", TEXT)) is None
