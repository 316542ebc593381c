"""A typed cursor over parsed TOML, JSON or YAML that knows its place and remembers which keys nobody read.

A parser asks for what it expects; a wrong type is an InputError that names file and place
(`poetry.lock: package[3].files[0].hash: expected a string, found 7`). What is left unread at the end comes back as
losses, so no key is dropped in silence. A key that is known to carry no meaning is named in `skip`, in view.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar, cast

from converter.errors import InputError
from converter.losses import Kind, Loss

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WORDS = {str: "a string", bool: "true or false", int: "a whole number", list: "a list", dict: "a table"}
_SHOWN = 60
_T = TypeVar("_T")


class Table:
    """One table of a parsed document."""

    __slots__ = ("_children", "_read", "data", "file", "place")

    def __init__(self, data: object, file: str, place: str = "") -> None:
        if not isinstance(data, dict):
            raise InputError(f"expected a table, found {shown(data)}", file=file, place=place)
        self.data: Mapping[str, object] = data
        self.file, self.place = file, place
        self._read: set[str] = set()
        self._children: dict[tuple[str, int], Table] = {}

    def __contains__(self, key: str) -> bool:
        """Whether the key is there; asking does not count as reading it."""
        return key in self.data

    def keys(self) -> tuple[str, ...]:
        """All keys, in the file's order."""
        return tuple(self.data)

    def at(self, key: str | int) -> str:
        """The place of a key, for messages."""
        if isinstance(key, int):
            return f"{self.place}[{key}]"
        return f"{self.place}.{key}" if self.place else key

    def error(self, key: str, message: str, remedy: str = "") -> InputError:
        """An error that names this key's place."""
        return InputError(message, file=self.file, place=self.at(key), remedy=remedy)

    def take(self, key: str) -> object:
        """The raw value of a key (`None` where it is absent), counted as read."""
        self._read.add(key)
        return self.data.get(key)

    def _typed(self, key: str, kind: type[_T]) -> _T | None:
        value = self.take(key)
        if value is None and key not in self.data:
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(key, f"expected {_WORDS.get(kind, kind.__name__)}, found {shown(value)}")
        return value

    def _required(self, key: str, value: _T | None, kind: str) -> _T:
        if value is None:
            raise self.error(key, f"expected {kind}, found nothing")
        return value

    def string(self, key: str) -> str:
        """A string that must be there."""
        return self._required(key, self._typed(key, str), "a string")

    def string_or(self, key: str, default: str = "") -> str:
        """A string, or the default where the key is absent."""
        value = self._typed(key, str)
        return default if value is None else value

    def optional_string(self, key: str) -> str | None:
        """A string, or `None` where the key is absent."""
        return self._typed(key, str)

    def boolean(self, key: str, *, default: bool = False) -> bool:
        """True or false, or the default where the key is absent."""
        value = self._typed(key, bool)
        return default if value is None else value

    def integer(self, key: str) -> int | None:
        """A whole number, or `None` where the key is absent."""
        return self._typed(key, int)

    def moment(self, key: str) -> str | None:
        """A point in time as text (ISO 8601), `None` where there is none."""
        value = self.optional_string(key)
        try:
            datetime.fromisoformat(value or "1970-01-01")
        except ValueError:
            raise self.error(key, f"expected a point in time, found {shown(value)}") from None
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty where the key is absent."""
        values = self._typed(key, list) or []
        for number, value in enumerate(values):
            if not isinstance(value, str):
                raise self.error(f"{key}[{number}]", f"expected a string, found {shown(value)}")
        return tuple(cast("list[str]", values))

    def table(self, key: str) -> Table:
        """The table under a key; an empty one where the key is absent."""
        value = self._typed(key, dict)
        return self.child({} if value is None else value, self.at(key))

    def tables(self, key: str) -> tuple[Table, ...]:
        """The list of tables under a key; empty where the key is absent."""
        values = self._typed(key, list) or []
        return tuple(self.child(value, f"{self.at(key)}[{number}]") for number, value in enumerate(values))

    def child(self, data: object, place: str) -> Table:
        """A table inside this one, whose unread keys count as this one's; the same one each time it is asked for."""
        known = place, id(data)
        if known not in self._children:
            self._children[known] = Table(data, self.file, place)
        return self._children[known]

    def items(self) -> Iterator[tuple[str, Table]]:
        """Each key with the table under it, where every value must be a table."""
        for key in self.data:
            yield key, self.table(key)

    def skip(self, *keys: str) -> None:
        """Count keys as read that are known to carry no meaning."""
        self._read.update(keys)

    def skip_all(self) -> None:
        """Count every key as read."""
        self._read.update(self.data)

    def unread(self, kind: Kind = Kind.KEY_UNKNOWN) -> Iterator[Loss]:
        """A loss for each key here and below that nobody read."""
        for key in self.data:
            if key not in self._read:
                yield Loss(kind=kind, where=f"{self.file}: {self.at(key)}", detail=f"{key} = {shown(self.data[key])}")
        for each in self._children.values():
            yield from each.unread(kind)


def shown(value: object) -> str:
    """A value as a message shows it: short, one line."""
    if value is None:
        return "nothing"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
