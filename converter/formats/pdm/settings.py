"""`[tool.pdm]`: what of it the model has a place for, and a loss for each setting that no other tool has.

Specification: https://pdm-project.org/latest/reference/pep621/, .../usage/config/ and `pdm.project.core` of PDM 2.29.
What pdm-backend reads of the same table (`build`, `version` and, in old files, their keys without a table of their
own) is the distribution's, not the manager's, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from urllib.parse import quote

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from converter.formats.pdm.lines import read_line
from converter.losses import Kind, Loss
from converter.model import Comments, Group, Index, Priority, Requirement, index_url
from converter.pyproject.parse import array_comments
from converter.table import Table, shown

MANIFEST = "pyproject.toml"
BACKEND = (
    "build",
    "version",
    "includes",
    "excludes",
    "source-includes",
    "package-dir",
    "is-purelib",
    "editable-backend",
)
"""The keys that the build backend reads."""

_COUNTS = ("plugins", "workspace")
_NEEDLESS = ("options", "publish", "ignore_package_warnings", "distribution", "package-type")
_RESOLUTION_COUNTS = ("excludes", "respect-source-order")
_SOURCE_KEYS = ("ca_certs", "client_cert", "client_key", "type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`[tool.pdm]` as the parts of a project; `chosen` are the packages that an index is for, as patterns, by URL."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    indexes: tuple[Index, ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    overrides: tuple[Requirement, ...] = ()
    prereleases: bool = False
    tasks: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, object] = field(default_factory=dict)

    def index_of(self, name: str) -> str | None:
        """The URL of the index that a package is to come from; `None` where any may serve it."""
        return next((url for url, names in self.chosen.items() if any(fnmatch(name, each) for each in names)), None)


def read_settings(pdm: Table, commented: Mapping[str, object] | None) -> Settings:
    """A parsed `[tool.pdm]`; `commented` is the whole file with its comments. Raises InputError."""
    resolution = pdm.table("resolution")
    indexes = [(_index(table), table) for table in pdm.tables("source") if table.data.get("type") != "find_links"]
    pdm.skip(*BACKEND)
    kept = (*_COUNTS, *_NEEDLESS, "resolution", "scripts")
    return Settings(
        groups=dict(_groups(pdm.table("dev-dependencies"), commented)),
        indexes=tuple(index for index, _ in indexes),
        chosen={
            index_url(index.url): names for index, table in indexes if (names := _names(table, "include_packages"))
        },
        overrides=(*_overrides(resolution), *_overrides(pdm)),
        prereleases=resolution.boolean("allow-prereleases") or pdm.boolean("allow_prereleases"),
        tasks=dict(_tasks(pdm.table("scripts"))),
        written={key: pdm.data[key] for key in kept if key in pdm.data},
    )


def _groups(table: Table, commented: Mapping[str, object] | None) -> Iterator[tuple[str, Group]]:
    for key in table.keys():  # noqa: SIM118  # a Table is no mapping
        texts = table.strings(key)
        notes = array_comments(commented, ("tool", "pdm", "dev-dependencies", key), len(texts))
        items = (
            _line(table, f"{key}[{n}]", text, note) for n, (text, note) in enumerate(zip(texts, notes, strict=True))
        )
        yield canonicalize_name(key), Group(requirements=tuple(items))


def _line(table: Table, key: str, text: str, note: Comments) -> Requirement:
    try:
        read = read_line(text)
    except ValueError as why:
        raise table.error(key, f"expected a requirement, found {shown(text)}: {why}") from None
    return Requirement(
        name=read.name, extras=read.extras, specifier=read.specifier, marker=read.marker, source=read.source,
        comments=note, spelling=read.spelling,
    )  # fmt: skip


def _index(table: Table) -> Index:
    table.skip(*_SOURCE_KEYS)
    name, url = table.string("name"), table.string("url")
    explicit = "*" in _names(table, "exclude_packages")
    priority = Priority.EXPLICIT if explicit else Priority.SUPPLEMENTAL
    return Index(
        name=name,
        url=_with_user(url, table.string_or("username"), table.string_or("password")),
        priority=Priority.DEFAULT if name == "pypi" else priority,
        verify_tls=table.boolean("verify_ssl", default=True),
    )


def _names(table: Table, key: str) -> tuple[str, ...]:
    return tuple(re.sub(r"[^A-Za-z0-9?*\[\]]+", "-", name).lower() for name in table.strings(key))


def _with_user(url: str, user: str, password: str) -> str:
    """An index URL with the credentials that stand beside it; PDM fills in variables in both places."""
    scheme, mark, rest = url.partition("://")
    if not user or "@" in rest.partition("/")[0]:
        return url
    safe = "${}"
    return f"{scheme}{mark}{quote(user, safe=safe)}{':' if password else ''}{quote(password, safe=safe)}@{rest}"


def _overrides(resolution: Table) -> Iterator[Requirement]:
    table = resolution.table("overrides")
    for key in table.keys():  # noqa: SIM118  # a Table is no mapping
        yield _line(table, key, override_line(canonicalize_name(key), table.string(key)), Comments())


def override_line(name: str, value: str) -> str:
    """A requirement from an override: a URL, a specifier, or a bare version, which stands for exactly that one."""
    if "://" in value:
        return f"{name} @ {value}"
    try:
        SpecifierSet(value)
    except InvalidSpecifier:
        return f"{name}=={value}"
    return f"{name}{value}"


def _tasks(scripts: Table) -> Iterator[tuple[str, str]]:
    """The scripts that are one command and nothing else: what other managers can say of them."""
    for key, value in scripts.data.items():
        if isinstance(value, str):
            yield key, scripts.string(key)
        elif isinstance(value, Mapping) and set(value) == {"cmd"} and isinstance(value["cmd"], str):
            yield key, scripts.table(key).string("cmd")
        else:
            scripts.take(key)


def left(pdm: Table, settings: Settings) -> Iterator[Loss]:
    """A loss for each setting that only PDM has."""
    for key in (*_COUNTS, *_NEEDLESS):
        if key in pdm:
            kind = Kind.SETTING_LEFT if key in _COUNTS else Kind.SETTING_NEEDLESS
            yield _loss(kind, pdm, key)
    resolution = pdm.table("resolution")
    for key in _RESOLUTION_COUNTS:
        if key in resolution:
            yield _loss(Kind.SETTING_LEFT, resolution, key)
    resolution.skip("lock_inputs")
    if settings.prereleases:
        where = f"{MANIFEST}: {resolution.at('allow-prereleases')}"
        yield Loss(kind=Kind.PRERELEASES_WIDENED, where=where, detail="allow-prereleases = true")
    scripts = pdm.table("scripts")
    for key in scripts.keys():  # noqa: SIM118  # a Table is no mapping
        if key not in settings.tasks:
            yield _loss(Kind.TASK_LEFT, scripts, key)
    for table in pdm.tables("source"):
        yield from _of_source(table)


def _of_source(table: Table) -> Iterator[Loss]:
    if table.data.get("type") == "find_links":
        table.skip_all()
        detail = f"find_links {table.string_or('url')}"
        yield Loss(kind=Kind.SETTING_LEFT, where=f"{MANIFEST}: {table.place}", detail=detail)
        return
    for key in _SOURCE_KEYS[:-1]:
        if key in table:
            yield _loss(Kind.SETTING_LEFT, table, key)
    narrowed = [name for name in _names(table, "exclude_packages") if name != "*"]
    if narrowed:
        yield _loss(Kind.SETTING_LEFT, table, "exclude_packages")


def _loss(kind: Kind, table: Table, key: str) -> Loss:
    return Loss(kind=kind, where=f"{MANIFEST}: {table.at(key)}", detail=f"{key} = {shown(table.take(key))}")
