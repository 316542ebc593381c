"""`requires-python` as uv.lock spells it: from the range that the specifiers admit together."""

from __future__ import annotations

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import Version

_MINOR = 2


def python_text(stated: SpecifierSet) -> str:
    """The text of a range of interpreters: `>=3.9, <4`, `==3.10.*`."""
    parts = [part for one in stated for part in _plain(one)]
    lower = max((p for p in parts if p[0] in (">=", ">")), key=_order, default=None)
    upper = min((p for p in parts if p[0] in ("<", "<=")), key=_order, default=None)
    star = _one_minor(lower, upper) if lower and upper else None
    kept = [star] if star else [p for p in (lower, upper) if p]
    rest = [p for p in parts if p[0] in ("==", "!=")]
    return ", ".join(f"{operator}{text}" for operator, text in sorted({*kept, *rest}, key=_order))


def _plain(one: Specifier) -> list[tuple[str, str]]:
    """A specifier by bounds: `~=3.9` is `>=3.9` and `<4`."""
    operator = "==" if one.operator == "===" else one.operator
    if operator != "~=":
        return [(operator, one.version)]
    release = Version(one.version).release
    above = (*release[:-2], release[-2] + 1)
    return [(">=", one.version), ("<", ".".join(map(str, above)))]


def _order(part: tuple[str, str]) -> tuple[Version, str]:
    return Version(part[1].removesuffix(".*")), part[0]


def _one_minor(lower: tuple[str, str], upper: tuple[str, str]) -> tuple[str, str] | None:
    low, high = Version(lower[1]).release, Version(upper[1]).release
    low, high = _trimmed(low), _trimmed(high)
    if lower[0] != ">=" or upper[0] != "<" or len(low) > _MINOR or len(high) > _MINOR:
        return None
    major, minor = (*low, 0)[:_MINOR]
    return ("==", f"{major}.{minor}.*") if high == (major, minor + 1) else None


def _trimmed(release: tuple[int, ...]) -> tuple[int, ...]:
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    return release
