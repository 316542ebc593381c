"""Where packages are installed once their edges are known, what the lock lacks, and the seeds that are added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.format import Needs
from converter.index import Settings, conditions
from converter.index.edges import fill_edges
from converter.index.files import fill_files
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, Marker
from converter.model import (
    MAIN,
    Dependency,
    Group,
    Index,
    Lock,
    Origin,
    Package,
    PackageId,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    Vcs,
)
from tests.index.releases import metadata, serve, serve_all, serve_metadata, wheel, wheel_name
from tests.loopback import Loopback

NEEDS = Needs(filenames=True, edges=True)
DEV = Scope(ScopeKind.GROUP, "dev")
PIPFILE: Mapping[str, Mapping[str, object]] = {"pipenv": {}}
WINDOWS = markers.parse("sys_platform == 'win32'")
LINUX = markers.parse("sys_platform == 'linux'")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache", back_off=0.01, read_timeout=1, total_timeout=2, patience=0.1)


def project(
    index: Loopback, packages: Iterable[Package], *, python: str = "==3.11.*", pipfile: bool = True, **asked: str
) -> Project:
    """A project that asks for these (name and PEP 508 marker, `dev_` before it for the group), with their lock."""
    every = [_requirement(name, marker) for name, marker in asked.items()]
    groups = {"dev": Group(requirements=tuple(r for scope, r in every if scope == DEV))}
    return Project(
        requires_python=SpecifierSet(python) if python else None,
        dependencies=tuple(r for scope, r in every if scope == MAIN),
        dependency_groups=groups if groups["dev"].requirements else {},
        indexes=(Index(name="", url=index.url),),
        lock=Lock(packages=tuple(packages), tool=PIPFILE if pipfile else {}),
    )


def _requirement(name: str, marker: str) -> tuple[Scope, Requirement]:
    plain, bracket, extra = name.removeprefix("dev_").partition("__")
    extras = frozenset({extra} if bracket else ())
    return (DEV if name.startswith("dev_") else MAIN), Requirement(
        name=plain, marker=markers.parse(marker), extras=extras
    )


def served(index: Loopback, **requires: Iterable[str]) -> list[Package]:
    """The releases, everywhere in the main scope."""
    return [replace(package, when={MAIN: ANY}) for package in serve_all(index, **requires)]


def filled(given: Project, settings: Settings) -> Lossy[Project]:
    files = fill_files(given, NEEDS, settings)
    done = fill_edges(files.value, NEEDS, settings)
    return Lossy(done.value, (*files.losses, *done.losses))


def by_name(done: Lossy[Project]) -> dict[str, Package]:
    assert done.value.lock is not None
    return {package.name: package for package in done.value.lock.packages}


def when(done: Lossy[Project], name: str, scope: Scope = MAIN) -> Marker:
    return by_name(done)[name].when[scope]


def told(done: Lossy[Project]) -> list[tuple[Kind, str, str]]:
    return [(loss.kind, loss.where, loss.detail) for loss in done.losses]


# --- when


def test_a_requires_python_is_no_condition(settings: Settings) -> None:
    with Loopback() as index:
        a, b = served(index, a=["b"], b=[])
        stated = replace(b, when={MAIN: markers.parse("python_version >= '3.7'")})
        done = filled(project(index, [a, stated], a=""), settings)
        assert (when(done, "a"), when(done, "b")) == (ANY, ANY)
        assert done.losses == ()


def test_a_python_that_is_not_there_is_no_condition(settings: Settings) -> None:
    with Loopback() as index:
        a, b = served(index, a=["b"], b=[])
        stated = replace(b, when={MAIN: markers.parse("python_version >= '3.7' and python_version < '4.0'")})
        done = filled(project(index, [a, stated], a="", python=">=3.9"), settings)
        assert when(done, "b") == ANY


def test_a_marker_of_an_edge_is_one(settings: Settings) -> None:
    with Loopback() as index:
        marker = "sys_platform != 'win32' and platform_python_implementation != 'PyPy'"
        packages = served(index, a=[f"b; {marker}"], b=["c"], c=[])
        done = filled(project(index, packages, a=""), settings)
        assert when(done, "b") == when(done, "c") == markers.parse(marker)
        derived = next(loss for loss in done.losses if loss.kind is Kind.CONDITIONS_DERIVED)
        assert derived.packages == {"b", "c"}


def test_linux_stays_what_the_lock_says(settings: Settings) -> None:
    """`b` is in the lock without a marker, so it is installed on Linux, though no edge would lead there."""
    with Loopback() as index:
        done = filled(project(index, served(index, a=["b; sys_platform == 'win32'"], b=[]), a=""), settings)
        assert when(done, "b") == LINUX | WINDOWS


def test_a_python_outside_of_a_package_s_own_stays_out(settings: Settings) -> None:
    with Loopback() as index:
        (a,) = served(index, a=[])
        b = serve_metadata(index, "b", metadata("b", Requires_Python=">=3.10"))
        b = replace(b, when={MAIN: markers.parse("python_version >= '3.10'")})
        a = serve_metadata(index, "a2", metadata("a2", "b"))
        done = filled(project(index, [replace(a, when={MAIN: ANY}), b], python=">=3.9", a2=""), settings)
        assert when(done, "b") == markers.parse("python_version >= '3.10'")


def test_another_platform_needs_what_another_scope_has(settings: Settings) -> None:
    with Loopback() as index:
        a, b, c = served(index, a=["c; sys_platform == 'win32'"], b=["c"], c=[])
        packages = [a, replace(b, when={DEV: ANY}), replace(c, when={DEV: ANY})]
        done = filled(project(index, packages, a="", dev_b=""), settings)
        assert by_name(done)["c"].when == {MAIN: WINDOWS, DEV: ANY}


def test_what_nothing_reaches_keeps_its_place(settings: Settings) -> None:
    with Loopback() as index:
        stale = replace(served(index, stale=[])[0], when={MAIN: WINDOWS})
        done = filled(project(index, [*served(index, a=[]), stale], a=""), settings)
        assert when(done, "stale") == WINDOWS


def test_what_may_be_reached_over_unknown_edges_keeps_its_place(settings: Settings) -> None:
    with Loopback() as index:
        git = Package(id=PackageId(name="git", source=Vcs(type="git", url="https://x.example/g")), when={MAIN: ANY})
        packages = [git, *served(index, a=["b; sys_platform == 'win32'"], b=[], c=[])]
        done = filled(project(index, packages, a="", git=""), settings)
        assert (when(done, "b"), when(done, "c")) == (ANY, ANY)


def test_extras_that_are_asked_for_are_followed(settings: Settings) -> None:
    with Loopback() as index:
        lines = ["b; extra == 'x'", "c; extra == 'y'"]
        packages = served(index, a=lines, b=["a[y]; sys_platform == 'win32'"], c=[])
        done = filled(project(index, packages, a__x=""), settings)
        found = by_name(done)["a"]
        assert found.extras == {"x", "y"}
        assert sorted(found.optional_dependencies) == ["x", "y"]
        assert (when(done, "b"), when(done, "c")) == (ANY, LINUX | WINDOWS)


def test_a_lock_whose_markers_are_conditions_keeps_them(settings: Settings) -> None:
    with Loopback() as index:
        packages = served(index, a=["b; sys_platform == 'win32'"], b=[])
        done = filled(project(index, packages, pipfile=False, a=""), settings)
        assert when(done, "b") == ANY


# --- closure


def test_an_edge_that_ends_at_nothing_is_told_and_left_out(settings: Settings) -> None:
    with Loopback() as index:
        packages = served(index, a=["gone>=1", "b"], b=["gone", "far; sys_platform == 'win32'"])
        done = filled(project(index, packages, a=""), settings)
        assert told(done) == [
            (Kind.NOT_CLOSED, "gone", "needed by a 1.0, b 1.0"),
            (Kind.OTHER_PLATFORM, "far", "needed by b 1.0"),
        ]
        assert [loss.packages for loss in done.losses] == [{"gone", "a", "b"}, {"far", "b"}]
        assert [edge.name for edge in by_name(done)["a"].dependencies or ()] == ["b"]
        assert by_name(done)["b"].dependencies == ()


def test_a_lock_is_closed_where_nothing_is_missing(settings: Settings) -> None:
    with Loopback() as index:
        packages = served(
            index, a=["b", "gone ; sys_platform == 'win32'", "lost"], b=["mac ; sys_platform == 'darwin'"]
        )
        done = filled(project(index, packages, a=""), settings)
        assert done.value.lock is not None
        # `lost` is missed on Linux too, where the lock was made: that is told, and excludes nothing
        assert done.value.lock.closed == markers.parse("sys_platform != 'win32' and sys_platform != 'darwin'")


def test_an_edge_for_another_python_is_nobody_s_business(settings: Settings) -> None:
    with Loopback() as index:
        done = filled(project(index, served(index, a=["b; python_version < '3.8'"]), a=""), settings)
        assert done.losses == ()


def test_extras_that_nobody_asks_for_need_nothing(settings: Settings) -> None:
    with Loopback() as index:
        done = filled(project(index, served(index, a=["gone; extra == 'x'"]), a=""), settings)
        assert done.losses == ()
        assert [edge.name for edge in by_name(done)["a"].optional_dependencies["x"]] == ["gone"]


def test_a_scope_of_its_own_is_no_home_for_main(settings: Settings) -> None:
    with Loopback() as index:
        a, b = served(index, a=["b"], b=[])
        done = filled(project(index, [a, replace(b, when={DEV: ANY})], a="", dev_b=""), settings)
        assert told(done) == [(Kind.NOT_CLOSED, "b", "needed by a 1.0")]
        assert [edge.name for edge in by_name(done)["a"].dependencies or ()] == ["b"]


def test_a_lock_for_every_platform_must_hold_what_any_needs(settings: Settings) -> None:
    with Loopback() as index:
        a, b = served(index, a=["far; sys_platform == 'win32'"], b=[])
        everywhere = project(index, [a, replace(b, when={MAIN: WINDOWS})], pipfile=False, a="")
        assert told(filled(everywhere, settings)) == [(Kind.NOT_CLOSED, "far", "needed by a 1.0")]
        here = project(index, [a, b], pipfile=False, a="")
        assert told(filled(here, settings)) == [(Kind.OTHER_PLATFORM, "far", "needed by a 1.0")]


def test_edges_that_the_lock_says_are_looked_at_too(settings: Settings) -> None:
    known = Package(id=PackageId(name="a", version="1.0"), when={MAIN: ANY}, dependencies=(Dependency(name="gone"),))
    done = fill_edges(Project(lock=Lock(packages=(known,))), Needs(), settings)
    assert told(done) == [(Kind.NOT_CLOSED, "gone", "needed by a 1.0")]
    assert settings.requests == []


def test_an_extra_that_one_scope_asks_for_is_no_need_of_another(settings: Settings) -> None:
    with Loopback() as index:
        a, b = served(index, a=["b; extra == 'x'"], b=[])
        packages = [replace(a, when={MAIN: ANY, DEV: ANY}), replace(b, when={DEV: ANY})]
        assert filled(project(index, packages, a="", dev_a__x=""), settings).losses == ()


def test_a_project_s_own_lock_may_need_the_project(settings: Settings) -> None:
    known = Package(id=PackageId(name="a", version="1.0"), when={MAIN: ANY}, dependencies=(Dependency(name="own-it"),))
    given = Project(name="Own_It", lock=Lock(packages=(known,)))
    assert fill_edges(given, NEEDS, settings) == Lossy(given)


def test_edges_that_the_lock_says_may_lead_to_what_is_there_elsewhere(settings: Settings) -> None:
    """Poetry 1.0 wrote the markers with the packages and not with the edges."""
    known = Package(id=PackageId(name="a", version="1.0"), when={MAIN: ANY}, dependencies=(Dependency(name="b"),))
    there = Package(id=PackageId(name="b", version="1.0"), when={MAIN: WINDOWS}, dependencies=())
    given = Project(lock=Lock(packages=(known, there)))
    assert fill_edges(given, NEEDS, settings) == Lossy(given)


# --- seeds


def seed(index: Loopback, *versions: str, python: str = ">=3.9", name: str = "setuptools", **more: object) -> None:
    for version in versions:
        body = wheel(name, metadata(name, version=version), version=version)
        serve(index, name, (wheel_name(name, version), body), requires_python=python, **more)


def added(done: Lossy[Project], name: str = "setuptools") -> str | None:
    found = by_name(done).get(name)
    return found.id.version if found else None


def test_a_seed_is_added_as_the_newest_that_fits(settings: Settings) -> None:
    with Loopback() as index:
        seed(index, "60.0", "70.0", "9.0")
        seed(index, "80.0", python=">=3.12")
        seed(index, "75.0", yanked=True)
        seed(index, "76.0rc1")
        packages = served(index, a=["setuptools>=50", "b"], b=["setuptools<71; sys_platform == 'linux'"])
        done = filled(project(index, packages, a=""), settings)
        package = by_name(done)["setuptools"]
        assert (package.id.version, package.id.source) == ("70.0", Registry(index.url))
        assert package.when == {MAIN: ANY}
        assert str(package.requires_python) == ">=3.9"
        assert package.dependencies == ()
        assert [(f.filename, f.origin) for f in package.artifacts] == [
            (wheel_name("setuptools", "70.0"), Origin.ADOPTED)
        ]
        (loss,) = done.losses
        assert (loss.kind, loss.where) == (Kind.SEED_ADDED, "setuptools 70.0")
        assert loss.detail == f"needed by a 1.0, b 1.0; 1 files of {index.url}"
        assert "setuptools" in loss.packages
        again = filled(project(index, packages, a=""), replace(settings, offline=True))
        assert again == done


@pytest.mark.parametrize("locked", [False, True])
def test_a_seed_is_added_where_an_old_lock_wrote_no_edges_to_it(settings: Settings, *, locked: bool) -> None:
    with Loopback() as index:
        seed(index, "70.0")
        packages = [replace(p, dependencies=()) for p in served(index, a=["setuptools", "c"], b=["setuptools>60"])]
        given = project(index, packages if not locked else [*packages, *served(index, setuptools=())], a="", b="")
        done = fill_edges(
            fill_files(given, NEEDS, settings).value, replace(NEEDS, published=True, restated=True), settings
        )
        assert added(done) == ("1.0" if locked else "70.0")
        assert [edge.name for edge in by_name(done)["a"].dependencies or ()] == ["setuptools"]
        assert by_name(done)["a"].requires_dist == ("setuptools", "c")


def test_a_constraint_of_the_project_counts(settings: Settings) -> None:
    with Loopback() as index:
        seed(index, "60.0", "70.0")
        given = project(index, served(index, a=["setuptools"]), a="")
        constraint = Requirement(name="setuptools", specifier=SpecifierSet("<65"))
        assert added(filled(replace(given, constraints=(constraint,)), settings)) == "60.0"


def test_a_seed_that_needs_what_the_lock_lacks_is_passed_over(settings: Settings) -> None:
    with Loopback() as index:
        seed(index, "1.0", name="wheel")
        body = wheel("wheel", metadata("wheel", "packaging", version="2.0"), version="2.0")
        serve(index, "wheel", (wheel_name("wheel", "2.0"), body))
        packages = served(index, a=["wheel"])
        assert added(filled(project(index, packages, a=""), settings), "wheel") == "1.0"
        packages = served(index, b=["wheel"], packaging=[])
        assert added(filled(project(index, packages, b=""), settings), "wheel") == "2.0"


def test_a_seed_for_another_platform_is_left_out(settings: Settings) -> None:
    with Loopback() as index:
        seed(index, "60.0")
        done = filled(project(index, served(index, a=["setuptools; sys_platform == 'win32'"]), a=""), settings)
        assert told(done) == [(Kind.OTHER_PLATFORM, "setuptools", "needed by a 1.0")]
        assert "setuptools" not in index.asked


def missing(done: Lossy[Project]) -> Loss:
    (loss,) = done.losses
    assert loss.kind is Kind.SEED_MISSING
    assert by_name(done)["a"].dependencies == ()
    return loss


def test_a_seed_that_nobody_has_is_told_and_left_out(settings: Settings) -> None:
    with Loopback() as index:
        packages = served(index, a=["setuptools<50"])
        given = project(index, packages, a="")
        assert missing(filled(given, settings)).where == "setuptools<50"
        seed(index, "60.0")
        assert missing(filled(given, replace(settings, cache=settings.cache / "2"))).detail == "needed by a 1.0"


def test_offline_a_seed_is_missing(settings: Settings) -> None:
    with Loopback() as index:
        given = project(index, served(index, a=[]), a="")
    known = replace(given.lock.packages[0], dependencies=(Dependency(name="pip"),))  # type: ignore[union-attr]
    done = fill_edges(replace(given, lock=Lock(packages=(known,))), NEEDS, replace(settings, offline=True))
    missing(done)
    assert settings.requests == []


def test_the_same_answers_give_the_same_project(settings: Settings, tmp_path: Path) -> None:
    with Loopback() as index:
        seed(index, "60.0", "70.0")
        tree = {f"p{n}": [f"p{n + 1}", "setuptools", "gone"] for n in range(20)}
        given = project(index, served(index, **tree, p20=[]), p0="")
        done = filled(given, settings)
        assert repr(filled(given, replace(settings, cache=tmp_path / "2"))) == repr(done)
        assert repr(filled(given, settings)) == repr(done)


def test_a_flat_lock_is_looked_through_where_it_installs_anything_and_where_it_is_deployed() -> None:
    windows, mac = (markers.parse(f"sys_platform == '{name}'") for name in ("win32", "darwin"))
    lock = Lock(packages=(Package(id=PackageId(name="a", version="1"), when={MAIN: windows}),))
    here = conditions.made_for(lock, ANY, flat=True)
    assert [(here & place).is_empty() for place in (windows, conditions.MADE_FOR, mac)] == [False, False, True]
    assert conditions.made_for(Lock(), ANY, flat=True) == conditions.MADE_FOR
