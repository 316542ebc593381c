"""The variables that an app sets for its manager: the old one's go or get the new one's name, the new one's come.

A variable that names an index or holds credentials is renamed where both tools know such a one, with its value as it
stands; where not, it stays and is named. pip's own stay, since pip installs the other tools too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import TYPE_CHECKING

from converter.losses import Kind, Loss, Lossy
from converter.upsun.apps import App
from converter.upsun.document import Entry, Mapping, Scalar
from converter.upsun.entries import Layout, expect_mappings, put
from converter.upsun.recipes import Manager
from converter.upsun.scalars import Splice, quoted
from converter.upsun.versions import PYTHON_KEYS, below_floor

if TYPE_CHECKING:
    from collections.abc import Iterable

APP = ("variables", "env")
PIP_VERSION = "PIP_VERSION"
_CREDENTIALS = re.compile(r"(POETRY_HTTP_BASIC|UV_INDEX)_(\w+)_(USERNAME|PASSWORD)")
_CREDENTIAL_NAMES = {"poetry": "POETRY_HTTP_BASIC_{}_{}", "uv": "UV_INDEX_{}_{}"}
_PLAIN = frozenset(["true", "false"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose variables stand there and whose are wanted.

    `add` are the target's own with their YAML text; `unused` names that no script uses any more.
    """

    source: Manager
    target: Manager
    add: Map[str, str]
    unused: frozenset[str] = frozenset()

    def renamed(self, name: str) -> str:
        """The target's name for a variable that names an index or holds its credentials; empty for another."""
        if self.source is self.target or not self.source.tool:
            return ""
        credentials = _CREDENTIALS.fullmatch(name)
        if credentials and self.source.owns_variable(name):
            form = _CREDENTIAL_NAMES.get(self.target.name, "")
            return form.format(credentials[2], credentials[3])
        return self.index(name)

    def index(self, name: str) -> str:
        """The target's variable for the index that the source's variable names; empty where there is none."""
        pairs = zip(self.source.indexes, self.target.indexes, strict=True)
        return next((new for old, new in pairs if old and old == name), "")

    def goes(self, name: str) -> bool:
        """Whether a variable is of no use to the target."""
        if name in self.unused:
            return True
        theirs = self.source is not self.target and bool(self.source.tool) and self.source.owns_variable(name)
        return theirs and not self.target.owns_variable(name) and not self.remains(name)

    def remains(self, name: str) -> bool:
        """Whether a variable says more than how its tool behaves: an index, or credentials."""
        return name in self.source.indexes or bool(_CREDENTIALS.fullmatch(name))


def variables(app: App, wanted: Wanted, how: Layout) -> Lossy[tuple[Splice, ...]]:
    """What makes the variables of an app, of its workers and of web the target's."""
    made: list[Splice] = []
    told: list[Loss] = []
    for path in places(app):
        found = app.mapping.mapping(*path)
        entries = found.entries if found else ()
        names = {entry.key.value for entry in entries}
        drop = frozenset(name for name in names if not wanted.renamed(name) and wanted.goes(name))
        made += [_splice(entry, name) for entry in entries if (name := wanted.renamed(entry.key.value))]
        add = {name: _text(text, found, how) for name, text in wanted.add.items() if name not in names}
        made += put(how, path, drop, add if path == APP else {})
        told += _told(app, entries, drop, wanted)
        told += _raised(app, entries, wanted.target, made)
    return Lossy(tuple(made), tuple(told))


def _splice(entry: Entry, name: str) -> Splice:
    return Splice(start=entry.key.start, end=entry.key.end, text=name)


def places(app: App) -> Iterator[tuple[str, ...]]:
    """Where an app may set variables: for all of it, for web, for a worker."""
    yield APP
    yield ("web", "variables", "env")
    workers = app.mapping.mapping("workers")
    for name, _ in workers.mappings() if workers else ():
        yield ("workers", name, "variables", "env")


def expect_shape(app: App) -> None:
    """Raise InputError where an app has something else than a mapping in the place of one that matters here."""
    commands = (("web", "commands"), ("workers",), ("crons",), ("operations",), ("source", "operations"))
    for path in (*places(app), *(("dependencies", key) for key in PYTHON_KEYS), ("hooks",), *commands):
        expect_mappings(app.document, app.mapping, path)


def all_of(app: App) -> Iterator[Entry]:
    """Every variable that an app sets."""
    for path in places(app):
        found = app.mapping.mapping(*path)
        yield from found.entries if found else ()


def _text(value: str, found: Mapping | None, how: Layout) -> str:
    """A value as its neighbours are quoted; true and false stand plain, as in the documentation."""
    if value in _PLAIN:
        return value
    styles = (e.value.style for e in found.entries if isinstance(e.value, Scalar)) if found else ()
    like = next((style for style in styles if style in {"'", '"'}), how.quote)
    return value if "/" in value else quoted(value, like)


def _told(app: App, entries: Iterable[Entry], drop: frozenset[str], wanted: Wanted) -> Iterator[Loss]:
    source, target = wanted.source, wanted.target
    known = {*(source.sets or {}), *source.pins, PIP_VERSION, *_HARMLESS}
    for entry in entries:
        name, where = entry.key.value, f"{app.file}: line {entry.key.line}"
        if new := wanted.renamed(name):
            yield Loss(kind=Kind.VARIABLE_RENAMED, where=where, detail=f"{name} is now {new}")
        elif name in drop and name not in known:
            yield Loss(kind=Kind.VARIABLE_LEFT, where=where, detail=f"{name} is only read by {source.title}")
        elif source is not target and source.owns_variable(name) and wanted.remains(name):
            other = wanted.index(name) or "a setting of its own"
            detail = f"{target.title} does not read {name}, but {other}"
            yield Loss(kind=Kind.VARIABLE_KEPT, where=where, detail=detail)


_HARMLESS = (
    "PIPENV_IGNORE_VIRTUALENVS", "PIPENV_NOSPIN", "PIPENV_YES", "PIPENV_QUIET", "PIPENV_VERBOSITY", "WORKON_HOME",
    "POETRY_NO_INTERACTION", "POETRY_HOME", "POETRY_CACHE_DIR", "POETRY_INSTALLER_MAX_WORKERS", "UV_LINK_MODE",
    "UV_COMPILE_BYTECODE", "UV_NO_CACHE", "UV_PYTHON_DOWNLOADS", "UV_PROJECT_ENVIRONMENT", "PDM_USE_UV",
    "PDM_NON_INTERACTIVE", "PDM_IGNORE_SAVED_PYTHON", "POETRY_VIRTUALENVS_OPTIONS_ALWAYS_COPY", "UV_NO_MANAGED_PYTHON",
)  # fmt: skip
"""Variables that change how a tool works and not what it installs: they go without a word."""


def _raised(app: App, entries: Iterable[Entry], target: Manager, made: list[Splice]) -> Iterator[Loss]:
    """A pin of the target's tool that cannot read its lock, at a version that can."""
    for entry in entries:
        value = entry.value
        if entry.key.value in target.pins and isinstance(value, Scalar) and below_floor(target, value.value):
            made.append(Splice(start=value.start, end=value.end, text=quoted(target.tested, value.style or "'")))
            detail = f"{entry.key.value} {value.value} cannot read {target.lock}; now {target.tested}"
            yield Loss(kind=Kind.TOOL_RAISED, where=f"{app.file}: line {value.line}", detail=detail)
