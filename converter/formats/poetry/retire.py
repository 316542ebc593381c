"""The tree without what belonged to Poetry alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from converter.formats.poetry.backend import is_poetry
from converter.formats.poetry.fields import is_file, kept, moved, said_in_full
from converter.formats.poetry.parse import parse
from converter.formats.poetry.write import manifest_text
from converter.losses import Kind, Loss, Lossy
from converter.pyproject.backend.layout import table
from converter.pyproject.edit import checked, read_document
from converter.pyproject.retire import belonging
from converter.pyproject.sections import Path, join, remove, split
from converter.table import shown
from converter.tree import Tree

LOCK = "poetry.lock"
MANIFEST = "pyproject.toml"
SETTINGS = "poetry.toml"
_BUILD_KEYS = ("packages", "include", "exclude", "build")
"""What poetry-core reads there in any case; `fields` says what else."""


def retire(tree: Tree) -> Lossy[Tree]:
    """The tree without poetry.lock, poetry.toml and `[tool.poetry]`; a manifest that gets empty goes too.

    Where poetry-core builds the project, what it reads stays, in the form of `[project]`. Where nothing is built, the
    requirements go as well. Raises InputError for a manifest that cannot be read.
    """
    text = tree.text(MANIFEST)
    bare = tree.drop(*(path for path in (LOCK, SETTINGS) if path in tree))
    told = tuple(_settings(tree))
    if text is None:
        return Lossy(bare, told)
    told = (*told, *_needless(read_document(text)))
    modern = _modern(tree, text)
    left = checked(join(remove(split(modern.value), *_belonging(read_document(modern.value)))))
    result = bare.put(MANIFEST, left) if left.strip() else bare.drop(MANIFEST)
    return Lossy(result, (*told, *modern.losses))


def _settings(tree: Tree) -> Iterator[Loss]:
    for line in (tree.text(SETTINGS) or "").splitlines():
        if "=" in line and not line.lstrip().startswith("#"):
            yield Loss(kind=Kind.SETTING_NEEDLESS, where=SETTINGS, detail=line.strip())


def _needless(document: Mapping[str, object]) -> Iterator[Loss]:
    """What only Poetry reads, and what poetry-core would read if it built the project."""
    poetry = table(document, "tool", "poetry")
    settings = ("requires-plugins", *(() if is_poetry(document) else _BUILD_KEYS))
    for key in (key for key in settings if key in poetry):
        where, detail = f"{MANIFEST}: tool.poetry.{key}", f"{key} = {shown(poetry[key])}"
        yield Loss(kind=Kind.SETTING_NEEDLESS, where=where, detail=detail)
    for name, wanted in table(poetry, "build-constraints").items():
        detail = f"{name} is built with {shown(wanted)}"
        yield Loss(kind=Kind.CONSTRAINT_LEFT, where=f"{MANIFEST}: tool.poetry.build-constraints", detail=detail)
    for name, value in table(poetry, "scripts").items():
        if is_file(value) and not is_poetry(document):
            where = f"{MANIFEST}: tool.poetry.scripts.{name}"
            yield Loss(kind=Kind.SETTING_LEFT, where=where, detail=f"{name} = {shown(value)}")


def _modern(tree: Tree, text: str) -> Lossy[str]:
    """The manifest with all in `[project]`, where poetry-core builds from the tables of Poetry 1."""
    document = read_document(text)
    if not is_poetry(document) or said_in_full(document):
        return Lossy(text)
    project = replace(parse(tree.drop(LOCK), "").value, lock=None)
    done = manifest_text(project, tree)
    return Lossy(done.value, tuple(loss for loss in done.losses if loss.kind is Kind.BACKEND_RAISED))


def _files(value: object) -> bool:
    """Whether a value is the scripts of Poetry with a file among them."""
    return isinstance(value, Mapping) and any(map(is_file, value.values()))


def _belonging(document: Mapping[str, object]) -> Iterator[Path]:
    """The tables and entries that go."""
    tool = document.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, Mapping) else None
    if isinstance(poetry, Mapping):
        if is_poetry(document):
            stays = (*_BUILD_KEYS, *kept(document))
            yield from (("tool", "poetry", key) for key in poetry if key not in stays and not _files(poetry[key]))
            yield from (("tool", "poetry", *path) for path in moved(document))
        else:
            yield ("tool", "poetry")
    yield from belonging(document)
