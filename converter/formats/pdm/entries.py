"""Rows as `[[package]]` entries of pdm.lock 4.5.1, in PDM's keys and order.

Specification: `Candidate.as_lockfile_entry` and `PDMLock.format_lockfile` of PDM 2.29. What a lock of PDM itself said
(`tool["pdm"]`) is said again in the same words, where it still means the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from converter import markers
from converter.errors import StopError
from converter.formats.pdm.lockfile import INHERIT, LOCK, STATIC_URLS
from converter.formats.pdm.merged import merged_texts
from converter.formats.pdm.packages import version_order
from converter.formats.pdm.published import dependency_lines
from converter.formats.pdm.rows import Row
from converter.formats.pdm.wording import marker_text, published_text
from converter.markers import Marker
from converter.model import Archive, Artifact, Directory, Package, Project, Registry, Source, Vcs

Values = dict[str, object]
_INHERITED = ("groups", "marker")


def entries(
    project: Project, rows: Sequence[Row], care: Marker, strategy: Collection[str] = (INHERIT,)
) -> list[Values]:
    """The entries of rows, in their order; `care` is the environments that count.

    By its `strategy` a lock has groups and markers or leaves them out, and has the names of files or their URLs.

    Raises StopError for a release without files, or with one that has no name.
    """
    lines = [_dependencies(row, said(row.package, row.extras), care) for row in rows]
    inherits, static = INHERIT in strategy, STATIC_URLS in strategy
    own = not inherits or any(said(row.package, row.extras).get("groups") for row in rows)
    merged = {} if own else merged_texts(project, rows, lines, care)
    made = [
        _entry(row, needs, _marker(row, care) if at not in merged else merged[at], static=static)
        for at, (row, needs) in enumerate(zip(rows, lines, strict=True))
    ]
    return made if inherits else [{k: v for k, v in each.items() if k not in _INHERITED} for each in made]


def _entry(row: Row, lines: list[str], marker: str, *, static: bool) -> Values:
    package, written = row.package, said(row.package, row.extras)
    made: Values = {
        "name": package.name,
        "version": package.id.version,
        "extras": sorted(row.extras),
        "requires_python": written.get("requires_python", str(package.requires_python or "")),
        **_place(package.id.source),
    }
    made = {key: value for key, value in made.items() if value}
    made |= {"summary": written.get("summary", package.summary or ""), "groups": list(row.groups)}
    more = {"marker": marker, "dependencies": lines, "files": list(_files(package, static=static))}
    return made | {key: value for key, value in more.items() if value}


def said(package: Package, extras: Iterable[str]) -> Mapping[str, object]:
    """What PDM's own lock said of a package with these extras; empty for a lock of another manager."""
    entries = package.tool.get("pdm", {}).get("entries")
    found = entries.get(tuple(sorted(extras))) if isinstance(entries, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def order(row: Row) -> tuple[object, ...]:
    """PDM's order of entries: by name and extras as one text; versions of one name from low to high."""
    extras = f"[{','.join(sorted(row.extras))}]" if row.extras else ""
    return f"{row.package.name}{extras}", version_order(row.package.id.version), repr(row.package.id.source)


def _place(source: Source) -> Values:
    match source:
        case Vcs() as vcs:
            where: Values = {vcs.type: vcs.url, "ref": vcs.revision, "revision": vcs.commit}
            return {"subdirectory": vcs.subdirectory, **where}
        case Directory() as folder:
            path = _below(folder.path)
            return {"editable": folder.editable, "subdirectory": folder.subdirectory, "path": path}
        case Archive(url=str() as url) as archive:
            return {"subdirectory": archive.subdirectory, "url": url}
        case Archive() as archive:
            return {"subdirectory": archive.subdirectory, "path": _below(archive.path or "")}
        case _:
            return {}


def _below(path: str) -> str:
    """A path as PDM writes it: `./` before one below the project."""
    return path if path.startswith(("./", "../", "/")) or path == "." else f"./{path}"


def _marker(row: Row, care: Marker) -> str:
    """The marker's text: as PDM spelled it where that is the same condition in the project's environments."""
    written = said(row.package, row.extras).get("marker")
    if isinstance(written, str) and markers.parse(written) & care == row.marker & care:
        return written
    return "" if row.marker.is_any() else marker_text(row.marker)


def _dependencies(row: Row, written: Mapping[str, object], care: Marker) -> list[str]:
    if written:
        lines = written.get("dependencies")
        return sorted(map(_respelled, lines)) if isinstance(lines, list) else []
    return dependency_lines(row, care)


def _respelled(line: str) -> str:
    """A line of PDM's own lock as the newest PDM writes it; words in another order are so by PDM's cache, and stay."""
    try:
        today = published_text(line, frozenset())
    except ValueError:
        return line
    return line if _words(line) == _words(today) else today


def _words(line: str) -> list[str]:
    return sorted(line.translate({ord("("): None, ord(")"): None}).split(" "))


def _files(package: Package, *, static: bool) -> Iterator[Values]:
    """One row for each hash of a file, by name; nothing for a repository or folder."""
    if isinstance(package.id.source, Vcs | Directory):
        return
    rows = {(*_named(package, a, static=static), digest) for a in package.artifacts for digest in a.hashes}
    if not rows and isinstance(package.id.source, Registry):
        raise _nameless(package)
    for key, name, digest in sorted(rows):
        yield {key: name, "hash": digest}


def _named(package: Package, artifact: Artifact, *, static: bool) -> tuple[str, str]:
    """The key and value by which PDM knows a file."""
    if static and artifact.url:
        return "url", artifact.url
    if artifact.filename:
        return "file", artifact.filename
    if isinstance(package.id.source, Archive):
        place = package.id.source.url or package.id.source.path or ""
        return "file", PurePosixPath(place.partition("#")[0].partition("?")[0]).name
    raise _nameless(package)


def _nameless(package: Package) -> StopError:
    return StopError(
        f"expected the files of {package.name} {package.id.version or ''} by name and hash, found none",
        file=LOCK, remedy="run once online",
    )  # fmt: skip
