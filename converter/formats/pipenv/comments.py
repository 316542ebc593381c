"""The comments of a Pipfile, each with the entry, the section or the file that it stands beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from converter.model import Comments

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table

NONE = Comments()


@dataclass(frozen=True, slots=True)
class Commented:
    """The comments of the file, of each section, of each entry of a section, and those that stand beside nothing."""

    file: tuple[str, ...] = ()
    sections: Mapping[str, Comments] = field(default_factory=dict)
    entries: Mapping[tuple[str, str], Comments] = field(default_factory=dict)
    left: tuple[str, ...] = ()


def read_comments(text: str) -> Commented:
    """The comments of a Pipfile that is valid TOML. Those that touch the first header are the file's own."""
    if "#" not in text:
        return Commented()
    import tomlkit

    from converter import comments

    document = tomlkit.parse(text)
    headers = comments.of_headers(document)
    found = [(name, key, each) for name, table in _tables(document) for key, each in _entries(name, table, headers)]
    sections = {name[0]: each for name, each in headers.items() if len(name) == 1}
    first, *_ = [key.key for key, _ in document.body if key is not None] or [""]
    head = sections.pop(first, NONE) if text.lstrip().startswith("#") else NONE
    if head.trailing:
        sections[first] = Comments(trailing=head.trailing)
    tails = [line for _, key, each in found if not key for line in each.above]
    return Commented(
        file=(*comments.of_top(document), *head.above),
        sections=sections,
        entries={(name, key): each for name, key, each in found if key},
        left=(*tails, *headers.get((), NONE).above),
    )


def _tables(document: TOMLDocument) -> Iterator[tuple[str, Table]]:
    from tomlkit.items import AoT, Table

    for key, item in document.body:
        for table in item.body if isinstance(item, AoT) else [item]:
            if key is not None and isinstance(table, Table):
                yield key.key, table


def _entries(name: str, table: Table, headers: Mapping[tuple[str, ...], Comments]) -> Iterator[tuple[str, Comments]]:
    """Each entry's comments, with those inside its value put before it; the table's tail under `""`."""
    from converter import comments

    beside = comments.of_table(table)
    for key, item in table.value.body:
        if key is None:
            continue
        own, header = beside.get(key.key, NONE), headers.get((name, key.key), NONE)
        lines = (*(header.above or own.above), *_inner(item))
        if lines or own.trailing or header.trailing:
            yield key.key, Comments(above=lines, trailing=header.trailing or own.trailing)
    if "" in beside:
        yield "", beside[""]


def _inner(item: object) -> Iterator[str]:
    from tomlkit.items import Array, InlineTable, Table

    from converter import comments

    inside: list[Comments] = []
    if isinstance(item, Table):
        inside = list(comments.of_table(item).values())
    elif isinstance(item, Array):
        inside = comments.of_array(item)
    elif isinstance(item, InlineTable):
        for value in item.values():
            yield from _inner(value)
    for each in inside:
        yield from filter(None, (*each.above, each.trailing))
