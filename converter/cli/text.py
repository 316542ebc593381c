"""Text for people: cleaned of what could steer a terminal or tell a secret, and coloured where that was asked for."""

from __future__ import annotations

import re

from converter.errors import masked
from converter.losses import Level

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_BOLD, _RED, _GREEN, _YELLOW, _CYAN = "1", "31", "32", "33", "36"
_LEVELS = {Level.STOP: f"{_BOLD};{_RED}", Level.LOSS: _YELLOW, Level.NOTE: _CYAN}
_MARKS = (("+++", _BOLD), ("---", _BOLD), ("diff ", _BOLD), ("@@", _CYAN), ("+", _GREEN), ("-", _RED))


def clean(text: str) -> str:
    """`text` with the credentials of URLs masked and control characters shown as escapes."""
    return _UNSEEN.sub(lambda match: ascii(match[0])[1:-1], masked(text))


def level_name(level: Level, *, color: bool) -> str:
    """`STOP`, `LOSS` or `NOTE`."""
    return _styled(level.name, _LEVELS[level], color=color)


def mark(word: str, level: Level, *, color: bool) -> str:
    """A word in the colour of a level."""
    return _styled(word, _LEVELS[level], color=color)


def error(sentence: str, *, color: bool) -> str:
    """The one line that says what ended the run."""
    return f"pm-convert: {_styled('error', f'{_BOLD};{_RED}', color=color)}: {clean(sentence)}\n"


def strong(text: str, *, color: bool) -> str:
    """What the eye should find first."""
    return _styled(text, _BOLD, color=color)


def diff(text: str, *, color: bool) -> str:
    """A unified diff, its lines coloured by their marks."""
    return "".join(map(_diff_line, text.splitlines(keepends=True))) if color else text


def _diff_line(line: str) -> str:
    style = next((style for mark, style in _MARKS if line.startswith(mark)), "")
    content = line.rstrip("\n")
    return _styled(content, style, color=bool(style)) + line[len(content) :]


def _styled(text: str, style: str, *, color: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if color and text else text
