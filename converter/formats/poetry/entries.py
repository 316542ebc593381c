"""One package of the model as one `[[package]]` of poetry.lock 2.1, in Poetry's keys and order.

Specification: `Locker._dump_package` of Poetry 2.5. What a lock of Poetry itself said of the package
(`tool["poetry"]`) is said again in the same words, where it still means the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from converter import markers
from converter.errors import StopError
from converter.formats.poetry.edges import dependencies, extras, folder_path
from converter.formats.poetry.placement import MAIN_GROUP, Placed
from converter.formats.poetry.pythons import python_versions
from converter.formats.poetry.reached import Texts
from converter.formats.poetry.sources import IndexNames, git_reference, without_credentials
from converter.formats.poetry.wording import narrowed, respelled
from converter.markers import ANY, DOUBLE, EMPTY, Marker
from converter.model import Archive, Directory, Package, Registry, Source, Vcs

NO_VERSION = "0"
_CONSTRAINT_KEYS = (
    "version", "path", "develop", "url", "git", "branch", "tag", "rev", "subdirectory", "extras", "optional", "markers",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the entries of one lock share: the project's interpreters, as stated and as a marker, and its indexes.

    `reached` are markers by package and group as Poetry would spell them, where that is known.
    """

    care: Marker
    pythons: str
    indexes: IndexNames
    reached: Texts


def edge_table(package: Package, care: Marker) -> dict[str, object]:
    """`[package.dependencies]` of a package; `care` is the project's interpreters.

    An edge that holds only where the package is not installed Poetry leaves out.
    """
    said = package.tool.get("poetry")
    there = reduce(or_, (ANY if marker.names() else marker for marker in package.when.values()), EMPTY)
    return _by_name(said.get("dependencies")) if said else dependencies(package, care & there)


def entry(placed: Placed, edges: Mapping[str, object], around: Around) -> dict[str, object]:
    """The entry of a package with these edges. Raises StopError for a file without a name."""
    package = placed.package
    said = package.tool.get("poetry", {})
    made: dict[str, object] = {
        "name": said.get("name", package.name),
        "version": package.id.version or NO_VERSION,
        "description": package.summary or "",
        "optional": said.get("optional", placed.optional) if "groups" in said else placed.optional,
        "python-versions": said.get("python-versions") or python_versions(package, around.care),
        **_placement(placed, said, around),
        "files": files(package),
    }
    if isinstance(package.id.source, Vcs | Directory):
        made["develop"] = said.get("develop", isinstance(package.id.source, Directory) and package.id.source.editable)
    made["dependencies"] = edges
    made["extras"] = _sorted(said.get("extras")) if said else extras(package)
    made["source"] = source(package.id.source, around.indexes)
    return made


def _by_name(table: object) -> dict[str, object]:
    """What the source's lock said, in Poetry's order: by normalized name."""
    rows = table.items() if isinstance(table, Mapping) else ()
    return {name: _in_order(value) for name, value in sorted(rows, key=lambda row: canonicalize_name(row[0]))}


def _sorted(table: object) -> dict[str, object]:
    return dict(sorted(table.items())) if isinstance(table, Mapping) else {}


def _in_order(constraint: object) -> object:
    """A constraint with its keys as Poetry orders them."""
    if isinstance(constraint, list):
        return [_in_order(each) for each in constraint]
    if not isinstance(constraint, Mapping):
        return constraint
    known = {key: constraint[key] for key in _CONSTRAINT_KEYS if key in constraint}
    return known | {key: value for key, value in sorted(constraint.items()) if key not in known}


def order(made: Mapping[str, object]) -> tuple[object, ...]:
    """Poetry's order of entries: name, version as a version, then where it comes from."""
    keys = ("type", "url", "subdirectory", "reference", "resolved_reference")
    table = made.get("source")
    place = table if isinstance(table, Mapping) else {}
    try:
        version = Version(str(made["version"]))
    except InvalidVersion:
        version = Version(NO_VERSION)
    return made["name"], version, *(place.get(key) or "" for key in keys)


def _placement(placed: Placed, said: Mapping[str, object], around: Around) -> dict[str, object]:
    """`groups` and `markers`; in the words of Poetry's own lock where they mean the same."""
    groups = sorted(placed.groups, key=lambda group: (group != MAIN_GROUP, group))
    spelled = _spelled(said.get("groups"), groups)
    remembered = said.get("markers", "") if "groups" in said else None
    proposed = {g: around.reached.get((placed.package.name, g)) for g in groups}
    texts = {spelled[g]: _text(placed.groups[g], (_of(remembered, spelled[g]), proposed[g]), around) for g in groups}
    several = {group: text for group, text in texts.items() if text}
    shared = texts[spelled[groups[0]]]
    if len(set(texts.values())) > 1 or (several and several == remembered):
        return {"groups": list(texts), "markers": several}
    return {"groups": list(texts), **({"markers": shared} if shared else {})}


def _spelled(written: object, groups: list[str]) -> dict[str, str]:
    """The groups' names as Poetry's own lock has them."""
    known = {canonicalize_name(str(each)): str(each) for each in written} if isinstance(written, list) else {}
    return {group: known.get(canonicalize_name(group), group) for group in groups}


def _of(remembered: object, group: str) -> object:
    return remembered.get(group, "") if isinstance(remembered, Mapping) else remembered


def _text(marker: Marker, spelled: Iterable[object], around: Around) -> str:
    """The marker's text: the first way to spell it that is the same condition in the project's interpreters."""
    for text in spelled:
        if (
            isinstance(text, str)
            and (text or marker.is_any())
            and markers.parse(text) & around.care == marker & around.care
        ):
            return text
    return narrowed(respelled(marker.text(DOUBLE)), around.pythons)


def files(package: Package) -> list[object]:
    """`files` of an entry: one row for each hash of a file, by file name; nothing for a repository or folder."""
    if isinstance(package.id.source, Vcs | Directory):
        return []
    rows = {(_filename(package, artifact.filename), each) for artifact in package.artifacts for each in artifact.hashes}
    if not rows and isinstance(package.id.source, Registry):
        raise _nameless(package)
    return [{"file": file, "hash": each} for file, each in sorted(rows)]


def _filename(package: Package, known: str | None) -> str:
    if known:
        return known
    if isinstance(package.id.source, Archive):
        place = package.id.source.url or package.id.source.path or ""
        return PurePosixPath(place.partition("#")[0].partition("?")[0]).name
    raise _nameless(package)


def _nameless(package: Package) -> StopError:
    return StopError(
        f"expected the files of {package.name} {package.id.version or ''} by name and hash, found none",
        file="poetry.lock", remedy="run once online",
    )  # fmt: skip


def source(origin: Source, indexes: IndexNames) -> dict[str, object]:
    """`[package.source]`; empty for the public index."""
    match origin:
        case Registry(index):
            name = indexes.of(index)
            return {"type": "legacy", "url": without_credentials(index).rstrip("/"), "reference": name} if name else {}
        case Vcs() as vcs:
            asked = git_reference(vcs)
            made: dict[str, object] = {"type": vcs.type, "url": vcs.url, "reference": asked}
            made["resolved_reference"] = vcs.commit
            return made | ({"subdirectory": vcs.subdirectory} if vcs.subdirectory else {})
        case Archive() as archive:
            made = {"type": "url", "url": archive.url} if archive.url else {"type": "file", "url": archive.path}
            return made | ({"subdirectory": archive.subdirectory} if archive.subdirectory else {})
        case Directory() as folder:
            return {"type": "directory", "url": folder_path(folder)}
