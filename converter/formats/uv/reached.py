"""What of a uv.lock the project reaches: in which scope, under which marker. The rest stands apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from packaging.utils import canonicalize_name

from converter import graph, markers
from converter.formats.uv.conflicts import Choices, Sets
from converter.formats.uv.lockfile import Read
from converter.markers import ANY, Marker
from converter.model import MAIN, Dependency, Directory, Lock, Package, PackageId, Scope, ScopeKind, package_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The lock with the scopes of its packages, and the workspace members that the project does not need."""

    lock: Lock
    unneeded: tuple[str, ...]


def reached(read: Read, sets: Sets) -> Reached:
    """The lock as the project at its root uses it; a workspace without such a project uses all its members."""
    root = root_of(read.packages)
    tops = (root,) if root else tuple(p for p in read.packages if p.name in members(read))
    roots = _roots(tops, read, alone=root is None)
    found = graph.reach(roots, read.packages)
    asked = graph.asked_extras(roots, read.packages)
    choices = Choices(root=root.name if root else "", sets=sets, asked=_by_name(asked))
    care = _covered(read)
    installs: list[Package] = []
    apart: list[Package] = []
    for package in read.packages:
        when = _decided(found.get(package.id, {}), choices, care)
        if package is root or not when or is_virtual(package):
            apart.append(package)
        else:
            made = replace(package, when=when, extras=asked.get(package.id, frozenset()))
            installs.append(_settled(made, choices))
    lock = Lock(
        requires_python=read.requires_python,
        environments=read.environments,
        options=_options(read),
        packages=tuple(sorted(installs, key=package_key)),
        tool={
            "uv": {
                **{k: v for k, v in read.top.items() if k != "revision"},
                "apart": tuple(apart),
                "as-written": _as_written(read),
            }
        },
    )
    needed = {p.name for p in installs} | {p.name for p in tops} | {p.name for p in apart if found.get(p.id)}
    return Reached(lock=lock, unneeded=tuple(sorted(members(read) - needed)))


def _as_written(read: Read) -> Mapping[str, object]:
    """What differs between releases of uv that say the same."""
    return {"revision": read.top.get("revision"), "spelled": read.spelled}


def _covered(read: Read) -> Marker:
    """The environments for which the lock was made: outside of them no marker matters."""
    python = ANY if read.requires_python is None else markers.python(str(read.requires_python))
    return python & reduce(or_, read.environments) if read.environments else python


def root_of(packages: tuple[Package, ...]) -> Package | None:
    """The project itself: the package whose folder is the lock's."""
    return next((p for p in packages if isinstance(p.id.source, Directory) and p.id.source.path == "."), None)


def is_virtual(package: Package) -> bool:
    """Whether it is a project that is only a list of requirements, never built or installed."""
    source = package.tool.get("uv", {}).get("source")
    return isinstance(source, Mapping) and "virtual" in source


def members(read: Read) -> frozenset[str]:
    """The names of the workspace's members, the project itself among them; none where it is alone."""
    manifest = read.top.get("manifest")
    names = manifest.get("members", ()) if isinstance(manifest, Mapping) else ()
    return frozenset(canonicalize_name(name) for name in names if isinstance(name, str))


def _roots(tops: tuple[Package, ...], read: Read, *, alone: bool) -> dict[Scope, list[Dependency]]:
    """The edges of each scope. Without a project at the root the members themselves are what is installed."""
    found: dict[Scope, list[Dependency]] = {MAIN: []}
    for top in tops:
        found[MAIN] += [Dependency(name=top.name)] if alone else top.dependencies or ()
        for name, edges in top.optional_dependencies.items():
            found.setdefault(Scope(ScopeKind.EXTRA, name), []).extend(edges)
        for name, edges in read.groups[top.id].items():
            found.setdefault(Scope(ScopeKind.GROUP, name), []).extend(edges)
    return found


def _by_name(asked: Mapping[PackageId, frozenset[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for identity, extras in asked.items():
        found[identity.name] = found.get(identity.name, frozenset()) | extras
    return found


def _decided(when: Mapping[Scope, Marker], choices: Choices, care: Marker) -> dict[Scope, Marker]:
    made = {scope: choices.within(marker, scope) for scope, marker in when.items()}
    return {scope: marker.under(care) for scope, marker in sorted(made.items()) if not (marker & care).is_empty()}


def _settled(package: Package, choices: Choices) -> Package:
    """The package with edges that speak of the project's choices in plain words."""
    if "edges" not in package.tool["uv"]:
        return package
    optional = {name: _plain(edges, choices) for name, edges in package.optional_dependencies.items()}
    return replace(package, dependencies=_plain(package.dependencies or (), choices), optional_dependencies=optional)


def _plain(edges: tuple[Dependency, ...], choices: Choices) -> tuple[Dependency, ...]:
    made = (replace(edge, marker=choices.anywhere(edge.marker)) for edge in edges)
    return tuple(edge for edge in made if not edge.marker.is_empty())


def _options(read: Read) -> Mapping[str, object]:
    options = read.top.get("options")
    return options if isinstance(options, Mapping) else {}
