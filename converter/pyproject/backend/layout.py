"""What a build backend is told to put into wheel and sdist, in words that are no backend's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name

from converter.tree import Tree

Values = Mapping[str, object]
GLOB = re.compile(r"[*?\[\]!{}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A package (`ns/part`) or module (`demo.py`) by its path in the wheel, and the folder (`root`) that it lies in."""

    path: str
    root: str = ""

    @property
    def place(self) -> str:
        """Its path in the project."""
        return str(PurePosixPath(self.root, self.path))

    @property
    def dotted(self) -> str:
        """Its name as Python imports it."""
        return self.path.removesuffix(".py").replace("/", ".")

    @property
    def is_module(self) -> bool:
        """Whether it is a single file."""
        return self.path.endswith(".py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Parts, and globs from the project's root: `included` beside them, also where git ignores it; `sdist` there alone.

    `excluded` is in neither, `left_out` not in the wheel. `unsaid` are the settings that no other backend has.
    """

    parts: tuple[Part, ...] = ()
    included: tuple[str, ...] = ()
    sdist: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()


def table(document: object, *path: str) -> Values:
    """A table of a parsed file; an empty one where there is none."""
    for key in path:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document if isinstance(document, Mapping) else {}


def texts(value: object) -> tuple[str, ...]:
    """A text or a list of texts as a tuple."""
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def unknown(settings: Values, place: str, known: Iterable[str]) -> Iterator[str]:
    """The place of each setting that is not among the known ones."""
    yield from (f"{place}.{key}" for key in settings if key not in set(known))


def named(tree: Tree, name: str, roots: Iterable[str]) -> tuple[Part, ...]:
    """The package or module that is called as the project, in the first of these folders that has it."""
    module = canonicalize_name(name).replace("-", "_")
    for root in roots:
        for path in (module, f"{module}.py"):
            part = Part(path=path, root=root)
            if part.place in tree or (not part.is_module and f"{part.place}/__init__.py" in tree):
                return (part,)
    return ()


def files(tree: Tree, part: Part) -> Iterator[PurePosixPath]:
    """The files of a part."""
    yield from (path for path in tree.paths() if path.is_relative_to(part.place))
