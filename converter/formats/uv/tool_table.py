"""`[tool.uv]` written into the text of a pyproject.toml, key by key; what says the same already stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from converter import toml
from converter.formats.uv import layout
from converter.pyproject.edit import read_document
from converter.pyproject.sections import Section, has, insert, join, put, remove, split

UV = ("tool", "uv")


def put_settings(
    text: str, settings: Mapping[str, object], sources: Mapping[str, object], indexes: Sequence[Mapping[str, object]]
) -> str:
    """The text with these keys of `[tool.uv]`, with `[tool.uv.sources]` and `[[tool.uv.index]]` where they differ."""
    old = tool_uv(text)
    sections: tuple[Section, ...] = split(text)
    changed = {key: value for key, value in settings.items() if old.get(key) != value}
    if changed:
        sections = _put(sections, UV, changed)
    if sources and old.get("sources") != sources:
        sections = _put(remove(sections, (*UV, "sources")), (*UV, "sources"), sources)
    if indexes and _in_order(old.get("index")) != _in_order(indexes):
        sections = remove(sections, (*UV, "index"))
        for row in indexes:
            sections = insert(sections, _block("[[tool.uv.index]]", row), UV, ("dependency-groups",), ("project",))
    return join(sections)


def put_members(text: str, folders: Sequence[str]) -> str:
    """The text with a workspace of these folders, where it has none."""
    if not folders or "workspace" in tool_uv(text):
        return text
    return join(_put(split(text), (*UV, "workspace"), {"members": list(folders)}))


def _in_order(rows: object) -> list[Mapping[str, object]]:
    """The rows of indexes as uv asks them: the default last; those that it asks only by name behind."""
    several = rows if isinstance(rows, list | tuple) else ()
    known: list[Mapping[str, object]] = [row for row in several if isinstance(row, Mapping)]
    return sorted(known, key=lambda row: (bool(row.get("explicit")), bool(row.get("default"))))


def tool_uv(text: str) -> Mapping[str, object]:
    """`[tool.uv]` of a pyproject.toml as plain values."""
    tool = read_document(text).get("tool")
    uv = tool.get("uv") if isinstance(tool, Mapping) else None
    return uv if isinstance(uv, Mapping) else {}


def _put(sections: Sequence[Section], table: tuple[str, ...], rows: Mapping[str, object]) -> tuple[Section, ...]:
    made = tuple(sections)
    if not any(section.name == table and section.head for section in made):
        return insert(made, _block(f"[{toml.dotted(*table)}]", rows), UV, ("dependency-groups",), ("project",))
    for key, value in rows.items():
        made = put(made, table, key, written(value))
    return made


def _block(header: str, rows: Mapping[str, object]) -> str:
    return "".join([f"{header}\n", *(f"{toml.key(key)} = {written(value)}\n" for key, value in rows.items())])


def written(value: object) -> str:
    """A value as a person writes it: lists of several tables or long lists one item a line."""
    if isinstance(value, list) and any(isinstance(item, (Mapping, list)) for item in value):
        return _lines(map(layout.value, value))
    if isinstance(value, list) and len(layout.value(value)) > 80:  # noqa: PLR2004  # a line that is read at one glance
        return _lines(map(layout.value, value))
    return layout.value(value)


def _lines(items: Iterable[str]) -> str:
    return "\n".join(["[", *(f"    {item}," for item in items), "]"])


def without(text: str, keep: Iterable[str]) -> str:
    """The text without `[tool.uv]`, but for these keys of it."""
    old = tool_uv(text)
    gone = [(*UV, key) for key in old if key not in keep]
    sections = split(text)
    if not has(sections, UV):
        return text
    return join(remove(sections, *(gone if any(key in old for key in keep) else [UV])))
