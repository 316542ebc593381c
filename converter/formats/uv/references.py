"""Direct references that the project's wheel names: they stay in `[project]`, where its build backend finds them.

`[tool.uv.sources]` is read by uv alone, so a wheel that named a repository or a URL would name the package alone. uv
takes a name from one place, so all requirements of that name say it in their text, and a branch or tag becomes a
revision, for which PEP 508 has no other word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from converter.model import Archive, Lock, Project, Requirement, Source, Vcs, declared
from converter.pyproject.requirement import git_url, parse_requirement, requirement_text


def in_text(project: Project) -> Project:
    """The project with the source of each requirement that its wheel names by a direct reference as text says it."""
    named = chain(project.dependencies, *project.optional_dependencies.values())
    said = {r.name: source for r in named if (source := _said(r)) is not None}
    alike = {r.name for _, r in declared(project) if r.name in said and not _same(r.source, said[r.name])}
    several = {name: source for name, source in said.items() if name not in alike}
    return _with(project, several) if several else project


def _said(requirement: Requirement) -> Source | None:
    """The source in a requirement's own text, where that is the one it has."""
    if not isinstance(requirement.source, Vcs | Archive):
        return None
    try:
        source = parse_requirement(requirement.spelling).source
    except ValueError:
        return None
    return source if source is not None and _same(requirement.source, source) else None


def _same(one: Source | None, two: Source) -> bool:
    if isinstance(one, Vcs) and isinstance(two, Vcs):
        return _place(one) == _place(two) and (one.revision or one.commit) == (two.revision or two.commit)
    return one == two


def _place(source: Vcs) -> tuple[str, str, str | None]:
    return source.type, git_url(source.url), source.subdirectory


def _with(project: Project, said: Mapping[str, Source]) -> Project:
    def led(several: Iterable[Requirement]) -> tuple[Requirement, ...]:
        return tuple(_text(r, said[r.name]) if r.name in said else r for r in several)

    groups = {n: replace(g, requirements=led(g.requirements)) for n, g in project.dependency_groups.items()}
    return replace(
        project,
        dependencies=led(project.dependencies),
        optional_dependencies={extra: led(several) for extra, several in project.optional_dependencies.items()},
        dependency_groups=groups,
        lock=_locked(project.lock, said) if project.lock else None,
    )


def _text(requirement: Requirement, source: Source) -> Requirement:
    made = replace(requirement, source=source)
    return replace(made, spelling=requirement_text(made))


def _locked(lock: Lock, said: Mapping[str, Source]) -> Lock:
    """The lock with the repositories as they are asked for now."""

    def led(name: str, source: Source) -> Source:
        asked = said.get(name)
        if not isinstance(asked, Vcs) or not isinstance(source, Vcs) or _place(asked) != _place(source):
            return source
        return replace(asked, commit=source.commit)

    packages = (replace(p, id=replace(p.id, source=led(p.name, p.id.source))) for p in lock.packages)
    return replace(lock, packages=tuple(packages))
