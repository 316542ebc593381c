"""The hash in `_meta.hash.sha256`: which Pipfile a lock was made from.

Two rules are known: since 2026.4 Pipenv normalizes the names in each package section, before that it took them as
written (`Pipfile.calculate_hash` in its utils/pipfile.py; `Pipfile.get_hash` of plette). The first releases knew no
other sections than `[packages]` and `[dev-packages]`: that is the rule of the package `pipfile`, which is asked for
it. Where a Pipfile names no source, Pipenv puts in one of its own, which depends on the release and on the machine;
so the lock's own sources are tried.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from packaging.utils import canonicalize_name

_NO_CATEGORIES = frozenset(
    ["source", "sources", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop"]
)
_ASSUMED = ({"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True},)


def digest(data: Mapping[str, object], *, normalize: bool = True) -> str:
    """The hash of a Pipfile, read as TOML, by the rule since 2026.4, or without `normalize` by the one before."""
    section = _normalized if normalize else _as_written
    content = {
        "_meta": {"sources": data.get("source", data.get("sources", _ASSUMED)), "requires": data.get("requires", {})},
        "default": section(data.get("packages", {})),
        "develop": section(data.get("dev-packages", {})),
    }
    content |= {name: section(value) for name, value in data.items() if name not in _NO_CATEGORIES}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def accepts(data: Mapping[str, object], written: str, sources: object = None) -> bool:
    """Whether the lock that says `written` (and these `_meta.sources`) was made from this Pipfile, by any rule."""
    return bool(written) and any(written == found for found in _digests(data, sources))


def _digests(data: Mapping[str, object], sources: object) -> Iterator[str]:
    named = "source" in data or "sources" in data
    for variant in (data,) if named else (data, {**data, "source": sources}):
        yield digest(variant)
        yield digest(variant, normalize=False)
        yield _first_rule(variant)


def _first_rule(data: Mapping[str, object]) -> str:
    """The rule of the package `pipfile`. Its `Pipfile` reads from a path only, but hashes any data that it is given."""
    from pipfile.api import Pipfile

    default = [{"url": "https://pypi.python.org/simple", "verify_ssl": True}]
    found = Pipfile("Pipfile")
    found.data = {
        "_meta": {"sources": data.get("source", default), "requires": data.get("requires", {})},
        "default": data.get("packages", {}),
        "develop": data.get("dev-packages", {}),
    }
    try:
        return str(found.hash)
    except TypeError:  # a date is no JSON for it
        return ""


def _normalized(section: object) -> object:
    return {canonicalize_name(k): v for k, v in section.items()} if isinstance(section, dict) else section


def _as_written(section: object) -> object:
    return section
