"""Whether PDM, walking the edges of a lock itself, would install exactly what the lock is meant to install.

An entry has one marker for all its groups. Where scopes need a package under different conditions, PDM's own lock
(`inherit_metadata`, its default) installs it for all of them where any needs it. Without that strategy an entry says
neither groups nor marker: `pdm sync` resolves from the requirements of the groups that are asked for, over the
entries' dependencies (`resolve_from_lockfile` in `pdm.cli.actions`), which keeps them apart. It needs whole and true
edges: a name that the lock lacks, or a version that a requirement does not admit, makes it fail; and of several
versions it takes the highest, as text, whose Requires-Python and requirements let it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from converter import graph, markers
from converter.formats.pdm.spread import union
from converter.markers import ANY, EMPTY, Marker
from converter.model import Dependency, Package, Project, Requirement, Scope, ScopeKind, scopes_of

Place = tuple[str, str | None]


def says_the_same(meant: Project, walked: Project, care: Marker) -> bool:
    """Whether the lock of `walked`, read without groups and markers, installs in each scope what that of `meant` does.

    `care` is the environments that count.
    """
    if meant.lock is None or walked.lock is None:
        return False
    one, two = _installs(meant.lock.packages), _installs(walked.lock.packages)
    scopes = scopes_of(meant)
    alike = all(_alike(one.get(key, {}), two.get(key, {}), scopes, care) for key in one.keys() | two.keys())
    lacking = {*graph.missing(walked.lock, care)} - {*graph.missing(meant.lock, care)}
    return alike and not lacking and _resolvable(walked, walked.lock.packages, care)


def _installs(packages: Iterable[Package]) -> dict[Place, Mapping[Scope, Marker]]:
    return {(p.name, p.id.version): p.when for p in packages}


def _alike(one: Mapping[Scope, Marker], two: Mapping[Scope, Marker], scopes: Iterable[Scope], care: Marker) -> bool:
    main = one.get(Scope(), EMPTY) & care
    for scope in scopes:
        ours, theirs = one.get(scope, EMPTY) & care, two.get(scope, EMPTY) & care
        if scope.kind is ScopeKind.EXTRA:  # it comes on top of main
            ours, theirs = ours | main, theirs | (two.get(Scope(), EMPTY) & care)
        if not (ours & ~theirs).is_empty() or not (theirs & ~(ours | main)).is_empty():
            return False
    return True


def _resolvable(project: Project, packages: Sequence[Package], care: Marker) -> bool:
    by_name: dict[str, list[Package]] = {}
    for package in packages:
        by_name.setdefault(package.name, []).append(package)
    overridden = {each.name for each in project.overrides}
    admitted = all(
        _admits(edge, by_name[edge.name]) for edge in _edges(project, packages, care)
        if edge.name in by_name and edge.name not in overridden
    )  # fmt: skip
    return admitted and all(_picked(several, care) for several in by_name.values() if len(several) > 1)


def _edges(project: Project, packages: Iterable[Package], care: Marker) -> Iterator[Requirement | Dependency]:
    """Each requirement and each edge that holds somewhere."""
    for requirements in graph.roots(project).values():
        yield from requirements
    for package in packages:
        here = union(package.when.values()) & care
        several = (package.dependencies or (), *package.optional_dependencies.values())
        yield from (edge for edges in several for edge in edges if not (edge.marker & here).is_empty())


def _admits(edge: Requirement | Dependency, several: Iterable[Package]) -> bool:
    versions = (package.id.version for package in several)
    return any(v is None or edge.specifier.contains(v, prereleases=True) for v in versions)


def _picked(several: Sequence[Package], care: Marker) -> bool:
    """Whether each version is where PDM comes to it, trying the highest (as text) first."""
    left = union(marker for package in several for marker in package.when.values()) & care
    for package in sorted(several, key=lambda each: each.id.version or "", reverse=True):
        admitted = ANY if package.requires_python is None else markers.python(str(package.requires_python))
        here = union(package.when.values()) & care
        if here & left != admitted & left:
            return False
        left &= ~admitted
    return True
