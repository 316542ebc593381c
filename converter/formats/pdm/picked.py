"""Whether PDM, walking the edges of a lock, comes to the version of each package that these edges are read to end at.

Of several versions of a name PDM tries the highest first, as text, that Requires-Python admits
(`ReusePinProvider.find_matches` in `pdm.resolver.providers`), and pins another only when a requirement refuses that.
So a version is sure where each higher one is refused by Requires-Python, or by a requirement that is sure itself. What
was tried too early does no harm where its own requirements refuse no version of anything: then no search goes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from packaging.specifiers import SpecifierSet

from converter import graph, markers
from converter.formats.pdm.spread import union
from converter.markers import ANY, EMPTY, Marker
from converter.model import MAIN, Dependency, Lock, Package, PackageId, Project, Requirement, Scope, ScopeKind

Edge = Requirement | Dependency
Asked = dict[str, dict[SpecifierSet, Marker]]


def picks_the_same(project: Project, lock: Lock, care: Marker) -> bool:
    """Whether PDM installs in each scope what the lock, as it was read from its edges, has there.

    `care` is the environments that count.
    """
    walk = _Walk.of(lock.packages, {requirement.name for requirement in project.overrides}, care)
    roots = graph.roots(project)
    sure = all(
        walk.sure((*roots[scope], *(roots[MAIN] if scope.kind is ScopeKind.EXTRA else ())), scope) for scope in roots
    )
    return sure and walk.consistent() and walk.harmless()


@dataclass(frozen=True, slots=True)
class _Walk:
    """The packages by name, the highest version (as text) first, and what all scopes ask of each name."""

    by_name: Mapping[str, Sequence[Package]]
    overridden: frozenset[str]
    care: Marker
    asked: Asked = field(default_factory=dict)
    with_extras: set[str] = field(default_factory=set)

    @staticmethod
    def of(packages: Iterable[Package], overridden: Iterable[str], care: Marker) -> _Walk:
        found: dict[str, list[Package]] = {}
        for package in sorted(packages, key=lambda each: each.id.version or "", reverse=True):
            found.setdefault(package.name, []).append(package)
        return _Walk(found, frozenset(overridden), care)

    def sure(self, roots: Iterable[Edge], scope: Scope) -> bool:
        """Whether the walk from these requirements surely comes to each version where the scope has it."""
        scopes = (scope, MAIN) if scope.kind is ScopeKind.EXTRA else (scope,)
        meant = {p.id: union(p.when.get(each, EMPTY) for each in scopes) & self.care for p in self._packages()}
        asked: Asked = {}
        inner: dict[tuple[str, str], Marker] = {}
        found: dict[PackageId, Marker] = {}
        waiting = [(edge, self.care) for edge in roots]
        while waiting:
            edge, above = waiting.pop()
            if self._ask(edge, above & edge.marker, asked, inner):
                for package in self.by_name.get(edge.name, ()):
                    found[package.id] = here = self._certain(package, meant[package.id], asked[edge.name])
                    waiting += [(each, here) for each in package.dependencies or ()]
                    for extra, edges in package.optional_dependencies.items():
                        where = inner.get((edge.name, extra), EMPTY)
                        waiting += [(each, here & where) for each in edges if not where.is_empty()]
        self._remember(asked)
        return all((marker & ~found.get(identity, EMPTY)).is_empty() for identity, marker in meant.items())

    def consistent(self) -> bool:
        """Whether nothing refuses what is installed, and no override hides a choice.

        Where Requires-Python refuses every version of a name, PDM installs it in no form of the lock.
        """
        for name, several in self.by_name.items():
            if name in self.overridden:
                if len(several) > 1:
                    return False
                continue
            some = union(map(_admitted, several))
            for package in several:
                refused = _refused(package, self.asked.get(name, {})) | (some & ~_admitted(package))
                if not (_anywhere(package) & self.care & refused).is_empty():
                    return False
        return True

    def harmless(self) -> bool:
        """Whether what PDM may try before it knows better leaves every version of everything admitted."""
        for name, several in self.by_name.items():
            for at, package in enumerate(several):
                below = union(map(_anywhere, several[at + 1 :])) & _admitted(package) & self.care
                if not below.is_empty() and (name in self.with_extras or not self._admits_all(package, below, set())):
                    return False
        return True

    def _packages(self) -> Iterable[Package]:
        return (package for several in self.by_name.values() for package in several)

    def _ask(self, edge: Edge, where: Marker, asked: Asked, inner: dict[tuple[str, str], Marker]) -> bool:
        """Note what an edge asks for; whether it is more than was known."""
        known = asked.setdefault(edge.name, {})
        before = known.get(edge.specifier, EMPTY)
        known[edge.specifier] = after = before | where
        grown = after != before
        for extra in edge.extras:
            self.with_extras.add(edge.name)
            key = edge.name, extra
            more = inner.get(key, EMPTY) | where
            grown |= more != inner.get(key, EMPTY)
            inner[key] = more
        return grown

    def _certain(self, package: Package, meant: Marker, asked: Mapping[SpecifierSet, Marker]) -> Marker:
        """Where a package is asked for and each higher version is refused."""
        here = meant & union(asked.values())
        for higher in self.by_name[package.name]:
            if higher is package:
                return here
            here &= ~_admitted(higher) | _refused(higher, asked)
        return here

    def _remember(self, asked: Asked) -> None:
        for name, specifiers in asked.items():
            known = self.asked.setdefault(name, {})
            for specifier, marker in specifiers.items():
                known[specifier] = known.get(specifier, EMPTY) | marker

    def _admits_all(self, package: Package, where: Marker, seen: set[PackageId]) -> bool:
        """Whether what a package needs refuses no version; of what is not installed there anyway, its needs as well."""
        if package.id in seen:
            return True
        seen.add(package.id)
        for edge in package.dependencies or ():
            here, several = where & edge.marker, self.by_name.get(edge.name, ())
            if here.is_empty():
                continue
            if edge.extras or not several or any(not _fits(each, edge.specifier) for each in several):
                return False
            fresh = here & ~union(map(_anywhere, several))
            if not fresh.is_empty() and not all(self._admits_all(each, fresh, seen) for each in several):
                return False
        return True


def _anywhere(package: Package) -> Marker:
    return union(package.when.values())


def _admitted(package: Package) -> Marker:
    return ANY if package.requires_python is None else markers.python(str(package.requires_python))


def _fits(package: Package, specifier: SpecifierSet) -> bool:
    return package.id.version is None or specifier.contains(package.id.version, prereleases=True)


def _refused(package: Package, asked: Mapping[SpecifierSet, Marker]) -> Marker:
    """Where something asks for other versions than that of a package."""
    return union(marker for specifier, marker in asked.items() if not _fits(package, specifier))
