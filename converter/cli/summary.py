"""A summary in Markdown, for a commit message or a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from converter.cli import text
from converter.cli.counts import counts_of
from converter.cli.outcome import Outcome
from converter.cli.talk import action
from converter.losses import Level, Loss

_HEADINGS = {
    Level.STOP: "What stopped it",
    Level.LOSS: "What was weakened or left behind",
    Level.NOTE: "What is said in another form",
}


def summary(outcome: Outcome) -> str:
    """The whole text."""
    return "\n".join(_lines(outcome)) + "\n"


def _lines(outcome: Outcome) -> Iterator[str]:
    source = outcome.source.title if outcome.source else outcome.asked.source
    yield f"## {source} to {outcome.target.title}"
    yield ""
    yield _sentence(outcome)
    if outcome.edits:
        yield from ("", *(f"- {action(edit)} {_code(str(edit.path))}" for edit in outcome.edits))
    for level, heading in _HEADINGS.items():
        if losses := [loss for loss in outcome.losses if loss.level is level]:
            yield from ("", f"### {heading}", "", *_rows(losses))


def _sentence(outcome: Outcome) -> str:
    if outcome.error is not None:
        return f"Stopped: {_plain(str(outcome.error))}."
    if outcome.code:
        return "Stopped; nothing was written."
    counts = counts_of(outcome)
    if counts is None:
        return "Only the manifest was converted; there is no new lock." if outcome.edits else "Nothing to do."
    adopted = f" {counts.hashes_adopted} hashes were adopted from the index." if counts.hashes_adopted else ""
    return (
        f"{counts.packages_after} of {counts.packages_before} packages, each at its locked version; "
        f"{counts.hashes_carried} of {counts.hashes_before} hashes carried.{adopted}"
    )


def _rows(losses: Iterable[Loss]) -> Iterator[str]:
    yield "| code | where | what |"
    yield "|---|---|---|"
    yield from (f"| {_code(loss.kind.code)} | {_plain(loss.where)} | {_plain(loss.detail)} |" for loss in losses)


def _code(name: str) -> str:
    return f"`{text.clean(name).replace('`', '').replace('|', '')}`"


def _plain(said: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$])", r"\\\1", " ".join(text.clean(said).split()))
