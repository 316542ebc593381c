"""A YAML file as nodes that know where in the text they stand, so that a change is a splice and never a dump.

The parser's events are read, not its values: an alias keeps its own place and its anchor's node, so that an anchor is
edited once and a bomb of aliases costs nothing; no tag is ever constructed. Specification: YAML 1.2, chapter 3.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from converter.errors import InputError

if TYPE_CHECKING:
    from converter.tree import Tree

DEEPEST = 60  # nested collections; the deepest real configuration has ten
_NULLS = frozenset(["", "~", "null", "Null", "NULL"])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scalar:
    """A value with the place of its text, quotes or block header included, its anchor and tag not."""

    value: str
    start: int
    end: int
    line: int
    style: str = ""
    tag: str = ""
    anchor: str = ""

    @property
    def null(self) -> bool:
        """Whether it says nothing: YAML's null, or no text at all."""
        return not self.style and self.value in _NULLS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """A key of a mapping with its value; `alias` is the place of `*name` where the value stands at an anchor."""

    key: Scalar
    value: Node
    alias: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mapping:
    """A mapping in the order of the file."""

    entries: tuple[Entry, ...]
    start: int
    end: int
    line: int
    flow: bool = False
    tag: str = ""
    anchor: str = ""

    def entry(self, key: str) -> Entry | None:
        """The entry of a key that stands here, not in what is merged in."""
        return next((entry for entry in self.entries if entry.key.value == key), None)

    def get(self, *keys: str) -> Node | None:
        """The value along keys, by way of merged mappings (`<<`) too; None where there is none or it is null."""
        found: Node | None = self
        for key in keys:
            found = found._one(key) if isinstance(found, Mapping) else None  # noqa: SLF001 its own class
        return None if isinstance(found, Scalar) and found.null else found

    def mapping(self, *keys: str) -> Mapping | None:
        """The mapping along keys."""
        found = self.get(*keys)
        return found if isinstance(found, Mapping) else None

    def scalar(self, *keys: str) -> Scalar | None:
        """The scalar along keys."""
        found = self.get(*keys)
        return found if isinstance(found, Scalar) else None

    def text(self, *keys: str) -> str | None:
        """The text of the scalar along keys."""
        found = self.scalar(*keys)
        return found.value if found else None

    def mappings(self) -> Iterator[tuple[str, Mapping]]:
        """Each key whose value is a mapping."""
        return ((e.key.value, e.value) for e in self.entries if isinstance(e.value, Mapping))

    def _one(self, key: str) -> Node | None:
        return next((entry.value for each in self.chain() if (entry := each.entry(key))), None)

    def chain(self) -> Iterator[Mapping]:
        """This mapping, then those that `<<` merges into it, nearest first; each once, however often it is named."""
        seen: set[int] = set()
        waiting: list[Mapping] = [self]
        while waiting:
            mapping = waiting.pop()
            if id(mapping) not in seen:
                seen.add(id(mapping))
                yield mapping
                waiting += reversed([*mapping.merged()])

    def merged(self) -> Iterator[Mapping]:
        """The mappings that `<<` merges into this one."""
        for entry in self.entries:
            if entry.key.value == "<<":
                values = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
                yield from (value for value in values if isinstance(value, Mapping))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    start: int
    end: int
    line: int
    flow: bool = False
    tag: str = ""
    anchor: str = ""


Node = Scalar | Mapping | Sequence


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """A file's text with its root; `aliases` are the anchors that some alias names."""

    file: str
    text: str
    root: Node
    aliases: frozenset[str] = frozenset()

    @property
    def mapping(self) -> Mapping:
        """The root, which must be a mapping; an empty file is an empty one. Raises InputError."""
        if isinstance(self.root, Mapping):
            return self.root
        if isinstance(self.root, Scalar) and self.root.null:
            return Mapping(entries=(), start=0, end=0, line=1)
        raise InputError("expected a mapping of keys", file=self.file, place=f"line {self.root.line}")


def read(tree: Tree, file: str) -> Document | None:
    """The document in a file, None where there is no such file. Raises InputError."""
    text = tree.text(file)
    return None if text is None else parse(text, file)


@lru_cache(maxsize=64)
def parse(text: str, file: str) -> Document:
    """The document that a text holds; each step reads the same few files again.

    Raises InputError, with the line, where it is not YAML, a key stands twice, an anchor holds itself or nests deeper
    than any configuration does, or a second document follows.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return _Builder(text, file, YAML(typ="safe", pure=True).parse(text)).document()
    except MarkedYAMLError as why:
        mark = why.problem_mark or why.context_mark
        problem = str(why.problem or why.context or "not YAML").replace("\n", " ")
        raise InputError(
            f"is not YAML: {problem}", file=file, place=f"line {mark.line + 1}" if mark else "", remedy="mend it"
        ) from None
    except YAMLError as why:  # a character that YAML has no place for
        line = text[: getattr(why, "position", 0)].count("\n") + 1
        raise InputError(
            f"is not YAML: {getattr(why, 'reason', why)}", file=file, place=f"line {line}", remedy="mend it"
        ) from None


class _Builder:
    """Nodes from events; no recursion deeper than DEEPEST."""

    def __init__(self, text: str, file: str, events: Any) -> None:  # noqa: ANN401 the library has no type for them
        self.text, self.file, self.events = text, file, iter(events)
        self.anchors: dict[str, Node] = {}
        self.open: set[str] = set()
        self.aliases: set[str] = set()
        self.depth = 0

    def document(self) -> Document:
        name, event = self.next()
        while name in {"StreamStart", "DocumentStart"}:
            name, event = self.next()
        root = self.empty() if name == "StreamEnd" else self.node(name, event)
        while name != "StreamEnd":
            name, event = self.next()
            if name == "DocumentStart":
                raise self.error("expected one document, found a second", event)
        return Document(file=self.file, text=self.text, root=root, aliases=frozenset(self.aliases))

    def empty(self) -> Scalar:
        return Scalar(value="", start=0, end=0, line=1)

    def next(self) -> tuple[str, Any]:
        event = next(self.events)
        return type(event).__name__.removesuffix("Event"), event

    def error(self, message: str, event: Any) -> InputError:  # noqa: ANN401
        return InputError(message, file=self.file, place=f"line {event.start_mark.line + 1}", remedy="mend it")

    def node(self, name: str, event: Any) -> Node:  # noqa: ANN401
        if name == "Alias":
            return self.alias(event)
        if name == "Scalar":
            return self.kept(event.anchor, self.scalar(event))
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"expected at most {DEEPEST} levels", event)
        self.open.add(event.anchor or "")
        made = self.collection(name, event)
        self.open.discard(event.anchor or "")
        self.depth -= 1
        return self.kept(event.anchor, made)

    def kept(self, anchor: str | None, node: Node) -> Node:
        if anchor:
            self.anchors[anchor] = node
        return node

    def alias(self, event: Any) -> Node:  # noqa: ANN401
        if event.anchor in self.open:
            raise self.error(f"expected an end of the anchor {event.anchor}, found it inside itself", event)
        if event.anchor not in self.anchors:
            raise self.error(f"expected an anchor {event.anchor} above, found none", event)
        self.aliases.add(event.anchor)
        return self.anchors[event.anchor]

    def scalar(self, event: Any) -> Scalar:  # noqa: ANN401
        start = self.content(event)
        return Scalar(
            value=event.value, start=start, end=max(start, event.end_mark.index), line=event.start_mark.line + 1,
            style=event.style or "", tag=str(event.tag or ""), anchor=event.anchor or "",
        )  # fmt: skip

    def content(self, event: Any) -> int:  # noqa: ANN401
        """Where the text begins behind `&anchor` and `!tag`."""
        start, end = event.start_mark.index, event.end_mark.index
        while start < end and self.text[start] in "&!":
            while start < end and not self.text[start].isspace():
                start += 1
            while start < end and self.text[start].isspace():
                start += 1
        return int(start)

    def collection(self, name: str, event: Any) -> Mapping | Sequence:  # noqa: ANN401
        where: dict[str, Any] = {"start": event.start_mark.index, "line": event.start_mark.line + 1}
        where |= {"flow": bool(event.flow_style), "tag": str(event.tag or ""), "anchor": event.anchor or ""}
        if name == "MappingStart":
            entries = tuple(self.entries())
            return Mapping(entries=entries, end=self.last.end_mark.index, **where)
        items = tuple(self.items())
        return Sequence(items=items, end=self.last.end_mark.index, **where)

    def items(self) -> Iterator[Node]:
        while (found := self.next())[0] != "SequenceEnd":
            yield self.node(*found)
        self.last = found[1]

    def entries(self) -> Iterator[Entry]:
        seen: dict[str, int] = {}
        while (found := self.next())[0] != "MappingEnd":
            key = self.node(*found)
            if not isinstance(key, Scalar):
                raise self.error("expected a plain key, found a collection", found[1])
            if key.value in seen and key.value != "<<":
                raise self.error(f"the key {key.value} stands at line {seen[key.value]} already", found[1])
            seen[key.value] = key.line
            name, event = self.next()
            place = (event.start_mark.index, event.end_mark.index) if name == "Alias" else None
            yield Entry(key=key, value=self.node(name, event), alias=place)
        self.last = found[1]
