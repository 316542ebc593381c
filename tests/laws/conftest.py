from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from converter.index import Settings
from tests.laws import answers
from tests.laws.worlds import FOLDERS, NAME, sample_form, sample_id, sample_tree


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """How the index may be asked about generated projects."""
    return answers.settings(tmp_path_factory.mktemp("pool"), answers.of_pool())


@pytest.fixture(scope="session")
def asked_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Settings]:
    """How the index may be asked about a sample."""
    made = tmp_path_factory.mktemp("samples")
    known: dict[Path, Settings] = {}

    def of(folder: Path) -> Settings:
        if folder not in known:
            project = sample_form(folder).parse(sample_tree(folder), NAME).value
            known[folder] = answers.settings(made / sample_id(folder), answers.of_project(project))
        return known[folder]

    assert FOLDERS, "there is no sample"
    return of
