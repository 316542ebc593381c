"""A `Project` as a pylock file with pyproject.toml beside it, and the tree without the lock."""

from __future__ import annotations

from collections.abc import Mapping

from converter.formats.pylock.content import content
from converter.formats.pylock.declare import manifest_text
from converter.formats.pylock.document import LOCK, MANIFEST, lock_path, read_document, validated
from converter.formats.pylock.layout import lock_text
from converter.formats.pylock.lockfile import names_of, read_lock
from converter.losses import Level, Lossy
from converter.model import Lock, Package, Project, package_key
from converter.tree import Tree


def emit(project: Project, tree: Tree) -> Lossy[Tree]:
    """The tree with the project as pyproject.toml and, where it has a lock, as pylock.toml; what else there is stays.

    A lock that was read from a pylock file keeps all that it says, and the manifest beside it stays as it is. Raises
    InputError for a pyproject.toml that cannot be read or edited.
    """
    if project.lock is not None and (own := _own_lock(project, project.lock)):
        return Lossy(tree.put(*own))
    written = manifest_text(project, tree)
    result = tree.put(MANIFEST, written.value) if written.value != (tree.text(MANIFEST) or "") else tree
    if project.lock is None:
        return Lossy(result, written.losses)
    made = content(project, project.lock)
    losses = (*written.losses, *made.losses)
    if not any(loss.level is Level.STOP for loss in losses):
        validated(made.value, LOCK)
    return Lossy(result.put(LOCK, lock_text(made.value)), losses)


def _own_lock(project: Project, lock: Lock) -> tuple[str, str] | None:
    """Path and text of a lock that was read from a pylock file and is as it was; `None` for any other."""
    own = lock.tool.get("pylock", {})
    path, values, written = (own.get(key) for key in ("path", "document", "as-written"))
    if not isinstance(path, str) or not isinstance(values, Mapping):
        return None
    text = written if isinstance(written, str) else lock_text({**values, "packages": _entries(lock.packages)})
    document = read_document(text, path)
    again = read_lock(document, names_of(document, project.dependency_groups.keys())).value
    return (path, text) if _said(again) == _said(lock) else None


def _entries(packages: tuple[Package, ...]) -> list[object]:
    return [package.tool.get("pylock", {}) for package in sorted(packages, key=package_key)]


def _said(lock: Lock) -> tuple[object, ...]:
    packages = [(p.id, dict(p.when), p.requires_python, p.artifacts) for p in lock.packages]
    return lock.requires_python, lock.environments, packages


def retire(tree: Tree) -> Lossy[Tree]:
    """The tree without the lock. `[project]` and `[dependency-groups]` are no tool's own, and stay."""
    path = lock_path(tree)
    return Lossy(tree.drop(path) if path else tree)
