"""`--workspace`: the folders that a project is built from become members of a workspace, which has one lock.

The flag is not needed where a folder's own manifest takes from a workspace already: uv would refuse it without one.

Such a folder is a project of its own, whose manifest follows the root's: it says what it needs in `[project]`, and
takes other members from the workspace. What cannot be a member stays a path dependency.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name

from converter import markers
from converter.errors import InputError, UsageError
from converter.folders import inside
from converter.format import Format, Trace
from converter.formats import FORMATS
from converter.losses import Kind, Loss, Lossy
from converter.model import Directory, Project, Requirement, declared
from converter.pyproject.edit import read_document
from converter.tree import Tree

_POETRY = "poetry"
_MANIFEST = "pyproject.toml"
_LAST = markers.python("<4")  # there is no Python 4, and Poetry wants it excluded where a package refuses it


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The root of a workspace, and the tree with the manifests of its members."""

    project: Project
    tree: Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """A folder that can be a member, as a project without a lock; `poetry` says whose manifest it has.

    `shared` are the names that it takes from a workspace already.
    """

    path: PurePosixPath
    project: Project
    poetry: bool
    shared: frozenset[str]
    losses: tuple[Loss, ...]


def check(target: Format, *, asked: bool) -> None:
    """Raise UsageError for a target that has no workspaces, where one is asked for."""
    if asked and not target.workspaces:
        raise UsageError(f"{target.title} has no workspaces with one lock", remedy="leave out --workspace")


def placed(project: Project, tree: Tree, target: Format, *, asked: bool) -> Lossy[Joined]:
    """The project and its folders, as a workspace where that is asked for, or where a folder's manifest wants one."""
    bare = replace(project, workspace={})
    wanted = sorted({loss.where for loss in missing(bare, tree)}) if target.workspaces else []
    if not asked and not wanted:
        return Lossy(Joined(project=bare, tree=tree))
    notes = () if asked else tuple(Loss(kind=Kind.WORKSPACE_KEPT, where=_MANIFEST, detail=where) for where in wanted)
    done = joined(bare, tree, target)
    return Lossy(done.value, (*notes, *done.losses))


def joined(project: Project, tree: Tree, target: Format) -> Lossy[Joined]:
    """The project as the root of a workspace of its editable folders, whose manifests are written as the target's.

    NOTE `member-left` for a folder that cannot be one, LOSS `member-lock-left` for each lock of a member.
    """
    members: dict[str, _Member] = {}
    losses: list[Loss] = []
    for name, source in sorted(_folders(project).items()):
        found = _member(project, tree, target, (name, source))
        if isinstance(found, _Member):
            members[name] = found
        else:
            losses.append(Loss(kind=Kind.MEMBER_LEFT, where=source.path, detail=f"{name} {found}"))
    around = {name: Directory(path=str(member.path), editable=True) for name, member in members.items()}
    root = replace(project, workspace=around)
    losses += missing(root, tree)
    for member in members.values():
        written = _written(member, members, tree, target)
        losses += written.losses
        tree = written.value
    return Lossy(Joined(project=root, tree=tree), tuple(losses))


def missing(project: Project, tree: Tree) -> Iterator[Loss]:
    """A STOP for each folder whose manifest takes from a workspace of the target what is no member of one."""
    for source in _folders(project).values():
        path = inside(source)
        asked = _from_workspace(tree.below(path)) if path is not None else ()
        names = sorted(name for name in asked if canonicalize_name(name) not in project.workspace)
        if names:
            where, detail = f"{path}/{_MANIFEST}: tool.uv.sources", ", ".join(names)
            yield Loss(kind=Kind.WORKSPACE_NEEDED, where=where, detail=detail)


def _from_workspace(inner: Tree) -> Iterator[str]:
    try:
        found: object = read_document(inner.text(_MANIFEST) or "")
    except InputError:
        return
    for key in ("tool", "uv", "sources"):
        found = found.get(key) if isinstance(found, Mapping) else None
    for name, value in found.items() if isinstance(found, Mapping) else ():
        rows = value if isinstance(value, list) else [value]
        if any(isinstance(row, Mapping) and row.get("workspace") is True for row in rows):
            yield name


def _folders(project: Project) -> dict[str, Directory]:
    """The folders that packages are built from, but for the project's own."""
    named = [(r.name, r.source) for _, r in declared(project)]
    named += [(p.name, p.id.source) for p in (project.lock.packages if project.lock else ())]
    return {n: s for n, s in named if isinstance(s, Directory) and inside(s) != PurePosixPath()}


def _member(project: Project, tree: Tree, target: Format, of: tuple[str, Directory]) -> _Member | str:
    """A folder as a member, or why it cannot be one."""
    name, source = of
    path = inside(source)
    if path is None:
        return "lies outside of the project"
    if not source.editable:
        return "is not editable"
    inner = tree.below(path)
    try:
        document = read_document(inner.text(_MANIFEST) or "")
        poetry = FORMATS[_POETRY].detect(inner) is not Trace.NONE
        form = FORMATS[_POETRY] if poetry else target
        read = form.parse(inner.drop(form.lock), "")
    except InputError as why:
        return f"cannot be read: {why}"
    if against := _against(project, read.value, document, name):
        return against
    bare, shared = replace(read.value, lock=None), frozenset(map(canonicalize_name, _from_workspace(inner)))
    return _Member(path=path, project=bare, poetry=poetry, shared=shared, losses=read.losses)


def _against(root: Project, member: Project, document: Mapping[str, object], name: str) -> str:
    """What is against a member; empty if nothing is."""
    tool = document.get("tool")
    uv = tool.get("uv") if isinstance(tool, Mapping) else None
    if canonicalize_name(member.name or "") != name:
        return "has no [project] of that name"
    if isinstance(uv, Mapping) and "workspace" in uv:
        return "is the root of a workspace"
    care = _pythons(root) & _LAST
    return "" if (care & ~_pythons(member)).is_empty() else f"is for Python {member.requires_python} alone"


def _pythons(project: Project) -> markers.Marker:
    return markers.ANY if project.requires_python is None else markers.python(str(project.requires_python))


def _written(member: _Member, members: Mapping[str, _Member], tree: Tree, target: Format) -> Lossy[Tree]:
    """The tree with the manifest of a member."""
    inner = tree.below(member.path)
    bare = FORMATS[_POETRY].retire(inner) if member.poetry else Lossy(inner)
    done = target.emit(_placed(member, members), bare.value)
    told = (*member.losses, *bare.losses, *done.losses)
    locks = [f"{member.path}/{path}" for path, content in done.value.changes.items() if content is None]
    left = (Loss(kind=Kind.MEMBER_LOCK_LEFT, where=path, detail=path) for path in locks if path.endswith(".lock"))
    losses = (*left, *(replace(loss, where=f"{member.path}/{loss.where}") for loss in told))
    return Lossy(tree.over(member.path, done.value), losses)


def _placed(member: _Member, members: Mapping[str, _Member]) -> Project:
    """The member's project, which takes what is in the workspace from there."""
    around = {
        name: Directory(path=posixpath.relpath(other.path, member.path), editable=True)
        for name, other in members.items()
    }

    def placed(several: Iterable[Requirement]) -> tuple[Requirement, ...]:
        return tuple(
            replace(r, source=around[r.name], spelling="") if _is_member(r, around, member.shared) else r
            for r in several
        )

    own = member.project
    return replace(
        own,
        dependencies=placed(own.dependencies),
        optional_dependencies={extra: placed(rs) for extra, rs in own.optional_dependencies.items()},
        dependency_groups={
            name: replace(group, requirements=placed(group.requirements))
            for name, group in own.dependency_groups.items()
        },
        workspace=around,
    )


def _is_member(requirement: Requirement, around: Mapping[str, Directory], shared: frozenset[str]) -> bool:
    name, source = requirement.name, requirement.source
    if name not in around or (source is not None and not isinstance(source, Directory)):
        return False
    return source is None or name in shared or posixpath.normpath(source.path) == around[name].path
