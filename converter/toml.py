"""TOML text as plain values, and values as text in the spelling that tomlkit (so Poetry and PDM) uses.

Locks are written with this, not with tomlkit itself, which takes seconds for a large one. Specification: TOML 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import rtoml

from converter.errors import InputError

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def values(text: str, file: str) -> dict[str, object]:
    """A TOML file as plain values. Raises InputError with the line."""
    try:
        return rtoml.loads(text)
    except (rtoml.TomlParsingError, RecursionError):
        pass
    import tomllib

    try:
        return tomllib.loads(text)  # says where; what it reads and rtoml does not is TOML all the same
    except (tomllib.TOMLDecodeError, RecursionError) as why:
        raise InputError(f"expected TOML: {why}", file=file) from None


def string(text: str) -> str:
    """A basic string; only quotes, backslashes and control characters are escaped."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _SHORT.get(character) or f"\\u{ord(character):04x}"


@lru_cache(maxsize=1 << 12)
def key(name: str) -> str:
    """A key, quoted where it must be."""
    return name if _BARE.fullmatch(name) else string(name)


def dotted(*names: str) -> str:
    """The name of a table: keys with dots between."""
    return ".".join(map(key, names))


def value(item: object) -> str:
    """A string, truth value, number, time, list or table on one line: `{version = "*", extras = ["a"]}`."""
    if isinstance(item, str):
        return string(item)
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, Mapping):
        return "{" + ", ".join(f"{key(k)} = {value(v)}" for k, v in item.items()) + "}"
    if isinstance(item, Sequence):
        return "[" + ", ".join(map(value, item)) + "]"
    if isinstance(item, datetime):
        return item.isoformat().removesuffix("+00:00") + ("Z" if item.utcoffset() == timedelta() else "")
    return str(item)
