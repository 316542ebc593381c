"""The content of a uv.lock for a lock that another tool wrote: edges, forks and files as uv itself would write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from converter import graph, markers
from converter.formats.uv.conflicts import Item, item_value
from converter.formats.uv.content import REVISION, Values, files_value, ordered_packages, package_head, version_order
from converter.formats.uv.edges import Edges, Parents, Wired, parents, wired
from converter.formats.uv.folders import Folder
from converter.formats.uv.forks import forks
from converter.formats.uv.indexes import bare, identity
from converter.formats.uv.lockfile import LOCK
from converter.formats.uv.marker_order import marker_order
from converter.formats.uv.marker_text import shortened
from converter.formats.uv.members import member_edges, read_members, shared_range
from converter.formats.uv.metadata import declared_metadata, specifier_text, wire
from converter.formats.uv.ordering import Bounds, python_bounds
from converter.formats.uv.published import own_words, published
from converter.formats.uv.python import python_text
from converter.formats.uv.restated import KEY, locked, plain
from converter.formats.uv.wheels import needless, usable_files
from converter.formats.uv.wire import file_name, path_of, source_rank, source_value
from converter.losses import Lossy
from converter.markers import ANY, EMPTY, Marker
from converter.model import (
    Archive,
    Dependency,
    Directory,
    Lock,
    Package,
    PackageId,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    Source,
    release,
)
from converter.settle import settled

_OPTIONS = {
    "resolution": ("resolution-mode", "highest"),
    "prerelease": ("prerelease-mode", "if-necessary-or-explicit"),
    "fork-strategy": ("fork-strategy", "requires-python"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The project's own entry: its name, its version unless that is dynamic, and how it stands in its folder."""

    name: str
    version: str | None
    kind: str  # editable or virtual


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What every entry is written under."""

    python: Bounds
    environment: Marker
    forks: tuple[Marker, ...]
    names: Mapping[str, int]
    parents: Parents
    indexes: Mapping[str, str]
    care: Marker
    back: Mapping[PackageId, Edges]
    """Edges of packages to the project itself."""
    folders: Mapping[str, Folder]
    members: Mapping[str, Mapping[Scope, Edges]]
    """The edges of the extras and groups of a workspace's members."""


def composed(project: Project, lock: Lock, root: Root, folders: Mapping[str, Folder]) -> Lossy[Values]:
    """The content of a lock for `project` (as its written manifest says it) that installs what `lock` installs.

    `folders` are those of packages, by path, as far as uv reads them.
    """
    stated = project.requires_python or lock.requires_python or SpecifierSet()
    care = markers.python(str(stated)) & _either(lock.environments)
    rows = locked(project.tool.get("uv", {}).get(KEY))
    installs = [
        plain(_normalized(p), rows)
        for p in lock.packages
        if not (isinstance(p.id.source, Directory) and p.id.source.path == ".")
    ]
    apart = settled(installs, project.conflicts, care, LOCK)
    made = wired(project, apart.value, care)
    inner = read_members(project, folders)
    members = {name: member_edges(said, made, care) for name, said in inner.items()}
    back = {p.id: tuple(_back(p, root.name)) for p in apart.value}
    known = replace(
        _known(made, lock, care, markers.python(str(stated)), project),
        back=back,
        folders=folders,
        members={n: e.value for n, e in members.items()},
    )
    own = _root(root, project, made, known)
    kept = [_with_usable_files(package, known) for package in made.packages]
    packages = ordered_packages([own, *(_package(package, known) for package in kept)])
    losses = (
        *apart.losses,
        *needless(made.packages, kept),
        *(loss for each in members.values() for loss in each.losses),
    )
    top = _top(project, lock, shared_range(stated, inner.values()), known)
    return Lossy({**top, "package": packages}, losses)


def _normalized(package: Package) -> Package:
    """The package with versions as uv writes them: `2023.04.0` is `2023.4.0`."""

    def led(edges: Iterable[Dependency]) -> tuple[Dependency, ...]:
        return tuple(replace(edge, version=_version(edge.version)) for edge in edges)

    edges = package.dependencies
    return replace(
        package,
        id=replace(package.id, version=_version(package.id.version)),
        dependencies=edges if edges is None else led(edges),
        optional_dependencies={extra: led(inner) for extra, inner in package.optional_dependencies.items()},
    )


def _version(text: str | None) -> str | None:
    return text and str(release(text))


def _back(package: Package, project: str) -> Iterable[Dependency]:
    named = (edge for edge in package.dependencies or () if edge.name == project)
    return (Dependency(name=edge.name, marker=edge.marker) for edge in named)


def _either(environments: Sequence[Marker]) -> Marker:
    result = EMPTY if environments else ANY
    for environment in environments:
        result |= environment
    return result


def _known(made: Wired, lock: Lock, care: Marker, python: Marker, project: Project) -> _Known:
    found = parents(made)
    places = {p.id: found.of(p) for p in made.packages}
    parts = forks(made.packages, places, _needs(project, lock, found), lock.environments, care)
    names = [package.name for package in made.packages]
    return _Known(
        python=python_bounds(python),
        environment=_either(parts),
        forks=parts,
        names={name: names.count(name) for name in names} if len(set(names)) < len(names) else dict.fromkeys(names, 1),
        parents=found,
        indexes={identity(index.url): index.url for index in project.indexes},
        care=care,
        back={},
        folders={},
        members={},
    )


def _needs(project: Project, lock: Lock, found: Parents) -> list[tuple[Marker, Sequence[Dependency | Requirement]]]:
    """What is required where, as declared: by each scope of the project, each package, each extra that is asked for."""
    made: list[tuple[Marker, Sequence[Dependency | Requirement]]] = [
        (ANY, items) for items in graph.roots(replace(project, lock=None)).values()
    ]
    for package in lock.packages:
        every = ("", package.dependencies or ()), *package.optional_dependencies.items()
        places = ((found.of(package, extra), extra, edges) for extra, edges in every)
        made += [
            (here, published(package, extra) or edges) for here, extra, edges in places if edges and not here.is_empty()
        ]
    return made


def _top(project: Project, lock: Lock, stated: SpecifierSet, known: _Known) -> Values:
    written = project.tool.get("uv", {})
    sets = [[item_value(Item(canonicalize_name(project.name), scope)) for scope in each] for each in project.conflicts]
    requirements = {
        "constraints": project.constraints,
        "overrides": project.overrides,
        "build-constraints": project.build_constraints,
    }
    required = written.get("required-environments")
    excluded = written.get("exclude-dependencies")
    options = {key: written[name] for name, (key, default) in _OPTIONS.items() if written.get(name, default) != default}
    return {
        "version": 1,
        "revision": REVISION,
        "requires-python": python_text(stated),
        "resolution-markers": _texts(known.forks, known),
        "supported-markers": _texts(lock.environments, known),
        "required-markers": _texts(map(markers.parse, map(str, required)), known) if isinstance(required, list) else [],
        "conflicts": sets,
        "options": options,
        "manifest": {
            "members": sorted([canonicalize_name(project.name), *project.workspace]) if project.workspace else [],
            **{key: wire(items) for key, items in requirements.items() if items},
            **({"excludes": sorted(map(str, excluded))} if isinstance(excluded, list) else {}),
            KEY: locked(written.get(KEY)),
        },
    }


def _texts(parts: Iterable[Marker], known: _Known) -> list[str]:
    made = (shortened(part, known.python) for part in parts)
    return [text for text in dict.fromkeys(made) if text]


def _head(root: Root) -> Values:
    version = {"version": _version(root.version)} if root.version is not None else {}
    return {"name": root.name, **version, "source": {root.kind: "."}}


def root_head(root: Root, lock: Lock) -> Values:
    """What names the project's own entry in a lock of uv: without a version where the manifest no longer has one.

    What another package of the lock needs is one itself, whatever the manifest says of a build system.
    """
    needed = any(edge.name == root.name for package in lock.packages for edge in package.dependencies or ())
    return {"version": None, **_head(replace(root, kind="editable") if needed else root)}


def _root(root: Root, project: Project, made: Wired, known: _Known) -> Values:
    scopes = {scope: _edges(edges, ANY, known) for scope, edges in made.roots.items()}
    return {
        **_head(root),
        **group_settings(project),
        "dependencies": scopes.get(Scope(), []),
        "optional-dependencies": _named(scopes, ScopeKind.EXTRA),
        "dev-dependencies": _named(scopes, ScopeKind.GROUP),
        **declared_metadata(project),
    }


def group_settings(project: Project) -> Values:
    """What the manifest says of groups beside their requirements; uv's own default is not written."""
    written = project.tool.get("uv", {})
    defaults, pythons = written.get("default-groups", ["dev"]), written.get("dependency-groups")
    said = pythons.items() if isinstance(pythons, Mapping) else ()
    found = {
        name: row["requires-python"] for name, row in said if isinstance(row, Mapping) and "requires-python" in row
    }
    return {
        **({"default-groups": _sorted(defaults)} if defaults != ["dev"] else {}),
        **(
            {"group-requires-python": {name: python_text(SpecifierSet(text)) for name, text in found.items()}}
            if found
            else {}
        ),
    }


def _sorted(groups: object) -> object:
    return sorted(map(str, groups)) if isinstance(groups, list) else groups


def _named(scopes: Mapping[Scope, list[Values]], kind: ScopeKind) -> dict[str, list[Values]]:
    return {scope.name: edges for scope, edges in scopes.items() if scope.kind is kind and edges}


def _package(package: Package, known: _Known) -> Values:
    here = known.parents.of(package)
    parts = [part for part in known.forks if not (part & here).is_empty()] if known.names[package.name] > 1 else []
    source = _source(package.id.source, known)
    return {
        **_named_as(package, known),
        "source": source,
        "resolution-markers": _texts(parts, known),
        "dependencies": _edges((*(package.dependencies or ()), *known.back[package.id]), here, known),
        "optional-dependencies": _of_member(package, ScopeKind.EXTRA, here, known) | dict(_optional(package, known)),
        "dev-dependencies": _of_member(package, ScopeKind.GROUP, here, known),
        **({} if isinstance(package.id.source, Directory) else files_value(package)),
        **(_metadata(package, known) if isinstance(package.id.source, Directory | Archive) else {}),
    }


def _of_member(package: Package, kind: ScopeKind, here: Marker, known: _Known) -> Values:
    """What each extra or group of a member of the workspace needs, as far as the lock holds it."""
    scopes = known.members.get(package.name, {}).items()
    return {scope.name: _edges(edges, here, known) for scope, edges in scopes if scope.kind is kind and edges}


def _folder(package: Package, known: _Known) -> Folder | None:
    """The folder of a package, where uv reads it."""
    source = package.id.source
    return known.folders.get(path_of(source)) if isinstance(source, Directory) else None


def _named_as(package: Package, known: _Known) -> Values:
    """Name and version; of a folder the version that stands there, for uv leaves out one that is computed."""
    read = _folder(package, known)
    return package_head(package if read is None else replace(package, id=replace(package.id, version=read.version)))


def _with_usable_files(package: Package, known: _Known) -> Package:
    """The package with its wheels that some covered interpreter can use, and one sdist, as uv.lock has them."""
    source = package.id.source
    if isinstance(source, Archive):
        name = file_name(source.url or source.path or "")
        return replace(package, artifacts=tuple(replace(artifact, filename=name) for artifact in package.artifacts[:1]))
    return replace(package, artifacts=usable_files(package, known.python, known.parents.of(package) & known.care))


def _optional(package: Package, known: _Known) -> Iterable[tuple[str, list[Values]]]:
    for extra, edges in package.optional_dependencies.items():
        here = known.parents.of(package, extra)
        if not here.is_empty():
            yield extra, _edges(edges, here, known)


def _source(source: Source, known: _Known) -> dict[str, str]:
    """A source as it is written; an index as the manifest spells its URL, never with credentials."""
    if isinstance(source, Registry):
        return {"registry": known.indexes.get(identity(source.index), bare(source.index))}
    return source_value(source)


def _metadata(package: Package, known: _Known) -> Values:
    """What a source tree or an archive requires: as it says so itself, else as far as its edges do."""
    read = _folder(package, known)
    if read is not None and read.project is not None:
        return declared_metadata(read.project)
    plain = own_words(package) if package.requires_dist is not None else _of_edges(package)
    extras = {*package.optional_dependencies, *(name for r in plain for name in r.marker.names())}
    metadata = {"requires-dist": wire(plain), "provides-extras": sorted(extras)}
    return {"metadata": {key: value for key, value in metadata.items() if value}} if any(metadata.values()) else {}


def _of_edges(package: Package) -> list[Requirement]:
    plain = [_requirement(edge) for edge in package.dependencies or ()]
    for extra, edges in package.optional_dependencies.items():
        condition = markers.parse(f"extra == '{extra}'")
        plain += [replace(_requirement(edge), marker=edge.marker & condition) for edge in edges]
    return plain


def _requirement(edge: Dependency) -> Requirement:
    source = None if isinstance(edge.source, Registry) else edge.source
    return Requirement(name=edge.name, extras=edge.extras, specifier=edge.specifier, marker=edge.marker, source=source)


def _edges(edges: Edges, here: Marker, known: _Known) -> list[Values]:
    """Edges as uv writes them: one for each target and marker, shortened by what holds where their package is."""
    return [value for _, value in sorted(_merged(edges, here, known), key=lambda row: row[0])]


def _merged(edges: Edges, here: Marker, known: _Known) -> Iterable[tuple[tuple[object, ...], Values]]:
    ends: dict[tuple[PackageId, str], Marker] = {}
    for edge in edges:
        target = PackageId(name=edge.name, version=edge.version, source=edge.source or PackageId(name="").source)
        for extra in ("", *sorted(edge.extras)):
            if not extra or not known.parents.found.get((target, extra), EMPTY).is_empty():
                ends[target, extra] = ends.get((target, extra), EMPTY) | edge.marker
    merged: dict[tuple[PackageId, str], tuple[Marker, set[str]]] = {}
    for (target, extra), marker in ends.items():
        plain = shortened(marker, known.python, here)
        merged.setdefault((target, plain), (marker, set()))[1].update({extra} - {""})
    for (target, _), (marker, extras) in merged.items():
        yield _edge(target, extras, marker, here, known)


def _edge(
    target: PackageId, extras: set[str], marker: Marker, here: Marker, known: _Known
) -> tuple[tuple[object, ...], Values]:
    source, text = (
        _source(target.source, known),
        shortened(marker & known.environment, known.python, here, known.environment),
    )
    exact = {**({"version": target.version} if target.version is not None else {}), "source": source}
    value: Values = {
        "name": target.name,
        **(exact if known.names.get(target.name, 0) > 1 else {}),
        **({"extra": sorted(extras)} if extras else {}),
        **({"marker": text} if text else {}),
    }
    order = (
        target.name,
        *version_order(target.version),
        source_rank(source),
        sorted(extras),
        str(marker_order(marker)),
    )
    return order, value


__all__ = ["Root", "composed", "specifier_text"]
