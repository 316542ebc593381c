"""Source trees that a project takes packages from: what each of its folders says of itself.

No lock of Pipenv, pip or pylock says what such a package needs, and uv takes no lock that says otherwise than the
folder does. What stands there literally is read (`[project]`, `[tool.poetry]`, setup.cfg, setup.py) and nothing is
executed. A folder outside of the project is read where the tree shows it: in the same repository.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from packaging.specifiers import SpecifierSet

from converter import markers
from converter.errors import InputError
from converter.format import Trace
from converter.formats import FORMATS
from converter.index.direct import archive_of, read_here, versioned
from converter.index.metadata import Stated, understood
from converter.losses import Kind, Loss, Lossy
from converter.model import (
    Archive,
    Artifact,
    Dependency,
    Directory,
    Origin,
    Package,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    Source,
    Vcs,
    declared,
)
from converter.pyproject.own import from_files, read_own
from converter.pyproject.requirement import requirement_text
from converter.tree import Tree

_POETRY = "poetry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a source tree says of itself. `bare` are the names that every tool but the project's own looks up."""

    version: str | None = None
    requires_python: SpecifierSet | None = None
    needs: tuple[Requirement, ...] = ()
    optional: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict)
    bare: frozenset[str] = frozenset()


def described(project: Project, tree: Tree) -> Project:
    """The project with what its folders and archives say of themselves in the place of what its lock leaves open."""
    lock = project.lock
    if lock is None or all(isinstance(package.id.source, Registry | Vcs) for package in lock.packages):
        return project
    places = {p.name: p.id.source for p in lock.packages if isinstance(p.id.source, Directory)}
    packages = (_described(p, tree, places) if _is_folder(p) else _opened(p, tree) for p in lock.packages)
    return replace(project, lock=replace(lock, packages=tuple(packages)))


def declaring(project: Project, tree: Tree) -> Lossy[Project]:
    """The project with a requirement for each folder that only another folder needs, and by its name alone.

    The source's tool knew the place from a setting in that other folder's manifest, which no other tool reads: at its
    next lock the name would come from an index.
    """
    lock = project.lock
    if lock is None:
        return Lossy(project)
    folders = [p for p in lock.packages if _is_folder(p)]
    named = frozenset(n for p in folders if (said := read(tree, p.id.source)) for n in said.bare)
    known = {(scope, requirement.name) for scope, requirement in declared(project)}
    missing = {p.id: p for p in folders if p.name in named and not any(name == p.name for _, name in known)}
    losses = tuple(_told(package) for package in missing.values())
    for package in missing.values():
        for scope, marker in package.when.items():
            asked = Requirement(name=package.name, marker=marker, source=package.id.source)
            project = _with(project, scope, asked)
    return Lossy(project, losses)


def unreached(project: Project) -> Iterator[Loss]:
    """A loss for each member of the source's workspace that the project at its root does not need."""
    for member in project.members:
        yield Loss(kind=Kind.MEMBER_UNREACHED, where=member, detail=member, packages=frozenset({member}))


def _told(package: Package) -> Loss:
    where = package.id.source.path if isinstance(package.id.source, Directory) else ""
    return Loss(kind=Kind.FOLDER_DECLARED, where=where, detail=package.name, packages=frozenset({package.name}))


def _with(project: Project, scope: Scope, asked: Requirement) -> Project:
    if scope.kind is ScopeKind.EXTRA:
        extras = project.optional_dependencies
        return replace(project, optional_dependencies={**extras, scope.name: (*extras.get(scope.name, ()), asked)})
    if scope.kind is ScopeKind.GROUP:
        group = project.dependency_groups[scope.name]
        made = replace(group, requirements=(*group.requirements, asked))
        return replace(project, dependency_groups={**project.dependency_groups, scope.name: made})
    return replace(project, dependencies=(*project.dependencies, asked))


def _is_folder(package: Package) -> bool:
    """Whether it is built from a folder that is not the project's own."""
    return place(package.id.source) not in (None, PurePosixPath())


def inside(source: Source | None) -> PurePosixPath | None:
    """Where in the project a folder lies; `None` for one that lies elsewhere, and for what is no folder."""
    path = place(source)
    return None if path is None or ".." in path.parts else path


def place(source: Source | None) -> PurePosixPath | None:
    """The way to a folder from the project's; `None` for one that is named from the root of the disk, or is none."""
    if not isinstance(source, Directory) or "\\" in source.path:
        return None
    path = PurePosixPath(posixpath.normpath(PurePosixPath(source.path, source.subdirectory or "")))
    return None if path.is_absolute() else path


def read(tree: Tree, source: Source) -> Said | None:
    """What the tree in a folder says of itself; `None` where it does not say so literally, or cannot be read."""
    path = place(source)
    if path is None:
        return None
    inner = tree.below(path)
    try:
        return _of_poetry(inner) if FORMATS[_POETRY].detect(inner) is not Trace.NONE else _of_standards(inner)
    except InputError:  # its own tool says what is wrong with it
        return None


def _of_poetry(inner: Tree) -> Said:
    form = FORMATS[_POETRY]
    project = form.parse(inner.drop(form.lock), "").value
    own = read_own(inner)
    literal = own.needs is not None and own.standard
    return Said(
        version=project.version,
        requires_python=project.requires_python,
        needs=project.dependencies,
        optional=project.optional_dependencies,
        bare=_bare(own.needs or (), own.optional) if literal else frozenset(),
    )


def _of_standards(inner: Tree) -> Said | None:
    own = read_own(inner)
    needs = from_files(inner) if own.needs is None else own.needs
    if needs is None:
        return None
    return Said(
        version=own.version,
        requires_python=own.stated_python,
        needs=needs,
        optional=own.optional,
        bare=_bare(needs, own.optional),
    )


def _bare(needs: Iterable[Requirement], optional: Mapping[str, Iterable[Requirement]]) -> frozenset[str]:
    every = (*needs, *(r for several in optional.values() for r in several))
    return frozenset(r.name for r in every if r.source is None)


def _described(package: Package, tree: Tree, places: Mapping[str, Directory]) -> Package:
    said = read(tree, package.id.source)
    if said is None:
        return package
    words = tuple(_words(_from_root(said, place(package.id.source) or PurePosixPath())))
    stated = Stated(requires_dist=words, provides_extra=tuple(said.optional))
    known = understood(stated, name=package.name, version=package.id.version or "")
    open_ = package.dependencies is None
    return replace(
        package,
        id=replace(package.id, version=package.id.version or said.version),
        requires_python=package.requires_python or said.requires_python,
        dependencies=_placed(known.edges, places) if open_ else package.dependencies,
        optional_dependencies={extra: _placed(edges, places) for extra, edges in known.extras.items()}
        if open_
        else package.optional_dependencies,
        requires_dist=words,
    )


def hashed(project: Project, tree: Tree) -> Lossy[Project]:
    """The project with the hash of each archive that lies in it and of which its lock has none; each is told."""
    lock = project.lock
    if lock is None:
        return Lossy(project)
    packages = [_hashed(package, tree) for package in lock.packages]
    new = [made for package, made in zip(lock.packages, packages, strict=True) if made != package]
    losses = (
        Loss(kind=Kind.HASH_ADOPTED, where=made.name, detail=archive_of(made), packages=frozenset({made.name}))
        for made in new
    )
    return Lossy(replace(project, lock=replace(lock, packages=tuple(packages))) if new else project, tuple(losses))


def _hashed(package: Package, tree: Tree) -> Package:
    content = None if package.hashes else _archive(package, tree)
    if content is None:
        return package
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    old = package.artifacts[0] if package.artifacts else Artifact()
    return replace(package, artifacts=(replace(old, hashes=(digest,), origin=Origin.ADOPTED),))


def _archive(package: Package, tree: Tree) -> bytes | None:
    """The bytes of the archive that a package is, where that lies in the project."""
    source = package.id.source
    path = inside(Directory(path=source.path)) if isinstance(source, Archive) and source.path else None
    return tree.get(path) if path else None


def _opened(package: Package, tree: Tree) -> Package:
    """An archive that lies in the project, with what its metadata says; any other package as it is."""
    content = _archive(package, tree)
    made = versioned(package)
    read = read_here(made, content) if content is not None else None
    if read is None:
        return made
    open_ = package.dependencies is None
    return replace(
        made,
        requires_python=package.requires_python or read.requires_python,
        summary=package.summary or read.summary,
        dependencies=read.edges if open_ else package.dependencies,
        optional_dependencies=read.extras if open_ else package.optional_dependencies,
        requires_dist=read.requires_dist,
    )


def _from_root(said: Said, folder: PurePosixPath) -> Said:
    """What a folder says, its paths seen from the project's root."""

    def moved(several: Iterable[Requirement]) -> tuple[Requirement, ...]:
        return tuple(replace(r, source=_moved(r.source, folder), spelling="") for r in several)

    return replace(said, needs=moved(said.needs), optional={e: moved(rs) for e, rs in said.optional.items()})


def _moved(source: Source | None, folder: PurePosixPath) -> Source | None:
    if isinstance(source, Directory):
        return replace(source, path=posixpath.normpath(posixpath.join(folder, source.path)))
    if isinstance(source, Archive) and source.path:
        return replace(source, path=posixpath.normpath(posixpath.join(folder, source.path)))
    return source


def _words(said: Said) -> Iterator[str]:
    yield from map(requirement_text, said.needs)
    for extra, several in said.optional.items():
        condition = markers.parse(f"extra == '{extra}'")
        yield from (requirement_text(replace(r, marker=r.marker & condition)) for r in several)


def _placed(edges: Iterable[Dependency], places: Mapping[str, Directory]) -> tuple[Dependency, ...]:
    """The edges, those to folders by the place that the lock has them at."""
    return tuple(replace(edge, source=places.get(edge.name)) for edge in edges)
