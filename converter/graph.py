"""A lock as a graph: what an environment installs (`select`), what it lacks (`missing`), what is unsound (`faults`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from converter import markers
from converter.markers import ANY, EMPTY, Marker
from converter.model import (
    MAIN,
    Archive,
    Dependency,
    Lock,
    Package,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    Source,
    Vcs,
    release,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from converter.model import PackageId


def select(lock: Lock, environment: Mapping[str, str], scopes: Collection[Scope]) -> tuple[Package, ...]:
    """The packages that a PEP 508 environment gets when these scopes are asked for (main only if it is among them)."""
    extras = {s.name for s in scopes if s.kind is ScopeKind.EXTRA}
    groups = {s.name for s in scopes if s.kind is ScopeKind.GROUP}
    return tuple(
        package
        for package in lock.packages
        if any(
            marker.evaluate(environment, extras=extras, groups=groups)
            for scope, marker in package.when.items()
            if scope in scopes
        )
    )


def covered(project: Project) -> Marker:
    """The environments that a project's lock speaks of."""
    stated = project.requires_python
    if stated is None and project.lock is not None:
        stated = project.lock.requires_python
    result = markers.python(str(stated)) if stated is not None else ANY
    if project.lock is None or not project.lock.environments:
        return result
    either = EMPTY
    for environment in project.lock.environments:
        either |= environment
    return result & either


def installed(lock: Lock, name: str, scope: Scope) -> Marker:
    """Where a scope installs any version of a package."""
    result = EMPTY
    for package in lock.packages:
        if package.name == name:
            result |= package.when.get(scope, EMPTY)
    return result


def missing(lock: Lock, care: Marker = ANY) -> tuple[tuple[str, str], ...]:
    """(package, what it needs) for each known edge that holds in a covered environment and ends at nothing of the lock.

    `care` is the environments that count. Packages whose edges are unknown say nothing.
    """
    held = _presence(lock)
    return tuple(sorted({(p.name, name) for p in lock.packages for name in _unmet(p, held, care)}))


def _presence(lock: Lock) -> dict[str, dict[Scope, Marker]]:
    held: dict[str, dict[Scope, Marker]] = {}
    for package in lock.packages:
        scopes = held.setdefault(package.name, {})
        for scope, marker in package.when.items():
            scopes[scope] = scopes.get(scope, EMPTY) | marker
    return held


def _unmet(package: Package, held: Mapping[str, Mapping[Scope, Marker]], care: Marker) -> Iterator[str]:
    edges = [*(package.dependencies or ())]
    for extra in package.extras:
        edges += package.optional_dependencies.get(extra, ())
    for edge in edges:
        there = held.get(edge.name, {})
        for scope, marker in package.when.items():
            needed = marker & edge.marker.with_extras(package.extras) & care
            if not (needed & ~(there.get(scope, EMPTY) | there.get(MAIN, EMPTY))).is_empty():
                yield edge.name


def faults(lock: Lock) -> tuple[str, ...]:
    """What is unsound in a lock, a sentence each: two entries for one id, no scope at all, two versions at one time."""
    ids = [package.id for package in lock.packages]
    twice = {i for i in ids if ids.count(i) > 1} if len(set(ids)) < len(ids) else set()
    told = [f"{i.name} {i.version or ''} stands twice" for i in sorted(twice, key=str)]
    told += [f"{p.name} is in no scope" for p in lock.packages if not p.when]
    both = ((one.name, one.id.version, two.id.version, scope) for one, two, scope in overlaps(lock))
    return (*told, *(f"{name} {one} and {two} overlap in {scope}" for name, one, two, scope in both))


def without_choices(project: Project) -> Project:
    """The project for a tool whose markers do not speak of groups: each scope as where no other group is chosen.

    Declared conflicts of uv make a package of the main scope depend on which group is chosen beside it.
    """
    lock = project.lock
    if lock is None or not any(m.choices() for p in lock.packages for m in p.when.values()):
        return project
    packages = tuple(replace(p, when=_decided(p)) for p in lock.packages)
    return replace(project, lock=replace(lock, packages=tuple(p for p in packages if p.when)))


def _decided(package: Package) -> dict[Scope, Marker]:
    made: dict[Scope, Marker] = {}
    for scope, marker in package.when.items():
        groups = [(kind, name) for kind, name in marker.choices() if kind == "dependency_groups"]
        known = {(kind, name): scope == Scope(ScopeKind.GROUP, name) for kind, name in groups}
        made[scope] = marker.chosen(known)
    return {scope: marker for scope, marker in made.items() if not marker.is_empty()}


def overlaps(lock: Lock) -> Iterator[tuple[Package, Package, Scope]]:
    """Each two entries of one name that one scope installs together in some environment."""
    for several in _by_name(lock.packages).values():
        for at, one in enumerate(several):
            for two in several[at + 1 :]:
                for scope in sorted(one.when.keys() & two.when.keys()):
                    if not (one.when[scope] & two.when[scope]).is_empty():
                        yield one, two, scope


# From the requirements of a project over the edges of its lock: which package is reached, in which scope, under which
# marker. For locks that say it by their edges alone.


def roots(project: Project) -> dict[Scope, tuple[Requirement, ...]]:
    """The requirements of each scope, with included groups and references to the project's own extras followed."""
    extras, groups = project.optional_dependencies, project.dependency_groups
    found = {MAIN: _own(project, project.dependencies)}
    found |= {Scope(ScopeKind.EXTRA, name): _own(project, requirements) for name, requirements in extras.items()}
    return found | {Scope(ScopeKind.GROUP, name): _own(project, _included(project, name, ())) for name in groups}


def _included(project: Project, name: str, way: tuple[str, ...]) -> tuple[Requirement, ...]:
    group = project.dependency_groups.get(name)
    if group is None or name in way:
        return ()
    inner = (r for each in group.includes for r in _included(project, each, (*way, name)))
    return (*group.requirements, *inner)


def _own(project: Project, requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """The requirements with `project[extra]` replaced by what that extra needs, unless the lock holds the project."""
    packages = project.lock.packages if project.lock else ()
    name = canonicalize_name(project.name)
    waiting = list(requirements)
    found: list[Requirement] = []
    seen: set[str] = set()
    apart = any(package.name == name for package in packages)
    for requirement in waiting:
        if apart or requirement.name != name:
            found.append(requirement)
            continue
        for extra in sorted(requirement.extras - seen):
            seen.add(extra)
            waiting.extend(project.optional_dependencies.get(extra, ()))
    return tuple(dict.fromkeys(found))


def on_top(project: Project) -> frozenset[Scope]:
    """The scopes that are of use with main alone: extras, and groups that ask for the project itself."""
    extras = {Scope(ScopeKind.EXTRA, name) for name in project.optional_dependencies}
    groups = {Scope(ScopeKind.GROUP, name): _included(project, name, ()) for name in project.dependency_groups}
    itself = canonicalize_name(project.name)
    asking = {scope for scope, requirements in groups.items() if any(r.name == itself for r in requirements)}
    for package in project.lock.packages if project.lock else ():
        if any(edge.name == itself for edge in package.dependencies or ()):
            asking |= package.when.keys() & groups.keys()
    return frozenset(extras | asking)


Edge = Dependency | Requirement


def asked_extras(roots: Mapping[Scope, Sequence[Edge]], packages: Sequence[Package]) -> dict[PackageId, frozenset[str]]:
    """The extras of each package that a requirement or an edge of a reached package asks for, whatever the markers."""
    find = _finder(packages)
    found: dict[PackageId, frozenset[str]] = {}
    waiting = [edge for edges in roots.values() for edge in edges]
    while waiting:
        edge = waiting.pop()
        for package in find(edge):
            known = found.get(package.id)
            fresh = edge.extras - (known or frozenset())
            if known is None:
                waiting += package.dependencies or ()
            if known is None or fresh:
                found[package.id] = (known or frozenset()) | fresh
                waiting += [inner for extra in fresh for inner in package.optional_dependencies.get(extra, ())]
    return {each: extras for each, extras in found.items() if extras}


def _finder(packages: Sequence[Package]) -> Callable[[Edge], tuple[Package, ...]]:
    """The packages that an edge may end at, the highest version first: all of the name where none fits."""
    names = _by_name(packages)
    for several in names.values():
        several.sort(key=_newest_first, reverse=True)
    known: dict[tuple[object, ...], tuple[Package, ...]] = {}

    def find(edge: Edge) -> tuple[Package, ...]:
        several = names.get(edge.name, [])
        if len(several) <= 1:
            return tuple(several)
        version = edge.version if isinstance(edge, Dependency) else None
        asked = (edge.name, edge.specifier, version, edge.source)
        if asked not in known:
            known[asked] = tuple(p for p in several if _fits(p, edge, version)) or tuple(several)
        return known[asked]

    return find


def _by_name(packages: Iterable[Package]) -> dict[str, list[Package]]:
    found: dict[str, list[Package]] = {}
    for package in packages:
        found.setdefault(package.name, []).append(package)
    return found


def _newest_first(package: Package) -> Version:
    try:
        return Version(package.id.version or "0")
    except InvalidVersion:
        return Version("0")


def _fits(package: Package, edge: Edge, version: str | None) -> bool:
    if version is not None and release(package.id.version) != release(version):
        return False
    if edge.source is not None and not _same_place(edge.source, package.id.source):
        return False
    return package.id.version is None or edge.specifier.contains(package.id.version, prereleases=True)


def _same_place(one: Source, two: Source) -> bool:
    """Whether they come from one place, whatever revision was asked for or locked."""
    return type(one) is type(two) and _place(one) == _place(two)


def _place(source: Source) -> object:
    match source:
        case Registry(index):
            return index.rstrip("/")
        case Vcs(url=url, subdirectory=folder):
            return url.removesuffix(".git"), folder
        case _:
            return source.url if isinstance(source, Archive) and source.url else source.path


def reach(roots: Mapping[Scope, Sequence[Edge]], packages: Sequence[Package]) -> dict[PackageId, dict[Scope, Marker]]:
    """In which scope and under which marker each package is reached from the requirements of the scopes.

    The union over all ways of the markers along each. Where an edge could end at several versions of a package, it ends
    at the one that another edge decided for that environment; where none did, at the newest whose Requires-Python
    admits it. Packages that nothing reaches are left out. The caller cuts the result to the project's interpreters.
    """
    walk = _Walk(packages)
    for scope, edges in roots.items():
        for edge in edges:
            walk.follow(edge, scope, ANY)
    walk.run()
    while walk.decide_one():
        walk.run()
    return {p.id: walk.found[p.id, ""] for p in packages if walk.found.get((p.id, ""))}


class _Walk:
    """The state of `reach`: what is reached so far, what has to be looked at again, which edges are undecided."""

    def __init__(self, packages: Sequence[Package]) -> None:
        self.find = _finder(packages)
        self.packages = {package.id: package for package in packages}
        self.packages_of = _by_name(packages)
        self.found: dict[tuple[PackageId, str], dict[Scope, Marker]] = {}
        self.dirty: dict[tuple[PackageId, str, Scope], None] = {}
        self.open: dict[tuple[int, Scope], tuple[Edge, Marker]] = {}

    def run(self) -> None:
        """Follow every edge until nothing more is reached."""
        while self.dirty:
            key = next(iter(self.dirty))
            del self.dirty[key]
            identity, extra, scope = key
            package, marker = self.packages[identity], self.found[identity, extra][scope]
            edges = package.optional_dependencies.get(extra, ()) if extra else package.dependencies or ()
            for edge in edges:
                self.follow(edge, scope, marker)

    def follow(self, edge: Edge, scope: Scope, marker: Marker) -> None:
        """Reach what an edge ends at, when its own end is reached under a marker."""
        marker &= edge.marker
        candidates = self.find(edge)
        if len(candidates) == 1:
            self.arrive(candidates[0], edge, scope, marker)
        elif candidates and not marker.is_empty():
            self.open[id(edge), scope] = (edge, marker)

    def arrive(self, package: Package, edge: Edge, scope: Scope, marker: Marker) -> None:
        """Note that a package, and the extras of it that the edge asks for, are reached."""
        for extra in ("", *sorted(edge.extras)):
            scopes = self.found.setdefault((package.id, extra), {})
            before = scopes.get(scope, EMPTY)
            after = before | marker
            if after != before:
                scopes[scope] = after
                self.dirty[package.id, extra, scope] = None

    def decide_one(self) -> bool:
        """Let the undecided edges end where others decided; else decide the first of them. False where none is open."""
        rest = [(edge, scope, self._decided(edge, scope, marker)) for (_, scope), (edge, marker) in self.open.items()]
        if self.dirty:
            return True
        return any(self._decide(edge, scope, marker) for edge, scope, marker in rest if not marker.is_empty())

    def _decided(self, edge: Edge, scope: Scope, marker: Marker) -> Marker:
        """The part of an edge's marker for which no version is chosen yet; the chosen versions are reached."""
        left = marker
        for package in self.find(edge):
            self.arrive(package, edge, scope, left & self._held(package, scope))
        for package in self.find(edge):
            left &= ~self._held(package, scope)
        for package in self.find(edge):
            held = self._held(package, None)
            self.arrive(package, edge, scope, left & held)
            left &= ~held
        return left

    def _held(self, package: Package, scope: Scope | None) -> Marker:
        scopes = self.found.get((package.id, ""), {})
        result = EMPTY
        for each, marker in scopes.items():
            if scope is None or each in (scope, MAIN):
                result |= marker
        return result

    def _decide(self, edge: Edge, scope: Scope, marker: Marker) -> bool:
        for clashing in (False, True):
            for package in self.find(edge):
                admitted = ANY if package.requires_python is None else markers.python(str(package.requires_python))
                admitted &= ANY if clashing else ~self._clash(package, scope)
                self.arrive(package, edge, scope, marker & admitted)
                marker &= ~admitted
        return bool(self.dirty)

    def _clash(self, package: Package, scope: Scope) -> Marker:
        """Where an edge of the package would need another version than the one that is reached there already."""
        result = EMPTY
        for edge in package.dependencies or ():
            fitting = {each.id for each in self.find(edge)}
            for other in self.packages_of.get(edge.name, ()):
                if other.id not in fitting:
                    result |= edge.marker & self._held(other, scope)
        return result
