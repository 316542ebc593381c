"""What of the target stands in a tree already: nobody's work is written over unasked, nor passed over in silence."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name

from converter.format import Format
from converter.model import Project, declared
from converter.tree import Tree


def standing(tree: Tree, planned: Tree, source: Format, target: Format, project: Project) -> Iterator[tuple[str, str]]:
    """What of the target is there already and says something else: nobody's work is written over unasked."""
    for path, content in sorted(planned.changes.items()):
        if _is_lock(path, target) and path in tree and content != tree.get(path):
            yield str(path), "it differs from what the source says"
    if target.manifest in tree and target.manifest != source.manifest:
        theirs = _declared(target.parse(tree.drop(target.lock), project.name).value) - _declared(project)
        if theirs:
            yield target.manifest, f"it declares {', '.join(sorted(theirs))}"


def beside(planned: Tree, target: Format) -> tuple[PurePosixPath, ...]:
    """The target's kind of files that stand there and that nothing was written to: of groups that the source lacks."""
    every = {path for glob in target.files if "*" in glob for path in planned.paths(glob)}
    return tuple(sorted(path for path in every if _is_lock(path, target) and path not in planned.changes))


def _is_lock(path: PurePosixPath, form: Format) -> bool:
    """Whether a path is a format's lock, or one of the files of which it has some for each group."""
    several = (glob for glob in form.files if "*" in glob)
    return str(path) == form.lock or (str(path) != form.manifest and any(fnmatchcase(str(path), g) for g in several))


def _declared(project: Project) -> frozenset[str]:
    """What a project asks for; its own name (`demo[extra]`) is no news to anybody."""
    return frozenset(r.name for _, r in declared(project)) - {canonicalize_name(project.name)}
