"""Requirements of one name that hold together, as Poetry tells them apart."""

from __future__ import annotations

import pytest

from converter import markers
from converter.formats.poetry.exclusive import exclusive
from converter.formats.poetry.wording import published

Row = tuple[str, str]

PROTO = ("proto-plus <2.0.0,>=1.22.3", "proto-plus <2.0.0,>=1.25.0 ; python_version >= '3.13'")
MACHINES = "platform_machine == 'aarch64' or platform_machine == 'x86_64'"
GREENLET = (f"greenlet >=1 ; python_version < '3.14' and ({MACHINES})", "greenlet >=1 ; extra == 'asyncio'")
SPELLED = 'python_version < "3.14" and (platform_machine == "aarch64" or platform_machine == "x86_64")'


def told(lines: tuple[str, ...], python: str, *extras: str) -> list[Row]:
    done = exclusive([published(line) for line in lines], frozenset(extras), markers.python(python))
    return [(line.constraint, line.marker) for line in done]


@pytest.mark.parametrize(
    ("lines", "python", "extras", "expected"),
    [
        (
            PROTO, ">=3.9", (),
            [(">=1.22.3,<2.0.0", 'python_version < "3.13"'), (">=1.25.0,<2.0.0", 'python_version >= "3.13"')],
        ),
        (PROTO, "==3.12.*", (), [(">=1.22.3,<2.0.0", 'python_version < "3.13"')]),
        (GREENLET, ">=3.9", ("asyncio",), [(">=1", SPELLED), (">=1", f'{SPELLED} or extra == "asyncio"')]),
        (
            ("grpcio <2,>=1.33 ; extra == 'grpc'", "grpcio <2,>=1.49 ; python_version >= '3.11' and extra == 'grpc'"),
            ">=3.12", ("grpc",),
            [(">=1.49,<2", 'python_version >= "3.11" and extra == "grpc"')],
        ),
        (
            ("a >=1 ; python_version < '3.10'", "a >=1 ; python_version >= '3.12'"), ">=3.9", (),
            [(">=1", 'python_version < "3.10" or python_version >= "3.12"')],
        ),
        (("a >=2", "a[x] >=1 ; os_name == 'nt'"), ">=3.9", (), [(">=2", ""), (">=1", 'os_name == "nt"')]),
        (("a <1", "a >=2 ; os_name == 'nt'"), ">=3.9", (), []),  # nothing fits both
    ],
)  # fmt: skip
def test_each_condition_has_one_requirement(
    lines: tuple[str, ...], python: str, extras: tuple[str, ...], expected: list[Row]
) -> None:
    assert told(lines, python, *extras) == expected


def test_what_is_too_large_for_poetry_core_has_no_words() -> None:
    several = tuple(f"a >={n} ; python_version >= '3.{n}'" for n in range(9))
    assert told(several, ">=3") == []
    long = " or ".join(f"(os_name == 'o{n}' and sys_platform != 'p{n}')" for n in range(12))
    assert told((f"a >=1 ; {long}", "a >=2 ; os_name == 'nt'"), ">=3") == []
