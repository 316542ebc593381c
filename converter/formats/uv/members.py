"""The members of a workspace in its lock, beside the root: what their own extras and groups need, for which Pythons.

uv locks every scope of every member. The lock of another tool holds what its root needs, seldom all of that; the rest
is told, and written in the manifest only. uv itself does not look whether these edges are there, but compares what the
lock repeats of each manifest. Source: `Lock::satisfies` in `uv-resolver/src/lock/mod.rs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from packaging.specifiers import SpecifierSet

from converter import graph, markers
from converter.formats.uv.edges import Edges, Wired, exactly, needed
from converter.formats.uv.folders import Folder
from converter.formats.uv.wire import path_of
from converter.losses import Kind, Loss, Lossy
from converter.markers import EMPTY, Marker
from converter.model import MAIN, Dependency, Package, Project, Registry, Requirement, Scope
from converter.pyproject.requirement import requirement_text


def read_members(project: Project, folders: Mapping[str, Folder]) -> dict[str, Project]:
    """The projects that are locked together with this one, by name."""
    read = ((name, folders.get(path_of(directory))) for name, directory in project.workspace.items())
    return {name: each.project for name, each in read if each is not None and each.project is not None}


def shared_range(stated: SpecifierSet, members: Iterable[Project]) -> SpecifierSet:
    """The range of interpreters that every project of a workspace admits, which is the lock's."""
    ranges = [stated, *(member.requires_python for member in members if member.requires_python is not None)]
    narrower = [
        each for each in ranges[1:] if not (markers.python(str(stated)) & ~markers.python(str(each))).is_empty()
    ]
    return SpecifierSet(",".join(filter(None, map(str, [stated, *narrower]))))


def member_edges(member: Project, made: Wired, care: Marker) -> Lossy[Mapping[Scope, Edges]]:
    """The edges of the extras and groups of a workspace's member to what is locked, and a loss for what is not.

    The lock of another tool holds what its root needs, which of a member is seldom all.
    """
    names: dict[str, list[Package]] = {}
    for package in made.packages:
        names.setdefault(package.name, []).append(package)
    scopes = {s: rs for s, rs in graph.roots(replace(member, lock=None)).items() if s != MAIN}
    found: dict[Scope, Edges] = {}
    losses: list[Loss] = []
    for scope, requirements in sorted(scopes.items()):
        held = [(r, [p for p in names.get(r.name, ()) if _admits(r, p)]) for r in requirements]
        found[scope] = tuple(edge for r, several in held for p in several for edge in _to(r, p, care))
        losses += (_unlocked(member, scope, r) for r, several in held if not _is_held(r, several, care))
    return Lossy(found, tuple(losses))


def _admits(requirement: Requirement, package: Package) -> bool:
    version = package.id.version
    released = isinstance(package.id.source, Registry) and version is not None
    return not released or requirement.specifier.contains(version or "", prereleases=True)


def _to(requirement: Requirement, package: Package, care: Marker) -> Iterator[Dependency]:
    marker = requirement.marker & needed(package)
    if not (marker & care).is_empty():
        yield replace(exactly(package), extras=requirement.extras, marker=marker, specifier=requirement.specifier)


def _is_held(requirement: Requirement, several: Sequence[Package], care: Marker) -> bool:
    """Whether a requirement is locked wherever it holds, with the extras that it asks for."""
    there = EMPTY
    for package in several:
        there |= needed(package) if requirement.extras <= package.extras else EMPTY
    return (requirement.marker & care & ~there).is_empty()


def _unlocked(member: Project, scope: Scope, requirement: Requirement) -> Loss:
    detail = f"{requirement_text(requirement)} of its {scope}"
    return Loss(kind=Kind.NOT_LOCKED, where=member.name, detail=detail, packages=frozenset({requirement.name}))
