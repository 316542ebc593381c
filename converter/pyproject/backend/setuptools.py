"""setuptools: `[tool.setuptools]`. Source: https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html.

A package's data files are in the wheel only where a pattern names them.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from converter.pyproject.backend.layout import GLOB, Layout, Part, Values, files, named, table, texts, unknown
from converter.pyproject.sections import Path
from converter.tree import Tree

MODULES = ("setuptools.build_meta",)
REQUIRES = ("setuptools>=77",)
TABLES: tuple[Path, ...] = (("tool", "setuptools"),)
_PLACE = "tool.setuptools"
_KNOWN = ("packages", "py-modules", "package-dir", "package-data", "zip-safe", "include-package-data")


def read(document: Values, tree: Tree, name: str) -> Layout:
    """What `[tool.setuptools]` puts into wheel and sdist."""
    settings = table(document, "tool", "setuptools")
    root = str(table(settings, "package-dir").get("", "")).strip("/")
    find = table(settings, "packages", "find")
    listed = {each.partition(".")[0] for each in texts(settings.get("packages"))}
    chosen = (
        *(Part(path=each, root=root) for each in sorted(listed)),
        *(Part(path=f"{each}.py", root=root) for each in texts(settings.get("py-modules"))),
        *_found(tree, find),
    )
    parts = chosen or named(tree, name, ("src", ""))
    unsaid = (*_unsaid(settings, find), *_unnamed(tree, parts, settings), *_others(tree))
    return Layout(parts=parts, unsaid=unsaid)


def _found(tree: Tree, find: Values) -> Iterator[Part]:
    """The packages on top of the folders that are searched."""
    if not find:
        return
    patterns = texts(find.get("include")) or ("*",)
    for where in (each.strip("./") for each in texts(find.get("where")) or (".",)):
        inits = (p for p in tree.paths() if p.name == "__init__.py" and p.parent.parent.as_posix() == (where or "."))
        names = sorted(path.parent.name for path in inits)
        yield from (Part(path=n, root=where) for n in names if any(fnmatchcase(n, each) for each in patterns))


def _unsaid(settings: Values, find: Values) -> Iterator[str]:
    yield from unknown(settings, _PLACE, _KNOWN)
    yield from unknown(table(settings, "packages"), f"{_PLACE}.packages", ("find",))
    yield from unknown(find, f"{_PLACE}.packages.find", ("where", "include", "namespaces"))
    yield from unknown(table(settings, "package-dir"), f"{_PLACE}.package-dir", ("",))


def _unnamed(tree: Tree, parts: tuple[Part, ...], settings: Values) -> Iterator[str]:
    """The data files that no pattern names: other backends take them along."""
    data = table(settings, "package-data")
    patterns = [each for value in data.values() for each in texts(value)]
    for path in (path for part in parts for path in files(tree, part) if path.suffix not in (".py", ".pyc")):
        if not any(fnmatchcase(path.name, each.rpartition("/")[2]) for each in patterns):
            yield f"{path} is not in the wheel, as no package-data names it"


def _others(tree: Tree) -> Iterator[str]:
    yield from (each for each in ("MANIFEST.in", "setup.py", "setup.cfg") if each in tree)


def written(layout: Layout) -> dict[Path, Values]:
    """The tables that say the same here."""
    root = next((part.root for part in layout.parts), "")
    packages = [part.dotted for part in layout.parts if not part.is_module]
    modules = [part.dotted for part in layout.parts if part.is_module]
    rows: dict[Path, Values] = {
        TABLES[0]: {"py-modules": modules} if modules or not packages else {},
        (*TABLES[0], "package-dir"): {"": root} if root else {},
    }
    if packages:
        include = [name for each in packages for name in (each, f"{each}.*")]
        rows[*TABLES[0], "packages", "find"] = {"where": [root or "."], "include": include}
        rows[*TABLES[0], "package-data"] = {"*": ["**/*"]}
    return {path: values for path, values in rows.items() if values}


def unsayable(layout: Layout) -> Iterator[str]:
    """What of a layout has no words here: MANIFEST.in would have, which is no part of pyproject.toml."""
    if len(roots := {part.root for part in layout.parts}) > 1:
        yield f"packages in several folders: {', '.join(sorted(root or '.' for root in roots))}"
    for glob in (*layout.included, *layout.sdist, *layout.excluded, *layout.left_out):
        yield f"{glob} in or out of wheel and sdist" if GLOB.search(glob) else glob
