"""docs/sources.md, made from what the program writes: `python -m tests.sources_page` writes it, a test holds it."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from converter.convert import Options, convert
from converter.formats import FORMATS
from converter.index import Settings
from converter.plan import Plan
from converter.tree import Tree

PAGE = Path(__file__).resolve().parent.parent / "docs" / "sources.md"
ONE, TWO = "https://one.example/simple", "https://two.example/simple"
LABELS = {ONE: "one", TWO: "two", "https://pypi.org/simple": "PyPI"}

HEAD = """\
# Where packages come from

How each way to name two indexes, `one` and `two`, is written for each target; `demo` is the requirement. In each cell
the indexes stand in the order in which the target asks them for a bare name; what is asked by name alone says so.

The page is made by `python -m tests.sources_page` from what the program writes, and a test holds it; another lets
Poetry, uv and Pipenv lock the result, with a package of one name on both indexes. pip and PDM ask every index alike,
so hashes keep packages apart there; the lock in pylock.toml names the index of each package itself.
"""

_PROJECT = '[project]\nname = "app"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = ["demo"]\n'
_POETRY = '\n[[tool.poetry.source]]\nname = "{}"\nurl = "{}"\npriority = "{}"\n'
_UV = '\n[[tool.uv.index]]\nname = "{}"\nurl = "{}"\n'
_PDM = '\n[[tool.pdm.source]]\nname = "{}"\nurl = "{}"\nverify_ssl = true\n'
_PIPENV = '[[source]]\nname = "{}"\nurl = "{}"\nverify_ssl = true\n\n'
_ONLY = 'include_packages = ["demo"]\nexclude_packages = ["*"]\n'


def _poetry(*last: str, named: str = "") -> Mapping[str, str]:
    table = f'\n[tool.poetry.dependencies]\ndemo = {{source = "{named}"}}\n' if named else "\n[tool.poetry]\n"
    rows = zip(("one", "two"), (ONE, TWO), last, strict=True)
    return {"pyproject.toml": _PROJECT + table + "".join(_POETRY.format(*row) for row in rows)}


def _uv(first: str, last: str, named: str = "") -> Mapping[str, str]:
    sources = f'sources.demo.index = "{named}"\n' if named else ""
    rows = _UV.format("one", ONE) + first + _UV.format("two", TWO) + last
    return {"pyproject.toml": f"{_PROJECT}\n[tool.uv]\n{sources}{rows}"}


def _pdm(first: str, last: str = "") -> Mapping[str, str]:
    return {"pyproject.toml": _PROJECT + _PDM.format(first, ONE) + _PDM.format("two", TWO) + last}


def _pipenv(wanted: str) -> Mapping[str, str]:
    rows = _PIPENV.format("one", ONE) + _PIPENV.format("two", TWO)
    return {"Pipfile": f"{rows}[packages]\ndemo = {wanted}\n"}


def _pip(*options: str) -> Mapping[str, str]:
    text = "".join(f"{option}\n" for option in options)
    return {"requirements.in": f"{text}demo\n", "requirements.txt": f"{text}demo==1.0\n"}


ROWS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "Poetry: primary, primary": ("poetry", _poetry("primary", "primary")),
    "Poetry: primary, supplemental": ("poetry", _poetry("primary", "supplemental")),
    "Poetry: supplemental, supplemental": ("poetry", _poetry("supplemental", "supplemental")),
    "Poetry: primary, explicit, `source = two`": ("poetry", _poetry("primary", "explicit", named="two")),
    "uv: in order": ("uv", _uv("", "")),
    "uv: in order, default": ("uv", _uv("", "default = true\n")),
    "uv: default, in order": ("uv", _uv("default = true\n", "")),
    "uv: default, explicit, `index = two`": ("uv", _uv("default = true\n", "explicit = true\n", "two")),
    "Pipenv: first, second": ("pipenv", _pipenv('"*"')),
    "Pipenv: first, second, `index = two`": ("pipenv", _pipenv('{version = "*", index = "two"}')),
    "PDM: pypi, other": ("pdm", _pdm("pypi")),
    "PDM: other, other": ("pdm", _pdm("one")),
    "PDM: pypi, other for `demo` alone": ("pdm", _pdm("pypi", _ONLY)),
    "pip: --index-url, --extra-index-url": ("pip", _pip(f"-i {ONE}", f"--extra-index-url {TWO}")),
    "pip: --extra-index-url twice": ("pip", _pip(f"--extra-index-url {ONE}", f"--extra-index-url {TWO}")),
    "pip: --find-links": ("pip", _pip(f"--find-links {ONE}")),
    "pip: --no-index, --find-links": ("pip", _pip("--no-index", "--find-links wheels")),
}


def page() -> str:
    """The page's text."""
    lines = ["", f"| from | {' | '.join(form.title for form in FORMATS.values())} |"]
    lines.append(f"|---|{'---|' * len(FORMATS)}")
    for label, (source, files) in ROWS.items():
        cells = ("" if target == source else _cell(files, source, target) for target in FORMATS)
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return HEAD + "\n".join(lines) + "\n"


def _cell(files: Mapping[str, str], source: str, target: str) -> str:
    with tempfile.TemporaryDirectory() as cache:
        options = Options(folder="app", manifest_only=True, upsun=False)
        settings = Settings(cache=Path(cache), offline=True)
        plan = convert(Tree.of(files), FORMATS[source], FORMATS[target], options, settings).plan
    return "; ".join((*_written(plan, target), *_told(plan)))


def _told(plan: Plan) -> Iterator[str]:
    kinds = ("setting-left", "index-for-all", "index-priority", "source-unsayable")
    yield from dict.fromkeys(f"{s.level.name} {s.kind.code}" for s in plan.losses if s.kind.code in kinds)


def _written(plan: Plan, target: str) -> Iterator[str]:
    for edit in plan.edits:
        text = (edit.after or b"").decode()
        if str(edit.path) == "requirements.in":
            yield from (_short(line) for line in text.splitlines() if "://" in line)
        elif edit.path.name in ("pyproject.toml", "Pipfile") and text:
            yield from _SPELLED[target](tomllib.loads(text))


def _short(text: str) -> str:
    for url, label in LABELS.items():
        text = text.replace(url, label)
    return text.replace("index-url", "index")


def _of_poetry(document: Mapping[str, Any]) -> Iterator[str]:
    tool = document.get("tool", {}).get("poetry", {})
    yield from (
        f"{LABELS[row['url']] if 'url' in row else row['name']} {row['priority']}" for row in tool.get("source", ())
    )
    yield from (f"`source = {row['source']}`" for row in [tool.get("dependencies", {}).get("demo", {})] if row)


def _of_uv(document: Mapping[str, Any]) -> Iterator[str]:
    tool = document.get("tool", {}).get("uv", {})
    for row in tool.get("index", ()):
        flag = next((flag for flag in ("default", "explicit") if row.get(flag)), "")
        yield f"{LABELS[row['url']]} {flag}".strip()
    yield from (f"`index = {row['index']}`" for row in [tool.get("sources", {}).get("demo", {})] if row)


def _of_pipenv(document: Mapping[str, Any]) -> Iterator[str]:
    yield from (LABELS[row["url"]] for row in document.get("source", ()))
    demo = document["packages"]["demo"] if "packages" in document else ""
    yield from (f"`index = {row['index']}`" for row in [demo] if isinstance(row, dict))


def _of_pdm(document: Mapping[str, Any]) -> Iterator[str]:
    for row in document.get("tool", {}).get("pdm", {}).get("source", ()):
        only = (
            " for `demo` alone" if "exclude_packages" in row else " for `demo` too" if "include_packages" in row else ""
        )
        yield f"{LABELS[row['url']]} as {row['name']}{only}"


def _nothing(_document: Mapping[str, Any]) -> Iterator[str]:
    yield from ()


_SPELLED = {
    "poetry": _of_poetry,
    "uv": _of_uv,
    "pipenv": _of_pipenv,
    "pdm": _of_pdm,
    "pip": _nothing,
    "pylock": _nothing,
}


if __name__ == "__main__":
    PAGE.write_text(page())
