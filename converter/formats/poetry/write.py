"""The text of pyproject.toml: `[project]`, `[dependency-groups]` and `[tool.poetry]`, put into what is there already.

Specification: https://python-poetry.org/docs/pyproject/. Poetry wants a name in `[project]`, and a version only where
the project is built.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from packaging.utils import canonicalize_name

from converter import toml
from converter.comments import entry_text
from converter.formats.poetry.backend import is_built, raised
from converter.formats.poetry.declare import Declared, classic, declare, losses, ordered, said
from converter.formats.poetry.entries import NO_VERSION
from converter.formats.poetry.fields import fields, moved
from converter.formats.poetry.manifest import read_manifest
from converter.formats.poetry.pythons import range_losses, range_text
from converter.formats.poetry.sources import IndexNames, index_names, source_tables, used_indexes
from converter.losses import Kind, Loss, Lossy
from converter.model import Comments, Project
from converter.pyproject.edit import checked, put_groups, put_project, read_document
from converter.pyproject.elsewhere import holders
from converter.pyproject.left import BUILD_CONSTRAINTS, comments_gone, left
from converter.pyproject.requirement import specifier_text
from converter.pyproject.sections import Path, Section, insert, join, put, remove, split
from converter.table import Table
from converter.tree import Tree

MANIFEST = "pyproject.toml"
REQUIRES_POETRY = ">=2.3"
_POETRY: Path = ("tool", "poetry")
_BEFORE_POETRY: tuple[Path, ...] = (_POETRY, ("dependency-groups",), ("project",), ("build-system",))


def manifest_text(project: Project, tree: Tree) -> Lossy[str]:
    """The manifest of a project, on top of the tree's. Raises InputError for a file that cannot be read or edited."""
    text = tree.text(MANIFEST) or ""
    document = read_document(text)
    project = _with_own(project, text, document)
    indexes = used_indexes(project)
    names, sources = index_names(indexes), source_tables(indexes)
    declared = declare(project, names)
    elsewhere = holders(tree, document)
    edited = _classic(text, project, declared, names) if elsewhere else _standard(text, project, declared)
    tool = _tool(document, project, declared, classic=bool(elsewhere))
    final = raised(_put_tool(edited, tool, sources.value, () if elsewhere else tuple(moved(document))))
    gone = comments_gone(text, final.value)
    told = (
        *sources.losses,
        *losses(project),
        *declared.losses,
        *left(project, (BUILD_CONSTRAINTS,) if "poetry" in project.tool else ()),
        *_noted(elsewhere, tool),
        *(() if "poetry" in project.tool else range_losses(project, MANIFEST, declared.held)),
        *gone,
        *final.losses,
    )
    return Lossy(checked(final.value), told)


def _with_own(project: Project, text: str, document: Mapping[str, object]) -> Project:
    """The project with what an old `[tool.poetry]` of another manager's project says of the distribution."""
    if "poetry" in project.tool or not _old(text):
        return project
    own = read_manifest(Table(document, MANIFEST), text, project.name, {}).value
    return replace(
        project,
        version=project.version or own.version,
        metadata={**own.metadata, **project.metadata},
        entry_points=project.entry_points or own.entry_points,
    )


def _noted(elsewhere: str, tool: Mapping[Path, object]) -> Iterator[Loss]:
    if ("version",) in tool:
        yield Loss(kind=Kind.VERSION_UNKNOWN, where=MANIFEST, detail="the project's own version is not written down")
    if elsewhere:
        yield Loss(kind=Kind.DEPENDENCIES_ELSEWHERE, where=MANIFEST, detail=f"{elsewhere} holds them")


def _standard(text: str, project: Project, declared: Declared) -> str:
    stated = project.requires_python
    tables = replace(
        declared.tables,
        fields=fields(project, read_document(text)),
        requires_python=None if stated is None else specifier_text(stated),
    )
    return put_groups(put_project(text, tables), tables)


def _classic(text: str, project: Project, declared: Declared, names: IndexNames) -> str:
    """All requirements of the main scope in Poetry's own tables, where `[project]` would take them from their place."""
    stated = "*" if project.requires_python is None else specifier_text(project.requires_python)
    lines = [entry_text("python", toml.string(range_text(project) or stated), Comments())]
    for name, rows in _classic_rows(project, names).items():
        values = [value for value, _ in rows]
        lines.append(entry_text(name, toml.value(values[0] if len(values) == 1 else values), rows[0][1]))
    extras = {e: [r.name for r in said(rs)] for e, rs in project.optional_dependencies.items()}
    blocks = ["[tool.poetry.dependencies]\n", *lines, *(["\n", _block((*_POETRY, "extras"), extras)] if extras else [])]
    sections = remove(split(text), (*_POETRY, "dependencies"), (*_POETRY, "extras"))
    return put_groups(join(insert(sections, "".join(blocks), *_BEFORE_POETRY)), declared.tables)


def _classic_rows(project: Project, names: IndexNames) -> dict[str, list[tuple[object, Comments]]]:
    """The entries of each name, with comments; one that extras ask for is optional."""
    found: dict[str, list[tuple[object, Comments]]] = {}
    for extra, requirements in (("", project.dependencies), *project.optional_dependencies.items()):
        for each in said(requirements):
            made = classic(each, names)
            row = {**(made if isinstance(made, dict) else {"version": made}), "optional": True} if extra else made
            known = found.setdefault(each.name, [])
            known += [] if any(row == old for old, _ in known) else [(row, each.comments)]
    return found


def _tool(document: Mapping[str, object], project: Project, declared: Declared, *, classic: bool) -> dict[Path, object]:
    """What `[tool.poetry]` shall say, by path below it; `None` for what shall not be there."""
    made: dict[Path, object] = {("requires-poetry",): REQUIRES_POETRY}
    if "poetry" not in project.tool and (classic or not is_built(document) or project.installs_itself is False):
        made["package-mode",] = False
    elif "poetry" not in project.tool and not _has_version(project, document):
        made["version",] = NO_VERSION
    if not classic:
        python = {} if "poetry" in project.tool else {"python": range_text(project)}
        made["dependencies",] = {k: v for k, v in python.items() if v} | dict(declared.main) or None
        made["extras",] = None
    made["dev-dependencies",] = None
    made["group",] = _groups(project, declared, _spelled(document)) or None
    return made


def _has_version(project: Project, document: Mapping[str, object]) -> bool:
    table = document.get("project")
    return project.version is not None or (isinstance(table, Mapping) and "version" in table)


def _spelled(document: Mapping[str, object]) -> Mapping[str, str]:
    """The groups as `[dependency-groups]` spells them: Poetry refuses two spellings of one group."""
    groups = document.get("dependency-groups")
    return {canonicalize_name(name): name for name in groups} if isinstance(groups, Mapping) else {}


def _groups(project: Project, declared: Declared, spelled: Mapping[str, str]) -> dict[str, dict[str, object]]:
    defaults = project.default_groups
    made: dict[str, dict[str, object]] = {}
    for name, group in ordered(project.dependency_groups).items():
        rows: dict[str, object] = {}
        if group.optional or (defaults and name not in defaults):
            rows["optional"] = True
        if declared.groups[name]:
            rows["dependencies"] = dict(declared.groups[name])
        if rows:
            made[spelled.get(name, name)] = rows
    return made


def _put_tool(
    text: str, tool: Mapping[Path, object], sources: Sequence[Mapping[str, str]], gone: Sequence[Path]
) -> str:
    """The text with these values and tables in `[tool.poetry]`, and without what is `gone` of it."""
    old, listed = _old(text), [dict(table) for table in sources]
    sections = _put_values(split(text), old, tool)
    tables = {key: value for (key,), value in tool.items() if value is None or isinstance(value, dict)}
    changed = [key for key, value in tables.items() if old.get(key) != value]
    moves = old.get("source", []) != listed
    drop = [*((key,) for key in changed), *gone, *([("source",)] if moves else [])]
    sections = remove(sections, *((*_POETRY, *path) for path in drop))
    blocks = [_block((*_POETRY, "source"), table, array=True) for table in listed] if moves else []
    for key in changed:
        value = tables[key]
        blocks += _blocks((*_POETRY, key), value) if isinstance(value, dict) else ()
    for block in blocks:
        sections = insert(sections, block, *_BEFORE_POETRY)
    return join(sections)


def _put_values(
    sections: tuple[Section, ...], old: Mapping[str, object], tool: Mapping[Path, object]
) -> tuple[Section, ...]:
    if not any(section.name == _POETRY and section.head for section in sections):
        sections = insert(sections, "[tool.poetry]\n", *_BEFORE_POETRY[1:])
    for (key,), value in tool.items():
        keeps = value is None or isinstance(value, dict) or old.get(key) == value
        if not keeps and not (key == "requires-poetry" and key in old):
            sections = put(sections, _POETRY, key, toml.value(value))
    return sections


def _old(text: str) -> Mapping[str, object]:
    tool = read_document(text).get("tool")
    found = tool.get("poetry") if isinstance(tool, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _blocks(path: Path, content: Mapping[str, object]) -> Iterator[str]:
    """The tables of `group`, or one table."""
    if path[-1] != "group":
        yield _block(path, content)
        return
    for name, rows in content.items():
        if isinstance(rows, Mapping):
            if "optional" in rows:
                yield _block((*path, name), {"optional": rows["optional"]})
            if isinstance(rows.get("dependencies"), Mapping):
                yield _block((*path, name, "dependencies"), rows["dependencies"])


def _block(path: Path, content: Mapping[str, object], *, array: bool = False) -> str:
    header = f"[[{toml.dotted(*path)}]]" if array else f"[{toml.dotted(*path)}]"
    return "".join([f"{header}\n", *(f"{toml.key(key)} = {toml.value(value)}\n" for key, value in content.items())])
