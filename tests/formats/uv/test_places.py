"""A name from two places at once: said as one where it is one, else a stop. uv 0.13.9 was asked about each case."""

from __future__ import annotations

from dataclasses import replace

from packaging.specifiers import SpecifierSet

from converter.formats.uv.places import united
from converter.losses import Kind
from converter.markers import ANY, Marker
from converter.markers import parse as marker
from converter.model import (
    MAIN,
    Directory,
    Group,
    Lock,
    Package,
    PackageId,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    Source,
    Vcs,
    package_key,
)

DEV = Scope(ScopeKind.GROUP, "dev")
PLAIN, EDITABLE, OTHER = Directory(path="libs/a"), Directory(path="./libs/a/", editable=True), Directory(path="fork/a")
WIN = marker("sys_platform == 'win32'")
ONE, TWO = "1" * 40, "2" * 40


def git(revision: str | None, commit: str | None = None) -> Vcs:
    return Vcs(type="git", url="https://h.example/o/a.git", revision=revision, reference="tag", commit=commit)


def project(
    main: Source, dev: Source, locked: tuple[Source, Source], where: tuple[Marker, Marker] = (ANY, ANY)
) -> Project:
    """Main and dev each want `a`; the lock holds what each is locked to."""
    packages: dict[Source, Package] = {}
    for scope, source, at in zip((MAIN, DEV), locked, where, strict=True):
        known = packages.get(source, Package(id=PackageId(name="a", version=None, source=source)))
        packages[source] = replace(known, when={**known.when, scope: at})
    wanted = (Requirement(name="a", source=s, marker=at) for s, at in zip((main, dev), where, strict=True))
    mine, theirs = wanted
    return Project(
        name="demo",
        requires_python=SpecifierSet(">=3.11"),
        dependencies=(mine,),
        dependency_groups={"dev": Group(requirements=(theirs,))},
        lock=Lock(packages=tuple(sorted(packages.values(), key=package_key))),
    )


def told(given: Project) -> list[tuple[Kind, str]]:
    return [(loss.kind, loss.detail) for loss in united(given, "pyproject.toml").losses]


def test_a_folder_and_the_same_as_editable_is_one_place_and_main_says_how() -> None:
    given = project(PLAIN, EDITABLE, (PLAIN, EDITABLE))
    done = united(given, "pyproject.toml").value
    assert [r.source for r in done.dependency_groups["dev"].requirements] == [PLAIN]
    assert done.lock is not None
    assert [(p.id.source, dict(p.when)) for p in done.lock.packages] == [(PLAIN, {MAIN: ANY, DEV: ANY})]
    assert told(given) == [(Kind.SOURCE_SHARED, "main takes a from libs/a, group dev from ./libs/a/ as editable")]


def test_a_tag_and_its_commit_are_one_place_and_two_commits_are_two() -> None:
    same = project(git("v1"), git(ONE), (git("v1", ONE), git(ONE, ONE)))
    assert [kind for kind, _ in told(same)] == [Kind.SOURCE_SHARED]
    other = project(git("v1"), git("v2"), (git("v1", ONE), git("v2", TWO)))
    detail = "main takes a from https://h.example/o/a.git@v1, group dev from https://h.example/o/a.git@v2"
    assert told(other) == [(Kind.SOURCES_CROSSED, detail)]


def test_two_folders_stop_unless_their_scopes_never_meet() -> None:
    given = project(PLAIN, OTHER, (PLAIN, OTHER))
    assert [kind for kind, _ in told(given)] == [Kind.SOURCES_CROSSED]
    assert told(replace(given, conflicts=((MAIN, DEV),))) == []
    assert told(project(PLAIN, OTHER, (PLAIN, OTHER), (WIN, ~WIN))) == []
    assert [k for k, _ in told(project(PLAIN, OTHER, (PLAIN, OTHER), (WIN, ANY)))] == [Kind.SOURCES_CROSSED]


def test_without_a_lock_the_declared_sources_are_asked() -> None:
    given = replace(project(PLAIN, OTHER, (PLAIN, OTHER)), lock=None)
    assert [kind for kind, _ in told(given)] == [Kind.SOURCES_CROSSED]


def test_a_bare_name_comes_from_where_another_scope_says() -> None:
    """Poetry too takes the folder for both; a lock that has both places installs what uv would not lock again."""
    given = project(PLAIN, EDITABLE, (PLAIN, PLAIN))
    bare = replace(
        given, dependencies=(Requirement(name="a"),), dependency_groups={"dev": Group(requirements=given.dependencies)}
    )
    assert told(bare) == []
    apart = project(PLAIN, EDITABLE, (Registry(), PLAIN))
    assert [kind for kind, _ in told(replace(apart, dependencies=(Requirement(name="a"),)))] == [Kind.SOURCES_CROSSED]


ONE_INDEX, OTHER_INDEX = Registry("https://one.example/simple"), Registry("https://other.example/simple")


def test_two_indexes_are_two_places_and_one_with_a_bare_name_is_one() -> None:
    given = project(ONE_INDEX, OTHER_INDEX, (ONE_INDEX, OTHER_INDEX))
    assert [kind for kind, _ in told(given)] == [Kind.SOURCES_CROSSED]
    slash = Registry(f"{ONE_INDEX.index}/")
    assert told(project(ONE_INDEX, slash, (ONE_INDEX, ONE_INDEX))) == []
    assert told(replace(given, dependencies=(Requirement(name="a"),))) == []


def test_two_scopes_beside_main_exclude_each_other() -> None:
    given = project(ONE_INDEX, OTHER_INDEX, (ONE_INDEX, OTHER_INDEX))
    groups = {"cpu": Group(requirements=given.dependencies), "gpu": given.dependency_groups["dev"]}
    beside = replace(given, dependencies=(), dependency_groups=groups, lock=None)
    done = united(beside, "pyproject.toml")
    cpu, gpu = (Scope(ScopeKind.GROUP, name) for name in ("cpu", "gpu"))
    assert done.value.conflicts == ((cpu, gpu),)
    assert [loss.kind for loss in done.losses] == [Kind.SCOPES_EXCLUSIVE]
    unasked = replace(beside, default_groups=("cpu", "gpu"))
    assert [kind for kind, _ in told(unasked)] == [Kind.SOURCES_CROSSED]
