"""A project's requirements as PDM's manifest: PEP 508 text, and `-e` lines for folders installed in place.

Specification: https://pdm-project.org/latest/usage/dependency/. `[project]` has no editable requirements, and
neither has `[dependency-groups]`; those of a group stand in `[tool.pdm.dev-dependencies]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from converter.formats.pdm.lines import editable_text, line_text, local, read_line
from converter.formats.pdm.parse import every
from converter.losses import Kind, Loss
from converter.model import Directory, Group, Project, Registry, Requirement
from converter.pyproject.edit import Item, Items, Tables
from converter.pyproject.requirement import parse_requirement

_FILE = "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The standard tables, and the lists of `[tool.pdm.dev-dependencies]`."""

    tables: Tables
    editable: Mapping[str, Items] = field(default_factory=dict)


def declare(project: Project) -> Declared:
    """What the manifest says of the project's requirements."""
    groups = project.dependency_groups
    editable = {name: _edited(group) for name, group in groups.items()}
    return Declared(
        tables=Tables(
            dependencies=_items(project.dependencies),
            extras={name: _items(items) for name, items in project.optional_dependencies.items()},
            groups={name: _group(group) for name, group in groups.items()},
            headings={name: group.comments for name, group in groups.items()},
        ),
        editable={name: items for name, items in editable.items() if items},
    )


def _group(group: Group) -> Items:
    includes = (Item(value={"include-group": name}) for name in group.includes)
    return (*includes, *_items(r for r in group.requirements if not is_editable(r)))


def _edited(group: Group) -> Items:
    several = (r for r in group.requirements if is_editable(r) and not r.marker.is_empty())
    return tuple(Item(value=_spelled(r) or editable_text(r), comments=r.comments) for r in several)


def is_editable(requirement: Requirement) -> bool:
    """Whether a requirement is a folder to be installed in place."""
    return isinstance(requirement.source, Directory) and requirement.source.editable


def _items(requirements: Iterable[Requirement]) -> Items:
    made: dict[str, Item] = {}
    for requirement in requirements:
        if not requirement.marker.is_empty():
            text = _standard(_spelled(requirement)) or line_text(requirement)
            made.setdefault(text, Item(value=text, comments=requirement.comments))
    return tuple(made.values())


def _standard(text: str) -> str:
    """The text where it is PEP 508, as the standard tables want it: PDM reads bare paths in its own lists alone."""
    try:
        parse_requirement(text)
    except ValueError:
        return ""
    return text


def _spelled(requirement: Requirement) -> str:
    """A requirement in its own spelling, where that says the same."""
    try:
        read = read_line(requirement.spelling)
    except ValueError:
        return ""
    source = None if isinstance(requirement.source, Registry) else requirement.source
    same = replace(read, source=local(read.source)) == replace(requirement, source=source, prereleases=False)
    return requirement.spelling if same else ""


def losses(project: Project) -> Iterator[Loss]:
    """What of the requirements PDM installs in another way, or needs in no environment."""
    groups = {id(r) for group in project.dependency_groups.values() for r in group.requirements}
    for requirement in every(project):
        if is_editable(requirement) and id(requirement) not in groups:
            yield Loss(kind=Kind.EDITABLE_LEFT, where=_FILE, detail=requirement.name)
        if requirement.marker.is_empty():
            yield Loss(kind=Kind.OTHER_PLATFORM, where=_FILE, detail=f"{requirement.name} is needed nowhere")
