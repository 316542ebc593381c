"""A PDM project as a Project: pyproject.toml and pdm.lock joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from converter import markers
from converter.errors import InputError
from converter.formats.pdm.content_hash import content_hashes
from converter.formats.pdm.lines import local
from converter.formats.pdm.lockfile import LOCK, Read, lock_version, read_lock
from converter.formats.pdm.packages import packages_of
from converter.formats.pdm.settings import MANIFEST, Settings, left, read_settings
from converter.losses import Kind, Loss, Lossy
from converter.model import (
    PUBLIC_INDEX,
    Group,
    Lock,
    Package,
    Priority,
    Project,
    Registry,
    Requirement,
    index_url,
)
from converter.pyproject.parse import Standard, check_includes, read_standard, with_comments
from converter.table import Table
from converter.toml import values
from converter.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    data: Mapping[str, object]
    standard: Standard
    settings: Settings


def parse(tree: Tree, name: str) -> Lossy[Project]:
    """The project of pyproject.toml and pdm.lock; `name` is used where no file has one. Its lock may be missing.

    Raises InputError for a file that cannot be read, a lock without its manifest, a lock of another version than
    3.1 to 4.5.
    """
    text, locked = tree.text(MANIFEST), tree.text(LOCK)
    if text is None:
        beside = f"expected {MANIFEST} beside it, found none" if locked is not None else "expected a file, found none"
        raise InputError(beside, file=MANIFEST if locked is None else LOCK)
    raw = {} if locked is None else values(locked, LOCK)
    if locked is not None:
        lock_version(Table(raw, LOCK).table("metadata"))
    read = _manifest(text)
    manifest, project = read.value, _project(read.value, name)
    if locked is None:
        return Lossy(project, read.losses)
    document = Table(raw, LOCK)
    lock = read_lock(document)
    placed = packages_of(lock, project, manifest.settings.index_of, _default_index(project))
    whole = replace(project, lock=_lock(lock, placed.value))
    told = (*document.unread(), *placed.losses, *_stale(lock, manifest.data, whole))
    return Lossy(whole, (*read.losses, *told))


def _manifest(text: str) -> Lossy[_Manifest]:
    data = values(text, MANIFEST)
    document = Table(data, MANIFEST)
    standard = read_standard(document, text)
    tool = document.table("tool")
    pdm = tool.table("pdm")
    document.skip_all()
    tool.skip_all()
    settings = read_settings(pdm, with_comments(text, MANIFEST))
    losses = (*left(pdm, settings), *document.unread())
    return Lossy(_Manifest(data=data, standard=standard, settings=settings), losses)


def _project(manifest: _Manifest, name: str) -> Project:
    standard, settings = manifest.standard, manifest.settings
    groups = _groups(standard, settings)
    check_includes(groups, MANIFEST)
    build_system = {"build-system": standard.build_system} if standard.build_system else {}
    dynamic: Mapping[str, object] = {"dynamic": list(standard.dynamic)} if standard.dynamic else {}
    return Project(
        name=standard.name or name,
        version=standard.version,
        requires_python=standard.requires_python,
        dependencies=_placed(standard.dependencies or (), settings),
        optional_dependencies={key: _placed(rs, settings) for key, rs in standard.optional_dependencies.items()},
        dependency_groups={k: replace(g, requirements=_placed(g.requirements, settings)) for k, g in groups.items()},
        default_groups=tuple(groups),
        overrides=settings.overrides,
        indexes=settings.indexes,
        tasks=settings.tasks,
        entry_points=standard.entry_points,
        metadata={**standard.metadata, **dynamic},
        tool={"pdm": settings.written, **build_system},
    )


def _groups(standard: Standard, settings: Settings) -> dict[str, Group]:
    """The groups of both tables; of one that stands in both, the standard's requirements come first."""
    groups = dict(standard.dependency_groups)
    for name, group in settings.groups.items():
        known = groups.get(name, Group())
        groups[name] = replace(known, requirements=(*known.requirements, *group.requirements))
    return groups


def _placed(requirements: tuple[Requirement, ...], settings: Settings) -> tuple[Requirement, ...]:
    """Requirements with places below the project, and with the index that is set for their package."""
    return tuple(_source(replace(r, source=local(r.source)), settings) for r in requirements)


def _source(requirement: Requirement, settings: Settings) -> Requirement:
    index = settings.index_of(requirement.name) if requirement.source is None else None
    source = requirement.source if index is None else Registry(index)
    return replace(requirement, source=source, prereleases=settings.prereleases)


def _default_index(project: Project) -> str:
    """The index that serves what no other is set for."""
    urls = (index.url for index in project.indexes if index.priority is Priority.DEFAULT)
    return index_url(next(urls, PUBLIC_INDEX))


def _lock(read: Read, packages: tuple[Package, ...]) -> Lock:
    """The lock; its environments are its targets where they speak of platforms or there are several."""
    stated = {target.requires_python for target in read.targets}
    apart = len(read.targets) > 1 or any(not target.marker.is_any() for target in read.targets)
    one = next(iter(stated)) if len(stated) == 1 else ""
    return Lock(
        requires_python=SpecifierSet(one) if one else None,
        environments=tuple(markers.python(t.requires_python) & t.marker for t in read.targets) if apart else (),
        packages=packages,
        tool={"pdm": _own(read)},
    )


def _own(read: Read) -> dict[str, object]:
    return {
        "lock-version": ".".join(map(str, read.version)),
        "strategy": sorted(read.strategy),
        "groups": list(read.groups) if read.groups is not None else None,
        "targets": [target.written for target in read.targets],
        "content-hash": read.content_hash,
        "lock-inputs": read.lock_inputs,
    }


def _stale(read: Read, data: Mapping[str, object], project: Project) -> Iterator[Loss]:
    if read.content_hash in content_hashes(data) or read.lock_inputs is not None:
        return
    differ = sorted({r.name for r in every(project) if not _held(project, r)})
    whole = "the lock has a fitting version for each requirement"
    detail = f"not held by the lock: {', '.join(differ)}" if differ else whole
    yield Loss(kind=Kind.STALE_LOCK, where=LOCK, detail=detail)


def every(project: Project) -> Iterator[Requirement]:
    """The requirements of all scopes."""
    yield from project.dependencies
    for requirements in project.optional_dependencies.values():
        yield from requirements
    for group in project.dependency_groups.values():
        yield from group.requirements


def _held(project: Project, requirement: Requirement) -> bool:
    """Whether the lock has a version that the requirement admits."""
    packages = project.lock.packages if project.lock else ()
    versions = [p.id.version or "0" for p in packages if p.name == requirement.name]
    admitted = any(requirement.specifier.contains(version, prereleases=True) for version in versions)
    return admitted or requirement.name == canonicalize_name(project.name)
