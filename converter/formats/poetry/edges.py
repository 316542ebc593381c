"""The edges of a package as `[package.dependencies]` and `[package.extras]` of poetry.lock.

Specification: `Locker._dump_package` and `Provider.complete_package` of Poetry 2.5. Poetry repeats what a release says,
in its own spelling; where nobody told that, or where it and the source's lock speak of different environments, the
lock's edges are written: what a source leaves out must not come back by a quotation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from pathlib import PurePosixPath

from converter import markers
from converter.formats.poetry.exclusive import exclusive
from converter.formats.poetry.wording import Published, bounds_text, constraint_text, published, respelled
from converter.markers import ANY, DOUBLE, EMPTY, Marker
from converter.model import Archive, Dependency, Directory, Package, Vcs
from converter.pyproject.requirement import specifier_text

Constraint = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edge:
    """An edge of the lock; its condition names the extras that it is for."""

    edge: Dependency
    condition: Marker
    optional: bool = False


def dependencies(package: Package, care: Marker) -> dict[str, object]:
    """What the package always needs, and what the extras that somebody asked for need, by name."""
    lines = _lines(package, care)
    made: dict[str, object] = {}
    for name, edges in sorted(_by_name(package, care).items()):
        told = _told(lines.get(name, []), edges, package.extras, care)
        spelled = told[0].name if told else name
        made[spelled] = _simplest(_quoted(told) if told else _own(edges))
    return made


def _by_name(package: Package, care: Marker) -> dict[str, list[_Edge]]:
    found: dict[str, list[_Edge]] = {}
    for each in _edges(package):
        if not (each.condition & care).is_empty():
            found.setdefault(each.edge.name, []).append(each)
    return found


def _edges(package: Package) -> Iterator[_Edge]:
    for edge in package.dependencies or ():
        yield _Edge(edge=edge, condition=edge.marker)
    wanted: dict[Dependency, Marker] = {}
    for extra in sorted(package.extras):
        for edge in package.optional_dependencies.get(extra, ()):
            asked = edge.marker & markers.parse(f"extra == '{extra}'")
            bare = replace(edge, marker=ANY)
            wanted[bare] = wanted.get(bare, EMPTY) | asked
    for edge, marker in wanted.items():
        yield _Edge(edge=edge, condition=marker, optional=True)


def _lines(package: Package, care: Marker) -> dict[str, list[Published]]:
    """What the release says of each name, as far as it concerns the extras that somebody asked for."""
    found: dict[str, list[Published]] = {}
    for line in dict.fromkeys(package.requires_dist or ()):
        try:
            told = published(line)
        except ValueError:
            continue
        if not (told.requirement.marker.with_extras(package.extras) & care).is_empty():
            found.setdefault(told.requirement.name, []).append(told)
    return found


def _told(lines: list[Published], edges: list[_Edge], extras: frozenset[str], care: Marker) -> list[Published]:
    """The lines of a name where they say what the edges say, one for each constraint; else none."""
    said = _union(line.requirement.marker.with_extras(extras) for line in lines) & care
    known = _union(each.condition.with_extras(extras) for each in edges) & care
    bounds = {str(each.edge.specifier) for each in edges} | {""}
    if said != known or not {str(line.requirement.specifier) for line in lines} <= bounds | _free(edges, lines):
        return []
    return exclusive(lines, extras, care) if len(lines) > 1 else lines


def _free(edges: list[_Edge], lines: list[Published]) -> set[str]:
    """The bounds of all lines, where the lock gives its edges none."""
    bare = not any(str(each.edge.specifier) for each in edges)
    return {str(line.requirement.specifier) for line in lines} if bare else set()


def _quoted(lines: Iterable[Published]) -> list[Constraint]:
    return [
        _constraint(
            {"version": line.constraint},
            line.requirement.extras,
            line.marker,
            optional=bool(line.requirement.marker.names()),
        )
        for line in lines
    ]


def _own(edges: Iterable[_Edge]) -> list[Constraint]:
    spelled = sorted(((respelled(each.condition.text(DOUBLE)), each) for each in edges), key=lambda row: row[0])
    return [_constraint(_source(each.edge), each.edge.extras, text, optional=each.optional) for text, each in spelled]


def _constraint(made: Constraint, extras: frozenset[str], condition: str, *, optional: bool) -> Constraint:
    if extras:
        made["extras"] = sorted(extras)
    if optional:
        made["optional"] = True
    if condition:
        made["markers"] = condition
    return made


def _source(edge: Dependency) -> Constraint:
    match edge.source:
        case Vcs() as vcs:
            return git_table(vcs)
        case Archive(url=url, path=path):
            return {"url": url} if url else {"path": path}
        case Directory() as folder:
            return {"path": folder_path(folder), **({"develop": True} if folder.editable else {})}
        case _:
            return {"version": constraint_text(specifier_text(edge.specifier))}


def _simplest(constraints: list[Constraint]) -> object:
    plain = all(set(constraint) == {"version"} for constraint in constraints)
    made: list[object] = [c["version"] for c in constraints] if plain else list(constraints)
    return made[0] if len(made) == 1 else made


def _union(several: Iterable[Marker]) -> Marker:
    return reduce(or_, several, EMPTY)


def extras(package: Package) -> dict[str, object]:
    """Every extra that needs something, with its requirements: by the release's own words where they are known."""
    known = package.optional_dependencies if package.requires_dist is None else _published_extras(package.requires_dist)
    made = {extra: sorted(_pep508(each) for each in known[extra]) for extra in sorted(known)}
    return {extra: texts for extra, texts in made.items() if texts}


def _published_extras(lines: Iterable[str]) -> Mapping[str, list[Published]]:
    found: dict[str, list[Published]] = {}
    for line in lines:
        try:
            told = published(line)
        except ValueError:
            continue
        for extra in sorted(told.requirement.marker.names()):
            found.setdefault(extra, []).append(told)
    return found


def _pep508(each: Published | Dependency) -> str:
    if isinstance(each, Published):
        return _requirement(each.name, each.requirement.extras, each.constraint, each.bare)
    marker = "" if each.marker.is_any() else respelled(each.marker.text(DOUBLE))
    return _requirement(each.name, each.extras, constraint_text(specifier_text(each.specifier)), marker)


def _requirement(name: str, extras: Iterable[str], constraint: str, marker: str) -> str:
    wanted = ",".join(sorted(extras))
    return f"{name}{f'[{wanted}]' if wanted else ''}{bounds_text(constraint)}{f' ; {marker}' if marker else ''}"


def poetry_specifier(text: str) -> str:
    """A specifier set as Poetry reads it: `*` for any version, `==` for `===`, which Poetry does not know."""
    return text.replace("===", "==") or "*"


def git_table(vcs: Vcs) -> Constraint:
    """A repository in a dependency's table: URL, what was asked for, folder in it."""
    asked = {vcs.reference: vcs.revision} if vcs.revision else {"rev": vcs.commit} if vcs.commit else {}
    return {vcs.type: vcs.url, **asked, **({"subdirectory": vcs.subdirectory} if vcs.subdirectory else {})}


def folder_path(folder: Directory) -> str:
    """A folder as one path: Poetry has no subdirectory of a folder."""
    return str(PurePosixPath(folder.path) / (folder.subdirectory or ""))
