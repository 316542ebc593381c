"""The Pythons that Poetry locks for, and the pins that its own lock command would move.

Poetry takes a release only where its Requires-Python admits every Python of the project, so one that refuses a Python
to come (`<3.15`) leaves a project without an end (`>=3.10`) with no solution. uv asks for the lower end alone. And it
takes one version of a name where nothing but Requires-Python tells several apart.
Source: `Provider.incompatibilities_for` and `Provider.get_locked` of Poetry 2.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, groupby

from packaging.specifiers import SpecifierSet

from converter import graph, markers
from converter.formats.poetry.placement import care_of
from converter.formats.poetry.wording import python_text
from converter.interpreter import MINORS, TO_COME
from converter.losses import Kind, Loss
from converter.markers import EMPTY, Marker
from converter.model import Package, Project, Registry
from converter.pyproject.requirement import specifier_text

_NEVER = "4.0"


def range_text(project: Project) -> str:
    """The range that Poetry locks for, where it must end before the stated one; empty where that one will do.

    No interpreter that is there is left out.
    """
    end = _end(project)
    return f"{specifier_text(project.requires_python or SpecifierSet())},<{end}" if end else ""


def range_losses(project: Project, manifest: str, held: frozenset[str]) -> Iterator[Loss]:
    """What the end of the range leaves out, and the packages of which Poetry's own lock command may move the pin.

    `held` are the names of which the manifest keeps several versions apart.
    """
    packages = _released(project)
    end = _end(project)
    if end and end != _NEVER:
        refusing = [package for package in packages if _refuses(package, end)]
        yield _loss(Kind.PYTHON_ENDS, f"{manifest}: tool.poetry.dependencies.python", f"<{end}", refusing)
    moved = {package.id for package in (*_refused(project, packages), *_needless(project, packages, held))}
    if moved:
        yield _loss(Kind.RELOCK_MOVES, "poetry.lock", "", [package for package in packages if package.id in moved])


def _loss(kind: Kind, where: str, text: str, packages: Sequence[Package]) -> Loss:
    named = ", ".join(f"{package.name} {package.id.version}" for package in packages)
    detail = f"{text}: {named}" if text else named
    return Loss(kind=kind, where=where, detail=detail, packages=frozenset(package.name for package in packages))


def _released(project: Project) -> list[Package]:
    """The packages from an index that are installed somewhere."""
    packages, care = project.lock.packages if project.lock else (), care_of(project)
    released = (package for package in packages if isinstance(package.id.source, Registry) and package.id.version)
    return [p for p in released if any(not (marker & care).is_empty() for marker in p.when.values())]


def _end(project: Project) -> str:
    """The first Python to come that the project admits and a package of its lock refuses."""
    stated = project.requires_python
    if stated is None:
        return ""
    packages = _released(project)
    ahead = (each for each in (*TO_COME, _NEVER) if stated.contains(each))
    return next((each for each in ahead if any(_refuses(package, each) for package in packages)), "")


def _refuses(package: Package, minor: str) -> bool:
    """Whether a package is installed on a Python that its Requires-Python does not admit."""
    wanted = package.requires_python
    if wanted is None or wanted.contains(f"{minor}.0") or wanted.contains(f"{minor}.99"):
        return False
    there = markers.python(f"=={minor}.*")
    return any(not (marker & there).is_empty() for marker in package.when.values())


def _refused(project: Project, packages: Iterable[Package]) -> Iterator[Package]:
    """The packages that are installed on a Python that is there and that they refuse."""
    minors = _minors(project)
    return (package for package in packages if any(_refuses(package, minor) for minor in minors))


def python_versions(package: Package, care: Marker) -> str:
    """`python-versions` of a package in the interpreters `care`: as Poetry repeats it, but admitting where it installs.

    `poetry export` leaves a package out where its Requires-Python does not admit, though `poetry install` does not ask.
    """
    refused = [minor for minor in MINORS if _holds(care, minor) and _refuses(package, minor)]
    if not refused:
        return python_text(package)
    kept = [each for each in package.requires_python or () if all(each.contains(f"{minor}.99") for minor in refused)]
    return str(SpecifierSet(",".join(map(str, kept)))) or "*"


def _minors(project: Project) -> list[str]:
    stated = project.requires_python
    return [] if stated is None else [minor for minor in MINORS if stated.contains(f"{minor}.99")]


def _needless(project: Project, packages: Sequence[Package], held: frozenset[str]) -> Iterator[Package]:
    """The versions of a name of which one would do on every Python of the project."""
    minors = _minors(project)
    for name, versions in groupby(packages, key=lambda package: package.name):
        several = list(versions)
        if (
            name not in held
            and _forked(several)
            and any(_does(each, several, minors, _asked(project, name)) for each in several)
        ):
            yield from several


def _forked(several: Sequence[Package]) -> bool:
    """Whether a scope has several versions for different environments; what it wants at once is told elsewhere."""
    scopes = [scope for package in several for scope in package.when]
    twice = {scope for scope in scopes if scopes.count(scope) > 1}
    pairs = [(one, two, scope) for one, two in combinations(several, 2) for scope in twice]
    never = all((one.when.get(s, EMPTY) & two.when.get(s, EMPTY)).is_empty() for one, two, s in pairs)
    return bool(twice) and never


def _does(package: Package, several: Iterable[Package], minors: Iterable[str], asked: Sequence[SpecifierSet]) -> bool:
    everywhere = [marker for each in several for marker in each.when.values()]
    needed = (minor for minor in minors if any(_holds(marker, minor) for marker in everywhere))
    wanted = package.requires_python
    admitted = wanted is None or all(wanted.contains(f"{minor}.99") for minor in needed)
    return admitted and bool(asked) and all(each.contains(package.id.version or "", prereleases=True) for each in asked)


def _holds(marker: Marker, minor: str) -> bool:
    return not (marker & markers.python(f"=={minor}.*")).is_empty()


def _asked(project: Project, name: str) -> list[SpecifierSet]:
    """What the manifest and the edges of the lock say of the versions of a name."""
    wanted = [each.specifier for several in graph.roots(project).values() for each in several if each.name == name]
    for package in project.lock.packages if project.lock else ():
        edges = [*(package.dependencies or ()), *(e for each in package.optional_dependencies.values() for e in each)]
        wanted += [edge.specifier for edge in edges if edge.name == name]
    return wanted
