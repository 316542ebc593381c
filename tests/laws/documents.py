"""Manifests and locks as plain documents, whatever they are written in: read, changed, written again.

A file of lines (pip's) is a table with a table for each line that is no option: a key of the file is an option on a
line of its own, a key of a line one behind it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import tomlkit

Path = tuple[str | int, ...]
_HEAD, _LINES, _BELOW = "head", "lines", "below"


def read(text: str) -> dict[str, Any]:
    """A JSON or TOML document, else one of lines."""
    for language in (json.loads, tomllib.loads):
        try:
            found = language(text)
        except ValueError:
            continue
        assert isinstance(found, dict)
        return found or _lines(text)
    return _lines(text)


def _lines(text: str) -> dict[str, Any]:
    """The comments and options at the head, then each line with the comments on it and what goes on below it."""
    head: list[str] = []
    found: list[dict[str, str]] = []
    above: list[str] = []
    for line in text.splitlines():
        if found and line.startswith(" "):
            found[-1][_BELOW] += f"{line}\n"
        elif line.startswith("#") or not line.strip():
            above.append(line)
        elif line.startswith("-") and not found and not line.startswith("-e"):
            head, above = [*head, *above, line], []
        else:
            top = max((n + 1 for n, each in enumerate(above) if not each.strip()), default=0)
            head += above[:top]
            found.append({_HEAD: "".join(f"{each}\n" for each in above[top:]), _LINES: line, _BELOW: ""})
            above = []
    return {_HEAD: "".join(f"{each}\n" for each in [*head, *above]), _LINES: found}


def _written_lines(document: dict[str, Any]) -> str:
    options = "".join(f"--{key} '{value}'\n" for key, value in document.items() if key not in (_HEAD, _LINES))
    rows = [_row(row) for row in document[_LINES]]
    return f"{document[_HEAD]}{options}{''.join(rows)}"


def _row(row: dict[str, str]) -> str:
    more = "".join(f" --{key} '{value}'" for key, value in row.items() if key not in (_HEAD, _LINES, _BELOW))
    bare, mark, comment = row[_LINES].removesuffix(" \\").partition("  #")
    goes_on = " \\" if row[_LINES].endswith(" \\") else ""
    return f"{row[_HEAD]}{bare}{more}{mark}{comment}{goes_on}\n{row[_BELOW]}"


def written(document: dict[str, Any], like: str) -> str:
    """The document in the language of a text, with the comment lines that this begins with."""
    if isinstance(document.get(_HEAD), str) and _LINES in document:
        return _written_lines(document)
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
