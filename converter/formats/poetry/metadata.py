"""What `[tool.poetry]` says of the distribution (name to entry points), in the words of PEP 621.

Source: `poetry.core.factory` and the JSON schemas of Poetry 2.5. `[project]` wins, field by field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from converter.losses import Kind, Loss
from converter.model import EntryPoint
from converter.pyproject.parse import Standard
from converter.table import Table, shown

_PERSON = re.compile(r"\s*(?P<name>[^<>]*?)\s*(?:<(?P<email>[^<>]+)>)?\s*")
_URLS = {"homepage": "Homepage", "repository": "Repository", "documentation": "Documentation"}
_TABLES = {
    "packages": ("include", "from", "format", "to"),
    "include": ("path", "format"),
    "exclude": ("path", "format"),
}


def read_metadata(poetry: Table, standard: Standard) -> dict[str, object]:
    """The fields of PEP 621 that are neither name, version nor requirements. Raises InputError."""
    told = dict(_fields(poetry))
    if "urls" in standard.metadata:
        told.pop("urls", None)
    dynamic: Mapping[str, object] = {"dynamic": list(standard.dynamic)} if standard.dynamic else {}
    return {**told, **standard.metadata, **dynamic}


def _fields(poetry: Table) -> Iterator[tuple[str, object]]:
    for key in ("description", "license"):
        if (text := poetry.optional_string(key)) is not None:
            yield key, text
    for key in ("keywords", "classifiers"):
        if key in poetry:
            yield key, list(poetry.strings(key))
    for key in ("authors", "maintainers"):
        if key in poetry:
            yield key, [_person(text) for text in poetry.strings(key)]
    readmes = _readmes(poetry)
    if len(readmes) == 1:
        yield "readme", readmes[0]
    if urls := dict(_urls(poetry)):
        yield "urls", urls


def _readmes(poetry: Table) -> tuple[str, ...]:
    value = poetry.take("readme")
    if value is None or isinstance(value, str):
        return (value,) if value else ()
    return poetry.strings("readme")


def _person(text: str) -> dict[str, str]:
    match = _PERSON.fullmatch(text)
    if match is None:
        return {"name": text}
    return {key: value for key, value in match.groupdict().items() if value}


def _urls(poetry: Table) -> Iterator[tuple[str, str]]:
    for key, label in _URLS.items():
        if url := poetry.optional_string(key):
            yield label, url
    custom = poetry.table("urls")
    for label in custom.keys():  # noqa: SIM118  # a Table is no mapping
        yield label, custom.string(label)


def read_entry_points(poetry: Table, standard: Standard) -> tuple[EntryPoint, ...]:
    """Scripts and plugins. Poetry ignores its own where `[project]` has that kind. Raises InputError."""
    given = {point.group for point in standard.entry_points}
    own = [] if "console_scripts" in given else list(_scripts(poetry.table("scripts")))
    if not given - {"console_scripts", "gui_scripts"}:
        for group, table in poetry.table("plugins").items():
            own += [EntryPoint(group=group, name=name, value=table.string(name)) for name in table.data]
    return (*standard.entry_points, *own)


def _scripts(scripts: Table) -> Iterator[EntryPoint]:
    for name, value in scripts.data.items():
        if isinstance(value, str):
            yield EntryPoint(group="console_scripts", name=name, value=scripts.string(name))
        elif isinstance(value, Mapping) and value.get("type") == "console":
            yield EntryPoint(group="console_scripts", name=name, value=str(value.get("reference", "")))


def read_settings(poetry: Table) -> dict[str, object]:
    """What only Poetry has a word for, as plain values under its own keys. Raises InputError."""
    found: dict[str, object] = {}
    if "requires-poetry" in poetry:
        found["requires-poetry"] = poetry.string("requires-poetry")
    if "build" in poetry:
        found["build"] = _build(poetry)
    for key, inner in _TABLES.items():
        if key in poetry:
            found[key] = _listed(poetry, key, inner)
    if "package-mode" in poetry:
        found["package-mode"] = poetry.boolean("package-mode")
    if len(readmes := _readmes(poetry)) > 1:
        found["readme"] = list(readmes)
    if special := _special_scripts(poetry.table("scripts")):
        found["scripts"] = special
    return found


def _build(poetry: Table) -> object:
    """The build script, or the table that names it."""
    value = poetry.take("build")
    if not isinstance(value, str):
        poetry.table("build").skip("script", "generate-setup-file")
    return value


def _listed(poetry: Table, key: str, known: tuple[str, ...]) -> object:
    """A list of texts and tables, with the tables' known keys counted as read."""
    items = poetry.take(key)
    if not isinstance(items, list):
        raise poetry.error(key, f"expected a list, found {shown(items)}")
    for number, item in enumerate(items):
        if not isinstance(item, str):
            poetry.child(item, f"{poetry.at(key)}[{number}]").skip(*known)
    return items


def extras_of_scripts(poetry: Table) -> Iterator[Loss]:
    """A note for each script that names extras: poetry-core 2 writes entry points without."""
    scripts = poetry.table("scripts")
    for name, value in scripts.data.items():
        if isinstance(value, Mapping) and value.get("type") == "console" and value.get("extras"):
            detail = f"extras = {shown(value['extras'])}"
            yield Loss(kind=Kind.SETTING_NEEDLESS, where=f"{poetry.file}: {scripts.at(name)}", detail=detail)


def _special_scripts(scripts: Table) -> dict[str, object]:
    """Scripts that are no entry points but files."""
    found: dict[str, object] = {}
    for name, value in scripts.data.items():
        if isinstance(value, str):
            scripts.skip(name)
            continue
        table = scripts.table(name)
        table.skip("reference", "type", "extras", "callable")
        if table.data.get("type") != "console":
            found[name] = value
    return found
