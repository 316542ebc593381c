from __future__ import annotations

import re

import pytest

from converter import markers
from converter.markers import ANY, DOUBLE, EMPTY, FULL, Marker

SPELLINGS = [
    ("python_version>='3.8'", "python_version >= '3.8'"),
    ("'3.8' <= python_version", "python_version >= '3.8'"),
    ("python_full_version >= '3.8.0'", "python_version >= '3.8'"),
    ("python_full_version >= '3.8'", "python_version >= '3.8'"),
    ("python_full_version > '3.8.1'", "python_full_version > '3.8.1'"),
    ("python_full_version > '3.8'", "python_full_version > '3.8.0'"),
    ("python_full_version == '3.8.1'", "python_full_version == '3.8.1'"),
    ("python_full_version == '3.8'", "python_full_version == '3.8.0'"),
    ("python_full_version == '3.8.*'", "python_version == '3.8'"),
    ("python_version == '3.8.*'", "python_version == '3.8'"),
    ("python_version == '3.*'", "python_version >= '3.0' and python_version < '4.0'"),
    ("python_version == '3'", "python_version == '3.0'"),
    ("python_version ~= '3.8'", "python_version >= '3.8' and python_version < '4.0'"),
    ("python_full_version ~= '3.8.1'", "python_full_version >= '3.8.1' and python_version < '3.9'"),
    ("python_version != '3.8'", "python_version < '3.8' or python_version >= '3.9'"),
    ("python_version in '3.8, 3.9'", "python_version >= '3.8' and python_version < '3.10'"),
    ("python_version not in '3.8 3.9'", "python_version < '3.8' or python_version >= '3.10'"),
    ("python_version < '3.10' and python_version < '3.9'", "python_version < '3.9'"),
    ("python_version < '3.9' or python_version >= '3.8'", ""),
    ("python_version <= '3.10'", "python_version < '3.11'"),
    ("platform_system == 'Windows'", "sys_platform == 'win32'"),
    ("platform_system != 'Darwin'", "sys_platform != 'darwin'"),
    ("platform_system == 'Java'", "platform_system == 'Java'"),
    ("sys_platform === 'win32'", "sys_platform == 'win32'"),
    ("'linux' in sys_platform", "'linux' in sys_platform"),
    ("sys_platform not in 'linux darwin'", "sys_platform not in 'linux darwin'"),
    ("'A_b' == extra", "extra == 'a-b'"),
    ("'Cli' in extras", "'cli' in extras"),
    ("'Dev' not in dependency_groups", "'dev' not in dependency_groups"),
    ("platform_release >= '20'", "platform_release >= '20'"),
    ("'20' >= platform_release", "platform_release <= '20'"),
    ("platform_release != '20'", "platform_release != '20'"),
    ("platform_version != 'x'", "platform_version != 'x'"),
    ('platform_version == "it\'s"', 'platform_version == "it\'s"'),
    ("os_name == 'a\"b'", "os_name == 'a\"b'"),
    ("sys_platform == 'win32' or python_version < '3.9'", "python_version < '3.9' or sys_platform == 'win32'"),
    ("(os_name == 'nt' and extra == 'a') or (os_name == 'nt' and extra != 'a')", "os_name == 'nt'"),
    ("sys_platform == 'win32' and sys_platform != 'linux'", "sys_platform == 'win32'"),
    ("sys_platform != 'win32' and sys_platform != 'linux'", "sys_platform != 'linux' and sys_platform != 'win32'"),
    ("", ""),
    ("   ", ""),
]


@pytest.mark.parametrize(("written", "expected"), SPELLINGS)
def test_the_text_of_a_marker(written: str, expected: str) -> None:
    marker = markers.parse(written)
    assert marker.text() == expected
    assert str(marker) == expected
    assert markers.parse(marker.text()) == marker


@pytest.mark.parametrize(
    ("written", "double", "full"),
    [
        ("python_version >= '3.8'", 'python_version >= "3.8"', "python_full_version >= '3.8'"),
        ("python_version == '3.8'", 'python_version == "3.8"', "python_full_version == '3.8.*'"),
        ("python_full_version < '3.8.1'", 'python_full_version < "3.8.1"', "python_full_version < '3.8.1'"),
        ("python_full_version == '3.8.1'", 'python_full_version == "3.8.1"', "python_full_version == '3.8.1'"),
        ("'x' in sys_platform", '"x" in sys_platform', "'x' in sys_platform"),
        ("os_name == 'a\"b'", "os_name == 'a\"b'", "os_name == 'a\"b'"),
        ("extra == 'a'", 'extra == "a"', "extra == 'a'"),
        ("'a' in extras", '"a" in extras', "'a' in extras"),
    ],
)
def test_each_style_has_its_own_spelling(written: str, double: str, full: str) -> None:
    marker = markers.parse(written)
    assert (marker.text(DOUBLE), marker.text(FULL)) == (double, full)
    assert markers.parse(double) == markers.parse(full) == marker


@pytest.mark.parametrize(
    ("negated", "expected"),
    [
        ("platform_release < '20'", "platform_release >= '20'"),
        ("platform_release > '20'", "platform_release <= '20'"),
        ("platform_release == '20'", "platform_release != '20'"),
        ("platform_release != '20'", "platform_release == '20'"),
        ("'x' in platform_version", "'x' not in platform_version"),
    ],
)
def test_the_nearest_opposite_stands_for_a_negated_comparison(negated: str, expected: str) -> None:
    assert (~markers.parse(negated)).text() == expected


def test_what_never_holds_has_no_text() -> None:
    with pytest.raises(ValueError, match="a condition that never holds has no marker text"):
        EMPTY.text()
    assert (str(EMPTY), repr(EMPTY), repr(ANY)) == ("<never>", "Marker('<never>')", "Marker('')")
    assert markers.parse("os_name == 'nt' and os_name == 'posix'") == EMPTY
    assert markers.parse("platform_system == 'Linux' and sys_platform == 'win32'") == EMPTY


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("python_version", "Expected marker operator, one of <=, <, !=, ==, >=, >, ~=, ===, in, not in"),
        ("python_version >= 'x'", "'x' is no Python version"),
        ("python_version == 'x.*'", "'x' is no Python version"),
        ("python_version in '3.8 x'", "'x' is no Python version"),
        ("python_full_version ~= '3'", "'~=3' needs at least two numbers"),
        ("sys_platform ~= '1.0'", "'~=1.0' cannot be compared with sys_platform"),
        ("platform_release ~= '1'", "'~=1' cannot be compared with platform_release"),
        ("extra > 'a'", "'>' does not compare names, and extra holds names"),
        ("'a' == 'b'", "'a == b' does not compare a variable with a value"),
        ("os_name == sys_platform", "'os_name == sys_platform' does not compare a variable with a value"),
        ("(" * 101 + "os_name == 'nt'" + ")" * 101, "a marker of more than 2000 comparisons or 100 parentheses"),
        (" or ".join(["os_name == 'nt'"] * 2001), "a marker of more than 2000 comparisons or 100 parentheses"),
    ],
)
def test_what_is_no_marker_is_one_line(written: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        markers.parse(written)


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("", ""),
        (">=3.9,<4", "python_version >= '3.9' and python_version < '4.0'"),
        (" >= 3.9 , != 3.10.* ", "python_version == '3.9' or python_version >= '3.11'"),
        ("==3.11.*", "python_version == '3.11'"),
        ("==3.11", "python_full_version == '3.11.0'"),
        ("~=3.9", "python_version >= '3.9' and python_version < '4.0'"),
        (">3.9", "python_full_version > '3.9.0'"),
        ("<3.9,>=3.9", "<never>"),
    ],
)
def test_the_interpreters_of_a_specifier(specifier: str, expected: str) -> None:
    assert str(markers.python(specifier)) == expected


@pytest.mark.parametrize("specifier", ["^3.9", ">=3.9 || <3", "3.9", ">=x", "~=3"])
def test_what_is_no_specifier(specifier: str) -> None:
    with pytest.raises(ValueError, match=r"is no version specifier|is no Python version|needs at least two numbers"):
        markers.python(specifier)


def test_an_environment_may_say_only_its_python() -> None:
    marker = markers.parse("python_version >= '3.8' and os_name != 'nt' and platform_release != '3'")
    assert not marker.evaluate({"python_full_version": "3.9.1"})
    assert markers.parse("python_version >= '3.8' and os_name != 'nt'").evaluate({"python_full_version": "3.9.1+"})


def test_scope_conditions_look_at_what_was_asked_for() -> None:
    marker = markers.parse("'cli' in extras or 'dev' in dependency_groups")
    environment = {"python_full_version": "3.9.1"}
    assert not marker.evaluate(environment)
    assert marker.evaluate(environment, extras=["cli"])
    assert marker.evaluate(environment, groups=["dev"])
    assert not marker.evaluate(environment, extras=["dev"], groups=["cli"])
    assert markers.parse("extra == 'cli'").names() == {"cli"}


def test_under_is_simple_where_the_rest_is_known() -> None:
    care = markers.parse("python_version >= '3.9' and python_version < '4'")
    assert under("python_version >= '3.9' and os_name == 'nt'", care) == "os_name == 'nt'"
    assert under("python_version >= '3.8'", care) == ""
    assert under("python_version < '3.8'", care) == "<never>"
    assert under("python_version < '3.10'", care) == "python_version < '3.10'"


def under(written: str, care: Marker) -> str:
    return str(markers.parse(written).under(care))
