"""Locks that PDM 2.29 wrote come back byte for byte.

One for two platforms with the URLs of files, one for two stretches of interpreters, one without `inherit_metadata`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.formats.pdm import FORMAT
from converter.tree import Tree

CASES = Path(__file__).parent / "locks"


def files(case: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (CASES / case).iterdir()}


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_a_lock_of_pdm_comes_back(case: str) -> None:
    tree = Tree.of(files(case))
    done = FORMAT.emit(FORMAT.parse(tree, "demo").value, tree.drop("pdm.lock"))
    for name, content in files(case).items():
        assert (done.value.get(name) or b"").decode() == content.decode()
