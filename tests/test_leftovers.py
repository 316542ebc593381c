from __future__ import annotations

import pytest

from converter.leftovers import old_pins
from converter.tree import Tree


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("Dockerfile", "FROM python\nRUN pip install poetry==1.8.3\n", [("Dockerfile: line 2", "1.8.3")]),
        ("Dockerfile", "ENV POETRY_VERSION=1.8.3 # poetry==1.1\n", [("Dockerfile: line 1", "1.8.3")]),
        (".github/workflows/t.yml", "  poetry-version: '1.8.3'\n", [(".github/workflows/t.yml: line 1", "1.8.3")]),
        (
            ".github/workflows/t.yml",
            "- uses: snok/install-poetry@v1\n  with:\n    version: 1.8.3\n- uses: x/y\n  with:\n    version: 1.8\n",
            [(".github/workflows/t.yml: line 3", "1.8.3")],
        ),
        (".github/workflows/t.yaml", "  run: pipx install 'poetry==2.4.0'\n", []),
        ("Dockerfile", "RUN pip install poetry-core==1.0 mypoetry==1.0\n", []),
        ("README.md", "poetry==1.8.3\n", []),
    ],
)
def test_a_pin_below_the_floor_is_found_where_tools_are_installed(
    file: str, text: str, found: list[tuple[str, str]]
) -> None:
    assert list(old_pins(Tree.of({file: text}), "poetry", "2.3")) == found
