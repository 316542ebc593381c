"""poetry-core: `packages`, `include`, `exclude` of `[tool.poetry]`.

Source: https://python-poetry.org/docs/pyproject/#packages and `poetry.core.masonry.builders.builder` of 2.5: an
`include` without a format is for the sdist, an `exclude` is text and for both; else the project's name is looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from converter import toml
from converter.pyproject.backend.layout import GLOB, Layout, Part, Values, named, table, texts
from converter.pyproject.sections import Path
from converter.tree import Tree

MODULES = ("poetry.core.masonry.api", "poetry.masonry.api", "poetry_dynamic_versioning.backend")
REQUIRES = ("poetry-core>=2.0.0,<3.0.0",)
TABLES: tuple[Path, ...] = tuple(("tool", "poetry", key) for key in ("packages", "include", "exclude"))
_BOTH = ("sdist", "wheel")


def read(document: Values, tree: Tree, name: str) -> Layout:
    """What `[tool.poetry]` puts into wheel and sdist."""
    poetry = table(document, "tool", "poetry")
    packages = [each for each in _list(poetry, "packages") if isinstance(each, Mapping)]
    wheel = [each for each in packages if "wheel" in _formats(each, _BOTH)]
    include = _globs(poetry)
    return Layout(
        parts=tuple(map(_part, wheel)) if packages else named(tree, name, ("", "src")),
        included=tuple(glob for glob, formats in include if set(formats) == set(_BOTH)),
        sdist=(
            *(f"{_part(each).place}/**" for each in packages if each not in wheel),
            *(glob for glob, formats in include if "wheel" not in formats),
        ),
        excluded=tuple(each for each in _list(poetry, "exclude") if isinstance(each, str)),
        unsaid=tuple(_unsaid(poetry, packages, include)),
    )


def _list(poetry: Values, key: str) -> list[object]:
    found = poetry.get(key)
    return found if isinstance(found, list) else []


def _formats(row: Values, default: tuple[str, ...]) -> tuple[str, ...]:
    return texts(row.get("format")) or default


def _part(row: Values) -> Part:
    return Part(path=str(row.get("include", "")).rstrip("/"), root=str(row.get("from", "")).strip("/"))


def _globs(poetry: Values) -> list[tuple[str, tuple[str, ...]]]:
    """What is included, each with its formats."""
    rows = ({"path": each} if isinstance(each, str) else each for each in _list(poetry, "include"))
    return [(str(row.get("path", "")), _formats(row, ("sdist",))) for row in rows if isinstance(row, Mapping)]


def _unsaid(poetry: Values, packages: list[Values], include: list[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    for row in packages:
        wheel_only = _formats(row, _BOTH) == ("wheel",)
        if "to" in row or wheel_only or GLOB.search(str(row.get("include", ""))):
            yield f"tool.poetry.packages: {toml.value(row)}"
    yield from (f"tool.poetry.include: {glob} for the wheel alone" for glob, fs in include if fs == ("wheel",))
    tables = (each for each in _list(poetry, "exclude") if not isinstance(each, str))
    yield from (f"tool.poetry.exclude: {toml.value(each)}" for each in tables)
    if "build" in poetry:
        yield "tool.poetry.build"
    yield from (f"tool.poetry.scripts.{name}" for name in table(poetry, "scripts"))  # those that are no entry points
    if isinstance(poetry.get("readme"), list):
        yield "tool.poetry.readme with several files"


def written(layout: Layout) -> dict[Path, Values]:
    """The tables that say the same here."""
    packages = [{"include": p.path, **({"from": p.root} if p.root else {})} for p in layout.parts]
    include = [{"path": glob, "format": list(_BOTH)} for glob in layout.included]
    include += [{"path": glob, "format": "sdist"} for glob in layout.sdist]
    rows = {"packages": packages, "include": include, "exclude": [*layout.excluded, *layout.left_out]}
    return {("tool", "poetry"): {key: value for key, value in rows.items() if value}}
