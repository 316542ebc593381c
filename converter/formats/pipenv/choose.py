"""One version of each package for each category: a Pipfile.lock has no room for a fork.

Where a scope has several, the environment decides: the one that the lock's `environments` name (the user's --python and
--platform), else the highest minor that the project admits, on Linux x86_64.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from packaging.version import InvalidVersion, Version

from converter import markers
from converter.losses import Kind, Loss, Lossy
from converter.markers import EMPTY, Marker
from converter.model import MAIN, Package, Project, Scope, ScopeKind

_MINORS = (*((3, minor) for minor in range(14, 5, -1)), (2, 7), *((3, minor) for minor in range(15, 30)))
_PATCHES = range(30, -1, -1)
_PLATFORMS = (
    {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"},
    {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux", "platform_machine": "aarch64"},
    {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin", "platform_machine": "arm64"},
    {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
)

Environment = Mapping[str, str]
_Scopes = Mapping[Scope, tuple[tuple[Package, Marker], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Each scope's packages, each with its marker, and the Python that must be named because a fork hangs on it."""

    scopes: Mapping[Scope, tuple[tuple[Package, Marker], ...]]
    python: str | None = None


@dataclass(frozen=True, slots=True)
class _Fork:
    """The packages of one name in one scope, several of them."""

    scope: Scope
    rows: tuple[tuple[Package, Marker], ...]

    def holding(self, environment: Environment) -> tuple[tuple[Package, Marker], ...]:
        return tuple(row for row in self.rows if row[1].evaluate(environment))


def choose(project: Project) -> Lossy[Choice]:
    """What each scope installs, at most one package of a name; a loss for each fork that this flattened."""
    found: dict[Scope, tuple[tuple[Package, Marker], ...]] = {}
    losses: list[Loss] = [*_conflicts(project), *_crossed(project)]
    named = False
    for scope, rows in sorted(_rows(project).items()):
        for fork in _forks(scope, rows):
            environment = environment_of(project)
            kept = max(fork.holding(environment) or fork.rows, key=_newest)
            rows = tuple(row for row in rows if row not in fork.rows or row is kept)  # noqa: PLW2901
            losses.append(_flattened(fork, kept, environment))
            named = named or any(fork.holding(e) != (kept,) for e in _minors(project, environment))
        found[scope] = rows
    if not named:
        return Lossy(Choice(scopes=found), tuple(losses))
    python = environment_of(project)["python_version"]
    there = {scope: _there(rows, python) for scope, rows in found.items()}
    return Lossy(Choice(scopes=there, python=python), (*losses, *_elsewhere(found, there, python)))


def _there(rows: Iterable[tuple[Package, Marker]], python: str) -> tuple[tuple[Package, Marker], ...]:
    """What is installed on the one Python that the lock is for, under what is left of its marker.

    As in a lock of Pipenv's own. An entry for another Python would count: `pipenv requirements` keeps the last marker
    of a name that several categories have.
    """
    minor = markers.python(f"=={python}.*")
    return tuple((package, marker.under(minor)) for package, marker in rows if not (marker & minor).is_empty())


def _elsewhere(before: _Scopes, after: _Scopes, python: str) -> Iterator[Loss]:
    """The packages that no category needs on that Python."""
    old, new = ({package.name for rows in scopes.values() for package, _ in rows} for scopes in (before, after))
    for name in sorted(old - new):
        detail = f"{name} is wanted on no Python {python}"
        yield Loss(kind=Kind.OTHER_PLATFORM, where=name, detail=detail, packages=frozenset({name}))


def _rows(project: Project) -> dict[Scope, tuple[tuple[Package, Marker], ...]]:
    found: dict[Scope, list[tuple[Package, Marker]]] = {}
    for package in project.lock.packages if project.lock else ():
        for scope, when in package.when.items():
            asked = (scope.name,) if scope.kind is ScopeKind.EXTRA else ()
            found.setdefault(scope, []).append((package, when.with_extras(asked)))
    return {scope: tuple(row for row in rows if not row[1].is_empty()) for scope, rows in found.items()}


def _conflicts(project: Project) -> Iterator[Loss]:
    """Packages that a scope installs only together with an extra: here each category stands alone."""
    for package in project.lock.packages if project.lock else ():
        for scope, when in package.when.items():
            if when.names() - {scope.name}:
                names = frozenset({package.name})
                detail = f"{package.name} {_told(package)} in {scope} where {when}"
                yield Loss(kind=Kind.SCOPE_CONFLICT, where=package.name, detail=detail, packages=names)


def _crossed(project: Project) -> Iterator[Loss]:
    """Packages that a category pins otherwise than main: both stand in the lock, and one environment gets one of them.

    Pipenv's own lock may hold that, and then nothing of it is new.
    """
    packages = project.lock.packages if project.lock and "pipenv" not in project.lock.tool else ()
    main = {package.name: package for package in packages if MAIN in package.when}
    for package in packages:
        other = main.get(package.name)
        for scope, when in package.when.items():
            if other is not None and other.id != package.id and not (when & other.when[MAIN]).is_empty():
                detail = f"{package.name} {_told(package)} in {scope}, main has {_told(other)}"
                names = frozenset({package.name})
                yield Loss(kind=Kind.SCOPE_CONFLICT, where=package.name, detail=detail, packages=names)


def _forks(scope: Scope, rows: tuple[tuple[Package, Marker], ...]) -> Iterator[_Fork]:
    by_name: dict[str, list[tuple[Package, Marker]]] = {}
    for row in rows:
        by_name.setdefault(row[0].name, []).append(row)
    yield from (_Fork(scope, tuple(several)) for several in by_name.values() if len(several) > 1)


def _newest(row: tuple[Package, Marker]) -> tuple[Version, str]:
    try:
        version = Version(row[0].id.version or "0")
    except InvalidVersion:
        version = Version("0")
    return version, repr(row[0].id.source)


def _flattened(fork: _Fork, kept: tuple[Package, Marker], environment: Environment) -> Loss:
    name = kept[0].name
    left = ", ".join(f"{_told(p)} ({m})" if str(m) else _told(p) for p, m in fork.rows if p is not kept[0])
    where = f"Python {environment['python_version']} on {environment['sys_platform']} {environment['platform_machine']}"
    detail = f"{name} in {fork.scope}: kept {_told(kept[0])} for {where}, left {left}"
    return Loss(kind=Kind.FORK_FLATTENED, where=name, detail=detail, packages=frozenset({name}))


def _told(package: Package) -> str:
    return package.id.version or str(package.id.source)


def environment_of(project: Project) -> Environment:
    """The one environment that decides."""
    care = _covered(project)
    found = (e for platform in _PLATFORMS for minor in _MINORS if (e := _within(care, minor, platform)))
    return next(found, _environment(_MINORS[0], 0, _PLATFORMS[0]))


def _covered(project: Project) -> Marker:
    stated = project.requires_python or (project.lock.requires_python if project.lock else None)
    environments = project.lock.environments if project.lock else ()
    anywhere = reduce(or_, environments, EMPTY) if environments else markers.ANY
    return anywhere & markers.python(str(stated)) if stated else anywhere


def _minors(project: Project, chosen: Environment) -> Iterator[Environment]:
    """The same platform with each minor that the project admits."""
    care = _covered(project)
    platform = {key: chosen[key] for key in _PLATFORMS[0]}
    yield from (e for minor in _MINORS if (e := _within(care, minor, platform)))


def _within(care: Marker, minor: tuple[int, int], platform: Environment) -> Environment | None:
    """The last release of a minor that is covered."""
    releases = (_environment(minor, patch, platform) for patch in _PATCHES)
    return next((e for e in releases if care.evaluate(e)), None)


def _environment(minor: tuple[int, int], patch: int, platform: Environment) -> Environment:
    version = f"{minor[0]}.{minor[1]}"
    return {
        **platform,
        "implementation_name": "cpython",
        "implementation_version": f"{version}.{patch}",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_version": "",
        "python_full_version": f"{version}.{patch}",
        "python_version": version,
    }
