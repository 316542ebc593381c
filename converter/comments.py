"""Comments of TOML entries, read from what tomlkit parsed and written with an entry in its new place.

An entry has the lines above it, since the entry before or the header, and the text behind it on its line; blank lines
are not kept. Lines after the last entry of a table are its tail, under the key `""`, but those that touch the next
table's header (or the end of the file), which `of_headers` has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import tomlkit
from tomlkit.container import Container
from tomlkit.items import AoT, Array, Comment, Item, Table, Whitespace

from converter import toml
from converter.errors import InputError
from converter.model import Comments
from converter.tree import Tree

_WORD = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'"
    r"|\#[^\n]*|[\[\]{},\n]|[^\S\n]+|[^\s\[\]{},\#\"']+",
    re.DOTALL,
)


def of_table(table: Table | Container) -> dict[str, Comments]:
    """The comments of each entry of a table that has any, by key; the tail under `""`."""
    found: dict[str, Comments] = {}
    above: list[str] = []
    for key, item in _body(table):
        if key is None:
            above += _lines(item)
            continue
        if comments := _made(above, _behind(item)):
            found[key] = comments
        above = list(_split_tail(item)[1]) if isinstance(item, Table | AoT) else []
    tail = _split_tail(table)[0]
    return found | {"": Comments(above=tail)} if tail else found


def of_headers(document: Container | Table, *names: str) -> dict[tuple[str, ...], Comments]:
    """The comments that touch the header of each table of a document that has any, by its full name.

    Under `()` are those after the last entry of the document; lines at its top that a blank line sets apart: `of_top`.
    """
    above: list[str] = []
    found = {name: comments for name, comments in _headers(document, names, above) if comments}
    return found | {(): Comments(above=tuple(above))} if above else found


def of_top(document: Container) -> tuple[str, ...]:
    """The comment lines at the top of a document, where a blank line sets them apart from what follows."""
    top: list[str] = []
    for key, item in _body(document):
        if key is not None:
            return ()
        if isinstance(item, Whitespace):
            return tuple(top)
        top += _lines(item)
    return tuple(top)


def of_array(array: Array) -> list[Comments]:
    """The comments of each item of an array, in order; those after the last item are added to its lines above."""
    found: list[Comments] = []
    above: list[str] = []
    behind = ""
    for kind, text in _array_events(array.as_string()):
        if kind == "item":
            found.append(Comments(above=tuple(above)))
            above = []
        elif kind == "behind" and found:
            behind = f"{found[-1].trailing} {text}".strip()
            found[-1] = Comments(above=found[-1].above, trailing=behind)
        else:
            above.append(text)
    if above and found:
        found[-1] = Comments(above=(*found[-1].above, *above), trailing=found[-1].trailing)
    return found


def lines_of(text: str) -> tuple[str, ...]:
    """Every comment of a TOML text, in order."""
    return tuple(match[0].rstrip() for match in _WORD.finditer(text) if match[0].startswith("#"))


def of_file(tree: Tree, path: PurePosixPath) -> tuple[str, ...]:
    """Every comment of a TOML file; none of a file of another kind, or one that cannot be read."""
    try:
        return lines_of(tree.text(path) or "") if path.suffix == ".toml" or path.name == "Pipfile" else ()
    except InputError:
        return ()


def array_text(items: Sequence[tuple[str, Comments]], indent: str = "    ") -> str:
    """An array with one item (TOML text) a line, each with its comments; `[]` where there is none."""
    if not items:
        return "[]"
    lines = [line for text, comments in items for line in with_comments(f"{text},", comments)]
    return "\n".join(["[", *(f"{indent}{line}" for line in lines), "]"])


def entry_text(key: str, text: str, comments: Comments) -> str:
    """`key = value` (TOML text) with its comments, ending in a newline."""
    return "\n".join(with_comments(f"{toml.key(key)} = {text}", comments)) + "\n"


def with_comments(line: str, comments: Comments) -> list[str]:
    """A line of text with the lines above it and the comment behind it."""
    return [*comments.above, f"{line}  {comments.trailing}" if comments.trailing else line]


def _body(table: Table | Container) -> list[tuple[str | None, Item]]:
    body = table.value.body if isinstance(table, Table) else table.body
    return [(None if key is None else key.key, item) for key, item in body]


def _lines(item: Item) -> list[str]:
    return [item.trivia.comment] if isinstance(item, Comment) else []


def _behind(item: Item) -> str:
    return "" if isinstance(item, AoT) else item.trivia.comment


def _made(above: Sequence[str], trailing: str) -> Comments | None:
    return Comments(above=tuple(above), trailing=trailing) if above or trailing else None


def _split_tail(table: Table | AoT | Container) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The comments after the last entry: those of the table itself, and those that touch the next header."""
    rows = [row for row in _deepest(table) if row[0] or row[1].as_string()]
    tail: list[Item] = []
    while rows and rows[-1][0] is None:
        tail.insert(0, rows.pop()[1])
    blanks = [at for at, item in enumerate(tail) if isinstance(item, Whitespace)]
    cut = blanks[-1] + 1 if blanks else 0
    return tuple(_texts(tail[:cut])), tuple(_texts(tail[cut:]))


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        yield from _lines(item)


def _deepest(table: Table | AoT | Container) -> list[tuple[str | None, Item]]:
    """The entries of the table that comes last in the text of this one."""
    if isinstance(table, AoT):
        return _deepest(table.body[-1]) if table.body else []
    rows = _body(table)
    last = next((item for key, item in reversed(rows) if key is not None), None)
    ends_with_table = bool(rows) and rows[-1][1] is last
    return _deepest(last) if ends_with_table and isinstance(last, Table | AoT) else rows


def _headers(
    table: Container | Table, name: tuple[str, ...], above: list[str]
) -> Iterator[tuple[tuple[str, ...], Comments | None]]:
    for key, item in _body(table):
        if key is None:
            above[:] = [] if isinstance(item, Whitespace) else [*above, *_lines(item)]
        elif isinstance(item, Table) and not item.is_super_table():
            yield (*name, key), _made(above, _behind(item))
            above.clear()
            yield from _headers(item, (*name, key), above)
        elif isinstance(item, Table):
            yield from _headers(item, (*name, key), above)
        elif isinstance(item, AoT):
            for each in item.body:
                yield (*name, key), _made(above, _behind(each))
                above.clear()
                yield from _headers(each, (*name, key), above)
        else:
            above.clear()


def _array_events(text: str) -> Iterator[tuple[str, str]]:
    """Items and comments of an array's text in order: `item`, a comment `behind` one, a comment `above` the next."""
    depth, fresh, inside = 0, True, False
    for match in _WORD.finditer(text):
        word = match[0]
        if word.startswith("#"):
            yield ("above" if fresh else "behind"), word.rstrip()
        elif word == "\n":
            fresh = True
        elif word == "," and depth == 1:
            inside = fresh = False
        elif word.strip():
            if depth == 1 and not inside and word != "]":
                yield "item", ""
                inside, fresh = True, False
            depth += (word in "[{") - (word in "]}")


def parsed_array(items: Sequence[tuple[str, Comments]]) -> Array:
    """`array_text` as a tomlkit value, to be put into a document."""
    made = tomlkit.parse(f"a = {array_text(items)}\n")["a"]
    assert isinstance(made, Array)  # noqa: S101  # what was just written
    return made
