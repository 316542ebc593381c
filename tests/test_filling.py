from __future__ import annotations

import pytest

from converter import markers
from converter.errors import StopError
from converter.filling import filled
from converter.formats.pip import FORMAT
from converter.losses import Kind, Lossy
from converter.markers import ANY
from converter.model import MAIN, Dependency, Package, PackageId, Project, Registry, Vcs
from converter.tree import Tree

PRIVATE = "https://index.example/simple"


def read(text: str) -> Lossy[Project]:
    return FORMAT.parse(Tree.of({"requirements.txt": text}), "demo")


def installed(name: str, version: str, *needs: Dependency, **extras: tuple[Dependency, ...]) -> Package:
    identity = PackageId(name=name, version=version)
    return Package(id=identity, dependencies=needs, optional_dependencies=extras)


KNOWN = (
    installed("a", "1.0", Dependency(name="b"), Dependency(name="w", marker=markers.parse("os_name == 'nt'"))),
    installed("b", "2.0"),
    installed("c", "3.0", x=(Dependency(name="d"),)),
    installed("d", "4.0"),
    installed("w", "5.0"),
    installed("other", "6.0"),
)


def test_what_the_requirements_reach_is_taken_and_told() -> None:
    done = filled(read("a\nc[x]==3.0\n"), KNOWN, Kind.FROM_ENVIRONMENT)
    assert done.value.lock is not None
    found = {p.name: (p.id.version, dict(p.when)) for p in done.value.lock.packages}
    assert found == {
        "a": ("1.0", {MAIN: ANY}),
        "b": ("2.0", {MAIN: ANY}),
        "c": ("3.0", {MAIN: ANY}),
        "d": ("4.0", {MAIN: ANY}),
        "w": ("5.0", {MAIN: markers.parse("os_name == 'nt'")}),
    }
    assert [(loss.kind, loss.where) for loss in done.losses] == [
        (Kind.FROM_ENVIRONMENT, name) for name in ("a", "b", "d", "w")
    ]
    assert all(package.dependencies is None for package in done.value.lock.packages)


def test_what_is_not_there_stays_unpinned() -> None:
    done = filled(read("a\ngone>=1\n"), KNOWN, Kind.FROM_ENVIRONMENT)
    assert [loss.packages for loss in done.losses if loss.kind is Kind.UNPINNED] == [{"gone"}]


def test_a_pin_that_is_not_what_is_there_stops() -> None:
    with pytest.raises(StopError, match=r"expected b 1\.5 as the source pins it, found 2\.0"):
        filled(read("a\nb==1.5\n"), KNOWN, Kind.FROM_ENVIRONMENT)


def test_packages_come_from_the_projects_index_or_their_own_place() -> None:
    vcs = Vcs(type="git", url="https://h.example/r.git", commit="0" * 40)
    known = (installed("a", "1.0"), Package(id=PackageId(name="b", version="1", source=vcs)))
    done = filled(read(f"-i {PRIVATE}\na\nb\n"), known, Kind.FROM_ENVIRONMENT)
    assert done.value.lock is not None
    assert [p.id.source for p in done.value.lock.packages] == [Registry(PRIVATE), vcs]
