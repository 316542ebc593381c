"""Functions and files stay small: where one grows past its bound it is parsing, deciding and printing at once."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence

import pytest

from tests.architecture.source import Module, module, project_modules

LONGEST_FUNCTION = 45
MEDIAN = 9
NINE_IN_TEN = 30
LONGEST_FILE = 400
TABLES = {"losses/kinds.py"}  # one table of sentences, and nothing that could be told apart


def functions(source: Module) -> list[tuple[str, int]]:
    """Each function with its lines, from `def` to its end; decorators do not count."""
    return [
        (f"{source.path}:{node.lineno}: {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def too_long(sources: Sequence[Module]) -> list[str]:
    return [
        f"{place} has {lines} lines"
        for source in sources
        for place, lines in functions(source)
        if lines > LONGEST_FUNCTION
    ]


def too_large(sources: Sequence[Module]) -> list[str]:
    counts = [(source.path, len(source.text.splitlines())) for source in sources]
    return [f"{path} has {lines} lines" for path, lines in counts if lines > LONGEST_FILE and str(path) not in TABLES]


def share(lengths: Sequence[int], part: float) -> int:
    """The length that this part of the functions stays within; 0 where there is none."""
    return sorted(lengths)[math.ceil(part * len(lengths)) - 1] if lengths else 0


def lengths(sources: Sequence[Module]) -> list[int]:
    return [lines for source in sources for _, lines in functions(source)]


def test_no_function_is_too_long() -> None:
    assert too_long(project_modules()) == []


def test_no_file_is_too_large() -> None:
    assert too_large(project_modules()) == []


def test_most_functions_are_short() -> None:
    found = lengths(project_modules())
    assert share(found, 0.5) <= MEDIAN
    assert share(found, 0.9) <= NINE_IN_TEN


def function(lines: int, name: str = "f", keyword: str = "def") -> str:
    return f"{keyword} {name}():\n" + "    pass\n" * (lines - 1)


@pytest.mark.parametrize("keyword", ["def", "async def"])
def test_a_long_function_is_found(keyword: str) -> None:
    long, short = function(46, "long", keyword), function(45, "short", keyword)
    assert too_long([module("plan.py", short + long)]) == ["plan.py:46: long has 46 lines"]


def test_a_large_file_is_found() -> None:
    assert too_large([module("plan.py", "x = 1\n" * 401), module("tree.py", "x = 1\n" * 400)]) == [
        "plan.py has 401 lines"
    ]


def test_the_share_of_short_functions_is_told() -> None:
    found = lengths([module("plan.py", "".join(function(lines) for lines in range(2, 12)))])
    assert (share(found, 0.5), share(found, 0.9), share([], 0.5)) == (6, 10, 0)
