"""`[project]` (PEP 621, 639, 794) and `[dependency-groups]` (PEP 735) of a pyproject.toml as the parts of a Project."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from converter import markers
from converter.errors import InputError
from converter.losses import Kind, Loss
from converter.model import Comments, EntryPoint, Group, Requirement
from converter.pyproject.requirement import forgiving, parse_requirement
from converter.table import Table, shown

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_TEXTS = ("description",)
_LISTS = ("keywords", "classifiers", "license-files", "import-names", "import-namespaces")
_EITHER = ("readme", "license")
_PEOPLE = ("authors", "maintainers")
_PERSON = re.compile(r"(?P<name>[^<>]*?)\s*(?:<(?P<email>[^<>]+)>)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """What the standard tables say; `dependencies` is `None` where `[project]` has none, `metadata` is plain values."""

    name: str | None = None
    version: str | None = None
    requires_python: SpecifierSet | None = None
    dependencies: tuple[Requirement, ...] | None = None
    optional_dependencies: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict)
    dependency_groups: Mapping[str, Group] = field(default_factory=dict)
    entry_points: tuple[EntryPoint, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)
    dynamic: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()
    build_system: Mapping[str, object] = field(default_factory=dict)


def read_standard(document: Table, text: str = "") -> Standard:
    """The standard tables of a parsed pyproject.toml; `text` is its text, from which the comments are taken.

    Names of extras and groups are normalized. Raises InputError with the place of what is not as the specifications say
    (pyproject-toml, dependency-groups). Whether included groups exist is for `check_includes`, after a tool's own
    groups joined. Unknown keys stay unread in `document`. What tools forgive is forgiven, with a loss each: authors
    that are text, a comparison of Python with what is no version (every tool takes it as true).
    """
    project, commented = document.table("project"), with_comments(text, document.file)
    return Standard(
        name=project.optional_string("name") or None,  # `pdm init` wrote "" for what is no library
        version=project.optional_string("version") or None,
        requires_python=_requires_python(project),
        dependencies=_requirements(project, "dependencies", commented) if "dependencies" in project else None,
        optional_dependencies=_extras(project.table("optional-dependencies"), commented),
        dependency_groups=_groups(document.table("dependency-groups"), commented),
        entry_points=tuple(_entry_points(project)),
        metadata=dict(_metadata(project)),
        dynamic=project.strings("dynamic"),
        losses=tuple(_forgiven(project, document.table("dependency-groups"))),
        build_system=_build_system(document.table("build-system")),
    )


def check_includes(groups: Mapping[str, Group], file: str) -> None:
    """Raises InputError where a group includes one that does not exist, or itself by any way (PEP 735)."""
    for name, group in groups.items():
        for included in group.includes:
            if included not in groups:
                raise InputError(
                    f"includes the group '{included}', which is not defined", file=file, place=f"group {name}"
                )
    for name in groups:
        _check_cycle(groups, (name,), file)


def _check_cycle(groups: Mapping[str, Group], way: tuple[str, ...], file: str) -> None:
    for included in groups[way[-1]].includes:
        if included in way:
            circle = " -> ".join((*way[way.index(included) :], included))
            raise InputError(f"includes itself: {circle}", file=file, place=f"group {included}")
        _check_cycle(groups, (*way, included), file)


def with_comments(text: str, file: str) -> TOMLDocument | None:
    """A TOML file with its comments, `None` where it has none. Raises InputError."""
    if "#" not in text:
        return None
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(text)
    except TOMLKitError as why:
        raise InputError(f"expected TOML: {why}", file=file) from None


def array_comments(document: Mapping[str, object] | None, path: Sequence[str], count: int) -> list[Comments]:
    """The comments of the `count` items of an array; empty ones where the file has none or writes it as no array."""
    if document is None:
        return [Comments()] * count
    from tomlkit.items import Array

    from converter import comments

    value: object = document
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    found = comments.of_array(value) if isinstance(value, Array) else []
    return found if len(found) == count else [Comments()] * count


def _requires_python(project: Table) -> SpecifierSet | None:
    text = project.optional_string("requires-python")
    try:
        markers.python(text or "")
        return None if text is None else SpecifierSet(text)
    except ValueError:
        raise project.error("requires-python", f"expected a version specifier, found {shown(text)}") from None


def _requirements(table: Table, key: str, commented: TOMLDocument | None) -> tuple[Requirement, ...]:
    texts = table.strings(key)
    notes = array_comments(commented, (*table.place.split("."), key), len(texts))
    return tuple(
        requirement_at(table, f"{key}[{number}]", text, note)
        for number, (text, note) in enumerate(zip(texts, notes, strict=True))
    )


def requirement_at(table: Table, key: str, text: str, note: Comments) -> Requirement:
    """A PEP 508 requirement with its comments. Raises InputError with its place."""
    try:
        read = parse_requirement(forgiving(text))
    except ValueError as why:
        raise table.error(key, f"expected a requirement, found {shown(text)}: {why}") from None
    spelling = text if forgiving(text) == text else ""  # what no tool should be given to read again
    return read if (note, spelling) == (Comments(), text) else replace(read, comments=note, spelling=spelling)


def _extras(table: Table, commented: TOMLDocument | None) -> dict[str, tuple[Requirement, ...]]:
    found: dict[str, tuple[Requirement, ...]] = {}
    for key in table.keys():  # noqa: SIM118  # a Table is no mapping
        found[_unused(table, key, found)] = _requirements(table, key, commented)
    return found


def _unused(table: Table, key: str, taken: Mapping[str, object]) -> str:
    name = canonicalize_name(key)
    if name in taken:
        raise table.error(key, f"stands twice: names are compared as '{name}'")
    return name


def _groups(table: Table, commented: TOMLDocument | None) -> dict[str, Group]:
    found: dict[str, Group] = {}
    above = _above(commented) if commented and table.data else {}
    for key in table.keys():  # noqa: SIM118  # a Table is no mapping
        found[_unused(table, key, found)] = _group(table, key, commented, above.get(key, Comments()))
    return found


def _above(commented: TOMLDocument) -> Mapping[str, Comments]:
    from tomlkit.items import Table as Toml

    from converter import comments

    written = commented["dependency-groups"]
    return comments.of_table(written) if isinstance(written, Toml) else {}


def _group(table: Table, key: str, commented: TOMLDocument | None, above: Comments) -> Group:
    items = table.take(key)
    if not isinstance(items, list):
        raise table.error(key, f"expected a list, found {shown(items)}")
    notes = array_comments(commented, (table.place, key), len(items)) if commented else [Comments()] * len(items)
    requirements: list[Requirement] = []
    includes: list[str] = []
    for number, (item, note) in enumerate(zip(items, notes, strict=True)):
        place = f"{key}[{number}]"
        if isinstance(item, str):
            requirements.append(requirement_at(table, place, item, note))
        elif isinstance(item, dict):
            includes.append(canonicalize_name(table.child(item, table.at(place)).string("include-group")))
        else:
            raise table.error(place, f"expected a requirement or an include-group, found {shown(item)}")
    return Group(requirements=tuple(requirements), includes=tuple(includes), comments=above)


def _entry_points(project: Table) -> Iterator[EntryPoint]:
    for key, group in (("scripts", "console_scripts"), ("gui-scripts", "gui_scripts")):
        yield from _entries(project.table(key), group)
    for group, table in project.table("entry-points").items():
        yield from _entries(table, group)


def _entries(table: Table, group: str) -> Iterator[EntryPoint]:
    for name in table.keys():  # noqa: SIM118  # a Table is no mapping
        yield EntryPoint(group=group, name=name, value=table.string(name))


def _metadata(project: Table) -> Iterator[tuple[str, object]]:
    for key in (*_TEXTS, *_LISTS, *_EITHER, *_PEOPLE, "urls"):
        if key in project:
            yield key, _plain(project, key)


def _plain(project: Table, key: str) -> object:
    if key in _TEXTS:
        return project.string(key)
    if key in _LISTS:
        return list(project.strings(key))
    if key in _PEOPLE:
        return [_person(project, key, number, person) for number, person in enumerate(_list(project, key))]
    if key == "urls":
        return _strings(project.table(key))
    value = project.take(key)
    return value if isinstance(value, str) else _strings(project.table(key))


def _list(project: Table, key: str) -> list[object]:
    value = project.take(key)
    if not isinstance(value, list):
        raise project.error(key, f"expected a list, found {shown(value)}")
    return value


def _person(project: Table, key: str, number: int, person: object) -> dict[str, str]:
    """A person's name and address, from a table or from text as `[tool.poetry]` has it."""
    if not isinstance(person, str):
        return _strings(project.child(person, f"{project.at(key)}[{number}]"))
    match = _PERSON.fullmatch(person.strip())
    return {k: v for k, v in match.groupdict().items() if v} if match else {"name": person}


def _forgiven(project: Table, groups: Table) -> Iterator[Loss]:
    for key in _PEOPLE:
        value = project.data.get(key)
        for person in value if isinstance(value, list) else ():
            if isinstance(person, str):
                yield _loss(project, key, person)
    extras = project.table("optional-dependencies")
    for table, keys in ((project, ("dependencies",)), (extras, extras.keys()), (groups, groups.keys())):
        for key in keys:
            value = table.data.get(key)
            for item in value if isinstance(value, list) else ():
                if isinstance(item, str) and forgiving(item) != item:
                    yield _loss(table, key, item)


def _loss(table: Table, key: str, text: str) -> Loss:
    return Loss(kind=Kind.FORGIVEN, where=f"{table.file}: {table.at(key)}", detail=shown(text))


def _strings(table: Table) -> dict[str, str]:
    return {key: table.string(key) for key in table.keys()}  # noqa: SIM118  # a Table is no mapping


def _build_system(table: Table) -> dict[str, object]:
    found: dict[str, object] = {}
    for key in ("requires", "backend-path"):
        if key in table:
            found[key] = list(table.strings(key))
    if "build-backend" in table:
        found["build-backend"] = table.string("build-backend")
    return found
