"""`[tool.uv]`: what of it the model has a place for, and a loss for each setting that no other tool has.

Specification: https://docs.astral.sh/uv/reference/settings/ and `uv-workspace/src/pyproject.rs`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name

from converter.formats.uv.conflicts import Sets, read_sets
from converter.formats.uv.lockfile import read_marker
from converter.losses import Kind, Loss
from converter.markers import Marker, python
from converter.model import PUBLIC_INDEX, Comments, Index, Priority, Requirement, index_url
from converter.pyproject.parse import requirement_at
from converter.table import Table, shown

MANIFEST = "pyproject.toml"
BACKEND = "build-backend"
"""The one key of `[tool.uv]` that is not for uv: the build backend uv_build reads it."""

_READ = ("sources", "index", "index-url", "extra-index-url", "workspace", "default-groups", "dev-dependencies", BACKEND)
_REQUIREMENTS = ("constraint-dependencies", "override-dependencies", "build-constraint-dependencies")
_COUNTS = (
    "config-settings",
    "config-settings-package",
    "dependency-metadata",
    "environments",
    "exclude-dependencies",
    "exclude-newer",
    "exclude-newer-package",
    "extra-build-dependencies",
    "extra-build-variables",
    "find-links",
    "fork-strategy",
    "index-strategy",
    "no-binary",
    "no-binary-package",
    "no-build",
    "no-build-isolation",
    "no-build-isolation-package",
    "no-build-package",
    "no-index",
    "no-sources",
    "no-sources-package",
    "prerelease",
    "prerelease-package",
    "required-environments",
    "resolution",
    "torch-backend",
)
"""Settings that change what is resolved or installed, so leaving them behind is a loss."""

_DEFAULTS = {"resolution": "highest", "prerelease": "if-necessary-or-explicit", "fork-strategy": "requires-python"}

_NEEDLESS = (
    "add-bounds",
    "allow-insecure-host",
    "audit",
    "cache-dir",
    "cache-keys",
    "check-url",
    "compile-bytecode",
    "concurrent-builds",
    "concurrent-downloads",
    "concurrent-installs",
    "http-proxy",
    "https-proxy",
    "keyring-provider",
    "link-mode",
    "managed",
    "native-tls",
    "no-cache",
    "no-proxy",
    "offline",
    "package",
    "pip",
    "preview",
    "preview-features",
    "publish-url",
    "pypy-install-mirror",
    "python-downloads",
    "python-downloads-json-url",
    "python-install-mirror",
    "python-preference",
    "reinstall",
    "reinstall-package",
    "required-version",
    "system-certs",
    "trusted-publishing",
    "upgrade",
    "upgrade-package",
)
"""Settings of uv's own conduct, without meaning elsewhere."""

_INDEX_KEYS = (
    "publish-url",
    "authenticate",
    "ignore-error-codes",
    "cache-control",
    "format",
    "exclude-newer",
    "hash-algorithm",
    "proxy",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`[tool.uv]` as the parts of a project; `written` are its settings in the file's own shape."""

    indexes: tuple[Index, ...] = ()
    sources: Mapping[str, tuple[Table, ...]] = field(default_factory=dict)
    default_groups: tuple[str, ...] | None = None  # `None` where it does not say, `("*",)` for all
    development: tuple[Requirement, ...] = ()
    constraints: tuple[Requirement, ...] = ()
    overrides: tuple[Requirement, ...] = ()
    build_constraints: tuple[Requirement, ...] = ()
    conflicts: Sets = ()
    environments: tuple[Marker, ...] = ()
    prereleases: bool = False
    members: tuple[str, ...] = ()
    pythons: Mapping[str, Marker] = field(default_factory=dict)  # of a group: the interpreters that it is for
    written: Mapping[str, object] = field(default_factory=dict)


def read_settings(uv: Table, name: str) -> Settings:
    """A parsed `[tool.uv]` of the project `name`. Raises InputError. Settings that are left behind: `left`."""
    insecure = uv.strings("allow-insecure-host") if "allow-insecure-host" in uv else ()
    sets = uv.take("conflicts") if isinstance(uv.data.get("conflicts"), list) else []
    assert isinstance(sets, list)  # noqa: S101  # as just asked
    places = [[uv.child(item, uv.at("conflicts")) for item in each] for each in sets]
    constraints, overrides, build = (tuple(_requirements(uv, key)) for key in _REQUIREMENTS)
    said = {key for key in uv.keys() if key not in (*_READ, *_REQUIREMENTS)} | {"default-groups"}  # noqa: SIM118  # a Table is no mapping
    written = {key: uv.data[key] for key in uv.keys() if key in said}  # noqa: SIM118  # a Table is no mapping
    return Settings(
        indexes=_ranked(_indexes(uv, insecure)),
        sources=_sources(uv.table("sources")),
        default_groups=_default_groups(uv),
        development=tuple(_requirements(uv, "dev-dependencies")),
        constraints=constraints,
        overrides=overrides,
        build_constraints=build,
        conflicts=read_sets(tuple(map(tuple, places)), canonicalize_name(name)),
        environments=tuple(read_marker(uv, "environments", text) for text in _texts(uv, "environments")),
        prereleases=uv.data.get("prerelease") == "allow",
        members=_members(uv.table("workspace")),
        pythons=dict(_pythons(uv.table("dependency-groups"))),
        written=written,
    )


def left(uv: Table, settings: Settings, *, built: bool) -> Iterator[Loss]:
    """A loss for each setting that only uv has. `built` says that the manifest names a build system.

    `package` is one where it contradicts that: other tools install the project itself where it is built, only there.
    """
    uv.take(BACKEND)
    counts = (*_COUNTS, *(() if uv.data.get("package", built) is built else ("package",)))
    for key in uv.keys():  # noqa: SIM118  # a Table is no mapping
        kind = Kind.SETTING_LEFT if key in counts else Kind.SETTING_NEEDLESS if key in _NEEDLESS else None
        if kind is not None:
            value = uv.take(key)
            kind = Kind.SETTING_NEEDLESS if value == _DEFAULTS.get(key) else kind
            if key != "prerelease" or not settings.prereleases:
                yield Loss(kind=kind, where=f"{MANIFEST}: {uv.at(key)}", detail=f"{key} = {shown(value)}")
    if settings.prereleases:
        yield Loss(
            kind=Kind.PRERELEASES_WIDENED, where=f"{MANIFEST}: {uv.at('prerelease')}", detail='prerelease = "allow"'
        )


def _requirements(uv: Table, key: str) -> Iterator[Requirement]:
    items = uv.take(key) if isinstance(uv.data.get(key), list) else []
    assert isinstance(items, list)  # noqa: S101  # as just asked
    for number, item in enumerate(items):
        place = f"{key}[{number}]"
        if isinstance(item, str):
            yield requirement_at(uv, place, item, Comments())
        else:
            yield requirement_at(uv, place, uv.child(item, uv.at(place)).string("requirement"), Comments())


def _texts(uv: Table, key: str) -> tuple[str, ...]:
    value = uv.data.get(key)
    return (value,) if isinstance(value, str) else uv.strings(key)


def _default_groups(uv: Table) -> tuple[str, ...] | None:
    if "default-groups" not in uv:
        return None
    if uv.take("default-groups") == "all":
        return ("*",)
    return tuple(map(canonicalize_name, uv.strings("default-groups")))


def _sources(table: Table) -> dict[str, tuple[Table, ...]]:
    found: dict[str, tuple[Table, ...]] = {}
    for key in table.keys():  # noqa: SIM118  # a Table is no mapping
        several = isinstance(table.data[key], list)
        found[canonicalize_name(key)] = table.tables(key) if several else (table.table(key),)
    return found


def _pythons(groups: Table) -> Iterator[tuple[str, Marker]]:
    for key, table in groups.items():
        if text := table.string_or("requires-python"):
            try:
                yield canonicalize_name(key), python(text)
            except ValueError:
                raise table.error("requires-python", f"expected a version specifier, found {shown(text)}") from None


def _members(workspace: Table) -> tuple[str, ...]:
    workspace.skip("exclude")
    return workspace.strings("members")


def _ranked(indexes: Iterable[Index]) -> tuple[Index, ...]:
    """The indexes as uv asks them: those of no special kind in order, then the default; PyPI where none is.

    The first that is asked is the model's default, for bare names come from there first.
    """
    several = tuple(indexes)
    before = [index for index in several if index.priority is Priority.SUPPLEMENTAL]
    if not before:
        return several
    last = [index for index in several if index.priority is Priority.DEFAULT]
    if not last and all(index_url(index.url) != PUBLIC_INDEX for index in before):
        last = [Index(name=_free("pypi", {index.name for index in several}), url=PUBLIC_INDEX)]
    first, *others = [*before, *last]
    ranked = (replace(index, priority=Priority.SUPPLEMENTAL) for index in others)
    explicit = (index for index in several if index.priority is Priority.EXPLICIT)
    return (replace(first, priority=Priority.DEFAULT), *ranked, *explicit)


def _free(name: str, taken: set[str]) -> str:
    return next(each for each in (name, *(f"{name}-{n}" for n in range(2, 1000))) if each not in taken)


def _indexes(uv: Table, insecure: tuple[str, ...]) -> Iterator[Index]:
    for table in uv.tables("index") if isinstance(uv.data.get("index"), list) else ():
        table.skip(*_INDEX_KEYS)
        url = table.string("url")
        priority = Priority.EXPLICIT if table.boolean("explicit") else Priority.SUPPLEMENTAL
        if table.boolean("default"):
            priority = Priority.DEFAULT
        yield _index(table.string_or("name"), url, priority, insecure)
    for url in _texts(uv, "extra-index-url"):
        yield _index("", url, Priority.SUPPLEMENTAL, insecure)
    if url := uv.string_or("index-url"):
        yield _index("", url, Priority.DEFAULT, insecure)


def _index(name: str, url: str, priority: Priority, insecure: tuple[str, ...]) -> Index:
    host = urlsplit(url).netloc.rpartition("@")[2]
    made_up = re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")
    return Index(name=name or made_up or "index", url=url, priority=priority, verify_tls=host not in insecure)
