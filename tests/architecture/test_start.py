"""`pm-convert --help` answers at once: a library that takes long to load waits until it is used."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.source import PACKAGE, ROOT

HEAVY = frozenset(["dep_logic", "hishel", "httpcore2", "poetry.core", "rich.markdown", "rtoml", "tomlkit"])


def run(*arguments: str) -> tuple[int, frozenset[str]]:
    """The exit code of a fresh Python, and every module that it loaded."""
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return done.returncode, frozenset(line.rpartition("|")[2].strip() for line in lines)


def test_help_loads_nothing_heavy() -> None:
    code, loaded = run("-m", "converter", "--help")
    assert loaded & HEAVY == set()
    assert code == 0 or not (PACKAGE / "cli" / "__init__.py").exists()


def test_the_commands_load_nothing_heavy() -> None:
    code, loaded = run("-c", "import converter.cli")
    assert loaded & HEAVY == set()
    assert code == 0 or not (PACKAGE / "cli" / "__init__.py").exists()


def test_what_is_loaded_is_seen() -> None:
    code, loaded = run("-c", "import tomlkit, rich.markdown")
    assert code == 0
    assert loaded & HEAVY == {"tomlkit", "rich.markdown"}
