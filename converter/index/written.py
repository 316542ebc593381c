"""Which index is written: the project's own, or a mirror in its place where the user says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from converter.errors import masked
from converter.index.places import canonical
from converter.losses import Kind, Loss, Lossy
from converter.model import PUBLIC_INDEX, Index, Priority, Project, Registry, Source
from converter.sources import with_sources


def with_mirrors(project: Project, mirrors: Mapping[str, str]) -> Lossy[Project]:
    """The project with each index that has a mirror replaced by that; `mirrors` has its address by the index's own.

    Then the mirror is the index: it is asked, and written.
    """

    def moved(source: Source) -> Source:
        there = mirrors.get(canonical(source.index)) if isinstance(source, Registry) else None
        return Registry(there) if there else source

    done = with_sources(project, moved)
    done = replace(done, indexes=_indexes(project, mirrors))
    replaced = {index.url for index in project.indexes if canonical(index.url) in mirrors}
    replaced |= {PUBLIC_INDEX} if done != project and not replaced else set()
    said = ((url, masked(mirrors[canonical(url)])) for url in sorted(replaced))
    return Lossy(done, tuple(Loss(kind=Kind.INDEX_REPLACED, where=url, detail=there) for url, there in said))


def _indexes(project: Project, mirrors: Mapping[str, str]) -> tuple[Index, ...]:
    """Where the public index is asked because no other is named, its mirror has to be named."""
    named = any(index.priority is Priority.DEFAULT for index in project.indexes)
    unsaid = () if named or PUBLIC_INDEX not in mirrors else (Index(name="mirror", url=mirrors[PUBLIC_INDEX]),)
    return (*unsaid, *(replace(i, url=mirrors.get(canonical(i.url), i.url)) for i in project.indexes))
