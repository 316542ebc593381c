"""Writes Pipfile and Pipfile.lock for a project, and takes them away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from converter.formats.pipenv.choose import choose, environment_of
from converter.formats.pipenv.content import Content, content
from converter.formats.pipenv.lock_text import lock_text, meta_for
from converter.formats.pipenv.lockfile import LOCK
from converter.formats.pipenv.manifest import PIPFILE, read_manifest, toml
from converter.formats.pipenv.pipfile_text import edited_text, new_text
from converter.graph import without_choices
from converter.losses import Kind, Loss, Lossy
from converter.model import Project
from converter.tree import Tree


def emit(project: Project, tree: Tree) -> Lossy[Tree]:
    """The tree with a Pipfile and, where the project has a lock, a Pipfile.lock. A Pipfile that is there is edited.

    A fork is flattened for one environment, see `choose`. Raises InputError for a Pipfile there that cannot be read.
    """
    project = without_choices(project)
    choice = choose(project)
    wanted = content(project, choice.value.python)
    text = _pipfile(project, wanted.value, tree.text(PIPFILE))
    losses = (*choice.losses, *wanted.losses, *text.losses, *_range_left(project, wanted.value, tree))
    result = tree if text.value == tree.text(PIPFILE) else tree.put(PIPFILE, text.value)
    if project.lock is None:
        return Lossy(result, losses)
    data = toml(text.value)
    kept = _recorded(project, data) if text.value == tree.text(PIPFILE) else None
    lock = lock_text(kept or meta_for(data, wanted.value), choice.value, wanted.value)
    return Lossy(result.put(LOCK, lock.value), (*losses, *lock.losses))


def retire(tree: Tree) -> Lossy[Tree]:
    """The tree without the Pipfile and its lock."""
    return Lossy(tree.drop(*(path for path in (PIPFILE, LOCK) if path in tree)))


def _pipfile(project: Project, wanted: Content, old: str | None) -> Lossy[str]:
    environment = environment_of(project)
    if old is None:
        return new_text(wanted, environment)
    manifest = read_manifest(old).value
    edited = edited_text(old, manifest, wanted, environment, renew=False)
    if edited.value == old and _recorded(project, toml(old)):
        return edited
    return edited_text(old, manifest, wanted, environment, renew=True)


def _recorded(project: Project, data: Mapping[str, object]) -> Mapping[str, object] | None:
    """The `_meta` of the source's own lock. It stays where the Pipfile does: a lock of Pipenv comes back as it was."""
    found = project.lock.tool.get("pipenv", {}).get("as-written") if project.lock else None
    same = isinstance(found, Mapping) and found.get("requires", {}) == data.get("requires", {})
    return found if same and isinstance(found, Mapping) else None


def _range_left(project: Project, wanted: Content, tree: Tree) -> Iterator[Loss]:
    stated, own = project.requires_python, "pipenv" in project.tool and PIPFILE in tree
    if stated is not None and not wanted.requires and not own:
        yield Loss(kind=Kind.PYTHON_RANGE_LEFT, where=f"{PIPFILE}: requires", detail=str(stated))
