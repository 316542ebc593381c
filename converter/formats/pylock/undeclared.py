"""What a lock says where no manifest does: which requirements there are, from which indexes and places they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from converter.markers import EMPTY, Marker
from converter.model import (
    ANY_VERSION,
    PUBLIC_INDEX,
    Directory,
    Index,
    Package,
    Priority,
    Registry,
    Requirement,
    Scope,
    Source,
    Vcs,
)


def requirements_of(packages: Iterable[Package], scope: Scope) -> tuple[Requirement, ...]:
    """A requirement for each package that a scope installs: a lock alone does not say which of them are direct."""
    return tuple(
        Requirement(
            name=package.name,
            specifier=_pinned(package),
            marker=package.when[scope],
            source=None if isinstance(package.id.source, Registry) else _asked(package.id.source),
        )
        for package in packages
        if scope in package.when and not _is_itself(package)
    )


def itself(packages: Iterable[Package], scope: Scope) -> tuple[Requirement, ...]:
    """The project's own folder (`-e .`) where a scope installs it: no manifest declares that."""
    return tuple(
        Requirement(name=package.name, marker=package.when[scope], source=package.id.source)
        for package in packages
        if scope in package.when and _is_itself(package)
    )


def _is_itself(package: Package) -> bool:
    return isinstance(package.id.source, Directory) and package.id.source.path == "."


def _pinned(package: Package) -> SpecifierSet:
    if not isinstance(package.id.source, Registry) or package.id.version is None:
        return ANY_VERSION
    try:
        Version(package.id.version)
    except InvalidVersion:
        return SpecifierSet(f"==={package.id.version}")
    return SpecifierSet(f"=={package.id.version}")


def indexes_of(packages: Iterable[Package]) -> tuple[Index, ...]:
    """The indexes that the packages come from. One that is the only one is the default, else the public one is."""
    urls = sorted({p.id.source.index for p in packages if isinstance(p.id.source, Registry)} - {PUBLIC_INDEX})
    public = any(p.id.source == Registry() for p in packages)
    first = () if len(urls) == 1 and not public else (Index(name="pypi", url=PUBLIC_INDEX),)
    priority = Priority.EXPLICIT if first else Priority.DEFAULT
    names = _names(urls)
    return (*first, *(Index(name=n, url=u, priority=priority) for n, u in zip(names, urls, strict=True)))


def _names(urls: Sequence[str]) -> list[str]:
    made: list[str] = []
    for url in urls:
        name = canonicalize_name(urlsplit(url).hostname or "index")
        made.append(name if name not in made else f"{name}-{len(made) + 1}")
    return made


def located(
    requirements: Iterable[Requirement], scope: Scope, packages: Sequence[Package], default: str
) -> Iterator[Requirement]:
    """Requirements with the place that the lock has their packages from: a manifest may say no more than a name.

    `default` is the index that needs no naming.
    """
    by_name: dict[str, list[Package]] = {}
    for package in packages:
        by_name.setdefault(package.name, []).append(package)
    for requirement in requirements:
        places = _places(requirement, scope, by_name.get(requirement.name, ()))
        found = places[0] if len(places) == 1 else None
        if found is None or found == Registry(default):
            yield requirement
        elif requirement.source is None or _same_folder(requirement.source, found):
            yield replace(requirement, source=_asked(found))
        else:
            yield requirement


def _places(requirement: Requirement, scope: Scope, several: Sequence[Package]) -> list[Source]:
    """The places of the packages that a requirement may be met by."""
    held = [p for p in several if _meets(p.when.get(scope, EMPTY), requirement)] or several
    return list(dict.fromkeys(package.id.source for package in held))


def _meets(when: Marker, requirement: Requirement) -> bool:
    return not (when & requirement.marker).is_empty()


def _same_folder(asked: Source, found: Source) -> bool:
    """Whether both are one folder: that it is installed as editable, PEP 508 cannot say."""
    return isinstance(asked, Directory) and isinstance(found, Directory) and asked.path == found.path


def _asked(source: Source) -> Source:
    """A place as a requirement names it: what is locked of it stays with the lock."""
    return (
        replace(source, commit=None, revision=source.revision or source.commit) if isinstance(source, Vcs) else source
    )
