"""The targets of a new lock: one, or one for each stretch of interpreters that has versions of its own.

PDM holds one version of a name for each target. Where the lock has two for different interpreters, PDM's own lock
command keeps both only if these stand in different targets; it then ends each marker with the target's interpreters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from packaging.specifiers import SpecifierSet

from converter import markers
from converter.formats.pdm.rows import Row
from converter.formats.pdm.wording import joined, python_text
from converter.markers import Marker

_MINOR = 2


def target_ranges(stated: str, rows: Iterable[Row], care: Marker) -> list[str]:
    """The interpreters of each target as PDM writes them, from low to high; `stated` are those of the project."""
    found = sorted({cut for cut in _cuts(rows) if _inside(cut, stated, care)})
    texts = [".".join(map(str, cut)) for cut in found]
    bounds = list(zip([None, *texts], [*texts, None], strict=True))
    ranges = [",".join(filter(None, (stated, low and f">={low}", high and f"<{high}"))) for low, high in bounds]
    return [python_text(_tidy(each)) for each in ranges] if texts else [python_text(stated)]


def _cuts(rows: Iterable[Row]) -> set[tuple[int, ...]]:
    """The minor releases at which the versions of some name change.

    Not those within a minor: PDM puts such targets together as `python_full_version ~= "3.9.0"`, which is 3.9 alone.
    """
    by_key: dict[tuple[str, frozenset[str]], list[Row]] = {}
    for row in rows:
        by_key.setdefault((row.package.name, row.extras), []).append(row)
    several = (row for group in by_key.values() if len(group) > 1 for row in group)
    ends = (cut for row in several for stretch in row.marker.pythons() for cut in stretch if cut is not None)
    return {cut[0][:_MINOR] for cut in ends if not cut[1] and not any(cut[0][_MINOR:])}


def _inside(cut: tuple[int, ...], stated: str, care: Marker) -> bool:
    below, above = (markers.python(f"{sign}{'.'.join(map(str, cut))}") for sign in ("<", ">="))
    return bool(stated) and not (care & below).is_empty() and not (care & above).is_empty()


def _tidy(text: str) -> str:
    """The range without bounds that others go beyond."""
    kept = list(SpecifierSet(text))
    whole = markers.python(text)
    for one in sorted(kept, key=str):
        rest = [each for each in kept if each is not one]
        if rest and markers.python(",".join(map(str, rest))) == whole:
            kept = rest
    return ",".join(map(str, kept))


def within(text: str, ranges: Sequence[str], stated: str) -> str:
    """A marker's text with the interpreters of the targets in which it holds, where there are several."""
    return text if len(ranges) == 1 else joined(text, tuple(ranges), stated)
