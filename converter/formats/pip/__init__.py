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

from converter.format import Format, Needs, toml_comments

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from converter.losses import Lossy
    from converter.model import Project
    from converter.tree import Tree


def _detect(tree: Tree) -> bool:
    from converter.formats.pip.scopes import layout

    return bool(layout(tree).parts)


def _parse(tree: Tree, name: str) -> Lossy[Project]:
    from converter.formats.pip.parse import parse

    return parse(tree, name)


def _emit(project: Project, tree: Tree) -> Lossy[Tree]:
    from converter.formats.pip.emit import emit

    return emit(project, tree)


def _retire(tree: Tree) -> Lossy[Tree]:
    from converter.formats.pip.retire import retire

    return retire(tree)


def _comments(tree: Tree, path: PurePosixPath) -> tuple[str, ...]:
    from converter.formats.pip.files import comments_of

    return comments_of(tree, path) if path.suffix in (".txt", ".in") else toml_comments(tree, path)


FORMAT = Format(
    name="pip",
    title="pip",
    manifest="requirements.in",
    lock="requirements.txt",
    files=("requirements*.txt", "requirements*.in", "requirements/*.txt", "requirements/*.in"),
    needs=Needs(edges=True),
    reads="19.3",
    adds_missing=True,
    detect=_detect,
    parse=_parse,
    emit=_emit,
    retire=_retire,
    comments=_comments,
)
