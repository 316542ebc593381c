"""A project's lock as the plain values of a pylock.toml. Specification: PEP 751."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from converter import markers
from converter.formats.pylock.condition import Names, marker_text, names_for
from converter.formats.pylock.document import LOCK, VERSION
from converter.formats.pylock.entry import Entry, entry_of
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, EMPTY, Marker
from converter.model import Archive, Lock, Package, Project, Registry, Scope, ScopeKind, Vcs, package_key, scopes_of
from converter.pyproject.requirement import specifier_text
from converter.settle import settled

CREATOR = "pm-convert"


def content(project: Project, lock: Lock) -> Lossy[Entry]:
    """The values of the lock's file, in PEP 751's order, and what it cannot say."""
    stated = project.requires_python if project.requires_python is not None else lock.requires_python
    care = ANY if stated is None else markers.python(str(stated))
    scopes = _scopes(project, lock)
    names = names_for(scopes)
    apart = settled(lock.packages, project.conflicts, care, LOCK)
    wanted = sorted((package for package in apart.value if _is_wanted(package, care)), key=package_key)
    entries = [_entry(package, names, care) for package in wanted]
    top: Entry = {"lock-version": VERSION}
    if environments := [marker.text() for marker in lock.environments if not marker.is_any()]:
        top["environments"] = environments
    if stated is not None and str(stated):
        top["requires-python"] = specifier_text(stated)
    values = {**top, **_offered(scopes, names), "created-by": CREATOR, "packages": entries}
    losses = (*apart.losses, *_nowhere(apart.value, care), *_faults(wanted, entries), *_files(wanted, entries))
    return Lossy(values, losses)


def _scopes(project: Project, lock: Lock) -> tuple[Scope, ...]:
    """What can be asked for: what the project declares, and what only its lock knows."""
    return tuple(sorted({*scopes_of(project), *(scope for package in lock.packages for scope in package.when)}))


def _offered(scopes: Sequence[Scope], names: Names) -> Entry:
    extras = [scope.name for scope in scopes if scope.kind is ScopeKind.EXTRA]
    groups = [*names.defaults, *(scope.name for scope in scopes if scope.kind is ScopeKind.GROUP)]
    offered: Entry = {"extras": extras, "dependency-groups": groups, "default-groups": list(names.defaults)}
    return {key: value for key, value in offered.items() if value}


def _installed(package: Package, care: Marker) -> Marker:
    result = EMPTY
    for marker in package.when.values():
        result |= marker & care
    return result


def _is_wanted(package: Package, care: Marker) -> bool:
    return not _installed(package, care).is_empty()


def _entry(package: Package, names: Names, care: Marker) -> Entry:
    """The entry of a package. A Requires-Python that would stop an installer is the package's own affair."""
    if package.requires_python is not None:
        admitted = markers.python(str(package.requires_python))
        if not (_installed(package, care) & ~admitted).is_empty():
            package = replace(package, requires_python=None)
    return entry_of(package, marker_text(package.when, names, care))


def _loss(kind: Kind, package: Package, detail: str) -> Loss:
    return Loss(kind=kind, where=f"{LOCK}: {package.name}", detail=detail, packages=frozenset({package.name}))


def _nowhere(packages: Sequence[Package], care: Marker) -> Iterator[Loss]:
    for package in packages:
        if not _is_wanted(package, care):
            yield _loss(Kind.OTHER_PLATFORM, package, f"{package.name} is wanted in no covered environment")


def _faults(packages: Sequence[Package], entries: Sequence[Entry]) -> Iterator[Loss]:
    """What no installer could take."""
    for package, entry in zip(packages, entries, strict=True):
        source = package.id.source
        unlocked = isinstance(source, Vcs) and not source.commit
        if unlocked or (isinstance(source, Archive) and not package.hashes):
            yield _loss(Kind.UNPINNED, package, f"{package.name} has no {'commit' if unlocked else 'hash'}")
        elif isinstance(source, Registry) and not package.id.version:
            yield _loss(Kind.UNPINNED, package, f"{package.name} has no version")
        elif isinstance(source, Registry) and not entry.keys() & {"sdist", "wheels"}:
            known = [artifact.filename or "" for artifact in package.artifacts if artifact.url]
            kind = Kind.SOURCE_UNSAYABLE if known else Kind.FILES_UNKNOWN
            yield _loss(kind, package, f"{package.name} {package.id.version}: {', '.join(known) or 'no file'}")


def _files(packages: Sequence[Package], entries: Sequence[Entry]) -> Iterator[Loss]:
    """A note for the files that PEP 751 has no place for."""
    for package, entry in zip(packages, entries, strict=True):
        if isinstance(package.id.source, Registry) and (left := package.hashes - _digests(entry)):
            names = sorted(a.filename or "" for a in package.artifacts if left & {*a.hashes})
            detail = f"{package.name} {package.id.version}: {', '.join(dict.fromkeys(names))}"
            yield replace(_loss(Kind.FILE_LEFT, package, detail), hashes=left)


def _digests(entry: Entry) -> frozenset[str]:
    wheels, sdist = entry.get("wheels", []), entry.get("sdist")
    files = [*(wheels if isinstance(wheels, list) else ()), *([sdist] if isinstance(sdist, dict) else ())]
    return frozenset(f"{algorithm}:{digest}" for file in files for algorithm, digest in file["hashes"].items())
