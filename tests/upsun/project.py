"""A repository as a dict of files, followed to another manager: what the tests of this folder hand in and look at."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import PurePosixPath
from typing import Any

from converter.losses import Loss, Lossy
from converter.shell import Setting
from converter.tree import Tree
from converter.upsun.apps import apps
from converter.upsun.follow import Change, follow
from converter.upsun.scripts import scripts

ROOT = PurePosixPath()


def followed(
    files: Mapping[str, Any],
    source: str,
    target: str,
    folder: str = "",
    **options: Any,  # noqa: ANN401  as the fields are
) -> Lossy[Tree]:
    """The tree after `follow`; `options` are fields of `Setting` or of `Change`."""
    rest = {name: options[name] for name in ("versions", "path_not_prefix") if name in options}
    known = {name: value for name, value in options.items() if name not in rest}
    setting = Setting(**known)
    change = Change(source=source, target=target, folder=PurePosixPath(folder), setting=setting, **rest)
    return follow(Tree.of(files), change)


def files_of(tree: Tree) -> dict[str, str]:
    """Every file of a tree as text."""
    return {str(path): (tree.get(path) or b"").decode() for path in tree.paths()}


def difference(after: Tree) -> str:
    """What differs from the tree's base, as a unified diff without context."""
    lines: list[str] = []
    for edit in after.edits():
        old, new = ((data or b"").decode().splitlines() for data in (edit.before, edit.after))
        lines += unified_diff(old, new, str(edit.path), str(edit.path), n=0, lineterm="")
    return "".join(f"{line}\n" for line in lines if not line.startswith(("--- ", "@@ ")))


def codes(losses: tuple[Loss, ...]) -> list[str]:
    """The code of each loss."""
    return [loss.kind.code for loss in losses]


def assert_runs_in_dash(tree: Tree) -> None:
    """Every script of every app is one that dash can read."""
    dash = shutil.which("dash") or "sh"
    for app in apps(tree):
        for script in scripts(tree, app):
            done = subprocess.run([dash, "-n"], input=script.text.encode(), capture_output=True, check=False)
            assert done.returncode == 0, (script.name, done.stderr)
