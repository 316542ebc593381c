"""The `content-hash` of a poetry.lock: by it Poetry tells whether the manifest changed since.

Specification: Poetry's own source (`poetry.packages.locker`, 1.0 to 2.5). SHA-256 of what is relevant there as
`json.dumps(..., sort_keys=True)`. The rule grew with the years: `group` since 1.2, `[project]` since 2.0,
`[dependency-groups]` since 2.3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

_PROJECT = ("requires-python", "dependencies", "optional-dependencies")
_OLD_KEYS = ("dependencies", "source", "extras", "dev-dependencies")


def content_hash(document: Mapping[str, object]) -> str:
    """The hash (64 hex digits) that Poetry 2.3 and newer give to a parsed pyproject.toml."""
    return _digest(_relevant(document, groups=_table(document, "dependency-groups")))


def content_hashes(document: Mapping[str, object]) -> frozenset[str]:
    """Every hash by which some Poetry since 1.0 takes its lock as in date with a parsed pyproject.toml."""
    poetry = _table(_table(document, "tool"), "poetry")
    rules = (
        _relevant(document, groups=_table(document, "dependency-groups")),
        _relevant(document, groups={}),
        {key: poetry.get(key) for key in _OLD_KEYS} | _present(poetry, ("group",)),
        {key: poetry.get(key) for key in _OLD_KEYS},
    )
    return frozenset(map(_digest, rules))


def _relevant(document: Mapping[str, object], *, groups: Mapping[str, object]) -> Mapping[str, object]:
    project = _present(_table(document, "project"), _PROJECT)
    poetry = _table(_table(document, "tool"), "poetry")
    if not project and not groups:  # the whole of Poetry 1: an absent key counts as null
        return {key: poetry.get(key) for key in _OLD_KEYS} | _present(poetry, ("group",))
    first = {"project": project} if project else {}
    second = {"dependency-groups": groups} if groups else {}
    return {**first, **second, "tool": {"poetry": _present(poetry, (*_OLD_KEYS, "group"))}}


def _table(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = data.get(key)
    return found if isinstance(found, Mapping) else {}


def _present(data: Mapping[str, object], keys: tuple[str, ...]) -> dict[str, object]:
    return {key: data[key] for key in keys if data.get(key) is not None}


def _digest(relevant: Mapping[str, object]) -> str:
    # a TOML date, for which Poetry itself has no answer, counts as its text
    return sha256(json.dumps(relevant, sort_keys=True, default=str).encode()).hexdigest()
