"""A `Project` as pyproject.toml and uv.lock revision 5, and the tree without what was uv's alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from packaging.utils import canonicalize_name

from converter.formats.uv.compose import Root, composed, group_settings, root_head
from converter.formats.uv.content import own_content
from converter.formats.uv.folders import read_folders, unread
from converter.formats.uv.layout import lock_text
from converter.formats.uv.lockfile import LOCK
from converter.formats.uv.manifest import manifest_text
from converter.formats.uv.parse import declared_in, parse
from converter.formats.uv.places import united
from converter.formats.uv.references import in_text
from converter.formats.uv.room import roomy
from converter.formats.uv.settings import BACKEND, MANIFEST
from converter.formats.uv.tool_table import tool_uv, without
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY
from converter.model import Lock, Project, Vcs
from converter.pyproject.edit import checked, read_document
from converter.tree import Tree

SETTINGS = "uv.toml"


def emit(project: Project, tree: Tree) -> Lossy[Tree]:
    """The tree with the project as uv's manifest and, where it has a lock, as uv.lock; what else there is stays.

    A manifest from which the lock was made stays as it is. Raises InputError for a pyproject.toml that cannot be read
    or edited. Setup files that hold the dependencies are a loss of level STOP beside the written tree.
    """
    if project.lock is not None and (text := _own_lock(project, project.lock, tree)):
        return Lossy(tree.put(LOCK, text))
    placed = united(project, MANIFEST)
    project, apart = _for_closed(in_text(placed.value))
    room = roomy(project, MANIFEST)
    written = manifest_text(room.value, tree)
    result = tree.put(MANIFEST, written.value) if written.value != tree.text(MANIFEST) else tree
    if project.lock is None:
        return Lossy(result, (*placed.losses, *written.losses))
    declared = replace(declared_in(result, project.name, project.workspace), workspace=project.workspace)
    folders = read_folders(result, project.lock.packages)
    content = composed(declared, project.lock, _root(declared, written.value), folders)
    losses = (
        *placed.losses,
        *apart,
        *room.losses,
        *written.losses,
        *content.losses,
        *unread(project.lock.packages, folders),
        *_unsayable(project.lock),
    )
    return Lossy(result.put(LOCK, lock_text(content.value)), losses)


def _for_closed(project: Project) -> tuple[Project, tuple[Loss, ...]]:
    """The project for the environments in which its lock is closed: uv would look for the rest at each relock."""
    lock = project.lock
    if lock is None or lock.closed.is_any() or lock.closed.is_empty():
        return project, ()
    environments = tuple(each & lock.closed for each in lock.environments or (ANY,))
    detail = f"environments = {' or '.join(map(str, environments))}"
    told = Loss(kind=Kind.ONE_PLATFORM, where=f"{MANIFEST}: tool.uv", detail=detail)
    return replace(project, lock=replace(lock, environments=environments, closed=ANY)), (told,)


def _own_lock(project: Project, lock: Lock, tree: Tree) -> str:
    """The text of a lock that uv made from the very manifest in the tree; empty for any other."""
    if "uv" not in lock.tool or MANIFEST not in tree:
        return ""
    declared = parse(tree.drop(LOCK), project.name).value
    root = _root(declared, tree.text(MANIFEST) or "")
    text = lock_text(own_content(lock, group_settings(declared) | root_head(root, lock)))
    return text if _declared(parse(tree.put(LOCK, text), project.name).value) == _declared(project) else ""


def _declared(project: Project) -> tuple[object, ...]:
    stated = project.requires_python or (project.lock.requires_python if project.lock else None)
    return stated, project.dependencies, dict(project.optional_dependencies), dict(project.dependency_groups)


def _root(declared: Project, text: str) -> Root:
    """The project's entry as uv makes it of the manifest: a package where a build system or a setting says so."""
    document, said = read_document(text), tool_uv(text).get("package")
    packaged = said if isinstance(said, bool) else "build-system" in document
    return Root(
        name=canonicalize_name(declared.name), version=declared.version, kind="editable" if packaged else "virtual"
    )


def _unsayable(lock: Lock) -> Iterator[Loss]:
    for package in lock.packages:
        source = package.id.source
        if isinstance(source, Vcs) and source.type != "git":
            detail, named = f"{package.name} from {source.type}+{source.url}", frozenset({package.name})
            yield Loss(kind=Kind.SOURCE_UNSAYABLE, where=f"{LOCK}: {package.name}", detail=detail, packages=named)


def retire(tree: Tree) -> Lossy[Tree]:
    """The tree without uv.lock and `[tool.uv]`; what the build backend uv_build reads there stays.

    A manifest that gets empty goes too. Raises InputError for one that cannot be read.
    """
    bare = tree.drop(*(path for path in (LOCK, SETTINGS) if path in tree))
    told = tuple(_settings(tree))
    text = tree.text(MANIFEST)
    if text is None:
        return Lossy(bare, told)
    left = checked(without(text, (BACKEND,)))
    if left == text:
        return Lossy(bare, told)
    return Lossy(bare.put(MANIFEST, left) if left.strip() else bare.drop(MANIFEST), told)


def _settings(tree: Tree) -> Iterator[Loss]:
    """A note for each setting of a uv.toml, which goes with the rest."""
    text = tree.text(SETTINGS)
    document: Mapping[str, object] = read_document(text) if text else {}
    for key in document:
        yield Loss(kind=Kind.SETTING_LEFT, where=SETTINGS, detail=f"{key} = {document[key]}")
