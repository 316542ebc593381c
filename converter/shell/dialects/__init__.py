"""The managers' tables. Adding a manager is one table and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from converter.shell.dialect import Dialect
from converter.shell.dialects.pdm import PDM
from converter.shell.dialects.pip import PIP, PYLOCK
from converter.shell.dialects.pipenv import PIPENV
from converter.shell.dialects.poetry import POETRY
from converter.shell.dialects.uv import UV

DIALECTS: Mapping[str, Dialect] = {table.name: table for table in (PIP, PIPENV, POETRY, UV, PDM, PYLOCK)}
