"""The text of pyproject.toml: `[project]`, `[dependency-groups]` and `[tool.uv]`, put into what is there already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from converter import interpreter
from converter.formats.uv import declare, indexes, restated
from converter.formats.uv.marker_text import marker_text
from converter.formats.uv.settings import MANIFEST
from converter.formats.uv.tool_table import put_members, put_settings, tool_uv
from converter.formats.uv.wire import path_of
from converter.losses import Kind, Loss, Lossy
from converter.model import Directory, Group, Project, Requirement, release
from converter.pyproject.edit import checked, put_groups, put_project, read_document
from converter.pyproject.elsewhere import hidden
from converter.pyproject.fields import fields
from converter.pyproject.requirement import requirement_text, specifier_text
from converter.tree import Tree

_OWN_GROUP = "dev"
"""The group that uv installs where nothing is said."""


def manifest_text(project: Project, tree: Tree) -> Lossy[str]:
    """The manifest of a project, on top of the tree's.

    Raises InputError for a file that cannot be read or edited.
    """
    text = tree.text(MANIFEST) or ""
    document = read_document(text)
    named = _without_itself(project)
    made = indexes.written_indexes(named)
    declared = declare.declare(named, fields(named), _python(named), indexes.names(made))
    edited = put_groups(put_project(text, declared.tables), declared.tables)
    rows: Lossy[tuple[restated.Row, ...]] = (
        Lossy(()) if restated.KEY in tool_uv(text) else restated.restated(named, MANIFEST)
    )
    settings = (
        dict(_settings(named))
        | _package(project, named, document)
        | ({restated.KEY: list(rows.value)} if rows.value else {})
    )
    final = put_settings(edited, settings, declared.sources, list(indexes.index_rows(made)))
    final = put_members(final, _members(named))
    left = (*declare.losses(named), *_left(project), *rows.losses)
    told = (*hidden(tree, document), *indexes.losses(project), *left)
    return Lossy(checked(final), told)


def _members(project: Project) -> list[str]:
    """The folders of the workspace, which its root names."""
    root = canonicalize_name(project.name) not in project.workspace
    return sorted(map(path_of, project.workspace.values())) if root else []


def _without_itself(project: Project) -> Project:
    """The project without requirements that are the project itself (`-e .`): uv installs that anyway."""
    groups = {n: replace(g, requirements=_others(g.requirements)) for n, g in project.dependency_groups.items()}
    extras = {name: _others(items) for name, items in project.optional_dependencies.items()}
    return replace(
        project, dependencies=_others(project.dependencies), optional_dependencies=extras, dependency_groups=groups
    )


def _others(requirements: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    return tuple(r for r in requirements if not (isinstance(r.source, Directory) and r.source.path == "."))


def _package(project: Project, named: Project, document: Mapping[str, object]) -> dict[str, object]:
    """Whether the project itself is to be installed, where the build system says otherwise than it does."""
    itself = project.dependencies != named.dependencies or project.dependency_groups != named.dependency_groups
    built = "build-system" in document
    if project.installs_itself is False and built and not itself:
        return {"package": False}
    return {"package": True} if itself and not built else {}


def _python(project: Project) -> str:
    """The range of Pythons: told none, uv takes the running interpreter's, so it is told what the lock admits."""
    return specifier_text(_stated(project) or interpreter.admitted(project))


def _stated(project: Project) -> SpecifierSet | None:
    return project.requires_python or (project.lock.requires_python if project.lock else None)


def _settings(project: Project) -> Iterator[tuple[str, object]]:
    """The entries of `[tool.uv]` but for sources and indexes."""
    if (defaults := _default_groups(project)) is not None:
        yield "default-groups", defaults
    environments = project.lock.environments if project.lock else ()
    if environments:
        yield "environments", [marker_text(each) for each in environments]
    if prerelease := _prerelease(project):
        yield "prerelease", prerelease
    lists = {
        "constraint-dependencies": project.constraints,
        "override-dependencies": project.overrides,
        "build-constraint-dependencies": project.build_constraints,
    }
    yield from ((key, [_text(r) for r in items]) for key, items in lists.items() if items)
    if project.conflicts:
        yield "conflicts", [[{s.kind.value: s.name} for s in each if s.name] for each in project.conflicts]


def _text(requirement: Requirement) -> str:
    return requirement_text(
        replace(requirement, source=None) if isinstance(requirement.source, Directory) else requirement
    )


def _default_groups(project: Project) -> list[str] | None:
    """The groups that are installed unasked, where these are not uv's own choice."""
    groups = project.dependency_groups
    stated = [name for name in groups if name in project.default_groups]
    if stated:
        return None if stated == [_OWN_GROUP] else stated
    return [] if groups.get(_OWN_GROUP, Group()).optional else None


def _prerelease(project: Project) -> str:
    """`allow` where prereleases are asked for that uv would not take by itself, as those that a specifier names."""
    asked = {r.name for _, r in declare.every(project) if r.prereleases}
    packages = project.lock.packages if project.lock else ()
    locked = {p.name for p in packages if _is_prerelease(p.id.version)}
    return (
        "allow"
        if asked and (asked & locked or not packages or all(r.prereleases for _, r in declare.every(project)))
        else ""
    )


def _told_of_prereleases(project: Project) -> Iterator[Loss]:
    """The setting is one for all: who gets prereleases without having asked for them, or who asked in vain."""
    asked = {r.name for _, r in declare.every(project) if r.prereleases}
    others = sorted({r.name for _, r in declare.every(project)} - asked)
    where = f"{MANIFEST}: tool.uv.prerelease"
    if asked and not _prerelease(project):
        yield Loss(kind=Kind.SETTING_LEFT, where=where, detail=f"prereleases of {', '.join(sorted(asked))}")
    elif asked and others:
        yield Loss(kind=Kind.PRERELEASES_WIDENED, where=where, detail=f"it now holds for {', '.join(others)} too")


def _is_prerelease(text: str | None) -> bool:
    version = release(text)
    return isinstance(version, Version) and version.is_prerelease


def _left(project: Project) -> Iterator[Loss]:
    """A loss for what the model holds and uv has no place for."""
    if _stated(project) is None:
        detail = f"uv wants a range; the locked packages admit {interpreter.admitted(project)}"
        yield Loss(kind=Kind.PYTHON_BELIEVED, where=f"{MANIFEST}: project.requires-python", detail=detail)
    yield from _told_of_prereleases(project)
    for name, command in project.tasks.items():
        yield Loss(kind=Kind.TASK_LEFT, where=f"{MANIFEST}: {name}", detail=f"{name} = {command}")
    for index in project.indexes:
        if not index.verify_tls:
            detail = f"{index.name}: set allow-insecure-host in uv.toml"
            yield Loss(kind=Kind.VERIFY_TLS_DROPPED, where=f"{MANIFEST}: tool.uv.index", detail=detail)
    for line in filter(None, (*project.comments.above, project.comments.trailing)):
        yield Loss(kind=Kind.COMMENT_LEFT, where=MANIFEST, detail=line)


__all__ = ["manifest_text", "tool_uv"]
