"""The environments that a pdm.lock was made for: `[[metadata.targets]]`, since 4.5.

Source: `EnvSpec` and `Platform` of dep-logic 0.7. A platform is a word (`linux`, `windows`, `macos`, `alpine`) or
operating system, version and machine in one (`manylinux_2_17_x86_64`, `macos_14_0_arm64`, `windows_amd64`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from converter import markers
from converter.markers import ANY, Marker
from converter.table import Table, shown

_WORDS = {
    "linux": "manylinux_2_40_x86_64",
    "windows": "windows_amd64",
    "macos": "macos_14_0_arm64",
    "alpine": "musllinux_1_2_x86_64",
}
_SYSTEMS = {"manylinux": "linux", "musllinux": "linux", "linux": "linux", "windows": "win32", "macos": "darwin"}
_PLATFORM = re.compile(r"(?P<system>[a-z]+)_(?:\d+_\d+_)?(?P<machine>[a-z0-9_]+)")
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "pyston": "Pyston"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One of the environments, as written and as a marker (without its interpreters)."""

    requires_python: str
    marker: Marker
    written: dict[str, object]


def read_targets(metadata: Table) -> tuple[Target, ...]:
    """The targets of a lock; none before 4.5. Raises InputError for a platform or implementation of no known form."""
    return tuple(_read(table) for table in metadata.tables("targets"))


def _read(table: Table) -> Target:
    stated = table.string_or("requires_python")
    try:
        markers.python(stated)
    except ValueError as why:
        raise table.error("requires_python", str(why)) from None
    table.skip("gil_disabled")
    marker = ANY
    for part in (*_platform(table), *_implementation(table)):
        marker &= markers.parse(part)
    return Target(requires_python=stated, marker=marker, written=dict(table.data))


def _platform(table: Table) -> Iterator[str]:
    text = table.string_or("platform")
    match = _PLATFORM.fullmatch(_WORDS.get(text, text))
    if not text:
        return
    if match is None or match["system"] not in _SYSTEMS:
        raise table.error("platform", f"expected a platform such as manylinux_2_17_x86_64, found {shown(text)}")
    system = _SYSTEMS[match["system"]]
    yield f"sys_platform == '{system}'"
    yield f"platform_machine == '{_machine(system, match['machine'])}'"


def _machine(system: str, written: str) -> str:
    machine = _MACHINES.get(written, written)
    if machine == "aarch64" and system in ("win32", "darwin"):
        return "arm64"
    return "AMD64" if machine == "x86_64" and system == "win32" else machine


def _implementation(table: Table) -> Iterator[str]:
    text = table.string_or("implementation")
    if not text:
        return
    if text not in _IMPLEMENTATIONS:
        raise table.error("implementation", f"expected cpython, pypy or pyston, found {shown(text)}")
    yield f"platform_python_implementation == '{_IMPLEMENTATIONS[text]}'"
