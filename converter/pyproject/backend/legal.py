"""License files for a backend that takes only those that are named: uv_build. The others look for them by name.

Specification: PEP 639, which wants an SPDX expression where `license-files` stands, and then no classifier.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from converter.pyproject.backend.layout import Values, table, texts
from converter.pyproject.fields import license_value
from converter.tree import Tree

_NAMES = ("LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*")
_CLASSIFIER = "License ::"


def licensed(document: Values, tree: Tree) -> dict[str, object]:
    """The fields of `[project]` that name the license files which other backends find; empty where there is none.

    A `license` that is no SPDX expression stays a table.
    """
    project = table(document, "project")
    found = [each for each in _NAMES if any(fnmatchcase(str(path), each) for path in tree.paths())]
    if not found or "license-files" in project:
        return {}
    made: dict[str, object] = {"license-files": found}
    stated = project.get("license")
    text = str(stated.get("text", "")) if isinstance(stated, dict) else stated
    if isinstance(text, str):
        made["license"] = license_value(text)
    classifiers = texts(project.get("classifiers")) or texts(table(document, "tool", "poetry").get("classifiers"))
    kept = [each for each in classifiers if not each.startswith(_CLASSIFIER)]
    return made | ({"classifiers": kept} if len(kept) < len(classifiers) else {})
