"""The manifest of a project that another backend builds from now on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from converter import toml
from converter.losses import Kind, Loss, Lossy
from converter.pyproject.backend import hatchling, poetry_core, setuptools, uv_build
from converter.pyproject.backend.layout import Layout, Values, table
from converter.pyproject.backend.legal import licensed
from converter.pyproject.edit import checked, read_document
from converter.pyproject.sections import Path, Section, insert, join, put, remove, split
from converter.tree import Tree

MANIFEST = "pyproject.toml"
_PROJECT: Path = ("project",)
_AFTER = (("build-system",), ("project",))


def _whole(_: Layout) -> Iterable[str]:
    """Of a backend that can say every layout."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Backend:
    modules: tuple[str, ...]
    requires: tuple[str, ...]
    tables: tuple[Path, ...]
    read: Callable[[Values, Tree, str], Layout]
    written: Callable[[Layout], dict[Path, Values]]
    unsayable: Callable[[Layout], Iterable[str]] = _whole


BACKENDS: Mapping[str, _Backend] = {
    "hatchling": _Backend(
        modules=hatchling.MODULES,
        requires=hatchling.REQUIRES,
        tables=hatchling.TABLES,
        read=hatchling.read,
        written=hatchling.written,
    ),
    "uv_build": _Backend(
        modules=uv_build.MODULES,
        requires=uv_build.REQUIRES,
        tables=uv_build.TABLES,
        read=uv_build.read,
        written=uv_build.written,
        unsayable=uv_build.unsayable,
    ),
    "poetry-core": _Backend(
        modules=poetry_core.MODULES,
        requires=poetry_core.REQUIRES,
        tables=poetry_core.TABLES,
        read=poetry_core.read,
        written=poetry_core.written,
    ),
    "setuptools": _Backend(
        modules=setuptools.MODULES,
        requires=setuptools.REQUIRES,
        tables=setuptools.TABLES,
        read=setuptools.read,
        written=setuptools.written,
        unsayable=setuptools.unsayable,
    ),
}
"""The build backends that a project can be moved between, by the names that the option takes."""


def move(tree: Tree, wanted: str) -> Lossy[Tree]:
    """The tree with a pyproject.toml that the backend `wanted` builds from; a loss of level STOP for what it cannot.

    Raises InputError for a file that cannot be read or edited.
    """
    text = tree.text(MANIFEST) or ""
    document = read_document(text)
    module = str(table(document, "build-system").get("build-backend", ""))
    old = next((name for name, each in BACKENDS.items() if module in each.modules), "")
    if old == wanted:
        return Lossy(tree)
    told = Loss(kind=Kind.BACKEND_MOVED, where=f"{MANIFEST}: build-system", detail=f"{old} -> {wanted}")
    if stops := tuple(_before(document, old, module)):
        return Lossy(tree, stops)
    layout = BACKENDS[old].read(document, tree, str(table(document, "project").get("name", "")))
    legal = licensed(document, tree) if wanted == "uv_build" else {}
    unsaid = (*layout.unsaid, *_nothing(layout), *_unlicensed(legal), *BACKENDS[wanted].unsayable(layout))
    if stops := tuple(_losses(unsaid)):
        return Lossy(tree, stops)
    sections = _written(split(text), document, old, wanted, layout)
    for key, value in legal.items():
        sections = put(sections, _PROJECT, key, toml.value(value))
    return Lossy(tree.put(MANIFEST, checked(join(sections))), (told,))


def _before(document: Values, old: str, module: str) -> Iterator[Loss]:
    """Why nothing can be moved: no known backend, no `[project]`, a field that the backend computes."""
    if not old:
        yield from _losses([f"build-backend = {toml.string(module)}" if module else "no [build-system] names one"])
    elif "project" not in document:
        yield from _losses(["no [project] says what is built"])
    dynamic = table(document, "project").get("dynamic")
    static = {"classifiers"} if old == "poetry-core" else set()
    for field in dynamic if isinstance(dynamic, list) else ():
        if field not in static:
            yield from _losses([f"project.dynamic: {field} is computed"])


def _unlicensed(legal: Values) -> Iterator[str]:
    """A license that stands beside files and is no SPDX expression: PEP 639 wants one there, and no other backend."""
    license_ = legal.get("license")
    if isinstance(license_, Mapping):
        yield f"license = {toml.value(license_)} beside license files: write it as an SPDX expression"


def _nothing(layout: Layout) -> Iterator[str]:
    if not layout.parts:
        yield "no package or module is found"


def _losses(several: Iterable[str]) -> Iterator[Loss]:
    for each in several:
        yield Loss(kind=Kind.BACKEND_UNSAYABLE, where=MANIFEST, detail=each)


def _written(
    sections: tuple[Section, ...], document: Values, old: str, wanted: str, layout: Layout
) -> tuple[Section, ...]:
    sections = _with_classifiers(remove(sections, *BACKENDS[old].tables), document, old)
    target = BACKENDS[wanted]
    sections = put(sections, ("build-system",), "requires", toml.value(list(target.requires)))
    sections = put(sections, ("build-system",), "build-backend", toml.string(target.modules[0]))
    for path, rows in target.written(layout).items():
        sections = _put(sections, path, rows)
    return sections


def _with_classifiers(sections: tuple[Section, ...], document: Values, old: str) -> tuple[Section, ...]:
    """The classifiers in `[project]`: only poetry-core adds to those of `[tool.poetry]`."""
    found = table(document, "tool", "poetry").get("classifiers")
    if old != "poetry-core" or not isinstance(found, list) or "classifiers" in table(document, "project"):
        return sections
    sections = put(sections, _PROJECT, "classifiers", toml.value(found))
    dynamic = table(document, "project").get("dynamic")
    left = [each for each in dynamic if each != "classifiers"] if isinstance(dynamic, list) else []
    sections = (
        put(sections, _PROJECT, "dynamic", toml.value(left)) if left else remove(sections, (*_PROJECT, "dynamic"))
    )
    return remove(sections, ("tool", "poetry", "classifiers"))


def _put(sections: tuple[Section, ...], path: Path, rows: Values) -> tuple[Section, ...]:
    if any(section.name == path and section.head for section in sections):
        for key, value in rows.items():
            sections = put(sections, path, key, toml.value(value))
        return sections
    lines = "".join(f"{toml.key(key)} = {toml.value(value)}\n" for key, value in rows.items())
    return insert(sections, f"[{toml.dotted(*path)}]\n{lines}", path[:2], *_AFTER)
