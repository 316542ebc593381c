"""Requirements with `[tool.uv.sources]` put into them.

One requirement comes of each source, and one of where none of them holds. Source:
`uv-distribution/src/metadata/lowering.rs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from packaging.utils import canonicalize_name

from converter.formats.uv.lockfile import read_marker
from converter.formats.uv.wire import REFERENCES
from converter.markers import ANY, Marker
from converter.model import (
    MAIN,
    Archive,
    Directory,
    Group,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    Source,
    Vcs,
    index_url,
)
from converter.pyproject.requirement import path_reference
from converter.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowering:
    """What a requirement's source may name: the sources by package, index URLs by name, workspace members' folders."""

    sources: Mapping[str, tuple[Table, ...]]
    indexes: Mapping[str, str]
    members: Mapping[str, Directory]
    pythons: Mapping[str, Marker]

    def requirements(self, items: tuple[Requirement, ...], scope: Scope = MAIN) -> tuple[Requirement, ...]:
        """The requirements of a scope with their sources. Raises InputError for a source that names nothing known."""
        return tuple(made for item in items for made in self._lowered(item, scope))

    def group(self, name: str, group: Group) -> Group:
        """A group with the sources of its requirements, for the interpreters that it is meant for."""
        made = self.requirements(group.requirements, Scope(ScopeKind.GROUP, name))
        if name in self.pythons:
            made = tuple(replace(r, marker=r.marker & self.pythons[name]) for r in made)
        return replace(group, requirements=made)

    def _lowered(self, item: Requirement, scope: Scope) -> Iterator[Requirement]:
        left: Marker = item.marker
        for table in self.sources.get(item.name, ()):
            held = _holds_in(table, scope)
            marker = read_marker(table, "marker", table.string_or("marker")) if "marker" in table else ANY
            source = self._source(table, item.name)
            if held and not (item.marker & marker).is_empty():
                yield replace(item, marker=item.marker & marker, source=source)
            left = left & ~marker if held else left
        if not left.is_empty():
            yield replace(item, marker=left)

    def _source(self, table: Table, name: str) -> Source:
        if "index" in table or "registry" in table:
            return self._index(table, "index" if "index" in table else "registry")
        if "git" in table:
            return _git(table)
        if "url" in table:
            return Archive(url=table.string("url"), subdirectory=table.optional_string("subdirectory"))
        if "path" in table:
            table.skip("package")
            return path_reference(table.string("path"), editable=table.boolean("editable"))
        if "workspace" not in table:
            raise table.error("", "expected a source: git, url, path, index or workspace")
        table.skip("workspace", "editable")
        return self.members.get(name, Directory(path=name, editable=True))

    def _index(self, table: Table, key: str) -> Registry:
        name = table.string(key)
        if name not in self.indexes:
            raise table.error(key, f"expected the name of an index, found '{name}'", "name it in [[tool.uv.index]]")
        return Registry(index_url(self.indexes[name]))


def _holds_in(table: Table, scope: Scope) -> bool:
    for key, kind in (("extra", ScopeKind.EXTRA), ("group", ScopeKind.GROUP)):
        if key in table and Scope(kind, canonicalize_name(table.string(key))) != scope:
            return False
    return True


def _git(table: Table) -> Vcs:
    table.skip("lfs", "path")
    found = next(((key, table.string(key)) for key in REFERENCES if key in table), None)
    return Vcs(
        type="git",
        url=table.string("git"),
        revision=found[1] if found else None,
        reference=found[0] if found else "rev",
        subdirectory=table.optional_string("subdirectory"),
    )
