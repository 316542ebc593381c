"""What a project says that the manifest of a target has no place for: a loss for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from converter.comments import lines_of
from converter.losses import Kind, Loss
from converter.model import Comments, Project
from converter.pyproject.edit import read_document
from converter.pyproject.requirement import requirement_text
from converter.table import shown
from converter.tree import Tree

_FILE = "pyproject.toml"
TASKS, OVERRIDES, BUILD_CONSTRAINTS = "tasks", "overrides", "build constraints"


def left(project: Project, says: Collection[str] = ()) -> Iterator[Loss]:
    """A loss for each task, constraint, conflict and comment that is left behind.

    `says` names what of it the target has words for: TASKS, OVERRIDES, BUILD_CONSTRAINTS.
    """
    for name, command in {} if TASKS in says else project.tasks.items():
        yield Loss(kind=Kind.TASK_LEFT, where=f"{_FILE}: {name}", detail=f"{name} = {command}")
    overrides = () if OVERRIDES in says else project.overrides
    for word, several in (("constraint", project.constraints), ("override", overrides)):
        for each in several:
            yield Loss(kind=Kind.CONSTRAINT_LEFT, where=f"{_FILE}: {word}", detail=requirement_text(each))
    for each in () if BUILD_CONSTRAINTS in says else project.build_constraints:
        yield Loss(kind=Kind.SETTING_LEFT, where=f"{_FILE}: build constraint", detail=requirement_text(each))
    for conflict in project.conflicts:
        detail = " and ".join(map(str, conflict))
        yield Loss(kind=Kind.SETTING_LEFT, where=f"{_FILE}: conflict", detail=f"{detail} exclude each other")
    yield from _comments(project.comments)


def _comments(comments: Comments) -> Iterator[Loss]:
    for line in filter(None, (*comments.above, comments.trailing)):
        yield Loss(kind=Kind.COMMENT_LEFT, where=_FILE, detail=line)


def unwritten(project: Project, tree: Tree) -> Iterator[Loss]:
    """A loss for what describes the distribution and stands nowhere any more: nothing but a manifest can say it.

    A script or plugin is missed; the rest describes what nobody builds.
    """
    document = read_document(tree.text(_FILE) or "")
    tool, standard = document.get("tool"), document.get("project")
    tables = [standard, tool.get("poetry") if isinstance(tool, Mapping) else None]
    said = {key for each in tables if isinstance(each, Mapping) for key in each}
    for key, value in {"version": project.version, **project.metadata}.items():
        if value and key not in said | {"dynamic"}:
            yield Loss(kind=Kind.SETTING_NEEDLESS, where=f"{_FILE}: {key}", detail=f"{key} = {shown(value)}")
    for point in project.entry_points:
        if not said & {"scripts", "gui-scripts", "entry-points", "plugins"}:
            detail = f"{point.name} = {shown(point.value)}"
            yield Loss(kind=Kind.SETTING_LEFT, where=f"{_FILE}: {point.group}", detail=detail)


def comments_gone(before: str, after: str) -> Iterator[Loss]:
    """A note for each comment of a manifest that an edit could not keep."""
    for line, count in (Counter(lines_of(before)) - Counter(lines_of(after))).items():
        for _ in range(count):
            yield Loss(kind=Kind.COMMENT_LEFT, where=_FILE, detail=line)
