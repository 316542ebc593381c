"""Poetry's spelling: what poetry-core writes, and what is not given to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.formats.poetry.wording import (
    bounds_text,
    constraint_text,
    either,
    narrowed,
    published,
    python_text,
    respelled,
    value,
)
from converter.model import Package, PackageId, Registry

LONG = " or ".join(
    f'(python_version == "3.{n}" and sys_platform == "p{n}" and os_name == "o{n}" and platform_machine != "m{n}")'
    for n in range(8, 20)
)


@pytest.mark.parametrize(
    ("bounds", "constraint", "requirement"),
    [
        ("", "*", ""),
        ("~=1.0", ">=1.0,<2.0", " (>=1.0,<2.0)"),
        (">=2023.03.6", ">=2023.3.6", " (>=2023.3.6)"),
        ("==2.41.5", "2.41.5", " (==2.41.5)"),
        ("!=8.1.*,>=6", ">=6,<8.1 || >=8.2.dev0", " (>=6,!=8.1.*)"),
        ("===1.0-odd", "==1.0-odd", " (==1.0-odd)"),
    ],
)
def test_constraints(bounds: str, constraint: str, requirement: str) -> None:
    assert constraint_text(bounds) == constraint
    assert bounds_text(constraint) == requirement


def test_a_release_is_quoted_as_it_names_things() -> None:
    told = published("Sphinx[html] (~=7.4) ; python_full_version<='3.11.0a6' and extra == 'Doc'")
    assert (told.name, told.requirement.name, told.constraint) == ("Sphinx", "sphinx", ">=7.4,<8.0")
    assert told.marker == 'python_full_version <= "3.11.0a6" and extra == "Doc"'
    assert told.bare == 'python_full_version <= "3.11.0a6"'


@pytest.mark.parametrize("line", ["name @ https://a.example/name-1.zip", "no requirement at all", ">=1"])
def test_what_names_no_versions_is_not_quoted(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        published(line)


def test_an_equality_takes_in_a_bound_of_the_project() -> None:
    assert narrowed('python_version < "3.11"', ">=3.10") == 'python_version == "3.10"'
    assert narrowed('python_version < "3.11"', ">=3.9") == 'python_version < "3.11"'
    assert narrowed('python_version >= "3.8"', ">=3.10") == ""


@pytest.mark.parametrize(
    "text", [LONG, '"x" in dependency_groups', 'python_version == "3.9" and extra == "a" or os_name == "nt"']
)
def test_a_marker_means_what_it_did(text: str) -> None:
    assert markers.parse(respelled(text)) == markers.parse(text)


def test_large_markers_are_not_multiplied_out() -> None:
    assert value(LONG) is None
    parts = [value(f'python_version == "3.{n}" and sys_platform == "p{n}" and os_name == "o{n}"') for n in range(8, 14)]
    made = parts[0]
    for part in parts[1:]:
        made = either(made, part)
    assert made is None


def test_what_is_stated_is_repeated_where_it_means_the_same() -> None:
    stated = ">=2.7, !=3.0.*"
    known = Package(
        id=PackageId(name="six", version="1", source=Registry()),
        requires_python=SpecifierSet(stated),
        stated_python=stated,
    )
    assert python_text(known) == stated
    assert python_text(replace(known, stated_python=None)) == "!=3.0.*,>=2.7"
    assert python_text(replace(known, requires_python=SpecifierSet(">=3"))) == ">=3"
    assert python_text(replace(known, requires_python=None)) == "*"
