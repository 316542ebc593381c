"""What a release requires in its own words: from these uv makes its forks, and a lock may have merged them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from converter.model import Package, Requirement
from converter.pyproject.requirement import parse_requirement


def published(package: Package, extra: str = "") -> Sequence[Requirement]:
    """What the release (or one extra of it alone) requires as it says so itself; empty where nobody asked it.

    Also where the lock has edges that the release does not name: then these were overridden.
    """
    every = own_words(package)
    edges = package.optional_dependencies.get(extra, ()) if extra else package.dependencies or ()
    if not {edge.name for edge in edges} <= {requirement.name for requirement in every}:
        return ()
    own = (_of(requirement, extra) for requirement in every)
    return [requirement for requirement in own if not requirement.marker.is_empty()]


def own_words(package: Package) -> Sequence[Requirement]:
    """Every line of what the release requires that is a requirement."""
    return [made for line in package.requires_dist or () if (made := _requirement(line))]


def _of(requirement: Requirement, extra: str) -> Requirement:
    """The requirement under the marker with which it holds for the extra and not without."""
    plain = requirement.marker.with_extras(frozenset())
    asked = requirement.marker.with_extras(frozenset({extra})) & ~plain if extra else plain
    return replace(requirement, marker=asked)


def _requirement(line: str) -> Requirement | None:
    try:
        return parse_requirement(line)
    except ValueError:
        return None
