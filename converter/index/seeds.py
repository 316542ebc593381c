"""setuptools, pip and wheel: which release of one a lock takes that was made where every environment had them.

The one place where a version is chosen and not taken over. It is the newest that the packages that need it, the
project's constraints and its Pythons admit, and whose own needs the lock meets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from converter import markers
from converter.index.closure import SEEDS, Loose, loose
from converter.index.files import adopted
from converter.index.lookup import Asking, look_up
from converter.index.pages import look
from converter.index.search import Hit, strong
from converter.index.simple import Wanted, release_of
from converter.losses import Kind, Loss, Lossy
from converter.markers import EMPTY, Marker
from converter.model import (
    ANY_VERSION,
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

_TRIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A seed that is needed: by whom, where, and in which versions."""

    name: str
    needed: tuple[Loose, ...]
    specifier: SpecifierSet
    source: Registry

    @property
    def when(self) -> dict[Scope, Marker]:
        """Where its users need it."""
        found: dict[Scope, Marker] = {}
        for one in self.needed:
            for scope, marker in one.when.items():
                found[scope] = found.get(scope, EMPTY) | marker
        return {scope: found[scope] for scope in sorted(found) if not found[scope].is_empty()}

    @property
    def users(self) -> str:
        """Their names, for people."""
        return ", ".join(dict.fromkeys(f"{n.package.name} {n.package.id.version or ''}".strip() for n in self.needed))


def with_seeds(lock: Lock, care: Marker, here: Marker, asking: Asking) -> Lossy[Lock]:
    """The lock with each seed that a package needs in one of the environments `here` that it was made for.

    `care` are those that the project speaks of. Raises InputError only where the certificates that the environment
    names cannot be read.
    """
    losses: list[Loss] = []
    for name in sorted(SEEDS):
        needed = [one for one in loose(lock, care) if one.edge.name == name]
        if not any(one.holds(here) for one in needed):
            continue
        wish = _wish(asking.project, name, needed)
        fit = (package for package in _releases(wish, care, asking) if _is_met(package, lock, here))
        package = next(fit, None)
        losses.append(_loss(wish, package))
        if package is not None:
            lock = replace(lock, packages=tuple(sorted((*lock.packages, package), key=package_key)))
    return Lossy(lock, tuple(losses))


def _wish(project: Project, name: str, needed: Iterable[Loose]) -> Wish:
    users = tuple(needed)
    specifier = ANY_VERSION
    for one in users:
        specifier &= one.edge.specifier
    for constraint in project.constraints:
        if constraint.name == name:
            specifier &= constraint.specifier
    return Wish(name=name, needed=users, specifier=specifier, source=_default(project))


def _default(project: Project) -> Registry:
    """The index that a requirement without one comes from."""
    usual = [index for index in project.indexes if index.priority is Priority.DEFAULT]
    return Registry(index_url(usual[0].url)) if usual else Registry()


def _loss(wish: Wish, package: Package | None) -> Loss:
    names = frozenset({wish.name, *(one.package.name for one in wish.needed)})
    if package is None:
        wanted = f"{wish.name}{wish.specifier}"
        return Loss(kind=Kind.SEED_MISSING, where=wanted, detail=f"needed by {wish.users}", packages=names)
    where = f"{wish.name} {package.id.version}"
    detail = f"needed by {wish.users}; {len(package.artifacts)} files of {wish.source.index}"
    return Loss(kind=Kind.SEED_ADDED, where=where, detail=detail, packages=names)


def _releases(wish: Wish, care: Marker, asking: Asking) -> Iterator[Package]:
    """The releases that fit, the newest first, of the first index that has any."""
    for index in asking.indexes(Package(id=PackageId(name=wish.name, source=wish.source))):
        place = (index, wish.name)
        files = look({place: Wanted(every=True)}, asking.settings)[place].files
        fit = [package for package in _fitting(wish, [(index, file) for file in files]) if _runs(package, care)]
        if fit:
            yield from (_with_edges(package, asking) for package in fit[:_TRIES])
            return


def _fitting(wish: Wish, hits: Iterable[Hit]) -> Iterator[Package]:
    by_version: dict[Version, list[Hit]] = {}
    for hit in hits:
        stated = release_of(hit[1].filename)
        if stated is not None and stated[0] == wish.name and strong(hit[1].hashes) and not hit[1].yanked:
            by_version.setdefault(stated[1], []).append(hit)
    for version in wish.specifier.filter(sorted(by_version, reverse=True), prereleases=False):
        yield _package(wish, version, by_version[version])


def _package(wish: Wish, version: Version, hits: Sequence[Hit]) -> Package:
    return Package(
        id=PackageId(name=wish.name, version=str(version), source=Registry(index_url(hits[0][0].url))),
        when=wish.when,
        requires_python=_specifier(next((file.requires_python for _, file in hits if file.requires_python), "")),
        artifacts=tuple(adopted(hits)),
    )


def _specifier(text: str) -> SpecifierSet | None:
    try:
        return SpecifierSet(text) if text else None
    except InvalidSpecifier:
        return None


def _runs(package: Package, care: Marker) -> bool:
    """Whether it runs on every Python of the project; where that names none, on any."""
    if package.requires_python is None or care.pythons() in {(), ((None, None),)}:
        return True
    return (care & ~markers.python(str(package.requires_python))).is_empty()


def _with_edges(package: Package, asking: Asking) -> Package:
    known = look_up([package], asking)[0]
    if known is None or known.metadata is None:
        return package
    read = known.metadata
    return replace(package, dependencies=read.edges, optional_dependencies=read.extras, summary=read.summary)


def _is_met(package: Package, lock: Lock, here: Marker) -> bool:
    """Whether the lock holds what the release itself needs."""
    alone = replace(lock, packages=(package,))
    names = frozenset(other.name for other in lock.packages)
    return all(one.edge.name in names for one in loose(alone, here))
