"""Tables whose keys are a person's own words, so that no key in them is unknown.

For each format a pattern over `file: the.way.to.the.table`, numbers left out. Of a format that is not named here every
table counts.
"""

from __future__ import annotations

import re

from tests.formats.pdm.law import FREE as _PDM

_POETRY = (
    # what other tools keep in the same file stays there
    r"pyproject\.toml: (?!tool\.poetry|project|dependency-groups).*",
    r"pyproject\.toml: project\.(optional-dependencies|scripts|gui-scripts|urls|entry-points.*)",
    r"pyproject\.toml: dependency-groups",
    r"pyproject\.toml: tool\.poetry\.((dev-)?dependencies|group|group\.[^.]+\.dependencies)",
    r"pyproject\.toml: tool\.poetry\.(extras|scripts|urls|plugins.*|requires-plugins|build-constraints.*)",
    r"poetry\.lock: (extras|package\.(dependencies|extras|markers))",
)
FREE = {
    "pdm": _PDM,
    # a section's keys are packages, and a section of another name is a category; a script's keys are its names
    "pipenv": r"Pipfile: (?!source|requires|pipenv)[^.]+|Pipfile\.lock: (?!_meta)[^.]+",
    "poetry": "|".join(_POETRY),
}


def is_free(form: str, file: str, way: tuple[str | int, ...]) -> bool:
    """Whether a person chooses the keys of this table."""
    place = ".".join(step for step in way if isinstance(step, str))
    return re.fullmatch(FREE.get(form, "(?!)"), f"{file}: {place}") is not None
