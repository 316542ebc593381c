"""A uv project as a Project: pyproject.toml and uv.lock joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name

from converter import naming, toml
from converter.errors import InputError
from converter.formats.uv.conflicts import read_sets
from converter.formats.uv.lockfile import LOCK, Read, read_lock
from converter.formats.uv.lowering import Lowering
from converter.formats.uv.reached import Reached, members, reached, root_of
from converter.formats.uv.settings import MANIFEST, Settings, left, read_settings
from converter.formats.uv.stale import differences
from converter.losses import Loss, Lossy
from converter.model import MAIN, Directory, Group, Project, Requirement, Scope, ScopeKind
from converter.pyproject.parse import Standard, check_includes, read_standard
from converter.table import Table
from converter.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    standard: Standard
    settings: Settings
    losses: tuple[Loss, ...]


def parse(tree: Tree, name: str) -> Lossy[Project]:
    """The project of pyproject.toml and uv.lock; `name` is used where no file has one. `lock` is `None` without a lock.

    Raises InputError for a file that cannot be read, a lock without its manifest, a lock of another version than 1.
    """
    text, locked = tree.text(MANIFEST), tree.text(LOCK)
    if text is None:
        beside = f"expected {MANIFEST} beside it, found none" if locked is not None else "expected a file, found none"
        raise InputError(beside, file=MANIFEST if locked is None else LOCK)
    manifest_table = Table(toml.values(text, MANIFEST), MANIFEST)
    manifest = _manifest(manifest_table, text, name)
    if locked is None:
        project = _project(manifest, name, _stated_folders(tree, manifest.settings.members))
        return Lossy(project, (*manifest.losses, *manifest_table.unread()))
    document = Table(toml.values(locked, LOCK), LOCK)
    read = read_lock(document)
    found = _reached(read, manifest)
    folders = _folders(read)
    around = {n: d for n, d in folders.items() if d.path != "." and n not in found.unneeded}
    project = _project(manifest, name, folders)
    project = replace(project, lock=found.lock, members=found.unneeded, workspace=around)
    stale = differences(project, read)
    # where the manifest states none, uv holds the lock to the range that it wrote there
    project = replace(project, requires_python=project.requires_python or read.requires_python)
    return Lossy(project, (*manifest.losses, *manifest_table.unread(), *document.unread(), *stale))


def declared_in(tree: Tree, name: str, folders: Mapping[str, Directory]) -> Project:
    """What pyproject.toml declares, beside any lock; `folders` are those of the workspace's members by name.

    Raises InputError as `parse`.
    """
    text = tree.text(MANIFEST) or ""
    return _project(_manifest(Table(toml.values(text, MANIFEST), MANIFEST), text, name), name, folders)


def _manifest(document: Table, text: str, name: str) -> _Manifest:
    standard = read_standard(document, text)
    tool = document.table("tool")
    uv = tool.table("uv")
    document.skip_all()
    tool.skip_all()
    settings = read_settings(uv, standard.name or name)
    return _Manifest(
        standard=standard,
        settings=settings,
        losses=(*standard.losses, *left(uv, settings, built=bool(standard.build_system))),
    )


def _reached(read: Read, manifest: _Manifest) -> Reached:
    """The scopes of the lock's packages; conflicts as the lock states them."""
    root = root_of(read.packages)
    sets = read.top.get("conflicts")
    tables = [[Table(item, LOCK, "conflicts") for item in each] for each in sets] if isinstance(sets, list) else []
    return reached(read, read_sets(tuple(map(tuple, tables)), root.name if root else manifest.standard.name or ""))


def _folders(read: Read) -> dict[str, Directory]:
    """The folders of the workspace's members, as the lock has them."""
    root = root_of(read.packages)
    names = members(read) | ({root.name} if root else set())
    return {p.name: p.id.source for p in read.packages if p.name in names and isinstance(p.id.source, Directory)}


def _stated_folders(tree: Tree, globs: Iterable[str]) -> dict[str, Directory]:
    """The folders of the workspace's members, as the manifest names them."""
    found = {PurePosixPath(glob) / MANIFEST for glob in globs}
    paths = (path for glob in sorted(found) for path in tree.paths(str(glob)) if len(path.parts) == len(glob.parts))
    named = ((naming.stated(tree, str(path.parent)), path.parent) for path in paths)
    return {canonicalize_name(name): Directory(path=str(folder), editable=True) for name, folder in named if name}


def _project(manifest: _Manifest, name: str, folders: Mapping[str, Directory]) -> Project:
    standard, settings = manifest.standard, manifest.settings
    indexes = {index.name: index.url for index in settings.indexes}
    lowering = Lowering(sources=settings.sources, indexes=indexes, members=folders, pythons=settings.pythons)
    groups = {key: lowering.group(key, group) for key, group in _groups(standard, settings).items()}
    check_includes(groups, MANIFEST)
    extras = {
        key: lowering.requirements(items, Scope(ScopeKind.EXTRA, key))
        for key, items in standard.optional_dependencies.items()
    }
    defaults = _default_groups(settings, groups)
    project = Project(
        name=standard.name or name,
        version=standard.version,
        requires_python=standard.requires_python,
        dependencies=lowering.requirements(standard.dependencies or (), MAIN),
        optional_dependencies=extras,
        dependency_groups={key: replace(group, optional=key not in defaults) for key, group in groups.items()},
        default_groups=defaults,
        constraints=lowering.requirements(settings.constraints),
        overrides=lowering.requirements(settings.overrides),
        build_constraints=settings.build_constraints,
        conflicts=tuple(_conflicts(settings, canonicalize_name(standard.name or name))),
        indexes=settings.indexes,
        entry_points=standard.entry_points,
        metadata=standard.metadata,
        installs_itself=settings.written.get("package", bool(standard.build_system)) is True,
        tool={"uv": settings.written} if settings.written else {},
    )
    return _with_prereleases(project) if settings.prereleases else project


def _groups(standard: Standard, settings: Settings) -> dict[str, Group]:
    """The groups, with the `dev-dependencies` that came before them as part of the group dev."""
    groups = dict(standard.dependency_groups)
    if settings.development:
        dev = groups.get("dev", Group())
        groups["dev"] = replace(dev, requirements=(*dev.requirements, *settings.development))
    return groups


def _default_groups(settings: Settings, groups: Mapping[str, Group]) -> tuple[str, ...]:
    if settings.default_groups == ("*",):
        return tuple(groups)
    return (
        tuple(name for name in settings.default_groups or ("dev",) if name in groups)
        if settings.default_groups != ()
        else ()
    )


def _conflicts(settings: Settings, name: str) -> Iterator[tuple[Scope, ...]]:
    """The conflicts between the project's own scopes."""
    for each in settings.conflicts:
        own = tuple(item.scope for item in each if item.package == name)
        if len(own) > 1:
            yield own


def _with_prereleases(project: Project) -> Project:
    def allow(items: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
        return tuple(replace(item, prereleases=True) for item in items)

    groups = {k: replace(g, requirements=allow(g.requirements)) for k, g in project.dependency_groups.items()}
    return replace(
        project,
        dependencies=allow(project.dependencies),
        optional_dependencies={k: allow(items) for k, items in project.optional_dependencies.items()},
        dependency_groups=groups,
    )
