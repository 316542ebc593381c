"""What each format's own tests tell the laws about it: `tests/formats/<format>/law.py`, found by the format's name.

`FREE` is a pattern over `file: the.way.to.the.table`, numbers left out: tables whose keys are a person's own words, so
that no key in them is unknown. `POWERS` is what the format can say. Of a format without such a module every table
counts, and it can say what each can.
"""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec

from tests.strategies import PLAIN, Powers


def is_free(form: str, file: str, way: tuple[str | int, ...]) -> bool:
    """Whether a person chooses the keys of this table."""
    place = ".".join(step for step in way if isinstance(step, str))
    free = _said(form, "FREE", "(?!)")
    assert isinstance(free, str)
    return re.fullmatch(free, f"{file}: {place}") is not None


def powers(form: str) -> Powers:
    """What a format can say."""
    said = _said(form, "POWERS", PLAIN)
    assert isinstance(said, Powers)
    return said


def _said(form: str, name: str, otherwise: object) -> object:
    module = f"tests.formats.{form}.law"
    return getattr(import_module(module), name) if find_spec(module) else otherwise
