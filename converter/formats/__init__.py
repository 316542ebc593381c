"""The package managers: one line for each format. Adding one is a folder, a line here, and a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from converter.formats.pdm import FORMAT as PDM
from converter.formats.pip import FORMAT as PIP
from converter.formats.pipenv import FORMAT as PIPENV
from converter.formats.poetry import FORMAT as POETRY
from converter.formats.pylock import FORMAT as PYLOCK
from converter.formats.uv import FORMAT as UV

if TYPE_CHECKING:
    from collections.abc import Mapping

    from converter.format import Format

FORMATS: Mapping[str, Format] = {
    "pip": PIP,
    "pipenv": PIPENV,
    "poetry": POETRY,
    "uv": UV,
    "pdm": PDM,
    "pylock": PYLOCK,
}
