"""In whose words Requires-Python is repeated, against a real index on the loopback interface that stands for PyPI."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from converter.format import Needs
from converter.index import Settings
from converter.index.edges import fill_edges
from converter.index.files import fill_files
from converter.markers import ANY
from converter.model import MAIN, Lock, Package, PackageId, Project, Registry
from tests.index.releases import metadata, serve_metadata
from tests.loopback import Loopback

STATED, PLAIN = ">=3.9, <4.0", "<4.0,>=3.9"
PUBLIC = Registry()
NEEDS = Needs(filenames=True, edges=True, published=True, metadata=True)


def told(package: Package, settings: Settings) -> str | None:
    project = Project(lock=Lock(packages=(replace(package, when={MAIN: ANY}),)))
    done = fill_edges(fill_files(project, NEEDS, settings).value, NEEDS, settings).value
    return done.lock.packages[0].stated_python if done.lock else None


def served(index: Loopback, source: Registry, python: str, uploaded: str | None) -> Package:
    """A package as a lock has it: its hashes alone, or whole files, perhaps with the time of their upload."""
    body = metadata("demo", Requires_Python=STATED)
    package = serve_metadata(index, "demo", body, **{"requires-python": python, "upload-time": "2020-01-01T00:00:00Z"})
    known = {"filename": "demo-1.0-py3-none-any.whl", "upload_time": uploaded or None}
    url = f"{index.origin}/files/demo-1.0-py3-none-any.whl"
    whole = tuple(replace(a, url=url, **known) for a in package.artifacts)  # type: ignore[arg-type]
    artifacts = package.artifacts if uploaded is None else whole
    return Package(id=PackageId(name="demo", version="1.0", source=source), artifacts=artifacts)


@pytest.mark.parametrize(
    ("uploaded", "expected", "pages"),
    [
        (None, "by the page", 1),  # its page is read for the file's name
        ("", "by the page", 1),  # nothing else tells when it was uploaded
        ("2020-01-01T00:00:00Z", STATED, 0),
        ("2025-01-01T00:00:00Z", PLAIN, 0),
    ],
)
def test_pypi_has_the_word(tmp_path: Path, uploaded: str | None, expected: str, pages: int) -> None:
    with Loopback() as index:
        settings = Settings(cache=tmp_path, index_map={PUBLIC.index.rstrip("/"): index.url})
        package = served(index, PUBLIC, "by the page", uploaded)
        assert told(package, settings) == expected
        assert sum("/files/" not in seen.path for seen in index.seen) == pages
    assert told(package, replace(settings, offline=True)) == expected  # from the cache


def test_another_index_has_not(tmp_path: Path) -> None:
    with Loopback() as index:
        package = served(index, Registry(index.url), "by the page", "")
        assert told(package, Settings(cache=tmp_path)) == STATED
