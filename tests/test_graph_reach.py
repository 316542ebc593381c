from __future__ import annotations

from collections.abc import Iterable, Mapping

from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.graph import asked_extras, reach, roots
from converter.markers import ANY, Marker
from converter.model import (
    MAIN,
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
    Vcs,
)

DEV, CLI = Scope(ScopeKind.GROUP, "dev"), Scope(ScopeKind.EXTRA, "cli")
WIN, LINUX = markers.parse("sys_platform == 'win32'"), markers.parse("sys_platform == 'linux'")
OLD, NEW = markers.python("<3.10"), markers.python(">=3.10")


def edge(name: str, specifier: str = "", *, marker: Marker = ANY, extras: Iterable[str] = ()) -> Dependency:
    return Dependency(name=name, specifier=SpecifierSet(specifier), marker=marker, extras=frozenset(extras))


def package(
    name: str,
    *edges: Dependency,
    version: str = "1",
    python: str | None = None,
    extras: Mapping[str, tuple[Dependency, ...]] | None = None,
) -> Package:
    return Package(
        id=PackageId(name=name, version=version),
        dependencies=edges,
        optional_dependencies=extras or {},
        requires_python=None if python is None else SpecifierSet(python),
    )


def found(
    roots: Mapping[Scope, tuple[Dependency, ...]], *packages: Package
) -> dict[tuple[str, str | None], dict[Scope, Marker]]:
    return {(each.name, each.version): dict(when) for each, when in reach(roots, packages).items()}


def test_markers_are_joined_along_a_way_and_over_the_ways() -> None:
    assert found(
        {MAIN: (edge("a", marker=WIN), edge("b")), DEV: (edge("c"),)},
        package("a", edge("c")),
        package("b", edge("c", marker=OLD)),
        package("c", edge("d", marker=LINUX)),
        package("d"),
        package("apart"),
    ) == {
        ("a", "1"): {MAIN: WIN},
        ("b", "1"): {MAIN: ANY},
        ("c", "1"): {MAIN: WIN | OLD, DEV: ANY},
        ("d", "1"): {MAIN: OLD & LINUX, DEV: LINUX},
    }


def test_a_way_that_no_environment_takes_reaches_nothing() -> None:
    assert found({MAIN: (edge("a", marker=WIN),)}, package("a", edge("b", marker=LINUX)), package("b")) == {
        ("a", "1"): {MAIN: WIN}
    }


def test_cycles_end() -> None:
    assert found(
        {MAIN: (edge("a", marker=WIN), edge("b", marker=OLD))},
        package("a", edge("b")),
        package("b", edge("a", marker=LINUX), edge("b")),
    ) == {
        ("a", "1"): {MAIN: WIN | (OLD & LINUX)},
        ("b", "1"): {MAIN: WIN | OLD},
    }


def test_an_extra_that_is_asked_for_brings_its_own() -> None:
    extras = {"x": (edge("b"),), "all": (edge("a", extras=["x", "y"], marker=WIN),), "y": (edge("c"),)}
    packages = package("a", edge("d"), extras=extras), package("b"), package("c"), package("d")
    assert found({MAIN: (edge("a", extras=["x"]),)}, *packages) == {
        ("a", "1"): {MAIN: ANY},
        ("b", "1"): {MAIN: ANY},
        ("d", "1"): {MAIN: ANY},
    }
    assert found({CLI: (edge("a", extras=["all"]),)}, *packages) == {
        ("a", "1"): {CLI: ANY},
        ("b", "1"): {CLI: WIN},
        ("c", "1"): {CLI: WIN},
        ("d", "1"): {CLI: ANY},
    }
    assert asked_extras({CLI: (edge("a", extras=["all"]),)}, packages) == {
        PackageId(name="a", version="1"): frozenset({"all", "x", "y"})
    }


def test_of_several_versions_an_edge_takes_those_that_it_admits() -> None:
    assert found(
        {MAIN: (edge("n", "<2", marker=OLD), edge("n", ">=2", marker=NEW), edge("a"))},
        package("a", edge("n")),
        package("n", version="1"),
        package("n", version="2"),
    ) == {
        ("a", "1"): {MAIN: ANY},
        ("n", "1"): {MAIN: OLD},
        ("n", "2"): {MAIN: NEW},
    }


def test_where_nothing_decides_the_newest_that_fits_the_interpreter_is_taken() -> None:
    assert found(
        {MAIN: (edge("n", marker=WIN),), DEV: (edge("n", "<3"),)},
        package("n", version="1", python=">=3.7"),
        package("n", version="2", python=">=3.10"),
        package("n", version="3", python=">=3.14"),
    ) == {
        ("n", "1"): {MAIN: WIN & markers.python(">=3.7,<3.10"), DEV: markers.python(">=3.7,<3.10")},
        ("n", "2"): {MAIN: WIN & markers.python(">=3.10,<3.14"), DEV: NEW},
        ("n", "3"): {MAIN: WIN & markers.python(">=3.14")},
    }


def test_what_two_other_scopes_decided_differently_is_decided_once() -> None:
    reached = found(
        {MAIN: (edge("a"),), DEV: (edge("x", "==2"),), CLI: (edge("x", "==1"),)},
        package("a", edge("x")),
        package("x", version="1"),
        package("x", version="2"),
    )
    assert reached["x", "2"] == {MAIN: ANY, DEV: ANY}
    assert reached["x", "1"] == {CLI: ANY}


def test_a_version_whose_own_edge_clashes_with_what_is_reached_is_not_taken() -> None:
    reached = found(
        {MAIN: (edge("a", marker=OLD), edge("t"))},
        package("a", edge("u", "<2")),
        package("t", version="1"),
        package("t", edge("u", ">=2"), version="2"),
        package("u", version="1"),
        package("u", version="2"),
    )
    assert reached["t", "1"] == {MAIN: OLD}
    assert reached["t", "2"] == reached["u", "2"] == {MAIN: NEW}


def test_an_edge_names_its_version_or_source() -> None:
    git = Vcs(type="git", url="https://g.example/n.git", commit="00")
    forks = (
        package("n", version="1"),
        package("n", version="2"),
        Package(id=PackageId(name="n", version="2", source=git)),
    )
    asked = Dependency(name="n", version="1")
    assert set(reach({MAIN: (asked,)}, forks)) == {PackageId(name="n", version="1")}
    bare = Vcs(type="git", url="https://g.example/n", revision="main")
    asked = Dependency(name="n", source=bare)
    assert set(reach({MAIN: (asked,)}, forks)) == {PackageId(name="n", version="2", source=git)}
    asked = Dependency(name="n", source=Registry(), specifier=SpecifierSet(">=2"))
    assert set(reach({MAIN: (asked,)}, forks)) == {PackageId(name="n", version="2")}


def need(name: str, *extras: str) -> Requirement:
    return Requirement(name=name, extras=frozenset(extras))


def test_the_roots_follow_includes_and_the_projects_own_extras() -> None:
    project = Project(
        name="Demo_App",
        dependencies=(need("a"),),
        optional_dependencies={"x": (need("b"),), "all": (need("demo-app", "x", "all"), need("c"))},
        dependency_groups={
            "dev": Group(requirements=(need("d"),), includes=("test",)),
            "test": Group(requirements=(need("e"), need("demo-app", "x")), includes=("dev",)),
        },
    )
    assert roots(project) == {
        MAIN: (need("a"),),
        Scope(ScopeKind.EXTRA, "x"): (need("b"),),
        Scope(ScopeKind.EXTRA, "all"): (need("c"), need("b")),
        Scope(ScopeKind.GROUP, "dev"): (need("d"), need("e"), need("b")),
        Scope(ScopeKind.GROUP, "test"): (need("e"), need("d"), need("b")),
    }


def test_a_project_that_is_in_its_own_lock_is_a_package() -> None:
    project = Project(name="demo", dependencies=(need("demo", "x"),), lock=Lock(packages=(package("demo"),)))
    assert roots(project) == {MAIN: (need("demo", "x"),)}


NAMES = "abcde"
CONDITIONS = ("", "sys_platform == 'win32'", "python_version < '3.10'", "os_name != 'nt'")
EDGES = st.tuples(st.sampled_from(NAMES), st.sampled_from(CONDITIONS), st.sampled_from([(), ("x",), ("x", "y")]))
NODES = st.tuples(st.lists(EDGES, max_size=3), st.lists(EDGES, max_size=2), st.lists(EDGES, max_size=1))
ENVIRONMENTS = [
    {"python_full_version": python, "python_version": python[:-2], "sys_platform": platform, "os_name": os}
    for python in ("3.9.1", "3.12.1")
    for platform, os in (("win32", "nt"), ("linux", "posix"), ("cygwin", "nt"))
]


def made(rows: Iterable[tuple[str, str, tuple[str, ...]]]) -> tuple[Dependency, ...]:
    return tuple(edge(name, marker=markers.parse(condition), extras=extras) for name, condition, extras in rows)


def walked(first: tuple[Dependency, ...], packages: Mapping[str, Package], environment: Mapping[str, str]) -> set[str]:
    """What an installer does in one environment."""
    waiting, seen = list(first), set()
    while waiting:
        asked = waiting.pop()
        if not asked.marker.evaluate(environment):
            continue
        for extra in ("", *asked.extras):
            if (asked.name, extra) not in seen:
                seen.add((asked.name, extra))
                target = packages[asked.name]
                edges = target.optional_dependencies.get(extra, ()) if extra else target.dependencies
                waiting.extend(edges or ())
    return {name for name, _ in seen}


@given(st.lists(EDGES, max_size=3), st.lists(NODES, min_size=5, max_size=5))
def test_what_is_reached_is_what_an_installer_walks_to(
    first: list[tuple[str, str, tuple[str, ...]]],
    nodes: list[tuple[list[tuple[str, str, tuple[str, ...]]], ...]],
) -> None:
    packages = {
        name: package(name, *made(always), extras={"x": made(x), "y": made(y)})
        for name, (always, x, y) in zip(NAMES, nodes, strict=True)
    }
    result = reach({MAIN: made(first)}, list(packages.values()))
    for environment in ENVIRONMENTS:
        reached = {each.name for each, when in result.items() if when[MAIN].evaluate(environment)}
        assert reached == walked(made(first), packages, environment)
