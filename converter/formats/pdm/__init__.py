"""PDM: `[project]`, `[dependency-groups]` and `[tool.pdm]` of pyproject.toml, and pdm.lock.

Specification: PDM's own code (`pdm.project.lockfile`, `pdm.models.repositories.lock`) and documentation.
Lock versions read: 3.1 to 4.5 (PDM 1.15 and newer). Written: 4.5.1 with `inherit_metadata`; without it where scopes
need a package under different conditions and PDM, walking the edges, keeps them apart (`walked`). Oldest tool that
reads what is written: PDM 2.17.
Not supported: workspaces (their members are read as the folders that the lock has), sources of type `find_links`,
scripts that are more than one command, pylock.toml as PDM's lock, which is a format of its own.

What only PDM says travels under the name `pdm`, so that its own files come back as they were:

- `Project.tool["pdm"]`: `resolution`, `scripts` and what else of `[tool.pdm]` no other tool has, as plain values.
- `Lock.tool["pdm"]`: `lock-version`, `strategy`, `groups`, `targets`, `content-hash`, `lock-inputs`.
- `Package.tool["pdm"]`: `entries`, by the extras that each is for: `name`, `requires_python`, `summary`, `groups`,
  `marker` and `dependencies` as in the file.

`[build-system]` is `Project.tool["build-system"]`, as for every format that has a pyproject.toml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from converter.format import Format, Needs, Tool, Trace, later

if TYPE_CHECKING:
    from converter.tree import Tree


def _detect(tree: Tree) -> Trace:
    if "pdm.lock" in tree:
        return Trace.LOCK
    return Trace.SETTINGS if _managed(tree) else Trace.NONE


def _managed(tree: Tree) -> bool:
    """Whether `[tool.pdm]` holds more than what the build backend reads."""
    text = tree.text("pyproject.toml") or ""
    if "tool.pdm" not in text:
        return False
    from converter.errors import InputError
    from converter.formats.pdm.settings import BACKEND
    from converter.formats.pdm.tool_table import tool_pdm

    try:
        return any(key not in BACKEND for key in tool_pdm(text))
    except InputError:
        return True  # whoever reads it says what is wrong with it


FORMAT = Format(
    name="pdm",
    title="PDM",
    manifest="pyproject.toml",
    lock="pdm.lock",
    files=("pyproject.toml", "pdm.lock", "pdm.toml", ".pdm.toml"),
    # not restated: PDM may walk the edges itself, and then installs what these say, not what a marker does
    needs=Needs(filenames=True, edges=True, published=True),
    tool=Tool(
        program="pdm", install="PDM", lock=("lock",), check=("lock", "--check"),
        variables={
            "PDM_CHECK_UPDATE": "0", "PDM_NON_INTERACTIVE": "1", "PDM_USE_VENV": "0", "PDM_IGNORE_SAVED_PYTHON": "1",
        },
    ),
    reads="2.17",
    detect=_detect,
    parse=later("converter.formats.pdm.parse:parse"),
    emit=later("converter.formats.pdm.emit:emit"),
    retire=later("converter.formats.pdm.emit:retire"),
)  # fmt: skip
