from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.tools.install import NAMES, InstallError, attempt, install, missing, stamp

SAYS_WHY = "import sys; sys.exit('first\\nno route to the registry')"


def made(home: Path, name: str, pins: Path) -> None:
    (home / name).mkdir(parents=True)
    (home / name / "installed").write_text(stamp(pins), encoding="utf-8")


def test_what_is_missing_is_named_until_it_is_installed_as_pinned(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for name in NAMES:
        (tmp_path / f"{name}.txt").write_text(f"{name}==1\n", encoding="utf-8")
    assert missing(home, tmp_path) == NAMES
    for name in NAMES:
        made(home, name, tmp_path / f"{name}.txt")
    assert missing(home, tmp_path) == ()
    (tmp_path / "pdm.txt").write_text("pdm==2\n", encoding="utf-8")
    assert missing(home, tmp_path) == ("pdm",)


def test_what_is_installed_stays_as_it_is(tmp_path: Path) -> None:
    pins = tmp_path / "uv.txt"
    pins.write_text("uv==1\n", encoding="utf-8")
    made(tmp_path / "home", "uv", pins)
    assert install("uv", tmp_path / "home", tmp_path) is False


def test_a_second_way_is_tried_and_the_last_failure_is_told_in_one_sentence() -> None:
    fails, works = (sys.executable, "-c", SAYS_WHY), (sys.executable, "-c", "")
    attempt("pdm", [[fails], [works]])
    with pytest.raises(InstallError, match=r"^pdm could not be installed .*: no route to the registry$"):
        attempt("pdm", [[works, fails], [fails, works]])
