"""Diagrams stay small and canonical where text would blow up. Sizes are counted in nodes, never in time."""

from __future__ import annotations

from converter import markers
from converter.markers import ANY, EMPTY, Marker
from converter.markers.diagram import Node

MACHINES = [f"machine{number}" for number in range(40)]


def size(marker: Marker) -> int:
    """The number of different nodes below a marker, the answers included."""
    seen: set[Node] = set()
    waiting = [marker.node]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting.extend(current.children)
    return len(seen)


def union(parts: list[str]) -> Marker:
    result = EMPTY
    for part in parts:
        result |= markers.parse(part)
    return result


def test_a_long_union_of_products_stays_linear() -> None:
    products = [
        f"python_version >= '3.{minor}' and platform_machine == '{machine}' and sys_platform == 'linux'"
        for minor, machine in enumerate(MACHINES)
    ]
    made = union(products)
    assert size(made) <= 3 * len(products) + 2


def test_a_union_of_everything_collapses_in_any_order() -> None:
    parts = [f"python_version == '3.{minor}'" for minor in range(30)]
    parts += ["python_version < '3.0'", "python_version >= '3.30'"]
    assert union(parts[::2] + parts[1::2][::-1]) == ANY


def test_an_edge_walked_many_times_does_not_grow() -> None:
    """A fixpoint over a graph with cycles combines the same conditions again and again."""
    atoms = [markers.parse(t) for t in ("sys_platform == 'win32'", "python_version < '3.9'", "extra == 'a'")]
    reached = EMPTY
    for turn in range(500):
        reached |= atoms[turn % 3] & (atoms[(turn + 1) % 3] | reached)
    assert size(reached) <= 8


def choice(number: int) -> tuple[Marker, Marker]:
    return markers.parse(f"extra == 'p{number:02}-a'"), markers.parse(f"extra == 'p{number:02}-b'")


def test_a_product_of_many_unions_stays_linear() -> None:
    """As text in products it would have 2 ** 60 of them."""
    result = ANY
    for number in range(60):
        one, other = choice(number)
        result &= one | other
    assert size(result) == 2 * 60 + 2


def test_deciding_extras_does_not_walk_a_shared_part_twice() -> None:
    """Each of 60 nested choices shares its rest: walked path by path this would never end."""
    rest = ANY
    for number in range(60):
        one, other = choice(number)
        rest &= (one & ~other) | (other & ~one)
    assert rest.with_extras([f"p{number:02}-a" for number in range(60)]) == ANY
    assert rest.with_extras([]) == EMPTY


def test_equal_conditions_are_one_node() -> None:
    one = markers.parse("(os_name == 'nt' and python_version < '3.9') or (os_name == 'nt' and python_version >= '3.9')")
    assert one.node is markers.parse("os_name == 'nt'").node
