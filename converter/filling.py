"""Pins for what a source leaves open: packages that are known from elsewhere (an environment, a tool's own lock).

The source's own pins stay. Of what is known, that is taken which the project's requirements reach over the edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from converter import graph
from converter.errors import StopError
from converter.losses import Kind, Loss, Lossy
from converter.markers import Marker
from converter.model import (
    PUBLIC_INDEX,
    Lock,
    Package,
    PackageId,
    Priority,
    Project,
    Registry,
    Scope,
    index_url,
    package_key,
)


def filled(read: Lossy[Project], known: Iterable[Package], kind: Kind) -> Lossy[Project]:
    """The project with each package of `known` that its lock lacks and that its requirements need.

    One loss of `kind` for each; `unpinned` is not told any more of those that were found. Raises StopError where a pin
    of the source is another version than the known one: then the two do not belong together.
    """
    project, lock = read.value, read.value.lock
    if lock is None:
        return read
    by_name = {package.name: package for package in known}
    _check(lock, by_name)
    default = _default(project)
    held = {package.name for package in lock.packages}
    others = [replace(p, id=_id(p, default), when={}) for name, p in by_name.items() if name not in held]
    every = [*(_with_edges(package, by_name) for package in lock.packages), *others]
    roots = graph.roots(project)
    reached, asked = graph.reach(roots, every), graph.asked_extras(roots, every)
    new = [_new(p, reached[p.id], asked.get(p.id, frozenset())) for p in others if p.id in reached]
    packages = tuple(sorted((*lock.packages, *new), key=package_key))
    names = frozenset(package.name for package in new)
    losses = (*_left(read.losses, names), *(_loss(kind, package) for package in new))
    return Lossy(replace(project, lock=replace(lock, packages=packages)), losses)


def _new(package: Package, when: Mapping[Scope, Marker], extras: frozenset[str]) -> Package:
    """A package without its edges: those are asked of the index, for what an environment says may be of it alone."""
    return replace(package, when=when, extras=extras, dependencies=None, optional_dependencies={})


def _check(lock: Lock, by_name: Mapping[str, Package]) -> None:
    for package in lock.packages:
        known = by_name.get(package.name)
        if known is not None and isinstance(package.id.source, Registry) and known.id.version != package.id.version:
            raise StopError(
                f"expected {package.name} {package.id.version} as the source pins it, found {known.id.version}",
                remedy="install the source's pins there first",
            )


def _default(project: Project) -> str:
    found = (index_url(index.url) for index in project.indexes if index.priority is Priority.DEFAULT)
    return next(found, PUBLIC_INDEX)


def _id(package: Package, default: str) -> PackageId:
    released = isinstance(package.id.source, Registry)
    return replace(package.id, source=Registry(default)) if released else package.id


def _with_edges(package: Package, by_name: Mapping[str, Package]) -> Package:
    known = by_name.get(package.name)
    if known is None or package.dependencies is not None:
        return package
    return replace(package, dependencies=known.dependencies, optional_dependencies=known.optional_dependencies)


def _left(losses: Iterable[Loss], found: frozenset[str]) -> Iterator[Loss]:
    pinned_now = {Kind.UNPINNED, Kind.NOT_LOCKED}
    return (loss for loss in losses if not (loss.kind in pinned_now and loss.packages and loss.packages <= found))


def _loss(kind: Kind, package: Package) -> Loss:
    detail = f"{package.name} {package.id.version or package.id.source}"
    return Loss(kind=kind, where=package.name, detail=detail, packages=frozenset({package.name}))
