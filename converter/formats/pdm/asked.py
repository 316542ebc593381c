"""Which sets of extras are asked of each package, and where: by the requirements, the lock's edges, the releases.

uv's lock leaves out an extra that needs nothing in the covered environments. The release still asks for it
(`coverage[toml]`), and PDM, which reads the release's own words, would resolve it anew if the lock had no entry for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from converter import graph
from converter.formats.pdm.spread import PLAIN, Extras, When, locked_edges
from converter.markers import ANY, EMPTY, Marker
from converter.model import Dependency, Lock, Package, PackageId, Project, Requirement, Scope
from converter.pyproject.requirement import parse_requirement

_Key = tuple[str, Extras]
Edge = Requirement | Dependency


def asked_sets(project: Project, lock: Lock, care: Marker) -> dict[PackageId, dict[Extras, When]]:
    """For each package the sets of extras that a requirement or an edge asks of it, with the scopes of each.

    `care` is the environments that count.
    """
    by_name: dict[str, list[Package]] = {}
    for package in lock.packages:
        by_name.setdefault(package.name, []).append(package)
    asked = _walk(project, by_name, care)
    found: dict[PackageId, dict[Extras, When]] = {}
    for package in lock.packages:
        sets = {extras: when for (name, extras), when in asked.items() if name == package.name and extras}
        if package.extras and not sets:
            sets = {package.extras: {}}
        if sets:
            found[package.id] = dict(sorted(sets.items(), key=lambda row: sorted(row[0])))
    return found


def _walk(project: Project, by_name: Mapping[str, Sequence[Package]], care: Marker) -> dict[_Key, When]:
    """Where each set of extras of each name is asked for, by the ways that lead there."""
    walk = _Walk(by_name, care)
    for scope, edges in graph.roots(project).items():
        walk.follow(edges, scope, ANY)
    for package in (p for several in by_name.values() for p in several):
        for scope, marker in package.when.items():
            walk.follow(edges_of(package, PLAIN, care), scope, marker)
    walk.run()
    return walk.asked


class _Walk:
    """The state of `_walk`: what is asked for so far, and what has to be looked at again."""

    def __init__(self, by_name: Mapping[str, Sequence[Package]], care: Marker) -> None:
        self.by_name = by_name
        self.care = care
        self.asked: dict[_Key, When] = {}
        self.dirty: dict[tuple[_Key, Scope], None] = {}

    def follow(self, edges: Iterable[Edge], scope: Scope, marker: Marker) -> None:
        """Note the extras that edges ask for, whose own end is reached under a marker."""
        for edge in edges:
            key = edge.name, edge.extras
            before = self.asked.get(key, {}).get(scope, EMPTY)
            after = before | (marker & edge.marker)
            if edge.extras and edge.name in self.by_name and after != before:
                self.asked.setdefault(key, {})[scope] = after
                self.dirty[key, scope] = None

    def run(self) -> None:
        """Follow the edges of the extras until nothing more is asked for."""
        while self.dirty:
            key, scope = next(iter(self.dirty))
            del self.dirty[key, scope]
            name, extras = key
            for package in self.by_name[name]:
                reached = self.asked[key][scope] & package.when.get(scope, EMPTY)
                self.follow(edges_of(package, extras, self.care), scope, reached)


def edges_of(package: Package, extras: Extras, care: Marker) -> list[Dependency]:
    """The edges of an entry. To what the release asks extras of, they lead as the release says it."""
    said = [each for line in package.requires_dist or () if (each := _said(line, extras, care))]
    known = locked_edges(package, extras)
    named = {edge.name for edge in known}
    told = [edge for edge in said if edge.name in named]
    instead = {edge.name for edge in told}
    return [*(edge for edge in known if edge.name not in instead), *told]


def _said(line: str, extras: Extras, care: Marker) -> Dependency | None:
    """A requirement of a release that asks for extras, as an edge; `None` for others, and where it holds nowhere."""
    if "[" not in line:
        return None
    try:
        read = parse_requirement(line)
    except ValueError:
        return None
    marker = read.marker.with_extras(extras)
    concerned = not extras or not extras.isdisjoint(read.marker.names())
    if not read.extras or not concerned or (marker & care).is_empty():
        return None
    return Dependency(name=read.name, specifier=read.specifier, extras=read.extras, marker=marker)
