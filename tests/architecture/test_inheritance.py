"""No inheritance but exceptions, enums and protocols. `Generic` is how Python 3.11 spells a type parameter."""

from __future__ import annotations

import ast
import builtins
import enum
from collections.abc import Sequence

import pytest

from tests.architecture.source import Module, dotted_name, module, project_modules

ENUMS = frozenset(name for name, value in vars(enum).items() if isinstance(value, enum.EnumType))
EXCEPTIONS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)
ALLOWED = ENUMS | EXCEPTIONS | {"Protocol", "Generic"}


def classes(source: Module) -> list[ast.ClassDef]:
    return [node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]


def bases(node: ast.ClassDef) -> list[str]:
    """The last part of each base's name: `StrEnum` for `enum.StrEnum`, `Protocol` for `Protocol[T]`."""
    plain = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    return [dotted_name(base).rpartition(".")[2] or ast.unparse(base) for base in plain]


def own_exceptions(sources: Sequence[Module]) -> frozenset[str]:
    """The names of the project's own exceptions, which others may build on."""
    found: frozenset[str] = frozenset()
    every = [node for source in sources for node in classes(source)]
    while more := {node.name for node in every if (EXCEPTIONS | found) & {*bases(node)}} - found:
        found |= more
    return found


def inheriting(sources: Sequence[Module]) -> list[str]:
    allowed = ALLOWED | own_exceptions(sources)
    return [
        f"{source.path}:{node.lineno}: {node.name}({base})"
        for source in sources
        for node in classes(source)
        for base in bases(node)
        if base not in allowed and "Protocol" not in bases(node)
    ]


def test_nothing_inherits_but_exceptions_enums_and_protocols() -> None:
    assert inheriting(project_modules()) == []


@pytest.mark.parametrize(
    "text",
    [
        "class A(B): pass",
        "class A: pass\nclass B(A): pass",
        "class A(abc.ABC): pass",
        "class P(Protocol): pass\nclass A(P): pass",
        "class A(make()): pass",
    ],
)
def test_inheritance_is_found(text: str) -> None:
    assert inheriting([module("model.py", text)]) != []


@pytest.mark.parametrize(
    "text",
    [
        "class A: pass",
        "class ConvertError(Exception): pass\nclass TreeError(ConvertError): pass",
        "class Level(enum.IntEnum): pass",
        "class Reader(Protocol[T]): pass\nclass Wider(Reader, Protocol): pass",
        "class Lossy(Generic[T]): pass",
    ],
)
def test_exceptions_enums_and_protocols_may_inherit(text: str) -> None:
    assert inheriting([module("model.py", text)]) == []
