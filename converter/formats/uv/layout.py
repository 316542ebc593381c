"""The text of a uv.lock from its content as plain values, in uv's own layout.

The content has the file's own shape (what a TOML reader makes of it), but for the order of keys, which is uv's
here. Source: `uv-resolver/src/lock/serialize.rs`: which arrays stand on one line, and what an inline table looks
like, is decided there entry by entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from converter import toml

Values = Mapping[str, object]

PLACEHOLDER = "0001-01-01T00:00:00Z"
"""The point in time that uv writes where the setting is a span before now."""

_PLACEHOLDER_NOTE = (
    " # This has no effect and is included for backwards compatibility when using relative exclude-newer values."
)
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')
_MODES = ("resolution-mode", "prerelease-mode", "fork-strategy")
_MANIFEST = ("requirements", "constraints", "overrides", "excludes", "build-constraints")
_METADATA = ("name", "version", "requires-dist", "requires-python", "provides-extras")
_INLINE = (
    *("package", "name", "version", "source", "extras", "extra", "groups", "group", "marker", "specifier", "index"),
    *("conflict", "registry", "git", "url", "path", "subdirectory", "directory", "editable", "virtual", "filename"),
    *("hash", "size", "upload-time", "zstd", "timestamp", "span"),
)
_HEADING = ("name", "version", "source", "default-groups")
_SCALARS = ("version", "revision", "requires-python")
_MARKERS = ("resolution-markers", "supported-markers", "required-markers")


def lock_text(content: Values) -> str:
    """The whole file."""
    lines = [f"{key} = {value(content[key])}" for key in _SCALARS if content.get(key)]
    for key in _MARKERS:
        lines += _tall(key, _list(content, key))
    lines += _conflicts(_list(content, "conflicts"))
    lines += _options(_table(content, "options"))
    lines += _manifest(_table(content, "manifest"))
    for package in _list(content, "package"):
        lines += _package(package)  # type: ignore[arg-type]
    return "\n".join(lines) + "\n"


def _table(content: Values, key: str) -> Values:
    found = content.get(key)
    return found if isinstance(found, Mapping) else {}


def _list(content: Values, key: str) -> Sequence[object]:
    found = content.get(key)
    return found if isinstance(found, Sequence) else ()


@lru_cache(maxsize=1 << 14)
def string(text: str) -> str:
    """A string as uv's TOML writer spells it: basic, or literal where a basic one would need escapes."""
    if not _ESCAPED.search(text):
        return f'"{text}"'
    plain = "'" not in text and not any(c < " " or c == "\x7f" for c in text)
    return f"'{text}'" if plain else toml.string(text)


def value(item: object) -> str:
    """A value on one line; tables have spaces inside their braces."""
    if isinstance(item, str):
        return string(item)
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, Mapping):
        inside = ", ".join(f"{toml.key(k)} = {value(item[k])}" for k in sorted(item, key=_rank))
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(item, Sequence):
        return f"[{', '.join(map(value, item))}]"
    return str(item)


def _rank(key: str) -> int:
    """The place of a key in an inline table; one that is not known comes last."""
    return _INLINE.index(key) if key in _INLINE else len(_INLINE)


def _tall(key: str, items: Sequence[object]) -> list[str]:
    """An array with one item a line, even where there is but one; nothing where there is none."""
    if not items:
        return []
    return [f"{toml.key(key)} = [", *(f"    {value(item)}," for item in items), "]"]


def _wide(key: str, items: Sequence[object]) -> list[str]:
    """An array on one line where it has at most one item."""
    return _tall(key, items) if len(items) > 1 else [f"{toml.key(key)} = {value(items)}"]


def _head(*path: str, several: bool = False) -> list[str]:
    name = toml.dotted(*path)
    return ["", f"[[{name}]]" if several else f"[{name}]"]


def _conflicts(sets: Sequence[object]) -> list[str]:
    if not sets:
        return []
    inside = "], [".join("\n" + "".join(f"    {value(item)},\n" for item in each) for each in sets)  # type: ignore[attr-defined]
    return f"conflicts = [[{inside}]]".split("\n")


def _options(options: Values) -> Iterator[str]:
    if not options:
        return
    yield from _head("options")
    for key in _MODES:
        if key in options:
            yield f"{key} = {value(options[key])}"
    if "exclude-newer" in options:
        note = _PLACEHOLDER_NOTE if options["exclude-newer"] == PLACEHOLDER else ""
        yield f"exclude-newer = {value(options['exclude-newer'])}{note}"
    if "exclude-newer-span" in options:
        yield f"exclude-newer-span = {value(options['exclude-newer-span'])}"
    for key in ("prerelease-package", "exclude-newer-package"):
        if packages := _table(options, key):
            yield from _head("options", key)
            yield from (f"{toml.key(name)} = {value(packages[name])}" for name in packages)


def _manifest(manifest: Values) -> Iterator[str]:
    groups = {name: items for name, items in _table(manifest, "dependency-groups").items() if items}
    if not groups and not any(manifest.get(key) for key in ("members", *_MANIFEST, "dependency-metadata")):
        return
    if groups or any(manifest.get(key) for key in ("members", *_MANIFEST)):
        yield from _head("manifest")
    yield from _tall("members", _list(manifest, "members"))
    for key in _MANIFEST:
        if items := _list(manifest, key):
            yield from _wide(key, items)
    if groups:
        yield from _head("manifest", "dependency-groups")
        for name in sorted(groups):
            yield from _wide(name, _list(groups, name))
    for each in _list(manifest, "dependency-metadata"):
        yield from _head("manifest", "dependency-metadata", several=True)
        yield from (f"{key} = {value(each[key])}" for key in _METADATA if key in each)  # type: ignore[index,operator]


def _package(package: Values) -> Iterator[str]:
    yield from _head("package", several=True)
    yield from (f"{key} = {value(package[key])}" for key in _HEADING if key in package)
    yield from _tall("resolution-markers", _list(package, "resolution-markers"))
    yield from _tall("dependencies", _list(package, "dependencies"))
    if "sdist" in package:
        yield f"sdist = {value(package['sdist'])}"
    yield from _tall("wheels", _list(package, "wheels"))
    for key in ("optional-dependencies", "dev-dependencies"):
        yield from _edges(key, _table(package, key))
    if pythons := _table(package, "group-requires-python"):
        yield from _head("package", "group-requires-python")
        yield from (f"{toml.key(name)} = {value(pythons[name])}" for name in sorted(pythons))
    if "metadata" in package:
        yield from _metadata(_table(package, "metadata"))


def _edges(key: str, groups: Values) -> Iterator[str]:
    if any(groups.values()):
        yield from _head("package", key)
        for name in sorted(groups):
            yield from _tall(name, _list(groups, name))


def _metadata(metadata: Values) -> Iterator[str]:
    yield from _head("package", "metadata")
    if items := _list(metadata, "requires-dist"):
        yield from _wide("requires-dist", items)
    if extras := _list(metadata, "provides-extras"):
        yield f"provides-extras = {value(extras)}"
    if "requires-dev" in metadata:
        yield from _head("package", "metadata", "requires-dev")
        groups = _table(metadata, "requires-dev")
        for name in sorted(groups):
            yield from _wide(name, _list(groups, name))
