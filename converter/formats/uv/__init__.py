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

It is not in `FORMATS` yet: some laws over its samples do not hold, and only then is a format whole.
"""

from __future__ import annotations

from converter.format import Format, Needs
from converter.formats.uv.emit import SETTINGS, emit, retire
from converter.formats.uv.lockfile import LOCK
from converter.formats.uv.parse import parse
from converter.formats.uv.settings import MANIFEST
from converter.tree import Tree


def _detect(tree: Tree) -> bool:
    return LOCK in tree or "[tool.uv" in (tree.get(MANIFEST) or b"").decode("utf-8", "replace")


FORMAT = Format(
    name="uv",
    title="uv",
    manifest=MANIFEST,
    lock=LOCK,
    files=(MANIFEST, LOCK, SETTINGS),
    needs=Needs(filenames=True, urls=True, edges=True),
    reads="0.4.30",
    detect=_detect,
    parse=parse,
    emit=emit,
    retire=retire,
)
