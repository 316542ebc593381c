"""pylock.toml (PEP 751), with `[project]` and `[dependency-groups]` of pyproject.toml beside it.

Specification: https://packaging.python.org/en/latest/specifications/pylock-toml/. Lock versions read: 1.0, and any
later 1.x for what 1.0 knows of it. Written: 1.0; pip 26.3, uv 0.13 and PDM 2.29 install it, older ones were not tried.
What `packaging.pylock` refuses is neither read nor written. A lock may be called `pylock.<name>.toml` where it is the
only one; files that pip, uv, PDM and Poetry's exporter wrote are read.

Not supported: edges (the specification has them for people alone), the indexes' names, several locks in one folder,
releases of which the lock holds several files by path.

What only a pylock file says travels under the name `pylock`, see `lockfile`. An extra or a group is a part of an
entry's marker, see `condition`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from converter.format import Format, Needs, Tool, Trace, later

if TYPE_CHECKING:
    from converter.tree import Tree


def _detect(tree: Tree) -> Trace:
    """A pylock file beside another manager's lock is an export of that."""
    from converter.formats.pylock.document import LOCK, lock_path

    return Trace.EXPORT if LOCK in tree or lock_path(tree) is not None else Trace.NONE


FORMAT = Format(
    name="pylock",
    title="pylock.toml",
    manifest="pyproject.toml",
    lock="pylock.toml",
    files=("pyproject.toml", "pylock.toml", "pylock.*.toml"),
    needs=Needs(filenames=True, urls=True, edges=True),  # edges: the conditions of a Pipfile.lock follow from them
    tool=Tool(  # it belongs to no tool; pip writes and reads it
        program="pip", install="pip 26.1 or newer", asked="pip",
        lock=("--python", "{python}", "lock", "--quiet", "-r", "requirements.in", "-o", "pylock.toml"),
        check=(
            "--python", "{python}", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps",
            "-r", "{file}",
        ),
        each="pylock*.toml",
        variables={"PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    ),
    reads="pip 26.3",
    detect=_detect,
    parse=later("converter.formats.pylock.parse:parse"),
    emit=later("converter.formats.pylock.emit:emit"),
    retire=later("converter.formats.pylock.emit:retire"),
)  # fmt: skip
