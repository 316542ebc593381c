"""`complete` against a real index on the loopback interface: what is asked, what is filled in, what is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from converter.format import Needs
from converter.index import Settings, complete
from converter.losses import Kind, Lossy
from converter.model import (
    Artifact,
    Dependency,
    Index,
    Lock,
    Origin,
    Package,
    PackageId,
    Priority,
    Project,
    Registry,
    Requirement,
    Vcs,
)
from tests.loopback import Behaviour, Loopback, first, listed, sha256, status

NAMES = Needs(filenames=True)
WHEEL, SDIST = "demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"
PAGES = {"demo": [listed(WHEEL), listed(SDIST), listed("demo-2.0.tar.gz")]}


def package(*files: str, name: str = "demo", index: str = "", version: str = "1.0") -> Package:
    """A package as a Pipfile.lock has it: hashes without names."""
    artifacts = tuple(Artifact(hashes=(sha256(file),)) for file in files)
    return Package(id=PackageId(name=name, version=version, source=Registry(index)), artifacts=artifacts)


def project(*packages: Package, indexes: Iterable[Loopback | Index]) -> Project:
    """A project with these indexes; a package that names none is of the first."""
    known = tuple(Index(name="", url=i.url) if isinstance(i, Loopback) else i for i in indexes)
    own = Registry(known[0].url)
    placed = (p if p.id.source != Registry("") else replace(p, id=replace(p.id, source=own)) for p in packages)
    return Project(indexes=known, lock=Lock(packages=tuple(placed)))


def lock(done: Lossy[Project]) -> Lock:
    assert done.value.lock is not None
    return done.value.lock


def names(done: Lossy[Project], number: int = 0) -> list[str | None]:
    return [artifact.filename for artifact in lock(done).packages[number].artifacts]


def kinds(done: Lossy[Project]) -> list[Kind]:
    return [loss.kind for loss in done.losses]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache", back_off=0.01, read_timeout=2, total_timeout=4, patience=0.5)


def quiet(settings: Settings) -> Settings:
    return replace(settings, offline=True)


# --- what is filled in


@pytest.mark.parametrize("form", ["json", "html"])
def test_names_by_hash(settings: Settings, form: str) -> None:
    with Loopback(PAGES, form=form) as index:
        done = complete(project(package(SDIST, WHEEL), indexes=[index]), NAMES, settings)
        assert names(done) == [SDIST, WHEEL]
        first_file = lock(done).packages[0].artifacts[0]
        assert first_file.url == f"{index.origin}/files/{SDIST}"
        assert first_file.hashes == (sha256(SDIST),)
        assert first_file.origin is Origin.VETTED
        if form == "json":
            assert (first_file.size, first_file.upload_time) == (len(SDIST), "2024-01-02T03:04:05.678901Z")
        assert done.losses == ()
        assert [request.outcome for request in settings.requests] == ["200"]


def test_nothing_is_asked_where_nothing_is_missing(settings: Settings) -> None:
    with Loopback(PAGES) as index:
        whole = replace(package(WHEEL), artifacts=(Artifact(filename=WHEEL, hashes=(sha256(WHEEL),)),))
        from_git = Package(id=PackageId(name="x", source=Vcs(type="git", url="https://x.example/x")))
        given = project(whole, from_git, indexes=[index])
        assert complete(given, NAMES, settings) == Lossy(given)
        assert complete(project(package(WHEEL), indexes=[index]), Needs(), settings).losses == ()
        assert complete(Project(), NAMES, settings) == Lossy(Project())
        assert index.seen == []
        complete(given, Needs(filenames=True, urls=True), settings)
        assert index.asked == ["demo"]


def test_forks_of_one_name_ask_one_page(settings: Settings) -> None:
    with Loopback(PAGES) as index:
        given = project(package(WHEEL), package("demo-2.0.tar.gz", version="2.0"), indexes=[index])
        done = complete(given, NAMES, settings)
        assert (names(done, 0), names(done, 1)) == ([WHEEL], ["demo-2.0.tar.gz"])
        assert index.asked == ["demo"]


def test_a_file_of_another_version_is_not_taken(settings: Settings) -> None:
    with Loopback(PAGES) as index:
        done = complete(project(package(WHEEL, "demo-2.0.tar.gz"), indexes=[index]), NAMES, settings)
        assert names(done) == [WHEEL]
        assert kinds(done) == [Kind.FILE_GONE]


def test_a_gone_file_is_left_out_and_told(settings: Settings) -> None:
    with Loopback(PAGES) as index:
        done = complete(project(package("gone-1", WHEEL, "gone-2"), indexes=[index]), NAMES, settings)
        assert names(done) == [WHEEL]
        (loss,) = done.losses
        assert (loss.kind, loss.where) == (Kind.FILE_GONE, "demo 1.0")
        assert loss.detail == f"2 of 3: {sha256('gone-1')[:19]}, {sha256('gone-2')[:19]}"


def test_no_file_at_all_is_a_stop_and_others_go_on(settings: Settings) -> None:
    with Loopback(PAGES) as index:
        given = project(package("gone"), package("x", name="absent"), package(WHEEL), indexes=[index])
        done = complete(given, NAMES, settings)
        (loss,) = done.losses
        assert (loss.kind, loss.where) == (Kind.FILES_UNKNOWN, index.url)
        assert loss.detail.endswith(": demo 1.0, absent 1.0")


def test_a_package_without_hash_takes_what_the_index_has(settings: Settings) -> None:
    more = [listed("demo-1.0.win32.exe"), listed("demo-1.0-py2-none-any.whl", hashes={"md5": "00"})]
    with Loopback({"demo": PAGES["demo"] + more}) as index:
        weak = replace(package(), artifacts=(Artifact(hashes=("md5:00",)),))
        for given in (package(), weak):
            done = complete(project(given, indexes=[index]), NAMES, settings)
            files = lock(done).packages[0].artifacts
            assert [(f.filename, f.hashes) for f in files] == [(n, (sha256(n),)) for n in (WHEEL, SDIST)]
            assert {f.origin for f in files} == {Origin.ADOPTED}
            assert kinds(done) == [Kind.HASH_ADOPTED]


def test_a_known_name_with_another_hash_is_a_stop_each_time(settings: Settings) -> None:
    with Loopback(PAGES) as index:
        named = Artifact(filename=WHEEL, hashes=("sha256:" + "0" * 64,))
        given = replace(package(SDIST), artifacts=(named, Artifact(hashes=(sha256(SDIST),))))
        for _ in range(2):
            done = complete(project(given, indexes=[index]), NAMES, settings)
            assert kinds(done) == [Kind.HASH_MISMATCH]
            assert WHEEL in done.losses[0].detail


def test_an_index_that_builds_anew_under_the_same_name_is_no_mismatch(settings: Settings) -> None:
    rebuilt = listed(WHEEL, hashes={"sha256": "1" * 64})
    with Loopback(PAGES) as one, Loopback({"demo": [rebuilt]}) as two:
        both = (Artifact(filename=WHEEL, hashes=(sha256(WHEEL),)), Artifact(hashes=("sha256:" + "1" * 64,)))
        done = complete(project(replace(package(), artifacts=both), indexes=[one, two]), NAMES, settings)
        assert [a.url for a in lock(done).packages[0].artifacts] == [f"{i.origin}/files/{WHEEL}" for i in (one, two)]
        assert done.losses == ()


# --- which index


def test_the_second_index_is_asked_for_what_the_first_lacks(settings: Settings) -> None:
    extra = "demo-1.0-cp311-cp311-linux_armv7l.whl"
    pages = {"demo": [listed(extra)], "other": [listed("other-1.0.tar.gz")]}
    with Loopback(PAGES) as one, Loopback(pages) as two, Loopback() as three:
        apart = Index(name="apart", url=three.url, priority=Priority.EXPLICIT)
        given = project(package(WHEEL, extra), package("other-1.0.tar.gz", name="other"), indexes=[one, apart, two])
        done = complete(given, NAMES, settings)
        assert names(done, 0) == [WHEEL, extra]
        assert [p.id.source for p in lock(done).packages] == [Registry(one.url), Registry(two.url)]
        assert kinds(done) == [Kind.INDEX_FOUND]
        assert (one.asked, two.asked, three.asked) == (["demo", "other"], ["demo", "other"], [])


def test_edges_follow_a_package_that_is_found_elsewhere(settings: Settings) -> None:
    with Loopback() as one, Loopback(PAGES) as two:
        edge = Dependency(name="demo", version="1.0", source=Registry(one.url))
        parent = replace(package(name="a"), artifacts=(), dependencies=(edge,))
        parent = replace(parent, id=replace(parent.id, source=Vcs(type="git", url="https://x.example/a")))
        done = complete(project(parent, package(WHEEL), indexes=[one, two]), NAMES, settings)
        assert lock(done).packages[0].dependencies == (replace(edge, source=Registry(two.url)),)


def test_a_package_that_names_its_index_is_asked_of_that_alone(settings: Settings) -> None:
    with Loopback() as one, Loopback(PAGES) as two:
        given = project(package(WHEEL), indexes=[one, two])
        given = replace(given, dependencies=(Requirement(name="demo", source=Registry(one.url)),))
        assert kinds(complete(given, NAMES, settings)) == [Kind.FILES_UNKNOWN]
        assert two.seen == []


def test_credentials_go_to_the_index_and_nowhere_else(settings: Settings) -> None:
    with Loopback(PAGES) as index:
        url = index.url.replace("http://", "http://${USER}:${TOKEN}@") + "/"
        given = project(package(WHEEL, "gone"), indexes=[Index(name="", url=url, verify_tls=False)])
        done = complete(given, NAMES, replace(settings, environment={"USER": "me", "TOKEN": "s3cret"}))
        assert index.seen[0].headers["authorization"] == "Basic bWU6czNjcmV0"
        assert lock(done).packages[0].artifacts[0].url == f"{index.origin}/files/{WHEEL}"
        assert kinds(done) == [Kind.INDEX_UNVERIFIED, Kind.FILE_GONE]
        kept = b"".join(path.read_bytes() for path in settings.cache.iterdir())
        for place in (repr(done), repr(settings), repr(settings.requests)):
            assert "s3cret" not in place
        assert b"s3cret" not in kept
        assert b"bWU6czNjcmV0" not in kept


def test_a_variable_in_the_path_is_neither_written_nor_kept(settings: Settings) -> None:
    with Loopback(PAGES) as index:
        url = index.origin + "/${TOKEN}/simple"
        given = project(package(WHEEL), indexes=[Index(name="", url=url)])
        done = complete(given, NAMES, replace(settings, environment={"TOKEN": "s3cret"}))
        assert index.seen[0].path == "/s3cret/simple/demo/"
        assert lock(done).packages[0].artifacts[0].url == index.origin + "/${TOKEN}/files/" + WHEEL
        kept = b"".join(path.read_bytes() for path in settings.cache.iterdir())
        assert b"s3cret" not in kept
        assert "s3cret" not in repr(settings.requests)


# --- what goes wrong


def test_a_dead_index_does_not_stop_the_others(settings: Settings) -> None:
    with Loopback(PAGES) as dead:
        url = dead.url
    with Loopback({"fine": [listed("fine-1.0.tar.gz")], "half": [listed("half-1.0.tar.gz")]}) as alive:
        first_index, second = Index(name="", url=url), Index(name="", url=alive.url)
        packages = (
            package("fine-1.0.tar.gz", name="fine", index=alive.url),
            package("half-1.0.tar.gz", "half-1.0-py3-none-any.whl", name="half", index=alive.url),
            package(WHEEL, index=url),
        )
        done = complete(project(*packages, indexes=[first_index, second]), NAMES, settings)
        assert (names(done, 1), names(done, 2)) == (["fine-1.0.tar.gz"], ["half-1.0.tar.gz"])
        assert kinds(done) == [Kind.INDEX_SILENT, Kind.FILES_UNKNOWN]
        silent, unknown = done.losses
        assert (silent.where, silent.detail) == (
            url,
            "it cannot be reached: half 1.0, demo 1.0; 1 of their files are left out",
        )
        assert (unknown.where, unknown.detail) == (url, "it cannot be reached: demo 1.0")


@pytest.mark.parametrize("code", [401, 403])
def test_a_refusal_is_told(settings: Settings, code: int) -> None:
    with Loopback(PAGES, behave={"demo": status(code)}) as index:
        done = complete(project(package(WHEEL), indexes=[index]), NAMES, settings)
        assert kinds(done) == [Kind.FILES_UNKNOWN]
        assert f"answered {code}" in done.losses[0].detail


def test_a_variable_that_is_not_set_is_told(settings: Settings) -> None:
    given = project(package(WHEEL), indexes=[Index(name="", url="https://${NOT_SET}@x.example/simple")])
    done = complete(given, NAMES, settings)
    assert kinds(done) == [Kind.INDEX_SILENT, Kind.FILES_UNKNOWN]
    assert "NOT_SET" in done.losses[1].detail


# --- the cache


def test_a_second_run_asks_nothing_and_gives_the_same(settings: Settings) -> None:
    with Loopback(PAGES, headers={"cache-control": "max-age=0"}) as index:
        given = project(package(WHEEL, "gone"), indexes=[index])
        done = complete(given, NAMES, settings)
        assert complete(given, NAMES, settings) == done
        assert len(index.seen) == 1
    assert complete(given, NAMES, quiet(settings)) == done


def test_offline_without_cache_is_a_stop_that_names_the_packages(settings: Settings) -> None:
    given = project(package(WHEEL), package("x", name="other"), indexes=[Index(name="", url="http://127.0.0.1:9/x")])
    done = complete(given, NAMES, quiet(settings))
    (loss,) = done.losses
    assert loss.kind is Kind.FILES_UNKNOWN
    assert loss.detail == "it is not in the cache, and --offline asks no index: demo 1.0, other 1.0"
    assert settings.requests == []


def test_offline_finds_another_release_in_a_kept_page(settings: Settings) -> None:
    with Loopback(PAGES) as index:
        complete(project(package(WHEEL), indexes=[index]), NAMES, settings)
        other = project(package("demo-2.0.tar.gz", version="2.0"), indexes=[index])
    assert names(complete(other, NAMES, quiet(settings))) == ["demo-2.0.tar.gz"]


def test_an_old_page_is_asked_for_again_only_if_changed(settings: Settings) -> None:
    headers = {"etag": '"one"', "cache-control": "max-age=60"}
    times = iter(range(0, 10_000, 100))
    settings = replace(settings, clock=lambda: float(next(times)))
    with Loopback(PAGES, headers=headers) as index:
        complete(project(package(WHEEL), indexes=[index]), NAMES, settings)
        done = complete(project(package(SDIST), indexes=[index]), NAMES, settings)
        assert names(done) == [SDIST]
        assert index.seen[1].headers["if-none-match"] == '"one"'
        assert [request.outcome for request in settings.requests] == ["200", "304"]


def test_an_old_page_serves_where_the_index_is_dead(settings: Settings) -> None:
    with Loopback(PAGES, headers={"cache-control": "no-cache"}) as index:
        complete(project(package(WHEEL), indexes=[index]), NAMES, settings)
        given = project(package(SDIST), indexes=[index])
    done = complete(given, NAMES, settings)
    assert (names(done), done.losses) == ([SDIST], ())


def test_what_must_not_be_stored_is_not(settings: Settings) -> None:
    with Loopback(PAGES, headers={"cache-control": "no-store"}) as index:
        for _ in range(2):
            complete(project(package(), indexes=[index]), NAMES, settings)
        assert len(index.seen) == 2


def test_a_run_that_broke_off_goes_on_from_the_cache(settings: Settings) -> None:
    pages = {f"p{n}": [listed(f"p{n}-1.0.tar.gz")] for n in range(10)}
    packages = [package(f"p{n}-1.0.tar.gz", name=f"p{n}") for n in range(10)]
    with Loopback(pages, behave={f"p{n}": status(500) for n in range(5)}) as index:
        given = project(*packages, indexes=[index])
        assert kinds(complete(given, NAMES, settings)) == [Kind.INDEX_SILENT, Kind.FILES_UNKNOWN]
        index.behave.clear()
        index.seen.clear()
        assert complete(given, NAMES, settings).losses == ()
        assert index.asked == [f"p{n}" for n in range(5)]


def test_same_answers_same_project_in_any_order(settings: Settings, tmp_path: Path) -> None:
    pages = {f"p{n}": [listed(f"p{n}-1.0.tar.gz")] for n in range(30) if n % 3}
    packages = [package(f"p{n}-1.0.tar.gz", "gone", name=f"p{n}") for n in range(30)]

    def slow_at_times() -> Behaviour:
        return first(1, status(503), status(404))

    with Loopback(pages, behave={"p0": slow_at_times(), "p3": slow_at_times()}) as index:
        done = complete(project(*packages, indexes=[index]), NAMES, settings)
        again = complete(project(*packages, indexes=[index]), NAMES, replace(settings, cache=tmp_path / "2"))
        assert repr(done) == repr(again)


def test_a_warm_run_imports_no_http_library(settings: Settings) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom converter.index import Settings, complete\n"
        "from converter.format import Needs\nfrom converter.model import *\n"
        "package = Package(id=PackageId(name='demo', version='1.0', source=Registry({url!r})),"
        " artifacts=(Artifact(hashes=({digest!r},)),))\n"
        "project = Project(indexes=(Index(name='', url={url!r}),), lock=Lock(packages=(package,)))\n"
        "done = complete(project, Needs(filenames=True), Settings(cache=Path({cache!r})))\n"
        "assert done.value.lock.packages[0].artifacts[0].filename == {name!r}, done\n"
        "assert not {{'httpcore2', 'asyncio', 'ssl', 'hishel'}} & set(sys.modules)\n"
    )
    with Loopback(PAGES) as index:
        complete(project(package(WHEEL), indexes=[index]), NAMES, settings)
        text = code.format(url=index.url, digest=sha256(WHEEL), cache=str(settings.cache), name=WHEEL)
    subprocess.run([sys.executable, "-c", text], check=True, cwd=Path(__file__).parents[2])
