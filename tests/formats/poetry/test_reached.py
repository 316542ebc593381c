"""The markers of a lock that is written: the ones that Poetry itself would make of its edges."""

from __future__ import annotations

import tomllib
from dataclasses import replace

from packaging.specifiers import SpecifierSet

from converter.formats.poetry.emit import emit
from converter.markers import parse as marker
from converter.model import (
    MAIN,
    Artifact,
    Dependency,
    Group,
    Lock,
    Package,
    PackageId,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
)
from converter.tree import Tree

DEV, CLI = Scope(ScopeKind.GROUP, "dev"), Scope(ScopeKind.EXTRA, "cli")
WINDOWS = "sys_platform == 'win32'"


def package(name: str, when: dict[Scope, str], *lines: str, extras: str = "") -> Package:
    """A release that says these lines, with the edges that they mean."""
    edges: list[Dependency] = []
    optional: dict[str, list[Dependency]] = {}
    for line in lines:
        target, _, condition = line.partition(" ; ")
        edge = Dependency(name=target.lower(), marker=marker(condition).with_extras({extras}))
        if extras and f"'{extras}'" in condition:
            optional.setdefault(extras, []).append(edge)
        else:
            edges.append(edge)
    return Package(
        id=PackageId(name=name, version="1.0", source=Registry()),
        extras=frozenset(filter(None, [extras])),
        when={scope: marker(text) for scope, text in when.items()},
        artifacts=(Artifact(filename=f"{name}-1.0.tar.gz", hashes=("sha256:" + "a" * 64,)),),
        dependencies=tuple(edges),
        optional_dependencies={extra: tuple(found) for extra, found in optional.items()},
        requires_dist=lines,
        summary="",
    )


def rows(*packages: Package, **fields: object) -> dict[str, dict[str, object]]:
    made = Project(name="demo", requires_python=SpecifierSet(">=3.10"), lock=Lock(packages=packages))
    done = emit(replace(made, **fields), Tree.of({}))  # type: ignore[arg-type]
    return {str(row["name"]): row for row in tomllib.loads(done.value.text("poetry.lock") or "")["package"]}


def test_each_edge_keeps_its_own_words() -> None:
    found = rows(
        package("click", {MAIN: ""}, "Colorama ; platform_system == 'Windows'"),
        package("pytest", {DEV: ""}, "colorama ; sys_platform == 'win32'"),
        package("colorama", {MAIN: WINDOWS, DEV: WINDOWS}),
        dependencies=(Requirement(name="click"),),
        dependency_groups={"dev": Group(requirements=(Requirement(name="pytest"),))},
    )
    assert found["click"]["dependencies"] == {"Colorama": {"version": "*", "markers": 'platform_system == "Windows"'}}
    assert found["colorama"]["markers"] == {"main": 'platform_system == "Windows"', "dev": 'sys_platform == "win32"'}


def test_an_extra_stands_where_it_was_asked_for() -> None:
    found = rows(
        package("brotli", {CLI: "platform_python_implementation == 'CPython'"}),
        package("py7zr", {CLI: ""}, "brotli ; platform_python_implementation == 'CPython'"),
        optional_dependencies={"cli": (Requirement(name="py7zr"),)},
    )
    assert found["brotli"]["markers"] == 'extra == "cli" and platform_python_implementation == "CPython"'


def test_what_an_extra_of_a_package_needs_and_a_cycle() -> None:
    found = rows(
        package("coverage", {DEV: ""}, "Tomli ; python_full_version < '3.11' and extra == 'toml'", "a", extras="toml"),
        package("tomli", {DEV: "python_version < '3.11'"}),
        package("a", {DEV: ""}, "b"),
        package("b", {DEV: ""}, "a", "tomli ; python_version < '3.11'"),
        dependency_groups={"dev": Group(requirements=(Requirement(name="coverage", extras=frozenset({"toml"})),))},
    )
    assert found["coverage"]["dependencies"] == {
        "a": "*",
        "Tomli": {"version": "*", "optional": True, "markers": 'python_full_version < "3.11.0" and extra == "toml"'},
    }
    assert found["coverage"]["extras"] == {"toml": ['Tomli ; python_full_version < "3.11.0"']}
    assert found["tomli"]["markers"] == 'python_version == "3.10"'
    assert "markers" not in found["a"]


def test_what_the_lock_says_wins_over_what_its_edges_imply() -> None:
    found = rows(
        package("click", {MAIN: ""}, "colorama"),
        package("colorama", {MAIN: WINDOWS}),
        dependencies=(Requirement(name="click"),),
    )
    assert found["colorama"]["markers"] == 'sys_platform == "win32"'


def test_edges_that_the_source_left_out_do_not_come_back() -> None:
    overridden = replace(package("click", {MAIN: ""}, "colorama ; os_name == 'nt'"), dependencies=())
    changed = Dependency(name="colorama", marker=marker("python_version < '3.12'"))
    found = rows(overridden, replace(overridden, id=replace(overridden.id, name="cloup"), dependencies=(changed,)))
    assert "dependencies" not in found["click"]
    assert found["cloup"]["dependencies"] == {"colorama": {"version": "*", "markers": 'python_version < "3.12"'}}
