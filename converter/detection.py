"""Whose files a tree holds, and what they say of the project where that can be read at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from converter.errors import ConvertError, InputError, StopError
from converter.formats import FORMATS
from converter.losses import Kind, Loss, Lossy

if TYPE_CHECKING:
    from converter.format import Format
    from converter.model import Project
    from converter.tree import Tree


def known_by(tree: Tree, form: Format, name: str) -> Lossy[Project | None]:
    """The project as the files of a manager say it, where they are there and can be read."""
    if form not in present(tree):
        return Lossy(None)
    try:
        return Lossy(form.parse(tree, name).value)
    except ConvertError as why:
        where = ": ".join(part for part in (why.file, why.place) if part) or form.manifest
        return Lossy(None, (Loss(kind=Kind.PROJECT_UNREAD, where=where, detail=why.message),))


def detect(tree: Tree) -> Format:
    """The one format whose files the tree holds. Raises InputError for none, StopError for several, naming them."""
    found = present(tree)
    if not found:
        known = ", ".join(dict.fromkeys(form.manifest for form in FORMATS.values()))
        raise InputError(f"expected the files of one package manager ({known}), found none", remedy="say which folder")
    if len(found) > 1:
        names = " and ".join(f"{form.title} ({form.lock if form.lock in tree else form.manifest})" for form in found)
        raise StopError(f"expected one package manager, found {names}", remedy="name the source instead of auto")
    return found[0]


def present(tree: Tree) -> list[Format]:
    """The formats of which the tree holds the surest trace."""
    traces = {name: form.detect(tree) for name, form in FORMATS.items()}
    surest = max(traces.values())
    return [FORMATS[name] for name, trace in traces.items() if trace and trace is surest]
