"""Names of scopes that PDM cannot hold apart: extras and groups share one namespace, in which `default` is main."""

from __future__ import annotations

from converter.formats.pdm.lockfile import DEFAULT
from converter.losses import Lossy
from converter.model import Project, Scope, ScopeKind
from converter.pyproject.naming import with_names


def renamed(project: Project) -> Lossy[Project]:
    """The project with each extra that shares a group's name, or is called default, as `<name>-extra`.

    A group called default becomes `default-group`. A note for each.
    """
    groups, extras = project.dependency_groups, project.optional_dependencies
    changed = {Scope(ScopeKind.EXTRA, n): f"{n}-extra" for n in extras if n in groups or n == DEFAULT}
    changed |= {Scope(ScopeKind.GROUP, n): f"{n}-group" for n in groups if n == DEFAULT}
    return with_names(project, changed)
