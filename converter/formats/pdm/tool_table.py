"""`[tool.pdm]` written into the text of a pyproject.toml; what says the same already stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from converter import toml
from converter.comments import array_text
from converter.formats.pdm.settings import BACKEND
from converter.pyproject.edit import Item, Items, read_document
from converter.pyproject.sections import Path, Section, insert, join, put, remove, split

PDM: Path = ("tool", "pdm")
_BEFORE: tuple[Path, ...] = (PDM, ("dependency-groups",), ("project",), ("build-system",))


def tool_pdm(text: str) -> Mapping[str, object]:
    """`[tool.pdm]` of a manifest, empty where there is none. Raises InputError for what is no TOML."""
    tool = read_document(text).get("tool")
    found = tool.get("pdm") if isinstance(tool, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def put_tool(text: str, wanted: Mapping[str, object]) -> str:
    """The text with these keys of `[tool.pdm]`; `None` for what shall not be there. Lists of `Item` have comments."""
    old = tool_pdm(text)
    changed = {key: value for key, value in wanted.items() if old.get(key) != _plain(value)}
    tables = [key for key, value in changed.items() if not isinstance(value, bool)]
    sections = remove(split(text), *((*PDM, key) for key in tables))
    for key, value in changed.items():
        if isinstance(value, bool):
            sections = _flag(sections, key, value=value)
    for key in tables:
        for block in _blocks((*PDM, key), changed[key]):
            sections = insert(sections, block, *_BEFORE)
    return join(sections)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Item):
        return value.value
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _flag(sections: Sequence[Section], key: str, *, value: bool) -> tuple[Section, ...]:
    if not any(section.name == PDM and section.head for section in sections):
        sections = insert(sections, "[tool.pdm]\n", *_BEFORE[1:])
    return put(sections, PDM, key, toml.value(value))


def _blocks(path: Path, value: object) -> Iterator[str]:
    """The tables that say a value: one for each source, one for what has plain entries, and those below it."""
    if isinstance(value, list | tuple):
        yield from (_block(f"[[{toml.dotted(*path)}]]", row) for row in value if isinstance(row, Mapping))
    elif isinstance(value, Mapping):
        plain = {key: inner for key, inner in value.items() if not isinstance(inner, Mapping)}
        if plain:
            yield _block(f"[{toml.dotted(*path)}]", plain)
        for key, inner in value.items():
            if isinstance(inner, Mapping):
                yield from _blocks((*path, key), inner)


def _block(header: str, rows: Mapping[str, object]) -> str:
    return "".join([f"{header}\n", *(f"{toml.key(key)} = {_text(value)}\n" for key, value in rows.items())])


def _text(value: object) -> str:
    if isinstance(value, tuple) and all(isinstance(each, Item) for each in value):
        return _array(value)
    return toml.value(value)


def _array(items: Items) -> str:
    return array_text([(toml.value(item.value), item.comments) for item in items])


def without(text: str) -> str:
    """The text without `[tool.pdm]`, but for what the build backend pdm-backend reads, where that is the backend."""
    old, kept = tool_pdm(text), BACKEND if _backend(text).startswith("pdm.") else ()
    if not any(key in kept for key in old):
        return join(remove(split(text), PDM))
    return join(remove(split(text), *((*PDM, key) for key in old if key not in kept)))


def _backend(text: str) -> str:
    table = read_document(text).get("build-system")
    return str(table.get("build-backend", "")) if isinstance(table, Mapping) else ""
