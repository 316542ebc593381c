"""What a build hook holds beside the translated commands: the lines that a recipe puts around the install."""

from __future__ import annotations

import re

from converter.shell import Command
from converter.upsun.recipes import MANAGERS, PIP, VENV, Manager
from converter.upsun.scripts import commands
from converter.upsun.usage import bare
from converter.upsun.variables import PIP_VERSION
from converter.upsun.versions import ANY

_WHY = "# pip itself first: what the lock needs is read by newer ones"
_PATH = f'export PATH="$PLATFORM_APP_DIR/{VENV}/bin:$PATH"'


def completed(text: str, target: Manager, version: str, *, path_not_prefix: bool) -> str:
    """The hook with pip at the version that the target needs, and with `.venv/bin` on PATH where that is wanted."""
    own = [command for command in commands(text) if is_install(command, target)]
    if not own:
        return text
    if path_not_prefix and target.venv and _PATH not in text:
        text = _with_line(text, own[-1].end, _PATH, after=True)
    if not target.tool and not _sets_pip(text) and (version != ANY or target.name == "pylock"):
        wanted = "--upgrade pip" if version == ANY else f"pip==${PIP_VERSION}"
        text = _with_line(text, own[0].start, f"python -m pip install {wanted}  {_WHY}", after=False)
    return text


def without_pip(text: str) -> str:
    """The hook without the line that `completed` puts in for pip."""
    return re.sub(rf"(?m)^[ \t]*python -m pip install [^\n]*  {re.escape(_WHY)}\n?", "", text)


def installs(text: str, target: Manager) -> bool:
    """Whether a command of a hook installs from the target's lock."""
    found = commands(text)
    exports = any(bare(command)[:2] in {(target.tool, "export"), (target.tool, "requirements")} for command in found)
    return any(is_install(each, target) or (exports and is_install(each, MANAGERS[PIP])) for each in found)


def is_install(command: Command, target: Manager) -> bool:
    """Whether a command installs by a manager; with pip, from a file or the project itself."""
    words = bare(command)
    words = words[1:] if words[:2] == ("uv", "pip") else words
    if words[:2] not in target.installs:
        return False
    return bool(target.tool) or not _pip_itself(words)


def _pip_itself(words: tuple[str, ...]) -> bool:
    return not any(re.match(r"(-r|--requirement|-e|--editable|\.)", word) for word in words[2:])


def _sets_pip(text: str) -> bool:
    """Whether the hook brings pip to some version already."""
    every = (bare(command) for command in commands(text))
    return any(w[:2] == ("pip", "install") and any(re.match(r"pip($|[=<>~!])", x) for x in w[2:]) for w in every)


def _with_line(text: str, at: int, line: str, *, after: bool) -> str:
    """A line before or after the one that holds `at`, standing in as far."""
    start = text.rfind("\n", 0, at) + 1
    stop = text.find("\n", at)
    end = len(text) if stop < 0 else stop
    indent = re.match(r"[ \t]*", text[start:])
    made = (indent[0] if indent else "") + line
    return f"{text[:end]}\n{made}{text[end:]}" if after else f"{text[:start]}{made}\n{text[start:]}"
