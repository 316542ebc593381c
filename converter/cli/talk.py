"""What a conversion says on stderr: the losses by level, what changed, how to check it and how to take it back."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from converter.cli import text
from converter.cli.counts import Counts, counts_of
from converter.cli.outcome import Outcome
from converter.losses import Kind, Level, Loss
from converter.tree import Edit

_SHOWN = 3  # of the losses of one kind, where there are more than one more
_NAMED = 5  # of the packages of those that are not shown


def told(outcome: Outcome, *, color: bool) -> str:
    """The whole talk."""
    if outcome.error is not None:
        return text.error(str(outcome.error), color=color)
    quiet = outcome.asked.quiet
    losses = (outcome.stops or outcome.refused) if quiet else outcome.losses
    lines = [*losses_told(losses, color=color), *_ending(outcome, color=color)]
    return "".join(f"{line}\n" for line in lines)


def action(edit: Edit) -> str:
    """What happens to a file, in one word."""
    if edit.before is None:
        return "create"
    return "delete" if edit.after is None else "change"


# the losses


def losses_told(losses: Iterable[Loss], *, color: bool) -> Iterator[str]:
    """The lines that tell of losses, the worst first."""
    found = list(losses)
    for level in (Level.STOP, Level.LOSS, Level.NOTE):
        for kind in dict.fromkeys(loss.kind for loss in found if loss.level is level):
            yield from _kind(kind, [loss for loss in found if loss.kind is kind], color=color)


def _kind(kind: Kind, losses: list[Loss], *, color: bool) -> Iterator[str]:
    """The lines of one kind: each loss, or the first ones and how many there are more; a STOP with its remedy."""
    head = f"{text.level_name(kind.level, color=color)} {kind.code}"
    shown = losses if len(losses) <= _SHOWN + 1 else losses[:_SHOWN]
    yield from (f"{head}: {text.clean(loss.where)}: {text.clean(loss.detail)}" for loss in shown)
    if rest := losses[len(shown) :]:
        yield f"{head}: and {len(rest)} more{text.clean(_names(rest))} (--json has all)"
    if kind.level is Level.STOP:
        yield f"  {kind.sentence} {kind.remedy}"


def _names(losses: Iterable[Loss]) -> str:
    names = sorted({name for loss in losses for name in loss.packages})
    return ": " + ", ".join([*names[:_NAMED], *(["..."] if len(names) > _NAMED else [])]) if names else ""


# how it ended


def _ending(outcome: Outcome, *, color: bool) -> Iterator[str]:
    if outcome.stops:
        yield text.strong("Stopped: nothing was written.", color=color)
    elif outcome.refused:
        codes = " ".join(f"--allow {code}" for code in dict.fromkeys(loss.kind.code for loss in outcome.refused))
        yield text.strong("Stopped by --strict: nothing was written.", color=color)
        yield f"To accept these losses: {codes}"
    elif outcome.differing:
        yield text.strong(f"Differs from what {_source(outcome)} says: {_listed(outcome)}.", color=color)
    elif not outcome.asked.quiet:
        yield from _done(outcome, color=color)


def _listed(outcome: Outcome) -> str:
    return text.clean(", ".join(outcome.differing))


def _done(outcome: Outcome, *, color: bool) -> Iterator[str]:
    if any(loss.level is Level.LOSS for loss in outcome.losses):
        yield "What to do about a loss: pm-convert explain CODE"
    if not outcome.edits:
        same = f"Nothing differs from what {_source(outcome)} says."
        yield text.strong(same if outcome.asked.check else "Nothing to do: nothing would change.", color=color)
        return
    yield text.strong(f"{_way(outcome)}{_counted(counts_of(outcome))}", color=color)
    yield from (f"  {action(edit)}  {text.clean(str(edit.path))}" for edit in outcome.edits)
    yield from _next(outcome)


def _way(outcome: Outcome) -> str:
    return f"{_source(outcome)} -> {outcome.target.title}"


def _source(outcome: Outcome) -> str:
    return outcome.source.title if outcome.source else outcome.asked.source


def _counted(counts: Counts | None) -> str:
    if counts is None:
        return ""
    carried = f"{_of(counts.hashes_carried, counts.hashes_before, 'hash', 'hashes')} carried"
    hashes = carried if counts.hashes_before else "no hashes"
    adopted = f", {counts.hashes_adopted} adopted from the index" if counts.hashes_adopted else ""
    packages = _of(counts.packages_after, counts.packages_before, "package", "packages")
    return f": {packages}, {hashes}{adopted}"


def _of(part: int, whole: int, one: str, many: str) -> str:
    return f"{'' if part == whole else f'{part} of '}{whole} {one if whole == 1 else many}"


def _next(outcome: Outcome) -> Iterator[str]:
    asked, folder = outcome.asked, outcome.root
    here = "" if folder == Path() else f" {shlex.quote(str(folder))}"
    if asked.patch is not None:
        yield "Nothing was written but the patch."
    elif asked.dry_run:
        yield "Dry run: nothing was written."
    else:
        if any((parent / ".git").exists() for parent in (folder.resolve(), *folder.resolve().parents)):
            yield f"To check: git{' -C' + here if here else ''} diff"
        yield f"To undo: pm-convert undo{here}"
        yield from _deployment(outcome)


def _deployment(outcome: Outcome) -> Iterator[str]:
    """What shows after the deployment that the app builds, has its packages, and answers."""
    paths = {edit.path.as_posix() for edit in outcome.edits}
    tool = "upsun" if any(path.startswith(".upsun/") for path in paths) else "platform"
    if tool == "upsun" or any(path.endswith(".platform.app.yaml") or ".platform/" in path for path in paths):
        yield "After the deployment, to see that all is well:"
        yield f"  {tool} activity:log"
        yield f"  {tool} ssh 'command -v python && python -m site'"
        yield f"  {tool} environment:url --primary --pipe | xargs curl -sSI"
