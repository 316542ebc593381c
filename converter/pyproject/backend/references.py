"""Direct references in `[project]` for hatchling, which refuses to build with any unless it is told to take them.

Specification: https://hatch.pypa.io/latest/config/metadata/#allowing-direct-references.
"""

from __future__ import annotations

from collections.abc import Mapping

from converter.losses import Kind, Loss, Lossy
from converter.pyproject.backend.hatchling import MODULES
from converter.pyproject.backend.layout import table
from converter.pyproject.edit import read_document
from converter.pyproject.requirement import forgiving, parse_requirement
from converter.pyproject.sections import insert, join, put, split
from converter.tree import Tree

_MANIFEST = "pyproject.toml"
_METADATA = ("tool", "hatch", "metadata")
_KEY = "allow-direct-references"


def admitted(tree: Tree) -> Lossy[Tree]:
    """The tree with a manifest that hatchling still builds, where `[project]` got a direct reference.

    Raises InputError for a file that cannot be read.
    """
    text = tree.text(_MANIFEST) or ""
    if " @ " not in text:
        return Lossy(tree)
    document = read_document(text)
    backend = table(document, "build-system").get("build-backend")
    if backend not in MODULES or _KEY in table(document, *_METADATA) or not _has_reference(document):
        return Lossy(tree)
    sections = split(text)
    if any(section.name == _METADATA and section.head for section in sections):
        made = put(sections, _METADATA, _KEY, "true")
    else:
        made = insert(sections, f"[tool.hatch.metadata]\n{_KEY} = true\n", ("tool", "hatch"), ("build-system",))
    told = Loss(kind=Kind.BACKEND_TOLD, where=f"{_MANIFEST}: tool.hatch.metadata", detail=f"{_KEY} = true")
    return Lossy(tree.put(_MANIFEST, join(made)), (told,))


def _has_reference(document: Mapping[str, object]) -> bool:
    project = table(document, "project")
    several = [project.get("dependencies"), *table(project, "optional-dependencies").values()]
    return any(_is_direct(text) for each in several if isinstance(each, list) for text in each if isinstance(text, str))


def _is_direct(text: str) -> bool:
    try:
        return parse_requirement(forgiving(text)).source is not None
    except ValueError:
        return False
