"""Grids of PEP 508 environments: interpreters, platforms and implementations that differ wherever a marker looks."""

from __future__ import annotations

from itertools import product

PYTHONS = (
    "2.7.18",
    "3.7.0",
    "3.8.0",
    "3.8.1",
    "3.8.20",
    "3.9.0",
    "3.9.5",
    "3.10.0",
    "3.10.12",
    "3.11.0",
    "3.12.3",
    "4.0.0",
)
PLATFORMS = (
    ("linux", "Linux", "posix", "x86_64", "6.8.0-45-generic"),
    ("linux", "Linux", "posix", "aarch64", "5.10"),
    ("win32", "Windows", "nt", "AMD64", "10"),
    ("darwin", "Darwin", "posix", "arm64", "23.1.0"),
)
IMPLEMENTATIONS = (("cpython", "CPython"), ("pypy", "PyPy"))


def environment(
    python: str, platform: tuple[str, str, str, str, str], implementation: tuple[str, str]
) -> dict[str, str]:
    sys_platform, system, os_name, machine, kernel = platform
    return {
        "implementation_name": implementation[0],
        "implementation_version": python,
        "os_name": os_name,
        "platform_machine": machine,
        "platform_python_implementation": implementation[1],
        "platform_release": kernel,
        "platform_system": system,
        "platform_version": "#1 SMP",
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": sys_platform,
    }


GRID = tuple(
    environment(python, platform, IMPLEMENTATIONS[(row + column) % 2])
    for row, python in enumerate(PYTHONS)
    for column, platform in enumerate(PLATFORMS)
)

EVERY_PYTHON = (
    *(
        "2.6.9",
        "2.7.0",
        "2.7.0.5",
        "2.8.0",
        "3.0.0",
        "3.0.0.5",
        "3.1.0",
        "3.7.0",
        "3.7.0.5",
        "3.8.0",
        "3.8.0.5",
        "3.8.1",
    ),
    *("3.8.1.5", "3.8.20", "3.8.20.5", "3.9.0", "3.9.0.5", "3.9.5", "3.9.5.5", "3.10.0", "3.10.0.5", "3.10.12"),
    *("3.10.12.5", "3.11.0", "3.11.0.5", "3.12.0", "4.0.0", "4.0.0.5", "4.1.0"),
)
CELLS = tuple(
    environment(python, (sys_platform, "Plan9", os_name, "x86_64", "1"), IMPLEMENTATIONS[0])
    for python, sys_platform, os_name in product(EVERY_PYTHON, ("linux", "win32", "aix"), ("posix", "nt", "java"))
)
"""One environment in each cell that the values of `spelled` cut Python's versions, two variables beside it included."""
