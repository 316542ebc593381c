"""The project's own extras as requirements (`demo[full]` in a group of demo): Poetry cannot lock what asks for itself.

It ends with "Package 'demo[full]' is listed as a dependency of itself" (Poetry 2.5, `mixology.incompatibility`), so
what the extra needs stands there in its place; what the project itself needs as well, where the lock has it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from packaging.utils import canonicalize_name

from converter.losses import Kind, Loss, Lossy
from converter.model import Comments, Project, Requirement, Scope, ScopeKind


def without_own_extras(project: Project) -> Lossy[Project]:
    """The project with what its own extras need in the place of their names; a NOTE for each such name."""
    extras = {name: _expanded(project, rs, name) for name, rs in project.optional_dependencies.items()}
    groups = {
        name: replace(group, requirements=_of_group(project, name, group.requirements))
        for name, group in project.dependency_groups.items()
    }
    main = _expanded(project, project.dependencies)
    made = replace(project, dependencies=main, optional_dependencies=extras, dependency_groups=groups)
    return Lossy(made, tuple(_losses(project)))


def _is_own(project: Project, requirement: Requirement) -> bool:
    known = bool(requirement.extras) and requirement.extras <= project.optional_dependencies.keys()
    return known and requirement.name == canonicalize_name(project.name)


def _expanded(project: Project, requirements: Iterable[Requirement], extra: str = "") -> tuple[Requirement, ...]:
    """The requirements (those of an `extra`), each own one replaced by what its extras need, and what these name."""
    found: list[Requirement] = []
    waiting, seen = list(requirements), {extra}
    for requirement in waiting:
        if not _is_own(project, requirement):
            found.append(requirement)
            continue
        new = sorted(requirement.extras - seen)
        seen.update(new)
        waiting += [_under(r, requirement) for name in new for r in project.optional_dependencies[name]]
    return tuple(dict.fromkeys(found))


def _of_group(project: Project, name: str, requirements: Sequence[Requirement]) -> tuple[Requirement, ...]:
    """The requirements of a group; one of uv that asks for an own extra gets what the project itself needs as well."""
    scope, packages = Scope(ScopeKind.GROUP, name), project.lock.packages if project.lock else ()
    there = {package.name for package in packages if scope in package.when}
    own = any(_is_own(project, requirement) for requirement in requirements)
    whole = own and all(requirement.name in there for requirement in project.dependencies)
    expanded = _expanded(project, requirements)
    named = {requirement.name for requirement in expanded}
    main = [replace(r, comments=Comments()) for r in project.dependencies if whole and r.name not in named]
    return (*expanded, *(r for r in main if not _is_own(project, r)))


def _under(inner: Requirement, own: Requirement) -> Requirement:
    """What an extra needs, where the extra is asked for."""
    marker = inner.marker & own.marker
    return replace(inner, marker=marker, comments=Comments(), spelling=inner.spelling if marker == inner.marker else "")


def _losses(project: Project) -> Iterator[Loss]:
    scopes = [("main", project.dependencies), *project.optional_dependencies.items()]
    scopes += [(name, group.requirements) for name, group in project.dependency_groups.items()]
    for name, requirements in scopes:
        for own in (r for r in requirements if _is_own(project, r)):
            detail = f"{name}: {own.name}[{','.join(sorted(own.extras))}]"
            yield Loss(kind=Kind.INCLUDE_FLATTENED, where="pyproject.toml", detail=detail)
