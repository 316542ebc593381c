"""Poetry's version constraints (`^1.2`, `~1.2`, `1.*`, `<2 || >=3`) as PEP 440 and as markers.

Source: `poetry.core.constraints.version.parser` (2.5). What a union says is worked out with the ranges of `packaging`:
where one specifier set admits the same versions it is that, else the branch that admits the locked version. `!=` is
PEP 440's: beside another comparison Poetry itself also leaves out that version's post-releases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_

from packaging.ranges import VersionRange
from packaging.specifiers import SpecifierSet
from packaging.version import VERSION_PATTERN, Version

from converter import markers
from converter.markers import ANY, EMPTY, Marker

_OR = re.compile(r"\s*\|\|?\s*")
_AND = re.compile(r"(?<!^)(?<![\^~=>< ,]) *(?<!-)[, ](?!-) *(?!,|$)")
_ANYTHING = re.compile(r"v?[xX*](\.[xX*])*")
_PIECE = re.compile(
    rf"(?P<operator>\^|~=|~|!=|==|=|>=|<=|<>|>|<)?\s*(?P<version>{VERSION_PATTERN}|dev)(?P<star>(?:\.\*)+)?",
    re.VERBOSE | re.IGNORECASE,
)
_PLATFORM = re.compile(r"(?P<operator>!=|===?|=)?\s*(?P<value>[^\s'\"]+)")
_PLATFORM_PART = re.compile(r"(?P<quote>['\"])(?P<value>[^'\"]+)(?P=quote)\s*(?P<operator>in|not\s+in)")
_EXACT = ("", "=", "==", "<>")  # poetry-core reads `<>` as `==`
_LOWER = (">", ">=", "==", "~=")
_MINOR = 2


@dataclass(frozen=True, slots=True)
class Translated:
    """A constraint as a specifier set; `exact` is false where PEP 440 cannot say it and the set says something else."""

    specifier: SpecifierSet
    exact: bool = True


@dataclass(frozen=True, slots=True)
class _Piece:
    """One comparison: the specifiers that say it, without their commas."""

    specifiers: tuple[str, ...]
    exact: bool = True


@lru_cache(maxsize=1 << 14)
def translate(text: str, locked: tuple[str, ...] = ()) -> Translated:
    """The specifier set of a constraint; where no set can say a union, the branch that admits the `locked` versions.

    Raises ValueError for text that Poetry refuses.
    """
    sets, exact = _sets(text)
    if len(sets) == 1:
        return Translated(sets[0], exact)
    union = _union(sets)
    whole = _said(union) or _said(_with_seams(union, sets))
    return Translated(whole, exact) if whole is not None else Translated(_branch(sets, locked), exact=False)


def python_specifier(text: str) -> Translated:
    """A project's or a package's `python = "..."` as `requires-python`.

    No Python lies between 2.7 and 3.0, so a union around that gap can be said. A bare `3.9` is every 3.9, as in the
    metadata that Poetry publishes (`poetry.core.version.helpers`). Raises ValueError.
    """
    bare = re.fullmatch(r"\s*(?:==?)?\s*v?(\d+(?:\.\d+)?)\s*", text)
    if bare:
        return Translated(SpecifierSet(f"=={bare[1]}.*"))
    plain = translate(text)
    sets, _ = _sets(text)
    union = _with_seams(_union(sets), sets)
    if plain.exact or (union & _range("<2.8")).is_empty:
        return plain
    whole = _said(union | _range(">=2.8.dev0,<3.dev0"))
    return Translated(whole) if whole is not None else plain


@lru_cache(maxsize=1 << 12)
def python_marker(text: str) -> Marker:
    """A dependency's `python = "..."` as a marker; unions are exact. Raises ValueError.

    A bare `3.8` is every 3.8 (`poetry.core.packages.utils.utils.create_nested_marker`).
    """
    result = EMPTY
    for branch in _OR.split(text.strip()):
        held = ANY
        for piece in _pieces(branch):
            for specifier in piece.specifiers:
                held &= _python_piece(specifier)
        result |= held
    return result


def _python_piece(specifier: str) -> Marker:
    version = specifier.removeprefix("==")
    if version != specifier and not version.endswith(".*") and len(Version(version).release) <= _MINOR:
        return markers.parse(f'python_version == "{version}"')
    return markers.python(specifier)


def platform_marker(text: str) -> Marker:
    """A dependency's `platform = "..."` (`win32`, `!=win32`, `linux || darwin`) as a marker. Raises ValueError."""
    if text.strip() == "*":
        return ANY
    result = EMPTY
    for branch in _OR.split(text.strip()):
        held = ANY
        for piece in re.split(r"\s*,\s*", branch):
            held &= _platform_piece(piece.strip())
        result |= held
    return result


def _platform_piece(text: str) -> Marker:
    if match := _PLATFORM_PART.fullmatch(text):
        return markers.parse(f"'{match['value']}' {match['operator']} sys_platform")
    match = _PLATFORM.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is no platform")
    return markers.parse(f"sys_platform {'!=' if match['operator'] == '!=' else '=='} '{match['value']}'")


@lru_cache(maxsize=1 << 12)
def _pieces(branch: str) -> tuple[_Piece, ...]:
    return tuple(_piece(text) for text in _AND.split(branch.rstrip(",").rstrip()))


def _piece(text: str) -> _Piece:
    if _ANYTHING.fullmatch(text):
        return _Piece(())
    match = _PIECE.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is no version constraint")
    version = Version("0.dev0" if match["version"].lower() == "dev" else match["version"])
    operator = match["operator"] or ""
    if match["star"]:
        return _starred(operator, version)
    if operator in _EXACT:
        return _Piece((f"=={version}",))
    if operator == "!=":
        return _Piece((f"!={version}",))
    return _ordered(operator, Version(version.public), exact=not version.local)


def _starred(operator: str, version: Version) -> _Piece:
    if operator in ("^", "~", "~="):
        raise ValueError(f"'{operator}{version}.*' is no version constraint")
    if operator not in (*_EXACT, "!="):
        return _Piece((f"{operator}{version.public}",))
    if version.base_version != str(version):
        raise ValueError(f"'{operator}{version}.*' has no form in PEP 440")
    return _Piece((f"{'!=' if operator == '!=' else '=='}{version}.*",))


def _ordered(operator: str, version: Version, *, exact: bool) -> _Piece:
    if operator == "^":
        return _Piece((f">={version}", f"<{_bumped(version, _first_breaking(version.release))}"), exact)
    if operator == "~":
        return _Piece((f">={version}", f"<{_bumped(version, min(len(version.release), _MINOR) - 1)}"), exact)
    if operator == "~=" and len(version.release) == 1:
        return _Piece((f">={version}", f"<{_bumped(version, 0)}"), exact)
    return _Piece((f"{operator}{version}",), exact)


def _first_breaking(release: tuple[int, ...]) -> int:
    """The part that a caret raises: the first that is not zero among the first three, else the last of these."""
    considered = release[:3]
    return next((at for at, part in enumerate(considered) if part), len(considered) - 1)


def _bumped(version: Version, at: int) -> str:
    release = version.release
    raised = (*release[:at], release[at] + 1, *[0] * (len(release) - at - 1))
    return (f"{version.epoch}!" if version.epoch else "") + ".".join(map(str, raised))


def _sets(text: str) -> tuple[list[SpecifierSet], bool]:
    """Each branch of a union, and whether PEP 440 can say them all."""
    branches = [_pieces(branch) for branch in _OR.split(text.strip())]
    sets = [SpecifierSet(",".join(s for piece in branch for s in piece.specifiers)) for branch in branches]
    return sets, all(piece.exact for branch in branches for piece in branch)


def _range(text: str) -> VersionRange:
    return SpecifierSet(text, prereleases=True).to_range()


def _union(sets: list[SpecifierSet]) -> VersionRange:
    return reduce(or_, (_range(str(s)) for s in sets))


def _said(versions: VersionRange) -> SpecifierSet | None:
    whole = versions.to_specifier_set()
    return None if whole is None else SpecifierSet(str(whole))


def _with_seams(union: VersionRange, sets: list[SpecifierSet]) -> VersionRange:
    """With what older releases of Poetry, and most people, mean by two branches that meet.

    `<V || >V` is how Poetry writes `!=V`, and `<2 || >=2` leaves nothing out. Read to the letter of PEP 440, the one
    also leaves out V's prereleases and post-releases, the other the prereleases of 2.
    """
    below, above = ({s.version for each in sets for s in each if s.operator == operator} for operator in "<>")
    for version in sorted(below & above):
        union |= ~(_range(f"<{version}") | _range(f">{version}")) - _range(f"=={version}")
    for each in sorted(sets, key=_floor)[1:]:
        floor = _floor(each)
        if not floor.is_prerelease:
            union |= _range(f">={floor.public}.dev0") - _range(f">={floor.public}")
    return union


def _floor(specifiers: SpecifierSet) -> Version:
    lower = [Version(s.version.removesuffix(".*")) for s in specifiers if s.operator in _LOWER]
    return max(lower, default=Version("0.dev0"))


def _branch(sets: list[SpecifierSet], locked: tuple[str, ...]) -> SpecifierSet:
    """The branch that admits the locked versions, the highest where none does, all between where several do."""
    chosen = [s for s in sets if any(s.contains(version, prereleases=True) for version in locked)]
    chosen = chosen or [max(sets, key=_floor)]
    return chosen[0] if len(chosen) == 1 else _hull(sorted(chosen, key=_floor))


def _hull(ordered: list[SpecifierSet]) -> SpecifierSet:
    """From the lowest branch's lower bound to the highest branch's upper bound."""
    low, high = ordered[0], ordered[-1]
    floor = [f">={_floor(low).public}"] if any(s.operator in _LOWER for s in low) else []
    return SpecifierSet(",".join(floor + [str(s) for s in high if s.operator in ("<", "<=")]))
