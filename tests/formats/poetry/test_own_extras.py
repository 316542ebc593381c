"""What a project asks of its own extras, spelled out for Poetry."""

from __future__ import annotations

from dataclasses import replace

from converter import markers
from converter.formats.poetry.own_extras import without_own_extras
from converter.losses import Kind
from converter.markers import ANY
from converter.model import MAIN, Group, Lock, Package, PackageId, Project, Registry, Requirement, Scope, ScopeKind

WINDOWS = markers.parse("os_name == 'nt'")
BARE, FULL, ODD = (Requirement(name=name) for name in ("bare", "full", "odd"))


def own(*extras: str, marker: markers.Marker = ANY) -> Requirement:
    return Requirement(name="demo", extras=frozenset(extras), marker=marker)


def project(*asked: Requirement, **extras: tuple[Requirement, ...]) -> Project:
    return Project(
        name="Demo",
        dependencies=(BARE,),
        optional_dependencies={"full": (FULL,), "odd": (ODD,), **extras},
        dependency_groups={"dev": Group(requirements=asked)},
    )


def test_a_group_lists_what_the_extra_needs() -> None:
    done = without_own_extras(project(own("full", marker=WINDOWS), Requirement(name="pytest")))
    needed = Requirement(name="full", marker=WINDOWS)
    assert done.value.dependency_groups["dev"].requirements == (Requirement(name="pytest"), needed)
    assert [(loss.kind, loss.detail) for loss in done.losses] == [(Kind.INCLUDE_FLATTENED, "dev: demo[full]")]


def test_extras_of_extras_are_followed_and_a_circle_ends() -> None:
    done = without_own_extras(project(own("all"), all=(own("full", "loop"),), loop=(own("all"), ODD)))
    assert done.value.optional_dependencies["all"] == (FULL, ODD)
    assert done.value.dependency_groups["dev"].requirements == (FULL, ODD)


def test_the_lock_tells_whether_the_project_itself_comes_along() -> None:
    dev = Scope(ScopeKind.GROUP, "dev")
    package = Package(id=PackageId(name="bare", version="1", source=Registry()), when={MAIN: ANY, dev: ANY})
    given = project(own("full"))
    locked = replace(given, lock=Lock(packages=(package,)))
    assert without_own_extras(locked).value.dependency_groups["dev"].requirements == (FULL, BARE)
    assert without_own_extras(given).value.dependency_groups["dev"].requirements == (FULL,)


def test_what_is_no_extra_of_the_project_stays() -> None:
    given = project(own("unknown"), own(), Requirement(name="other", extras=frozenset({"full"})))
    assert without_own_extras(given).value == given
    assert without_own_extras(given).losses == ()
