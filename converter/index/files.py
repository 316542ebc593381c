"""The files of each locked package: a hash of the lock is matched with the file that an allowed index has under it.

A hash that the lock holds is carried, never replaced, and a file that nobody vetted is not added. Only a package
without any hash takes the index's own, each time with a loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from converter.format import Needs
from converter.index.pages import Following
from converter.index.search import Found, Hit, ask_all, found_of, searches_of, strong
from converter.index.settings import Settings
from converter.index.shortfalls import shortfalls
from converter.index.simple import File
from converter.losses import Lossy
from converter.model import Artifact, Dependency, Lock, Origin, Package, PackageId, Project, Registry, package_key


def fill_files(
    project: Project, needs: Needs, settings: Settings, following: Following | None = None
) -> Lossy[Project]:
    """The project with file name, URL, size and upload time in each artifact of its registry packages.

    Asks nothing unless `needs` has file names or URLs and a package lacks them. `following` may ask for more as soon as
    a page is there.
    """
    if project.lock is None or not (searches := searches_of(project, needs)):
        return Lossy(project)
    answers = ask_all(searches, settings, following)
    found = [found_of(search, answers) for search in searches]
    losses = tuple(shortfalls(found, answers, settings))
    return Lossy(replace(project, lock=_filled(project.lock, found)), losses)


def _filled(lock: Lock, found: Iterable[Found]) -> Lock:
    old = {id(f.search.package): filled(f) for f in found}
    moved = {f.search.package.id: old[id(f.search.package)].id for f in found}
    packages = (_with_targets(old.get(id(package), package), moved) for package in lock.packages)
    return replace(lock, packages=tuple(sorted(packages, key=package_key)))


def filled(found: Found) -> Package:
    """The package with what was found of its files."""
    package = found.search.package
    stated = next((hit[1].requires_python for hit in (*found.files, *found.adopted) if hit), None)
    made = replace(package, id=replace(package.id, source=found.source), artifacts=tuple(_artifacts(found)))
    return replace(made, stated_python=stated)


def _artifacts(found: Found) -> Iterator[Artifact]:
    yield from adopted(found.adopted)
    kept = () if found.adopted else found.search.package.artifacts
    for artifact, hit in zip(kept, found.files if kept else (), strict=True):
        if hit is not None:
            yield _artifact(artifact, hit[1])
        elif not found.search.lacks(artifact):
            yield artifact


def adopted(hits: Iterable[Hit]) -> Iterator[Artifact]:
    """The index's own files: nobody but the index vouches for them."""
    for _, file in hits:
        yield _artifact(Artifact(hashes=(min(strong(file.hashes)),), origin=Origin.ADOPTED), file)


def _artifact(artifact: Artifact, file: File) -> Artifact:
    return replace(
        artifact,
        filename=artifact.filename or file.filename,
        url=artifact.url or file.url,
        size=file.size if artifact.size is None else artifact.size,
        upload_time=artifact.upload_time or file.upload_time,
    )


def _with_targets(package: Package, moved: Mapping[PackageId, PackageId]) -> Package:
    """The package with its edges leading to where their targets are now."""

    def led(edge: Dependency) -> Dependency:
        target = PackageId(name=edge.name, version=edge.version, source=edge.source or Registry())
        return replace(edge, source=moved[target].source) if edge.source is not None and target in moved else edge

    edges = package.dependencies
    return replace(
        package,
        dependencies=edges if edges is None else tuple(map(led, edges)),
        optional_dependencies={extra: tuple(map(led, e)) for extra, e in package.optional_dependencies.items()},
    )
