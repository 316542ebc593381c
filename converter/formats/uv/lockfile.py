"""uv.lock as packages of the model, before anybody asked which of them the project reaches.

What only uv says stays under the name `uv`, each in the file's own shape, so that a lock comes back as it was:

- `Lock.tool["uv"]`: the top-level parts but `package`; `apart`: the packages that are no installs (the project
  itself, virtual members) or that only other workspace members need; `spelled`: the text of each marker, which
  differs between releases.
- `Package.tool["uv"]`: `source`, `resolution-markers`, `metadata`, `dev-dependencies`, `default-groups`,
  `group-requires-python`; `files`: keys of a file that the model has no field for, by file name; `edges`: the edges
  as written, where they speak of conflicts.

uv writes a conflicting extra or group as an extra of a marker (`extra == 'extra-4-root-cpu'`); `conflicts` reads
these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from converter import markers
from converter.formats.uv.conflicts import in_scopes
from converter.formats.uv.known import look_through, look_through_metadata
from converter.formats.uv.wire import file_name, read_source
from converter.markers import ANY, Marker
from converter.model import Archive, Artifact, Dependency, Package, PackageId, Registry, Source
from converter.table import Table, shown

LOCK = "uv.lock"

_REST = ("path", "filename", "zstd")  # of a file, without a field in the model
_TOP = (
    "revision",
    "requires-python",
    "resolution-markers",
    "supported-markers",
    "required-markers",
    "conflicts",
    "options",
    "manifest",
)
_GROUPS = ("dev-dependencies", "dependency-groups")  # the second is an older name
_KEPT = ("resolution-markers", "metadata", "default-groups", "group-requires-python", *_GROUPS)

Groups = Mapping[str, tuple[Dependency, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A lock as written: its packages in the file's order, the edges of their groups, and its top-level parts."""

    requires_python: SpecifierSet | None
    environments: tuple[Marker, ...]
    packages: tuple[Package, ...]
    groups: Mapping[PackageId, Groups]
    spelled: Mapping[Marker, str]
    top: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Found:
    """What is gathered beside the packages."""

    groups: dict[PackageId, Groups] = field(default_factory=dict)
    spelled: dict[Marker, str] = field(default_factory=dict)


def read_lock(document: Table) -> Read:
    """A parsed uv.lock. Raises InputError for another version than 1, a wrong type, an edge that ends nowhere."""
    version = document.integer("version")
    if version != 1:
        raise document.error(
            "version", f"expected 1, found {shown(version)}", "lock the project with a uv that writes version 1"
        )
    top = {key: document.take(key) for key in _TOP if key in document}
    look_through(document)
    tables = document.tables("package") or document.tables("distribution")
    found = _Found()
    packages = tuple(_package(table, found) for table in tables)
    _check(document, packages, found.groups)
    return Read(
        requires_python=_requires_python(document),
        environments=tuple(
            read_marker(document, "supported-markers", text) for text in document.strings("supported-markers")
        ),
        packages=packages,
        groups=found.groups,
        spelled=found.spelled,
        top=top,
    )


def _requires_python(document: Table) -> SpecifierSet | None:
    text = document.optional_string("requires-python")
    try:
        return None if text is None else SpecifierSet(text)
    except InvalidSpecifier:
        raise document.error("requires-python", f"expected a version specifier, found {shown(text)}") from None


def read_marker(table: Table, key: str, text: str) -> Marker:
    """A marker of the file. Raises InputError with its place."""
    try:
        return markers.parse(text)
    except ValueError:
        raise table.error(key, f"expected a marker, found {shown(text)}") from None


def _package(table: Table, found: _Found) -> Package:
    source_table = table.table("source")
    name, version = canonicalize_name(table.string("name")), table.optional_string("version")
    identity = PackageId(name=name, version=version, source=read_source(source_table))
    if version is None and isinstance(identity.source, Registry):
        raise table.error("version", "expected a string, found nothing")
    written: dict[str, object] = {}
    gathered = written, found.spelled
    made = Package(
        id=identity,
        artifacts=tuple(_artifacts(table, identity.source, written)),
        dependencies=tuple(_edges(table, "dependencies", gathered)),
        optional_dependencies=_groups(table, "optional-dependencies", gathered),
        tool={"uv": written},
    )
    found.groups[identity] = {name: edges for key in _GROUPS for name, edges in _groups(table, key, gathered).items()}
    look_through_metadata(table)
    written["source"] = source_table.data
    for key in _KEPT:
        if key in table:
            written[_GROUPS[0] if key in _GROUPS else key] = table.take(key)
    return made


_Gathered = tuple[dict[str, object], dict[Marker, str]]


def _groups(table: Table, key: str, gathered: _Gathered) -> dict[str, tuple[Dependency, ...]]:
    inner = table.table(key)
    return {canonicalize_name(name): tuple(_edges(inner, name, gathered)) for name in inner.keys()}  # noqa: SIM118  # a Table is no mapping


def _edges(table: Table, key: str, gathered: _Gathered) -> Iterator[Dependency]:
    written, spelled = gathered
    for entry in table.tables(key):
        text = entry.string_or("marker")
        marker = in_scopes(read_marker(entry, "marker", text)) if text else ANY
        spelled.setdefault(marker, text)
        if "extra ==" in text or "extra !=" in text:
            written.setdefault("edges", {}).setdefault(_place(table, key), table.data[key])  # type: ignore[attr-defined]
        yield Dependency(
            name=canonicalize_name(entry.string("name")),
            version=entry.optional_string("version"),
            source=read_source(entry.table("source")) if "source" in entry else None,
            extras=frozenset(map(canonicalize_name, entry.strings("extra"))),
            marker=marker,
        )


def _place(table: Table, key: str) -> tuple[str, ...]:
    """Where edges stand inside their package: `("dependencies",)`, `("optional-dependencies", "cli")`."""
    inner = table.place.rpartition(".")[2]
    return (inner, key) if inner in ("optional-dependencies", *_GROUPS) else (key,)


def _artifacts(table: Table, source: Source, written: dict[str, object]) -> Iterator[Artifact]:
    for entry in (*([table.table("sdist")] if "sdist" in table else []), *table.tables("wheels")):
        place = entry.optional_string("url") or entry.optional_string("path") or entry.optional_string("filename")
        direct = (source.url or source.path) if isinstance(source, Archive) else None
        name = file_name(place or direct or "")
        digest = entry.optional_string("hash")
        rest = {key: entry.take(key) for key in _REST if key in entry}
        if rest:
            written.setdefault("files", {})[name] = rest  # type: ignore[index]
        yield Artifact(
            filename=name or None,
            url=entry.optional_string("url") or (source.url if isinstance(source, Archive) else None),
            size=entry.integer("size"),
            upload_time=entry.moment("upload-time") or entry.moment("upload_time"),
            hashes=(digest,) if digest else (),
        )


def _check(document: Table, packages: tuple[Package, ...], groups: Mapping[PackageId, Groups]) -> None:
    """Raises InputError where a package stands twice or an edge names a package that the lock does not hold."""
    names: dict[str, set[str | None]] = {}
    if len({p.id for p in packages}) < len(packages):
        twice = next(p.id for n, p in enumerate(packages) if p.id in {q.id for q in packages[:n]})
        raise document.error("package", f"{twice.name} {twice.version or ''} stands twice", "lock the project again")
    for package in packages:
        names.setdefault(package.name, set()).add(package.id.version)
    for package in packages:
        optional = (e for edges in package.optional_dependencies.values() for e in edges)
        inner = (e for edges in groups[package.id].values() for e in edges)
        for edge in (*(package.dependencies or ()), *optional, *inner):
            if edge.name not in names or (edge.version and edge.version not in names[edge.name]):
                found = f"{edge.name} {edge.version or ''}".strip()
                raise document.error(
                    "package", f"{package.name} needs {found}, which the lock does not hold", "lock the project again"
                )
