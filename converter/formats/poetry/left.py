"""What a project says that Poetry's files have no place for: a loss for each."""

from __future__ import annotations

from collections.abc import Iterator

from converter.losses import Kind, Loss
from converter.model import Comments, Project
from converter.pyproject.requirement import requirement_text

_FILE = "pyproject.toml"


def left(project: Project) -> Iterator[Loss]:
    """A loss for each task, constraint, conflict, member and comment that is left behind."""
    for name, command in project.tasks.items():
        yield Loss(kind=Kind.TASK_LEFT, where=f"{_FILE}: {name}", detail=f"{name} = {command}")
    for word, several in (("constraint", project.constraints), ("override", project.overrides)):
        for each in several:
            yield Loss(kind=Kind.CONSTRAINT_LEFT, where=f"{_FILE}: {word}", detail=requirement_text(each))
    if "poetry" not in project.tool:
        for each in project.build_constraints:
            yield Loss(kind=Kind.SETTING_LEFT, where=f"{_FILE}: build constraint", detail=requirement_text(each))
    for conflict in project.conflicts:
        detail = " and ".join(map(str, conflict))
        yield Loss(kind=Kind.SETTING_LEFT, where=f"{_FILE}: conflict", detail=f"{detail} exclude each other")
    for member in project.members:
        yield Loss(kind=Kind.MEMBER_UNREACHED, where=f"{_FILE}: {member}", detail=member)
    yield from _comments(project.comments)


def _comments(comments: Comments) -> Iterator[Loss]:
    for line in filter(None, (*comments.above, comments.trailing)):
        yield Loss(kind=Kind.COMMENT_LEFT, where=_FILE, detail=line)
