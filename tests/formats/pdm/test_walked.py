"""When the edges decide: a package that scopes need under different conditions, and versions to choose from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace

import pytest
from packaging.specifiers import SpecifierSet

from converter.formats.pdm import FORMAT
from converter.formats.pdm.parse import parse
from converter.losses import Kind
from converter.markers import ANY
from converter.model import MAIN, Dependency, Group, Package, Project, Requirement
from converter.tree import Tree
from converter.verify import verify
from tests.formats.pdm.test_emit import DEV, NEW, OLD, WINDOWS, package, project

BELOW, BEYOND = SpecifierSet("<2"), SpecifierSet(">=2")


def release(name: str, version: str, python: str, *edges: Dependency) -> Package:
    when = OLD if version == "1.0" else NEW
    return replace(package(name, version, main=when), dependencies=edges, requires_python=SpecifierSet(python))


def forked(*more: str, **changed: Package) -> Project:
    """Two versions of `tool` and of `doc`, by interpreter; `shared` is main's on Windows alone, dev's everywhere."""
    packages = {
        "tool1": release("tool", "1.0", ">=3.9", Dependency(name="doc", specifier=BELOW)),
        "tool2": release("tool", "2.0", ">=3.11", Dependency(name="doc")),
        "doc1": release("doc", "1.0", ">=3.9"),
        "doc2": release("doc", "2.0", ">=3.9"),
        "shared": package("shared", main=WINDOWS, dev=ANY),
    }
    asked = (Requirement(name="tool"), Requirement(name="shared", marker=WINDOWS))
    dev = {"dev": Group(requirements=tuple(Requirement(name=name) for name in ("shared", *more)))}
    return project(*(packages | changed).values(), dependencies=asked, dependency_groups=dev)


def decided(whole: Project) -> bool:
    """Whether the lock has no conditions; the choice is told, and what is written installs the same."""
    done = FORMAT.emit(whole, Tree.of({}))
    edges = not tomllib.loads(done.value.text("pdm.lock") or "")["metadata"]["strategy"]
    kinds = {loss.kind for loss in done.losses}
    assert (Kind.EDGES_DECIDE in kinds, Kind.MARKER_SHARED in kinds) == (edges, not edges)
    assert verify(whole, parse(done.value, "demo").value, done.losses) == ()
    return edges


def test_a_higher_version_that_something_refuses_is_not_picked() -> None:
    assert decided(forked())


@pytest.mark.parametrize(
    "changed",
    [
        {"tool1": release("tool", "1.0", ">=3.9", Dependency(name="doc"))},  # nothing refuses doc 2.0
        {"doc2": release("doc", "2.0", ">=3.9", Dependency(name="tool", specifier=BEYOND))},  # refuses tool 1.0
        {"shared": replace(package("shared", main=WINDOWS, dev=ANY), dependencies=(Dependency(name="demo"),))},
    ],
)  # fmt: skip
def test_what_pdm_may_walk_otherwise_is_not_left_to_it(changed: Mapping[str, Package]) -> None:
    assert not decided(forked(**changed))


def test_what_main_refuses_is_not_refused_where_dev_stands_alone() -> None:
    one = replace(release("doc", "1.0", ">=3.9"), when={MAIN: OLD, DEV: OLD})
    two = replace(release("doc", "2.0", ">=3.9"), when={MAIN: NEW, DEV: NEW})
    assert not decided(forked("doc", doc1=one, doc2=two))


def test_a_group_that_asks_for_the_project_leaves_to_main_what_main_installs() -> None:
    whole = project(
        package("a", main=ANY, dev=ANY), package("b", dev=ANY, main=WINDOWS),
        dependencies=(Requirement(name="a"), Requirement(name="b", marker=WINDOWS)),
        dependency_groups={"dev": Group(requirements=(Requirement(name="demo"), Requirement(name="b")))},
        tool={"build-system": {"build-backend": "hatchling.build", "requires": ["hatchling"]}},
    )  # fmt: skip
    assert decided(whole)
    (note,) = (loss for loss in FORMAT.emit(whole, Tree.of({})).losses if loss.kind is Kind.EDGES_DECIDE)
    assert note.detail == "for b; what the project needs comes to group dev with main alone"
    without = replace(whole, dependency_groups={"dev": Group(requirements=(Requirement(name="b"),))})
    assert not decided(without)
