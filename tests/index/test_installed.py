"""What is installed in the project's own environment tells before the cache and the network: dist-info is metadata."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from converter.index.edges import fill_edges
from converter.index.settings import Settings
from converter.losses import Kind
from converter.model import Package, PackageId, Registry, Vcs
from tests.index.releases import metadata, serve_metadata
from tests.index.test_edges import NEEDS, filled, first, is_told, project
from tests.loopback import Loopback

TEXT = metadata("demo", "one>=1", "two; extra == 'more'", Requires_Python=">=3.9")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache", environments=(tmp_path / ".venv",))


def put(settings: Settings, content: bytes = TEXT, version: str = "1.0", record: object = None) -> Path:
    site = settings.environments[0] / "lib" / "python3.12" / "site-packages"
    info = site / f"demo-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_bytes(content)
    if record is not None:
        (info / "direct_url.json").write_text(json.dumps(record))
    return info / "METADATA"


@pytest.mark.parametrize("offline", [False, True])
def test_an_environment_tells_without_an_index(settings: Settings, *, offline: bool) -> None:
    put(settings)
    locked = Package(id=PackageId(name="demo", version="1.0", source=Registry("http://127.0.0.1:9/simple")))
    done = fill_edges(project(locked, url="http://127.0.0.1:9/simple"), NEEDS, replace(settings, offline=offline))
    assert is_told(done)
    assert [loss.kind for loss in done.losses if loss.kind is not Kind.NOT_CLOSED] == [Kind.EDGES_INSTALLED]
    assert settings.requests == []


@pytest.mark.parametrize("case", ["another version", "another place", "another name", "too large", "no text", "fifo"])
def test_what_is_not_the_locked_release_means_the_index(settings: Settings, case: str) -> None:
    other = metadata("demo", "bad", version="2.0" if case == "another version" else "1.0")
    record = {"url": "https://h.example/demo.zip", "archive_info": {}} if case == "another place" else None
    version = "2.0" if case == "another version" else "1.0"
    content = {"another name": metadata("other", "bad"), "too large": other + b" " * 5_000_000, "no text": b"\xff\x00"}
    path = put(settings, content.get(case, other), version, record)
    if case == "fifo":
        path.unlink()
        os.mkfifo(path)
    with Loopback() as index:
        done = filled(index, settings, serve_metadata(index, "demo", TEXT))
        assert is_told(done)
        assert done.losses == ()


@pytest.mark.parametrize(("commit", "told"), [("c0ffee", True), ("badbad", False)])
def test_a_repository_is_known_by_its_commit(settings: Settings, commit: str, *, told: bool) -> None:
    put(settings, record={"url": "https://h.example/r.git", "vcs_info": {"vcs": "git", "commit_id": commit}})
    source = Vcs(type="git", url="ssh://git@h.example/r.git", revision="v1", commit="c0ffee")
    done = fill_edges(project(Package(id=PackageId(name="demo", source=source)), url="http://x"), NEEDS, settings)
    assert (first(done).dependencies is not None) is told
    assert (Kind.EDGES_UNREADABLE in {loss.kind for loss in done.losses}) is not told
