"""What an index would have said, put into the cache beforehand: so a law runs offline and through the real lookup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from converter.index import Settings
from converter.index.cache import Cache, Page, key_of
from converter.index.places import canonical
from converter.model import PUBLIC_INDEX, Package, Project, Registry
from tests import strategies
from tests.loopback import JSON, Listed, listed, page_json

Pages = Mapping[tuple[str, str], list[Listed]]


def settings(folder: Path, pages: Pages) -> Settings:
    """Settings that ask no network and find these pages (by index and project) in their cache."""
    folder.mkdir(parents=True, exist_ok=True)
    cache = Cache(folder)
    for (index, name), files in pages.items():
        url = f"{canonical(index)}/{name}/"
        page = Page(url=url, content_type=JSON, body=page_json(name, files))
        cache.keep_page(key_of(canonical(index), name), page)
    cache.close()
    return Settings(cache=folder, offline=True, environment={"USER": "u", "TOKEN": "t"})


def of_pool() -> Pages:
    """Every file of every package that `strategies` may draw, on each of its indexes."""
    indexes = (PUBLIC_INDEX, strategies.PRIVATE.url, strategies.SECOND.url)
    versions = (*strategies.VERSIONS, "1.26.4", "2.1.0")
    found: dict[tuple[str, str], list[Listed]] = {}
    for name in (*strategies.NAMES, "forked"):
        artifacts = [a for v in versions for a in strategies.files(name, v, named=True)]
        files = [listed(artifact.filename or "") for artifact in artifacts]
        found |= {(index, name): files for index in indexes}
    return found


def of_project(project: Project) -> Pages:
    """A file for each hash of each release in a project's lock, under a made-up name where the lock has none."""
    found: dict[tuple[str, str], list[Listed]] = {}
    for package in project.lock.packages if project.lock else ():
        if isinstance(package.id.source, Registry):
            found.setdefault((package.id.source.index, package.name), []).extend(_files(package))
    return found


def _files(package: Package) -> Iterable[Listed]:
    for number, artifact in enumerate(package.artifacts):
        for digest in artifact.hashes:
            made_up = f"{package.name.replace('-', '_')}-{package.id.version}-{number}-py3-none-any.whl"
            algorithm, _, value = digest.partition(":")
            yield listed(artifact.filename or made_up, hashes={algorithm: value})
