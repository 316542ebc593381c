"""The `content_hash` of a pdm.lock: by it PDM tells whether the manifest changed since.

Specification: `PyProject.content_hash` of PDM 1.0 to 2.29. SHA-256 of what is relevant as
`json.dumps(..., sort_keys=True)`. The rule grew with the years: `overrides` since 2.0, `resolution` in its place since
2.17, `[dependency-groups]` among the development groups since 2.20.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from packaging.utils import canonicalize_name


def content_hash(document: Mapping[str, object]) -> str:
    """The hash (`sha256:` and 64 hex digits) that the newest PDM gives to a parsed pyproject.toml."""
    return _digest(_common(document) | {"dev-dependencies": _groups(document), "resolution": _resolution(document)})


def content_hashes(document: Mapping[str, object]) -> frozenset[str]:
    """Every hash by which some PDM takes its lock as in date with a parsed pyproject.toml."""
    pdm = _pdm(document)
    oldest = _common(document) | {"dev-dependencies": _table(pdm, "dev-dependencies")}
    overrides = pdm.get("overrides", _resolution(document).get("overrides", {}))
    several = (oldest, {**oldest, "overrides": overrides}, {**oldest, "resolution": _resolution(document)})
    return frozenset((content_hash(document), *map(_digest, several)))


def _common(document: Mapping[str, object]) -> dict[str, object]:
    project, pdm = _table(document, "project"), _pdm(document)
    return {
        "sources": pdm.get("source", []),
        "dependencies": project.get("dependencies", []),
        "optional-dependencies": project.get("optional-dependencies", {}),
        "requires-python": project.get("requires-python", ""),
    }


def _groups(document: Mapping[str, object]) -> dict[str, list[object]]:
    """The development groups of both tables by normalized name; of one that stands in both, the standard's first."""
    found: dict[str, list[object]] = {}
    for table in (_table(document, "dependency-groups"), _table(_pdm(document), "dev-dependencies")):
        for name, items in table.items():
            found.setdefault(canonicalize_name(name), []).extend(items if isinstance(items, list) else ())
    return found


def _resolution(document: Mapping[str, object]) -> Mapping[str, object]:
    return _table(_pdm(document), "resolution")


def _pdm(document: Mapping[str, object]) -> Mapping[str, object]:
    return _table(_table(document, "tool"), "pdm")


def _table(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = data.get(key)
    return found if isinstance(found, Mapping) else {}


def _digest(relevant: Mapping[str, object]) -> str:
    # a TOML date, for which PDM itself has no answer, counts as its text
    return f"sha256:{sha256(json.dumps(relevant, sort_keys=True, default=str).encode()).hexdigest()}"
