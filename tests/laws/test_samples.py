"""The samples are worth something: each format has one that every other format can say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from converter.format import Format
from converter.formats import FORMATS
from converter.index import Settings
from tests.laws.worlds import FOLDERS, each_form, sample_form, sayable


@each_form
def test_some_sample_converts_to_every_format(form: Format, asked_of: Callable[[Path], Settings]) -> None:
    own = [folder for folder in FOLDERS if sample_form(folder) is form]
    assert own, f"no samples/<case>/{form.name}/ with a {form.lock}"
    assert any(all(sayable(folder, target, asked_of(folder)) for target in FORMATS.values()) for folder in own)
