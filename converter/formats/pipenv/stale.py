"""What differs between a Pipfile and a lock that was not made from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from packaging.version import InvalidVersion, Version

from converter.formats.pipenv.categories import section_of
from converter.formats.pipenv.hash import accepts
from converter.formats.pipenv.lockfile import LOCK, LockFile, Opened
from converter.formats.pipenv.manifest import PIPFILE, Manifest
from converter.losses import Kind, Loss
from converter.model import Package, Registry, Requirement, Scope


def differences(manifest: Manifest, opened: Opened, lock: LockFile, scopes: Mapping[str, Scope]) -> Iterator[Loss]:
    """A loss for each requirement that the lock does not hold, and one that names what differs if the lock is stale."""
    missing = [(c, r.name) for c, rs in manifest.categories.items() for r in rs if r.name not in _held(lock, c)]
    for category, name in dict.fromkeys(missing):
        yield Loss(kind=Kind.NOT_LOCKED, where=f"{PIPFILE}: {category}", detail=name, packages=frozenset({name}))
    if not accepts(manifest.data, opened.written_hash, opened.meta.get("sources")):
        told = [f"{name} is not in it" for name in dict.fromkeys(name for _, name in missing)]
        if manifest.requires_python != opened.requires_python:
            told.append(
                f"Python {opened.requires_python or '*'} is locked, {manifest.requires_python or '*'} is wanted"
            )
        for category, requirements in manifest.categories.items():
            told += _outside(requirements, lock.packages, scopes[category])
        unknown = "content differs" if opened.written_hash else "it holds no hash of the Pipfile"
        detail = "; ".join(dict.fromkeys(told)) or unknown
        yield Loss(kind=Kind.STALE_LOCK, where=f"{LOCK}: _meta.hash.sha256", detail=detail)


def _held(lock: LockFile, category: str) -> frozenset[str]:
    return lock.held.get(section_of(category), frozenset())


def _outside(requirements: Iterable[Requirement], packages: Iterable[Package], scope: Scope) -> Iterator[str]:
    """The locked versions that the Pipfile does not admit."""
    versions = {p.name: p.id.version for p in packages if scope in p.when and isinstance(p.id.source, Registry)}
    for requirement in requirements:
        version = versions.get(requirement.name)
        if version and not _admits(requirement, version):
            yield f"{requirement.name} {version} is locked, {requirement.specifier} is wanted"


def _admits(requirement: Requirement, version: str) -> bool:
    try:
        return requirement.specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return True
