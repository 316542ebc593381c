"""Manifests and locks as plain documents, whatever they are written in: read, changed, written again."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import tomlkit

Path = tuple[str | int, ...]


def read(text: str) -> dict[str, Any]:
    """A JSON or TOML document."""
    try:
        found = json.loads(text)
    except ValueError:
        found = tomllib.loads(text)
    assert isinstance(found, dict)
    return found


def written(document: dict[str, Any], like: str) -> str:
    """The document in the language of a text, with the comment lines that this begins with."""
    if like.lstrip().startswith("{"):
        return json.dumps(document, indent=4) + "\n"
    head = "".join(f"{line}\n" for line in like.splitlines() if line.startswith("#") and like.startswith("#"))
    return head.partition("\n\n")[0] + tomlkit.dumps(document)


def tables(value: object, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every table of a document with the way to it."""
    if isinstance(value, dict):
        yield path, value
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in rows:
        yield from tables(inner, (*path, key))
