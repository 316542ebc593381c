from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.formats.pipenv import FORMAT
from converter.formats.pipenv.choose import choose, environment_of
from converter.markers import ANY, EMPTY
from converter.model import MAIN, Lock, Project, Requirement, Scope, ScopeKind
from converter.tree import Tree
from tests.formats.pipenv.test_emit import package
from tests.formats.pipenv.test_parse import DEV, told

OLD, NEW = "python_version < '3.10'", "python_version >= '3.10'"


def fork(stated: str = "", *environments: str, split: tuple[str, str] = (OLD, NEW)) -> Project:
    one, two = split
    packages = (
        package("numpy", "1.0", when={MAIN: markers.parse(one)}),
        package("numpy", "2.0", when={MAIN: markers.parse(two)}),
        package("other", when={MAIN: ANY, DEV: EMPTY}),
    )
    covered = tuple(map(markers.parse, environments))
    return Project(
        name="app",
        requires_python=SpecifierSet(stated) if stated else None,
        lock=Lock(packages=packages, environments=covered),
    )


@pytest.mark.parametrize(
    ("stated", "environments", "version"),
    [
        ("", (), "3.14.30 linux x86_64"),
        (">=3.9", (), "3.14.30 linux x86_64"),
        (">=3.8,<3.12", (), "3.11.30 linux x86_64"),
        ("==3.9.*", (), "3.9.30 linux x86_64"),
        ("==3.9.4", (), "3.9.4 linux x86_64"),
        ("~=2.7", (), "2.7.30 linux x86_64"),
        (">=3.16", (), "3.16.30 linux x86_64"),
        (">=3.8", ("python_version == '3.10'",), "3.10.30 linux x86_64"),
        (">=3.8", ("sys_platform == 'win32'",), "3.14.30 win32 AMD64"),
        (">=3.8", ("sys_platform == 'darwin' and python_version < '3.12'",), "3.11.30 darwin arm64"),
    ],
)
def test_the_environment_that_decides(stated: str, environments: tuple[str, ...], version: str) -> None:
    found = environment_of(fork(stated, *environments))
    assert f"{found['python_full_version']} {found['sys_platform']} {found['platform_machine']}" == version


def test_a_fork_is_flattened_and_its_python_named() -> None:
    done = FORMAT.emit(fork(">=3.9,<3.12"), Tree.of({}))
    assert told(done.losses) == [
        (
            "LOSS fork-flattened: numpy: numpy in main: kept 2.0 for Python 3.11 on linux x86_64, "
            "left 1.0 (python_version < '3.10')"
        )
    ]
    assert done.losses[0].packages == {"numpy"}
    assert tomllib.loads(done.value.text("Pipfile") or "")["requires"] == {"python_version": "3.11"}
    project = FORMAT.parse(done.value, "app").value
    assert project.lock is not None
    assert [(p.name, p.id.version, p.when) for p in project.lock.packages] == [
        ("numpy", "2.0", {MAIN: ANY}),
        ("other", "1.0", {MAIN: ANY}),
    ]


def test_what_no_category_installs_on_the_one_python_is_left_out() -> None:
    dev = Scope(ScopeKind.GROUP, "dev")
    given = fork(">=3.9")
    old, some = markers.parse("python_version < '3.11'"), markers.parse("python_version >= '3.11' and os_name == 'nt'")
    more = (package("tomli", when={MAIN: old}), package("exceptions", when={MAIN: old, dev: some}))
    assert given.lock
    done = choose(replace(given, lock=replace(given.lock, packages=(*given.lock.packages, *more))))
    rows = {scope: {p.name: str(marker) for p, marker in rows} for scope, rows in done.value.scopes.items()}
    assert rows == {MAIN: {"numpy": "", "other": ""}, dev: {"exceptions": "os_name == 'nt'"}}
    assert told(done.losses)[1:] == ["NOTE other-platform: tomli: tomli is wanted on no Python 3.14"]


def test_the_environments_of_the_lock_choose() -> None:
    (kept,) = [p for p, _ in choose(fork(">=3.8", "python_version == '3.9'")).value.scopes[MAIN] if p.name == "numpy"]
    assert kept.id.version == "1.0"


def test_a_fork_over_platforms_names_no_python() -> None:
    choice = choose(fork(">=3.9", split=("sys_platform == 'win32'", "sys_platform != 'win32'"))).value
    assert choice.python is None
    assert [p.id.version for p, _ in choice.scopes[MAIN]] == ["2.0", "1.0"]


def test_where_none_holds_the_newest_is_kept() -> None:
    choice = choose(fork("==3.9.*", split=("sys_platform == 'win32'", "sys_platform == 'darwin'"))).value
    assert [p.id.version for p, _ in choice.scopes[MAIN]] == ["2.0", "1.0"]


def test_an_extra_that_a_marker_speaks_of_is_asked_for_or_not() -> None:
    extra = Scope(ScopeKind.EXTRA, "gpu")
    when = {MAIN: markers.parse("extra != 'gpu'"), extra: markers.parse("extra == 'gpu' and sys_platform == 'linux'")}
    project = Project(name="app", optional_dependencies={"gpu": ()}, lock=Lock(packages=(package("torch", when=when),)))
    done = choose(project)
    assert {scope: str(marker) for scope, rows in done.value.scopes.items() for _, marker in rows} == {
        MAIN: "",
        extra: "sys_platform == 'linux'",
    }
    assert told(done.losses) == ["LOSS scope-conflict: torch: torch 1.0 in main where extra != 'gpu'"]


def test_several_constraints_become_the_one_that_holds() -> None:
    project = Project(
        name="app",
        requires_python=SpecifierSet(">=3.9"),
        dependencies=(
            Requirement(name="a", specifier=SpecifierSet("<2"), marker=markers.parse(OLD)),
            Requirement(name="a", specifier=SpecifierSet(">=2"), marker=markers.parse(NEW)),
            Requirement(name="b", marker=markers.parse("sys_platform == 'linux'")),
            Requirement(name="b", marker=markers.parse("sys_platform == 'darwin'")),
        ),
    )
    done = FORMAT.emit(project, Tree.of({}))
    assert tomllib.loads(done.value.text("Pipfile") or "")["packages"] == {
        "a": {"version": ">=2", "markers": "python_version >= '3.10'"},
        "b": {"version": "*", "markers": "sys_platform == 'darwin' or sys_platform == 'linux'"},
    }
    assert told(done.losses)[0] == (
        "LOSS fork-flattened: Pipfile: packages.a: a: kept >=2, left <2 (python_version < '3.10')"
    )
