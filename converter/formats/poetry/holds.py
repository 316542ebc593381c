"""Several locked versions of what the project asks for as Poetry's multiple constraints, so that its lock keeps them.

Poetry's resolver takes one version of a name for every environment, unless the manifest tells environments apart. So
beside a requirement of which the lock has several versions stands, in `[tool.poetry]`, from which version on it is in
which environment. That is for locking alone: what `[project]` publishes stays.
Specification: https://python-poetry.org/docs/dependency-specification/#multiple-constraints-dependencies and
`DependencyGroup.dependencies_for_locking` of poetry-core 2.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import or_

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from converter import markers
from converter.interpreter import MINORS
from converter.markers import EMPTY, Marker
from converter.model import Lock, Package, Registry, Requirement, Scope

Row = Mapping[str, object]
Holds = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class _Held:
    """A locked version, and where it is installed."""

    package: Package
    version: Version
    region: Marker


def holds(lock: Lock | None, asked: Iterable[tuple[Scope, Requirement]], care: Marker) -> Holds:
    """Rows of version and marker for each name of which requirements (each with its scope) have several versions."""
    by_name: dict[str, list[tuple[Scope, Requirement]]] = {}
    for scope, requirement in asked:
        by_name.setdefault(requirement.name, []).append((scope, requirement))
    locked: dict[str, list[Package]] = {}
    for package in lock.packages if lock else ():
        if package.name in by_name:
            locked.setdefault(package.name, []).append(package)
    found = {name: _rows(several, by_name[name], care) for name, several in locked.items() if len(several) > 1}
    return {name: rows for name, rows in found.items() if rows}


def _rows(several: Iterable[Package], asked: Sequence[tuple[Scope, Requirement]], care: Marker) -> list[Row]:
    held = [_held(package, asked, care) for package in several]
    there = [each for each in held if each is not None and not each.region.is_empty()]
    apart = all((one.region & two.region).is_empty() for one, two in combinations(there, 2))
    if None in held or not apart or not any(_splits(requirement.marker, there) for _, requirement in asked):
        return []
    whole = reduce(or_, (each.region for each in there), EMPTY)
    ordered = sorted(there, key=lambda each: each.version)
    return [_row(each, ordered[at + 1 :], care & whole) for at, each in enumerate(ordered)]


def _held(package: Package, asked: Iterable[tuple[Scope, Requirement]], care: Marker) -> _Held | None:
    """`None` for what bounds cannot say: a local version, one from elsewhere, one for an extra that is chosen."""
    version = _version(package.id.version or "")
    region = reduce(or_, (package.when.get(scope, EMPTY) & r.marker for scope, r in asked), EMPTY) & care
    if version is None or version.local or region.names() or not isinstance(package.id.source, Registry):
        return None
    return _Held(package, version, region)


def _splits(marker: Marker, there: Iterable[_Held]) -> bool:
    """Whether a requirement has more than one version: those that its manifest tells apart already have not."""
    return sum(not (each.region & marker).is_empty() for each in there) > 1


def _row(held: _Held, newer: Iterable[_Held], care: Marker) -> Row:
    """From its own version on, up to a newer one of the lock that Poetry could take there as well."""
    end = next((each.version for each in newer if _fits(each.package, held.region)), None)
    marker = held.region.under(care)
    version = f">={held.version}" + (f",<{end}" if end else "")
    return {"version": version, "markers": marker.text()}


def _fits(package: Package, region: Marker) -> bool:
    wanted = package.requires_python or SpecifierSet()
    minors = (minor for minor in MINORS if not (region & markers.python(f"=={minor}.*")).is_empty())
    return all(wanted.contains(f"{minor}.99") for minor in minors)


def is_hold(constraint: str, locked: Iterable[str]) -> bool:
    """Whether a constraint says no more than what is locked: from one of these versions on, or up to another."""
    first, *more = (bound.strip() for bound in constraint.split(","))
    known = {str(version) for text in locked if (version := _version(text))}
    return (
        first.startswith(">=")
        and first.removeprefix(">=") in known
        and len(more) <= 1
        and all(bound.startswith("<") and bound.removeprefix("<") in known for bound in more)
    )


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
