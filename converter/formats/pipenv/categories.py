"""Package categories: a section of the Pipfile, a section of the lock, a scope of the model.

`[packages]` is `default` in the lock and the main scope, `[dev-packages]` is `develop` and group `dev`; every other
category has one name in both files. Source: `get_lockfile_section_using_pipfile_category` in Pipenv's
utils/pipfile.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from packaging.utils import canonicalize_name

from converter.model import MAIN, Scope, ScopeKind

PACKAGES, DEV_PACKAGES, DEV = "packages", "dev-packages", "dev"
NOT_CATEGORIES = frozenset(["source", "sources", "requires", "scripts", "pipenv", "pipfile", "build-system"])
TAKEN = NOT_CATEGORIES | {"_meta", "default", "develop", PACKAGES, DEV_PACKAGES, DEV}
_SECTIONS = {PACKAGES: "default", DEV_PACKAGES: "develop"}
_CATEGORIES = {section: category for category, section in _SECTIONS.items()}


def section_of(category: str) -> str:
    """The lock's section for a category of the Pipfile."""
    return _SECTIONS.get(category, category)


def category_of(section: str) -> str:
    """The Pipfile's category for a section of the lock."""
    return _CATEGORIES.get(section, section)


def scopes(categories: Iterable[str]) -> dict[str, Scope]:
    """The scope of each category. Of two that would be one group (`Docs` and `docs`) the second gets a number."""
    found: dict[str, Scope] = {PACKAGES: MAIN, DEV_PACKAGES: Scope(ScopeKind.GROUP, DEV)}
    for category in categories:
        if category not in found:
            used = {scope.name for scope in found.values()}
            found[category] = Scope(ScopeKind.GROUP, free(_group_name(category), used))
    return found


def _group_name(category: str) -> str:
    return canonicalize_name(re.sub(r"[^A-Za-z0-9._-]+", "-", category)).strip("-") or "group"


def free(name: str, taken: Iterable[str]) -> str:
    """The name, or with the first number that makes it a new one."""
    used = set(taken)
    return next(n for n in (name, *(f"{name}-{number}" for number in range(2, len(used) + 3))) if n not in used)
