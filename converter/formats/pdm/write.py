"""The text of pyproject.toml: `[project]`, `[dependency-groups]` and `[tool.pdm]`, put into what is there already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from packaging.version import InvalidVersion, Version

from converter.formats.pdm.declare import declare, losses
from converter.formats.pdm.parse import every
from converter.formats.pdm.settings import MANIFEST
from converter.formats.pdm.sources import source_tables
from converter.formats.pdm.tool_table import put_tool, tool_pdm
from converter.losses import Kind, Loss, Lossy
from converter.model import Archive, Directory, Project, Registry, Requirement
from converter.pyproject.edit import checked, put_groups, put_project, read_document
from converter.pyproject.elsewhere import hidden
from converter.pyproject.fields import entry_point_tables, license_value
from converter.pyproject.left import OVERRIDES, TASKS, comments_gone, left
from converter.pyproject.requirement import reference_url, requirement_text, specifier_text
from converter.tree import Tree


def manifest_text(project: Project, tree: Tree, *, installs_itself: bool = False) -> Lossy[str]:
    """The manifest of a project, on top of the tree's; `installs_itself` where it asked for its own folder.

    Raises InputError for a file that cannot be read or edited, StopError where setup files hold the dependencies.
    """
    text = tree.text(MANIFEST) or ""
    document = read_document(text)
    declared, sources = declare(project), source_tables(project)
    stated = project.requires_python or (project.lock.requires_python if project.lock else None)
    tables = replace(
        declared.tables,
        fields=_fields(project, document),
        requires_python=None if stated is None else specifier_text(stated),
    )
    tool: dict[str, object] = {
        **_distribution(text, document, built=project.installs_itself, asked=installs_itself),
        "source": list(sources.value) or None,
        "resolution": _resolution(project) or None,
        "dev-dependencies": dict(declared.editable) or None,
        "scripts": _scripts(project) or None,
    }
    final = checked(put_tool(put_groups(put_project(text, tables), tables), tool))
    told = (*sources.losses, *losses(project), *left(project, (TASKS, OVERRIDES)), *_said(project))
    return Lossy(final, (*hidden(tree, document), *told, *comments_gone(text, final)))


def _fields(project: Project, document: Mapping[str, object]) -> dict[str, object]:
    """The plain fields of `[project]`. Where something is built, a version that nobody states is the backend's."""
    made: dict[str, object] = {"name": project.name, **({"version": project.version} if project.version else {})}
    made |= {key: value for key, value in project.metadata.items() if key != "dynamic"} | entry_point_tables(project)
    if isinstance(made.get("license"), str):
        made["license"] = license_value(str(made["license"]))
    dynamic = project.metadata.get("dynamic")
    if "version" in made or not document.get("build-system") or "project" in document:
        return made
    return {**made, "dynamic": dynamic if isinstance(dynamic, list) else ["version"]}


def _distribution(text: str, document: Mapping[str, object], *, built: bool | None, asked: bool) -> dict[str, object]:
    """Whether the project itself is installed: PDM does so unless it is told that nothing is built."""
    says = built is not False if document.get("build-system") else False
    return {} if says or asked or "distribution" in tool_pdm(text) else {"distribution": False}


def _resolution(project: Project) -> dict[str, object]:
    """`[tool.pdm.resolution]`; what PDM alone has there stays as it was."""
    own = project.tool.get("pdm", {}).get("resolution")
    made: dict[str, object] = {k: v for k, v in own.items() if k != "overrides"} if isinstance(own, Mapping) else {}
    if _prereleases(project):
        made["allow-prereleases"] = True
    overrides = {r.name: value for r in project.overrides if (value := _override(r)) is not None}
    return {**made, **({"overrides": overrides} if overrides else {})}


def _override(requirement: Requirement) -> str | None:
    """An override as a specifier or URL; `None` for one of some environments only, which PDM cannot say."""
    if not requirement.marker.is_any() or requirement.extras:
        return None
    source = requirement.source
    if source is None or isinstance(source, Registry):
        return specifier_text(requirement.specifier) or None
    below = isinstance(source, Directory | Archive) and source.path
    return None if below else reference_url(source)


def _prereleases(project: Project) -> bool:
    """Whether prereleases are to be allowed, for all packages at once: where a locked one needs it."""
    asked = {r.name for r in every(project) if r.prereleases}
    if not project.lock:
        return bool(asked)
    return bool(asked & {p.name for p in project.lock.packages if _is_prerelease(p.id.version)})


def _is_prerelease(version: str | None) -> bool:
    try:
        return bool(version) and Version(str(version)).is_prerelease
    except InvalidVersion:
        return False


def _scripts(project: Project) -> dict[str, object]:
    own = project.tool.get("pdm", {}).get("scripts")
    return {**(own if isinstance(own, Mapping) else {}), **project.tasks}


def _said(project: Project) -> Iterator[Loss]:
    """What PDM says in another way, or cannot say at all."""
    asked = [r.name for r in every(project) if r.prereleases]
    others = sorted({r.name for r in every(project)} - set(asked))
    where = f"{MANIFEST}: tool.pdm.resolution.allow-prereleases"
    if _prereleases(project) and others:
        yield Loss(kind=Kind.PRERELEASES_WIDENED, where=where, detail=f"it now holds for {', '.join(others)} too")
    elif asked and not _prereleases(project):
        yield Loss(kind=Kind.SETTING_LEFT, where=where, detail=f"prereleases of {', '.join(sorted(set(asked)))}")
    for each in project.overrides:
        if _override(each) is None:
            yield Loss(kind=Kind.CONSTRAINT_LEFT, where=f"{MANIFEST}: override", detail=requirement_text(each))
    for name, group in project.dependency_groups.items():
        if group.optional or (project.default_groups and name not in project.default_groups):
            detail = f"{name}: PDM installs every group unless it is told not to"
            yield Loss(kind=Kind.GROUP_NOT_OPTIONAL, where=f"{MANIFEST}: {name}", detail=detail)
