"""What `packaging` selects from a lock that we write is what the source installs, scope by scope."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import Environment
from packaging.pylock import Pylock
from packaging.tags import Tag

from converter import graph
from converter.formats.pylock import FORMAT
from converter.model import MAIN, Project, Scope, ScopeKind, scopes_of
from converter.tree import Tree
from converter.verify import covered
from tests import strategies
from tests.markers.environments import GRID

POWERS = strategies.Powers(
    edges=True, extras=True, forks=True, python=(">=3.9", "<4.0,>=3.9", "==3.11.*"), filenames=True, urls=True
)
Picked = set[tuple[str, str]]


def selected(lock: Pylock, environment: Mapping[str, str], scope: Scope) -> Picked:
    """What an installer takes for one scope: an extra comes on top of main, a group is asked for alone."""
    found = lock.select(
        environment=cast("Environment", environment),
        tags=[Tag("py3", "none", "any")],
        extras=[scope.name] if scope.kind is ScopeKind.EXTRA else [],
        dependency_groups=[scope.name] if scope.kind is ScopeKind.GROUP else None,
    )
    return {(package.name, str(package.version or "")) for package, _ in found}


def installed(project: Project, environment: Mapping[str, str], scope: Scope) -> Picked:
    assert project.lock is not None
    asked = {scope, MAIN} if scope.kind is ScopeKind.EXTRA else {scope}
    return {(p.name, p.id.version or "") for p in graph.select(project.lock, environment, asked)}


@settings(max_examples=60)
@given(strategies.projects(POWERS), st.sampled_from(GRID))
def test_the_same_sets(project: Project, environment: Mapping[str, str]) -> None:
    lock = Pylock.from_dict(tomllib.loads(FORMAT.emit(project, Tree.of({})).value.text("pylock.toml") or ""))
    if covered(project).evaluate(environment):
        for scope in scopes_of(project):
            assert selected(lock, environment, scope) == installed(project, environment, scope), str(scope)
