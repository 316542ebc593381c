"""Metadata is asked for as soon as a page is there, each file once; what fails ahead is judged as it always is."""

from __future__ import annotations

import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from converter.format import Needs
from converter.index import Settings, fill
from converter.losses import Kind
from converter.model import Artifact, Index, Package, Priority
from tests.index.releases import metadata, sdist, serve, serve_metadata
from tests.index.test_edges import project
from tests.loopback import Loopback, answering, page_json, status

NEEDS = Needs(filenames=True, urls=True, edges=True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache", back_off=0.01)


def packages(index: Loopback) -> list[Package]:
    return [serve_metadata(index, f"demo{n}", metadata(f"demo{n}", "one")) for n in range(12)]


@pytest.mark.parametrize("hashes", [True, False])
def test_metadata_does_not_wait_for_the_last_page(settings: Settings, *, hashes: bool) -> None:
    with Loopback() as index:
        locked = packages(index)
        bare = [package if hashes else replace(package, artifacts=(Artifact(),)) for package in locked]
        slow = page_json("demo7", index.pages["demo7"])
        waited: list[bool] = []

        def wait(request: BaseHTTPRequestHandler) -> None:
            deadline = time.monotonic() + 30
            while not (seen := any(each.path.endswith(".metadata") for each in index.seen)):
                if time.monotonic() > deadline:
                    break
                time.sleep(0.01)
            waited.append(seen)
            answering(slow)(request)

        index.behave["demo7"] = wait
        done = fill(project(*bare, url=index.url), NEEDS, replace(settings, read_timeout=60))
        paths = [seen.path for seen in index.seen]
    assert waited == [True]
    assert len(paths) == len({*paths}) == 24
    assert done.value.lock is not None
    assert all([edge.name for edge in p.dependencies or ()] == ["one"] for p in done.value.lock.packages)


def test_a_second_index_is_waited_for_and_nothing_is_asked_twice(settings: Settings) -> None:
    with Loopback() as one, Loopback() as two:
        here = packages(one)
        other = packages(two)
        both = [replace(a, artifacts=(*a.artifacts, Artifact(hashes=(f"sha256:{n:064}",)))) for n, a in enumerate(here)]
        source = project(*both, url=one.url)
        more = Index(name="two", url=two.url, priority=Priority.SUPPLEMENTAL)
        fill(replace(source, indexes=(*source.indexes, more)), NEEDS, settings)
        paths = [seen.path for seen in (*one.seen, *two.seen)]
    assert len(other) == 12
    assert len([path for path in paths if path.endswith(".metadata")]) == 12


def test_a_file_with_another_hash_is_a_stop_all_the_same(settings: Settings) -> None:
    name = "demo-1.0.tar.gz"
    with Loopback(ranged=False) as index:
        package = serve(index, "demo", (name, sdist("demo", metadata("demo", Metadata_Version="2.2"))))
        index.files[name] = sdist("demo", metadata("demo", "evil", Metadata_Version="2.2"))
        done = fill(project(package, url=index.url), NEEDS, settings)
        assert [loss.kind for loss in done.losses] == [Kind.HASH_MISMATCH]


def test_a_dead_file_host_is_told_once(settings: Settings) -> None:
    with Loopback(behave={"demo-1.0-py3-none-any.whl.metadata": status(500)}) as index:
        package = serve_metadata(index, "demo", metadata("demo", "one"))
        index.behave["demo-1.0-py3-none-any.whl"] = status(500)
        done = fill(project(package, url=index.url), NEEDS, settings)
        assert [loss.kind for loss in done.losses] == [Kind.INDEX_SILENT]
