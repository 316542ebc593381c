"""How many comments of people's manifests does a conversion lose in silence? The floor is none.

    comments_kept.py [FOLDER...] [--pairs pip:uv,uv:poetry] [--show]

Converts each project below the folders (the samples, where none is named) from every format that it has to every other,
manifests alone, and counts the comments of the files that it would change: each must stand in a file of the target, or
in a NOTE with its text. Files that a tool wrote (locks, compiled requirements) hold none of a person.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from converter import FORMATS, ConvertError, Level, Options, Plan, Settings, Tree, convert  # noqa: E402
from converter.disk import read  # noqa: E402
from converter.errors import InputError  # noqa: E402
from converter.format import Format, Trace  # noqa: E402
from converter.losses import Kind  # noqa: E402
from converter.tree import Edit  # noqa: E402

_STRINGS = (r'"""(?:\\.|[^\\])*?"{3,5}', r"'''.*?'{3,5}", r'"(?:\\.|[^"\\\n])*"', r"'[^'\n]*'")
_TOML = re.compile(rf"(?:{'|'.join(_STRINGS)})|(?P<comment>\#[^\n]*)", re.DOTALL)
_LINE = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)
_GENERATED = re.compile(r"\bauto-?generated\b|@generated", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Count:
    """The comments that a conversion touched, those it told of, and those that are gone in silence."""

    touched: int
    told: int
    gone: tuple[str, ...]


def main() -> int:
    """Print one line for each pair and each lost comment; 1 where there is one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "samples"])
    every = ",".join(f"{a}:{b}" for a in FORMATS for b in FORMATS if a != b)
    parser.add_argument("--pairs", default=every)
    parser.add_argument("--show", action="store_true", help="print each comment that is lost")
    asked = parser.parse_args()
    projects = list(_projects(asked.folders))
    with tempfile.TemporaryDirectory() as cache:
        settings = Settings(cache=Path(cache), offline=True)
        pairs = [tuple(pair.split(":")) for pair in asked.pairs.split(",")]
        lost = [_pair(projects, source, target, settings, show=asked.show) for source, target in pairs]
    print(f"lost in silence: {sum(lost)}")
    return 1 if any(lost) else 0


def _projects(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        inner = sorted({path.parent for path in folder.rglob("*") if path.is_file()})
        yield from (each for each in inner if any(_holds(read(each), form) for form in FORMATS.values()))


def _holds(tree: Tree, form: Format) -> bool:
    try:
        return form.detect(tree) is not Trace.NONE
    except InputError:
        return False


def _pair(projects: Iterable[Path], source: str, target: str, settings: Settings, *, show: bool) -> int:
    counts: list[Count] = []
    refused = 0
    for folder in projects:
        tree = read(folder)
        if not _holds(tree, FORMATS[source]):
            continue
        plan = _plan(tree, folder.name, source, target, settings)
        if plan is None:
            refused += 1
            continue
        counts.append(counted(plan))
        if show:
            print(*(f"    {folder}: {line}" for line in counts[-1].gone), sep="\n", end="\n" if counts[-1].gone else "")
    touched, told = sum(each.touched for each in counts), sum(each.told for each in counts)
    gone = sum(len(each.gone) for each in counts)
    words = f"projects {len(counts):>4}  refused {refused:>3}  comments {touched:>6}  told {told:>5}  lost {gone:>4}"
    print(f"{source:>7} -> {target:<7} {words}", flush=True)
    return gone


def _plan(tree: Tree, name: str, source: str, target: str, settings: Settings) -> Plan | None:
    options = Options(folder=name, manifest_only=True, force=True, upsun=False)
    try:
        plan = convert(tree, FORMATS[source], FORMATS[target], options, settings).plan
    except ConvertError:
        return None
    return None if any(loss.level is Level.STOP for loss in plan.losses) else plan


def counted(plan: Plan) -> Count:
    """What became of the comments of the files that a plan changes."""
    before = Counter(line for edit in plan.edits for line in _comments(edit, edit.before))
    after = Counter(line for edit in plan.edits for line in _comments(edit, edit.after, written=True))
    told = {_bare(loss.detail) for loss in plan.losses if loss.kind is Kind.COMMENT_LEFT}
    gone = [line for line in (before - after).elements() if line not in told]
    return Count(before.total(), len(told), tuple(line for line in gone if not any(line in each for each in after)))


def _comments(edit: Edit, content: bytes | None, *, written: bool = False) -> Iterator[str]:
    """The comments of a file, without the spaces in them; none of one that a tool wrote, unless we wrote it."""
    if content is None or str(edit.path) in {form.lock for form in FORMATS.values() if form.name != "pip"}:
        return
    text = _decoded(content)
    if _GENERATED.search(text[:400]) and not written:
        return
    found = _TOML.finditer(text) if edit.path.suffix == ".toml" or edit.path.name == "Pipfile" else _LINE.finditer(text)
    for match in found:
        line = _bare(match["comment"] or "" if "comment" in match.re.groupindex else match[0])
        if line.strip("#"):
            yield line


def _decoded(content: bytes) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", errors="replace")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError):
        return content.decode("latin-1")


def _bare(comment: str) -> str:
    return re.sub(r"\s+", "", comment)


if __name__ == "__main__":
    sys.exit(main())
