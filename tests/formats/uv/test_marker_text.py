"""The right-hand sides were written by uv 0.13.9, as the marker of a requirement in `requires-dev`."""

from __future__ import annotations

import pytest

from converter import markers
from converter.formats.uv.marker_order import marker_order
from converter.formats.uv.marker_text import NEVER, marker_text, shortened
from converter.formats.uv.ordering import python_bounds
from converter.markers import ANY, EMPTY

SAID = {
    "python_version == '3.10'": "python_full_version == '3.10.*'",
    "python_version != '3.10'": "python_full_version != '3.10.*'",
    "python_version <= '3.10'": "python_full_version < '3.11'",
    "python_full_version == '3.10.2'": "python_full_version == '3.10.2'",
    "python_full_version != '3.10.2'": "python_full_version != '3.10.2'",
    "python_version in '3.9 3.11'": "python_full_version == '3.9.*' or python_full_version == '3.11.*'",
    "python_version < '4.0'": "python_full_version < '4'",
    "platform_system == 'Windows'": "sys_platform == 'win32'",
    "sys_platform != 'win32' and sys_platform != 'darwin'": "sys_platform != 'darwin' and sys_platform != 'win32'",
    "sys_platform == 'win32' and python_version < '3.9'": "python_full_version < '3.9' and sys_platform == 'win32'",
    "'x' in platform_release": "'x' in platform_release",
    "platform_machine not in 'a b'": "platform_machine not in 'a b'",
    "extra == 'a' or extra != 'b'": "extra == 'a' or extra != 'b'",
    "(extra == 'a' and extra == 'b') or (extra != 'a' and extra != 'b')": (
        "(extra != 'a' and extra != 'b') or (extra == 'a' and extra == 'b')"
    ),
    "(sys_platform == 'win32' and python_version < '3.9') or (os_name == 'nt' and platform_machine == 'x')": (
        "(python_full_version < '3.9' and sys_platform == 'win32') or (os_name == 'nt' and platform_machine == 'x')"
    ),
    # what all begin with is taken out, then what all end with
    "python_version < '3.14' and (sys_platform == 'darwin' or sys_platform == 'linux')": (
        "python_full_version < '3.14' and (sys_platform == 'darwin' or sys_platform == 'linux')"
    ),
    "(python_version >= '3.12' or extra == 'a') and extra == 'b'": (
        "(python_full_version >= '3.12' or extra == 'a') and extra == 'b'"
    ),
    "(platform_machine == 'x' or platform_machine == 'y') and (sys_platform == 'a' or sys_platform == 'b')": (
        "(platform_machine == 'x' or platform_machine == 'y') and (sys_platform == 'a' or sys_platform == 'b')"
    ),
    "(extra == 'a' and extra == 'b') or (extra == 'a' and extra == 'c') or (extra == 'b' and extra == 'c')": (
        "extra == 'a' and (extra == 'b' or extra == 'c') or extra == 'b' and extra == 'c'"
    ),
    # where something is shared, what stands alone comes together in the place of the first
    "python_version >= '3.10' or (platform_machine != 'x' and (extra == 'a' or extra == 'b')) or sys_platform == 'l'": (
        "python_full_version >= '3.10' or sys_platform == 'l' or "
        "platform_machine != 'x' and (extra == 'a' or extra == 'b')"
    ),
    # each product is needed, and says no more than it must
    "python_version < '3.9' or (python_version < '3.12' and sys_platform != 'win32')": (
        "python_full_version < '3.9' or "
        "(python_full_version >= '3.9' and python_full_version < '3.12' and sys_platform != 'win32')"
    ),
}


@pytest.mark.parametrize("written", SAID)
def test_a_marker_is_spelled_as_uv_spells_it(written: str) -> None:
    assert marker_text(markers.parse(written)) == SAID[written]


@pytest.mark.parametrize("written", SAID)
def test_the_text_says_the_same(written: str) -> None:
    assert markers.parse(marker_text(markers.parse(written))) == markers.parse(written)


def test_what_always_and_what_never_holds_has_a_text() -> None:
    assert marker_text(ANY) == ""
    assert marker_text(EMPTY) == NEVER


@pytest.mark.parametrize(
    ("written", "python", "assumed", "expected"),
    [
        ("python_version >= '3.9'", ">=3.9", "", ""),
        ("python_version < '3.11'", ">=3.9", "", "python_full_version < '3.11'"),
        ("python_version >= '3.9' and python_version < '3.11'", ">=3.9", "", "python_full_version < '3.11'"),
        ("sys_platform == 'win32'", ">=3.9", "sys_platform == 'win32'", ""),
        (
            "sys_platform == 'win32' and python_version < '3.11'",
            ">=3.9",
            "sys_platform == 'win32'",
            "python_full_version < '3.11'",
        ),
        ("sys_platform == 'linux'", ">=3.9", "sys_platform == 'win32'", NEVER),
        ("python_version < '3.11'", ">=3.9", "python_version < '3.10'", ""),
        ("platform_machine == 'x'", "", "sys_platform == 'win32'", "platform_machine == 'x'"),
    ],
)
def test_a_marker_is_shortened_by_what_holds_anyway(written: str, python: str, assumed: str, expected: str) -> None:
    bounds = python_bounds(markers.python(python))
    assert shortened(markers.parse(written), bounds, markers.parse(assumed)) == expected


def test_markers_sort_by_their_diagrams() -> None:
    order = [
        "",
        "python_version < '3.10'",
        "python_version >= '3.10'",
        "sys_platform == 'a'",
        "extra == 'a'",
        "extra == 'b'",
    ]
    keys = [marker_order(markers.parse(text)) for text in order]
    assert keys == sorted(keys)
