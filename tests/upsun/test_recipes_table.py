"""The table of managers agrees with the formats where it says what they say too."""

from __future__ import annotations

import pytest
from packaging.version import Version

from converter.formats import FORMATS
from converter.upsun import MANAGERS


def test_every_format_has_a_line() -> None:
    assert FORMATS.keys() <= MANAGERS.keys()


@pytest.mark.parametrize("name", FORMATS)
def test_locks_and_floors_are_the_formats(name: str) -> None:
    form, manager = FORMATS[name], MANAGERS[name]
    assert manager.lock == form.lock
    assert Version(manager.floor) >= Version(form.reads.split()[-1])  # of pylock.toml, the pip that installs groups too
    assert Version(manager.tested) >= Version(manager.floor)
