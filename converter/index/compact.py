"""What a release says of itself, as the cache keeps it: the lines as written, and beside them what they were read as.

Reading two thousand requirements takes most of a second, which a run that finds everything in the cache should not pay.
The lines stay the truth: where `GRAMMAR` has another number than what is kept, they are read again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any

from packaging.specifiers import SpecifierSet

from converter import markers
from converter.index.metadata import Metadata, Stated, understood
from converter.model import ANY_VERSION, Dependency
from converter.pyproject.requirement import direct_reference, reference_url

GRAMMAR = 4
"""To be raised where `metadata` reads the same lines as something else."""

DYNAMIC = "null"
"""In the place of the lines: an sdist that tells its dependencies only when it is built."""


def said_text(said: Stated) -> str:
    """The lines as text."""
    return _dumped([said.summary, said.requires_python, said.requires_dist, said.provides_extra, said.believed])


def read_text(read: Metadata) -> str:
    """What the lines mean, as text."""
    edges = list(dict.fromkeys(chain(read.edges, *read.extras.values())))
    at = {edge: number for number, edge in enumerate(edges)}
    plain = [at[edge] for edge in read.edges]
    extras = {extra: [at[edge] for edge in own] for extra, own in read.extras.items()}
    python = None if read.requires_python is None else str(read.requires_python)
    return _dumped([read.summary, python, [_row(edge) for edge in edges], plain, extras, read.broken, read.believed])


def _dumped(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _row(edge: Dependency) -> list[object]:
    row: list[object] = [edge.name, str(edge.specifier), edge.marker.text(), sorted(edge.extras)]
    more = [reference_url(edge.source) if edge.source is not None else None]  # type: ignore[arg-type]  # no registry
    more += [edge.rounded.text()] if edge.rounded is not None else []
    return [*row, *more] if any(more) else row


def restored(name: str, version: str, said: str, grammar: int, read: str) -> Metadata | None:
    """The metadata that was kept, `None` for what tells nothing. Raises ValueError for what is damaged."""
    try:
        if said == DYNAMIC and grammar == GRAMMAR:
            return None
        if grammar == GRAMMAR:
            _, python, requires, *_ = json.loads(said)
            return replace(_read(name, version, json.loads(read)), requires_dist=tuple(requires), stated_python=python)
        # fails for DYNAMIC, of which this release may read more
        summary, python, requires, extras, *more = json.loads(said)
        lines = Stated(
            summary=summary,
            requires_python=python,
            requires_dist=tuple(requires),
            provides_extra=tuple(extras),
            believed=any(more),
        )
        return understood(lines, name=name, version=version)
    except (TypeError, KeyError, IndexError, AttributeError) as why:
        raise ValueError(str(why)) from None


def _read(name: str, version: str, kept: Sequence[Any]) -> Metadata:
    summary, python, rows, plain, extras, broken, said_once = kept
    edges = [_edge(row) for row in rows]
    return Metadata(
        name=name,
        version=version,
        summary=summary,
        requires_python=None if python is None else _specifier(python),
        edges=tuple(edges[at] for at in plain),
        extras={extra: tuple(edges[at] for at in own) for extra, own in extras.items()},
        broken=tuple(broken),
        believed=said_once,
    )


def _edge(row: Sequence[Any]) -> Dependency:
    name, specifier, marker, extras, url, rounded = (*row, None, None)[:6]
    return Dependency(
        name=name,
        specifier=_specifier(specifier),
        extras=frozenset(extras),
        marker=markers.parse(marker),
        source=None if url is None else direct_reference(url),
        rounded=None if rounded is None else markers.parse(rounded),
    )


@lru_cache(maxsize=1 << 14)
def _specifier(text: str) -> SpecifierSet:
    return SpecifierSet(text) if text else ANY_VERSION
