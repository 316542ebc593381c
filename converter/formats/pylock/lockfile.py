"""A pylock file as a lock of the model, before anybody looked at the manifest beside it.

What only the file says stays under the name `pylock`, so that a lock comes back as it was: `Lock.tool` has `path`,
`document`, the file's plain values, and `as-written`, its text; `Package.tool` has the plain values of the entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from packaging.pylock import Pylock
from packaging.utils import canonicalize_name

from converter import markers
from converter.formats.pylock.condition import Names
from converter.formats.pylock.document import VERSION, Document
from converter.formats.pylock.entry import read_entry
from converter.losses import Kind, Loss, Lossy
from converter.markers import EMPTY, Marker
from converter.model import Lock, Package, Scope, ScopeKind, package_key
from converter.table import Table

_TOP = (
    "lock-version",
    "environments",
    "requires-python",
    "extras",
    "dependency-groups",
    "default-groups",
    "created-by",
)
_ENTRY = ("name", "version", "marker", "requires-python", "index")
_PLACES: Mapping[str, tuple[str, ...]] = {
    "vcs": ("type", "url", "path", "requested-revision", "commit-id", "subdirectory"),
    "directory": ("path", "editable", "subdirectory"),
    "archive": ("url", "path", "size", "upload-time", "hashes", "subdirectory"),
    "sdist": ("name", "upload-time", "url", "path", "size", "hashes"),
    "wheels": ("name", "upload-time", "url", "path", "size", "hashes"),
    "dependencies": ("name", "version", "marker", "requires-python", "index"),  # for people, says PEP 751
}


def names_of(document: Document, groups: Collection[str]) -> Names:
    """What stands for main: the default groups, but for those that the manifest declares (`groups`)."""
    defaults = (canonicalize_name(name) for name in document.read.default_groups or ())
    return Names(defaults=tuple(name for name in defaults if name not in groups))


def scopes_in(document: Document, names: Names) -> tuple[Scope, ...]:
    """The extras and groups that a file can be asked for."""
    extras = (Scope(ScopeKind.EXTRA, canonicalize_name(name)) for name in document.read.extras or ())
    both = (*(document.read.dependency_groups or ()), *(document.read.default_groups or ()))
    groups = (Scope(ScopeKind.GROUP, canonicalize_name(name)) for name in both)
    return tuple(dict.fromkeys((*extras, *(group for group in groups if group.name not in names.defaults))))


def read_lock(document: Document, names: Names) -> Lossy[Lock]:
    """The lock of a file. Raises InputError, with the place, for a marker that cannot be read."""
    table = document.table()
    packages = [_package(entry, document, at, names) for at, entry in enumerate(table.tables("packages"))]
    lock = Lock(
        requires_python=document.read.requires_python,
        environments=_environments(document.read),
        packages=tuple(sorted(packages, key=package_key)),
        tool={"pylock": {"path": document.path, "document": document.values, "as-written": document.text}},
    )
    return Lossy(lock, tuple(_left(table)))


def _environments(read: Pylock) -> tuple[Marker, ...]:
    """The environments that a file is for; none where its Requires-Python says it all, which PDM says twice."""
    several = tuple(markers.parse(str(marker)) for marker in read.environments or ())
    either = EMPTY
    for marker in several:
        either |= marker
    return () if (markers.python(str(read.requires_python or "")) & ~either).is_empty() else several


def _package(entry: Table, document: Document, at: int, names: Names) -> Package:
    try:
        return read_entry(entry.data, document.read.packages[at], names)
    except ValueError as why:
        raise entry.error("marker", f"expected a marker, found one that cannot be read: {why}") from None


def _left(table: Table) -> Iterator[Loss]:
    """What only a pylock file has a place for, each once; and every key that nobody knows."""
    table.skip(*_TOP, "tool")
    if (version := table.data["lock-version"]) != VERSION:
        yield Loss(kind=Kind.KEY_UNKNOWN, where=f"{table.file}: lock-version", detail=f"{version} is read as {VERSION}")
    entries = table.tables("packages")
    for entry in entries:
        entry.skip(*_ENTRY, *_PLACES, "tool", "attestation-identities")
        for key, known in _PLACES.items():
            for place in _tables(entry, key):
                place.skip(*known, *(_PLACES if key == "dependencies" else ()))
    yield from table.unread()
    yield from _counted(table, entries)


def _tables(entry: Table, key: str) -> tuple[Table, ...]:
    if key not in entry:
        return ()
    return entry.tables(key) if isinstance(entry.data[key], list) else (entry.table(key),)


def _counted(table: Table, entries: tuple[Table, ...]) -> Iterator[Loss]:
    """The settings of tools and the attestations, by their names, with the number of packages that have them."""
    found: dict[str, int] = dict.fromkeys(_paths(table.data.get("tool"), "tool"), 0)
    vouched: dict[str, int] = {}
    for entry in entries:
        for path in _paths(entry.data.get("tool"), "packages.tool"):
            found[path] = found.get(path, 0) + 1
        for path in dict.fromkeys(_paths(entry.data.get("attestation-identities"), "packages.attestation-identities")):
            vouched[path] = vouched.get(path, 0) + 1
    for kind, rows in ((Kind.SETTING_NEEDLESS, found), (Kind.SETTING_LEFT, vouched)):
        for path, count in rows.items():
            detail = f"{path.rpartition('.')[2]} of {count} packages" if count else f"{path.rpartition('.')[2]} "
            yield Loss(kind=kind, where=f"{table.file}: {path}", detail=detail.strip())


def _paths(value: object, path: str) -> Iterator[str]:
    """The keys of nested tables, with the way to each."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _paths(inner, f"{path}.{key}")
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for item in value:
            yield from _paths(item, path)
    elif value is not None:
        yield path
