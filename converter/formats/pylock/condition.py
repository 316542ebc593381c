"""Which scopes install a package, as the marker of its entry says it: `'cli' in extras`, `'dev' in dependency_groups`.

What a marker's outermost `or`s join is read one by one, and so it is written: a part for each scope. Main is what an
installer takes that is asked for nothing. Where there are groups, PEP 751 has a made-up one for that, in
`default-groups`; PDM calls it `default`, and lists it among the groups, so that uv can be asked for it beside another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from converter import markers
from converter.markers import EMPTY, Marker
from converter.model import MAIN, Scope, ScopeKind

Choice = tuple[str, str]
EXTRAS, GROUPS = "extras", "dependency_groups"
_DEFAULTS = ("default", "main", "project")
_KINDS = {ScopeKind.EXTRA: EXTRAS, ScopeKind.GROUP: GROUPS}
_OUTERMOST = (ScopeKind.MAIN, ScopeKind.GROUP, ScopeKind.EXTRA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The groups of a file that stand for main, by normalized name."""

    defaults: tuple[str, ...] = ()

    def scope(self, choice: Choice) -> Scope:
        """The scope that an extra or group of the file is."""
        kind, name = choice
        if kind == EXTRAS:
            return Scope(ScopeKind.EXTRA, name)
        return MAIN if name in self.defaults else Scope(ScopeKind.GROUP, name)


def names_for(scopes: tuple[Scope, ...]) -> Names:
    """The group that stands for main in a file that is to be written: none where the project has no groups."""
    groups = {scope.name for scope in scopes if scope.kind is ScopeKind.GROUP}
    if not groups:
        return Names()
    free = (name for name in _made_up() if name not in groups)
    return Names(defaults=(next(free),))


def _made_up() -> Iterator[str]:
    yield from _DEFAULTS
    number = 2
    while True:
        yield f"{_DEFAULTS[0]}-{number}"
        number += 1


def when_of(text: str, names: Names) -> dict[Scope, Marker]:
    """The scopes that the text of a marker speaks of, with what else it says. Raises ValueError for no marker."""
    found: dict[Scope, Marker] = {}
    for part in markers.alternatives(text):
        for scope, marker in _shares(part.with_extras(()), names):
            found[scope] = found.get(scope, EMPTY) | marker
    return {scope: found[scope] for scope in sorted(found) if not found[scope].is_empty()}


def _shares(part: Marker, names: Names) -> Iterator[tuple[Scope, Marker]]:
    """What is left of one part for each scope. One that asks for several choices at once stays with the outermost."""
    choices = part.choices()
    unasked = dict.fromkeys(choices, False)
    alone = part.chosen(unasked)
    shares = [(choice, part.chosen(unasked | {choice: True})) for choice in sorted(choices)]
    whole = alone
    for choice, marker in shares:
        whole |= marker & _asked(choice)
    if whole == part:
        yield MAIN, alone
        yield from ((names.scope(choice), marker) for choice, marker in shares if marker != alone)
    else:
        yield _outermost(part, names)


def _outermost(part: Marker, names: Names) -> tuple[Scope, Marker]:
    needed = [choice for choice in sorted(part.choices()) if (part & ~_asked(choice)).is_empty()]
    if not needed:
        return MAIN, part
    choice = min(needed, key=lambda each: _OUTERMOST.index(names.scope(each).kind))
    return names.scope(choice), part.chosen({choice: True})


def _asked(choice: Choice) -> Marker:
    return markers.parse(f"'{choice[1]}' in {choice[0]}")


def marker_text(when: Mapping[Scope, Marker], names: Names, care: Marker) -> str:
    """The marker of a package that these scopes install; empty for one that is always installed.

    `care` is the interpreters that the project is for. Raises ValueError for one that is never installed.
    """
    main = when.get(MAIN, EMPTY) & care
    by_marker: dict[Marker, list[str]] = {}
    for scope in sorted(when):
        wanted = when[scope] & care
        implied = scope.kind is ScopeKind.EXTRA and (wanted & ~main).is_empty()  # an extra comes on top of main
        if not wanted.is_empty() and not implied:
            by_marker.setdefault(when[scope].under(care), []).append(_atom(scope, names))
    if not by_marker:
        raise ValueError("a package that no scope installs")
    parts = [_part(marker, atoms) for marker, atoms in by_marker.items()]
    return "" if "" in parts else " or ".join(parts)


def _part(marker: Marker, atoms: list[str]) -> str:
    """What several scopes share, and one of these scopes; the latter goes without saying where an atom is empty."""
    asked = "" if "" in atoms else " or ".join(atoms)
    text = "" if marker.is_any() else marker.text()
    if not text or not asked:
        return text or asked
    return f"{_closed(text)} and {_closed(asked)}"


def _closed(text: str) -> str:
    return f"({text})" if " or " in text else text


def _atom(scope: Scope, names: Names) -> str:
    if scope == MAIN:
        return f"'{names.defaults[0]}' in {GROUPS}" if names.defaults else ""
    return f"'{scope.name}' in {_KINDS[scope.kind]}"
