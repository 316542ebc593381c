"""A scalar's text changed in place: only the words that differ, in the style that it has.

Each character of the value is traced to its place in the file, so that folds, escapes, odd indentation and trailing
spaces of what does not change stay. Where that cannot be (a line break in a folded value), the scalar alone is written
anew, as a literal block or between double quotes.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

from converter.plan import changes
from converter.upsun.document import Document, Scalar

_HEADER = re.compile(r"[|>][+-]?[0-9]?[+-]?[ \t]*(#[^\n]*)?\r?\n?")
_BREAK = re.compile(r"[ \t]*(?:\r?\n[ \t]*)+")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|.)")
_CONTINUED = re.compile(r"(?:\\[ \t]*\r?\n[ \t]*)+")
# What a plain scalar may not hold or begin with, in block and flow context alike (YAML 1.2, 7.3.3).
_UNPLAIN = re.compile(r"[\[\]{},]|: |:$| #|^[&*!|>'\"%@`#]|^[-?:](?: |$)|^\s|\s$|\n|^$")
_SPECIAL = re.compile(r"(?i)true|false|yes|no|on|off|null|~|[-+.]?[0-9][0-9._+:eExXoO]*")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Splice:
    """Text that takes the place of a stretch of a file."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """The text with each stretch replaced; the same splice given twice (an anchor) counts once."""
    for splice in sorted(set(splices), reverse=True):
        text = text[: splice.start] + splice.text + text[splice.end :]
    return text


def rewritten(document: Document, scalar: Scalar, value: str, column: int) -> tuple[Splice, ...]:
    """What makes `scalar` say `value`; `column` is where its key stands, for a scalar that must become a block."""
    if value == scalar.value:
        return ()
    if scalar.style == "|" and (made := _literal(document.text, scalar, value)):
        return made
    traced = _traced(document.text, scalar)
    in_place = None if traced is None else _in_place(scalar, value, traced)
    if in_place is not None:
        return in_place
    return (Splice(start=scalar.start, end=content_end(document.text, scalar), text=anew(scalar, value, column)),)


def content_end(text: str, scalar: Scalar) -> int:
    """Where a scalar's own text ends; the parser counts the blank lines and comments behind a block to it."""
    if scalar.style not in {"|", ">"}:
        return scalar.end
    rows = _rows(text, scalar)
    filled = [end for _, end, line in rows if line.strip()]
    return filled[-1] if filled else _body(text, scalar) - 1


def anew(scalar: Scalar, value: str, column: int) -> str:
    """A scalar's text written from nothing, as near to its style as the value allows."""
    if "\n" in value.rstrip("\n") or (scalar.style in {"|", ">"} and column >= 0):
        return block(value, column) if column >= 0 else _double(value)
    if scalar.style == '"':
        return _double(value)
    return plain(value) if not scalar.style else _single(value)


def block(value: str, column: int) -> str:
    """A literal block below a key at `column`, without the last line's end."""
    indent = " " * (column + 2)
    lines = value.rstrip("\n").split("\n")
    hint = "2" if lines[0].startswith(" ") else ""
    return "\n".join([f"|{hint}", *(indent + line if line.strip() else "" for line in lines)])


def plain(value: str) -> str:
    """A value without quotes where YAML allows it and reads it as text."""
    return _single(value) if _UNPLAIN.search(value) or _SPECIAL.fullmatch(value) else value


def quoted(value: str, like: str) -> str:
    """A value in the quotes of a neighbour; single ones where it has none."""
    return _double(value) if like == '"' else _single(value)


def _single(value: str) -> str:
    return _double(value) if "\n" in value else "'" + value.replace("'", "''") + "'"


def _double(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


# literal blocks: whole lines


def _literal(text: str, scalar: Scalar, value: str) -> tuple[Splice, ...]:
    """The lines that differ, at the block's own indentation."""
    rows = _rows(text, scalar)
    old = scalar.value.split("\n")
    old = old[:-1] if old[-1] == "" else old
    new = value[:-1].split("\n") if value.endswith("\n") else value.split("\n")
    indent = _indent(rows, old)
    if indent is None or len(rows) < len(old) or not "".join(new).strip():
        return ()
    before, after = [line.encode() for line in old], [line.encode() for line in new]
    newline = "\r\n" if text[: rows[0][1] + 1].endswith("\r\n") else "\n"
    made = []
    for i1, i2, j1, j2 in changes(before, after):
        lines = newline.join(" " * indent + line if line else "" for line in new[j1:j2])
        made.append(_lines(rows, (i1, i2), lines, newline, some=j1 < j2))
    return tuple(made)


def _lines(
    rows: Sequence[tuple[int, int, str]], span: tuple[int, int], lines: str, newline: str, *, some: bool
) -> Splice:
    """A splice of rows `span[0]` up to `span[1]`: replaced, taken out, or put in before."""
    first, last = span
    if first < last and some:
        return Splice(start=rows[first][0], end=_line_end(rows[last - 1]), text=lines)
    if first < last < len(rows):
        return Splice(start=rows[first][0], end=rows[last][0], text="")
    if first < last:
        return Splice(start=_line_end(rows[first - 1]), end=_line_end(rows[last - 1]), text="")
    if first < len(rows):
        return Splice(start=rows[first][0], end=rows[first][0], text=lines + newline)
    return Splice(start=_line_end(rows[-1]), end=_line_end(rows[-1]), text=newline + lines)


def _line_end(row: tuple[int, int, str]) -> int:
    return row[1] - 1 if row[2].endswith("\r") else row[1]


def _body(text: str, scalar: Scalar) -> int:
    match = _HEADER.match(text, scalar.start)
    return match.end() if match else scalar.start


def _rows(text: str, scalar: Scalar) -> list[tuple[int, int, str]]:
    """Each line of a block's body up to the parser's end mark: its start, its end before the newline, its text."""
    start = _body(text, scalar)
    rows = []
    for line in _split(text[start : scalar.end]):
        rows.append((start, start + len(line), line))
        start += len(line) + 1
    value = scalar.value.split("\n")
    count = len(value) - 1 if value[-1] == "" and len(value) > 1 else len(value)
    return rows[: max(count, 0)] if scalar.style == "|" else _indented(rows)


def _split(body: str) -> list[str]:
    lines = body.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _indented(rows: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The rows of a folded block: comments that follow at less indentation are none of it."""
    first = next((line for _, _, line in rows if line.strip()), "")
    indent = len(first) - len(first.lstrip(" "))
    kept = []
    for row in rows:
        if row[2].strip() and len(row[2]) - len(row[2].lstrip(" ")) < indent:
            break
        kept.append(row)
    return kept


def _indent(rows: Sequence[tuple[int, int, str]], values: Sequence[str]) -> int | None:
    """By how much the lines of a literal block stand in, None where rows and values do not match."""
    pairs = [(row[2].rstrip("\r"), value) for row, value in zip(rows, values, strict=False) if value.strip()]
    if not pairs:
        return None
    indent = len(pairs[0][0]) - len(pairs[0][1])
    return indent if indent > 0 and all(row[indent:] == value for row, value in pairs) else None


# any other style: characters


def _traced(text: str, scalar: Scalar) -> list[tuple[int, int]] | None:
    """The place of each character of the value, None where the trace does not come out."""
    start, end = scalar.start, scalar.end
    if scalar.style in {"'", '"'}:
        start, end = start + 1, end - 1
    elif scalar.style in {"|", ">"}:
        rows = _rows(text, scalar)
        start = rows[0][0] + len(rows[0][2]) - len(rows[0][2].lstrip(" ")) if rows else end
        end = rows[-1][1] if rows else end
    places: list[tuple[int, int]] = []
    while start < end and len(places) < len(scalar.value):
        gap = _CONTINUED.match(text, start, end) if scalar.style == '"' else None
        start = gap.end() if gap else start
        taken = _step(text, start, end, scalar, len(places))
        if taken is None:
            return None
        places += taken
        start = taken[-1][1]
    rest = scalar.value[len(places) :]
    return places if not rest.strip("\n") else None


def _step(text: str, at: int, end: int, scalar: Scalar, done: int) -> list[tuple[int, int]] | None:
    """The places of the value's next characters, from `at` in the text."""
    folded = _BREAK.match(text, at, end)
    if folded and "\n" in folded[0]:
        run = re.match(r" |\n+", scalar.value[done:])
        stays = [(folded.end(), folded.end())] * (len(run[0]) - 1) if run else []
        return [(at, folded.end()), *stays] if run else None
    if scalar.style == '"' and text[at] == "\\":
        escape = _ESCAPE.match(text, at, end)
        return [(at, escape.end())] if escape and "\n" not in escape[0] else None
    if scalar.style == "'" and text.startswith("''", at):
        return [(at, at + 2)]
    return [(at, at + 1)] if text[at] == scalar.value[done] else None


def _in_place(scalar: Scalar, value: str, places: list[tuple[int, int]]) -> tuple[Splice, ...] | None:
    """Splices of the words that differ; None where the style cannot say one of them."""
    old = scalar.value[: len(places)]
    new = value.rstrip("\n") if old == scalar.value.rstrip("\n") else value
    if not old or (not scalar.style and (_UNPLAIN.search(new.replace(",", "")) or _SPECIAL.fullmatch(new))):
        return None
    made = []
    for start, end, text in _words(old, new):
        if "\n" in text and scalar.style != '"':
            return None
        first = places[start][0] if start < len(places) else places[-1][1]
        made.append(Splice(start=first, end=places[end - 1][1] if end > start else first, text=_escaped(scalar, text)))
    return tuple(made)


def _escaped(scalar: Scalar, text: str) -> str:
    if scalar.style == "'":
        return text.replace("'", "''")
    return _double(text)[1:-1] if scalar.style == '"' else text


def _words(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """The words of `old` that differ, each as its place and what takes it."""
    before, after = (re.findall(r"\s|[^\s]+", text) for text in (old, new))
    starts = [0, *accumulate(map(len, before))]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield starts[i1], starts[i2], "".join(after[j1:j2])


def line_of(text: str, at: int) -> int:
    """The line of a place in a text, from 1."""
    return text.count("\n", 0, at) + 1


def line_starts(text: str) -> list[int]:
    """Where each line begins."""
    return [0, *(match.end() for match in re.finditer("\n", text))]


def column_of(text: str, at: int) -> int:
    """How far a place stands from its line's start."""
    starts = line_starts(text)
    return at - starts[bisect_right(starts, at) - 1]
