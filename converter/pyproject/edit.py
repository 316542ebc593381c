"""`[project]` (PEP 621) and `[dependency-groups]` (PEP 735) written into the text of a pyproject.toml, new or old.

What says the same already stays as it is, byte for byte; so does everything else in the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from converter import toml
from converter.comments import array_text
from converter.errors import InputError
from converter.model import Comments
from converter.pyproject.fields import is_name
from converter.pyproject.sections import Section, has, insert, join, put, remove, split

_HEADED = ("urls", "scripts", "gui-scripts", "entry-points")
_GROUPS = "dependency-groups"
_FIRST = ("name", "version", "description", "readme", "requires-python")
_EXTRAS = "optional-dependencies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a list of requirements: PEP 508 text or `{"include-group": name}`, with its comments."""

    value: str | Mapping[str, str]
    comments: Comments = field(default=Comments(), compare=False)


Items = tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What the two tables shall say.

    `fields` are plain values of `[project]`; those that are tables (`urls`, `scripts`) get a header of their own.
    `headings` are the comments of groups.
    """

    fields: Mapping[str, object] = field(default_factory=dict)
    requires_python: str | None = None
    dependencies: Items = ()
    extras: Mapping[str, Items] = field(default_factory=dict)
    groups: Mapping[str, Items] = field(default_factory=dict)
    headings: Mapping[str, Comments] = field(default_factory=dict)


def put_project(text: str, tables: Tables) -> str:
    """The text with a `[project]` table that says this; fields that are there already, or dynamic, stay as they are."""
    sections = split(text)
    old = _table(text, "project")
    if not any(section.name == ("project",) and section.head for section in sections):
        sections = insert(sections, _block("project", {}), *_top(sections))
    for key, value in _lines(tables, old).items():
        sections = put(sections, ("project",), key, value)
    for name, content in _subtables(tables.fields, old):
        block = _block(toml.dotted("project", *name), {key: toml.value(value) for key, value in content.items()})
        sections = insert(sections, block, ("project",))
    return join(_put_lists(sections, ("project", _EXTRAS), old.get(_EXTRAS), tables.extras, {}))


def put_groups(text: str, tables: Tables) -> str:
    """The text with a `[dependency-groups]` table that says this; without one where there is no group."""
    return join(_put_lists(split(text), (_GROUPS,), _table(text, _GROUPS), tables.groups, tables.headings))


def checked(text: str) -> str:
    """The text, once it was read back. Raises InputError where an edit does not fit the way the file is written."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise InputError(
            f"its tables are written in a way that cannot be edited ({why})",
            file="pyproject.toml", remedy="write [project] and [tool] as tables with headers of their own",
        ) from None  # fmt: skip
    return text


def read_document(text: str) -> dict[str, object]:
    """A pyproject.toml as plain values. Raises InputError, with the line, for what is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise InputError(f"expected TOML: {why}", file="pyproject.toml") from None


def _table(text: str, name: str) -> Mapping[str, object]:
    found = read_document(text).get(name)
    return found if isinstance(found, Mapping) else {}


def _top(sections: Sequence[Section]) -> tuple[tuple[str, ...], ...]:
    """New tables come behind the build system where that stands first."""
    first = next((section.name for section in sections if section.head), ())
    return (("build-system",),) if first[:1] == ("build-system",) else ()


def _block(name: str, lines: Mapping[str, str]) -> str:
    return "".join([f"[{name}]\n", *(f"{toml.key(key)} = {value}\n" for key, value in lines.items())])


def _lines(tables: Tables, old: Mapping[str, object]) -> dict[str, str]:
    """The entries of `[project]` that are to be written, as TOML text."""
    dynamic = old.get("dynamic", ())
    fixed = {*old, *(dynamic if isinstance(dynamic, list) else ())} - set(_misspelled(old))
    made = {
        **_settled(dynamic),
        **{key: toml.value(value) for key, value in tables.fields.items() if key not in fixed and key not in _HEADED},
    }
    if tables.requires_python is not None and not _same_range(old.get("requires-python"), tables.requires_python):
        made["requires-python"] = toml.string(tables.requires_python)
    if old.get("dependencies") != _plain(tables.dependencies):
        made["dependencies"] = _array(tables.dependencies)
    return dict(sorted(made.items(), key=lambda row: _rank(row[0])))


def _settled(dynamic: object) -> dict[str, str]:
    """`dynamic` without the requirements, which are all written down now; nothing where it does not speak of them."""
    said = dynamic if isinstance(dynamic, list) else []
    left = [key for key in said if key not in {"dependencies", _EXTRAS}]
    return {"dynamic": toml.value(left)} if left != said else {}


def _misspelled(old: Mapping[str, object]) -> Iterator[str]:
    """The fields that some tools forgive and others do not: people as text, a name that is none, an empty version."""
    if isinstance(name := old.get("name"), str) and not is_name(name):
        yield "name"
    if old.get("version") == "":
        yield "version"
    for key in ("authors", "maintainers"):
        people = old.get(key)
        if isinstance(people, list) and any(isinstance(person, str) for person in people):
            yield key


def _rank(key: str) -> tuple[int, bool]:
    return (_FIRST.index(key) if key in _FIRST else len(_FIRST), key == "dependencies")


def _subtables(
    fields: Mapping[str, object], old: Mapping[str, object]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, object]]]:
    for key in _HEADED:
        content = fields.get(key)
        if key in old or not isinstance(content, Mapping):
            continue
        if key == "entry-points":
            yield from (((key, group), rows) for group, rows in content.items())
        else:
            yield (key,), content


def _same_range(old: object, new: str) -> bool:
    try:
        return isinstance(old, str) and SpecifierSet(old) == SpecifierSet(new)
    except InvalidSpecifier:
        return False


def _plain(items: Items) -> list[object]:
    return [dict(item.value) if isinstance(item.value, Mapping) else item.value for item in items]


def _array(items: Items) -> str:
    return array_text([(toml.value(item.value), item.comments) for item in items])


def _put_lists(
    sections: Sequence[Section],
    name: tuple[str, ...],
    old: object,
    lists: Mapping[str, Items],
    headings: Mapping[str, Comments],
) -> tuple[Section, ...]:
    """The sections with a table of requirement lists; lists that are there and not wanted go."""
    there: dict[str, str] = {canonicalize_name(key): key for key in old} if isinstance(old, Mapping) else {}
    known = old if isinstance(old, Mapping) else {}
    gone = [(*name, written) for key, written in there.items() if key not in lists]
    if all(there.get(key) and known[there[key]] == _plain(items) for key, items in lists.items()):
        return remove(sections, *gone)
    if not any(section.name == name and section.head for section in sections):
        return _new(remove(sections, name), name, lists, headings)
    for key, items in lists.items():
        if key not in there or known[there[key]] != _plain(items):
            sections = put(sections, name, there.get(key, key), _array(items))
    return remove(sections, *gone)


def _new(
    sections: Sequence[Section], name: tuple[str, ...], lists: Mapping[str, Items], headings: Mapping[str, Comments]
) -> tuple[Section, ...]:
    rows = [f"{_heading(headings.get(key))}{toml.key(key)} = {_array(items)}\n" for key, items in lists.items()]
    block = "".join([f"[{toml.dotted(*name)}]\n", *rows])
    if has(sections, ("project",)):
        return insert(sections, block, ("project",))
    return insert(sections, block, *_top(sections))


def _heading(comments: Comments | None) -> str:
    if comments is None:
        return ""
    return "".join(f"{line}\n" for line in (*comments.above, comments.trailing) if line)
