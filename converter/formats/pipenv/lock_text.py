"""A Pipfile.lock's text, in Pipenv's own layout.

`json.dumps` with four spaces and sorted keys; entries as Pipenv writes them (`clean_resolved_dep` in its
utils/dependencies.py, `_meta` in its utils/lockfile.py). An entry that Pipenv wrote itself comes back as it was, if
it still says what the project does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from packaging.version import InvalidVersion, Version

from converter.formats.pipenv.categories import section_of
from converter.formats.pipenv.choose import Choice
from converter.formats.pipenv.content import Content
from converter.formats.pipenv.hash import digest
from converter.formats.pipenv.lockfile import LOCK, NEWEST_SPEC, Joined, read_entry
from converter.formats.pipenv.sources import source_entry
from converter.losses import Kind, Loss, Lossy
from converter.markers import EMPTY, Marker
from converter.model import MAIN, Archive, Package, Registry, Scope, Vcs
from converter.table import Table

_STRONG = ("sha256:", "sha384:", "sha512:")  # the algorithms that pip's hash mode takes


@dataclass(frozen=True, slots=True)
class _Writing:
    """What an entry is written with: the sections' scopes, index names by URL, the direct requirements' names."""

    scopes: Mapping[str, Scope]
    indexes: Mapping[str, str]
    direct: frozenset[str]
    default: str


def lock_text(meta: Mapping[str, object], choice: Choice, wanted: Content) -> Lossy[str]:
    """The lock for what was chosen; a STOP for each package that it cannot pin."""
    writing = _Writing(
        scopes={section_of(category): scope for category, scope in wanted.scopes.items()},
        indexes=wanted.index_names(),
        direct=frozenset(name for names in wanted.categories.values() for name in names),
        default=wanted.indexes[0].name,
    )
    losses: list[Loss] = []
    data: dict[str, object] = {"_meta": meta}
    for section, scope in writing.scopes.items():
        rows = tuple(_on_top(row, choice) for row in choice.scopes.get(scope, ()))
        data[section] = dict(_entry(section, package, marker, writing) for package, marker in rows)
        losses += [loss for package, _ in rows for loss in _left(package)]
    text = json.dumps(data, indent=4, separators=(",", ": "), sort_keys=True) + "\n"
    return Lossy(text, tuple(dict.fromkeys(losses)))


def _on_top(row: tuple[Package, Marker], choice: Choice) -> tuple[Package, Marker]:
    """A category's marker, no narrower than that of `[packages]`.

    A category is installed on top of it, and `pipenv requirements` keeps the last marker of a name that several have.
    """
    package, marker = row
    main = (held for each, held in choice.scopes.get(MAIN, ()) if each is package)
    return package, marker | next(main, EMPTY)


def meta_for(data: Mapping[str, object], wanted: Content) -> dict[str, object]:
    """`_meta` for a Pipfile that was just written, given as TOML."""
    sources = [{"name": i.name, "url": i.url, "verify_ssl": i.verify_tls} for i in wanted.indexes]
    return {
        "hash": {"sha256": digest(data)},
        "pipfile-spec": NEWEST_SPEC,
        "requires": data.get("requires", {}),
        "sources": sources,
    }


def _entry(section: str, package: Package, marker: Marker, writing: _Writing) -> tuple[str, object]:
    remembered = _remembered(package, writing).get(section)
    return remembered or (package.name, _made(package, marker, writing))


def _made(package: Package, marker: Marker, writing: _Writing) -> dict[str, object]:
    source = package.id.source
    entry: dict[str, object] = {}
    if isinstance(source, Registry):
        entry["version"] = _pin(package.id.version or "")
        name = writing.indexes[source.index]
        if package.name in writing.direct or name != writing.default:
            entry["index"] = name
    else:
        entry |= source_entry(source, locked=True)
    if not isinstance(source, Vcs) and (hashes := sorted(_strong(package.hashes))):
        entry["hashes"] = hashes
    if package.extras:
        entry["extras"] = sorted(package.extras)
    if not marker.is_any():
        entry["markers"] = marker.text()
    return entry


def _pin(version: str) -> str:
    try:
        Version(version)
    except InvalidVersion:
        return f"==={version}"
    return f"=={version}"


def _strong(hashes: Iterable[str]) -> Iterator[str]:
    return (each for each in hashes if each.startswith(_STRONG))


def _left(package: Package) -> Iterator[Loss]:
    source = package.id.source
    pinned = source.commit if isinstance(source, Vcs) else package.id.version or not isinstance(source, Registry)
    names = frozenset({package.name})
    if not pinned:
        yield Loss(kind=Kind.UNPINNED, where=LOCK, detail=package.name, packages=names)
    weak = sorted(package.hashes.difference(_strong(package.hashes)))
    if weak and isinstance(source, Registry | Archive):
        detail = f"{package.name}: {', '.join(sorted({each.partition(':')[0] for each in weak}))}"
        yield Loss(kind=Kind.HASH_LEFT, where=LOCK, detail=detail, packages=names)


def _remembered(package: Package, writing: _Writing) -> dict[str, tuple[str, object]]:
    """Key and entry in each section as a lock had them, if together they still say what the package is."""
    kept = package.tool.get("pipenv", {})
    if not kept or not all(section in writing.scopes for section in kept):
        return {}
    urls = {name: url for url, name in writing.indexes.items()}
    default = urls.pop(writing.default)
    joined = Joined(indexes={writing.default: default, **urls}, revisions={}, extras={})
    rows = {section: (str(row["key"]), row["entry"]) for section, row in kept.items() if isinstance(row, Mapping)}
    read = [_read(section, key, entry, writing.scopes[section], joined) for section, (key, entry) in rows.items()]
    return rows if _same(package, read) else {}


def _read(section: str, key: str, entry: object, scope: Scope, joined: Joined) -> Package:
    table = Table({"version": entry} if isinstance(entry, str) else entry, LOCK, f"{section}.{key}")
    return read_entry(table, key, scope, joined)


def _same(package: Package, read: list[Package]) -> bool:
    when = {scope: marker for each in read for scope, marker in each.when.items()}
    hashes = frozenset(h for each in read for h in each.hashes)
    return (
        when == dict(package.when)
        and hashes == package.hashes
        and all(_unasked(each) == _unasked(package) and each.extras <= package.extras for each in read)
    )


def _unasked(package: Package) -> object:
    """Its identity without what a person asked for: an entry holds the commit alone."""
    source = package.id.source
    return replace(package.id, source=replace(source, revision=None)) if isinstance(source, Vcs) else package.id
