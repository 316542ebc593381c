"""The manifest's requirements: PEP 508 text, and beside it what only `[tool.poetry]` can say (enrichment).

Specification: https://python-poetry.org/docs/dependency-specification/ and `poetry.core.packages.dependency_group`: a
table of `[tool.poetry.dependencies]` adds source, path or prereleases to the requirement of that name in `[project]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from converter import markers, toml
from converter.formats.poetry.edges import folder_path, git_table, poetry_specifier
from converter.formats.poetry.holds import Holds, holds
from converter.formats.poetry.placement import care_of
from converter.formats.poetry.sources import IndexNames, every_requirement
from converter.losses import Kind, Loss, Lossy
from converter.markers import PEP508, Marker
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
from converter.pyproject.requirement import parse_requirement, requirement_text, specifier_text

DEV = "dev"
_FILE = "pyproject.toml"
Rows = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The standard tables, and the tables of `[tool.poetry.dependencies]` and of each group that enrich them.

    `held` are the names of which these tables keep several locked versions apart.
    """

    tables: Tables
    main: Mapping[str, object] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One requirement of a name: where it holds (its extra is part of that), and what PEP 508 cannot say of it."""

    asked: Marker
    table: Rows


def declare(project: Project, indexes: IndexNames) -> Declared:
    """What the manifest says of the project's requirements."""
    groups = ordered(project.dependency_groups)
    extras = [(e, r) for e, requirements in project.optional_dependencies.items() for r in said(requirements)]
    main = enrichment([*(("", r) for r in said(project.dependencies)), *extras], indexes)
    enriched = {n: enrichment([("", r) for r in said(group.requirements)], indexes) for n, group in groups.items()}
    held = _held(project)
    return Declared(
        tables=Tables(
            dependencies=tuple(map(item, said(project.dependencies))),
            extras={e: tuple(map(item, said(rs))) for e, rs in project.optional_dependencies.items()},
            groups={name: _items(group) for name, group in groups.items()},
            headings={name: group.comments for name, group in groups.items()},
        ),
        main=_with_holds(main.value, held[MAIN]),
        groups={name: _with_holds(rows.value, held[_scope(name)]) for name, rows in enriched.items()},
        held=frozenset(name for names in held.values() for name in names),
        losses=(*main.losses, *(loss for rows in enriched.values() for loss in rows.losses)),
    )


def _scope(group: str) -> Scope:
    return Scope(ScopeKind.GROUP, group)


def _held(project: Project) -> Mapping[Scope, Holds]:
    """For main (the extras are part of it) and for each group, what keeps several locked versions of a name apart."""
    care = care_of(project)
    extras = project.optional_dependencies.items()
    main = [(MAIN, r) for r in said(project.dependencies)]
    main += [(Scope(ScopeKind.EXTRA, extra), r) for extra, several in extras for r in said(several)]
    asked = {MAIN: main} | {
        _scope(name): [(_scope(name), r) for r in said(group.requirements)]
        for name, group in project.dependency_groups.items()
    }
    own = "poetry" in project.tool  # its manifest says already what its lock needs
    return {scope: {} if own else holds(project.lock, several, care) for scope, several in asked.items()}


def _with_holds(tables: Rows, held: Holds) -> Rows:
    """Both together: what a table adds to a requirement stands in each row of its versions."""
    made = dict(tables)
    for name, rows in held.items():
        table = tables.get(name, {})
        if isinstance(table, dict) and "markers" not in table:
            made[name] = [{"version": row["version"], **table, "markers": row["markers"]} for row in rows]
    return made


def ordered(groups: Mapping[str, Group]) -> dict[str, Group]:
    """The groups with `dev` first."""
    return dict(sorted(groups.items(), key=lambda row: row[0] != DEV))


def said(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Those that some environment needs: a marker that never holds has no text."""
    return tuple(r for r in requirements if not r.marker.is_empty())


def _items(group: Group) -> Items:
    includes = (Item(value={"include-group": name}) for name in group.includes)
    return (*includes, *map(item, said(group.requirements)))


def item(requirement: Requirement) -> Item:
    """A requirement as PEP 508 text, in its own spelling where that says the same."""
    text = _spelled(requirement) or requirement_text(_plain(requirement), PEP508)
    return Item(value=text, comments=requirement.comments)


def _plain(requirement: Requirement) -> Requirement:
    """What PEP 508 can say of it: a relative path is no URL, `===` is unknown to Poetry."""
    source = requirement.source
    bare = isinstance(source, Directory) or (isinstance(source, Archive) and not source.url) or is_apart(requirement)
    specifier = type(requirement.specifier)(str(requirement.specifier).replace("===", "=="))
    return replace(requirement, source=None if bare else _with_scheme(source), specifier=specifier)


def is_apart(requirement: Requirement) -> bool:
    """Whether `[project]` names a requirement alone, its repository or URL standing in a tool's own table.

    So its wheel does, and goes on doing: poetry-core takes what the wheel requires from `[project]`.
    """
    if not isinstance(requirement.source, Vcs | Archive):
        return False
    try:
        read = parse_requirement(requirement.spelling)
    except ValueError:
        return False
    return read == replace(requirement, source=None, prereleases=False)


def _with_scheme(source: Source | None) -> Source | None:
    """A repository at `git@host:path` by its URL: PEP 508 wants one."""
    if isinstance(source, Vcs) and "://" not in source.url and ":" in source.url:
        host, _, path = source.url.partition(":")
        return replace(source, url=f"ssh://{host}/{path}")
    return source


def _spelled(requirement: Requirement) -> str:
    if not requirement.spelling or "===" in requirement.spelling:
        return ""
    if is_apart(requirement):
        return requirement.spelling
    try:
        same = parse_requirement(requirement.spelling) == replace(requirement, prereleases=False)
    except ValueError:
        return ""
    return requirement.spelling if same else ""


def enrichment(requirements: Sequence[tuple[str, Requirement]], indexes: IndexNames) -> Lossy[Rows]:
    """The tables that enrich requirements (each with the extra that it is for), by name."""
    by_name: dict[str, list[_Row]] = {}
    for extra, requirement in requirements:
        row = _Row(asked=_asked(extra, requirement), table=extension(requirement, indexes))
        by_name.setdefault(requirement.name, []).append(row)
    made = {name: _enriched(rows) for name, rows in by_name.items() if any(row.table for row in rows)}
    shared = (name for name, rows in by_name.items() if name in made and _overlap(rows))
    return Lossy(made, tuple(_shared(name, made[name]) for name in shared))


def _enriched(rows: list[_Row]) -> object:
    if _overlap(rows):
        return {key: value for row in reversed(rows) for key, value in row.table.items()}
    if all(row.table == rows[0].table for row in rows):
        return rows[0].table
    several = [{**row.table, **_markers(row.asked)} for row in rows if row.table]
    return several[0] if len(several) == 1 else several


def _overlap(rows: Sequence[_Row]) -> bool:
    """Whether two that differ hold together somewhere: Poetry cuts a requirement's marker to those of its tables."""
    different = ((one, two) for one, two in combinations(rows, 2) if one.table != two.table)
    return any(not (one.asked & two.asked).is_empty() for one, two in different)


def _shared(name: str, table: object) -> Loss:
    detail = f"{name}: {toml.value(table)}"
    return Loss(kind=Kind.SETTING_SHARED, where=_FILE, detail=detail, packages=frozenset({name}))


def _asked(extra: str, requirement: Requirement) -> Marker:
    return requirement.marker & markers.parse(f"extra == '{extra}'") if extra else requirement.marker


def _markers(marker: Marker) -> Rows:
    return {} if marker.is_any() else {"markers": marker.text()}


def extension(requirement: Requirement, indexes: IndexNames) -> Rows:
    """What PEP 508 cannot say of a requirement: its index, its path, whether prereleases will do."""
    made: Rows = {}
    match requirement.source:
        case Registry(index):
            made = {"source": name} if (name := indexes.asked(index)) else {}
        case Vcs() as vcs if is_apart(requirement):
            made = dict(git_table(vcs))
        case Archive(url=str(url)) as archive if is_apart(requirement):
            made = {"url": url, **({"subdirectory": archive.subdirectory} if archive.subdirectory else {})}
        case Directory() as folder:
            made = {"path": folder_path(folder), **({"develop": True} if folder.editable else {})}
        case Archive(url=None) as archive:
            made = {"path": archive.path, **({"subdirectory": archive.subdirectory} if archive.subdirectory else {})}
    if requirement.prereleases and (requirement.source is None or isinstance(requirement.source, Registry)):
        made["allow-prereleases"] = True
    return made


def classic(requirement: Requirement, indexes: IndexNames) -> object:
    """A requirement as an entry of `[tool.poetry.dependencies]` that says all of it."""
    made: Rows = {}
    match requirement.source:
        case Vcs() as vcs:
            made = git_table(vcs)
        case Archive(url=str(url)) as archive:
            made = {"url": url, **({"subdirectory": archive.subdirectory} if archive.subdirectory else {})}
        case None | Registry():
            made = {"version": poetry_specifier(specifier_text(requirement.specifier))}
    made |= {"extras": sorted(requirement.extras)} if requirement.extras else {}
    made |= extension(requirement, indexes) | _markers(requirement.marker)
    return made["version"] if set(made) == {"version"} else made


def losses(project: Project) -> Iterator[Loss]:
    """What of the requirements Poetry cannot install at all, or needs in no environment."""
    for requirement in every_requirement(project):
        if isinstance(requirement.source, Vcs) and requirement.source.type != "git":
            detail = f"{requirement.name} from {requirement.source.type}+{requirement.source.url}"
            yield Loss(kind=Kind.SOURCE_UNSAYABLE, where=_FILE, detail=detail, packages=frozenset({requirement.name}))
        if requirement.marker.is_empty():
            yield Loss(kind=Kind.OTHER_PLATFORM, where=_FILE, detail=f"{requirement.name} is needed nowhere")
