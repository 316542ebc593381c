"""Credentials that stand in the URL of a repository or a file: never moved into another tool's files.

`${VAR}` and git's own `git@` tell no secret and stay. Those of an index are the emitters' business, because each
tool has variables of its own for them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from converter.errors import without_credentials
from converter.losses import Kind, Loss, Lossy
from converter.model import Archive, Project, Registry, Source, Vcs
from converter.sources import with_sources

if TYPE_CHECKING:
    from collections.abc import Iterable


def strip(project: Project) -> Lossy[Project]:
    """The project without literal credentials in its repositories' and files' URLs; a LOSS for each one removed."""
    bare = with_sources(project, _bare)
    return Lossy(bare, tuple(_told(project))) if bare != project else Lossy(project)


def _bare(source: Source) -> Source:
    if isinstance(source, (Vcs, Archive)) and source.url:
        return replace(source, url=without_credentials(source.url))
    return source


def _told(project: Project) -> Iterable[Loss]:
    groups = [r for group in project.dependency_groups.values() for r in group.requirements]
    extras = [r for several in project.optional_dependencies.values() for r in several]
    held: dict[str, Source | None] = {r.name: r.source for r in (*project.dependencies, *extras, *groups)}
    held |= {p.name: p.id.source for p in (project.lock.packages if project.lock else ())}
    for name, source in sorted(held.items()):
        if source is not None and not isinstance(source, Registry) and _bare(source) != source:
            url = getattr(source, "url", "")
            yield Loss(kind=Kind.SOURCE_CREDENTIALS, where=name, detail=url, packages=frozenset({name}))
