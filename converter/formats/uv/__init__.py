"""uv: `[project]`, `[dependency-groups]` and `[tool.uv]` of pyproject.toml, and uv.lock.

Specification: https://docs.astral.sh/uv/reference/settings/, https://docs.astral.sh/uv/concepts/projects/ and, for
uv.lock, uv's own source (`uv-resolver/src/lock`). Lock versions read: 1, in revisions 0 to 5 (newer revisions too,
for they only add). Written: version 1, revision 5, which uv 0.4.30 and newer read. Pylock files, scripts (PEP 723)
and `uv pip` are not uv.lock.

Not supported: version 2 (uv refuses it as well), what a workspace's other members require of their own groups,
packages in an archive inside a repository (`path` of a git source), indexes that are a folder (read; as a target
they need URLs).

What only uv says travels under the name `uv`: `Project.tool["uv"]` is `[tool.uv]` but for what the model has fields
for; `Lock.tool` and `Package.tool` are described in `lockfile`. A marker in `Package.when` speaks of an extra or
group (`'cpu' in extras`) where a declared conflict makes it depend on that choice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from converter.format import Format, Needs, Tool, Trace, later

if TYPE_CHECKING:
    from converter.tree import Tree

_OWN = re.compile(r"^\s*\[+\s*tool\s*\.\s*uv\b(?!\s*\.\s*build-backend)", re.MULTILINE)
"""A table that is uv's, and not that of the build backend uv_build, which goes with any manager."""


def _detect(tree: Tree) -> Trace:
    if "uv.lock" in tree:
        return Trace.LOCK
    text = (tree.get("pyproject.toml") or b"").decode("utf-8", "replace")
    return Trace.SETTINGS if _OWN.search(text) else Trace.NONE


FORMAT = Format(
    name="uv",
    title="uv",
    manifest="pyproject.toml",
    lock="uv.lock",
    files=("pyproject.toml", "uv.lock", "uv.toml"),
    workspaces=True,
    needs=Needs(filenames=True, urls=True, edges=True, published=True, restated=True),
    tool=Tool(program="uv", install="uv", lock=("lock", "--quiet"), check=("lock", "--check", "--quiet")),
    reads="0.4.30",
    detect=_detect,
    parse=later("converter.formats.uv.parse:parse"),
    emit=later("converter.formats.uv.emit:emit"),
    retire=later("converter.formats.uv.emit:retire"),
)
