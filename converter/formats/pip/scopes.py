"""Which requirements file is which scope.

`requirements.txt` is main, `requirements-<group>.txt` (or `.dev.txt`, `_dev.txt`) and `requirements/<group>.txt` a
group; beside each may stand its `.in`, from which a tool made it, and its `-direct.txt`. Where there is no
`requirements.txt`, the file with the best known of some other names is main. What main reads by `-r` is part of it, and
what a file reads by `-c` is no scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name

from converter.formats.pip import options
from converter.formats.pip.lines import decoded, lines
from converter.model import MAIN, Scope, ScopeKind
from converter.tree import Tree

DIRECT = "-direct"
_STANDINS = ("lock", "production", "prod", "main", "base", "common", "app", "default", "deploy", "all")
_WORD = "requirements"
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_REMOTE = re.compile(r"\w+:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One scope's files: what a person declares (`.in`), what is installed (`.txt`, its `-direct.txt` after it)."""

    scope: Scope
    declared: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.declared, *self.locked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The parts, main first, and every file that belongs to them, those that they read included."""

    parts: tuple[Part, ...] = ()
    files: tuple[str, ...] = ()
    owner: Mapping[str, Scope] = field(default_factory=dict)

    @property
    def locked(self) -> bool:
        """Whether anything says what is installed."""
        return any(part.locked for part in self.parts)


def layout(tree: Tree) -> Layout:
    """The project's requirements files by scope. A file that cannot be decoded raises InputError."""
    by_name: dict[str, list[str]] = {}
    for path in _candidates(tree):
        by_name.setdefault(_group(path), []).append(path)
    main = _main(by_name)
    inside = _closure(tree, main)
    constraints = {p for path in _candidates(tree) for p in _named(tree, path, ("constraint",)) if p not in main}
    parts = [Part(scope=MAIN, declared=_in(main), locked=_txt(main))] if main else []
    for name, paths in sorted(by_name.items()):
        own = [p for p in paths if p not in main and p not in inside and p not in constraints]
        if own and _NAME.fullmatch(name) and name != "constraints":
            parts.append(Part(scope=Scope(ScopeKind.GROUP, name), declared=_in(own), locked=_txt(own)))
    owner = {path: part.scope for part in parts for path in part.files} | dict.fromkeys(inside, MAIN)
    every = sorted(inside.union(*(_closure(tree, part.files) for part in parts)))
    return Layout(parts=tuple(parts), files=tuple(every), owner=owner)


def _candidates(tree: Tree) -> Iterator[str]:
    """The files of these names in the root or in its folder `requirements`."""
    for path in tree.paths(f"{_WORD}*"):
        if path.suffix in (".txt", ".in") and (len(path.parts) == 1 or path.parent == PurePosixPath(_WORD)):
            yield str(path)


def _group(path: str) -> str:
    """The group in a file's name, empty for main."""
    file = PurePosixPath(path)
    stem = file.stem.removesuffix(DIRECT) if file.suffix == ".txt" else file.stem
    return canonicalize_name(stem.removeprefix(_WORD).strip("-_. "))


def _main(by_name: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Main's files: `requirements.*`, and where no `.txt` is among them, those of the best known other name."""
    found = by_name.get("", [])
    root = [path for path in found if "/" not in path]
    chosen = root or found
    if not _txt(chosen):
        other = next((by_name[name] for name in _STANDINS if _txt(by_name.get(name, ()))), [])
        chosen = [*chosen, *(path for path in other if not (chosen and path.endswith(".in")))]
    return tuple(chosen)


def _in(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if path.endswith(".in"))


def _txt(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted((p for p in paths if p.endswith(".txt")), key=lambda p: (p.endswith(f"{DIRECT}.txt"), p)))


def _closure(tree: Tree, paths: Iterable[str]) -> frozenset[str]:
    """These files and all that they read, as requirements or as constraints."""
    seen: set[str] = set()
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        if path not in seen and path in tree:
            seen.add(path)
            waiting += _named(tree, path, ("requirement", "constraint"))
    return frozenset(seen)


def _named(tree: Tree, path: str, kinds: tuple[str, ...]) -> list[str]:
    """The files that a file names by these options, by path from the root."""
    data = tree.get(path) or b""
    texts = (line.text for line in lines(decoded(data, path)) if line.text.startswith("-"))
    values = [value for text in texts for kind in kinds for value in options.split(text)[1].all(kind)]
    folder = PurePosixPath(path).parent
    return [normal(folder / value) for value in values if not _REMOTE.match(value)]


def normal(path: PurePosixPath) -> str:
    """A path without `.` and `..`, as far as it stays in the project."""
    import posixpath

    return posixpath.normpath(str(path))
