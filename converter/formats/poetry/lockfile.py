"""poetry.lock as values: lock versions 1.0, 1.1, 2.0, 2.1, and 0.x. Source: `poetry.packages.locker` (1.0 to 2.5).

Since 2.1 each package says in which groups and under which marker it is installed. Older ones leave that to a walk from
the manifest over the edges (`graph.reach`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from converter import markers
from converter.errors import InputError
from converter.formats.poetry.constraint import python_specifier, translate
from converter.formats.poetry.entry import Entry, marker_at, read_entries
from converter.markers import ANY, EMPTY, Marker
from converter.model import (
    MAIN,
    Archive,
    Artifact,
    Dependency,
    Directory,
    Lock,
    Package,
    PackageId,
    Registry,
    Scope,
    ScopeKind,
    Source,
    Vcs,
    index_url,
    package_key,
)
from converter.table import Table, shown

LOCK = "poetry.lock"
_NEWEST_MAJOR = 2
_RAW = ("name", "optional", "python-versions", "groups", "markers", "dependencies", "extras", "develop", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What reading a package needs to know beside it: versions by name, indexes by name, repositories by package."""

    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    indexes: Mapping[str, str] = field(default_factory=dict)
    repositories: Mapping[str, Vcs] = field(default_factory=dict)


def locked_versions(document: Table) -> dict[str, tuple[str, ...]]:
    """The versions of each name in a parsed poetry.lock. Raises InputError."""
    found: dict[str, tuple[str, ...]] = {}
    for table in document.tables("package"):
        name = canonicalize_name(table.string("name"))
        found[name] = (*found.get(name, ()), table.string("version"))
        table.skip_all()
    return found


def lock_version(metadata: Table) -> tuple[int, ...]:
    """`(2, 1)`; empty for a lock of Poetry 0.x, which names none. Raises InputError for one of the future."""
    text = metadata.optional_string("lock-version")
    if text is None:
        return ()
    if not re.fullmatch(r"\d+(\.\d+)*", text):
        raise metadata.error("lock-version", f"expected a version, found {shown(text)}")
    version = tuple(map(int, text.split(".")))
    if version[0] > _NEWEST_MAJOR:
        raise metadata.error(
            "lock-version",
            f"expected a version below 3, found {shown(text)}",
            "a newer pm-convert may read it",
        )
    return version


def read_lock(document: Table, first_line: str, context: Context) -> Lock:
    """A parsed poetry.lock. Packages whose lock does not say where they belong have an empty `when`.

    Raises InputError with the place of what is no lock of Poetry. Unknown keys stay unread in `document`.
    """
    metadata = document.table("metadata")
    if "metadata" not in document:
        raise InputError(
            "expected a [metadata] table, found none", file=document.file, remedy="lock it again with Poetry"
        )
    files = metadata.table("files") if "files" in metadata else None
    hashes = metadata.table("hashes") if "hashes" in metadata else None
    packages = [_package(table, context, files, hashes) for table in document.tables("package")]
    for unused in (files, hashes):
        if unused is not None:
            unused.skip_all()  # files of a name that no package has
    raw = {key: metadata.string(key) for key in ("lock-version", "python-versions", "content-hash") if key in metadata}
    extras = {"extras": document.take("extras")} if "extras" in document else {}
    return Lock(
        requires_python=_python(metadata),
        packages=tuple(sorted(packages, key=package_key)),
        tool={"poetry": {**raw, **extras, "header": first_line}},
    )


def _python(table: Table) -> SpecifierSet | None:
    text = table.string_or("python-versions", "*")
    try:
        return python_specifier(text).specifier if text.strip() not in ("", "*") else None
    except ValueError:
        raise table.error("python-versions", f"expected a version constraint, found {shown(text)}") from None


def _package(table: Table, context: Context, files: Table | None, hashes: Table | None) -> Package:
    name = canonicalize_name(table.string("name"))
    source = _source(table, name, context)
    always, optional = _edges(table, context, source)
    marker_at(table, "marker", table.string_or("marker"))  # of 0.x and 1.0; taken into account where it is walked
    table.skip("category")  # main or dev: of locks that are walked
    return Package(
        id=PackageId(name=name, version=table.string("version"), source=source),
        when=_when(table),
        requires_python=_python(table),
        summary=table.string_or("description"),
        artifacts=_artifacts(table, source, files, hashes),
        dependencies=always,
        optional_dependencies=optional,
        tool={"poetry": {key: table.data[key] for key in (*_RAW, "marker", "category") if key in table.data}},
    )


def _when(table: Table) -> dict[Scope, Marker]:
    """The scopes and markers of a 2.1 lock; empty where the file has no groups."""
    table.boolean("optional")
    groups = table.strings("groups")
    given = table.take("markers")
    each = table.table("markers") if isinstance(given, dict) else None
    found: dict[Scope, Marker] = {}
    for group in groups:
        marker = _group_marker(table, each, group)
        found |= _main(marker) if group == "main" else {Scope(ScopeKind.GROUP, canonicalize_name(group)): marker}
    return {scope: marker for scope, marker in found.items() if not marker.is_empty()}


def _group_marker(table: Table, each: Table | None, group: str) -> Marker:
    where, key = (table, "markers") if each is None else (each, group)
    text = where.string_or(key)
    return marker_at(where, key, text) if text not in ("", "*") else ANY


def _main(marker: Marker) -> dict[Scope, Marker]:
    """A marker over the project's extras as one marker for main and for each extra.

    Where the two say the same, no marker speaks of an extra any more; a condition on two extras at once
    (`extra == "cpu" and extra != "gpu"`) stays in.
    """
    extras = sorted(marker.names())
    plain = marker.with_extras(())
    apart = {name: marker.with_extras((name,)) for name in extras}
    joined = plain
    for name, inner in apart.items():
        joined |= inner & markers.parse(f'extra == "{name}"')
    if joined == marker:
        return {MAIN: plain} | {Scope(ScopeKind.EXTRA, name): inner for name, inner in apart.items() if inner != plain}
    asked = {name: marker.under(markers.parse(f'extra == "{name}"')) for name in extras}
    return {MAIN: EMPTY if plain.is_empty() else marker} | {
        Scope(ScopeKind.EXTRA, name): m for name, m in asked.items()
    }


def _artifacts(table: Table, source: Source, files: Table | None, hashes: Table | None) -> tuple[Artifact, ...]:
    """The package's own files (2.0), else those under its name in the metadata (1.x), else bare hashes (0.x)."""
    if "files" in table:
        return _files(table, "files")
    if hashes is not None:
        return tuple(Artifact(hashes=(_prefixed(digest),)) for digest in hashes.strings(_key(hashes, table)))
    if files is None or isinstance(source, Vcs | Directory) or (isinstance(source, Archive) and source.url):
        return ()
    found = _files(files, _key(files, table))
    if isinstance(source, Archive) and source.path:
        filename = source.path.rsplit("/", 1)[-1]
        return tuple(artifact for artifact in found if artifact.filename == filename)
    return found


def _key(table: Table, package: Table) -> str:
    written = package.string("name")
    return written if written in table else canonicalize_name(written)


def _prefixed(digest: str) -> str:
    return digest if ":" in digest else f"sha256:{digest}"


def _files(table: Table, key: str) -> tuple[Artifact, ...]:
    items = table.take(key)
    if isinstance(items, list) and all(map(_is_plain, items)):
        return tuple(Artifact(filename=item["file"], hashes=(item["hash"],)) for item in items)
    return tuple(
        Artifact(filename=each.string("file"), hashes=(_prefixed(each.string("hash")),)) for each in table.tables(key)
    )


def _is_plain(item: object) -> bool:
    """A file as Poetry writes it: the short way for tens of thousands of them."""
    if type(item) is not dict or len(item) != 2:  # noqa: PLR2004  # file and hash
        return False
    digest = item.get("hash")
    return type(item.get("file")) is str and type(digest) is str and ":" in digest


def _source(table: Table, name: str, context: Context) -> Source:
    if "source" not in table:
        table.skip("develop")
        return Registry()
    source = table.table("source")
    kind, url = source.optional_string("type"), source.string("url")
    develop = table.boolean("develop")
    if kind == "git":
        return _vcs(source, context.repositories.get(name))
    subdirectory = source.optional_string("subdirectory")
    reference = source.optional_string("reference")
    source.skip("resolved_reference")
    if kind == "directory":
        return Directory(path=url, editable=develop, subdirectory=subdirectory)
    if kind in ("file", "url"):
        path, address = (url, None) if kind == "file" else (None, url)
        return Archive(path=path, url=address, subdirectory=subdirectory)
    if kind not in (None, "legacy"):
        raise source.error("type", f"expected legacy, git, url, file or directory, found {shown(kind)}")
    return Registry(_verbatim(url, context.indexes.get((reference or "").lower())))


def _verbatim(url: str, configured: str | None) -> str:
    """The index's URL as the manifest has it; Poetry drops a slash at its end."""
    same = configured is not None and configured.rstrip("/") == url.rstrip("/")
    return index_url(configured if same and configured is not None else url)


def _vcs(source: Table, asked: Vcs | None) -> Vcs:
    """A locked repository. What kind of reference it was only the manifest tells, and whether there was one at all."""
    reference = source.optional_string("reference")
    fits = asked is not None and asked.revision in (None, reference)
    return Vcs(
        type=source.string("type"),
        url=source.string("url"),
        revision=asked.revision if fits and asked else None if reference == "HEAD" else reference,
        reference=asked.reference if fits and asked else "rev",
        commit=source.optional_string("resolved_reference") or reference,
        subdirectory=source.optional_string("subdirectory"),
    )


def _edges(
    table: Table, context: Context, source: Source
) -> tuple[tuple[Dependency, ...], dict[str, tuple[Dependency, ...]]]:
    """The edges that always hold, and those of each extra of the package."""
    folder = source.path if isinstance(source, Directory) else ""
    always: list[Dependency] = []
    optional: dict[str, list[Dependency]] = {}
    dependencies, given = table.table("dependencies"), _extras(table)
    for key in dependencies.data:
        entries = list(read_entries(dependencies, key, folder))
        said = {extra for entry in entries for extra in entry.marker.names()}
        for entry in entries:
            asked = entry.marker.names()
            if not entry.optional:
                _add(always, entry, entry.marker.with_extras(()), context)
            for extra in sorted(asked):
                _add(optional.setdefault(extra, []), entry, entry.marker.with_extras((extra,)), context)
            # a lock before 2.1 may name one of several extras in the marker; the lists of `extras` have them all
            for extra in sorted(_offered(given, entry.name) - said) if entry.optional else ():
                _add(optional.setdefault(extra, []), entry, entry.marker.with_extras(asked), context)
    return tuple(always), {extra: tuple(edges) for extra, edges in sorted(optional.items()) if edges}


def _add(edges: list[Dependency], entry: Entry, marker: Marker, context: Context) -> None:
    if marker.is_empty():
        return
    try:
        translated = translate(entry.constraint or "*", context.versions.get(entry.name, ()))
    except ValueError as why:
        raise InputError(str(why), file=LOCK, place=entry.place) from None
    edges.append(
        Dependency(
            name=entry.name,
            source=entry.source,
            specifier=translated.specifier,
            extras=entry.extras,
            marker=marker,
            rounded=entry.rounded and entry.rounded.with_extras(entry.marker.names()),
        )
    )


def _extras(table: Table) -> dict[str, frozenset[str]]:
    """The names that each extra of a package asks for, from the texts of its `extras`."""
    extras = table.table("extras")
    return {
        canonicalize_name(extra): frozenset(_name(text) for text in extras.strings(extra))
        for extra in extras.keys()  # noqa: SIM118  # a Table is no mapping
    }


def _name(text: str) -> str:
    match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", text)
    return canonicalize_name(match[1]) if match else text


def _offered(given: Mapping[str, frozenset[str]], name: str) -> frozenset[str]:
    return frozenset(extra for extra, names in given.items() if name in names)
