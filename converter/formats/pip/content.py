"""One scope's files read together: what `-r` names is put in its place, unless it is another scope's file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from converter.errors import InputError
from converter.formats.pip.files import Entry, File, Nested, Setting, read_file
from converter.formats.pip.requirement import NameOf
from converter.losses import Kind, Loss
from converter.model import MAIN, Scope
from converter.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one or several files of a scope say together. `includes` are other scopes whose file they read."""

    entries: tuple[Entry, ...] = ()
    constraints: tuple[Entry, ...] = ()
    settings: tuple[Setting, ...] = ()
    includes: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    requires_python: str | None = None
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """What is read: for which scope, whether with other groups' files, whether as constraints."""

    scope: Scope
    whole: bool
    constraint: bool = False


class Reader:
    """Reads the files of a tree, each once. `owner` says which scope a file is part of."""

    __slots__ = ("_known", "name_of", "owner", "tree")

    def __init__(self, tree: Tree, owner: Mapping[str, Scope], name_of: NameOf) -> None:
        self.tree, self.owner, self.name_of = tree, owner, name_of
        self._known: dict[str, File] = {}

    def content(self, paths: tuple[str, ...], scope: Scope, *, whole: bool) -> Content:
        """These files and what they read; what they read of another group only if `whole` is asked for.

        Raises InputError for a file that is not there or that reads itself.
        """
        result = Content()
        for path in paths:
            result = _joined(result, self._content(path, _Place(scope, whole), ()))
        return result

    def _file(self, path: str) -> File:
        if path not in self._known:
            self._known[path] = read_file(self.tree, path, self.name_of)
        return self._known[path]

    def _content(self, path: str, place: _Place, way: tuple[str, ...]) -> Content:
        if path in way:
            circle = " -> ".join((*way[way.index(path) :], path))
            raise InputError(f"reads itself: {circle}", file=path, remedy="remove one of these lines")
        file = self._file(path)
        end = (Loss(kind=Kind.COMMENT_LEFT, where=path, detail=comment) for comment in file.end)
        result = Content(above=file.top, requires_python=file.requires_python, losses=(*file.losses, *end))
        for item in file.items:
            result = _joined(result, self._item(item, place, (*way, path)))
        return result

    def _item(self, item: Entry | Nested | Setting, place: _Place, way: tuple[str, ...]) -> Content:
        if isinstance(item, Setting):
            return Content(settings=(item,))
        if isinstance(item, Entry):
            return Content(constraints=(item,)) if place.constraint else Content(entries=(item,))
        if item.path not in self.tree and way[-1].endswith(".in"):
            return Content(losses=(_gone(item, way[-1]),))
        owner = self.owner.get(item.path, place.scope)
        if owner == place.scope:
            return self._content(item.path, replace(place, constraint=item.constraint), way)
        if owner == MAIN or item.constraint:
            return Content()
        inner = self._content(item.path, replace(place, scope=owner), way) if place.whole else Content()
        return replace(inner, includes=(*inner.includes, owner.name), above=(), requires_python=None)


def _gone(item: Nested, path: str) -> Loss:
    """A file of another place, which a tool had when it made the lock and which pip does not ask for."""
    detail = f"-{'c' if item.constraint else 'r'} {item.path}: there is no such file"
    return Loss(kind=Kind.SETTING_LEFT, where=path, detail=detail)


def _joined(one: Content, two: Content) -> Content:
    return Content(
        entries=(*one.entries, *two.entries),
        constraints=(*one.constraints, *two.constraints),
        settings=(*one.settings, *two.settings),
        includes=tuple(dict.fromkeys((*one.includes, *two.includes))),
        above=(*one.above, *two.above),
        requires_python=one.requires_python or two.requires_python,
        losses=tuple(dict.fromkeys((*one.losses, *two.losses))),
    )


def every(contents: Mapping[Scope, Content]) -> Iterator[Entry]:
    """Each entry of each scope."""
    for content in contents.values():
        yield from content.entries
