"""A project's requirements as `[project]` and `[dependency-groups]` of pyproject.toml, in PEP 508 text and no more.

From which index a package comes, and whether a folder is editable, the lock says beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from converter.errors import masked, without_credentials
from converter.formats.pylock.document import LOCK, MANIFEST
from converter.losses import Kind, Loss, Lossy
from converter.model import PUBLIC_INDEX, Directory, Group, Project, Registry, Requirement, declared, index_url
from converter.pyproject.edit import Item, Items, Tables, checked, put_groups, put_project, read_document
from converter.pyproject.elsewhere import holders
from converter.pyproject.fields import fields
from converter.pyproject.requirement import parse_requirement, requirement_text, specifier_text
from converter.tree import Tree


def manifest_text(project: Project, tree: Tree) -> Lossy[str]:
    """The manifest of a project, on top of the tree's; the tree's own where setup files hold the requirements.

    Raises InputError for a file that cannot be read or edited.
    """
    text = tree.text(MANIFEST) or ""
    losses = tuple(_left(project))
    if elsewhere := holders(tree, read_document(text)):
        told = Loss(kind=Kind.DEPENDENCIES_ELSEWHERE, where=elsewhere, detail=f"{LOCK} stands by itself")
        return Lossy(text, (*losses, told))
    tables = _tables(project)
    return Lossy(checked(put_groups(put_project(text, tables), tables)), losses)


def _tables(project: Project) -> Tables:
    stated = project.requires_python or (project.lock.requires_python if project.lock else None)
    groups = project.dependency_groups
    return Tables(
        fields=fields(project),
        requires_python=specifier_text(stated) if stated else None,
        dependencies=_items(project.dependencies),
        extras={name: _items(items) for name, items in project.optional_dependencies.items()},
        groups={name: _group(group) for name, group in groups.items()},
        headings={name: group.comments for name, group in groups.items()},
    )


def _group(group: Group) -> Items:
    return (*(Item(value={"include-group": name}) for name in group.includes), *_items(group.requirements))


def _items(requirements: Iterable[Requirement]) -> Items:
    """Requirements as text, in their own spelling where that says the same; without the project itself."""
    made: dict[str, Item] = {}
    for requirement in requirements:
        if not requirement.marker.is_empty() and not is_itself(requirement):
            text = _text(requirement)
            made.setdefault(text, Item(value=text, comments=requirement.comments))
    return tuple(made.values())


def is_itself(requirement: Requirement) -> bool:
    """Whether it is the project's own folder (`-e .`): that stands in the lock alone."""
    return isinstance(requirement.source, Directory) and requirement.source.path == "."


def _text(requirement: Requirement) -> str:
    source = requirement.source
    plain = replace(requirement, source=None if isinstance(source, Registry) else source, prereleases=False)
    try:
        same = bool(requirement.spelling) and parse_requirement(requirement.spelling) == plain
    except ValueError:
        same = False
    return requirement.spelling if same else requirement_text(plain)


def _left(project: Project) -> Iterator[Loss]:
    """What the model holds and neither of the two files has a place for."""
    yield from _of_indexes(project)
    yield from _of_requirements(project)
    for name, command in project.tasks.items():
        yield Loss(kind=Kind.TASK_LEFT, where=f"{MANIFEST}: {name}", detail=f"{name} = {command}")
    for name, group in project.dependency_groups.items():
        if group.optional:
            yield Loss(kind=Kind.GROUP_NOT_OPTIONAL, where=f"{MANIFEST}: dependency-groups.{name}", detail=name)
    for line in filter(None, (*project.comments.above, project.comments.trailing)):
        yield Loss(kind=Kind.COMMENT_LEFT, where=MANIFEST, detail=line)


def _of_requirements(project: Project) -> Iterator[Loss]:
    for _, requirement in declared(project):
        named = frozenset({requirement.name})
        if requirement.marker.is_empty():
            detail = f"{requirement.name} is needed nowhere"
            yield Loss(kind=Kind.OTHER_PLATFORM, where=MANIFEST, detail=detail, packages=named)
        if requirement.prereleases:
            detail = f"{requirement.name}: prereleases are admitted"
            yield Loss(kind=Kind.SETTING_LEFT, where=MANIFEST, detail=detail, packages=named)
    lists: Mapping[str, tuple[Requirement, ...]] = {
        "constraint": project.constraints,
        "override": project.overrides,
        "build constraint": project.build_constraints,
    }
    for word, several in lists.items():
        for one in several:
            yield Loss(kind=Kind.CONSTRAINT_LEFT, where=MANIFEST, detail=f"{word} {one.name}{one.specifier}")
    for scopes in project.conflicts:
        detail = f"conflicts: {' and '.join(map(str, scopes))}"
        yield Loss(kind=Kind.SETTING_LEFT, where=MANIFEST, detail=detail)


def _of_indexes(project: Project) -> Iterator[Loss]:
    """The indexes stand with the packages in the lock, by their URLs; a manifest without a tool's tables names none."""
    used = {p.id.source.index for p in (project.lock.packages if project.lock else ()) if _released(p.id.source)}  # type: ignore[union-attr]
    for index in project.indexes:
        url = without_credentials(index.url)
        asked = sorted({r.name for _, r in declared(project) if r.source == Registry(index_url(index.url))})
        of = f", which is asked for {', '.join(asked)}" if asked else ""
        where, detail = f"{MANIFEST}: {index.name}", f"{index.name} {masked(index.url)}{of}"
        if index_url(index.url) == PUBLIC_INDEX:
            if PUBLIC_INDEX not in used or index.name != "pypi":
                yield Loss(kind=Kind.SETTING_NEEDLESS, where=where, detail=detail)
            continue
        yield Loss(kind=Kind.SETTING_LEFT, where=where, detail=detail)
        if url != index.url:
            yield Loss(kind=Kind.INDEX_CREDENTIALS, where=where, detail=f"{detail}: use a netrc file or keyring")
        if not index.verify_tls:
            yield Loss(kind=Kind.VERIFY_TLS_DROPPED, where=where, detail=f"{detail}: use --trusted-host")


def _released(source: object) -> bool:
    return isinstance(source, Registry)
