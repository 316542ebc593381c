"""A Pipfile as values. Specification: https://pipenv.pypa.io/en/latest/pipfile.html and https://github.com/pypa/pipfile."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from converter.errors import InputError
from converter.formats.pipenv.categories import NOT_CATEGORIES
from converter.formats.pipenv.comments import Commented, read_comments
from converter.formats.pipenv.requirement import Reading, declared
from converter.formats.pipenv.sources import truth
from converter.losses import Kind, Loss, Lossy
from converter.model import Index, Priority, Requirement, index_url
from converter.table import Table, shown

PIPFILE = "Pipfile"
_VERSION = re.compile(r"\d+(\.\d+)*")
_NEEDLESS = (
    "disable_pip_input",
    "package_name_case",
    "prefetch_index_manifests",
    "pylock_name",
    "resolver",
    "resolver_backend",
    "resolver_timeout_seconds",
    "sort_pipfile",
    "use_pylock",
)
_LEFT = ("cool-down-period", "install_search_all_sources", "keep_outdated", "use_default_constraints")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a Pipfile says. `data` is the file as TOML has it; `categories` are in the file's order."""

    data: Mapping[str, object] = field(default_factory=dict)
    indexes: tuple[Index, ...] = ()
    requires_python: SpecifierSet | None = None
    prereleases: bool = False
    categories: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict)
    keys: Mapping[tuple[str, str], tuple[Requirement, ...]] = field(default_factory=dict)
    tasks: Mapping[str, str] = field(default_factory=dict)
    comments: Commented = field(default=Commented())


def read_manifest(text: str) -> Lossy[Manifest]:
    """A Pipfile's text as values; every key that nobody knows is a loss. Raises InputError, which names the place."""
    file = Table(toml(text), PIPFILE)
    comments = read_comments(text)
    indexes = tuple(_indexes(file))
    settings = file.table("pipenv")
    prereleases = truth(settings, "allow_prereleases")
    keys, losses = _declared(file, Reading({i.name: index_url(i.url) for i in indexes}, prereleases))
    manifest = Manifest(
        data=file.data,
        indexes=indexes,
        requires_python=requires_python(file.table("requires")),
        prereleases=prereleases,
        categories=_categories(file, keys),
        keys=keys,
        tasks=_tasks(file.table("scripts")),
        comments=comments,
    )
    return Lossy(manifest, (*losses, *_settings(settings), *_widened(manifest), *file.unread()))


def toml(text: str) -> dict[str, object]:
    """TOML as plain values. Raises InputError with the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise InputError(f"expected TOML: {why}", file=PIPFILE) from None


def _indexes(file: Table) -> Iterator[Index]:
    first = True
    for key in ("source", "sources"):
        single = isinstance(file.data.get(key), dict)
        for table in (file.table(key),) if single else file.tables(key):
            yield _index(table, Priority.DEFAULT if first else Priority.SUPPLEMENTAL)
            first = False


def _index(table: Table, priority: Priority) -> Index:
    """Pipenv's `populate_source`: a source without a name has its host's, one without `verify_ssl` verifies https."""
    url = table.string("url")
    verify = truth(table, "verify_ssl") if "verify_ssl" in table else not url.startswith("http:")
    name = table.string_or("name") or urlsplit(url).hostname or "source"
    return Index(name=name, url=url, priority=priority, verify_tls=verify)


def requires_python(table: Table) -> SpecifierSet | None:
    """What `[requires]` (or the lock's copy of it) says about Python: the full version counts before the minor."""
    full, minor = table.optional_string("python_full_version"), table.optional_string("python_version")
    key = "python_full_version" if full else "python_version"
    version = (full or minor or "*").strip()
    if version == "*":
        return None
    exact = version.count(".") > 1
    text = f"=={version}{'' if exact else '.*'}" if _VERSION.fullmatch(version) else version
    try:
        return SpecifierSet(re.sub(r"^(?=\d)", "==", text))
    except InvalidSpecifier:
        raise table.error(key, f'expected a Python version like "3.12", found {shown(version)}') from None


def _declared(file: Table, reading: Reading) -> tuple[dict[tuple[str, str], tuple[Requirement, ...]], list[Loss]]:
    keys: dict[tuple[str, str], tuple[Requirement, ...]] = {}
    losses: list[Loss] = []
    for category in file.keys():  # noqa: SIM118  # a Table is no mapping
        if _is_category(file, category):
            section = file.table(category)
            for key in section.keys():  # noqa: SIM118  # as above
                read = declared(section, key, reading)
                keys[category, key] = read.value
                losses += read.losses
    return keys, losses


def _is_category(file: Table, name: str) -> bool:
    """A table of packages. One in which nothing looks like a package is a table that Pipenv does not know."""
    value = file.data[name]
    if name in NOT_CATEGORIES:
        return False
    if name in ("packages", "dev-packages"):
        return True
    return isinstance(value, dict) and (not value or any(isinstance(v, str | dict | list) for v in value.values()))


def _categories(
    file: Table, keys: Mapping[tuple[str, str], tuple[Requirement, ...]]
) -> dict[str, tuple[Requirement, ...]]:
    found: dict[str, tuple[Requirement, ...]] = {name: () for name in file.data if _is_category(file, name)}
    for (category, _), requirements in keys.items():
        found[category] += requirements
    return found


def _tasks(scripts: Table) -> dict[str, str]:
    return {name: _task(scripts, name) for name in scripts.keys()}  # noqa: SIM118  # a Table is no mapping


def _task(scripts: Table, name: str) -> str:
    """One script as one command line. Source: `Script.parse` in Pipenv's cmdparse.py."""
    value = scripts.data[name]
    if isinstance(value, str):
        return scripts.string(name)
    if isinstance(value, list):
        return " && ".join(scripts.strings(name))
    entry = scripts.table(name)
    module, _, function = entry.string("call").partition(":")
    if not module or not function:
        raise entry.error("call", f'expected "package.module:function", found {shown(entry.data["call"])}')
    call = function if re.search(r"\(.*?\)", function) else f"{function}()"
    return f'python -c "import {module} as _m; _m.{call}"'


def _settings(settings: Table) -> Iterator[Loss]:
    for kind, known in ((Kind.SETTING_NEEDLESS, _NEEDLESS), (Kind.SETTING_LEFT, _LEFT)):
        for key in filter(settings.__contains__, known):
            detail = f"{key} = {shown(settings.take(key))}"
            yield Loss(kind=kind, where=f"{PIPFILE}: {settings.at(key)}", detail=detail)


def _widened(manifest: Manifest) -> Iterator[Loss]:
    if manifest.prereleases:
        where = f"{PIPFILE}: pipenv.allow_prereleases"
        yield Loss(kind=Kind.PRERELEASES_WIDENED, where=where, detail="allow_prereleases = True")
