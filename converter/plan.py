"""A plan: what differs between the tree before and after, with the losses on the way; shown, or applied by `disk`.

A difference is found in three steps, because `difflib` alone is quadratic and locks have twenty thousand lines: what
both ends share is set aside, the lines that occur once on each side are paired in order (the patience diff of Bram
Cohen), and only the small gaps between these pairs go to `difflib`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import PurePosixPath

from converter.errors import masked
from converter.losses import Level, Loss
from converter.tree import Edit

_CONTEXT = 3  # lines, as git shows and as `git apply` expects
_GAP = 40_000  # the product of a gap's line counts up to which difflib is fast on any input
_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}  # quote.c of git
_PLAIN = range(32, 127)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

Span = tuple[int, int, int, int]  # lines [0:1] of the one side against lines [2:3] of the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The edits that turn one tree into the other, sorted by path, and what they lose."""

    edits: tuple[Edit, ...]
    losses: tuple[Loss, ...]

    @property
    def stops(self) -> tuple[Loss, ...]:
        """The losses because of which nothing may be written."""
        return tuple(loss for loss in self.losses if loss.level is Level.STOP)


def patch(plan: Plan) -> bytes:
    """The whole plan as one patch for `git apply`, exact to the byte.

    Nothing is left out and nothing masked: a patch that holds a file's credentials is the price of one that applies.
    Bytes that are no UTF-8 stand in it as they are. The format is git's (git-diff(1), "Generating patch text with -p").
    """
    return b"".join(_patch(edit) for edit in plan.edits)


def review(plan: Plan, *, full: bool, locks: Iterable[str]) -> str:
    """The plan as a unified diff for people, with the credentials in URLs masked.

    `locks` are globs of file names (`poetry.lock`, `pylock*.toml`): unless `full`, such a file is one line that counts
    what changes. Control characters are shown as escapes, so a file cannot steer the terminal.
    """
    globs = tuple(locks)
    return "".join(_review(edit, short=not full and _any_matches(edit.path, globs)) for edit in plan.edits)


def _any_matches(path: PurePosixPath, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(path.name, glob) for glob in globs)


def _review(edit: Edit, *, short: bool) -> str:
    if short:
        name = str(edit.path)
        return f"{name if name.isprintable() else ascii(name)}: {_count(edit)} (--full shows it)\n"
    return _shown(masked(_patch(edit).decode(errors="backslashreplace").replace("\r\n", "\n")))


def _shown(text: str) -> str:
    return _UNSEEN.sub(lambda match: ascii(match[0])[1:-1], text)


def _count(edit: Edit) -> str:
    old, new = _lines(edit.before), _lines(edit.after)
    if edit.before is None:
        return f"new file, {_plural(len(new))}"
    if edit.after is None:
        return f"deleted, {_plural(len(old))}"
    spans = changes(old, new)
    return f"{_plural(sum(s[3] - s[2] for s in spans))} added, {sum(s[1] - s[0] for s in spans)} removed"


def _plural(count: int) -> str:
    return f"{count} line" if count == 1 else f"{count} lines"


# the text of a patch


def _patch(edit: Edit) -> bytes:
    old, new = _lines(edit.before), _lines(edit.after)
    hunks = b"".join(_hunk(group, old, new) for group in _groups(changes(old, new)))
    before, after = _quoted("a", edit.path), _quoted("b", edit.path)
    head = b"diff --git %b %b\n%b" % (before, after, _mode(edit))
    if not hunks:
        return head  # an empty file that comes or goes
    return head + b"--- %b\n+++ %b\n" % (_side(before, edit.before), _side(after, edit.after)) + hunks


def _mode(edit: Edit) -> bytes:
    if edit.before is None:
        return b"new file mode 100644\n"
    return b"deleted file mode 100644\n" if edit.after is None else b""


def _side(name: bytes, content: bytes | None) -> bytes:
    if content is None:
        return b"/dev/null"
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name  # git's mark of where the name ends


def _quoted(side: str, path: PurePosixPath) -> bytes:
    raw = f"{side}/{path}".encode("utf-8", "surrogateescape")
    text = "".join(_escaped(byte) for byte in raw)
    return f'"{text}"'.encode() if len(text) > len(raw) else raw


def _escaped(byte: int) -> str:
    if byte in _ESCAPES:
        return "\\" + _ESCAPES[byte]
    return chr(byte) if byte in _PLAIN else f"\\{byte:03o}"


def _hunk(group: Sequence[Span], old: Sequence[bytes], new: Sequence[bytes]) -> bytes:
    """One hunk: the changes of `group` with the lines between them and around them."""
    top = min(_CONTEXT, group[0][0])
    start, end = group[0][0] - top, min(len(old), group[-1][1] + _CONTEXT)
    other, other_end = group[0][2] - top, group[-1][3] + end - group[-1][1]
    parts = [b"@@ -%b +%b @@\n" % (_range(start, end), _range(other, other_end))]
    for i1, i2, j1, j2 in group:
        parts += _marked(b" ", old[start:i1]), _marked(b"-", old[i1:i2]), _marked(b"+", new[j1:j2])
        start = i2
    return b"".join([*parts, _marked(b" ", old[start:end])])


def _range(start: int, end: int) -> bytes:
    """`start,count` as diffs count: from 1, and from the line before where there is none."""
    return b"%d,%d" % (start + (end > start), end - start)


def _marked(mark: bytes, lines: Sequence[bytes]) -> bytes:
    text = b"".join(mark + line for line in lines)
    return text if not lines or text.endswith(b"\n") else text + b"\n\\ No newline at end of file\n"


def _lines(content: bytes | None) -> list[bytes]:
    r"""The lines with their ends. Only `\n` ends one: `bytes.splitlines` also splits at a lone `\r`, git does not."""
    rows = (content or b"").split(b"\n")
    return [row + b"\n" for row in rows[:-1]] + ([rows[-1]] if rows[-1] else [])


# what differs between two sequences of lines


def _groups(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """The changes in runs whose context would touch."""
    group: list[Span] = []
    for span in spans:
        if group and span[0] - group[-1][1] > 2 * _CONTEXT:
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def changes(old: Sequence[bytes], new: Sequence[bytes]) -> list[Span]:
    """The runs of lines to replace, in order; all other lines are equal."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
    anchors = [(-1, -1), *_anchors(inner_old, inner_new), (len(inner_old), len(inner_new))]
    between = ((i1 + 1, i2, j1 + 1, j2) for (i1, j1), (i2, j2) in pairwise(anchors))
    gaps = (found for span in between for found in _gap(inner_old, inner_new, span))
    return _joined((head + i1, head + i2, head + j1, head + j2) for i1, i2, j1, j2 in gaps)


def _common(old: Sequence[bytes], new: Sequence[bytes]) -> int:
    """How many lines at the start are equal."""
    return next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _anchors(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int]]:
    """The lines that occur once on each side, as many as stand in one order on both (a longest increasing run)."""
    single_old, single_new = _single(old), _single(new)
    pairs = [(i, single_new[line]) for line, i in single_old.items() if line in single_new]
    lasts: list[int] = []  # the smallest last position in `new` of a run of each length
    chains: list[tuple[tuple[int, int], int]] = []  # each pair and the index of the one before it
    tops: list[int] = []
    for pair in pairs:
        length = bisect_left(lasts, pair[1])
        chains.append((pair, tops[length - 1] if length else -1))
        lasts[length : length + 1] = [pair[1]]
        tops[length : length + 1] = [len(chains) - 1]
    return _walk(chains, tops[-1] if tops else -1)


def _walk(chains: Sequence[tuple[tuple[int, int], int]], at: int) -> list[tuple[int, int]]:
    found = []
    while at >= 0:
        pair, at = chains[at]
        found.append(pair)
    return found[::-1]


def _single(lines: Sequence[bytes]) -> dict[bytes, int]:
    counts = Counter(lines)
    return {line: i for i, line in enumerate(lines) if counts[line] == 1}


def _gap(old: Sequence[bytes], new: Sequence[bytes], span: Span) -> Iterable[Span]:
    """The changes between two anchors: by difflib where that is fast, else all of it."""
    i1, i2, j1, j2 = span
    if (i2 - i1) * (j2 - j1) > _GAP:
        return [span]
    codes = SequenceMatcher(None, old[i1:i2], new[j1:j2], autojunk=False).get_opcodes()
    return ((i1 + a, i1 + b, j1 + c, j1 + d) for tag, a, b, c, d in codes if tag != "equal")


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Changes that touch become one, so that a hunk has all its removed lines before the added ones."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1][1] == span[0] and found[-1][3] == span[2]:
            found[-1] = (found[-1][0], span[1], found[-1][2], span[3])
        else:
            found.append(span)
    return found
