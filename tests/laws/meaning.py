"""What a project says, taken apart into facts that can be compared one by one, each with the words that name it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from converter import markers
from converter.index.places import canonical
from converter.losses import Kind, Loss
from converter.markers import ANY, EMPTY, Marker
from converter.model import (
    MAIN,
    PUBLIC_INDEX,
    Artifact,
    Comments,
    Package,
    Priority,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    Source,
    Vcs,
    index_url,
    scopes_of,
)

Fact = tuple[str, ...]
"""What kind of fact it is, and the words of which one must stand in a loss that changes it."""

_OF_PYTHON = ("python-believed", "python-range-left", "fork-flattened")
"""The losses that say which interpreters a project is for from then on."""
_OF_EDGES = frozenset(
    {Kind.EDGES_UNKNOWN, Kind.EDGES_UNREADABLE, Kind.EDGES_BELIEVED, Kind.CLOSURE_UNKNOWN, Kind.SUMMARY_UNKNOWN}
)
"""The losses that speak of what packages need: no fact of a project changes with them."""


def meaning(project: Project, care: Marker, *, comments: bool = True) -> Mapping[Fact, object]:
    """The facts of a project with their values, as far as they concern the environments of `care`."""
    found: dict[Fact, object] = {("python", *_OF_PYTHON): _pythons(project)}
    for scope in scopes_of(project):
        for requirement in _declared(project, scope):
            fact = ("requirement", requirement.name, scope.name or "main")
            found[fact] = {*_known(found, fact), _requirement(requirement, care)}
            if requirement.prereleases and isinstance(requirement.source, Registry | None):
                found["prereleases", requirement.name, "prereleases-widened"] = True
            if comments:
                found |= _comments(requirement.comments)
    for index in project.indexes:
        url = index_url(index.url)
        if (url, index.priority, index.verify_tls) == (PUBLIC_INDEX, Priority.DEFAULT, True):
            continue  # what every tool asks where nothing is said
        name = "" if url == PUBLIC_INDEX else index.name  # each tool has its own name for that one
        found["index", index.name if name else url, url] = (name, index.priority, index.verify_tls)
    for name, group in project.dependency_groups.items():
        if group.requirements or group.includes:  # an empty one has nothing to lose
            found["group", name] = (group.optional, group.includes)
    for name, command in project.tasks.items():
        found["task", name] = command
    return found | _installed(project, care)


def _installed(project: Project, care: Marker) -> dict[Fact, object]:
    found: dict[Fact, object] = {}
    for package in project.lock.packages if project.lock else ():
        for scope, marker in package.when.items():
            fact = ("package", package.name, scope.name or "main")
            there = marker | package.when.get(MAIN, EMPTY)  # a scope comes on top of main
            if not (marker & care).is_empty():
                found[fact] = {*_known(found, fact), (*_identity(package), there.under(care))}
    return found


def unexplained(one: Project, two: Project, losses: Iterable[Loss], care: Marker) -> list[str]:
    """Each fact that differs between two projects in the environments of `care`, and that no loss names."""
    first, second = meaning(one, care), meaning(two, care)
    told = tuple(loss for loss in losses if loss.kind not in _OF_EDGES)
    return [
        f"{' '.join(fact)}: {first.get(fact)!r} became {second.get(fact)!r}"
        for fact in sorted(first.keys() | second.keys())
        if first.get(fact) != second.get(fact) and not any(_names(loss, word) for loss in told for word in fact[1:])
    ]


def _names(loss: Loss, word: str) -> bool:
    text = f"{loss.kind.code} {loss.where} {loss.detail}"
    return word != "main" and (
        word in loss.packages or re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None
    )


def _known(found: Mapping[Fact, object], fact: Fact) -> set[object]:
    known = found.get(fact, set())
    assert isinstance(known, set)
    return known


def _declared(project: Project, scope: Scope) -> tuple[Requirement, ...]:
    if scope == MAIN:
        return project.dependencies
    if scope.kind is ScopeKind.EXTRA:
        return project.optional_dependencies[scope.name]
    return project.dependency_groups[scope.name].requirements


def _requirement(requirement: Requirement, care: Marker) -> tuple[object, ...]:
    return (
        requirement.specifier,
        requirement.extras,
        requirement.marker.under(care),
        _place(requirement.source),
    )


def _pythons(project: Project) -> Marker:
    stated = project.requires_python
    return ANY if stated is None else markers.python(str(stated))


def _place(source: Source | None) -> object:
    if isinstance(source, Registry):
        return canonical(source.index)  # each tool has its own place for credentials
    return replace(source, url=source.url.removesuffix(".git")) if isinstance(source, Vcs) else source


def _identity(package: Package) -> tuple[object, ...]:
    released = isinstance(package.id.source, Registry)
    version = package.id.version if released else None
    return version, _place(package.id.source), frozenset(map(_file, package.artifacts))


def _file(artifact: Artifact) -> tuple[str, ...]:
    return artifact.hashes


def _comments(comments: Comments) -> dict[Fact, object]:
    lines = [*comments.above, *([comments.trailing] if comments.trailing else [])]
    return {("comment", line): line for line in lines}
