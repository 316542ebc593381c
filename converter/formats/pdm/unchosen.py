"""A lock without conditions that speak of what is asked for: PDM's markers know environments alone.

A lock of uv with conflicts says of a package that it is installed where a group is asked for and another is not. What
a scope installs is then what it installs when it alone is asked for; an edge holds where it holds under any choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from converter.markers import EMPTY, Marker
from converter.model import Dependency, Lock, Package, Scope, ScopeKind

_VARIABLES = {ScopeKind.EXTRA: "extras", ScopeKind.GROUP: "dependency_groups"}


def unchosen(lock: Lock) -> Lock:
    """The lock with markers of environments alone."""
    return replace(lock, packages=tuple(map(_package, lock.packages)))


def _package(package: Package) -> Package:
    optional = {extra: tuple(map(_edge, edges)) for extra, edges in package.optional_dependencies.items()}
    given = package.dependencies
    return replace(
        package,
        when=_alone(package.when),
        dependencies=None if given is None else tuple(map(_edge, given)),
        optional_dependencies=optional,
    )


def _alone(when: Mapping[Scope, Marker]) -> dict[Scope, Marker]:
    made = {
        scope: marker.chosen(
            {choice: choice == (_VARIABLES.get(scope.kind), scope.name) for choice in marker.choices()}
        )
        for scope, marker in when.items()
    }
    return {scope: marker for scope, marker in made.items() if not marker.is_empty()}


def _edge(edge: Dependency) -> Dependency:
    marker = edge.marker
    for choice in sorted(marker.choices()):
        marker = _either(marker, choice)
    return replace(edge, marker=marker) if marker != edge.marker else edge


def _either(marker: Marker, choice: tuple[str, str]) -> Marker:
    result = EMPTY
    for asked in (True, False):
        result |= marker.chosen({choice: asked})
    return result
