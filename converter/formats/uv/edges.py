"""The edges of a uv.lock: real ones where the source knows them, else edges of the project itself.

uv takes a pre-release of Python in a marker for its release (`<= "3.11.0a6"` is `<= 3.11`), so its edges say that
where it changes nothing. uv installs what it reaches, so each package has to be reached in the scopes and
environments in which the source installs it, and in no others. Where the known edges alone do not say so, the project
gets edges of its own (uv checks no lock for these), and edges into a package that is installed in fewer environments
than its dependents are narrowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from converter import graph
from converter.markers import ANY, EMPTY, Marker
from converter.model import MAIN, Dependency, Package, PackageId, Project, Requirement, Scope, ScopeKind

Edges = tuple[Dependency, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """The packages with edges that name their targets exactly, and the project's own edges by scope."""

    packages: tuple[Package, ...]
    roots: Mapping[Scope, Edges]


def needed(package: Package) -> Marker:
    """Where a package is installed by any scope."""
    result = EMPTY
    for marker in package.when.values():
        result |= marker
    return result


def wired(project: Project, packages: Sequence[Package], care: Marker) -> Wired:
    """The packages wired so that each is reached where its `when` says, within `care`."""
    names: dict[str, list[Package]] = {}
    for package in packages:
        names.setdefault(package.name, []).append(package)
    requirements = graph.roots(replace(project, lock=None))
    narrowed = {p.id for several in names.values() if len(several) > 1 for p in several}
    while True:
        plain = _wired(requirements, packages, names, narrowed, care)
        # what the edges reach too widely by themselves, else what they reach so from the edges that are added
        wider = _wider(plain, care) - narrowed or _wider(made := _completed(plain, care), care) - narrowed
        if not wider:
            return made
        narrowed |= wider


def _wired(
    requirements: Mapping[Scope, Sequence[Requirement]],
    packages: Sequence[Package],
    names: Mapping[str, Sequence[Package]],
    narrowed: set[PackageId],
    care: Marker,
) -> Wired:
    finder = _Finder(names=names, narrowed=frozenset(narrowed), care=care)
    return Wired(
        packages=tuple(finder.settled(package) for package in packages),
        roots={scope: tuple(finder.ends(items, ANY, frozenset(), scope)) for scope, items in requirements.items()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finder:
    """Finds the packages at which edges end."""

    names: Mapping[str, Sequence[Package]]
    narrowed: frozenset[PackageId]
    care: Marker

    def settled(self, package: Package) -> Package:
        here = needed(package)
        optional = {
            extra: tuple(self.ends(edges, here, frozenset({extra})))
            for extra, edges in package.optional_dependencies.items()
        }
        plain = tuple(self.ends(package.dependencies or (), here, frozenset()))
        return replace(package, dependencies=plain, optional_dependencies=optional)

    def ends(
        self,
        edges: Iterable[Dependency | Requirement],
        here: Marker,
        extras: frozenset[str],
        scope: Scope | None = None,
    ) -> Iterator[Dependency]:
        """Edges that each name one package exactly, under the part of their marker that matters there."""
        for edge in edges:
            rounded = edge.rounded if isinstance(edge, Dependency) else None
            marker = (edge.marker if rounded is None else rounded).with_extras(extras)
            for target in self._targets(edge):
                limit = self._limit(target, scope)
                if not (marker & limit & here & self.care).is_empty():
                    yield replace(exactly(target), extras=edge.extras, marker=marker & limit, specifier=edge.specifier)

    def _limit(self, target: Package, scope: Scope | None) -> Marker:
        if target.id not in self.narrowed:
            return ANY
        return needed(target) if scope is None else _wanted(target, scope)

    def _targets(self, edge: Dependency | Requirement) -> Sequence[Package]:
        several = self.names.get(edge.name, ())
        if len(several) > 1 and isinstance(edge, Dependency) and edge.version is not None:
            return [
                p for p in several if p.id.version == edge.version and edge.source in (None, p.id.source)
            ] or several
        return several


def _wanted(package: Package, scope: Scope) -> Marker:
    """Where a scope may install a package: an extra comes on top of main, so what main installs is no news."""
    own = package.when.get(scope, EMPTY)
    return own | package.when.get(MAIN, EMPTY) if scope.kind is ScopeKind.EXTRA else own


def exactly(package: Package) -> Dependency:
    """An edge to this very package."""
    return Dependency(name=package.name, version=package.id.version, source=package.id.source)


def _found(made: Wired) -> dict[PackageId, dict[Scope, Marker]]:
    return graph.reach(made.roots, made.packages)


def _wider(made: Wired, care: Marker) -> set[PackageId]:
    """The packages that the edges reach where the source does not install them."""
    found = _found(made)
    return {p.id for p in made.packages if any(_beyond(p, found.get(p.id, {}), care))}


def _beyond(package: Package, found: Mapping[Scope, Marker], care: Marker) -> Iterator[bool]:
    for scope, marker in found.items():
        yield not (marker & care & ~_wanted(package, scope)).is_empty()


def _completed(made: Wired, care: Marker) -> Wired:
    """With an edge of the project for each package that is not reached everywhere where it is needed."""
    found = _found(made)
    roots = {scope: list(edges) for scope, edges in made.roots.items()}
    for package in made.packages:
        for scope, marker in package.when.items():
            missing = marker & care & ~found.get(package.id, {}).get(scope, EMPTY)
            if not missing.is_empty():
                roots.setdefault(scope, []).append(
                    replace(exactly(package), extras=_lone(package, made), marker=marker.under(care))
                )
    return Wired(packages=made.packages, roots={scope: tuple(edges) for scope, edges in roots.items()})


def _lone(package: Package, made: Wired) -> frozenset[str]:
    """The extras for which somebody asked, where no edge says who: those of a source that knows no edges."""
    said = any(edge.name == package.name for edges in made.roots.values() for edge in edges)
    return frozenset() if said else package.extras


@dataclass(frozen=True, slots=True, kw_only=True)
class Parents:
    """Where the end of an edge is installed: a package by itself, or one of its extras."""

    found: Mapping[tuple[PackageId, str], Marker]

    def of(self, package: Package, extra: str = "") -> Marker:
        return self.found.get((package.id, extra), EMPTY)


def parents(made: Wired) -> Parents:
    """Where each package, and each of its extras that is asked for, is installed by any scope."""
    by_id = {(p.name, p.id.version, p.id.source): p for p in made.packages}
    found = {(p.id, ""): needed(p) for p in made.packages}
    waiting = [(edge, ANY) for edges in made.roots.values() for edge in edges]
    waiting += [(edge, found[p.id, ""]) for p in made.packages for edge in p.dependencies or ()]
    while waiting:
        edge, here = waiting.pop()
        target = by_id[edge.name, edge.version, edge.source or PackageId(name="").source]
        for extra in edge.extras:
            before = found.get((target.id, extra), EMPTY)
            after = before | (here & edge.marker & needed(target))
            if after != before and target.optional_dependencies.get(extra):
                found[target.id, extra] = after
                waiting += [(inner, after) for inner in target.optional_dependencies[extra]]
    return Parents(found=found)
