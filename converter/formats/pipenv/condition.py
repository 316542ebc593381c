"""The marker of a Pipfile requirement or of a Pipfile.lock entry.

Both say it in the same two ways: `markers`, a PEP 508 text, and any PEP 508 variable as a key whose value is the rest
of the comparison (`sys_platform = "== 'win32'"`). All of them must hold. Source: `translate_markers` in Pipenv's
utils/dependencies.py.
"""

from __future__ import annotations

import re

from converter import markers
from converter.markers import Marker
from converter.table import Table

VARIABLES = (
    "implementation_name",
    "implementation_version",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "python_version",
    "sys_platform",
)
_TEXTS = ("markers", "os_markers")
_UNQUOTED = re.compile(r"(?P<operator>===?|!=|~=|<=?|>=?|)\s*(?P<value>[\w.*+!-]+)")


def condition(entry: Table) -> Marker:
    """The marker that an entry says, `ANY` where it says none. Raises InputError, which names the key."""
    result = markers.ANY
    for key in _TEXTS:
        if key in entry:
            result &= _parsed(entry, key, entry.string(key))
    for key in VARIABLES:
        if key in entry:
            result &= _parsed(entry, key, f"{key} {_comparison(entry.string(key))}")
    return result


def _comparison(written: str) -> str:
    """`== 'win32'` as it is; people also leave out the quotes or the `==`."""
    bare = _UNQUOTED.fullmatch(written.strip())
    return f"{bare['operator'] or '=='} '{bare['value']}'" if bare else written


def _parsed(entry: Table, key: str, text: str) -> Marker:
    try:
        return markers.parse(text)
    except ValueError as why:
        reason = str(why).splitlines()[0]
        raise entry.error(key, f'expected a marker, found "{entry.data[key]}" ({reason})') from None
