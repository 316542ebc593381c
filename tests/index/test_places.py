"""`places`: which index may be asked for a package, and how it is reached."""

from __future__ import annotations

import pytest

from converter.errors import InputError
from converter.index.places import address_of, canonical, may_ask, rules_of
from converter.model import PUBLIC_INDEX, Group, Index, Package, PackageId, Priority, Project, Registry, Requirement

MAIN_INDEX = Index(name="main", url="https://main.example/simple")
MORE = Index(name="more", url="https://more.example/simple", priority=Priority.SUPPLEMENTAL)
APART = Index(name="apart", url="https://apart.example/simple", priority=Priority.EXPLICIT)
PUBLIC = Index(name="pypi", url=PUBLIC_INDEX)


def asked(project: Project, index: str = PUBLIC_INDEX, name: str = "demo") -> list[str]:
    source = Registry(index)
    package = Package(id=PackageId(name=name, version="1.0", source=source))
    return [each.url for each in may_ask(rules_of(project), package, source)]


def test_no_index_means_the_public_one() -> None:
    assert asked(Project()) == [PUBLIC_INDEX]


def test_its_own_index_first_then_the_others_in_order() -> None:
    project = Project(indexes=(PUBLIC, APART, MAIN_INDEX, MORE))
    assert asked(project, MORE.url) == [MORE.url, PUBLIC.url, MAIN_INDEX.url]


def test_an_explicit_index_is_asked_alone_and_for_its_own_only() -> None:
    project = Project(indexes=(MAIN_INDEX, APART))
    assert asked(project, APART.url) == [APART.url]
    assert APART.url not in asked(project, MAIN_INDEX.url)


@pytest.mark.parametrize("place", ["dependencies", "extra", "group"])
def test_a_requirement_that_names_an_index_is_asked_of_that_alone(place: str) -> None:
    named = Requirement(name="Demo", source=Registry(MORE.url + "/"))
    project = Project(
        indexes=(MAIN_INDEX, MORE),
        dependencies=(named,) if place == "dependencies" else (),
        optional_dependencies={"x": (named,)} if place == "extra" else {},
        dependency_groups={"x": Group(requirements=(named,))} if place == "group" else {},
    )
    assert asked(project, MAIN_INDEX.url) == [MORE.url]
    assert asked(project, MORE.url) == [MORE.url]
    assert asked(project, MAIN_INDEX.url, "other") == [MAIN_INDEX.url, MORE.url]


def test_the_public_index_is_not_asked_for_a_project_with_another_default() -> None:
    assert asked(Project(indexes=(MAIN_INDEX, MORE))) == [MAIN_INDEX.url, MORE.url]


def test_the_public_index_stays_the_default_beside_supplemental_ones() -> None:
    assert asked(Project(indexes=(MORE, APART))) == [PUBLIC_INDEX, MORE.url]


@pytest.mark.parametrize(
    "url",
    [
        "https://pypi.org/simple", "https://pypi.org/simple/", "https://pypi.python.org/simple",
        "http://pypi.python.org/simple/", "https://pypi.python.org/pypi", "https://user:secret@pypi.org/simple",
    ],
)  # fmt: skip
def test_every_name_of_the_public_index(url: str) -> None:
    assert canonical(url) == PUBLIC_INDEX


def test_credentials_and_a_trailing_slash_are_no_identity() -> None:
    assert canonical("https://${USER}:${PASS}@x.example/simple/") == "https://x.example/simple"


def test_credentials_come_from_the_text_or_the_variables() -> None:
    variables = {"USER": "me", "PASS": "a:b/c@d", "BOTH": "me:s%20t"}
    for user, known in [
        ("${USER}:${PASS}", ("me", "a:b/c@d")),
        ("${BOTH}", ("me", "s t")),
        ("$USER:x%40y", ("me", "x@y")),
        ("me", ("me", "")),
        ("me:pa$word", ("me", "pa$word")),
    ]:
        address = address_of(f"https://{user}@x.example/simple/", variables)
        assert (address.url, address.credentials) == ("https://x.example/simple", known)
        assert "me" not in repr(address)


def test_an_address_that_is_a_variable() -> None:
    address = address_of("${INDEX}", {"INDEX": "https://me:secret@x.example/simple/"})
    assert (address.url, address.credentials) == ("https://x.example/simple", ("me", "secret"))
    assert address.as_written("https://x.example/simple/demo/demo.whl") == "${INDEX}/demo/demo.whl"
    assert address.as_written("https://y.example/demo.whl") == "https://y.example/demo.whl"


def test_a_variable_in_the_path_is_taken_out_again() -> None:
    address = address_of("https://x.example/${TOKEN}/simple", {"TOKEN": "abc"})
    assert address.url == "https://x.example/abc/simple"
    assert address.as_written("https://x.example/abc/files/d.whl") == "https://x.example/${TOKEN}/files/d.whl"
    assert address.as_written("https://x.example/abcd/d.whl") == "https://x.example/abcd/d.whl"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://${MISSING}@x.example/simple", "MISSING"), ("${MISSING}", "MISSING"), ("file:///simple", "http"),
        ("./simple", "http"), ("https://", "http"), ("", "http"), ("https://[", "http"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_reached_is_an_input_error(url: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        address_of(url, {})
