"""What a Pipfile shall say for a project, before it becomes text: sources, categories, `[requires]`, scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from converter import markers
from converter.formats.pipenv.categories import DEV, DEV_PACKAGES, PACKAGES, TAKEN, free
from converter.formats.pipenv.manifest import PIPFILE
from converter.losses import Kind, Loss, Lossy
from converter.model import (
    MAIN,
    PUBLIC_INDEX,
    Comments,
    Group,
    Index,
    Priority,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    index_url,
    scopes_of,
)

_MINORS = (*(f"3.{minor}" for minor in range(30)), "2.7", "2.6")
_MINOR_DOTS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A Pipfile to be. `categories` are the requirements by name in each, `scopes` the scope of each category."""

    indexes: tuple[Index, ...]
    scopes: Mapping[str, Scope]
    categories: Mapping[str, Mapping[str, tuple[Requirement, ...]]]
    requires: Mapping[str, str]
    requires_python: SpecifierSet | None
    tasks: Mapping[str, str]
    prereleases: bool
    comments: tuple[str, ...] = ()
    headers: Mapping[str, Comments] = field(default_factory=dict)

    def index_names(self) -> dict[str, str]:
        """The name of each index by its URL as the model compares it; the first of equal ones counts."""
        return {index_url(index.url): index.name for index in reversed(self.indexes)}


def content(project: Project, python: str | None) -> Lossy[Content]:
    """The Pipfile for a project. `python` is the minor that must be named because the lock hangs on it, if any."""
    named = _categories(project)
    groups = {scope: _requirements(project, scope) for scope in named.value.values()}
    requires = required(project.requires_python, python)
    every = [requirement for requirements in groups.values() for requirement in requirements]
    made = Content(
        indexes=_indexes(project),
        scopes=named.value,
        categories={category: _by_name(groups[scope]) for category, scope in named.value.items()},
        requires=requires,
        requires_python=project.requires_python,
        tasks=project.tasks,
        prereleases=bool(every) and all(r.prereleases for r in every),
        comments=project.comments.above,
        headers={category: _group(project, scope).comments for category, scope in named.value.items()},
    )
    return Lossy(made, (*named.losses, *_includes(project), *_left(project), *_single_prereleases(made, every)))


def _categories(project: Project) -> Lossy[dict[str, Scope]]:
    """A category for each scope: its old name where the project was Pipenv's, else its own if that is free."""
    remembered = project.tool.get("pipenv", {}).get("categories")
    old = remembered if isinstance(remembered, dict) else {}
    found = {PACKAGES: MAIN, DEV_PACKAGES: Scope(ScopeKind.GROUP, DEV)}
    losses: list[Loss] = []
    for scope in sorted(scopes_of(project), key=lambda s: s.kind is ScopeKind.EXTRA):
        if scope in found.values():
            continue
        category = old.get(scope.name) if scope.kind is ScopeKind.GROUP else None
        category = category or _free_name(scope, (*found, *(s.name for s in found.values())))
        found[category] = scope
        losses += _told(scope, category, old)
    return Lossy(found, tuple(losses))


def _free_name(scope: Scope, used: Iterable[str]) -> str:
    taken = TAKEN | set(used)
    return scope.name if scope.name not in taken else free(f"{scope.name}-{scope.kind.value}", taken)


def _told(scope: Scope, category: str, old: Mapping[str, str]) -> Iterator[Loss]:
    where = f"{PIPFILE}: {category}"
    if scope.kind is ScopeKind.EXTRA:
        yield Loss(kind=Kind.EXTRA_AS_GROUP, where=where, detail=f"extra {scope.name}")
    if category != scope.name and scope.name not in old:
        yield Loss(kind=Kind.GROUP_RENAMED, where=where, detail=f"{scope} is called {category}")


def _group(project: Project, scope: Scope) -> Group:
    if scope.kind is ScopeKind.EXTRA:
        return Group(requirements=project.optional_dependencies.get(scope.name, ()))
    if not scope.name:
        return Group(requirements=project.dependencies)
    return project.dependency_groups.get(scope.name, Group())


def _requirements(project: Project, scope: Scope) -> tuple[Requirement, ...]:
    """A scope's requirements with those of the groups that it includes and of the project's own extras that it names.

    Pipenv would look for `project[extra]` on an index.
    """
    found: dict[Requirement, None] = {}
    led = {scope: None}
    waiting = [scope]
    while waiting:
        group = _group(project, waiting.pop(0))
        own = [r for r in group.requirements if _is_own(project, r)]
        found |= dict.fromkeys(r for r in group.requirements if r not in own)
        named = [Scope(ScopeKind.GROUP, name) for name in group.includes]
        named += [Scope(ScopeKind.EXTRA, extra) for r in own for extra in sorted(r.extras)]
        waiting += [each for each in dict.fromkeys(named) if each not in led]
        led |= dict.fromkeys(named)
    return tuple(found)


def _is_own(project: Project, requirement: Requirement) -> bool:
    named = requirement.extras and requirement.extras <= project.optional_dependencies.keys()
    return bool(named) and requirement.name == canonicalize_name(project.name)


def _by_name(requirements: Iterable[Requirement]) -> dict[str, tuple[Requirement, ...]]:
    found: dict[str, tuple[Requirement, ...]] = {}
    for requirement in requirements:
        found[requirement.name] = (*found.get(requirement.name, ()), requirement)
    return found


def _indexes(project: Project) -> tuple[Index, ...]:
    """The project's indexes, the default first and always named, and each that a package comes from."""
    default = [i for i in project.indexes if i.priority is Priority.DEFAULT] or [Index(name="pypi", url=PUBLIC_INDEX)]
    found = [*default, *(i for i in project.indexes if i.priority is not Priority.DEFAULT)]
    others = sorted(_registries(project) - {index_url(i.url) for i in found})
    found += [Index(name=_host(url), url=url, priority=Priority.SUPPLEMENTAL) for url in others]
    named: list[Index] = []
    for index in found:
        name = free(index.name or _host(index.url), [i.name for i in named])
        named.append(replace(index, name=name))
    return tuple(named)


def _registries(project: Project) -> set[str]:
    packages = project.lock.packages if project.lock else ()
    sources = [p.id.source for p in packages]
    sources += [r.source for scope in scopes_of(project) for r in _requirements(project, scope) if r.source]
    return {index_url(source.index) for source in sources if isinstance(source, Registry)}


def _host(url: str) -> str:
    return "pypi" if url == PUBLIC_INDEX else urlsplit(url).hostname or "source"


def required(stated: SpecifierSet | None, python: str | None) -> dict[str, str]:
    """`[requires]` for a Python range: one minor or one full version is named, of a range only what must be."""
    exact = [s for s in stated or () if s.operator == "==" and not s.version.endswith(".*")]
    if exact and len(stated or ()) == 1 and exact[0].version.count(".") > _MINOR_DOTS:
        return {"python_full_version": exact[0].version}
    admitted = markers.python(str(stated)) if stated else markers.ANY
    minor = next((m for m in _MINORS if admitted == markers.python(f"=={m}.*")), python)
    return {"python_version": minor} if minor else {}


def _includes(project: Project) -> Iterator[Loss]:
    for name, group in project.dependency_groups.items():
        if group.includes:
            detail = f"{name} includes {', '.join(group.includes)}"
            yield Loss(kind=Kind.INCLUDE_FLATTENED, where=PIPFILE, detail=detail)


def _without_word(project: Project) -> Iterator[Loss]:
    """Flags of groups and indexes that a Pipfile has no word for."""
    for name, group in project.dependency_groups.items():
        if group.optional:
            yield Loss(kind=Kind.GROUP_NOT_OPTIONAL, where=PIPFILE, detail=f"group {name}")
    for index in project.indexes:
        if index.priority is Priority.EXPLICIT:
            yield Loss(kind=Kind.INDEX_PRIORITY, where=PIPFILE, detail=f"index {index.name} is explicit")


def _left(project: Project) -> Iterator[Loss]:
    """What of a project no Pipfile can say."""
    several = {"constraint": project.constraints, "override": project.overrides}
    for word, requirements in (several | {"build constraint": project.build_constraints}).items():
        for r in requirements:
            detail = f"{word} {r.spelling or f'{r.name}{r.specifier}'}"
            yield Loss(kind=Kind.CONSTRAINT_LEFT, where=PIPFILE, detail=detail, packages=frozenset({r.name}))
    for conflict in project.conflicts:
        detail = f"a conflict between {' and '.join(map(str, conflict))}"
        yield Loss(kind=Kind.CONSTRAINT_LEFT, where=PIPFILE, detail=detail)
    yield from _without_word(project)
    for name in project.default_groups:
        if name != DEV:
            detail = f"group {name} is installed only when it is asked for"
            yield Loss(kind=Kind.SETTING_NEEDLESS, where=PIPFILE, detail=detail)


def _single_prereleases(made: Content, every: Iterable[Requirement]) -> Iterator[Loss]:
    names = sorted({r.name for r in every if r.prereleases})
    if names and not made.prereleases:
        detail = f"prereleases are allowed for {', '.join(names)} alone, a Pipfile allows them for all or none"
        yield Loss(kind=Kind.SETTING_LEFT, where=PIPFILE, detail=detail, packages=frozenset(names))
