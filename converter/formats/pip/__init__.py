"""pip: requirements files, and the .in files that pip-compile and `uv pip compile` make them from.

Specification: https://pip.pypa.io/en/stable/reference/requirements-file-format/, and pip's own source where that is
silent. Read: every option that pip 26 knows in such a file, and those of older ones; what pip freeze, pip-compile,
`uv pip compile`, `uv export`, `poetry export` and `pipenv requirements` write. Which file is which scope: `scopes`.
Written: `requirements.in` and `requirements.txt`, `requirements-<group>.in` and `.txt` for each group and extra, and
beside each `-direct.txt` for what pip cannot check by hash. The oldest pip that installs it: 19.3, the first to read
`name @ url` in every place.

Not supported: an index for one package alone (several are written for all, where hashes keep them apart), extras of
the project itself (written as groups), constraints and overrides, scripts, a requirement from a file by URL (`-r
https://...`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from converter.format import Format, Needs, Tool, Trace, later

if TYPE_CHECKING:
    from converter.tree import Tree


def _detect(tree: Tree) -> Trace:
    from converter.formats.pip.scopes import layout

    return Trace.LOCK if layout(tree).parts else Trace.NONE


FORMAT = Format(
    name="pip",
    title="pip",
    manifest="requirements.in",
    lock="requirements.txt",
    files=("requirements*.txt", "requirements*.in", "requirements/*.txt", "requirements/*.in"),
    needs=Needs(edges=True),
    tool=Tool(
        program="pip", install="pip 25.1 or newer", answered="pylock",
        lock=("--python", "{python}", "lock", "--quiet", "-r", "requirements.in", "-o", "pylock.toml"),
        check=(
            "--python", "{python}", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps",
            "-r", "{file}",
        ),
        each="requirements*.txt",
        variables={"PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    ),
    reads="19.3",
    adds_missing=True,
    detect=_detect,
    parse=later("converter.formats.pip.parse:parse"),
    emit=later("converter.formats.pip.emit:emit"),
    retire=later("converter.formats.pip.retire:retire"),
    comments=later("converter.formats.pip.files:comments_of"),
)  # fmt: skip
