"""For which interpreters and platforms a uv.lock is written."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from packaging.specifiers import SpecifierSet

from converter.markers import ANY, parse, rounded
from converter.model import MAIN, Artifact, Dependency, Group, Lock, Requirement, Scope, ScopeKind
from tests.formats.uv.test_emit import WIN, edges, emitted, entries, package, project

NOT_WIN = "sys_platform != 'win32'"
A6 = 'python_full_version <= "3.11.0a6"'


def test_a_lock_covers_no_more_than_where_it_is_closed() -> None:
    manifest, lock, told = emitted(project(lock=Lock(packages=(package("a"),), closed=~WIN)))
    assert tomllib.loads(manifest)["tool"]["uv"]["environments"] == [NOT_WIN]
    assert tomllib.loads(lock)["supported-markers"] == [NOT_WIN]
    assert told == [f"LOSS one-platform: pyproject.toml: tool.uv: environments = {NOT_WIN}"]


def test_a_project_without_a_python_gets_what_its_packages_admit() -> None:
    wanted = package("a", requires_python=SpecifierSet(">=3.9,<3.14"))
    manifest, _, told = emitted(project(wanted, requires_python=None))
    assert tomllib.loads(manifest)["project"]["requires-python"] == ">=3.9,<3.14"
    assert [line.partition(":")[0] for line in told] == ["NOTE python-believed"]


@pytest.mark.parametrize(("needed", "said"), [(ANY, "<="), (parse("python_version < '3.11'"), "<")])
def test_a_prerelease_of_python_is_its_release_where_that_changes_nothing(needed: object, said: str) -> None:
    edge = Dependency(name="tomli", marker=parse(A6), rounded=rounded(A6))
    given = project(package("coverage", dependencies=(edge,)), package("tomli", when={MAIN: needed}))
    assert edges(emitted(given)[1], "coverage") == [{"name": "tomli", "marker": f"python_full_version {said} '3.11'"}]


def test_a_prerelease_of_python_is_said_again_in_plain_words_where_uv_would_install_more() -> None:
    edge = Dependency(name="tomli", marker=parse(A6), rounded=rounded(A6), specifier=SpecifierSet("<3,>=1.1.0"))
    coverage = package("coverage", extras=frozenset({"toml"}), optional_dependencies={"toml": (edge,)})
    given = project(coverage, package("tomli", "2.0", when={MAIN: parse("python_version < '3.11'")}))
    manifest, lock, told = emitted(given)
    words = ["tomli>=1.1.0,<3 ; python_full_version < '3.11' and extra == 'toml'"]
    row = {"name": "coverage", "version": "1.0", "requires-dist": words}
    assert tomllib.loads(manifest)["tool"]["uv"]["dependency-metadata"] == [{**row, "provides-extra": ["toml"]}]
    assert tomllib.loads(lock)["manifest"]["dependency-metadata"] == [{**row, "provides-extras": ["toml"]}]
    assert told == ["NOTE metadata-restated: pyproject.toml: tool.uv.dependency-metadata: coverage 1.0"]


def test_what_another_scope_installs_there_does_not_make_it_the_same() -> None:
    edge = Dependency(name="tomli", marker=parse(A6), rounded=rounded(A6))
    dev, docs = (Scope(ScopeKind.GROUP, name) for name in ("dev", "docs"))
    coverage = package("coverage", when={dev: ANY}, dependencies=(edge,))
    groups = {"dev": Group(requirements=(Requirement(name="coverage"),)), "docs": Group()}
    for docs_too, needs_a_row in (({docs: ANY}, True), ({MAIN: ANY}, False)):
        tomli = package("tomli", when={dev: parse("python_version < '3.11'"), **docs_too})
        manifest = emitted(project(coverage, tomli, dependency_groups=groups))[0]
        assert ("dependency-metadata" in manifest) is needs_a_row


def test_a_pin_that_a_release_refuses_stays() -> None:
    """Without the row uv 0.13.9 takes another version of one of the two at its next lock."""
    edge = Dependency(name="b", specifier=SpecifierSet(">=4.4"), marker=parse("python_version < '3.12'"))
    words = ("b>='4.4' ; python_version < '3.12'", "c ; extra == 'x'")
    given = project(package("a", dependencies=(edge,), requires_dist=words), package("b", "4.2"))
    manifest, lock, told = emitted(given)
    row = {"name": "a", "version": "1.0", "requires-dist": ["b ; python_full_version < '3.12'"]}
    assert tomllib.loads(manifest)["tool"]["uv"]["dependency-metadata"] == [row]
    assert edges(lock, "a") == [{"name": "b", "marker": "python_full_version < '3.12'"}]
    assert told == ["LOSS pin-refused: pyproject.toml: tool.uv.dependency-metadata: a 1.0 and b"]
    fitting = project(package("a", dependencies=(edge,)), package("b", "4.4"))
    assert "dependency-metadata" not in emitted(fitting)[0]


def test_forks_follow_what_a_release_says_itself() -> None:
    words = ("b<2 ; python_version < '3.12'", "b<2 ; sys_platform == 'win32'", "c ; extra == 'all'")
    given = replace(package("a", dependencies=(Dependency(name="b"),)), requires_dist=words)
    lock = emitted(project(given, package("b")))[1]
    assert tomllib.loads(lock)["resolution-markers"] == [
        "python_full_version >= '3.12' and sys_platform != 'win32'",
        "python_full_version >= '3.12' and sys_platform == 'win32'",
        "python_full_version < '3.12' and sys_platform != 'win32'",
        "python_full_version < '3.12' and sys_platform == 'win32'",
    ]


def test_files_that_no_interpreter_can_use_are_left_out_and_named() -> None:
    names = ("a-1.0-cp39-cp39-win_amd64.whl", "a-1.0-cp311-cp311-win_amd64.whl", "a-1.0.zip", "a-1.0.tar.gz")
    made = tuple(Artifact(filename=n, url=f"https://f.example/{n}", hashes=(f"sha256:{n}",)) for n in names)
    done = replace(package("a"), artifacts=made)
    _, lock, told = emitted(project(done))
    (entry,) = entries(lock, "a")
    assert [str(wheel["url"]).rpartition("/")[2] for wheel in entry["wheels"]] == [names[1]]  # type: ignore[attr-defined]
    assert told == ["NOTE file-needless: uv.lock: 2 files of 1 package"]


def test_files_of_each_version_that_are_left_out_are_named() -> None:
    parts = ("python_full_version < '3.12'", "python_full_version >= '3.12'")
    names = [(f"a-{n}.0-cp27-none-any.whl", f"a-{n}.0.tar.gz", f"a-{n}.0.egg") for n in range(2)]
    several = [
        replace(
            package("a", f"{n}.0", when={MAIN: parse(part)}),
            artifacts=tuple(
                Artifact(filename=f, url=f"https://f.example/{f}", hashes=(f"sha256:{f}",)) for f in names[n]
            ),
        )
        for n, part in enumerate(parts)
    ]
    told = emitted(project(*several))[2]
    assert told == ["NOTE file-needless: uv.lock: 4 files of 1 package"]


def test_versions_are_written_normalized() -> None:
    given = project(package("a", "2023.04.0", dependencies=()), version="1.5.2-rc3")
    lock = emitted(given)[1]
    assert [entries(lock, name)[0]["version"] for name in ("a", "demo")] == ["2023.4.0", "1.5.2rc3"]


def test_the_newest_fork_comes_first() -> None:
    parts = ("python_full_version < '3.12'", "python_full_version >= '3.12' and python_full_version < '3.12.4'")
    new = "python_full_version >= '3.12.4'"
    given = project(*(package("a", f"{n}.0", when={MAIN: parse(part)}) for n, part in enumerate((*parts, new))))
    assert tomllib.loads(emitted(given)[1])["resolution-markers"] == [new, parts[1], parts[0]]


def test_a_package_that_needs_the_project_itself_has_an_edge_to_it() -> None:
    plugin = package("plugin", dependencies=(Dependency(name="demo"), Dependency(name="b")))
    lock = emitted(project(plugin, package("b")))[1]
    assert edges(lock, "plugin") == [{"name": "b"}, {"name": "demo"}]
