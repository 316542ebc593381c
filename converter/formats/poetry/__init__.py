"""Poetry: `[tool.poetry]` and `[project]` of pyproject.toml, and poetry.lock.

Specification: Poetry's own code (`poetry.packages.locker`, `poetry.core.factory`) and documentation.
Lock versions read: 1.0, 1.1, 2.0 and 2.1 (a later 2.x too), and the locks of Poetry 0.x, which name no version.
Written: 2.1. Oldest tool that reads what is written: Poetry 2.3 (its content hash covers `[dependency-groups]`).
Not supported: what plugins and `poetry.toml` configure, `links` and `indexed` of a source.

What only Poetry says travels under the name `poetry`, so that its own files come back as they were:

- `Project.tool["poetry"]`: keys of `[tool.poetry]` by their own names, as plain values (`package-mode`, `packages`,
  `include`, `exclude`, `build`, `requires-poetry`, `requires-plugins`, `build-constraints`, `readme` if it is a list,
  `scripts` that are files), and `python`, the Python constraint of the dependencies as written.
- `Lock.tool["poetry"]`: `lock-version`, `python-versions`, `content-hash`, `extras` as in the file, and `header`, its
  first line.
- `Package.tool["poetry"]`: `name`, `optional`, `python-versions`, `groups`, `markers`, `dependencies`, `extras`,
  `develop`, `source` as in the file, each where the file has it; `category` and `marker` of old locks.

`[build-system]` is `Project.tool["build-system"]`, as for every format that has a pyproject.toml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from converter.format import Format, Needs, Tool, Trace, later

if TYPE_CHECKING:
    from converter.tree import Tree


def _detect(tree: Tree) -> Trace:
    if "poetry.lock" in tree:
        return Trace.LOCK
    return Trace.SETTINGS if "[tool.poetry" in (tree.text("pyproject.toml") or "") else Trace.NONE


FORMAT = Format(
    name="poetry",
    title="Poetry",
    manifest="pyproject.toml",
    lock="poetry.lock",
    files=("pyproject.toml", "poetry.lock", "poetry.toml"),
    needs=Needs(filenames=True, edges=True, published=True, metadata=True, restated=True),
    tool=Tool(
        program="poetry", install="Poetry", lock=("lock",), check=("check", "--lock"),
        variables={"POETRY_VIRTUALENVS_IN_PROJECT": "true", "POETRY_NO_INTERACTION": "1"},
    ),
    reads="2.3",
    detect=_detect,
    parse=later("converter.formats.poetry.parse:parse"),
    emit=later("converter.formats.poetry.emit:emit"),
    retire=later("converter.formats.poetry.emit:retire"),
)  # fmt: skip
