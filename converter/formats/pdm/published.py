"""The `dependencies` of an entry: the requirements of its release in the release's own words, as PDM quotes them.

Where nobody told these, or where they and the source's lock speak of different environments, the lock's edges are
written instead: what a source leaves out must not come back by a quotation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from converter.formats.pdm.rows import Row
from converter.formats.pdm.spread import locked_edges, union
from converter.formats.pdm.wording import edge_text, published_text
from converter.markers import Marker
from converter.model import Dependency
from converter.pyproject.requirement import parse_requirement

Edges = Mapping[str, list[Dependency]]


def dependency_lines(row: Row, care: Marker) -> list[str]:
    """The lines of a row, sorted; of one with extras the plain package at its version is among them."""
    package = row.package
    pin = [f"{package.name}=={package.id.version}"] if row.extras and package.id.version else []
    edges = locked_edges(package, row.extras)
    here = row.marker & care
    lines = map(edge_text, edges) if package.requires_dist is None else _quoted(row, _by_name(edges), here)
    return sorted({*pin, *lines})


def _by_name(edges: Iterable[Dependency]) -> dict[str, list[Dependency]]:
    found: dict[str, list[Dependency]] = {}
    for edge in edges:
        found.setdefault(edge.name, []).append(edge)
    return found


def _quoted(row: Row, edges: Edges, here: Marker) -> Iterator[str]:
    """The release's lines, name by name; the lock's edges for a name of which the two say different things."""
    lines = _lines(row)
    for name in {*lines, *edges}:
        said = union(marker for marker, _ in lines.get(name, ())) & here
        known = union(edge.marker for edge in edges.get(name, ())) & here
        if (said & ~known).is_empty() and (known & ~said).is_empty():
            yield from (text for _, text in lines.get(name, ()))
        else:
            yield from map(edge_text, edges.get(name, ()))


def _lines(row: Row) -> dict[str, list[tuple[Marker, str]]]:
    """Each line that concerns the row, its marker without extras and its text, by name."""
    found: dict[str, list[tuple[Marker, str]]] = {}
    for line in row.package.requires_dist or ():
        try:
            read, text = parse_requirement(line), published_text(line, row.extras)
        except ValueError:
            continue
        if text:
            found.setdefault(read.name, []).append((read.marker.with_extras(row.extras), text))
    return found
