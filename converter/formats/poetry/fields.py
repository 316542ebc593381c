"""What of a project is no requirement: the fields of `[project]`, and which keys of Poetry 1 they take the place of."""

from __future__ import annotations

from collections.abc import Mapping

from converter.formats.poetry.backend import is_poetry
from converter.model import Project
from converter.pyproject.fields import entry_point_tables, license_value

_MOVED = (
    "name", "version", "description", "authors", "maintainers", "license", "readme", "homepage", "repository",
    "documentation", "urls", "keywords", "classifiers", "scripts", "plugins",
)  # fmt: skip
_PLUGIN = "poetry-dynamic-versioning"


def fields(project: Project, document: Mapping[str, object]) -> dict[str, object]:
    """The plain fields of `[project]`, `dynamic` among them; the requirements are not."""
    kept = _kept(document)
    made: dict[str, object] = {"name": project.name}
    if project.version is not None:
        made["version"] = project.version
    made |= {key: value for key, value in project.metadata.items() if key != "dynamic"}
    if isinstance(made.get("license"), str):
        made["license"] = license_value(str(made["license"]))
    poetry = _tables(document)[1]
    dynamic = [key for key in kept if key in poetry and key in ("version", "classifiers", "readme")]
    made = {key: value for key, value in made.items() if key not in dynamic} | entry_point_tables(project)
    return made | ({"dynamic": sorted(dynamic)} if dynamic else {})


def _tables(document: Mapping[str, object]) -> tuple[Mapping[str, object], Mapping[str, object]]:
    tool = document.get("tool")
    tools = tool if isinstance(tool, Mapping) else {}
    poetry = tools.get("poetry")
    return tools, poetry if isinstance(poetry, Mapping) else {}


def _kept(document: Mapping[str, object]) -> tuple[str, ...]:
    """The keys of Poetry 1 that stay, because poetry-core or a plugin makes more of them than `[project]` can say."""
    tools, poetry = _tables(document)
    if "project" in document:
        return _MOVED
    built, special = is_poetry(document), _special_scripts(poetry)
    kept = {
        "classifiers": built and "classifiers" in poetry,  # poetry-core adds those of the license and of Python
        "readme": isinstance(poetry.get("readme"), list),
        "version": _PLUGIN in tools and "version" in poetry,
        "scripts": special,
    }
    return tuple(key for key, stays in kept.items() if stays)


def _special_scripts(poetry: Mapping[str, object]) -> bool:
    scripts = poetry.get("scripts")
    return isinstance(scripts, Mapping) and any(isinstance(value, Mapping) for value in scripts.values())


def moved(document: Mapping[str, object]) -> tuple[str, ...]:
    """The keys of `[tool.poetry]` whose place `[project]` takes; none where there is a `[project]` already."""
    poetry, kept = _tables(document)[1], _kept(document)
    return tuple(key for key in _MOVED if key in poetry and key not in kept)
