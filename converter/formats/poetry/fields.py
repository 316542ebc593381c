"""What of a project is no requirement: the fields of `[project]`, and which keys of Poetry 1 they take the place of.

Source: `poetry.core.factory` of 2.5, which takes from `[tool.poetry]` what `[project]` does not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from converter.formats.poetry.backend import is_poetry
from converter.model import Project
from converter.pyproject.fields import entry_point_tables, license_value
from converter.pyproject.sections import Path

_FIELDS = {
    "name": "name",
    "version": "version",
    "description": "description",
    "authors": "authors",
    "maintainers": "maintainers",
    "license": "license",
    "readme": "readme",
    "homepage": "urls",
    "repository": "urls",
    "documentation": "urls",
    "urls": "urls",
    "keywords": "keywords",
    "classifiers": "classifiers",
    "scripts": "scripts",
    "plugins": "entry-points",
}
"""Keys of `[tool.poetry]`, and the fields of `[project]` that say the same."""

_PLUGIN = "poetry-dynamic-versioning"
_ADDED_TO = ("version", "classifiers", "readme")
"""Fields that stay in `[tool.poetry]` where a plugin or poetry-core makes more of them than `[project]` can say."""


_LISTS = {"dependencies", "optional-dependencies"}


def fields(project: Project, document: Mapping[str, object]) -> dict[str, object]:
    """The plain fields of `[project]`, `dynamic` among them; the requirements are not."""
    stays, poetry = kept(document), _tables(document)[1]
    made: dict[str, object] = {"name": project.name}
    if project.version is not None:
        made["version"] = project.version
    made |= {key: value for key, value in project.metadata.items() if key != "dynamic"}
    if isinstance(made.get("license"), str):
        built = is_poetry(document) and made["license"] == poetry.get("license")
        made["license"] = {"text": made["license"]} if built else license_value(str(made["license"]))
    dynamic = [key for key in stays if key in _ADDED_TO]
    made = {key: value for key, value in made.items() if key not in dynamic} | entry_point_tables(project)
    return made | ({"dynamic": sorted(dynamic)} if dynamic else {})


def _tables(document: Mapping[str, object]) -> tuple[Mapping[str, object], Mapping[str, object]]:
    tool = document.get("tool")
    tools = tool if isinstance(tool, Mapping) else {}
    poetry = tools.get("poetry")
    return tools, poetry if isinstance(poetry, Mapping) else {}


def kept(document: Mapping[str, object]) -> tuple[str, ...]:
    """The keys of Poetry 1 that stay, because poetry-core or a plugin makes more of them than `[project]` can say."""
    tools, poetry = _tables(document)
    table = document.get("project")
    project = table if isinstance(table, Mapping) else {}
    dynamic = project.get("dynamic")
    found = {key: isinstance(dynamic, list) and field in dynamic for key, field in _FIELDS.items()}
    found["classifiers"] |= (
        is_poetry(document) and "classifiers" not in project
    )  # those of license and Python are added
    found["readme"] |= isinstance(poetry.get("readme"), list) and "readme" not in project
    found["version"] |= _PLUGIN in tools and not project
    return tuple(key for key, stays in found.items() if stays and key in poetry)


def moved(document: Mapping[str, object]) -> Iterator[Path]:
    """What of `[tool.poetry]`, by path below it, `[project]` takes the place of."""
    poetry, stays = _tables(document)[1], kept(document)
    for key in (key for key in _FIELDS if key in poetry and key not in stays):
        scripts = poetry[key] if key == "scripts" else None
        if isinstance(scripts, Mapping) and any(map(is_file, scripts.values())):
            yield from ((key, name) for name, value in scripts.items() if not is_file(value))
        else:
            yield (key,)


def said_in_full(document: Mapping[str, object]) -> bool:
    """Whether `[project]` says all that poetry-core reads of a project, but for what stays in `[tool.poetry]`."""
    poetry, project = _tables(document)[1], document.get("project")
    if not isinstance(project, Mapping):
        return False
    dynamic = project.get("dynamic")
    open_ = not project.keys() & _LISTS or bool(isinstance(dynamic, list) and _LISTS & set(map(str, dynamic)))
    needs = any(key in poetry and open_ for key in ("dependencies", "extras"))
    return not needs and not any(_FIELDS[path[0]] not in project for path in moved(document))


def is_file(script: object) -> bool:
    """Whether a script of Poetry is a file that is installed as it is: `[project]` has no word for that."""
    return isinstance(script, Mapping) and script.get("type") == "file"
