"""Under which marker each package of a lock for one environment is installed, derived from its edges.

A Pipfile.lock is made for one environment, and what it writes as markers are the packages' own Requires-Python. Once
the edges are known, what the project's requirements reach over them is the truth for all environments. Where both speak
of the environment that the lock was made for, the lock wins: a deployment must not change by being converted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from converter import graph, markers
from converter.markers import ANY, EMPTY, Marker
from converter.model import Lock, Package, PackageId, Project, Registry, Scope

LINUX = markers.parse("sys_platform == 'linux'")
MADE_FOR = LINUX & markers.parse(
    "os_name == 'posix' and implementation_name == 'cpython' and platform_python_implementation == 'CPython'"
    " and (platform_machine == 'x86_64' or platform_machine == 'aarch64')"
)
"""Where a lock for one environment is taken to be deployed: Pipenv writes down the Python, but not the platform."""

_REAL = markers.parse(
    "os_name == 'nt' and sys_platform == 'win32' and platform_system == 'Windows'"
    " or os_name == 'posix' and sys_platform != 'win32' and platform_system != 'Windows'"
)
"""The platforms that are: Windows says so in all three, and no other does in any."""

_THERE = MADE_FOR & markers.python("<4")
"""Without a Python that is not there: many a package says `<4` and means nothing by it."""


def for_one_environment(lock: Lock) -> bool:
    """Whether the markers of a lock are its packages' Requires-Python: a Pipfile.lock."""
    return "pipenv" in lock.tool


def made_for(lock: Lock, care: Marker, *, flat: bool) -> Marker:
    """The environments that a lock was made for.

    One that was read without edges, and in which no package speaks of a platform, was made for one; another such lock
    for those where it installs any release, and for that one in any case.
    """
    if for_one_environment(lock) or (flat and not any(map(_speaks_of_platforms, lock.packages))):
        return care & MADE_FOR
    return care & anywhere(lock) & _REAL if flat else care


def anywhere(lock: Lock) -> Marker:
    """Where a lock installs any release at all, and where it is deployed."""
    released = (package for package in lock.packages if isinstance(package.id.source, Registry))
    return union([MADE_FOR, *(marker for package in released for marker in package.when.values())])


def _speaks_of_platforms(package: Package) -> bool:
    return any(not (m.is_any() or m.under(MADE_FOR) == m) for m in package.when.values())


def covered(project: Project) -> Marker:
    """The environments that a project and its lock speak of, whatever the platform it was made on."""
    lock = project.lock or Lock()
    stated = project.requires_python if project.requires_python is not None else lock.requires_python
    result = ANY if stated is None else markers.python(str(stated))
    return result & union(lock.environments) if lock.environments else result


def union(several: Sequence[Marker]) -> Marker:
    """Where any of them holds."""
    result = EMPTY
    for each in several:
        result |= each
    return result


def with_asked_extras(project: Project, lock: Lock) -> Lock:
    """The lock with the extras that are asked of each package by the edges too."""
    asked = graph.asked_extras(graph.roots(project), lock.packages)
    return replace(lock, packages=tuple(_asked(p, asked.get(p.id, frozenset())) for p in lock.packages))


def _asked(package: Package, extras: frozenset[str]) -> Package:
    return package if extras <= package.extras else replace(package, extras=package.extras | extras)


def derived(project: Project, lock: Lock) -> Lock:
    """The lock with the `when` of each package that the project's requirements reach derived from the edges."""
    reached = graph.reach(graph.roots(project), lock.packages)
    unsure = any(package.dependencies is None for package in lock.packages)
    care = covered(project)
    return replace(lock, packages=tuple(_derived(p, reached, care, unsure=unsure) for p in lock.packages))


def _derived(
    package: Package, reached: Mapping[PackageId, Mapping[Scope, Marker]], care: Marker, *, unsure: bool
) -> Package:
    """`unsure`: some package does not tell what it needs, so what is not reached may be reached over that one."""
    found = reached.get(package.id, {})
    admitted = ANY if package.requires_python is None else markers.python(str(package.requires_python))
    when = {
        scope: _marker(old, (reach, reach & admitted), care, unsure=unsure)
        for scope, old in package.when.items()
        for reach in [found.get(scope, EMPTY)]
    }
    # On other platforms a scope may need what the lock holds for another scope alone.
    elsewhere = {
        scope: marker for scope, marker in found.items() if scope not in when and (marker & MADE_FOR & care).is_empty()
    }
    when |= {scope: marker for scope, marker in elsewhere.items() if not (marker & care).is_empty()}
    return replace(package, when={scope: when[scope] for scope in sorted(when)})


def _marker(old: Marker, readings: tuple[Marker, Marker], care: Marker, *, unsure: bool) -> Marker:
    """The first reading of what is reached that agrees with the lock where it was made, else both side by side."""
    reach = readings[0]
    if (reach & care).is_empty():
        return old
    for reading in readings:
        if reading & care & _THERE == old & care & _THERE:
            return reading
    return old if unsure else (old & LINUX) | (reach & ~LINUX)
