"""A pylock file as plain values and as `packaging` reads it, which is what says whether it is one.

Specification: https://packaging.python.org/en/latest/specifications/pylock-toml/ (PEP 751).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from packaging.pylock import Pylock, PylockUnsupportedVersionError, PylockValidationError

from converter import toml
from converter.errors import InputError
from converter.table import Table
from converter.tree import Tree

LOCK = "pylock.toml"
MANIFEST = "pyproject.toml"
VERSION = "1.0"
_NAMED = re.compile(r"pylock\.[^./]+\.toml")
_MINOR = re.compile(r"1\.\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A pylock file: its path and text, its plain values, and what `packaging` makes of them."""

    path: str
    text: str
    values: Mapping[str, object]
    read: Pylock

    def table(self) -> Table:
        """A cursor over the plain values."""
        return Table(self.values, self.path)


def lock_path(tree: Tree) -> str | None:
    """The lock's path: pylock.toml, else the one `pylock.<name>.toml`. Raises InputError where there are several."""
    if LOCK in tree:
        return LOCK
    named = [str(path) for path in tree.paths("pylock.*.toml") if _NAMED.fullmatch(str(path))]
    if len(named) > 1:
        raise InputError(
            f"expected {LOCK} or one lock of another name, found {', '.join(named)}",
            remedy=f"name the one that counts {LOCK}",
        )
    return named[0] if named else None


def read_document(text: str, path: str) -> Document:
    """A file's text, read. Raises InputError, with the place, for what is no pylock file of version 1."""
    values = toml.values(text, path)
    return Document(path=path, text=text, values=values, read=validated(values, path))


def validated(values: Mapping[str, object], path: str) -> Pylock:
    """Plain values as `packaging` reads them. Raises InputError with the place of what PEP 751 does not admit."""
    newer = isinstance(version := values.get("lock-version"), str) and _MINOR.fullmatch(version)
    try:
        return Pylock.from_dict({**values, "lock-version": VERSION} if newer else values)
    except PylockUnsupportedVersionError:
        raise InputError(
            f"expected a version below 2, found {version}",
            file=path, place="lock-version", remedy="a newer pm-convert may read it",
        ) from None  # fmt: skip
    except PylockValidationError as why:
        raise InputError(_worded(why.message), file=path, place=why.context or "") from None


def _worded(message: str) -> str:
    """The first line of a message, as the other errors begin."""
    first = message.splitlines()[0] if message else "is not as PEP 751 says"
    return "expected a value, found nothing" if first == "Missing required value" else first[:1].lower() + first[1:]
