"""A Pipfile's text: written anew in a tidy layout, or edited in place so that a person's comments and order stay.

Names are written normalized, because only then do Pipenv before and since 2026.4 compute one hash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from converter import toml
from converter.formats.pipenv.choose import Environment
from converter.formats.pipenv.content import Content
from converter.formats.pipenv.manifest import PIPFILE, Manifest
from converter.formats.pipenv.requirement import KNOWN, entry_value
from converter.losses import Kind, Loss, Lossy
from converter.model import Comments, Index, Requirement

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Item, Key, Table

    Body = list[tuple[Key | None, Item]]

_NOTHING = Comments()


@dataclass(frozen=True, slots=True)
class _Row:
    """One entry to write: key, value as TOML, comments, and whether the entry of that name says it already."""

    key: str
    value: str
    comments: Comments = _NOTHING
    stays: bool = False


def merged(requirements: tuple[Requirement, ...], environment: Environment) -> Requirement:
    """One requirement for a name. Several that differ only in their marker are one; else the environment decides."""
    first, *others = requirements
    if all(replace(r, marker=first.marker) == first for r in others):
        marker = first.marker
        for r in others:
            marker |= r.marker
        return replace(first, marker=marker)
    return next((r for r in requirements if r.marker.evaluate(environment)), first)


def _rows(
    wanted: Content, old: Manifest, category: str, environment: Environment, *, renew: bool = False
) -> tuple[dict[str, _Row], tuple[Loss, ...]]:
    there = {
        _name(found): _plain(found)
        for (where, key), found in old.keys.items()
        if where == category and found and not (renew and _outdated(old, category, key))
    }
    names = wanted.index_names()
    rows: dict[str, _Row] = {}
    losses: list[Loss] = []
    for name, requirements in wanted.categories[category].items():
        stays = there.get(name) == _plain(requirements)
        one = merged(requirements, environment)
        rows[name] = _Row(name, toml.value(entry_value(one, names)), one.comments, stays)
        if not stays:
            losses += _flattened(category, requirements, one)
    return rows, tuple(losses)


def _name(requirements: tuple[Requirement, ...]) -> str:
    return requirements[0].name


def _outdated(old: Manifest, category: str, key: str) -> bool:
    """Whether an entry is written in a way that Pipenv has come to refuse."""
    section = old.data[category]
    value = section[key] if isinstance(section, dict) else None
    if isinstance(value, dict):
        return not value.keys() <= KNOWN or not isinstance(value.get("editable", False), bool)
    return not isinstance(value, str)


def _plain(requirements: tuple[Requirement, ...]) -> frozenset[Requirement]:
    return frozenset(replace(r, prereleases=False) for r in requirements)


def _flattened(category: str, requirements: tuple[Requirement, ...], kept: Requirement) -> Iterator[Loss]:
    left = [r for r in requirements if replace(r, marker=kept.marker) != kept]
    if left:
        told = ", ".join(f"{r.specifier or '*'} ({r.marker})" for r in left)
        detail = f"{kept.name}: kept {kept.specifier or '*'}, left {told}"
        where = f"{PIPFILE}: {category}.{kept.name}"
        yield Loss(kind=Kind.FORK_FLATTENED, where=where, detail=detail, packages=frozenset({kept.name}))


def new_text(wanted: Content, environment: Environment) -> Lossy[str]:
    """A whole new Pipfile."""
    blocks = ["\n".join(wanted.comments) + "\n"] if wanted.comments else []
    blocks += map(_source_text, wanted.indexes)
    losses: list[Loss] = []
    for category in wanted.categories:
        rows, told = _rows(wanted, Manifest(), category, environment)
        blocks.append(_section(category, rows, wanted.headers.get(category, _NOTHING)))
        losses += told
    if wanted.requires:
        blocks.append(_section("requires", _texts(wanted.requires)))
    if wanted.tasks:
        blocks.append(_section("scripts", _texts(wanted.tasks)))
    if wanted.prereleases:
        blocks.append("[pipenv]\nallow_prereleases = true\n")
    return Lossy("\n".join(blocks), tuple(losses))


def _texts(values: Mapping[str, str]) -> dict[str, _Row]:
    return {key: _Row(key, toml.string(value)) for key, value in values.items()}


def _source_text(index: Index) -> str:
    rows = {"name": index.name, "url": index.url, "verify_ssl": index.verify_tls}
    return "[[source]]\n" + "".join(f"{key} = {toml.value(value)}\n" for key, value in rows.items())


def _section(name: str, rows: Mapping[str, _Row], header: Comments = _NOTHING) -> str:
    from converter import comments

    lines = comments.with_comments(f"[{toml.key(name)}]", header)
    return "\n".join(lines) + "\n" + "".join(comments.entry_text(r.key, r.value, r.comments) for r in rows.values())


def edited_text(text: str, old: Manifest, wanted: Content, environment: Environment, *, renew: bool) -> Lossy[str]:
    """The Pipfile `text` (read as `old`) with only that changed which differs.

    `renew` normalizes the names that stay and writes anew what Pipenv of today refuses.
    """
    import tomlkit

    document = tomlkit.parse(text if text.endswith("\n") else f"{text}\n")
    losses: list[Loss] = []
    blocks: list[str] = []
    for category in wanted.categories:
        rows, told = _rows(wanted, old, category, environment, renew=renew)
        losses += told
        blocks += _put(document, category, rows, _Names(_keys(old, category), renew))
    for category in (c for c in old.categories if c not in wanted.categories):
        _drop(document, category)
    blocks += _put_tasks(document, old, wanted)
    blocks += _put_requires(document, old, wanted)
    blocks += _put_prereleases(document, old, wanted)
    head = _put_sources(document, old, wanted, renew=renew)
    result = "\n".join(filter(None, [_headed(tomlkit.dumps(document), head), *blocks]))
    return Lossy(text if result == f"{text}\n" else result, tuple(losses))


@dataclass(frozen=True, slots=True)
class _Names:
    """The row that a table's key stands for (an `egg` names another package), and how a key that stays is written."""

    rows: Mapping[str, str] = field(default_factory=dict)
    normalize: bool = False

    def row(self, key: str) -> str:
        return self.rows.get(key, key)

    def written(self, key: str) -> str:
        name, bracket, rest = key.partition("[")
        return canonicalize_name(name) + bracket + rest if self.normalize else key


def _keys(old: Manifest, category: str) -> dict[str, str]:
    return {key: _name(found) for (where, key), found in old.keys.items() if where == category and found}


def _table(document: TOMLDocument, name: str) -> Table | None:
    from tomlkit.items import Table

    rows = ((key.key, item) for key, item in document.body if key is not None)
    return next((item for key, item in rows if key == name and isinstance(item, Table)), None)


def _put(document: TOMLDocument, name: str, rows: Mapping[str, _Row], names: _Names) -> list[str]:
    """Make a table say these rows; the text of a new table where there is none and one is needed."""
    table = _table(document, name)
    if table is None:
        return [_section(name, rows)] if rows else []
    left = dict(rows)
    result: Body = []
    held: Body = []
    end = 0
    for key, item in table.value.body:
        held.append((key, item))
        if key is None:
            continue
        result += _kept(held, key, left.pop(names.row(key.key), None), names)
        held, end = [], len(result)
    result += held
    for row in left.values():
        added = _parsed(row)
        result[end:end] = added
        end += len(added)
    table.value.body[:] = result
    return []


def _kept(held: Body, key: Key, row: _Row | None, names: _Names) -> Body:
    """An entry with the lines above it: as it is, with another value, or, where it goes, its blank lines alone."""
    from tomlkit.items import SingleKey, Whitespace

    *above, (_, item) = held
    if row is None:
        return [each for each in above if isinstance(each[1], Whitespace)]
    if not row.stays:
        beside = "" if item.is_table() else item.trivia.comment
        return [*above, *_parsed(replace(row, comments=Comments(trailing=beside)))]
    new = names.written(key.key)
    return [*above, (key if new == key.key else SingleKey(new, sep=" = "), item)]


def _parsed(row: _Row) -> Body:
    import tomlkit

    from converter import comments

    return list(tomlkit.parse(comments.entry_text(row.key, row.value, row.comments)).body)


def _drop(document: TOMLDocument, name: str) -> None:
    document.body[:] = [row for row in document.body if row[0] is None or row[0].key != name]


def _put_tasks(document: TOMLDocument, old: Manifest, wanted: Content) -> list[str]:
    texts = _texts(wanted.tasks)
    rows = {name: replace(row, stays=old.tasks.get(name) == wanted.tasks[name]) for name, row in texts.items()}
    return _put(document, "scripts", rows, _Names())


def _put_requires(document: TOMLDocument, old: Manifest, wanted: Content) -> list[str]:
    if old.requires_python == wanted.requires_python or (old.requires_python is None and not wanted.requires):
        return []
    if wanted.requires:
        return _put(document, "requires", _texts(wanted.requires), _Names())
    _drop(document, "requires")
    return []


def _put_prereleases(document: TOMLDocument, old: Manifest, wanted: Content) -> list[str]:
    if old.prereleases == wanted.prereleases:
        return []
    table = _table(document, "pipenv")
    if table is None:
        return ["[pipenv]\nallow_prereleases = true\n"]
    table["allow_prereleases"] = wanted.prereleases
    return []


def _put_sources(document: TOMLDocument, old: Manifest, wanted: Content, *, renew: bool) -> str:
    """The text of the sources where they differ, for the head of the file."""
    written = old.data.get("source")
    tables = [table for table in written if isinstance(table, dict)] if isinstance(written, list) else []
    words = any(isinstance(table.get("verify_ssl"), str) for table in tables)
    if old.indexes == wanted.indexes and not (renew and words):
        return ""
    _drop(document, "source")
    _drop(document, "sources")
    return "\n".join(map(_source_text, wanted.indexes))


def _headed(text: str, head: str) -> str:
    """The text with new sources behind its first comment lines."""
    if not head:
        return text
    lines = text.splitlines(keepends=True)
    top = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    rest = "".join(lines[top:]).lstrip("\n")
    return "".join(lines[:top]) + ("\n" if top else "") + head + ("\n" if rest else "") + rest
