"""`.environment`: sourced by dash in the folder of the app, at its start and in SSH sessions.

A manager that installs into `.venv` gets a block that puts it first on PATH, so that crons, sessions and scripts that
nobody can read find the app's Python. What the old manager's installer put on PATH goes.
https://docs.upsun.com/development/variables/set-variables.html#set-variables-via-script
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from converter.upsun.recipes import VENV, Manager

FILE = ".environment"
_ROOT = r"(?:/app|\$HOME|\$\{HOME\}|~|\$PLATFORM_APP_DIR|\$\{PLATFORM_APP_DIR\})"


def venv_block(folder: str) -> str:
    """The lines that put the environment of the project in `folder` (of the app) first on PATH."""
    place = "/".join(filter(None, ["$PLATFORM_APP_DIR", folder, VENV, "bin"]))
    return (
        "# The app's virtual environment, for SSH sessions, crons and scripts.\n"
        f'if [ -d "{place}" ]; then\n'
        f'  export PATH="{place}:$PATH"\n'
        "fi\n"
    )


_GUARDED = """# Updates PATH when Poetry is used, making it available during deploys, start commands, and SSH.
if [ -n "$POETRY_VERSION" ]; then
  export PATH="/app/.local/bin:$PATH"
fi
"""
_UNGUARDED = """# Updates PATH for Poetry, making it available during deploys, start commands, and SSH.
export PATH="/app/.local/bin:$PATH"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the app the project lies ("" in its root), and whether its tool is pinned to a version."""

    folder: str
    pinned: bool


ALIAS = re.compile(r"(?m)^(?P<name>\s*alias\s+[\w-]+=\"|\s*alias\s+[\w-]+=')(?P<body>[^\"'\n]*)(?P<end>[\"'])")
"""An alias between quotes: dash expands it in what is typed, and in hooks that the file is sourced for."""


def without(text: str, source: Manager, target: Manager, place: Place) -> str:
    """The file's text without what the source's recipe and installer put there."""
    bare = _without(text, source, target) if source is not target else text
    return bare if target.venv else _removed(bare, venv_block(place.folder))


def bare_of(text: str, target: Manager, place: Place) -> str:
    """The file's text without the blocks of the target's recipe, which `completed` puts in."""
    for block in reversed(list(_blocks(target, place))):
        text = _removed(text, block)
    return text


def completed(text: str, target: Manager, place: Place) -> str:
    """The file's text with the blocks that the target needs."""
    for block in _blocks(target, place):
        text = text if _has(text, block) else _appended(text, block)
    return text


def _blocks(target: Manager, place: Place) -> Iterator[str]:
    if target.venv:
        yield venv_block(place.folder)
    if target.name == "poetry":
        yield _GUARDED if place.pinned else _UNGUARDED


def _has(text: str, block: str) -> bool:
    """Whether a block, or a line of the same effect, stands there already."""
    if block.rstrip("\n") in text:
        return True
    folder = VENV if VENV in block else ".local"
    return bool(re.search(rf"^\s*(?:export\s+)?PATH=\S*{_ROOT}/(?:\S+/)?{re.escape(folder)}/bin", text, re.MULTILINE))


def _appended(text: str, block: str) -> str:
    """A block at the end; a text without a last newline still has none, so that taking it out is exact."""
    if not text or text.endswith("\n"):
        return text + block
    return f"{text}\n{block.removesuffix(chr(10))}"


def _removed(text: str, block: str) -> str:
    """The text without a block as `_appended` puts it in."""
    bare = block.removesuffix("\n")
    if block in text:
        return text.replace(block, "", 1)
    return "" if text == bare else text.removesuffix(f"\n{bare}")


def _without(text: str, source: Manager, target: Manager) -> str:
    """The text without what the source's installer and recipe put there."""
    for block in (_GUARDED, _UNGUARDED) if source.name == "poetry" else ():
        text = _removed(text, block)
    lines = text.splitlines(keepends=True)
    kept: list[str] = []
    for line in _unguarded(lines, source, target):
        if _is_theirs(line, source, target):
            while kept and kept[-1].lstrip().startswith("#") and source.named.search(kept[-1]):
                kept.pop()
        else:
            kept.append(line)
    return "".join(kept)


def _unguarded(lines: list[str], source: Manager, target: Manager) -> Iterator[str]:
    """The lines with each `if` around nothing but the source's own lines as one line."""
    at = 0
    while at < len(lines):
        end = next((n for n in range(at, min(at + 8, len(lines))) if lines[n].strip() == "fi"), -1)
        opens = re.match(r"\s*if\b.*;\s*then\s*$|\s*if\b", lines[at])
        inner = [line for line in lines[at + 1 : end] if line.strip() not in {"then", ""}] if end > at else []
        if opens and inner and all(_is_theirs(line, source, target) for line in inner):
            yield inner[0]
            at = end + 1
        else:
            yield lines[at]
            at += 1


def _is_theirs(line: str, source: Manager, target: Manager) -> bool:
    """Whether a line only serves the source's tool: its folder on PATH, its version, its installer's script."""
    word = line.strip()
    folders = "|".join(re.escape(path) for path in source.paths if target.name != "poetry")
    if folders and re.fullmatch(
        rf"(?:export\s+)?PATH=[\"']?(?:{_ROOT}/(?:{folders}):\$\{{?PATH\}}?|\$\{{?PATH\}}?:{_ROOT}/(?:{folders}))[\"']?;?",
        word,
    ):
        return True
    names = "|".join((*source.pins, *(source.sets or {})))
    if source.tool and names and re.fullmatch(rf"(?:export\s+)?(?:{names})=\S*", word):
        return True
    scripts = {"poetry": r"\.poetry/env", "uv": r"\.(?:local/bin|cargo)/env"}.get(source.name)
    return bool(scripts and re.fullmatch(rf"(?:\.|source)\s+[\"']?{_ROOT}/{scripts}[\"']?;?", word))
