"""`--resolve`: what the target's own tool is asked where a source leaves packages open, and what is taken of it.

The question is a project of its own: what the source declares, with every pin that it has as a requirement of exactly
that version, all in one scope, so that each package gets one version. Where pins of one interpreter do not fit each
other for all that the manifest states, it is asked for the first stretch where they do. Of the answer that is taken
which the source lacks and needs; the source's pins stay as they are. What stands in a folder of the project is not
asked about: its own needs are, as far as they are known, so nothing of the project is built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import reduce
from operator import or_

from packaging.specifiers import SpecifierSet

from converter import credentials, graph, interpreter, markers
from converter.errors import StopError
from converter.filling import filled
from converter.index import is_flat
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, EMPTY, Marker
from converter.model import (
    MAIN,
    NO_COMMENTS,
    Archive,
    Directory,
    Lock,
    Package,
    Priority,
    Project,
    Registry,
    Requirement,
    Source,
    index_url,
)

Ask = Callable[[Project], Lock]
"""Locks a project with another tool; its lock, with edges, and with the environments if those are not all."""

NAME = "pm-convert-asks"
"""What the question is called: no package's name, for a project must not need itself."""
OLDEST = "3.10"
"""The oldest Python that the newest Pipenv runs on; the other tools go back further."""
_ROUNDS = 3
_UNHELD = frozenset({Kind.UNPINNED, Kind.NOT_LOCKED})
_OPEN = frozenset({Kind.INCOMPLETE, Kind.NOT_CLOSED})


def resolved(read: Lossy[Project], known: Project, lacking: frozenset[str], ask: Ask) -> Lossy[Project]:
    """The project with what it lacks locked by another tool, a LOSS `resolved-anew` for each package.

    `known` is the same project with what the index says of its pins. Raises what `ask` raises, and StopError where the
    tool goes on choosing what a constraint of the project excludes.
    """
    project, lock = read.value, read.value.lock or Lock(requires_python=read.value.requires_python)
    pythons = _pythons(known)
    agreed = interpreter.agreed(known, pythons)
    answer = _answered(_question(known, lacking, pythons & agreed), project.constraints, ask)
    whole = Lossy(replace(project, lock=lock), read.losses)
    widened = None if is_flat(project) else lacking
    here = reduce(or_, answer.environments, EMPTY) if answer.environments else ANY
    here = here & markers.python(str(agreed)) if agreed else here
    return filled(whole, map(_bare, answer.packages), Kind.RESOLVED_ANEW, widened=widened, here=here)


def lacking(told: Iterable[Loss], project: Project) -> frozenset[str]:
    """The packages that losses say nobody pins, and those that are declared and not in the lock at all."""
    held = {package.name for package in project.lock.packages} if project.lock else set()
    declared = {r.name for several in graph.roots(project).values() for r in several if not r.marker.is_empty()}
    unheld = {name for loss in told if loss.kind in _UNHELD for name in loss.packages}
    return frozenset(unheld | {loss.where for loss in told if loss.kind in _OPEN} | (declared - held))


def _question(project: Project, lacking: frozenset[str], pythons: SpecifierSet) -> Project:
    """What the tool is asked to lock: the pins, what is declared beside them, and what is known to be missing."""
    packages = sorted(project.lock.packages if project.lock else (), key=lambda p: MAIN not in p.when)
    folders = [package for package in packages if isinstance(package.id.source, Directory)]
    pins = tuple(_pins(packages, project))
    pinned = {package.name for package in packages}
    declared = (r for several in graph.roots(project).values() for r in several)
    beside = (_plain(r) for r in (*declared, *_inner(folders)) if r.name not in pinned)
    open_ones = [r for r in beside if not r.marker.is_empty()]
    told = {r.name for r in open_ones}
    missing = [Requirement(name=name) for name in sorted(lacking - told - pinned)]
    asked = Project(
        name=NAME,
        requires_python=pythons,
        dependencies=tuple(dict.fromkeys((*pins, *open_ones, *missing))),
        constraints=project.constraints,
        overrides=project.overrides,
        indexes=project.indexes,
    )
    return credentials.strip(asked).value


def _pythons(project: Project) -> SpecifierSet:
    """The interpreters to lock for: those that are there, and if none was stated, those that tools of today run on."""
    stated = project.requires_python
    if stated is None:
        admitted, recent = interpreter.admitted(project), SpecifierSet(f">={OLDEST}")
        narrowed = any(interpreter.admits(admitted, minor) for minor in interpreter.MINORS if recent.contains(minor))
        stated = (recent if interpreter.admits(admitted, OLDEST) else admitted & recent) if narrowed else admitted
    return stated & SpecifierSet("<4") if stated.contains("4.0") else stated


def _pins(packages: Iterable[Package], project: Project) -> Iterator[Requirement]:
    """Each package as a requirement of exactly what is locked, where any scope installs it, the first scope's first.

    What no tool finds by name or URL is left out.
    """
    taken: dict[str, Marker] = {}
    for package in packages:
        source, version = package.id.source, package.id.version
        local = isinstance(source, Directory) or (isinstance(source, Archive) and source.url is None)
        before = taken.get(package.name, EMPTY)
        marker = _anywhere(package) & ~before
        if local or marker.is_empty() or (isinstance(source, Registry) and version is None):
            continue
        taken[package.name] = before | marker
        yield Requirement(
            name=package.name,
            extras=package.extras,
            specifier=SpecifierSet(f"=={version}" if isinstance(source, Registry) else ""),
            marker=marker,
            source=_place(source, project),
        )


def _anywhere(package: Package) -> Marker:
    whens = (when.with_extras((scope.name,) if scope.name else ()) for scope, when in package.when.items())
    return reduce(or_, whens, EMPTY)


def _place(source: Source, project: Project) -> Source | None:
    """Where a requirement has to say that it comes from: not the index that is asked for everything."""
    explicit = {index_url(index.url) for index in project.indexes if index.priority is Priority.EXPLICIT}
    return None if isinstance(source, Registry) and index_url(source.index) not in explicit else source


def _inner(folders: Iterable[Package]) -> Iterator[Requirement]:
    """What the project's own folders need."""
    for package in folders:
        extras = (e for extra in sorted(package.extras) for e in package.optional_dependencies.get(extra, ()))
        for edge in (*(package.dependencies or ()), *extras):
            marker = _anywhere(package) & edge.marker.with_extras(package.extras)
            yield Requirement(name=edge.name, specifier=edge.specifier, extras=edge.extras, marker=marker)


def _plain(requirement: Requirement) -> Requirement:
    return replace(requirement, comments=NO_COMMENTS, marker=requirement.marker.with_extras(()))


def _answered(asked: Project, constraints: Iterable[Requirement], ask: Ask) -> Lock:
    """The tool's answer, asked again where it broke a constraint that its manifest has no word for."""
    for _ in range(_ROUNDS):
        answer = ask(asked)
        broken = tuple(r for r in constraints if any(_breaks(package, r) for package in answer.packages))
        if not broken:
            return answer
        asked = replace(asked, dependencies=tuple(dict.fromkeys((*asked.dependencies, *map(_plain, broken)))))
    raise StopError(
        f"expected a version of {broken[0].name} that is {broken[0].specifier}, found none that fits the rest",
        remedy="loosen the constraint, or pin what is open in the source",
    )


def _breaks(package: Package, constraint: Requirement) -> bool:
    version = package.id.version
    if package.name != constraint.name or version is None or constraint.source is not None:
        return False
    here = reduce(or_, package.when.values(), EMPTY) & constraint.marker
    return not (here.is_empty() or constraint.specifier.contains(version, prereleases=True))


def _bare(package: Package) -> Package:
    """A release without the tool's hashes: nobody vetted them, so they are adopted from the index as any others are."""
    return replace(package, artifacts=()) if isinstance(package.id.source, Registry) else package
