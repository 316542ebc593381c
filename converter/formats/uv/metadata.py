"""What a uv.lock repeats of the declared requirements: `requires-dist`, `requires-dev`, those of the manifest.

uv compares these with pyproject.toml to know whether the lock is in date. Source: `RequirementWire` in
`uv-distribution-types/src/requirement.rs`; the order is that of a set of requirements: name, extras, marker,
source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from converter.formats.uv.marker_order import marker_order
from converter.formats.uv.marker_text import marker_text
from converter.formats.uv.wire import folder, git_text, tidy_path
from converter.markers import ANY, parse
from converter.model import (
    MAIN,
    Archive,
    Directory,
    Group,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    Vcs,
    declared,
)

Values = dict[str, object]


def declared_metadata(project: Project) -> Values:
    """The table `metadata` of a project's entry; nothing where the project requires nothing."""
    metadata: Values = {"requires-dist": requires_dist(project)}
    if project.optional_dependencies:
        metadata["provides-extras"] = list(project.optional_dependencies)
    if project.dependency_groups:
        metadata["requires-dev"] = requires_dev(project)
    return {"metadata": metadata} if any(metadata.values()) else {}


def requires_dist(project: Project) -> list[Values]:
    """The requirements of the project and of its extras, in uv's order and spelling."""
    every = [(r, MAIN) for r in project.dependencies]
    for extra, requirements in project.optional_dependencies.items():
        every += [(r, Scope(ScopeKind.EXTRA, extra)) for r in requirements]
    return _wire((_under_extra(r, scope), _conflict(r, scope, project)) for r, scope in every)


def _under_extra(requirement: Requirement, scope: Scope) -> Requirement:
    condition = parse(f"extra == '{scope.name}'") if scope.name else ANY
    return replace(requirement, marker=requirement.marker & condition)


def requires_dev(project: Project) -> dict[str, list[Values]]:
    """The requirements of each group, with those of the groups that it includes."""
    groups = project.dependency_groups
    return {
        name: _wire((r, _conflict(r, Scope(ScopeKind.GROUP, name), project)) for r in group_requirements(groups, name))
        for name in sorted(groups)
    }


def _conflict(requirement: Requirement, scope: Scope, project: Project) -> Values:
    """The scope for which alone a name comes from an index, as uv repeats it beside that index."""
    if not scope.name or not isinstance(requirement.source, Registry):
        return {}
    others = (r for _, r in declared(project) if r.name == requirement.name and r.source != requirement.source)
    if all((requirement.marker & other.marker).is_empty() for other in others):
        return {}
    return {"conflict": {"package": canonicalize_name(project.name), scope.kind.value: scope.name}}


def group_requirements(groups: Mapping[str, Group], name: str) -> Iterator[Requirement]:
    """The requirements of a group and of those that it includes."""
    if name in groups:
        yield from groups[name].requirements
        for included in groups[name].includes:
            yield from group_requirements(groups, included)


def wire(requirements: Iterable[Requirement]) -> list[Values]:
    """Requirements as the inline tables of a uv.lock, in its order, each once."""
    return _wire((requirement, {}) for requirement in requirements)


def _wire(rows: Iterable[tuple[Requirement, Values]]) -> list[Values]:
    made: list[Values] = []
    for requirement, more in sorted(rows, key=lambda row: (*_order(row[0]), str(row[1]))):
        value = requirement_value(requirement) | more
        if value not in made:
            made.append(value)
    return made


def _order(requirement: Requirement) -> tuple[object, ...]:
    return (
        requirement.name,
        sorted(requirement.extras),
        marker_order(requirement.marker),
        str(_source_value(requirement)),
    )


def requirement_value(requirement: Requirement) -> Values:
    """One requirement: name, extras, marker, then its specifier or source."""
    marker = marker_text(requirement.marker)
    return {
        "name": canonicalize_name(requirement.name),
        **({"extras": _extras(requirement)} if requirement.extras else {}),
        **({"marker": marker} if marker else {}),
        **_source_value(requirement),
    }


def _extras(requirement: Requirement) -> list[str]:
    """The extras in the order in which a person wrote them."""
    inside = requirement.spelling.partition("[")[2].partition("]")[0]
    said: list[str] = [canonicalize_name(extra.strip()) for extra in inside.split(",")] if inside else []
    return said if set(said) == requirement.extras else sorted(requirement.extras)


def _source_value(requirement: Requirement) -> dict[str, str]:
    text = specifier_text(requirement.specifier)
    specifier = {"specifier": text} if text else {}
    match requirement.source:
        case None:
            return specifier
        case Registry(index):
            return {**specifier, "index": index}
        case Vcs() as vcs:
            return {"git": git_text(vcs, locked=False)}
        case Archive(url=str() as url, subdirectory=subdirectory):
            return {"url": url, **({"subdirectory": subdirectory} if subdirectory else {})}
        case Archive(path=path):
            return {"path": tidy_path(path or "")}
        case Directory() as directory:
            return {"editable" if directory.editable else "directory": tidy_path(folder(directory))}


def specifier_text(specifiers: SpecifierSet, separator: str = ",") -> str:
    """A specifier set by version, without spaces: `>=2.5,<4`."""
    made = [(_version(s.version), s.operator, s.version) for s in specifiers]
    order = sorted(made, key=lambda row: (row[0], row[1]))
    return separator.join(f"{operator}{_spelled(text)}" for _, operator, text in order)


def _version(text: str) -> Version:
    try:
        return Version(text.removesuffix(".*"))
    except InvalidVersion:
        return Version("0")


def _spelled(text: str) -> str:
    star = ".*" if text.endswith(".*") else ""
    try:
        return f"{Version(text.removesuffix('.*'))}{star}"
    except InvalidVersion:
        return text
