from __future__ import annotations

import dataclasses
import random

import pytest
from packaging.specifiers import SpecifierSet

from converter import model
from converter.model import (
    MAIN,
    PUBLIC_INDEX,
    Archive,
    Artifact,
    Comments,
    Group,
    Package,
    PackageId,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    index_url,
    package_key,
    scopes_of,
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://pypi.org/simple", PUBLIC_INDEX),
        ("https://pypi.org/simple/", PUBLIC_INDEX),
        ("http://pypi.python.org/simple", PUBLIC_INDEX),
        ("https://pypi.org/simple2", "https://pypi.org/simple2"),
        ("https://index.example/simple/", "https://index.example/simple/"),
        ("https://${HOST}/simple", "https://${HOST}/simple"),
    ],
)
def test_the_public_index_has_one_spelling(url: str, expected: str) -> None:
    assert index_url(url) == expected


def test_scopes_stand_main_first_then_extras_then_groups() -> None:
    project = Project(optional_dependencies={"tls": (), "cli": ()}, dependency_groups={"test": Group(), "dev": Group()})
    found = scopes_of(project)
    assert [str(scope) for scope in found] == ["main", "extra cli", "extra tls", "group dev", "group test"]
    mixed = list(found)
    random.Random(1).shuffle(mixed)  # noqa: S311  # no secret
    assert sorted(mixed) == list(found)
    assert found[0] is not None
    assert found[0] == MAIN == Scope(ScopeKind.MAIN)


def test_packages_stand_by_name_version_and_source() -> None:
    ids = [
        PackageId(name="a", version="1", source=Archive(url="https://h.example/a.whl")),
        PackageId(name="a", version="1", source=Registry()),
        PackageId(name="a", version="2"),
        PackageId(name="b"),
    ]
    packages = [Package(id=i) for i in reversed(ids)]
    assert [p.id for p in sorted(packages, key=package_key)] == ids


def test_what_a_person_wrote_about_a_need_is_not_the_need() -> None:
    one = Requirement(name="a", specifier=SpecifierSet(">=1,<2"), comments=Comments(trailing="# x"), spelling="A>=1")
    two = Requirement(name="a", specifier=SpecifierSet("<2,>=1"))
    assert one == two
    assert hash(one) == hash(two)
    assert Group(requirements=(one,), comments=Comments(above=("# y",))) == Group(requirements=(two,))


def test_a_package_has_the_hashes_of_all_its_files() -> None:
    artifacts = (Artifact(hashes=("sha256:a", "md5:b")), Artifact(hashes=("sha256:a",)), Artifact())
    package = Package(id=PackageId(name="a"), artifacts=artifacts)
    assert package.name == "a"
    assert package.hashes == {"sha256:a", "md5:b"}


@pytest.mark.parametrize(
    "kind", [each for each in vars(model).values() if dataclasses.is_dataclass(each) and isinstance(each, type)]
)
def test_every_part_is_frozen_and_has_slots(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(kind)
