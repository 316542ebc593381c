"""What requirements files shall say for a project, before it becomes text: one sheet for each scope."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from converter import graph, markers
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, EMPTY, Marker
from converter.model import (
    MAIN,
    NO_COMMENTS,
    Archive,
    Comments,
    Directory,
    Package,
    PackageId,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    scopes_of,
)

WORD = "requirements"
_RESERVED = "direct"
_PACKAGE = re.compile(r"[A-Za-z0-9][\w.-]*(\[.*\])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A package as a scope installs it: where, and who asked for it."""

    package: Package
    marker: Marker
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One scope's files: `name` is their common stem; `alone` if it contradicts main, so that it cannot rest on it."""

    scope: Scope
    name: str
    requirements: tuple[Requirement, ...]
    pins: tuple[Pin, ...]
    comments: Comments = NO_COMMENTS
    alone: bool = False


ITSELF = Pin(package=Package(id=PackageId(name="", source=Directory(path=".", editable=True))), marker=ANY)
"""The project itself, as its tool installs it without being asked."""


def sheets(project: Project, said: Collection[Scope] = ()) -> Lossy[tuple[Sheet, ...]]:
    """A sheet for main, and one for each extra and group that asks for or installs anything.

    Those in `said` are declared elsewhere, so they need one only for what they install.
    """
    names = _names(project)
    made = [_sheet(scope, name, project) for scope, name in names.items()]
    kept = tuple(s for s in made if s.scope == MAIN or s.pins or (s.requirements and s.scope not in said))
    losses = (*_renamed(kept), *_included(project), *_conflicts(project, kept))
    return Lossy(_standing_alone(kept), losses)


def _names(project: Project) -> dict[Scope, str]:
    """The stem of each scope's files. A group has the better right to its own name than an extra."""
    found: dict[Scope, str] = {}
    for scope in sorted(scopes_of(project), key=lambda s: (s.name != "", s.kind is ScopeKind.EXTRA, s.name)):
        wanted = f"{WORD}-{scope.name}" if scope.name else WORD
        taken = (*found.values(), f"{WORD}-{_RESERVED}")
        if wanted in taken or wanted.endswith(f"-{_RESERVED}"):
            wanted = f"{wanted}-{scope.kind.value}"
        found[scope] = wanted
    return found


def _renamed(kept: Iterable[Sheet]) -> Iterator[Loss]:
    for sheet in kept:
        if sheet.scope.kind is ScopeKind.EXTRA:
            yield Loss(kind=Kind.EXTRA_AS_GROUP, where=f"{sheet.name}.txt", detail=f"extra {sheet.scope.name}")
        if sheet.scope.name and sheet.name != f"{WORD}-{sheet.scope.name}":
            group = sheet.name.removeprefix(f"{WORD}-")
            detail = f"{sheet.scope} is called {group}"
            yield Loss(kind=Kind.GROUP_RENAMED, where=f"{sheet.name}.txt", detail=detail)


def _included(project: Project) -> Iterator[Loss]:
    for name, group in project.dependency_groups.items():
        if group.includes:
            detail = f"{name} includes {', '.join(group.includes)}"
            yield Loss(kind=Kind.INCLUDE_FLATTENED, where=f"{WORD}-{name}.in", detail=detail)


def _conflicts(project: Project, kept: tuple[Sheet, ...]) -> Iterator[Loss]:
    """Packages that a scope pins otherwise than main, or installs only with another extra: its file stands alone."""
    main = {pin.package.id: pin.marker for pin in kept[0].pins}
    for sheet in kept[1:]:
        for pin in sheet.pins:
            if _against(pin, main):
                detail = f"{pin.package.name} {pin.package.id.version or ''} in {sheet.scope}, main has another"
                yield _loss(pin.package, detail)
    scopes = {sheet.scope for sheet in kept}
    for package in project.lock.packages if project.lock else ():
        for scope, when in package.when.items():
            if scope in scopes and when.names() - {scope.name}:
                detail = f"{package.name} {package.id.version or ''} in {scope} where {when}"
                yield _loss(package, detail)


def _standing_alone(kept: tuple[Sheet, ...]) -> tuple[Sheet, ...]:
    main = {pin.package.id: pin.marker for pin in kept[0].pins}
    return tuple(replace(s, alone=any(_against(pin, main) for pin in s.pins)) if s.scope != MAIN else s for s in kept)


def _against(pin: Pin, main: Mapping[PackageId, Marker]) -> bool:
    """Whether main pins another version of it where this one is installed."""
    own = pin.package.id
    others = (marker for held, marker in main.items() if held.name == own.name and held != own)
    return any(not (marker & pin.marker).is_empty() for marker in others)


def _sheet(scope: Scope, name: str, project: Project) -> Sheet:
    requirements = tuple(r for r in graph.roots(project)[scope] if not r.marker.is_empty())
    return Sheet(
        scope=scope,
        name=name,
        requirements=requirements,
        pins=tuple(_pins(project, scope, requirements, f"{name}.in")),
        comments=_comments(project, scope),
    )


def _comments(project: Project, scope: Scope) -> Comments:
    if scope == MAIN:
        return project.comments
    group = project.dependency_groups.get(scope.name) if scope.kind is ScopeKind.GROUP else None
    return group.comments if group else NO_COMMENTS


def _pins(project: Project, scope: Scope, requirements: Iterable[Requirement], file: str) -> Iterator[Pin]:
    care, environments = covered(project), _environments(project)
    lock = project.lock.packages if project.lock else ()
    here = [(package, (_marker(package, scope) & environments).under(care)) for package in lock]
    held = [(package, marker) for package, marker in here if not marker.is_empty()]
    asked: dict[str, set[str]] = {requirement.name: {f"-r {file}"} for requirement in requirements}
    for package, _ in held:
        for edge in _edges(package):
            asked.setdefault(edge, set()).add(package.name)
    if all(package.dependencies is None for package in lock):
        asked = {package.name: asked.get(package.name, set()) | _remembered(package, scope) for package, _ in held}
    for package, marker in held:
        yield Pin(package=package, marker=marker, via=tuple(sorted(asked.get(package.name, ()))))


def _remembered(package: Package, scope: Scope) -> set[str]:
    """The packages that the source's own files name beside a pin."""
    found = package.tool.get("pip", {}).get(str(scope))
    return {who for who in found if _PACKAGE.fullmatch(who)} if isinstance(found, tuple) else set()


def _edges(package: Package) -> Iterator[str]:
    yield from (edge.name for edge in package.dependencies or ())
    for extra in package.extras:
        yield from (edge.name for edge in package.optional_dependencies.get(extra, ()))


def _marker(package: Package, scope: Scope) -> Marker:
    asked = (scope.name,) if scope.kind is ScopeKind.EXTRA else ()
    return package.when.get(scope, EMPTY).with_extras(asked)


def _environments(project: Project) -> Marker:
    """The environments that the lock is for, which a requirements file has no word for but each line's marker."""
    several = project.lock.environments if project.lock else ()
    return reduce(or_, several, EMPTY) if several else ANY


def covered(project: Project) -> Marker:
    """The interpreters that the project is for: outside of them no marker of its lock matters."""
    stated = project.requires_python
    return ANY if stated is None else markers.python(str(stated))


def is_checked(pin: Pin) -> bool:
    """Whether pip checks it by hash: a release or a file, with a hash that pip knows."""
    source = pin.package.id.source
    strong = any(h.startswith(("sha256:", "sha384:", "sha512:")) for h in pin.package.hashes)
    return strong and isinstance(source, Registry | Archive)


def is_release(pin: Pin) -> bool:
    """Whether it comes from an index or is a file by URL, which one requirements file can hold with all the others."""
    source = pin.package.id.source
    return isinstance(source, Registry) or (isinstance(source, Archive) and source.url is not None)


def is_itself(pin: Pin) -> bool:
    """Whether it is the project's own folder."""
    source = pin.package.id.source
    return isinstance(source, Directory) and source.path == "."


def _loss(package: Package, detail: str) -> Loss:
    names = frozenset({package.name})
    return Loss(kind=Kind.SCOPE_CONFLICT, where=f"{WORD}.txt: {package.name}", detail=detail, packages=names)
