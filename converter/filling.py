"""Pins for what a source leaves open: packages that are known from elsewhere (an environment, a tool's own lock).

The source's own pins stay. Of what is known, that is taken which the project's requirements reach over the edges.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from converter import graph
from converter.errors import StopError
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, EMPTY, Marker
from converter.model import (
    MAIN,
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
    release,
)


def filled(
    read: Lossy[Project],
    known: Iterable[Package],
    kind: Kind,
    *,
    widened: Collection[str] | None = (),
    here: Marker = ANY,
) -> Lossy[Project]:
    """The project with each package of `known` that its lock lacks and that its requirements need.

    One loss of `kind` for each; `unpinned` is not told any more of those that were found. A pin of the source stays as
    it is; those named by `widened` (`None`: all) are installed wherever they are needed, a loss of `kind` for each.
    What is known was chosen for the environments `here`, and of no other is anything said.
    Raises StopError where a pin is none of the known versions: then the two do not belong together.
    """
    project, lock = read.value, read.value.lock
    if lock is None:
        return read
    by_name = _by_name(known)
    _check(lock, by_name)
    places = {package.name for package in lock.packages if not isinstance(package.id.source, Registry)}
    held = {(package.name, release(package.id.version)) for package in lock.packages}
    default = _default(project)
    others = [
        replace(p, id=_id(p, default, project), when={})
        for name, several in by_name.items()
        for p in several
        if name not in places and (name, release(p.id.version)) not in held
    ]
    every = [*(_with_edges(package, by_name) for package in lock.packages), *others]
    roots = graph.roots(project)
    reached = {i: _under(here, when) for i, when in graph.reach(roots, every).items()}
    asked = graph.asked_extras(roots, every)
    new = [_new(p, reached[p.id], asked.get(p.id, frozenset())) for p in others if reached.get(p.id)]
    wider = {p.id: w for p in lock.packages if (w := _wider(p, reached.get(p.id, {}), widened, project)) != p}
    packages = tuple(sorted((*(wider.get(p.id, p) for p in lock.packages), *new), key=package_key))
    names = frozenset(package.name for package in new)
    losses = (*_left(read.losses, names), *(_loss(kind, package) for package in (*new, *wider.values())))
    return Lossy(replace(project, lock=replace(lock, packages=packages)), losses)


def _under(here: Marker, when: Mapping[Scope, Marker]) -> dict[Scope, Marker]:
    return {scope: marker.under(here) for scope, marker in when.items() if not (marker & here).is_empty()}


def _by_name(known: Iterable[Package]) -> dict[str, list[Package]]:
    found: dict[str, list[Package]] = {}
    for package in known:
        found.setdefault(package.name, []).append(package)
    return found


def _wider(
    package: Package, reached: Mapping[Scope, Marker], widened: Collection[str] | None, project: Project
) -> Package:
    """The package where it is needed too, though its lock does not install it there."""
    if widened is not None and package.name not in widened:
        return package
    care, main = graph.covered(project), package.when.get(MAIN, EMPTY)
    more = {
        scope: marker
        for scope, marker in reached.items()
        if not (marker & care & ~(package.when.get(scope, EMPTY) | main)).is_empty()
    }
    return replace(package, when={**package.when, **{s: package.when.get(s, EMPTY) | m for s, m in more.items()}})


def _new(package: Package, when: Mapping[Scope, Marker], extras: frozenset[str]) -> Package:
    """A package without its edges: those are asked of the index, for what an environment says may be of it alone."""
    return replace(package, when=when, extras=extras, dependencies=None, optional_dependencies={})


def _check(lock: Lock, by_name: Mapping[str, Collection[Package]]) -> None:
    released = _by_name(package for package in lock.packages if isinstance(package.id.source, Registry))
    for name, pinned in released.items():
        found = [known.id.version for known in by_name.get(name, ())]
        if found and not {release(p.id.version) for p in pinned} & set(map(release, found)):
            raise StopError(
                f"expected {name} {pinned[0].id.version} as the source pins it, found {found[0]}",
                remedy="install the source's pins there first",
            )


def _default(project: Project) -> str:
    found = (index_url(index.url) for index in project.indexes if index.priority is Priority.DEFAULT)
    return next(found, PUBLIC_INDEX)


def _id(package: Package, default: str, project: Project) -> PackageId:
    """Where the project gets it from; an environment does not tell the index of a release, and a tool does."""
    source = package.id.source
    others = {index_url(index.url) for index in project.indexes if index.priority is not Priority.DEFAULT}
    if not isinstance(source, Registry) or index_url(source.index) in others:
        return package.id
    return replace(package.id, source=Registry(default))


def _with_edges(package: Package, by_name: Mapping[str, Collection[Package]]) -> Package:
    released, version = isinstance(package.id.source, Registry), release(package.id.version)
    several = by_name.get(package.name, ())
    known = next((p for p in several if not released or release(p.id.version) == version), None)
    if known is None or package.dependencies is not None:
        return package
    return replace(package, dependencies=known.dependencies, optional_dependencies=known.optional_dependencies)


def _left(losses: Iterable[Loss], found: frozenset[str]) -> Iterator[Loss]:
    pinned_now = {Kind.UNPINNED, Kind.NOT_LOCKED}
    return (loss for loss in losses if not (loss.kind in pinned_now and loss.packages and loss.packages <= found))


def _loss(kind: Kind, package: Package) -> Loss:
    detail = f"{package.name} {package.id.version or package.id.source}"
    return Loss(kind=kind, where=package.name, detail=detail, packages=frozenset({package.name}))
