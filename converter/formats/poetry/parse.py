"""A Poetry project as a Project: pyproject.toml and poetry.lock joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from packaging.utils import canonicalize_name

from converter import graph, markers
from converter.errors import InputError
from converter.formats.poetry.content_hash import content_hashes
from converter.formats.poetry.declared import MANIFEST
from converter.formats.poetry.lockfile import LOCK, Context, lock_version, locked_versions, read_lock
from converter.formats.poetry.manifest import read_manifest
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, Marker
from converter.model import (
    PUBLIC_INDEX,
    Index,
    Lock,
    Package,
    Priority,
    Project,
    Registry,
    Requirement,
    Scope,
    Vcs,
    index_url,
)
from converter.table import Table
from converter.toml import values
from converter.tree import Tree


def parse(tree: Tree, name: str) -> Lossy[Project]:
    """The project of pyproject.toml and poetry.lock; `name` is used where no file has one. Its lock may be missing.

    Raises InputError for a file that cannot be read, a lock without its manifest, a lock of the future.
    """
    text, locked = tree.text(MANIFEST), tree.text(LOCK)
    if text is None:
        beside = f"expected {MANIFEST} beside it, found none" if locked is not None else "expected a file, found none"
        raise InputError(beside, file=MANIFEST if locked is None else LOCK)
    data = values(text, MANIFEST)
    if locked is None:
        return read_manifest(Table(data, MANIFEST), text, name, {})
    raw = values(locked, LOCK)
    lock_version(Table(raw, LOCK).table("metadata"))
    versions = locked_versions(Table(raw, LOCK))
    manifest = read_manifest(Table(data, MANIFEST), text, name, versions)
    context = Context(versions=versions, indexes=_indexes(manifest.value), repositories=_repositories(manifest.value))
    document = Table(raw, LOCK)
    lock = read_lock(document, locked.partition("\n")[0], context)
    placed = _placed(replace(manifest.value, lock=lock), lock)
    unread = tuple(document.unread())
    return Lossy(placed.value, (*manifest.losses, *unread, *placed.losses, *_stale(data, placed.value)))


def _indexes(project: Project) -> dict[str, str]:
    return {index.name.lower(): index_url(index.url) for index in project.indexes}


def _requirements(project: Project) -> Iterator[Requirement]:
    yield from project.dependencies
    for requirements in project.optional_dependencies.values():
        yield from requirements
    for group in project.dependency_groups.values():
        yield from group.requirements


def _repositories(project: Project) -> dict[str, Vcs]:
    return {r.name: r.source for r in _requirements(project) if isinstance(r.source, Vcs)}


def _placed(project: Project, lock: Lock) -> Lossy[Project]:
    """The lock with each package's scopes and the extras that somebody asks of it, and without what nobody reaches."""
    roots = graph.roots(project)
    if not any(package.when for package in lock.packages):
        reached = graph.reach(roots, lock.packages)
        lock = replace(lock, packages=tuple(_reached(p, reached.get(p.id, {}), project) for p in lock.packages))
    asked = graph.asked_extras(roots, lock.packages)
    kept = [replace(p, extras=asked.get(p.id, frozenset())) for p in lock.packages if p.when]
    losses = tuple(_unreached(p) for p in lock.packages if not p.when)
    return _with_public(replace(project, lock=replace(lock, packages=tuple(kept))), losses)


def _reached(package: Package, when: Mapping[Scope, Marker], project: Project) -> Package:
    """A package of an older lock where the walk found it, under the condition that locks of 0.x and 1.0 give it."""
    own = _own_marker(package)
    care = ANY if project.requires_python is None else markers.python(str(project.requires_python))
    found = {scope: (marker & own).under(care) for scope, marker in when.items()}
    return replace(package, when={scope: marker for scope, marker in found.items() if not marker.is_empty()})


def _own_marker(package: Package) -> Marker:
    text = package.tool["poetry"].get("marker")
    marker = markers.parse(text) if isinstance(text, str) else ANY
    return marker.with_extras(marker.names())  # an extra there is one of the package that requires it


def _unreached(package: Package) -> Loss:
    detail = f"{package.name} {package.id.version}"
    return Loss(kind=Kind.UNREACHED, where=LOCK, detail=detail)


def _with_public(project: Project, losses: tuple[Loss, ...]) -> Lossy[Project]:
    """Poetry 1 asked PyPI beside a primary source: where the lock has packages from there, the project has it too."""
    default = any(index.priority is Priority.DEFAULT for index in project.indexes)
    known = any(index_url(index.url) == PUBLIC_INDEX for index in project.indexes)
    packages = project.lock.packages if project.lock else ()
    used = any(p.id.source == Registry(PUBLIC_INDEX) for p in packages)
    if default and used and not known:
        public = Index(name="PyPI", url=PUBLIC_INDEX, priority=Priority.SUPPLEMENTAL)
        project = replace(project, indexes=(*project.indexes, public))
    return Lossy(project, losses)


def _stale(data: Mapping[str, object], project: Project) -> tuple[Loss, ...]:
    said = project.lock.tool["poetry"].get("content-hash") if project.lock else None
    if said is None or said in content_hashes(data):
        return ()
    differ = sorted({r.name for r in _requirements(project) if not _held(project, r)})
    detail = (
        f"not held by the lock: {', '.join(differ)}"
        if differ
        else "the lock has a fitting version for each requirement"
    )
    return (Loss(kind=Kind.STALE_LOCK, where=LOCK, detail=detail),)


def _held(project: Project, requirement: Requirement) -> bool:
    """Whether the lock has a version that the requirement admits."""
    packages = project.lock.packages if project.lock else ()
    versions = [p.id.version or "0" for p in packages if p.name == requirement.name]
    admitted = any(requirement.specifier.contains(version, prereleases=True) for version in versions)
    return admitted or requirement.name == canonicalize_name(project.name)
