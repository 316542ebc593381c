"""Same installs and scopes: in each environment each scope gets the same releases and hashes before and after.

A second judge beside `verify`: environments one by one, through `select`, where `verify` compares markers as wholes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import pytest
from hypothesis import strategies as st

from converter import graph
from converter.format import Format
from converter.index import Settings
from converter.index.places import canonical
from converter.losses import Kind, Loss
from converter.markers import ANY, Marker
from converter.model import (
    MAIN,
    Directory,
    Lock,
    Package,
    PackageId,
    Project,
    Registry,
    Scope,
    ScopeKind,
    Vcs,
    release,
    scopes_of,
)
from converter.tree import Tree
from converter.verify import EXCUSED, WIDER, counterpart, covered
from tests import strategies
from tests.laws.worlds import (
    NAME,
    applied,
    converted,
    each_pair,
    each_sample,
    each_target,
    generated,
    powers_of,
    sample_form,
    sample_tree,
    sayable,
    tree_of,
)
from tests.markers.environments import GRID, IMPLEMENTATIONS, PLATFORMS, environment

Installed = set[tuple[object, ...]]


def installs(project: Project, environment: Mapping[str, str], asked: set[Scope], excused: frozenset[str]) -> Installed:
    """What is installed, without the packages of these names and the hashes that are among them."""
    assert project.lock is not None
    found = graph.select(project.lock, environment, asked)
    return {identity(package, excused) for package in found if package.name not in excused}


def identity(package: Package, left: frozenset[str]) -> tuple[object, ...]:
    match package.id.source:
        case Registry(index):
            return package.name, release(package.id.version), canonical(index), package.hashes - left
        case Vcs() as vcs:
            return package.name, vcs.commit
        case Directory() as folder:  # whether its code is edited in place changes nothing of what is installed
            return package.name, folder.path, folder.subdirectory
        case source:
            return package.name, source


def lowest(care: Marker) -> list[dict[str, str]]:
    """Environments with the first Python of each stretch: a project may be for one release that the grid lacks."""
    releases = [(*cut[0], 0, 0)[:3] if not cut[1] else (*cut[0], 0, 1)[:3] for cut, _ in care.pythons() if cut]
    return [environment(".".join(map(str, r)), p, IMPLEMENTATIONS[0]) for r in releases for p in PLATFORMS]


def same(before: Project, after: Project, losses: Collection[Loss]) -> int:
    """Compare every scope in every environment that the first covers; how many environments that were."""
    excused = frozenset(name for loss in losses if loss.kind in EXCUSED | WIDER for name in loss.packages)
    care, one = covered(before) & (before.lock.closed if before.lock else ANY), covered(after)
    shared = [e for e in (*GRID, *lowest(care & one)) if care.evaluate(e) and (one.evaluate(e) or not excused)]
    excused |= frozenset(digest for loss in losses for digest in loss.hashes)
    names = set(scopes_of(after))
    for each in shared:
        main = installs(before, each, {MAIN}, excused)
        for scope in scopes_of(before):
            below = {MAIN} if scope.kind is ScopeKind.EXTRA else set()  # an extra comes on top of main
            ours = installs(before, each, {scope} | below, excused)
            theirs = installs(after, each, {counterpart(scope, names)} | below, excused)
            assert ours <= theirs, f"{scope} in {each}"
            # a group comes on top of main, and may name again what main installs
            assert theirs - ours <= (set() if scope == MAIN else main), f"{scope} in {each}"
    return len(shared)


@each_target
@each_sample
def test_over_samples(folder: Path, target: Format, asked_of: Callable[[Path], Settings]) -> None:
    asked, source, tree = asked_of(folder), sample_form(folder), sample_tree(folder)
    if sayable(folder, target, asked):
        done = converted(tree, source, target, asked)
        after = target.parse(applied(tree, done.plan), NAME).value
        assert done.before is not None
        assert same(done.before, after, done.plan.losses) > 0


@each_pair
@generated(40)
def test_over_generated_projects(source: Format, target: Format, asked: Settings, data: st.DataObject) -> None:
    project = data.draw(strategies.projects(powers_of(source)))
    tree: Tree = tree_of(source, project)
    done = converted(tree, source, target, asked)
    after = target.parse(applied(tree, done.plan), NAME).value
    # against the project that was drawn, so that a misreading of the source is seen too
    assert same(project, after, done.plan.losses) > 0


def test_the_judge_sees_a_difference() -> None:
    one, other = (Package(id=PackageId(name="a", version=version), when={MAIN: ANY}) for version in "12")
    before, after = (Project(lock=Lock(packages=(package,))) for package in (one, other))
    assert same(before, before, ()) == len(GRID)
    with pytest.raises(AssertionError, match="main in"):
        same(before, after, ())
    named = Loss(kind=Kind.FORK_FLATTENED, where="a", detail="a", packages=frozenset({"a"}))
    assert same(before, after, [named]) == len(GRID)
