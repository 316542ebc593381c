"""Pipenv: Pipfile and Pipfile.lock.

Specification: https://pipenv.pypa.io/en/latest/pipfile.html, https://github.com/pypa/pipfile, and Pipenv's own source
where these are silent. Read: locks of pipfile-spec 2 to 6, which is every release since 2017, and a Pipfile without a
lock. Written: pipfile-spec 6, with a hash that Pipenv before and since 2026.4 accepts. The oldest release that
installs it: 2022.4.8, the first that knows categories; a project without groups but `dev` is read by 2018.10.

Not supported: several versions of a package in one category (the lock has room for one), several constraints for one
package (read, but never written), extras of the project itself (written as categories), a range of Pythons in
`[requires]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from converter.format import Format, Needs

if TYPE_CHECKING:
    from converter.losses import Lossy
    from converter.model import Project
    from converter.tree import Tree


def _detect(tree: Tree) -> bool:
    return "Pipfile" in tree or "Pipfile.lock" in tree


def _parse(tree: Tree, name: str) -> Lossy[Project]:
    from converter.formats.pipenv.parse import parse

    return parse(tree, name)


def _emit(project: Project, tree: Tree) -> Lossy[Tree]:
    from converter.formats.pipenv.emit import emit

    return emit(project, tree)


def _retire(tree: Tree) -> Lossy[Tree]:
    from converter.formats.pipenv.emit import retire

    return retire(tree)


FORMAT = Format(
    name="pipenv",
    title="Pipenv",
    manifest="Pipfile",
    lock="Pipfile.lock",
    files=("Pipfile", "Pipfile.lock"),
    needs=Needs(),
    reads="2022.4.8",
    one_environment=True,
    detect=_detect,
    parse=_parse,
    emit=_emit,
    retire=_retire,
)
