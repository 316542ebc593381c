"""TOML text as the pieces a person wrote (tables, entries, what stands between), so that an edit touches nothing else.

Joining the pieces gives the text back byte for byte. tomlkit is not used for this, because it reorders tables that are
not written in one place, and keeps the comments of an entry that is removed. Specification: TOML 1.0.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from converter import toml

_WORD = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|\r?\n|[\[\]{}]|[^\S\n]+|[^\s\[\]{}\#\"']+|.",
    re.DOTALL,
)
_KEY = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|[A-Za-z0-9_-]+")
_HEADER = re.compile(rf"\[\[?((?:{_KEY.pattern}|[\s.])+)\]\]?\s*(?:#.*)?")
_ASSIGNED = re.compile(rf"(?:{_KEY.pattern}|[\s.])+(?==)")
_TRAILING = re.compile(r"\s+#[^\"']*$")
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """An entry with the comments that touch it, by its keys below the header; without keys a blank line or comment."""

    keys: Path
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A table as written: its name, its header with the comments that touch it, its pieces. The first has no header."""

    name: Path
    head: str = ""
    pieces: tuple[Piece, ...] = ()

    @property
    def text(self) -> str:
        """The section's text."""
        return self.head + "".join(piece.text for piece in self.pieces)


def split(text: str) -> tuple[Section, ...]:
    """The sections of valid TOML text, in order; the first holds what stands before any header."""
    sections = [Section(())]
    waiting: list[str] = []
    for line in _logical_lines(text):
        start = line.lstrip()[:1]
        if not start or start == "#":
            waiting.append(line)
            continue
        apart, touching = _touching(waiting)
        waiting = []
        sections[-1] = _with(sections[-1], *(Piece((), each) for each in apart))
        if start == "[":
            sections.append(Section(_name(line), "".join(touching) + line))
        else:
            sections[-1] = _with(sections[-1], Piece(_entry_keys(line), "".join(touching) + line))
    sections[-1] = _with(sections[-1], *(Piece((), each) for each in waiting))
    return tuple(sections)


def join(sections: Iterable[Section]) -> str:
    """The text of these sections."""
    return "".join(section.text for section in sections)


def _with(section: Section, *pieces: Piece) -> Section:
    return replace(section, pieces=(*section.pieces, *pieces))


def _logical_lines(text: str) -> Iterator[str]:
    """Lines, where what stands in brackets or in a string counts as one."""
    depth, start = 0, 0
    for match in _WORD.finditer(text):
        word = match[0]
        depth += (word in ("[", "{")) - (word in ("]", "}"))
        if word.endswith("\n") and word.strip() == "" and depth <= 0:
            yield text[start : match.end()]
            start = match.end()
    if start < len(text):
        yield text[start:]


def _touching(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines up to the last blank one, and the comments behind it."""
    blank = max((at for at, line in enumerate(lines) if not line.strip()), default=-1)
    return lines[: blank + 1], lines[blank + 1 :]


def _name(line: str) -> Path:
    match = _HEADER.fullmatch(line.strip())
    return keys_of(match[1]) if match else ()


def _entry_keys(line: str) -> Path:
    match = _ASSIGNED.match(line)
    return keys_of(match[0]) if match else ()


@lru_cache(maxsize=1 << 10)
def keys_of(dotted: str) -> Path:
    """The keys of a dotted name as TOML writes it."""
    return tuple(_unquoted(match[0]) for match in _KEY.finditer(dotted))


def _unquoted(key: str) -> str:
    return str(tomllib.loads(f"a = {key}")["a"]) if key[0] in "\"'" else key


def has(sections: Iterable[Section], path: Path) -> bool:
    """Whether there is a table or an entry of this name, or one below it."""
    names = (name for s in sections for name in (s.name, *((*s.name, *p.keys) for p in s.pieces if p.keys)))
    return any(name[: len(path)] == path for name in names)


def remove(sections: Sequence[Section], *paths: Path) -> tuple[Section, ...]:
    """The sections without these tables and entries and the comments that touch them.

    A table that gets empty by that goes too.
    """
    kept: list[Section] = []
    for section in sections:
        left = _without(section, paths)
        if left.head or not kept:
            kept.append(left)
        else:
            kept[-1] = _with(kept[-1], *left.pieces)
    return tuple(kept)


def _without(section: Section, paths: tuple[Path, ...]) -> Section:
    """What is left of a section; without a header where it goes."""
    pieces = tuple(p for p in section.pieces if not (p.keys and _covered((*section.name, *p.keys), paths)))
    emptied = len(pieces) < len(section.pieces) and not any(p.keys for p in pieces)
    if section.head and (emptied or _covered(section.name, paths)):
        return Section(section.name, "", _standing(section.pieces))
    return replace(section, pieces=pieces)


def _covered(path: Path, paths: tuple[Path, ...]) -> bool:
    return any(path[: len(each)] == each for each in paths)


def _standing(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The comments at the end of a table that a blank line sets apart from its entries: they speak of other things."""
    last = max((at for at, piece in enumerate(pieces) if piece.keys), default=-1)
    tail = pieces[last + 1 :]
    blank = next((at for at, piece in enumerate(tail) if not piece.text.strip()), len(tail))
    rest = tail[blank + 1 :]
    return rest if any(piece.text.strip() for piece in rest) else ()


def put(sections: Sequence[Section], table: Path, key: str, value: str) -> tuple[Section, ...]:
    """The sections with one entry of a table set to a value (TOML text); the comments of an old one stay.

    The table must have a header; the first of several is taken. A new entry comes after the last one.
    """
    at = next(n for n, section in enumerate(sections) if section.name == table and section.head)
    return (*sections[:at], _set(sections[at], key, value), *sections[at + 1 :])


def _set(section: Section, key: str, value: str) -> Section:
    line = f"{toml.key(key)} = {value}"
    for at, piece in enumerate(section.pieces):
        if piece.keys == (key,):
            return replace(section, pieces=(*section.pieces[:at], _reset(piece, line), *section.pieces[at + 1 :]))
    last = max((at for at, piece in enumerate(section.pieces) if piece.keys), default=-1)
    before, behind = section.pieces[: last + 1], section.pieces[last + 1 :]
    bare = replace(section, head=_ended(section.head), pieces=tuple(map(_whole, before)))
    return _with(bare, Piece((key,), f"{line}\n"), *behind)


def _reset(piece: Piece, line: str) -> Piece:
    lines = piece.text.splitlines(keepends=True)
    first = next(n for n, each in enumerate(lines) if not each.lstrip().startswith("#"))
    behind = _TRAILING.search(lines[first]) if first == len(lines) - 1 else None
    return Piece(piece.keys, "".join(lines[:first]) + line + (behind[0].rstrip("\n") if behind else "") + "\n")


def _whole(piece: Piece) -> Piece:
    return replace(piece, text=_ended(piece.text))


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def insert(sections: Sequence[Section], block: str, *after: Path) -> tuple[Section, ...]:
    """The sections with new tables (TOML text) behind the last one under the first of these names that is there.

    Where none is there, the new tables come first, below what stands at the top of the file.
    """
    at = next((n for name in after if (n := _last(sections, name)) is not None), 0)
    before = (*sections[:at], _closed(sections[at]))
    follows = "\n" if sections[at + 1 :] else ""
    return (*before, *split(block.rstrip("\n") + "\n" + follows)[1:], *sections[at + 1 :])


def _last(sections: Sequence[Section], name: Path) -> int | None:
    found = [n for n, section in enumerate(sections) if section.head and section.name[: len(name)] == name]
    return found[-1] if found else None


def _closed(section: Section) -> Section:
    """A section that ends in one blank line, if there is anything in it."""
    text = section.text
    if not text:
        return section
    missing = "" if text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    return _with(section, Piece((), missing)) if missing else section
