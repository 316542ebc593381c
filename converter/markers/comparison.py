"""One comparison of a marker (`python_version >= "3.8"`) as a diagram.

Specification: PEP 508, and PEP 751 for `extras` and `dependency_groups`. `python_version` becomes `python_full_version`
(`== "3.8"` is the releases from 3.8 up to 3.9), and `platform_system` becomes `sys_platform` where the two say the
same, as uv does it. An interpreter's own pre-release suffix is ignored, as uv does too. Substrings, and what
`platform_release` and its like are compared with, stay what they are: a condition of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from converter.markers.diagram import FALSE, TRUE, Node, Variable, both, either, negate, node

if TYPE_CHECKING:
    from converter.markers.diagram import Cut, Release

PYTHON = Variable(0, "python_full_version", ordered=True)
_STRINGS = frozenset(
    {
        "implementation_name",
        "os_name",
        "platform_machine",
        "platform_python_implementation",
        "platform_system",
        "sys_platform",
    }
)
_SETS = frozenset({"extra", "extras", "dependency_groups"})
_VERSIONS = frozenset({"implementation_version", "platform_release"})
NAMES = _STRINGS | _VERSIONS | {"platform_version"}
"""The variables beside Python's version that an environment has."""

_STRING_RANK, _OPAQUE_RANK, _SET_RANK = 1, 2, 3
_SYSTEMS = {"Windows": "win32", "Linux": "linux", "Darwin": "darwin"}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MINOR = 2
YES = "yes"


def compare(left: str, operator: str, right: str, *, literal_left: bool) -> Node:
    """The diagram of one comparison; `literal_left` where the quoted value stands on the left. Raises ValueError."""
    name, value = (right, left) if literal_left else (left, right)
    if name in _SETS:
        return _membership(name, operator, value)
    if operator in ("in", "not in") and literal_left:
        return _opaque(f"{quoted(value)} in {name}", negated=operator == "not in")
    if literal_left:
        operator = _TURNED.get(operator, operator)
    if name in ("python_version", "python_full_version"):
        return _python(name, operator, value)
    return _word(name, operator, value)


def _word(name: str, operator: str, value: str) -> Node:
    if operator in ("==", "!=") and name in _STRINGS:
        return negate(_string(name, value)) if operator == "!=" else _string(name, value)
    if operator == "~=" and (name not in _VERSIONS or len(_version(value).release) < _MINOR):
        raise ValueError(f"'~={value}' cannot be compared with {name}")
    if operator == "!=" and name in _VERSIONS:  # neither `==` nor `!=` holds of a kernel's name that is no version
        return _opaque(f"{name} != {quoted(value)}", negated=False)
    positive = {"!=": "==", "not in": "in"}.get(operator, operator)
    return _opaque(f"{name} {positive} {quoted(value)}", negated=positive != operator)


def quoted(value: str, quote: str = "'") -> str:
    """A marker's literal, in the other quotes where it holds this one."""
    mark = {"'": '"', '"': "'"}[quote] if quote in value else quote
    return f"{mark}{value}{mark}"


def _membership(name: str, operator: str, value: str) -> Node:
    if operator not in ("==", "!=", "in", "not in"):
        raise ValueError(f"'{operator}' does not compare names, and {name} holds names")
    member = node(Variable(_SET_RANK, name, canonicalize_name(value)), (YES,), (TRUE, FALSE))
    return negate(member) if operator in ("!=", "not in") else member


def _opaque(text: str, *, negated: bool) -> Node:
    made = node(Variable(_OPAQUE_RANK, "", text), (YES,), (TRUE, FALSE))
    return negate(made) if negated else made


def _string(name: str, value: str) -> Node:
    if name == "platform_system" and value in _SYSTEMS:
        name, value = "sys_platform", _SYSTEMS[value]
    return node(Variable(_STRING_RANK, name), (value,), (TRUE, FALSE))


def below(cut: Cut) -> Node:
    """The interpreters that lie before a cut."""
    return node(PYTHON, (cut,), (TRUE, FALSE))


def between(low: Cut, high: Cut) -> Node:
    """The interpreters between two cuts."""
    return both(negate(below(low)), below(high)) if low < high else FALSE


def _python(name: str, operator: str, value: str) -> Node:
    if operator in ("in", "not in"):
        found = FALSE
        for word in re.split(r"[\s,|]+", value.strip(" ,|")):
            found = either(found, _python(name, "==", word))
        return negate(found) if operator == "not in" else found
    if operator == "!=":
        return negate(_python(name, "==", value))
    return (_minor if name == "python_version" else _full)(operator, value)


def release(text: str) -> Release:
    """The release part of a version, without trailing zeros. Raises ValueError for what is no version."""
    return _stripped(_version(text).release)


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        raise ValueError(f"'{text}' is no Python version") from None


def _stripped(parts: Release) -> Release:
    end = max((at for at, part in enumerate(parts, 1) if part), default=1)
    return parts[:end]


def _next(parts: Release) -> Release:
    return (*parts[:-1], parts[-1] + 1)


def _full(operator: str, value: str) -> Node:
    version = _version(value.removesuffix(".*"))
    start = (_stripped(version.release), 0)
    if value.endswith(".*"):
        return _ordered(operator, start, (_stripped(_next(version.release)), 0))
    if operator == "~=":
        return _compatible(start, version.release)
    # no interpreter counts as a pre-release, so one lies between two of them
    return _ordered(operator, start, start if version.is_prerelease else (start[0], 1))


def _compatible(start: Cut, stated: Release) -> Node:
    if len(stated) < _MINOR:
        raise ValueError(f"'~={stated[0]}' needs at least two numbers")
    return between(start, (_stripped(_next(stated[:-1])), 0))


def _ordered(operator: str, start: Cut, end: Cut) -> Node:
    """A comparison with everything from `start` to `end` taken as one value."""
    if operator in ("==", "==="):
        return between(start, end)
    made = {"<": below(start), "<=": below(end), ">": negate(below(end)), ">=": negate(below(start))}.get(operator)
    if made is None:
        raise ValueError(f"'{operator}' does not compare Python versions")
    return made


def _minor(operator: str, value: str) -> Node:
    """`python_version` is the minor alone ("3.8"): each minor stands for all its releases."""
    version = _version(value.removesuffix(".*"))
    stated = version.release
    if value.endswith(".*") and len(stated) < _MINOR:
        return _full(operator, value)
    minor = (*stated, 0)[:_MINOR]
    start, end = (_stripped(minor), 0), (_stripped(_next(minor)), 0)
    between_minors = any(stated[_MINOR:])
    if operator == "~=":
        return _compatible(end if between_minors else start, stated)
    if between_minors:  # no minor equals a release with a patch level
        start = end
    return _ordered(operator, start, start if version.is_prerelease else end)
