"""uv's conflicts: which extra or group was chosen, in markers and in the settings.

In an edge uv writes the choice as an extra with a made-up name (`extra == 'extra-4-root-cpu'`, `group-4-root-cuda`,
`project-4-root`); here it is the choice itself (`'cpu' in extras`, `'cuda' in dependency_groups`), and what a scope
says about it is put in: in the scope of the extra cpu, cpu is chosen, and what conflicts with it is not. Source:
`universal_marker.rs`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from packaging.utils import canonicalize_name

from converter.formats.uv.ordering import rewritten
from converter.markers import ANY, Marker, parse
from converter.markers.diagram import FALSE, TRUE, Node, Variable, variables
from converter.model import MAIN, Scope, ScopeKind
from converter.table import Table

_CODED = re.compile(r"(?P<kind>extra|group|project)-(?P<length>\d+)-(?P<rest>.+)")
_SPOKEN = {"extras": ScopeKind.EXTRA, "dependency_groups": ScopeKind.GROUP}


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """An extra or group of a package, or (with no name) the package's own dependencies."""

    package: str
    scope: Scope


Sets = tuple[tuple[Item, ...], ...]


def read_sets(sets: tuple[tuple[Table, ...], ...], name: str) -> Sets:
    """Declared conflicts; an entry that names no package speaks of the project `name`. Raises InputError."""
    return tuple(tuple(_item(table, name) for table in each) for each in sets)


def _item(table: Table, name: str) -> Item:
    package = canonicalize_name(table.string_or("package", name))
    for key, kind in (("extra", ScopeKind.EXTRA), ("group", ScopeKind.GROUP)):
        if key in table:
            return Item(package, Scope(kind, canonicalize_name(table.string(key))))
    return Item(package, MAIN)


def item_value(item: Item) -> dict[str, str]:
    """An entry of a set of conflicts as uv.lock writes it."""
    named = {item.scope.kind.value: item.scope.name} if item.scope.name else {}
    return {"package": item.package, **named}


def coded(name: str) -> Item | None:
    """The choice that a made-up extra stands for; `None` for any other name."""
    match = _CODED.fullmatch(name)
    if match is None:
        return None
    length = int(match["length"])
    package, rest = match["rest"][:length], match["rest"][length:]
    if match["kind"] == "project":
        return Item(package, MAIN) if not rest else None
    kind = ScopeKind.EXTRA if match["kind"] == "extra" else ScopeKind.GROUP
    return Item(package, Scope(kind, rest[1:])) if rest.startswith("-") else None


@lru_cache(maxsize=1 << 14)
def in_scopes(marker: Marker) -> Marker:
    """A marker of an edge with each made-up extra as a choice: `'4-root-cpu' in extras`, until `chosen` decides it."""
    if not any(coded(name) for name in marker.names()):
        return marker

    def decide(variable: Variable) -> Node | None:
        item = coded(variable.value) if variable.name == "extra" else None
        return _choice(variable.value, item).node if item else None

    return rewritten(marker, decide)


def _choice(written: str, item: Item) -> Marker:
    place = "dependency_groups" if item.scope.kind is ScopeKind.GROUP else "extras"
    return parse(f"'{written}' in {place}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What decides the choices of a lock: the project, its conflicts, the extras that packages are asked for."""

    root: str
    sets: Sets
    asked: Mapping[str, Collection[str]]

    def within(self, marker: Marker, scope: Scope) -> Marker:
        """A marker in one scope: what the scope decides is put in; the project's other choices stay as scope atoms."""
        return self._settled(marker, scope)

    def anywhere(self, marker: Marker) -> Marker:
        """A marker of an edge, with all choices of the project as scope atoms."""
        return self._settled(marker, None)

    def _settled(self, marker: Marker, scope: Scope | None) -> Marker:
        if not choices_in(marker):
            return marker
        made = rewritten(marker, lambda variable: self._decided(variable, scope))
        return made.under(self._possible(scope))

    def _decided(self, variable: Variable, scope: Scope | None) -> Node | None:
        item = coded(variable.value) if variable.name in _SPOKEN else None
        if item is None:
            return None
        if item.package != self.root:
            held = item.scope == MAIN or item.scope.name in self.asked.get(item.package, ())
            return TRUE if held else FALSE
        return self._own(item.scope, scope)

    def _own(self, chosen: Scope, scope: Scope | None) -> Node:
        if self._exclude(chosen, scope):
            return FALSE
        return TRUE if chosen in (scope, MAIN) else _atom(chosen).node

    def _exclude(self, one: Scope, two: Scope | None) -> bool:
        if two is None or one == two:
            return False
        pair = {Item(self.root, one), Item(self.root, two)}
        return any(pair <= set(each) for each in self.sets)

    def _possible(self, scope: Scope | None) -> Marker:
        """No two of the project's scopes that conflict are chosen at once."""
        result = ANY
        for each in self.sets:
            own = [i.scope for i in each if i.package == self.root and i.scope not in (scope, MAIN)]
            for at, one in enumerate(own):
                for two in own[at + 1 :]:
                    result &= ~(_atom(one) & _atom(two))
        return result


def _atom(scope: Scope) -> Marker:
    place = "dependency_groups" if scope.kind is ScopeKind.GROUP else "extras"
    return parse(f"'{scope.name}' in {place}")


def choices_in(marker: Marker) -> tuple[str, ...]:
    """The choices that a marker speaks of, by their made-up names."""
    return tuple(v.value for v in variables(marker.node) if v.name in _SPOKEN and coded(v.value))
