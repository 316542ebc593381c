"""A requirements file as entries: requirements with their pins, hashes and comments, and the options of the file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from converter import comments
from converter.errors import InputError
from converter.formats.pip import options
from converter.formats.pip.annotations import NOTHING, Annotation, annotation, is_annotation, is_generated, is_header
from converter.formats.pip.lines import Line, decoded, lines
from converter.formats.pip.options import Options
from converter.formats.pip.requirement import NameOf, read
from converter.losses import Kind, Loss
from converter.model import Comments, Requirement
from converter.table import shown
from converter.tree import Tree

_HASH = re.compile(r"[a-z0-9_]+:[0-9a-fA-F]+")
_REMOTE = re.compile(r"(https?|file|ftp):", re.IGNORECASE)
_PYTHON = re.compile(r"#\s*requires-python:\s*(?P<range>\S.*?)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A requirement where it stands: `place` is its file and line, `note` what a tool wrote beside it."""

    place: str
    requirement: Requirement
    editable: bool = False
    hashes: tuple[str, ...] = ()
    note: Annotation = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested:
    """Another file that a line names, by path from the project's root."""

    path: str
    constraint: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """An option on a line of its own."""

    place: str
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file's items in order, the comments at its top, those at its end, and what of it could not be read."""

    path: str
    items: tuple[Entry | Nested | Setting, ...]
    top: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    requires_python: str | None = None
    losses: tuple[Loss, ...] = ()

    @property
    def nested(self) -> tuple[Nested, ...]:
        """The files that it names."""
        return tuple(item for item in self.items if isinstance(item, Nested))


def read_file(tree: Tree, path: str, name_of: NameOf) -> File:
    """A requirements file of the tree. Raises InputError, which names file and line, for what pip cannot read."""
    data = tree.get(path)
    if data is None:
        raise InputError("there is no such file", file=path, remedy="restore it, or remove the line that names it")
    blocks = _persons(decoded(data, path))
    top, end = _top(blocks), blocks[-1].above if blocks and not blocks[-1].line.text else ()
    found = [_read(block, path, name_of) for block in blocks if block.line.text]
    return File(
        path=path,
        items=tuple(item for items, _ in found for item in items),
        top=tuple(c for c in top if not (is_header(c) or _PYTHON.fullmatch(c))),
        end=tuple(c for c in end if not is_header(c)),
        requires_python=next((m["range"] for c in top if (m := _PYTHON.fullmatch(c))), None),
        losses=tuple(loss for _, losses in found for loss in losses),
    )


def comments_of(tree: Tree, path: PurePosixPath) -> tuple[str, ...]:
    """The comments of a requirements file that a person wrote, or of a TOML file; none of one that cannot be read."""
    if path.suffix not in (".txt", ".in"):
        return comments.of_file(tree, path)
    try:
        blocks = _persons(decoded(tree.get(path) or b"", str(path)))
    except InputError:
        return ()
    return tuple(comment for block in blocks for comment in _spoken(block))


def _spoken(block: _Block) -> Iterator[str]:
    behind = (block.line.comment,) if block.line.comment else ()
    for comment in (*block.top, *block.above, *annotation((*behind, *block.below))[1]):
        if not (is_header(comment) or _PYTHON.fullmatch(comment)):
            yield comment


def _persons(text: str) -> list[_Block]:
    """The blocks of a file without the words that a tool puts above its own."""
    blocks = list(_blocks(text))
    if blocks and is_generated((*blocks[0].top, *blocks[0].above)):
        blocks[0] = replace(blocks[0], top=(), above=())
    return blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A line with text, the comments above and below that belong to it. The last block may be comments alone."""

    line: Line
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    top: tuple[str, ...] = ()


def _blocks(text: str) -> Iterator[_Block]:
    above: list[str] = []
    top: list[str] = []
    block: _Block | None = None
    opened = inside = False  # a pin stands right above; what stands right above speaks of it
    for line in lines(text):
        if line.text:
            if block is not None:
                yield block
            block = _Block(line=line, above=tuple(above), top=tuple(top))
            above, top, opened, inside = [], [], True, bool(line.comment)
        elif opened and block is not None and line.comment and is_annotation(line.comment, inside=inside):
            block, inside = replace(block, below=(*block.below, line.comment)), True
        elif line.comment:
            above.append(line.comment)
            opened = False
        else:
            opened = False
            if block is None and above and not top:
                top, above = above, []
    if block is not None:
        yield block
    if above or top:
        yield _Block(line=Line(number=0), above=tuple(above), top=tuple(top))


def _top(blocks: list[_Block]) -> tuple[str, ...]:
    """The comments that a blank line sets apart at the top; a tool's header needs no blank line below it."""
    if not blocks:
        return ()
    first = blocks[0]
    return (*first.top, *(c for c in first.above if _PYTHON.fullmatch(c)))


def _read(block: _Block, path: str, name_of: NameOf) -> tuple[list[Entry | Nested | Setting], list[Loss]]:
    place = f"{path}: line {block.line.number}"
    text, found = options.split(block.line.text)
    losses = [Loss(kind=Kind.KEY_UNKNOWN, where=place, detail=found.unknown)] if found.unknown else []
    editable = found.all("editable")
    if text or editable:
        entry = _entry(block, path, text or editable[0], found, name_of)
        return [replace(entry, place=place)], [*losses, *_left(found, place)]
    own = _own(block)
    losses += [Loss(kind=Kind.COMMENT_LEFT, where=place, detail=comment) for comment in own]
    return list(_items(found, path, place)), losses


def _own(block: _Block) -> tuple[str, ...]:
    """A person's own comments above a line and behind it."""
    behind = (block.line.comment,) if block.line.comment else ()
    return tuple(c for c in (*block.above, *behind) if not (is_header(c) or _PYTHON.fullmatch(c)))


def _items(found: Options, path: str, place: str) -> Iterator[Nested | Setting]:
    for name, value in found.values:
        if name in ("requirement", "constraint") and not _REMOTE.match(value):
            folder = posixpath.dirname(path)
            yield Nested(path=posixpath.normpath(posixpath.join(folder, value)), constraint=name == "constraint")
        elif name != "hash":
            yield Setting(place=place, name=name, value=value)


def _entry(block: _Block, path: str, text: str, found: Options, name_of: NameOf) -> Entry:
    note, left = annotation([*((block.line.comment,) if block.line.comment else ()), *block.below])
    try:
        made = read(text, name_of, editable=bool(found.all("editable")))
    except ValueError as why:
        raise InputError(
            f"expected a requirement, found {shown(text)}: {why}", file=path, place=f"line {block.line.number}"
        ) from None
    above = tuple(c for c in block.above if not (is_header(c) or _PYTHON.fullmatch(c)))
    requirement = replace(made.requirement, comments=Comments(above=above, trailing="  ".join(left)))
    if not requirement.name or note.name:
        requirement = replace(requirement, name=note.name or "")
    hashes = tuple(_hash(written, path, block.line.number) for written in found.all("hash"))
    return Entry(
        place="",
        requirement=requirement,
        editable=bool(found.all("editable")),
        hashes=tuple(sorted({*hashes, *made.hashes})),
        note=note,
    )


def _hash(written: str, path: str, number: int) -> str:
    if not _HASH.fullmatch(written):
        expected = f'expected a hash like "sha256:0123abcd", found {shown(written)}'
        raise InputError(expected, file=path, place=f"line {number}")
    return written.lower()


def _left(found: Options, place: str) -> Iterator[Loss]:
    """Options behind a requirement that no other tool has a place for."""
    for name, value in found.values:
        if name not in ("hash", "editable"):
            yield Loss(kind=Kind.SETTING_LEFT, where=place, detail=f"--{name} {value}".strip())
