"""Entries of a mapping put in, replaced and taken out as whole lines, at the mapping's own indentation.

A comment goes with an entry only where it stands right above and `about` finds the entry's subject in it; a mapping
that loses its last entry goes too, since an empty one is null.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from itertools import pairwise

from converter.errors import InputError
from converter.upsun.document import Document, Entry, Mapping, Node, Scalar, Sequence
from converter.upsun.scalars import Splice, content_end

About = Callable[[str], object]

Values = Map[str, "str | Values"]
"""What is put in: YAML text by key, or what stands below the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where and how a change is written: in a document, below the mapping `top`.

    `step` is the file's indentation, `quote` the quotes that a new value gets, `after` the keys behind one of which a
    new one stands; `about` tells of a comment whether it goes with what goes.
    """

    document: Document
    top: Mapping
    step: int
    quote: str
    after: tuple[str, ...]
    about: About


def layout(document: Document, mapping: Mapping, after: tuple[str, ...], about: About) -> Layout:
    """The layout that a mapping and its children show."""
    column = column_of(document, mapping)
    steps = (column_of(document, value) - column for _, value in mapping.mappings() if value.entries and not value.flow)
    kind = mapping.scalar("type")
    quote = kind.style if kind and kind.style in {"'", '"'} else "'"
    step = next((step for step in steps if step > 0), 2)
    return Layout(document=document, top=mapping, step=step, quote=quote, after=after, about=about)


def column_of(document: Document, mapping: Mapping) -> int:
    """How far the keys of a mapping stand in."""
    if not mapping.entries:
        return 0
    start = mapping.entries[0].key.start
    return start - _line_start(document.text, start)


def node_end(text: str, node: Node) -> int:
    """Where the text of a node ends, without the blank lines and comments behind it."""
    if isinstance(node, Scalar):
        return content_end(text, node)
    if node.flow:
        return node.end
    if isinstance(node, Sequence):
        return node_end(text, node.items[-1]) if node.items else node.end
    return entry_end(text, node.entries[-1]) if node.entries else node.end


def entry_end(text: str, entry: Entry) -> int:
    """Where the text of an entry ends."""
    if entry.alias is not None:
        return entry.alias[1]
    if isinstance(entry.value, Scalar) and entry.value.start == entry.value.end:  # the parser puts it on a later line
        return entry.key.end + 1
    return max(node_end(text, entry.value), entry.key.end + 1)


def put(how: Layout, path: Seq[str], drop: frozenset[str], add: Values) -> list[Splice]:
    """Splices that take keys out of the mapping at `path` and put values in.

    What is put in takes the place of the first that goes, else it stands last; what is missing of the path is made,
    behind the first of `how.after` that stands at the top. Raises InputError where the path leads to no mapping.
    """
    chain: list[tuple[Mapping, Entry]] = []
    document, mapping = how.document, how.top
    for depth, key in enumerate(path):
        mapping = home(mapping, key)
        entry = mapping.entry(key)
        if entry is None or (isinstance(entry.value, Scalar) and entry.value.null):
            return _made(mapping, entry, _nested(path[depth:], add), how) if add else []
        if not isinstance(entry.value, Mapping):
            raise _no_mapping(document, entry)
        chain.append((mapping, entry))
        mapping = entry.value
    return _changed(chain, drop, add, how)


def base_name(requirement: str) -> str:
    """The name in `name[extra]`."""
    return requirement.partition("[")[0].strip()


def of_tool(listed: Mapping | None, tool: str) -> Entry | None:
    """The entry of a tool among dependencies, with extras or without."""
    entries = listed.entries if listed and tool else ()
    return next((entry for entry in entries if base_name(entry.key.value) == tool), None)


def expect_mappings(document: Document, top: Mapping, path: Seq[str]) -> None:
    """Raise InputError where something else than a mapping, or nothing, stands on a path."""
    mapping = top
    for key in path:
        mapping = home(mapping, key)
        entry = mapping.entry(key)
        if entry is None or (isinstance(entry.value, Scalar) and entry.value.null):
            return
        if not isinstance(entry.value, Mapping):
            raise _no_mapping(document, entry)
        mapping = entry.value


def _no_mapping(document: Document, entry: Entry) -> InputError:
    where = f"line {entry.key.line}"
    return InputError(f"expected {entry.key.value} to be a mapping", file=document.file, place=where, remedy="mend it")


def home(mapping: Mapping, key: str) -> Mapping:
    """The mapping in which a key stands: this one, or one that is merged into it; this one where there is none."""
    return next((each for each in mapping.chain() if each.entry(key)), mapping)


def _nested(path: Seq[str], add: Values) -> Values:
    for key in reversed(path):
        add = {key: add}
    return add


def _made(mapping: Mapping, entry: Entry | None, add: Values, how: Layout) -> list[Splice]:
    """A key that was missing, or null, with all that is below it."""
    if entry is not None:
        return list(_block(how, mapping, frozenset([entry.key.value]), _lines(add, how.step)))
    document = how.document
    if mapping.flow:
        return _flow(document, mapping, mapping.entries, add)
    indent = " " * column_of(document, mapping)
    lines = [indent + line for line in _lines(add, how.step)]
    before = next((found for key in how.after if (found := mapping.entry(key))), mapping.entries[-1])
    return [below(document, entry_end(document.text, before), lines)]


def _lines(add: Values, step: int) -> list[str]:
    """Keys and values as lines of a block."""
    made = []
    for key, value in add.items():
        if isinstance(value, str):
            first, *rest = value.split("\n")
            made += [f"{key}: {first}", *(" " * step + line if line else "" for line in rest)]
        else:
            made += [f"{key}:", *(" " * step + line for line in _lines(value, step))]
    return made


def _parts(add: Values) -> list[str]:
    """Keys and values between braces, where a block becomes a quoted text."""
    made = []
    for key, value in add.items():
        if not isinstance(value, str):
            made.append(f"{key}: {{{', '.join(_parts(value))}}}")
        else:
            made.append(f"{key}: {json.dumps(value.partition(chr(10))[2] + chr(10)) if chr(10) in value else value}")
    return made


def _changed(chain: Seq[tuple[Mapping, Entry]], drop: frozenset[str], add: Values, how: Layout) -> list[Splice]:
    """`put` for a mapping that is there; `chain` leads to it, outermost first."""
    mapping = chain[-1][1].value
    if not isinstance(mapping, Mapping):
        return []
    kept = [entry for entry in mapping.entries if entry.key.value not in drop]
    if not kept and not add:
        return _without(how, chain)
    if mapping.flow:
        return _flow(how.document, mapping, kept, add)
    return list(_block(how, mapping, drop, _lines(add, how.step)))


def below(document: Document, end: int, lines: Seq[str]) -> Splice:
    """Lines below the one in which `end` lies."""
    stop = document.text.find("\n", end)
    if stop < 0:
        at = len(document.text)
        return Splice(start=at, end=at, text="".join(f"\n{line}" for line in lines))
    newline = "\r\n" if document.text[:stop].endswith("\r") else "\n"
    return Splice(start=stop + 1, end=stop + 1, text="".join(line + newline for line in lines))


def _without(how: Layout, chain: Seq[tuple[Mapping, Entry]]) -> list[Splice]:
    """The outermost entry that is left with nothing, taken out."""
    outer, entry = chain[-1]
    if len(outer.entries) == 1 and len(chain) > 1:
        return _without(how, chain[:-1])
    if outer.flow:
        return _flow(how.document, outer, [each for each in outer.entries if each is not entry], {})
    return list(_block(how, outer, frozenset([entry.key.value]), []))


def _flow(document: Document, mapping: Mapping, kept: Seq[Entry], add: Values) -> list[Splice]:
    """Entries between braces put in and taken out; the text of those that stay is not touched."""
    text, entries = document.text, mapping.entries
    parts = ", ".join(_parts(add))
    if not kept:
        pad = " " if text[mapping.start : mapping.end].startswith("{ ") else ""
        return [Splice(start=mapping.start, end=mapping.end, text=f"{{{pad}{parts}{pad}}}")]
    made = []
    first, last = entries.index(kept[0]), entries.index(kept[-1])
    if first:
        made.append(Splice(start=entries[0].key.start, end=entries[first].key.start, text=""))
    for before, entry in pairwise(entries[first : last + 1]):
        if entry not in kept:
            made.append(Splice(start=entry_end(text, before), end=entry_end(text, entry), text=""))
    start, end = entry_end(text, entries[last]), entry_end(text, entries[-1])
    if parts or start != end:
        made.append(Splice(start=start, end=end, text=f", {parts}" if parts else ""))
    return made


def _block(how: Layout, mapping: Mapping, drop: frozenset[str], lines: Seq[str]) -> Iterator[Splice]:
    document, text = how.document, how.document.text
    indent = " " * column_of(document, mapping)
    going = [entry for entry in mapping.entries if entry.key.value in drop]
    for number, entry in enumerate(going):
        start, end = _stretch(text, mapping, entry, how.about)
        put = lines if number == 0 else []
        if not put:
            yield Splice(start=start, end=end, text="")
            continue
        newline = "\r\n" if text[:end].endswith("\r\n") else "\n"
        body = (newline + indent).join([put[0] + _trailing(text, entry, how.about), *put[1:]])
        own = text[_line_start(text, entry.key.start) : entry.key.start]
        tail = newline if text[:end].endswith("\n") else ""
        yield Splice(start=start, end=end, text=("" if own.strip() else indent) + body + tail)
    if not going and lines:
        yield below(document, entry_end(text, mapping.entries[-1]), [indent + line for line in lines])


def _trailing(text: str, entry: Entry, about: About) -> str:
    """The comment behind an entry, for what takes its place, unless it is about what goes."""
    comment = re.match(r"[ \t]+#[^\r\n]*", text[entry_end(text, entry) :])
    return comment[0] if comment and not about(comment[0]) else ""


def _stretch(text: str, mapping: Mapping, entry: Entry, about: About) -> tuple[int, int]:
    """The whole lines of an entry with the comment about it; from the key itself behind a `-` on the same line."""
    start = _line_start(text, entry.key.start)
    stop = text.find("\n", entry_end(text, entry))
    end = len(text) if stop < 0 else stop + 1
    if text[start : entry.key.start].strip():
        later = [each.key.start for each in mapping.entries if each.key.start > entry.key.start]
        return entry.key.start, min(later, default=end)
    if stop < 0:  # the last line has no end: the one before it must have none either
        start, comment = max(start - 1, 0), 0
        return start - comment, end
    return _with_comment(text, start, about), end


def _with_comment(text: str, start: int, about: About) -> int:
    """The start of the comment lines right above, where they are about what goes."""
    above = re.search(r"(?:^[ \t]*#[^\n]*\n)+\Z", text[:start], re.MULTILINE)
    return above.start() if above and about(above[0]) else start


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1
