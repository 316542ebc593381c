"""A project's requirements as pyproject.toml of uv: PEP 508 text, and `[tool.uv.sources]` for what no text says.

Specification: https://docs.astral.sh/uv/concepts/projects/dependencies/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from converter.formats.uv.indexes import IndexNames
from converter.formats.uv.wire import folder, path_of, tidy_path
from converter.losses import Kind, Loss
from converter.markers import Marker
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
    Source,
    Vcs,
)
from converter.pyproject.edit import Item, Items, Tables
from converter.pyproject.requirement import git_url, parse_requirement, requirement_text

MANIFEST = "pyproject.toml"
Rows = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The standard tables, and the entries of `[tool.uv.sources]` by name."""

    tables: Tables
    sources: Mapping[str, object] = field(default_factory=dict)


def declare(
    project: Project, fields: Mapping[str, object], requires_python: str | None, indexes: IndexNames
) -> Declared:
    """What the manifest says of the project's requirements."""
    sources = _sources(project, indexes)
    groups = project.dependency_groups
    return Declared(
        tables=Tables(
            fields=fields,
            requires_python=requires_python,
            dependencies=_items(project.dependencies, sources),
            extras={name: _items(items, sources) for name, items in project.optional_dependencies.items()},
            groups={name: _group(group, sources) for name, group in groups.items()},
            headings={name: group.comments for name, group in groups.items()},
        ),
        sources=dict(sorted(sources.items())),
    )


def every(project: Project) -> Iterator[tuple[Scope, Requirement]]:
    """Each declared requirement with its scope."""
    yield from ((MAIN, r) for r in project.dependencies)
    for name, requirements in project.optional_dependencies.items():
        yield from ((Scope(ScopeKind.EXTRA, name), r) for r in requirements)
    for name, group in project.dependency_groups.items():
        yield from ((Scope(ScopeKind.GROUP, name), r) for r in group.requirements)


def _group(group: Group, sources: Mapping[str, object]) -> Items:
    includes = (Item(value={"include-group": name}) for name in group.includes)
    return (*includes, *_items(group.requirements, sources))


def _items(requirements: Iterable[Requirement], sources: Mapping[str, object]) -> Items:
    """Requirements as text, in their own spelling where that says the same; without a source that stands apart."""
    made: dict[str, Item] = {}
    for requirement in requirements:
        if requirement.marker.is_empty():
            continue
        text = _text(replace(requirement, source=None) if requirement.name in sources else requirement)
        made.setdefault(text, Item(value=text, comments=requirement.comments))
    return tuple(made.values())


def _text(requirement: Requirement) -> str:
    source = requirement.source
    if isinstance(source, Vcs):
        source = replace(source, url=git_url(source.url))
    plain = replace(requirement, source=None if isinstance(source, Registry) else source, prereleases=False)
    return requirement.spelling if _says(requirement.spelling, plain) else requirement_text(plain)


def _says(spelling: str, requirement: Requirement) -> bool:
    try:
        return bool(spelling) and parse_requirement(spelling) == requirement
    except ValueError:
        return False


def _sources(project: Project, indexes: IndexNames) -> dict[str, object]:
    by_name: dict[str, list[tuple[Scope, Requirement]]] = {}
    for scope, requirement in every(project):
        by_name.setdefault(requirement.name, []).append((scope, requirement))
    made = {
        name: {"workspace": True} if _of_workspace(name, rows, project) else _entry(rows, indexes)
        for name, rows in by_name.items()
    }
    return {name: entry for name, entry in made.items() if entry is not None}


def _of_workspace(name: str, rows: Sequence[tuple[Scope, Requirement]], project: Project) -> bool:
    """Whether a name is that of a member of the workspace, and every requirement means that folder."""
    member = project.workspace.get(name)
    places = [r.source for _, r in rows]
    return member is not None and all(isinstance(p, Directory) and path_of(p) == path_of(member) for p in places)


def _entry(rows: Sequence[tuple[Scope, Requirement]], indexes: IndexNames) -> object:
    """The entry of one name: a table where all agree, else one for each marker, extra or group."""
    tables = [_table(requirement.source, indexes) for _, requirement in rows]
    if not any(tables) or _in_text(rows):
        return None
    if all(table == tables[0] for table in tables):
        return tables[0]
    several = [
        {**table, **_where(scope, requirement, rows)}
        for (scope, requirement), table in zip(rows, tables, strict=True)
        if table
    ]
    return [row for at, row in enumerate(several) if row not in several[:at]]


def _in_text(rows: Sequence[tuple[Scope, Requirement]]) -> bool:
    """Whether each requirement says its source itself, as a direct reference that a person wrote."""
    return all(_says(r.spelling, replace(r, prereleases=False)) and r.source is not None for _, r in rows)


def _where(scope: Scope, requirement: Requirement, rows: Sequence[tuple[Scope, Requirement]]) -> Rows:
    """The condition that sets one of several sources apart: its marker, else its extra or group."""
    others = [r.marker for s, r in rows if r is not requirement and r.source != requirement.source]
    if all((requirement.marker & other).is_empty() for other in others):
        return {"marker": requirement.marker.text()} if not requirement.marker.is_any() else {}
    return _scoped(scope) | _marked(requirement.marker)


def _scoped(scope: Scope) -> Rows:
    return {scope.kind.value: scope.name} if scope.name else {}


def _marked(marker: Marker) -> Rows:
    return {} if marker.is_any() else {"marker": marker.text()}


def _table(source: Source | None, indexes: IndexNames) -> Rows:
    match source:
        case Registry(index):
            return {"index": name} if (name := indexes.asked(index)) else {}
        case Vcs(type="git") as vcs:
            revision = {vcs.reference: vcs.revision} if vcs.revision else {"rev": vcs.commit} if vcs.commit else {}
            subdirectory = {"subdirectory": vcs.subdirectory} if vcs.subdirectory else {}
            return {"git": git_url(vcs.url), **revision, **subdirectory}
        case Archive(url=str() as url, subdirectory=part):
            return {"url": url, **({"subdirectory": part} if part else {})}
        case Archive(path=path):
            return {"path": tidy_path(path or "")}
        case Directory() as directory:
            return {"path": tidy_path(folder(directory)), **({"editable": True} if directory.editable else {})}
    return {}


def losses(project: Project) -> Iterator[Loss]:
    """What of the requirements uv cannot install, or needs in no environment."""
    for _, requirement in every(project):
        if isinstance(requirement.source, Vcs) and requirement.source.type != "git":
            detail = f"{requirement.name} from {requirement.source.type}+{requirement.source.url}"
            yield Loss(
                kind=Kind.SOURCE_UNSAYABLE, where=MANIFEST, detail=detail, packages=frozenset({requirement.name})
            )
        if requirement.marker.is_empty():
            yield Loss(kind=Kind.OTHER_PLATFORM, where=MANIFEST, detail=f"{requirement.name} is needed nowhere")
