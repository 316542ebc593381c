"""The marker under which each group reaches each package, spelled as Poetry spells it.

Poetry makes these markers by walking from the manifest over the edges of its lock, and what poetry-core's `union` and
`intersect` make of one condition depends on that way: `platform_system == "Windows"` from one edge stays apart from
`sys_platform == "win32"` from another. So the same way is walked here, with poetry-core's own values.
Specification: `poetry.puzzle.solver` (`depth_first_search`, `calculate_markers`, `simplify_marker`) of Poetry 2.5.

The text is a proposal: who asks for it takes it only where it means what the lock says. A marker whose operands are
large is not made, nor what follows from it, for poetry-core's normal forms may grow exponentially.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from converter import markers
from converter.formats.poetry.placement import MAIN_GROUP
from converter.formats.poetry.wording import bare_value, both, either, narrowed, value, written_marker
from converter.graph import roots
from converter.model import Project, Scope, ScopeKind

if TYPE_CHECKING:
    from converter.formats.poetry.wording import Value

    _Edges = list[tuple["_Node", Value]]

Tables = Sequence[tuple[str, Mapping[str, object]]]
Texts = Mapping[tuple[str, str], str]
_Way = tuple[str, bool]  # a group, and whether an extra asks
_ROUNDS = 20  # over cycles of edges


@dataclass(frozen=True, slots=True, order=True)
class _Node:
    """A package, or what a set of its extras needs: to Poetry that is a package which needs the plain one."""

    name: str
    extras: tuple[str, ...] = ()


_ROOT = _Node("")


@dataclass(slots=True, kw_only=True)
class _Walk:
    """What a walk found: the edges, the parents of each node in the order of the walk, its groups and its depth."""

    tables: Mapping[str, Mapping[str, object]]
    edges: dict[_Node, _Edges] = field(default_factory=dict)
    parents: dict[_Node, dict[_Node, dict[_Way, Value]]] = field(default_factory=lambda: defaultdict(dict))
    order: list[tuple[_Node, _Way]] = field(default_factory=list)
    seen: set[tuple[_Node, _Way]] = field(default_factory=set)


def reached_texts(project: Project, tables: Tables, pythons: str) -> Texts:
    """The marker's text by a package's name and group; nothing of a name that the lock has twice, or that grew large.

    `tables` are the packages' names and `[package.dependencies]`; `pythons` are the project's interpreters.
    """
    walk = _Walk(tables=dict(tables))
    for way, node, marker in _asked(project):
        if node.name in walk.tables:
            _descend(walk, way, node, marker)
    count = Counter(name for name, _ in tables)
    return {
        (node.name, group): narrowed(str(marker), pythons)
        for node, held in _markers(walk).items()
        if not node.extras and count[node.name] == 1
        for group, marker in held.items()
        if marker is not None and not marker.is_empty()
    }


def _asked(project: Project) -> Iterator[tuple[_Way, _Node, Value]]:
    """The manifest's requirements with their group and their marker, an extra's own name in it."""
    for scope, requirements in roots(project).items():
        extra = scope.kind is ScopeKind.EXTRA
        for requirement in requirements:
            marker = value(written_marker(requirement))
            asked = both(marker, value(f'extra == "{scope.name}"')) if extra else marker
            yield (_group(scope), extra), _Node(requirement.name, tuple(sorted(requirement.extras))), asked


def _group(scope: Scope) -> str:
    return scope.name if scope.kind is ScopeKind.GROUP else MAIN_GROUP


def _descend(walk: _Walk, way: _Way, top: _Node, marker: Value) -> None:
    """One requirement of the manifest, and depth first all that it brings along."""
    _add(walk, way, _ROOT, top, marker)
    if (top, way) in walk.seen:
        return
    walk.seen.add((top, way))
    stack = [(top, iter(_edges(walk, top, marker)))]
    while stack:
        node, left = stack[-1]
        target, condition = next(left, (None, None))
        if target is None:
            walk.order.append((node, way))
            stack.pop()
            continue
        _add(walk, way, node, target, condition)
        if (target, way) not in walk.seen:
            walk.seen.add((target, way))
            stack.append((target, iter(_edges(walk, target, condition))))


def _add(walk: _Walk, way: _Way, parent: _Node, target: _Node, marker: Value) -> None:
    known = walk.parents[target].setdefault(parent, {})
    known[way] = either(known[way], marker) if way in known else marker


def _edges(walk: _Walk, node: _Node, marker: Value) -> _Edges:
    """The edges of a node; of one with extras also the plain package, under the marker that first asked for it."""
    if node not in walk.edges:
        plain = [(_Node(node.name), bare_value(marker))] if node.extras else []
        walk.edges[node] = [*plain, *_told(walk.tables, node)]
    return walk.edges[node]


def _told(tables: Mapping[str, Mapping[str, object]], node: _Node) -> Iterator[tuple[_Node, Value]]:
    for name, said in tables[node.name].items():
        target = canonicalize_name(name)
        for each in said if isinstance(said, list) else [said]:
            row = each if isinstance(each, Mapping) else {}
            text, extras = str(row.get("markers", "")), row.get("extras")
            if target in tables and _wanted(text, node):
                asked = tuple(sorted(map(str, extras))) if isinstance(extras, list) else ()
                yield _Node(target, asked), bare_value(value(text))


def _wanted(text: str, node: _Node) -> bool:
    named = markers.parse(text).names()
    return not named or not named.isdisjoint(node.extras)


def _depths(walk: _Walk) -> dict[_Node, int]:
    """How far a node lies below the manifest at most; what its own extras bring in lies no further than they."""
    found: dict[tuple[_Node, _Way], int] = {(_ROOT, way): -1 for _, way in walk.order}
    for node, way in reversed(walk.order):
        above = [
            found.get((parent, way), -1) - (parent.name == node.name)
            for parent, ways in walk.parents[node].items()
            if way in ways
        ]
        found[node, way] = 1 + max(above)
    deepest: dict[_Node, int] = {}
    for node, way in reversed(walk.order):
        deepest[node] = max(deepest.get(node, -1), found[node, way])
    return deepest


def _markers(walk: _Walk) -> Mapping[_Node, Mapping[str, Value]]:
    """The marker of each node in each group, from the manifest downwards; once more as long as a cycle asks for it."""
    depths = _depths(walk)
    groups: dict[_Node, dict[str, None]] = defaultdict(dict)
    for node, (group, _) in walk.order:
        groups[node][group] = None
    found: dict[_Node, dict[str, Value]] = {}
    for _ in range(_ROUNDS):
        whole = True
        for node in sorted(depths, key=lambda each: depths[each]):
            ready = [p for p in walk.parents[node] if p is _ROOT or p in found]
            whole = whole and len(ready) == len(walk.parents[node])
            found[node] = {group: _marker(walk, node, group, ready, found) for group in groups[node]}
        if whole:
            break
    return found


def _marker(
    walk: _Walk, node: _Node, group: str, parents: Sequence[_Node], found: Mapping[_Node, Mapping[str, Value]]
) -> Value:
    parts: list[Value] = []
    for parent in parents:
        for (asking, _), edge in walk.parents[node][parent].items():
            if parent is not _ROOT and group in found[parent]:
                parts.append(both(found[parent][group], edge))
            elif parent is _ROOT and asking == group:
                parts.append(edge)
    return reduce(either, dict.fromkeys(parts)) if parts else None
