"""The program's own source, as the architecture tests read it: modules, the functions in them, the names they use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "converter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    path: PurePosixPath  # below converter/
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The child of converter/ that it is or lies in: `cli` for cli/app.py, `git` for git.py."""
        return self.path.parts[0].removesuffix(".py")


def module(path: str, text: str) -> Module:
    return Module(path=PurePosixPath(path), text=text, tree=ast.parse(text))


def project_modules() -> tuple[Module, ...]:
    return tuple(
        module(file.relative_to(PACKAGE).as_posix(), file.read_text(encoding="utf-8"))
        for file in sorted(PACKAGE.rglob("*.py"))
    )


def names_used(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each name with its line, in full: `sys.exit` also where it is imported under another name."""
    known = dict(imported_names(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Name | ast.Attribute) and (dotted := dotted_name(node)):
            first, dot, rest = dotted.partition(".")
            yield node.lineno, known.get(first, first) + dot + rest


def imported_names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.asname, alias.name) for alias in node.names if alias.asname)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def dotted_name(node: ast.expr) -> str:
    """`a.b.c` for such an expression, nothing for any other."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted_name(node.value)):
        return f"{before}.{node.attr}"
    return ""
