"""The syntax tree of a shell text: tree-sitter's grammar for bash, as plain values with positions in the text itself.

The grammar recovers from errors: what it cannot read is an `ERROR` node, and everything outside of it stands. Nothing
here recurses, so nesting costs memory and no stack. https://github.com/tree-sitter/tree-sitter-bash
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from converter.errors import InputError

if TYPE_CHECKING:
    from tree_sitter import Tree, TreeCursor

LARGEST = 1_000_000
"""The most characters that are read: a hook of 10,000 lines has half as many."""
DEEPEST = 500
"""How many nodes may stand within each other."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node: what it is, its field in its parent, and where it stands in the text; `parent` is -1 at the root."""

    index: int
    kind: str
    field: str
    start: int
    end: int
    parent: int


@dataclass(frozen=True, slots=True)
class Syntax:
    """A text and its nodes, parents first; `below` has the nodes right below each, `newlines` where lines end."""

    text: str
    nodes: tuple[Node, ...]
    below: Sequence[Sequence[Node]]
    newlines: Sequence[int]

    def children(self, node: Node) -> Sequence[Node]:
        """The nodes right below, anonymous ones (`&&`, `then`) too."""
        return self.below[node.index]

    def parent(self, node: Node) -> Node | None:
        """The node above."""
        return self.nodes[node.parent] if node.parent >= 0 else None

    def above(self, node: Node) -> Iterator[Node]:
        """The nodes above, nearest first."""
        while node.parent >= 0:
            node = self.nodes[node.parent]
            yield node

    def line(self, at: int) -> int:
        """The number of the line of a position, from 1."""
        return bisect_left(self.newlines, at) + 1

    def of(self, node: Node) -> str:
        """The text of a node."""
        return self.text[node.start : node.end]


def parse(text: str) -> Syntax:
    r"""The tree of a text. A line may end in `\r\n`; the shell it is for is taken to see `\n`.

    Raises InputError for a text with a NUL character, and for one that is too large or nested too deep.
    """
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError("expected text, found a NUL character", place=f"line {line}")
    if len(text) > LARGEST:
        raise InputError(f"expected at most {LARGEST:,} characters, found {len(text):,}", place="line 1")
    data = text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
    tree = _read(data)
    nodes = tuple(_nodes(tree, _places(text, len(data))))
    newlines = [at for at, letter in enumerate(text) if letter == "\n"]
    return Syntax(text=text, nodes=nodes, below=_below(nodes), newlines=newlines)


def _read(data: bytes) -> Tree:
    """The grammar's tree; an empty command substitution in backticks, which it does not know, is read as a word."""
    from tree_sitter import Language, Parser
    from tree_sitter_bash import language

    parser = Parser(Language(language()))
    tree = parser.parse(data)
    if tree.root_node.has_error and _EMPTY in data:
        other = parser.parse(data.replace(_EMPTY, b"xx"))
        return tree if other.root_node.has_error else other
    return tree


_EMPTY = b"``"


def _below(nodes: Sequence[Node]) -> Sequence[Sequence[Node]]:
    found: list[list[Node]] = [[] for _ in nodes]
    for node in nodes[1:]:
        found[node.parent].append(node)
    return found


def _places(text: str, size: int) -> Sequence[int]:
    """For each byte of the UTF-8 text without carriage returns, its place in the text as it is."""
    if len(text) == size:
        return range(size + 1)
    places: list[int] = []
    for at, letter in enumerate(text):
        if letter == "\r" and text[at + 1 : at + 2] == "\n":
            continue
        places.extend([at] * _width(letter))
    return [*places, len(text)]


def _width(letter: str) -> int:
    return 1 if letter < "\x80" else len(letter.encode("utf-8", "surrogatepass"))


def _nodes(tree: Tree, place: Sequence[int]) -> Iterator[Node]:
    cursor = tree.walk()
    parents: list[int] = []
    index = -1
    while True:
        index += 1
        yield _node(cursor, index, parents[-1] if parents else -1, place)
        if cursor.goto_first_child():
            parents.append(index)
            if len(parents) > DEEPEST:
                raise InputError(f"expected at most {DEEPEST} things within each other, found more", place="line 1")
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            parents.pop()


def _node(cursor: TreeCursor, index: int, parent: int, place: Sequence[int]) -> Node:
    node = cursor.node
    assert node is not None  # noqa: S101  a cursor always stands on one
    return Node(
        index=index,
        kind=node.type,
        field=cursor.field_name or "",
        start=place[node.start_byte],
        end=_end(place, node.end_byte, node.start_byte),
        parent=parent,
    )


def _end(place: Sequence[int], end: int, start: int) -> int:
    """Right after the last byte, so before a carriage return that stands there."""
    return place[end - 1] + 1 if end > start else place[end]
