from __future__ import annotations

from collections.abc import Mapping

from packaging.specifiers import SpecifierSet

from converter.closing import closed
from converter.interpreter import MINORS, admits
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY
from converter.model import MAIN, Lock, Package, PackageId, Project

BELIEVED = Loss(kind=Kind.PYTHON_BELIEVED, where="x", detail="3.9")
UNPINNED = Loss(kind=Kind.UNPINNED, where="x", detail="open", packages=frozenset({"open"}))


def project(python: str | None = ">=3.9", admitted: str | None = None) -> Project:
    requires = None if admitted is None else SpecifierSet(admitted)
    package = Package(id=PackageId(name="a", version="1"), when={MAIN: ANY}, requires_python=requires)
    stated = None if python is None else SpecifierSet(python)
    return Project(name="demo", requires_python=stated, lock=Lock(packages=(package,)))


def run(made: Project, missing: Mapping[str, str], *told: Loss) -> Lossy[Project]:
    """`missing` says for each name the interpreters on which it is missed."""

    def close(each: Project) -> Lossy[Project]:
        covered = [m for m in MINORS if each.requires_python is None or admits(each.requires_python, m)]
        lost = (name for name, pythons in missing.items() if any(admits(SpecifierSet(pythons), m) for m in covered))
        return Lossy(each, tuple(Loss(kind=Kind.NOT_CLOSED, where=name, detail="needed by a") for name in lost))

    return closed(made, told, close)


def kinds(done: Lossy[Project]) -> list[Kind]:
    return [loss.kind for loss in done.losses]


def test_a_lock_that_is_whole_passes() -> None:
    done = run(project(), {})
    assert (done.value.requires_python, done.losses) == (SpecifierSet(">=3.9"), ())


def test_what_is_missing_everywhere_stops_and_is_named() -> None:
    done = run(project(), {"b": ">=3.6", "c": "<3.10"})
    assert [(loss.kind, loss.where) for loss in done.losses] == [(Kind.INCOMPLETE, "b")]


def test_a_believed_range_ends_where_the_lock_does() -> None:
    done = run(project(), {"b": "<3.10", "c": ">=3.13"}, BELIEVED)
    assert done.value.requires_python == SpecifierSet(">=3.10,<3.13")
    assert kinds(done) == [Kind.PYTHON_BELIEVED]


def test_a_stated_range_stays_and_what_is_missing_in_it_is_a_loss() -> None:
    done = run(project(), {"b": "<3.10"})
    assert done.value.requires_python == SpecifierSet(">=3.9")
    assert kinds(done) == [Kind.NOT_CLOSED]


def test_where_nothing_is_known_the_longest_stretch_is_taken() -> None:
    done = run(project(None), {"b": "<3.11"}, Loss(kind=Kind.PYTHON_UNKNOWN, where="x", detail="nothing"))
    assert done.value.requires_python == SpecifierSet(">=3.11")


def test_a_believed_range_ends_where_a_package_refuses() -> None:
    assert run(project(admitted="<3.12"), {}, BELIEVED).value.requires_python == SpecifierSet(">=3.9,<3.12")
    assert run(project(admitted="<3.12"), {}).value.requires_python == SpecifierSet(">=3.9")


def test_what_is_not_pinned_is_not_missing_too() -> None:
    assert kinds(run(project(), {"open": ">=3.6"}, UNPINNED)) == []
