"""A Pipfile.lock as values: pipfile-spec 2 to 6, which is every lock since 2017.

Specification: https://pipenv.pypa.io/en/latest/pipfile.html#about-pipfile-lock, plette's models. An entry is pinned
by `version`, by a commit in `ref`, or by the file or folder that it names. There are no edges, file names or sizes in
it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from converter.errors import InputError
from converter.formats.pipenv.condition import condition
from converter.formats.pipenv.manifest import requires_python
from converter.formats.pipenv.sources import direct_source, egg, extras, is_commit, locked
from converter.losses import Kind, Loss, Lossy
from converter.model import (
    PUBLIC_INDEX,
    Artifact,
    Package,
    PackageId,
    Registry,
    Scope,
    Source,
    Vcs,
    index_url,
    package_key,
)
from converter.table import Table, shown

LOCK = "Pipfile.lock"
NEWEST_SPEC = 6
_PINNED = re.compile(r"\s*(===?)?\s*(?P<version>[^\s=<>!~*,;][^\s*,;]*)\s*")
_HASH = re.compile(r"[a-z0-9_]+:[0-9a-fA-F]+")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?", re.ASCII)
_LEFT = ("no_binary", "pip_args")


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What a lock entry is read with: indexes by name (the default first), and what the Pipfile knows of packages."""

    indexes: Mapping[str, str]
    revisions: Mapping[str, str | None]
    extras: Mapping[str, frozenset[str]]

    @property
    def default(self) -> str:
        """The URL that an entry without `index` comes from."""
        return next(iter(self.indexes.values()), PUBLIC_INDEX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A lock before its entries are read: its `_meta`, the hash in it, and the URL of each source by its name."""

    file: Table
    meta: Mapping[str, object]
    requires_python: SpecifierSet | None
    written_hash: str
    indexes: Mapping[str, str]

    @property
    def sections(self) -> tuple[str, ...]:
        """The names of all package sections."""
        keys = self.file.keys()
        return tuple(key for key in keys if key != "_meta" and isinstance(self.file.data[key], dict))


@dataclass(frozen=True, slots=True, kw_only=True)
class LockFile:
    """What a Pipfile.lock installs. `held` are the names in each section, those without a pin too."""

    packages: tuple[Package, ...]
    held: Mapping[str, frozenset[str]]


def open_lock(text: str) -> Opened:
    """The lock's content. Raises InputError for what is no JSON object, with the line, and for a spec of the future."""
    try:
        file = Table(json.loads(text), LOCK)
    except json.JSONDecodeError as why:
        place = f"line {why.lineno}, column {why.colno}"
        raise InputError(f"expected JSON: {why.msg}", file=LOCK, place=place) from None
    if _SURROGATE.search(text) and _has_half(file.data):
        raise InputError("expected text, found half of a character", file=LOCK)
    meta = file.table("_meta")
    _known_spec(meta)
    meta.skip("host-environment-markers")
    return Opened(
        file=file,
        meta=meta.data,
        requires_python=requires_python(meta.table("requires")),
        written_hash=meta.table("hash").string_or("sha256"),
        indexes={name: url for name, url in map(_index, meta.tables("sources")) if name},
    )


def _has_half(data: object) -> bool:
    """Whether a string in it is no text: JSON can name one half of a surrogate pair."""
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _known_spec(meta: Table) -> None:
    spec = meta.integer("pipfile-spec")
    if spec is not None and spec > NEWEST_SPEC:
        raise meta.error(
            "pipfile-spec", f"expected {NEWEST_SPEC} or an older one, found {spec}",
            remedy="use a pm-convert that knows it, or lock with an older Pipenv",
        )  # fmt: skip


def _index(source: Table) -> tuple[str, str]:
    source.skip("verify_ssl")
    return source.string_or("name"), index_url(source.string_or("url"))


def read_lock(opened: Opened, scopes: Mapping[str, Scope], joined: Joined) -> Lossy[LockFile]:
    """The lock's entries. `scopes` holds the scope of each section. Raises InputError, which names the place."""
    found: list[Package] = []
    losses: list[Loss] = []
    held: dict[str, frozenset[str]] = {}
    for section, scope in scopes.items():
        table = opened.file.table(section)
        entries = [_entry(table, key, scope, joined) for key in table.keys()]  # noqa: SIM118  # a Table is no mapping
        found += [entry.value for entry in entries if entry.value.when]
        losses += [loss for entry in entries for loss in entry.losses]
        held[section] = frozenset(entry.value.name for entry in entries)
    return Lossy(LockFile(packages=_merged(found), held=held), (*losses, *opened.file.unread()))


def _entry(section: Table, key: str, scope: Scope, joined: Joined) -> Lossy[Package]:
    """One entry, which remembers how it was written; in no scope where it is not pinned."""
    if not _NAME.fullmatch(key):
        raise section.error(key, f'expected a package name, found "{key}"')
    value = section.data[key]
    text = isinstance(value, str)
    raw = section.child({"version": section.string(key)}, section.at(key)) if text else section.table(key)
    package = read_entry(raw, key, scope, joined)
    remembered = replace(package, tool={"pipenv": {section.place: {"key": key, "entry": value}}})
    if _is_pinned(package):
        return Lossy(remembered, tuple(_left(raw, joined)))
    detail = f"{package.name} is not pinned: {shown(value)}"
    return Lossy(replace(remembered, when={}), (Loss(kind=Kind.UNPINNED, where=f"{LOCK}: {raw.place}", detail=detail),))


def _left(entry: Table, joined: Joined) -> Iterator[Loss]:
    for key in filter(entry.__contains__, _LEFT):
        yield _loss(Kind.SETTING_LEFT, entry, key)
    if entry.string_or("index") not in ("", *joined.indexes):
        yield _loss(Kind.KEY_UNKNOWN, entry, "index")


def _loss(kind: Kind, entry: Table, key: str) -> Loss:
    return Loss(kind=kind, where=f"{entry.file}: {entry.at(key)}", detail=f"{key} = {shown(entry.take(key))}")


def _is_pinned(package: Package) -> bool:
    source = package.id.source
    if isinstance(source, Vcs):
        return is_commit(source.commit) if source.type == "git" else bool(source.commit)
    return bool(package.id.version) or not isinstance(source, Registry)


def read_entry(entry: Table, key: str, scope: Scope, joined: Joined) -> Package:
    """One entry of a section as a package of that scope; its version is `None` where it is not pinned."""
    entry.skip("skip_resolver")
    called, more = egg(entry)
    name = called or canonicalize_name(key)
    source = _source(entry, name, joined)
    version = _version(entry)
    return Package(
        id=PackageId(name=name, version=version, source=source),
        extras=more | extras(entry) | joined.extras.get(name, frozenset()),
        when={scope: condition(entry).with_extras(())},
        artifacts=tuple(Artifact(hashes=(each,)) for each in _hashes(entry)),
    )


def _source(entry: Table, name: str, joined: Joined) -> Source:
    source = direct_source(entry)
    if isinstance(source, Vcs):
        return locked(source, joined.revisions.get(name))
    if source is not None:
        return source
    entry.skip("ref", "subdirectory")
    return Registry(joined.indexes.get(entry.string_or("index"), joined.default))


def _version(entry: Table) -> str | None:
    match = _PINNED.fullmatch(entry.string_or("version"))
    return match["version"] if match else None


def _hashes(entry: Table) -> list[str]:
    single = entry.optional_string("hash")
    written = [*entry.strings("hashes"), *([single] if single else [])]
    return sorted({_hash(entry, number, each) for number, each in enumerate(written)})


def _hash(entry: Table, number: int, written: str) -> str:
    if _SHA256.fullmatch(written):
        return f"sha256:{written.lower()}"
    if not _HASH.fullmatch(written):
        raise entry.error(f"hashes[{number}]", f'expected a hash like "sha256:0123abcd", found {shown(written)}')
    return written.lower()


def _merged(packages: Iterable[Package]) -> tuple[Package, ...]:
    """One package for each identity: a lock holds it once for each category that needs it."""
    found: dict[PackageId, Package] = {}
    for package in packages:
        old = found.get(package.id)
        found[package.id] = _both(old, package) if old else package
    return tuple(sorted(found.values(), key=package_key))


def _both(one: Package, two: Package) -> Package:
    hashes = sorted(one.hashes | two.hashes)
    when = {**one.when, **{scope: one.when[scope] | m if scope in one.when else m for scope, m in two.when.items()}}
    return replace(
        one,
        extras=one.extras | two.extras,
        when=when,
        artifacts=tuple(Artifact(hashes=(each,)) for each in hashes),
        tool={"pipenv": {**one.tool["pipenv"], **two.tool["pipenv"]}},
    )
