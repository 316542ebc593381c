"""A translation that has to hold what all of them hold: it stays shell, and a second one changes nothing."""

from __future__ import annotations

import shutil
import subprocess

from converter.losses import Lossy
from converter.shell import Setting, translate

SHELLS = tuple(found for name in ("dash", "bash") if (found := shutil.which(name)))


def parses(text: str) -> bool:
    """Whether the shells that are here read the text."""
    done = [subprocess.run([shell, "-n"], input=text.encode(), capture_output=True, check=False) for shell in SHELLS]
    return all(shell.returncode == 0 for shell in done)


def checked(text: str, source: str, target: str, setting: Setting) -> Lossy[str]:
    """The translation."""
    said = translate(text, source, target, setting)
    assert parses(said.value) or not parses(text)
    assert translate(said.value, source, target, setting).value == said.value, "a second run changes nothing"
    return said


def codes(said: Lossy[str]) -> list[str]:
    """The place and code of each loss, without the notes of what was taken out."""
    quiet = ("command-needless", "command-differs", "comment-left")
    return [f"{loss.where}: {loss.kind.code}" for loss in said.losses if loss.kind.code not in quiet]
