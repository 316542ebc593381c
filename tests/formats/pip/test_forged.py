"""A hash that the index does not have is refused, whatever the target: nothing is written that nobody vetted."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.convert import Conversion, Options, convert
from converter.formats import FORMATS
from converter.index import Settings
from converter.model import Package
from converter.tree import Tree
from tests.index.releases import metadata, serve, wheel, wheel_name
from tests.loopback import Loopback

FORGED = "sha256:" + "0" * 64
TARGETS = [name for name in FORMATS if name != "pip"]  # pip's own files stay as they were written, and pip checks them


def served(index: Loopback, name: str, *needs: str) -> Package:
    text = metadata(name, *needs)
    package = serve(index, name, (wheel_name(name), wheel(name, text)))
    index.files[f"{wheel_name(name)}.metadata"] = text
    return package


def conversion(target: str, cache: Path, *, forged: str) -> Conversion:
    """Two packages, the second of which only the first one needs; one of them has a hash that no file has."""
    with Loopback() as index:
        hashes = {"outer": served(index, "outer", "inner").hashes, "inner": served(index, "inner").hashes}
        hashes = {name: frozenset({FORGED}) if name == forged else several for name, several in hashes.items()}
        lines = [f"{name}==1.0 --hash={hash_}" for name, several in hashes.items() for hash_ in several]
        tree = Tree.of({"requirements.txt": "\n".join([f"-i {index.url}", *lines, ""]), ".python-version": "3.11\n"})
        return convert(tree, FORMATS["pip"], FORMATS[target], Options(folder="demo"), Settings(cache=cache))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("forged", ["outer", "inner"])
def test_a_forged_hash_stops_and_names_its_package(target: str, forged: str, tmp_path: Path) -> None:
    done = conversion(target, tmp_path, forged=forged)
    assert done.plan.edits == ()
    assert any(forged in f"{loss.where} {loss.detail}" for loss in done.plan.stops)


@pytest.mark.parametrize("target", TARGETS)
def test_the_true_hashes_are_carried(target: str, tmp_path: Path) -> None:
    done = conversion(target, tmp_path, forged="")
    assert done.plan.stops == ()
    assert done.after is not None
    assert done.after.lock is not None
    assert all(len(package.hashes) == 1 for package in done.after.lock.packages)
