"""What a project says, taken apart into facts that can be compared one by one, each with the words that name it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from converter.losses import Loss
from converter.markers import Marker
from converter.model import (
    MAIN,
    PUBLIC_INDEX,
    Artifact,
    Comments,
    Package,
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
from converter.verify import covered

Fact = tuple[str, ...]
"""What kind of fact it is, and the words of which one must stand in a loss that changes it."""


def meaning(project: Project, *, comments: bool = True) -> Mapping[Fact, object]:
    """The facts of a project with their values."""
    care = covered(project)
    found: dict[Fact, object] = {("python", "python", "requires"): str(project.requires_python or "")}
    for scope in scopes_of(project):
        for requirement in _declared(project, scope):
            fact = ("requirement", requirement.name, scope.name or "main")
            found[fact] = {*_known(found, fact), _requirement(requirement, care)}
            if comments:
                found |= _comments(requirement.comments)
    for index in project.indexes:
        url = index_url(index.url)
        name = "" if url == PUBLIC_INDEX else index.name  # each tool has its own name for that one
        found["index", index.name if name else url, url] = (name, index.priority, index.verify_tls)
    for name, group in project.dependency_groups.items():
        if group.requirements or group.includes:  # an empty one has nothing to lose
            found["group", name] = (group.optional, group.includes)
    for name, command in project.tasks.items():
        found["task", name] = command
    for package in project.lock.packages if project.lock else ():
        for scope, marker in package.when.items():
            fact = ("package", package.name, scope.name or "main")
            found[fact] = {*_known(found, fact), (*_identity(package), marker.under(care))}
    return found


def unexplained(one: Project, two: Project, losses: Iterable[Loss]) -> list[str]:
    """Each fact that differs between two projects and that no loss names."""
    first, second = meaning(one), meaning(two)
    told = tuple(losses)
    return [
        f"{' '.join(fact)}: {first.get(fact)!r} became {second.get(fact)!r}"
        for fact in sorted(first.keys() | second.keys())
        if first.get(fact) != second.get(fact) and not any(_names(loss, word) for loss in told for word in fact[1:])
    ]


def _names(loss: Loss, word: str) -> bool:
    return word != "main" and (word in loss.packages or word in f"{loss.kind.code} {loss.where} {loss.detail}")


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
        str(requirement.specifier),
        requirement.extras,
        requirement.marker.under(care),
        _place(requirement.source),
        requirement.prereleases,
    )


def _place(source: Source | None) -> object:
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
