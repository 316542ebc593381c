"""`pm-convert explain`: what a loss means and what to do about it."""

from __future__ import annotations

from converter.cli.printed import Printed
from converter.errors import UsageError
from converter.losses import BY_CODE, Kind, Level

_LEVELS = {
    Level.STOP: "cannot be said in the target; nothing is written",
    Level.LOSS: "meaning weakened or left behind; --strict stops at it",
    Level.NOTE: "the same meaning in another form",
}


def explain(code: str | None) -> Printed:
    """One kind of loss, or the list of all."""
    if code is None:
        return Printed(result=_list())
    if code not in BY_CODE:
        raise UsageError(f"there is no loss with the code {code!r}", remedy="`pm-convert explain` lists them")
    return Printed(result=_one(BY_CODE[code]))


def _one(kind: Kind) -> str:
    return f"{kind.code}: {kind.level.name} ({_LEVELS[kind.level]})\n\n{kind.sentence}\nWhat to do: {kind.remedy}\n"


def _list() -> str:
    sections = []
    for level, meaning in _LEVELS.items():
        kinds = sorted((kind for kind in BY_CODE.values() if kind.level is level), key=lambda kind: kind.code)
        rows = "".join(f"  {kind.code:<24}{kind.sentence}\n" for kind in kinds)
        sections.append(f"{level.name}: {meaning}\n{rows}")
    return "\n".join(sections)
