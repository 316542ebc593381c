"""Builds projects with their own backends and says what came out, as JSON: run by the Python of `.tools/backends`.

PEP 517 without isolation: the backends are those that are installed, for the requirement of `[build-system]` says
which are admitted and not which one is taken. Standard library only.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SETUPTOOLS = "setuptools.build_meta:__legacy__"
"""What PEP 517 says of a project that names no backend."""

Files = dict[str, bytes]


def backend(folder: Path) -> Any:  # noqa: ANN401  # a module or an object of PEP 517
    document = tomllib.loads((folder / "pyproject.toml").read_text()) if (folder / "pyproject.toml").exists() else {}
    table: Mapping[str, Any] = document.get("build-system", {})
    sys.path[:0] = [str(folder / each) for each in table.get("backend-path", [])]
    name, _, inside = table.get("build-backend", SETUPTOOLS).partition(":")
    found: Any = importlib.import_module(name)
    for each in filter(None, inside.split(".")):
        found = getattr(found, each)
    return found


def wheel(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def sdist(path: Path) -> Files:
    with tarfile.open(path) as archive:
        return dict(_members(archive))


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in archive.getmembers():
        content = archive.extractfile(member) if member.isfile() else None
        if content is not None:
            yield member.name.partition("/")[2], content.read()


def told(files: Files) -> dict[str, str]:
    """Each file by its digest; those that say something of the distribution by their text."""
    return {name: _text(name, content) for name, content in files.items()}


def _text(name: str, content: bytes) -> str:
    speaks = name.endswith(("METADATA", "PKG-INFO", "entry_points.txt", "/WHEEL"))
    return content.decode() if speaks else hashlib.sha256(content).hexdigest()


def built(folder: Path) -> dict[str, dict[str, str]]:
    os.chdir(folder)
    found = backend(folder)
    with tempfile.TemporaryDirectory() as made:
        with _quiet():
            wheel_name, sdist_name = found.build_wheel(made), found.build_sdist(made)
        return {"wheel": told(wheel(Path(made, wheel_name))), "sdist": told(sdist(Path(made, sdist_name)))}


class _quiet:  # noqa: N801  # reads as what it does
    """Backends print; stdout is for the answer."""

    def __enter__(self) -> None:
        sys.stdout.flush()
        self.kept = os.dup(1)
        os.dup2(2, 1)

    def __exit__(self, *_: object) -> None:
        sys.stdout.flush()
        os.dup2(self.kept, 1)
        os.close(self.kept)


if __name__ == "__main__":
    json.dump(built(Path(sys.argv[1]).resolve()), sys.stdout)
