"""Which Python a project means, by evidence in a stated order.

What the source's own manifest states comes first and exactly. Else the first of: `.python-version`, `runtime.txt`, a
value that is handed in (Upsun's `type`), the lock's own header, a Dockerfile's `FROM python:`; last, the lowest that
the lock's markers imply. The contract's order; what was believed is said, and other evidence outside that range is a
NOTE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from converter import markers
from converter.errors import StopError, UsageError
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, EMPTY, Marker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from converter.model import Project
    from converter.tree import Tree

MANIFEST = "pyproject.toml"
FILES = (MANIFEST, ".python-version", "runtime.txt", "requirements.txt", "Dockerfile")
_MINOR = 2
_MINORS = tuple(f"3.{minor}" for minor in range(6, 30))
_OLD = ("2.7", "2.8", *(f"3.{minor}" for minor in range(6)))  # 2.8: a marker may begin there
MINORS = tuple(f"3.{minor}" for minor in range(6, 15))
"""The minor releases that are there."""
TO_COME = _MINORS[len(MINORS) :]
"""The minor releases that are not there yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One place that names a Python version."""

    where: str
    version: str


PLATFORMS = {
    "linux-x86_64": "sys_platform == 'linux' and platform_machine == 'x86_64'",
    "linux-aarch64": "sys_platform == 'linux' and platform_machine == 'aarch64'",
    "macos-arm64": "sys_platform == 'darwin' and platform_machine == 'arm64'",
    "macos-x86_64": "sys_platform == 'darwin' and platform_machine == 'x86_64'",
    "windows-amd64": "sys_platform == 'win32' and platform_machine == 'AMD64'",
}
"""The platforms that `--platform` names, as markers."""


def platform(name: str) -> Marker:
    """The marker of a platform's name. Raises UsageError for one that is not known."""
    if name not in PLATFORMS:
        raise UsageError(f"--platform expects one of {', '.join(PLATFORMS)}, found {name!r}")
    return markers.parse(PLATFORMS[name])


def decide(
    project: Project, tree: Tree, *, python: str | None = None, deployed: Evidence | None = None, stays: bool = False
) -> Lossy[Project]:
    """The project with its Python range decided, and a NOTE for what was believed and what differs.

    `python` is what the user said (X.Y), `deployed` where the project runs (Upsun's type). Raises UsageError for a
    `python` that is no version, StopError where `deployed` lies outside what the manifest states; where the manager
    `stays`, so that nothing becomes stricter, that is a NOTE too.
    """
    if project.requires_python is None:
        project = replace(project, requires_python=_stated(tree))
    if python is not None:
        return Lossy(replace(project, requires_python=_said(project.requires_python, python)))
    found = list(_evidence(tree, deployed))
    if project.requires_python is not None:
        return Lossy(project, _against(project.requires_python, "the manifest", found, None if stays else deployed))
    if not found:
        return _implied(project)
    first, *others = found
    believed = SpecifierSet(f">={_minor(first.version)}")
    note = Loss(kind=Kind.PYTHON_BELIEVED, where=first.where, detail=f"{first.version}, taken as {believed}")
    return Lossy(replace(project, requires_python=believed), (note, *_against(believed, first.where, others, None)))


def _stated(tree: Tree) -> SpecifierSet | None:
    """What `[project]` states beside a source that has no place for it."""
    import rtoml

    try:
        project = rtoml.loads(tree.text(MANIFEST) or "").get("project")
        said = project.get("requires-python") if isinstance(project, dict) else None
        return SpecifierSet(said) if isinstance(said, str) and said.strip() else None
    except (rtoml.TomlParsingError, InvalidSpecifier):  # whoever owns the file says what is wrong with it
        return None


def _said(stated: SpecifierSet | None, python: str) -> SpecifierSet:
    if not re.fullmatch(r"\d+\.\d+(\.\d+)?", python):
        raise UsageError(f"--python expects a version such as 3.12, found {python!r}")
    if stated is not None and stated.contains(_full(python)):
        return stated
    one_minor = stated is not None and all(s.operator == "==" for s in stated)
    return SpecifierSet(f"=={_minor(python)}.*" if one_minor else f">={_minor(python)}")


def admits(stated: SpecifierSet, minor: str) -> bool:
    """Whether a range admits a minor, in its later releases."""
    return stated.contains(_full(minor))


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:_MINOR])


def _full(version: str) -> Version:
    """A version to test a range with: a bare minor counts as one of its later releases."""
    return Version(version if version.count(".") >= _MINOR else f"{version}.99")


def _against(believed: SpecifierSet, where: str, others: list[Evidence], deployed: Evidence | None) -> tuple[Loss, ...]:
    told = []
    for other in others:
        if believed.contains(_full(other.version)):
            continue
        if other == deployed:
            raise StopError(
                f"expected a Python of {believed} as {where} states, found {other.version}",
                file=other.where, remedy="say --python to decide",
            )  # fmt: skip
        detail = f"{other.version}, where {where} says {believed}"
        told.append(Loss(kind=Kind.PYTHON_DIFFERS, where=other.where, detail=detail))
    return tuple(told)


def narrowed(project: Project, told: Iterable[Loss]) -> Lossy[Project]:
    """The project without the interpreters that a package of its lock refuses, where no manifest stated a range.

    A lock made for one interpreter holds packages whose own Requires-Python begins late or ends early; a tool that
    locks for a range would find no solution for the rest of it.
    """
    if not any(loss.kind in (Kind.PYTHON_BELIEVED, Kind.PYTHON_UNKNOWN) for loss in told):
        return Lossy(project)
    believed = project.requires_python if project.requires_python is not None else SpecifierSet()
    bounds = _bounds(project, believed)
    notes = tuple(
        Loss(kind=Kind.PYTHON_BELIEVED, where="the lock's packages", detail=f"{bound}, for {_refuse(names)} {others}")
        for bound, names, others in bounds
    )
    stated = SpecifierSet(",".join([*filter(None, [str(believed)]), *(bound for bound, _, _ in bounds)]))
    return Lossy(replace(project, requires_python=stated), notes) if bounds else Lossy(project)


def admitted(project: Project) -> SpecifierSet:
    """The interpreters that every package of the lock admits, from the oldest that is looked at; nothing if none."""
    bounds = [bound for bound, _, _ in _bounds(project, SpecifierSet())]
    lowest = [] if any(bound.startswith(">") for bound in bounds) else [f">={_MINORS[0]}"]
    return SpecifierSet(",".join([*lowest, *bounds]))


def agreed(project: Project, stated: SpecifierSet) -> SpecifierSet:
    """What cuts a range down to its first stretch where the lock's pins fit each other; nothing where all of it does.

    Pins do not fit where a package refuses the interpreter, or needs another version of a pinned one than the pin.
    """
    crossed = tuple(_crossed(project))
    bounds = _bounds(project, stated, lambda minor: [name for name, where in crossed if _speaks_of(where, minor)])
    return SpecifierSet(",".join(bound for bound, _, _ in bounds))


def _crossed(project: Project) -> Iterator[tuple[str, Marker]]:
    """The packages that need another version of a pinned package than any that is pinned, and where they do."""
    packages = project.lock.packages if project.lock else ()
    pinned: dict[str, list[str]] = {}
    for package in packages:
        pinned.setdefault(package.name, []).append(package.id.version or "")
    for package in packages:
        installed = reduce(or_, package.when.values(), EMPTY)
        for edge in package.dependencies or ():
            versions = pinned.get(edge.name, [""])
            if all(versions) and not any(edge.specifier.contains(v, prereleases=True) for v in versions):
                yield package.name, installed & edge.marker


def _speaks_of(marker: Marker, minor: str) -> bool:
    return not (marker & markers.python(f"=={minor}.*")).is_empty()


def _bounds(
    project: Project, stated: SpecifierSet, more: Callable[[str], list[str]] = lambda _: []
) -> list[tuple[str, list[str], str]]:
    """What cuts a range down to its first stretch that no package refuses: the bound, by whom, and which it refuses.

    `more` names those that refuse a minor for another reason than their own Requires-Python.
    """
    packages = project.lock.packages if project.lock else ()
    needed = {p.name: p.requires_python for p in packages if p.requires_python and ANY in p.when.values()}
    spoken = [minor for minor in _MINORS if stated.contains(_full(minor))]
    refused = {minor: _refusing(needed, minor) + more(minor) for minor in spoken}
    low = next((minor for minor in spoken if not refused[minor]), None)
    if low is None:
        return []
    at = spoken.index(low)
    cut = next((minor for minor in spoken[at:] if refused[minor]), None)
    older = refused[spoken[at - 1]] if at else _refusing_older(needed, stated)
    below = [(f">={low}", older, "older ones")] if older else []
    return [*below, *([(f"<{cut}", refused[cut], "newer ones")] if cut else [])]


def _refusing_older(needed: Mapping[str, SpecifierSet], stated: SpecifierSet) -> list[str]:
    """Who refuses an interpreter of the range that is older than any that is looked at."""
    admitted = [minor for minor in _OLD if stated.contains(_full(minor))]
    return sorted({name for minor in admitted for name in _refusing(needed, minor)})


def _refuse(names: list[str]) -> str:
    return f"{', '.join(names[:3])} {'refuse' if len(names) > 1 else 'refuses'}"


def _refusing(needed: Mapping[str, SpecifierSet], minor: str) -> list[str]:
    return sorted(name for name, admitted in needed.items() if not admitted.contains(_full(minor)))


def _evidence(tree: Tree, deployed: Evidence | None) -> Iterator[Evidence]:
    yield from _matched(tree, ".python-version", r"(?m)^\s*(?:cpython[-@]|python-)?(\d+\.\d+(?:\.\d+)?)\s*$")
    yield from _matched(tree, "runtime.txt", r"(?m)^\s*python-?(\d+\.\d+(?:\.\d+)?)\s*$")
    if deployed is not None:
        yield deployed
    header = r"(?m)^# .*\bwith [Pp]ython (\d+\.\d+)$|^# .*--python-version[ =](\d+\.\d+)"
    yield from _matched(tree, "requirements.txt", header)
    yield from _matched(tree, "Dockerfile", r"(?mi)^\s*FROM\s+(?:--\S+\s+)?(?:\S+/)?python:(\d+\.\d+(?:\.\d+)?)")


def _matched(tree: Tree, path: str, pattern: str) -> Iterator[Evidence]:
    data = tree.get(path)
    match = re.search(pattern, data.decode("utf-8", "replace")) if data else None
    if match and _is_version(version := next(filter(None, match.groups()))):
        yield Evidence(where=path, version=version)


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _implied(project: Project) -> Lossy[Project]:
    """The lowest Python that admits each package which newer ones have in some version, as the lock's markers say."""
    lowest = max(_lower_bounds(project), default=None)
    if lowest is None:
        return Lossy(project, (Loss(kind=Kind.PYTHON_UNKNOWN, where="project", detail="no evidence was found"),))
    believed = SpecifierSet(">=" + ".".join(map(str, lowest if len(lowest) > 1 else (*lowest, 0))))
    note = Loss(kind=Kind.PYTHON_BELIEVED, where="the lock's markers", detail=f"they imply {believed}")
    return Lossy(replace(project, requires_python=believed), (note,))


def _lower_bounds(project: Project) -> Iterator[tuple[int, ...]]:
    anywhere: dict[str, Marker] = {}
    for package in project.lock.packages if project.lock else ():
        for marker in package.when.values():
            anywhere[package.name] = anywhere.get(package.name, EMPTY) | marker
    for marker in anywhere.values():
        stretches = marker.pythons()
        if stretches and stretches[0][0] is not None and stretches[-1][1] is None:
            yield stretches[0][0][0]
