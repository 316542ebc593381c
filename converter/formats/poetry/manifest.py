"""pyproject.toml of a Poetry project as values: `[tool.poetry]` of Poetry 1, `[project]` of Poetry 2, the two mixed.

Source: `poetry.core.factory` and `poetry.factory` of Poetry 2.5; of 1.1 for `default`, `secondary`, `dev-dependencies`.
"""

from __future__ import annotations

from collections.abc import Mapping

from packaging.specifiers import SpecifierSet

from converter.formats.poetry.constraint import python_specifier
from converter.formats.poetry.declared import MANIFEST, Reading, as_published, merged_groups, merged_main, read_tables
from converter.formats.poetry.entry import read_entries
from converter.formats.poetry.metadata import extras_of_scripts, read_entry_points, read_metadata, read_settings
from converter.losses import Kind, Loss, Lossy
from converter.model import PUBLIC_INDEX, Index, Priority, Project, index_url
from converter.pyproject.parse import Standard, check_includes, read_standard, with_comments
from converter.table import Table, shown

_PRIORITIES = {
    "default": Priority.DEFAULT,
    "primary": Priority.DEFAULT,
    "secondary": Priority.SUPPLEMENTAL,
    "supplemental": Priority.SUPPLEMENTAL,
    "explicit": Priority.EXPLICIT,
}


def read_manifest(document: Table, text: str, name: str, locked: Mapping[str, tuple[str, ...]]) -> Lossy[Project]:
    """A parsed pyproject.toml as a Project without its lock; `locked` are the versions of each name in the lock.

    `text` is the file's own, for its comments; `name` is used where the file has none. Raises InputError. Unknown keys
    of `[tool.poetry]` and of the standard tables are losses; all other tables are nobody's business here.
    """
    standard = read_standard(document, text)
    tool = document.table("tool")
    poetry = tool.table("poetry")
    document.skip_all()
    tool.skip_all()
    indexes = tuple(_index(table) for table in poetry.tables("source"))
    urls = {index.name.lower(): index_url(index.url) for index in indexes}
    reading = Reading(indexes={"pypi": PUBLIC_INDEX, **urls}, locked=locked)
    tables = read_tables(poetry, _commented(text, poetry), reading)
    groups = merged_groups(standard, tables.value)
    check_includes(groups, MANIFEST)
    needs, python = merged_main(standard, tables.value), _python(poetry)
    built = bool(standard.build_system) and poetry.data.get("package-mode") is not False
    published = as_published(needs.value) if built and standard.dependencies is None else needs.value
    project = Project(
        name=standard.name or poetry.optional_string("name") or name,
        version=standard.version or poetry.optional_string("version"),
        requires_python=python.value if standard.requires_python is None else standard.requires_python,
        dependencies=published.dependencies,
        optional_dependencies=published.extras,
        dependency_groups=groups,
        default_groups=tuple(key for key, group in groups.items() if not group.optional),
        indexes=indexes,
        entry_points=read_entry_points(poetry, standard),
        metadata=read_metadata(poetry, standard),
        installs_itself=built,
        tool=_tool(poetry, standard),
    )
    told = (*standard.losses, *tables.losses, *needs.losses, *python.losses, *extras_of_scripts(poetry))
    return Lossy(project, (*told, *document.unread()))


def _commented(text: str, poetry: Table) -> Mapping[str, object]:
    """`[tool.poetry]` with its comments, empty where the file has none."""
    found: object = with_comments(text, MANIFEST) if poetry.data else None
    for key in ("tool", "poetry"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _index(table: Table) -> Index:
    name = table.string("name")
    public = name.lower() == "pypi"
    flags = [key for key in ("default", "secondary") if table.boolean(key)]
    said = table.string_or("priority", flags[0] if flags else "primary")
    if said.lower() not in _PRIORITIES:
        raise table.error("priority", f"expected primary, supplemental or explicit, found {shown(said)}")
    return Index(
        name=name,
        url=PUBLIC_INDEX if public and "url" not in table else table.string("url"),
        priority=_PRIORITIES[said.lower()],
    )


def _python(poetry: Table) -> Lossy[SpecifierSet | None]:
    """`python` of the main dependencies as a specifier set; its spelling is kept for the lock (`tool`)."""
    dependencies = poetry.table("dependencies")
    found = python_of(dependencies)
    dependencies.skip_all()
    if found is None:
        return Lossy(None)
    try:
        translated = python_specifier(found)
    except ValueError as why:
        raise dependencies.error("python", str(why)) from None
    if translated.exact:
        return Lossy(translated.specifier)
    where = f"{MANIFEST}: tool.poetry.dependencies.python"
    loss = Loss(kind=Kind.SPECIFIER_WIDENED, where=where, detail=f"{found} is read as {translated.specifier}")
    return Lossy(translated.specifier, (loss,))


def python_of(dependencies: Table) -> str | None:
    """The Python constraint among the main dependencies; an old file may hold it as a table with a version."""
    key = next((key for key in dependencies.data if key.lower() == "python"), "python")
    value = dependencies.data.get(key)
    if isinstance(value, Mapping):
        return dependencies.table(key).optional_string("version")
    return dependencies.optional_string(key)


def _tool(poetry: Table, standard: Standard) -> dict[str, Mapping[str, object]]:
    settings = read_settings(poetry)
    for key in ("requires-plugins", "build-constraints"):
        if key in poetry:
            settings[key] = poetry.take(key)
    dependencies = poetry.table("dependencies")
    if (python := python_of(dependencies)) is not None:
        settings["python"] = python
    dependencies.skip_all()
    _known_inside(poetry)
    build_system = {"build-system": standard.build_system} if standard.build_system else {}
    return {"poetry": settings, **build_system}


def _known_inside(poetry: Table) -> None:
    """Walks the tables of requirements that are kept as they are, so that an unknown key in them is found."""
    plugins = poetry.table("requires-plugins")
    for table in (plugins, *(inner for _, inner in poetry.table("build-constraints").items())):
        for key in table.data:
            list(read_entries(table, key))
