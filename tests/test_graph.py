from __future__ import annotations

from collections.abc import Mapping

import pytest

from converter import graph, markers
from converter.markers import ANY
from converter.model import MAIN, Dependency, Lock, Package, PackageId, Registry, Scope, ScopeKind

DEV, CLI = Scope(ScopeKind.GROUP, "dev"), Scope(ScopeKind.EXTRA, "cli")
WINDOWS = {"python_full_version": "3.11.4", "sys_platform": "win32"}
LINUX = {"python_full_version": "3.9.0", "sys_platform": "linux"}


def package(name: str, version: str = "1", *needs: str, **when: str) -> Package:
    """A package; its scopes (`main`, `dev`, `cli`) with their markers, its needs as `name` or `name ; marker`."""
    scopes = {"main": MAIN, "dev": DEV, "cli": CLI}
    return Package(
        id=PackageId(name=name, version=version),
        when={scopes[scope]: markers.parse(text) for scope, text in when.items()},
        dependencies=tuple(edge(need) for need in needs),
    )


def edge(need: str) -> Dependency:
    name, _, text = need.partition(" ; ")
    return Dependency(name=name, marker=markers.parse(text))


def lock(*packages: Package) -> Lock:
    return Lock(packages=packages)


def selected(held: Lock, environment: Mapping[str, str], *scopes: Scope) -> list[str]:
    return [f"{p.name} {p.id.version}" for p in graph.select(held, environment, scopes)]


def test_an_environment_gets_what_its_scopes_and_markers_say() -> None:
    held = lock(
        package("a", main=""),
        package("b", main="sys_platform == 'win32'"),
        package("c", "1", main="python_version < '3.10'"),
        package("c", "2", main="python_version >= '3.10'"),
        package("d", dev="", cli="sys_platform == 'win32'"),
    )
    assert selected(held, WINDOWS, MAIN) == ["a 1", "b 1", "c 2"]
    assert selected(held, LINUX, MAIN) == ["a 1", "c 1"]
    assert selected(held, LINUX, MAIN, DEV) == ["a 1", "c 1", "d 1"]
    assert selected(held, LINUX, DEV) == ["d 1"]
    assert selected(held, LINUX, CLI) == []
    assert selected(held, WINDOWS, CLI) == ["d 1"]
    assert selected(held, WINDOWS) == []


def test_a_marker_may_ask_which_scopes_were_chosen() -> None:
    held = lock(
        package("torch", "1", main="extra != 'cli' and 'dev' not in dependency_groups"),
        package("torch", "2", main="extra == 'cli' or 'dev' in dependency_groups"),
    )
    assert selected(held, LINUX, MAIN) == ["torch 1"]
    assert selected(held, LINUX, MAIN, CLI) == ["torch 2"]
    assert selected(held, LINUX, MAIN, DEV) == ["torch 2"]


def test_where_a_scope_installs_any_version() -> None:
    held = lock(
        package("c", "1", main="python_version < '3.10'"),
        package("c", "2", main="python_version >= '3.10'", dev="os_name == 'nt'"),
    )
    assert graph.installed(held, "c", MAIN) == ANY
    assert graph.installed(held, "c", DEV) == markers.parse("os_name == 'nt'")
    assert graph.installed(held, "x", MAIN).is_empty()


@pytest.mark.parametrize(
    ("packages", "expected"),
    [
        ([package("a", "1", "b", main="")], [("a", "b")]),
        ([package("a", "1", "b", main=""), package("b", main="")], []),
        ([package("a", "1", "b ; os_name == 'nt'", main="os_name == 'posix'")], []),
        ([package("a", "1", "b", main=""), package("b", main="os_name == 'nt'")], [("a", "b")]),
        ([package("a", "1", "b ; os_name == 'nt'", main=""), package("b", main="os_name == 'nt'")], []),
        ([package("a", "1", "b", main=""), package("b", dev="")], [("a", "b")]),
        ([package("a", "1", "b", dev=""), package("b", main="")], []),
        ([package("a", "1", "b ; python_version < '3.8'", main="")], []),
        (
            [
                package("a", "1", "b", main=""),
                package("b", "1", main="os_name == 'nt'"),
                package("b", "2", main="os_name != 'nt'"),
            ],
            [],
        ),
        ([package("a", "1", "b ; extra == 'x'", main="")], []),
    ],
    ids=range(10),
)
def test_what_is_missing(packages: list[Package], expected: list[tuple[str, str]]) -> None:
    care = markers.parse("python_version >= '3.8'")
    assert list(graph.missing(lock(*packages), care)) == expected


def test_the_edges_of_an_extra_count_where_somebody_asked_for_it() -> None:
    optional = {"x": (edge("b ; extra == 'x'"),), "y": (edge("c"),)}
    one = Package(
        id=PackageId(name="a", version="1"), when={MAIN: ANY}, dependencies=(), optional_dependencies=optional
    )
    assert graph.missing(lock(one)) == ()
    asked = Package(
        id=PackageId(name="a", version="1"),
        when={MAIN: ANY},
        extras=frozenset({"x"}),
        dependencies=(),
        optional_dependencies=optional,
    )
    assert graph.missing(lock(asked)) == (("a", "b"),)


def test_a_package_whose_edges_are_unknown_says_nothing() -> None:
    assert graph.missing(lock(Package(id=PackageId(name="a", version="1"), when={MAIN: ANY}))) == ()


def test_the_faults_of_a_lock() -> None:
    nowhere = Package(id=PackageId(name="n", version="1"))
    other = Package(
        id=PackageId(name="c", version="1", source=Registry("https://index.example/simple")), when={DEV: ANY}
    )
    held = lock(
        package("a", "1", main="os_name == 'nt'"),
        package("a", "1", dev=""),
        package("b", "1", main="python_version < '3.10'", dev=""),
        package("b", "2", main="python_version >= '3.9'", dev="os_name == 'nt'"),
        package("c", "1", main="", dev="os_name == 'nt'"),
        other,
        nowhere,
    )
    assert graph.faults(held) == (
        "a 1 stands twice",
        "n is in no scope",
        "b 1 and 2 overlap in main",
        "b 1 and 2 overlap in group dev",
        "c 1 and 1 overlap in group dev",
    )


def test_a_sound_lock_has_no_faults() -> None:
    held = lock(
        package("a", "1", main="python_version < '3.10'", dev=""), package("a", "2", main="python_version >= '3.10'")
    )
    assert graph.faults(held) == ()
    assert graph.faults(lock()) == ()
