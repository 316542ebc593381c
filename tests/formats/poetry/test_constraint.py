"""The table was checked against poetry-core 2.5 over a grid of versions; `exact` is false where PEP 440 has no form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.formats.poetry.constraint import (
    Translated,
    platform_marker,
    python_marker,
    python_specifier,
    translate,
)

EXACT = {
    "^1.2.3": ">=1.2.3,<2.0.0",
    "^1.2": ">=1.2,<2.0",
    "^1": ">=1,<2",
    "^0.2.3": ">=0.2.3,<0.3.0",
    "^0.0.3": ">=0.0.3,<0.0.4",
    "^0.0": ">=0.0,<0.1",
    "^0": ">=0,<1",
    "^0.0.0": ">=0.0.0,<0.0.1",
    "^1.2.3a1": ">=1.2.3a1,<2.0.0",
    "^1.2.3.4": ">=1.2.3.4,<2.0.0.0",
    "^0.0.0.1": ">=0.0.0.1,<0.0.1.0",
    "^2024.1": ">=2024.1,<2025.0",
    "^1!2.0": ">=1!2.0,<1!3.0",
    "^ 1.2": ">=1.2,<2.0",
    "~1.2.3": ">=1.2.3,<1.3.0",
    "~1.2": ">=1.2,<1.3",
    "~1": ">=1,<2",
    "~1.2.3.4": ">=1.2.3.4,<1.3.0.0",
    "~=1.4.5": "~=1.4.5",
    "~=1.4": "~=1.4",
    "~=2": ">=2,<3",
    "1.*": "==1.*",
    "==1.2.*": "==1.2.*",
    "=1.2.*": "==1.2.*",
    "!=1.2.*": "!=1.2.*",
    "1.*.*": "==1.*",
    ">=3.6.*": ">=3.6",
    "<3.6.*": "<3.6",
    "1.2.3": "==1.2.3",
    "=1.2.3": "==1.2.3",
    "==1.2.3": "==1.2.3",
    "v1.2": "==1.2",
    "1.0-beta": "==1.0b0",
    "==1.0+abc": "==1.0+abc",
    "*": "",
    "x": "",
    "*.*": "",
    ">1.2 <2": ">1.2,<2",
    ">=1.0 ,<2.0": ">=1.0,<2.0",
    ">=1.0, <2.0,": ">=1.0,<2.0",
    ">= 1.0, != 1.5": ">=1.0,!=1.5",
    # unions
    "^1.0 || ^2.0": ">=1.0,<3.0",
    ">=1,<2 | >=1.5,<3": ">=1,<3",
    "<3.4.0 || >=3.5.0": "!=3.4.*",
    "<3 || >=4": "!=3.*",
    ">=2,<3 || >=4": ">=2,!=3.*",
    "<2.1 || >2.1": "!=2.1",
    ">=1.0,<1.4.0 || >1.4.0,<1.4.1 || >1.4.1": ">=1.0,!=1.4.0,!=1.4.1",
    ">=3.19.5,<3.20.0 || >3.20.0,<6.0.0.dev0": ">=3.19.5,!=3.20.0,<6.0.0",
    "* || ^1": "",
}
WIDENED = {
    "^1.2+local": ">=1.2,<2.0",
    "<=1.0+abc": "<=1.0",
    "1.0 || 1.5": "==1.5",
    "~2.7 || ^3.6": ">=3.6,<4.0",
    "==1.0+abc || ^2": ">=2,<3",
}
REFUSED = ("", "===1.0", "1 - 2", "^1.*", "latest", "^1.5.0;python_version<3.8", ">=1 || ", "1.0a1.*")


@pytest.mark.parametrize("text", EXACT)
def test_a_constraint_that_pep_440_can_say(text: str) -> None:
    assert translate(text) == Translated(SpecifierSet(EXACT[text]))


@pytest.mark.parametrize("text", WIDENED)
def test_a_constraint_that_it_cannot_say(text: str) -> None:
    assert translate(text) == Translated(SpecifierSet(WIDENED[text]), exact=False)


@pytest.mark.parametrize("text", REFUSED)
def test_what_poetry_refuses(text: str) -> None:
    with pytest.raises(ValueError, match=r"no version constraint|no form in PEP 440"):
        translate(text)


@pytest.mark.parametrize(
    ("locked", "expected"),
    [
        (("1.0",), "==1.0"),
        (("1.5",), "==1.5"),
        (("9",), "==3"),
        (("1.0", "3"), ">=1.0"),
    ],
)
def test_of_a_union_the_branch_with_the_locked_version_is_taken(locked: tuple[str, ...], expected: str) -> None:
    assert translate("1.0 || 1.5 || 3", locked) == Translated(SpecifierSet(expected), exact=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("^3.9", ">=3.9,<4.0"),
        ("3.9", "==3.9.*"),
        ("==3", "==3.*"),
        ("3.9.1", "==3.9.1"),
        ("~3.9", ">=3.9,<3.10"),
        (">=2.7, !=3.0.*, !=3.1.*", ">=2.7,!=3.0.*,!=3.1.*"),
        ("~2.7 || ^3.3", ">=2.7,!=3.0.*,!=3.1.*,!=3.2.*,<4.0"),
        (">=2.7,<2.8 || >=3.2", ">=2.7,!=3.0.*,!=3.1.*"),
        (">=3.6.2,<3.8 || >=3.9.1", ">=3.6.2,!=3.8.*,!=3.9.0.*"),
    ],
)
def test_a_projects_interpreters(text: str, expected: str) -> None:
    assert python_specifier(text) == Translated(SpecifierSet(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<3.12", "python_version < '3.12'"),
        ("3.8", "python_version == '3.8'"),
        ("~3.9", "python_version == '3.9'"),
        ("^3.8", "python_version >= '3.8' and python_version < '4.0'"),
        (">3.8", "python_full_version > '3.8.0'"),
        ("<=3.8", "python_full_version <= '3.8.0'"),
        (">=3.8,<3.10 || >=3.11", "python_version >= '3.8' and python_version != '3.10'"),
        ("==2.7.18 | 3.*", "python_full_version == '2.7.18' or python_version >= '3.0' and python_version < '4.0'"),
        ("*", ""),
    ],
)
def test_the_interpreters_of_a_dependency(text: str, expected: str) -> None:
    assert python_marker(text) == markers.parse(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("win32", "sys_platform == 'win32'"),
        ("==win32", "sys_platform == 'win32'"),
        ("!=win32", "sys_platform != 'win32'"),
        ("linux || darwin", "sys_platform == 'linux' or sys_platform == 'darwin'"),
        ("!=linux,!=darwin", "sys_platform != 'linux' and sys_platform != 'darwin'"),
        ("'win' in", "'win' in sys_platform"),
        ("*", ""),
    ],
)
def test_the_platforms_of_a_dependency(text: str, expected: str) -> None:
    assert platform_marker(text) == markers.parse(expected)


def test_a_platform_that_is_none() -> None:
    with pytest.raises(ValueError, match="is no platform"):
        platform_marker("win32 linux")


VERSIONS = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
PIECES = st.tuples(st.sampled_from(["^", "~", ">=", "<", "<=", ">", "==", "!="]), VERSIONS).map("".join)
BRANCHES = st.lists(PIECES, min_size=1, max_size=2).map(",".join)
GRID = [f"{a}.{b}.{c}" for a in range(5) for b in range(4) for c in range(4)]


@given(st.lists(BRANCHES, min_size=1, max_size=3))
def test_a_union_admits_what_its_branches_admit(branches: list[str]) -> None:
    whole = translate(" || ".join(branches))
    wanted = {v for v in GRID if any(translate(branch).specifier.contains(v) for branch in branches)}
    if whole.exact:
        assert {v for v in GRID if whole.specifier.contains(v)} == wanted


@given(st.lists(BRANCHES, min_size=1, max_size=3), st.sampled_from(GRID))
def test_a_locked_version_stays_admitted(branches: list[str], version: str) -> None:
    if any(translate(branch).specifier.contains(version) for branch in branches):
        assert translate(" || ".join(branches), (version,)).specifier.contains(version)
