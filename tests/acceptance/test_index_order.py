"""Two indexes serve one name in different versions: the target's own tool takes it from where the source's takes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from converter import disk
from converter.convert import Options, convert
from converter.formats import FORMATS
from converter.index import Settings
from tests.index.releases import metadata, serve_metadata
from tests.loopback import Loopback
from tests.tools.real import Tools

PROJECT = '[project]\nname = "demo"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = ["twin"]\n'
POETRY = f"{PROJECT}\n[tool.poetry]\npackage-mode = false\n"
POETRY_SOURCE = '\n[[tool.poetry.source]]\nname = "{name}"\nurl = "{url}"\npriority = "{priority}"\n'
UV_INDEX = '\n[[tool.uv.index]]\nname = "{name}"\nurl = "{url}"\n'
PIPENV_SOURCE = '[[source]]\nname = "{name}"\nurl = "{url}"\nverify_ssl = true\n\n'
LOCKING = {"poetry": ("lock",), "uv": ("lock",), "pipenv": ("lock",), "pdm": ("lock",)}


@pytest.fixture
def indexes() -> Iterator[tuple[Loopback, Loopback]]:
    """The first has `twin` 1.0, the second 2.0."""
    with Loopback() as one, Loopback() as two:
        for index, version in ((one, "1.0"), (two, "2.0")):
            text = metadata("twin", version=version)
            serve_metadata(index, "twin", text, version=version, core_metadata=True)
        yield one, two


def poetry(one: str, two: str, last: str, table: str = "") -> dict[str, str]:
    first = POETRY_SOURCE.format(name="one", url=one, priority="primary")
    return {"pyproject.toml": POETRY + table + first + POETRY_SOURCE.format(name="two", url=two, priority=last)}


def uv(one: str, two: str, first: str, last: str, sources: str = "") -> dict[str, str]:
    rows = UV_INDEX.format(name="one", url=one) + first + UV_INDEX.format(name="two", url=two) + last
    return {"pyproject.toml": f"{PROJECT}\n[tool.uv]\n{sources}{rows}"}


def pipenv(one: str, two: str, wanted: str) -> dict[str, str]:
    rows = PIPENV_SOURCE.format(name="one", url=one) + PIPENV_SOURCE.format(name="two", url=two)
    return {"Pipfile": f"{rows}[packages]\ntwin = {wanted}\n", ".python-version": "3.11\n"}


def project(case: str, one: str, two: str) -> dict[str, str]:
    named = '\n[tool.poetry.dependencies]\ntwin = {source = "two"}\n'
    cases = {
        "poetry supplemental": lambda: poetry(one, two, "supplemental"),
        "poetry explicit": lambda: poetry(one, two, "explicit", named),
        "uv order": lambda: uv(one, two, "", "default = true\n"),
        "uv default first": lambda: uv(one, two, "default = true\n", ""),
        "uv explicit": lambda: uv(one, two, "default = true\n", "explicit = true\n", 'sources.twin.index = "two"\n'),
        "pipenv second": lambda: pipenv(one, two, '"*"'),
        "pipenv index": lambda: pipenv(one, two, '{version = "*", index = "two"}'),
    }
    return cases[case]()


TAKEN = {
    "poetry supplemental": "1.0",
    "poetry explicit": "2.0",
    "uv order": "1.0",
    "uv default first": "2.0",  # uv asks the default last, wherever it stands
    "uv explicit": "2.0",
    "pipenv second": "1.0",
    "pipenv index": "2.0",
}


def locked(folder: Path, form: str, tools: Tools) -> str | None:
    """The version of `twin` that the format's own tool locks."""
    done = getattr(tools, form)(LOCKING[form], folder)
    assert done.returncode == 0, done.stdout + done.stderr
    lock = FORMATS[form].parse(disk.read(folder), "demo").value.lock
    assert lock is not None
    return next(package.id.version for package in lock.packages if package.name == "twin")


@pytest.mark.parametrize("case", list(TAKEN))
def test_a_bare_name_comes_from_the_index_that_the_source_asks(
    tools: Tools, indexes: tuple[Loopback, Loopback], case: str, tmp_path: Path
) -> None:
    one, two = indexes
    source, expected = case.split(maxsplit=1)[0], TAKEN[case]
    files = project(case, one.url, two.url)
    root = tmp_path / "source"
    write(root, files)
    taken = {source: locked(root, source, tools)}
    for target in ("poetry", "uv", "pipenv"):
        if target != source:
            folder = tmp_path / target
            write(folder, files)
            manifest_only(folder, source, target, tmp_path / "cache")
            taken[target] = locked(folder, target, tools)
    assert taken == dict.fromkeys(taken, expected)


def write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)


def manifest_only(folder: Path, source: str, target: str, cache: Path) -> None:
    options = Options(folder="demo", manifest_only=True)
    plan = convert(disk.read(folder), FORMATS[source], FORMATS[target], options, Settings(cache=cache)).plan
    assert plan.stops == ()
    for edit in plan.edits:
        path = folder / edit.path
        if edit.after is None:
            path.unlink()
        else:
            path.write_bytes(edit.after)
