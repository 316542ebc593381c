"""The parts of a uv.lock that are kept as they are written, looked through for keys that nobody knows.

Source: the `*Wire` types in `uv-resolver/src/lock/mod.rs` and `uv-distribution-types/src/requirement.rs`.
"""

from __future__ import annotations

from collections.abc import Iterable

from converter.table import Table

_REQUIREMENT = (
    *("name", "extras", "groups", "marker", "specifier", "index", "conflict"),
    *("git", "url", "subdirectory", "path", "directory", "editable", "virtual"),
)
_OPTIONS = ("resolution-mode", "prerelease-mode", "fork-strategy", "exclude-newer", "exclude-newer-span")
_BY_PACKAGE = ("prerelease-package", "exclude-newer-package")
_LISTS = ("requirements", "constraints", "overrides", "build-constraints")
_STATIC = ("name", "version", "requires-dist", "requires-python", "provides-extras")


def look_through(document: Table) -> None:
    """Count as read what is known of the top-level parts. Raises InputError for a part of the wrong type."""
    options = document.table("options")
    options.skip(*_OPTIONS, *_BY_PACKAGE)
    manifest = document.table("manifest")
    manifest.skip("members", "excludes", "dependency-metadata")
    for key in _LISTS:
        _requirements(manifest, key)
    groups = manifest.table("dependency-groups")
    for name in groups.keys():  # noqa: SIM118  # a Table is no mapping
        _requirements(groups, name)
    for table in manifest.tables("dependency-metadata"):
        table.skip(*_STATIC)
    for items in _nested(document, "conflicts"):
        items.skip("package", "extra", "group")


def look_through_metadata(package: Table) -> None:
    """Count as read what is known of what a package repeats of its requirements."""
    metadata = package.table("metadata")
    metadata.skip("provides-extras", "provides-extra")
    _requirements(metadata, "requires-dist")
    for key in ("requires-dev", "dependency-groups"):
        groups = metadata.table(key)
        for name in groups.keys():  # noqa: SIM118  # a Table is no mapping
            _requirements(groups, name)


def _requirements(table: Table, key: str) -> None:
    for each in table.tables(key):
        each.string("name")
        for extras in ("extras", "extra"):  # the older spelling, of revision 0
            each.strings(extras)
        each.skip(*_REQUIREMENT)


def _nested(document: Table, key: str) -> Iterable[Table]:
    found = document.take(key)
    for number, items in enumerate(found if isinstance(found, list) else ()):
        if not isinstance(items, list):
            raise document.error(f"{key}[{number}]", "expected a list")
        yield from (document.child(item, f"{document.at(key)}[{number}][{n}]") for n, item in enumerate(items))
