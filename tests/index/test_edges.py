"""`fill_edges` against a real index on the loopback interface: each source of metadata, and each way to misbehave."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from converter.format import Needs
from converter.index import Settings
from converter.index.cache import Cache
from converter.index.edges import fill_edges
from converter.index.files import fill_files
from converter.losses import Kind, Lossy
from converter.markers import ANY
from converter.model import MAIN, Artifact, Index, Lock, Package, PackageId, Project, Registry, Requirement, Vcs
from tests.index.releases import metadata, sdist, serve, serve_metadata, wheel, wheel_name
from tests.loopback import (
    Behaviour,
    Loopback,
    answering,
    endless,
    hanging_up,
    redirecting,
    status,
    truncated,
)

NEEDS = Needs(filenames=True, edges=True)
WHEEL, SDIST = wheel_name("demo"), "demo-1.0.tar.gz"
TEXT = metadata("demo", "one>=1", "two; extra == 'more'", Requires_Python=">=3.9")
OTHER = metadata("other", "bad")
STATIC = TEXT.replace(b"2.1", b"2.2", 1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        cache=tmp_path / "cache", back_off=0.01, read_timeout=0.5, total_timeout=1, patience=0.1, max_body=3_000_000
    )


def project(*packages: Package, url: str) -> Project:
    return Project(
        dependencies=tuple(Requirement(name=p.name) for p in packages),
        indexes=(Index(name="", url=url),),
        lock=Lock(packages=tuple(replace(p, when={MAIN: ANY}) for p in packages)),
    )


def filled(index: Loopback, settings: Settings, *packages: Package, url: str = "") -> Lossy[Project]:
    """The project with files and edges; of the losses those of the edges, without what the lock has no target for."""
    files = fill_files(project(*packages, url=url or index.url), NEEDS, settings)
    done = fill_edges(files.value, NEEDS, settings)
    return Lossy(done.value, tuple(loss for loss in done.losses if loss.kind is not Kind.NOT_CLOSED))


def first(done: Lossy[Project]) -> Package:
    assert done.value.lock is not None
    return done.value.lock.packages[0]


def is_told(done: Lossy[Project]) -> bool:
    """Whether it is the metadata of `TEXT`."""
    found = first(done)
    return (found.summary, str(found.requires_python), sorted(found.optional_dependencies)) == (
        "What demo is",
        ">=3.9",
        ["more"],
    )


def files_asked(index: Loopback) -> list[str]:
    return [seen.path.rpartition("/")[2] for seen in index.seen if seen.path.startswith("/files/")]


# --- the sources, one after the other


def test_the_metadata_beside_a_wheel(settings: Settings) -> None:
    with Loopback() as index:
        done = filled(index, settings, serve_metadata(index, "demo", TEXT))
        assert is_told(done)
        assert done.losses == ()
        assert files_asked(index) == [f"{WHEEL}.metadata"]


def test_part_of_a_wheel(settings: Settings) -> None:
    with Loopback() as index:
        body = wheel("demo", TEXT, before=500_000)
        assert is_told(filled(index, settings, serve(index, "demo", (WHEEL, body))))
        assert files_asked(index) == [f"{WHEEL}.metadata", WHEEL]
        assert index.seen[-1].headers["range"].startswith("bytes=")
        assert index.seen[-1].headers["accept-encoding"] == "identity"


def test_more_parts_of_a_wheel(settings: Settings) -> None:
    with Loopback() as index:
        large = wheel("demo", TEXT, after=90_000_000)  # of which 87 KB remain
        assert is_told(filled(index, settings, serve(index, "demo", (WHEEL, large))))
        assert len(files_asked(index)) == 3


@pytest.mark.parametrize("core", [{"core_metadata": False}, {"core_metadata": {"sha256": "0" * 64}}])
def test_what_the_page_says_of_the_metadata_counts(settings: Settings, core: dict[str, object]) -> None:
    with Loopback() as index:
        package = serve(index, "demo", (WHEEL, wheel("demo", TEXT)), **core)
        index.files[f"{WHEEL}.metadata"] = metadata("demo", "wrong", version="1.0")
        assert is_told(filled(index, settings, package))
        assert files_asked(index)[-1] == WHEEL


def test_a_static_sdist(settings: Settings) -> None:
    with Loopback() as index:
        assert is_told(filled(index, settings, serve(index, "demo", (SDIST, sdist("demo", STATIC)))))


REQUIRES = b"""\
b>=1

[:python_version < "3"]
old

[cli]
rich

[cli:sys_platform == "win32"]
colorama
"""


def test_an_sdist_that_its_builder_wrote_about(settings: Settings) -> None:
    body = sdist("demo", TEXT, {"requires.txt": REQUIRES, "PKG-INFO": TEXT})
    with Loopback() as index:
        for _ in range(2):
            done = filled(index, settings, serve(index, "demo", (SDIST, body)))
            package = first(done)
            assert [loss.kind for loss in done.losses] == [Kind.EDGES_BELIEVED]
            assert [(e.name, str(e.marker)) for e in package.optional_dependencies["cli"]] == [
                ("rich", ""),
                ("colorama", "sys_platform == 'win32'"),
            ]
        assert files_asked(index) == [SDIST]


def test_an_sdist_whose_builder_had_nothing_to_write(settings: Settings) -> None:
    with Loopback() as index:
        done = filled(index, settings, serve(index, "demo", (SDIST, sdist("demo", TEXT, {"PKG-INFO": TEXT}))))
        assert first(done).dependencies == ()


@pytest.mark.parametrize(
    "text", [TEXT, STATIC.replace(b"Summary", b"Dynamic: Requires-Dist\nSummary", 1), OTHER, b"", b"\xff" * 100]
)
def test_an_sdist_that_does_not_tell(settings: Settings, text: bytes) -> None:
    with Loopback() as index:
        for _ in range(2):
            done = filled(index, settings, serve(index, "demo", (SDIST, sdist("demo", text))))
            assert first(done).dependencies is None
            assert [loss.kind for loss in done.losses] == [Kind.EDGES_UNREADABLE]
            assert done.losses[0].packages == {"demo"}
        assert files_asked(index) == [SDIST]


def test_a_wheel_for_every_platform_is_asked_first(settings: Settings) -> None:
    names = ["demo-1.0-cp311-cp311-macosx_11_0_arm64.whl", "demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"]
    with Loopback() as index:
        body = wheel("demo", TEXT)
        filled(index, settings, serve(index, "demo", *((name, body + bytes(n)) for n, name in enumerate(names))))
        assert files_asked(index)[0] == f"{names[1]}.metadata"
        index.seen.clear()
        more = serve(
            index, "more", ("more-1.0-py3-none-any.whl", body), ("more-1.0-cp39-cp39-manylinux1_x86_64.whl", b"")
        )
        filled(index, settings, more)
        assert files_asked(index)[0] == "more-1.0-py3-none-any.whl.metadata"


# --- misbehaviour: the next source, and bounded time


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(status(404), id="404"),
        pytest.param(status(403), id="403"),
        pytest.param(status(500), id="500"),
        pytest.param(answering(b""), id="empty"),
        pytest.param(answering(OTHER), id="of-another"),
        pytest.param(answering(TEXT.replace(b"1.0", b"2.0", 1)), id="of-another-version"),
        pytest.param(answering(b"\x00\xff" * 1000), id="noise"),
        pytest.param(answering(TEXT + b"\nRequires-Dist: x" * 10), id="after-the-head"),
        pytest.param(answering(b"Requires-Dist: x\n" * 10_001 + TEXT), id="too-many"),
        pytest.param(redirecting("file:///etc/passwd"), id="redirect"),
    ],
)
def test_metadata_that_misbehaves_means_the_next_source(settings: Settings, bad: Behaviour) -> None:
    with Loopback(behave={f"{WHEEL}.metadata": bad}) as index:
        done = filled(index, settings, serve(index, "demo", (WHEEL, wheel("demo", TEXT))))
        assert is_told(done)
        assert done.losses == ()


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(endless(), id="flood"),
        pytest.param(endless(b" ", 0.05), id="drip"),
        pytest.param(hanging_up, id="hangs-up"),
        pytest.param(truncated(TEXT), id="truncated"),
    ],
)
def test_metadata_without_an_end_is_bounded(settings: Settings, bad: Behaviour) -> None:
    with Loopback(behave={f"{WHEEL}.metadata": bad, WHEEL: bad}) as index:
        start = time.monotonic()
        done = filled(index, settings, serve(index, "demo", (WHEEL, wheel("demo", TEXT))))
        assert time.monotonic() - start < 5
        assert first(done).dependencies is None
        assert [loss.kind for loss in done.losses] == [Kind.INDEX_SILENT]
        assert done.losses[0].where == index.url


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda body: body[:-30], id="truncated"),
        pytest.param(lambda _: wheel("demo", OTHER), id="of-another"),
        pytest.param(lambda _: wheel("demo", b"\n" * 50_000_000), id="bomb"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"no zip at all", id="no-zip"),
    ],
)
def test_a_wheel_that_misbehaves_means_the_sdist(settings: Settings, make: Callable[[bytes], bytes]) -> None:
    with Loopback() as index:
        bad = make(wheel("demo", TEXT))
        assert is_told(filled(index, settings, serve(index, "demo", (WHEEL, bad), (SDIST, sdist("demo", STATIC)))))


@pytest.mark.parametrize("name", [WHEEL, SDIST])
def test_a_whole_file_with_another_hash_is_a_stop(settings: Settings, name: str) -> None:
    with Loopback(ranged=False) as index:
        make = wheel if name == WHEEL else sdist
        package = serve(index, "demo", (name, make("demo", STATIC)))
        index.files[name] = make("demo", metadata("demo", "evil", Metadata_Version="2.2"))
        done = filled(index, settings, package)
        assert [(loss.kind, loss.where) for loss in done.losses] == [(Kind.HASH_MISMATCH, "demo 1.0")]
        assert done.losses[0].detail == f"{name} on {index.url}"
        assert first(done).dependencies is None


def test_a_wheel_that_is_too_large_is_not_fetched(settings: Settings) -> None:
    with Loopback(behave={WHEEL: status(416)}) as index:
        package = serve(index, "demo", (WHEEL, wheel("demo", TEXT)))
        done = filled(index, replace(settings, max_body=100_000), package)
        assert files_asked(index).count(WHEEL) == 2
        index.pages = {"demo": [entry | {"size": 200_000} for entry in index.pages["demo"]]}
        index.seen.clear()
        done = filled(index, replace(settings, max_body=100_000, cache=settings.cache / "2"), package)
        assert files_asked(index).count(WHEEL) == 1
        assert [loss.kind for loss in done.losses] == [Kind.EDGES_UNREADABLE]


def test_a_requirement_that_cannot_be_read_is_told(settings: Settings) -> None:
    with Loopback() as index:
        done = filled(index, settings, serve_metadata(index, "demo", metadata("demo", "good", "b@d (")))
        assert [loss.kind for loss in done.losses] == [Kind.EDGES_UNREADABLE]
        assert "b@d (" in done.losses[0].detail


# --- secrets


def test_credentials_and_variables_go_to_the_index_alone(settings: Settings) -> None:
    with Loopback() as index, Loopback() as elsewhere:
        secret = replace(settings, environment={"USER": "me", "TOKEN": "s3cret", "HOME": "private"})
        here = serve_metadata(index, "here", metadata("here"))
        away = serve_metadata(elsewhere, "away", metadata("away"))
        index.pages = {
            **index.pages,
            "away": [
                e | {"url": f"{elsewhere.origin}/files/${{HOME}}/{e['filename']}"} for e in elsewhere.pages["away"]
            ],
        }
        url = index.url.replace("http://", "http://${USER}:${TOKEN}@")
        away = replace(away, id=replace(away.id, source=Registry(url)))
        here = replace(here, id=replace(here.id, source=Registry(url)))
        done = filled(index, secret, here, away, url=url)
        assert [p.dependencies for p in done.value.lock.packages] == [(), ()]  # type: ignore[union-attr]
        assert all("authorization" in seen.headers for seen in index.seen)
        assert all("authorization" not in seen.headers for seen in elsewhere.seen)
        assert all("private" not in seen.path for seen in elsewhere.seen)
        assert "s3cret" not in repr((done, secret.requests))


# --- the cache


def test_a_second_run_asks_nothing_and_gives_the_same(settings: Settings) -> None:
    with Loopback() as index:
        package = serve_metadata(index, "demo", TEXT)
        done = filled(index, settings, package)
        index.seen.clear()
        assert filled(index, settings, package) == done
        assert index.seen == []
    assert filled(index, replace(settings, offline=True), package, url=first(done).id.source.index) == done  # type: ignore[union-attr]


def test_what_an_index_says_of_a_file_is_not_believed_for_another_index(settings: Settings) -> None:
    with Loopback() as evil, Loopback() as good:
        serve_metadata(evil, "demo", metadata("demo", "evil"))
        package = serve_metadata(good, "demo", TEXT)
        filled(evil, settings, replace(package, id=replace(package.id, source=Registry(evil.url))))
        assert is_told(filled(good, settings, package))


def test_a_file_that_was_vetted_speaks_for_every_index(settings: Settings) -> None:
    with Loopback(ranged=False) as one, Loopback() as two:
        body = wheel("demo", TEXT)
        filled(one, settings, serve(one, "demo", (WHEEL, body)))
        assert is_told(filled(two, settings, serve(two, "demo", (WHEEL, body))))
        assert files_asked(two) == []


def test_lines_that_were_read_by_an_older_grammar_are_read_again(settings: Settings) -> None:
    with Loopback() as index:
        package = serve_metadata(index, "demo", TEXT)
        done = filled(index, settings, package)
        cache = Cache(settings.cache)
        ((release, proof, said, grammar, _),) = cache.releases(["demo 1.0"])
        for kept in ((said, grammar - 1, "no longer read"), (said, grammar, "damaged"), ("[]", grammar - 1, "")):
            cache.keep_releases([(release, proof, kept[0], kept[1], kept[2])])
            assert filled(index, settings, package) == done
        cache.close()


def test_offline_without_cache_leaves_the_edges_open(settings: Settings) -> None:
    url = "http://127.0.0.1:9/simple"
    unknown = Package(id=PackageId(name="demo", version="1.0", source=Registry(url)), when={MAIN: ANY})
    done = fill_edges(project(unknown, url=url), NEEDS, replace(settings, offline=True))
    assert first(done).dependencies is None
    assert (done.losses, settings.requests) == ((), [])


def test_a_dead_index_is_told(settings: Settings) -> None:
    with Loopback() as index:
        package = serve_metadata(index, "demo", TEXT)
        url = index.url
    named = replace(package, artifacts=(replace(package.artifacts[0], filename=WHEEL),))
    done = fill_edges(project(named, url=url), NEEDS, settings)
    assert [(loss.kind, loss.where) for loss in done.losses] == [(Kind.INDEX_SILENT, url)]


def test_nothing_is_asked_where_nothing_is_missing(settings: Settings) -> None:
    known = Package(id=PackageId(name="demo", version="1.0"), dependencies=(), when={MAIN: ANY})
    git = Package(id=PackageId(name="x", source=Vcs(type="git", url="https://x.example/x")), when={MAIN: ANY})
    given = project(known, git, url="http://127.0.0.1:9/simple")
    done = fill_edges(given, NEEDS, settings)
    assert (done.value, [loss.text for loss in done.losses]) == (given, ["NOTE edges-unreadable: dependencies: x"])
    assert fill_edges(given, Needs(filenames=True), settings) == Lossy(given)
    assert fill_edges(Project(), NEEDS, settings) == Lossy(Project())
    assert settings.requests == []


def test_a_package_without_hash(settings: Settings) -> None:
    with Loopback() as index:
        serve_metadata(index, "demo", TEXT)
        bare = Package(id=PackageId(name="demo", version="1.0", source=Registry(index.url)), when={MAIN: ANY})
        for _ in range(2):
            done = fill_edges(project(bare, url=index.url), NEEDS, settings)
            assert is_told(done)
            assert first(done).artifacts == ()
        assert files_asked(index) == [f"{WHEEL}.metadata"]


def test_an_address_that_the_lock_gives_needs_no_page(settings: Settings) -> None:
    with Loopback() as index:
        package = serve_metadata(index, "demo", TEXT)
        known = Artifact(filename=WHEEL, url=f"{index.origin}/files/{WHEEL}", hashes=package.artifacts[0].hashes)
        done = fill_edges(project(replace(package, artifacts=(known,)), url=index.url), NEEDS, settings)
        assert is_told(done)
        assert [seen.path for seen in index.seen] == [f"/files/{WHEEL}.metadata"]


def test_a_warm_run_imports_no_http_library(settings: Settings) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom converter.index import Settings\n"
        "from converter.index.edges import fill_edges\n"
        "from converter.format import Needs\nfrom converter.model import *\n"
        "package = Package(id=PackageId(name='demo', version='1.0', source=Registry({url!r})),"
        " artifacts=(Artifact(hashes=({digest!r},)),))\n"
        "project = Project(indexes=(Index(name='', url={url!r}),), lock=Lock(packages=(package,)))\n"
        "done = fill_edges(project, Needs(edges=True), Settings(cache=Path({cache!r})))\n"
        "assert done.value.lock.packages[0].summary == 'What demo is', done\n"
        "assert not {{'httpcore2', 'asyncio', 'ssl', 'zipfile', 'tarfile'}} & set(sys.modules)\n"
    )
    with Loopback() as index:
        package = serve_metadata(index, "demo", TEXT)
        filled(index, settings, package)
        (digest,) = package.hashes
        text = code.format(url=index.url, digest=digest, cache=str(settings.cache))
    subprocess.run([sys.executable, "-c", text], check=True, cwd=Path(__file__).parents[2])
