"""Our manifest against the one that people wrote: `python benchmarks/migrations.py FOLDER`.

FOLDER holds migrations that were committed, each a folder `<name>__<from>-to-<to>` with `before/` and `after/`. Ours is
made of `before/` without a lock and without an index. Counted are the names that both require, how many of these have
the same specifier, extras and marker, and the kinds of what differs: people move, drop and bump at the same time.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.utils import canonicalize_version

from converter import disk
from converter.convert import Options, convert
from converter.errors import ConvertError
from converter.formats import FORMATS
from converter.index import Settings
from converter.model import Directory, Project, Requirement, declared

AMONG = ("pip", "pipenv", "poetry", "uv")
Needs = dict[str, frozenset[tuple[str, str, str]]]


def needs(project: Project) -> Needs:
    """What is required of each name, in whichever scope."""
    found: Needs = {}
    for _, requirement in declared(project):
        if isinstance(requirement.source, Directory) and requirement.source.path == ".":
            continue  # the project itself, which the others install without saying so
        found[requirement.name] = found.get(requirement.name, frozenset()) | {_said(requirement)}
    return found


def _said(requirement: Requirement) -> tuple[str, str, str]:
    specifiers = sorted(f"{each.operator}{canonicalize_version(each.version)}" for each in requirement.specifier)
    return ",".join(specifiers), ",".join(sorted(requirement.extras)), str(requirement.marker)


def pairs(folder: Path) -> Iterator[tuple[Path, str, str]]:
    for path in sorted(folder.iterdir()):
        source, _, target = path.name.rpartition("__")[2].partition("-to-")
        if source in AMONG and target in AMONG:
            yield path, source, target


def ours(path: Path, source: str, target: str, cache: Path) -> tuple[Project, Project]:
    """The source's project, and our target's."""
    options = Options(folder=path.name.partition("__")[2].partition("__")[0] or "x", manifest_only=True, force=True)
    settings = Settings(cache=cache, offline=True)
    done = convert(disk.read(path / "before"), FORMATS[source], FORMATS[target], options, settings)
    if done.after is None or done.before is None or done.plan.stops:
        raise ConvertError("; ".join(loss.text for loss in done.plan.stops))
    return done.before, done.after


def kinds(source: Needs, mine: Needs, theirs: Needs) -> Iterator[str]:
    for name in mine.keys() | theirs.keys():
        if name not in theirs:
            yield "left out by people" if name in source else "NOT IN THE SOURCE"
        elif name not in mine:
            yield "NOT CARRIED" if name in source else "added by people"
        elif mine[name] == theirs[name]:
            yield "equal"
        else:
            yield _kind(mine[name], theirs[name])


def _kind(mine: frozenset[tuple[str, str, str]], theirs: frozenset[tuple[str, str, str]]) -> str:
    specifiers, others = ({spec for spec, *_ in each} for each in (mine, theirs))
    if specifiers == others:
        return "extras or marker"
    if specifiers == {""}:
        return "people bounded what was free"
    if others == {""}:
        return "people freed what was bounded"
    if any("==" in each for each in specifiers) and not any("==" in each for each in others):
        return "people loosened a pin"
    if not any("==" in each for each in specifiers) and any("==" in each for each in others):
        return "people pinned"
    return "people dropped an upper bound" if _floors(specifiers) == _floors(others) else "people chose another range"


def _floors(specifiers: set[str]) -> set[str]:
    return {",".join(part for part in each.split(",") if not part.startswith("<")) for each in specifiers}


def main(folder: Path) -> int:
    total: Counter[str] = Counter()
    with TemporaryDirectory() as cache:
        for path, source, target in pairs(folder):
            try:
                before, after = ours(path, source, target, Path(cache))
                theirs = FORMATS[target].parse(disk.read(path / "after"), "x").value
            except ConvertError as why:
                print(f"{path.name}: {why}")
                total["projects that stop"] += 1
                continue
            found = Counter(kinds(needs(before), needs(after), needs(theirs)))
            total += found
            total["projects"] += 1
            total["projects with equal names"] += needs(after).keys() == needs(theirs).keys()
            total["projects with our names equal to the source's"] += needs(after).keys() == needs(before).keys()
            print(f"{path.name}: {', '.join(f'{count} {kind}' for kind, count in found.most_common())}")
    both = total["equal"] + sum(n for kind, n in total.items() if kind.startswith(("people", "extras")))
    print("\n" + "\n".join(f"{count:6} {kind}" for kind, count in total.most_common()))
    print(f"of {both} names in both, {total['equal']} say the same")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) if len(sys.argv) > 1 else print(__doc__))
