"""A `Project` as pyproject.toml and poetry.lock 2.1 of Poetry 2.3 and newer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from packaging.utils import canonicalize_name

from converter import markers
from converter.formats.poetry.backend import is_built
from converter.formats.poetry.constraint import python_specifier
from converter.formats.poetry.content_hash import content_hash, content_hashes
from converter.formats.poetry.entries import Around, edge_table, entry, order
from converter.formats.poetry.layout import HEADER, lock_text
from converter.formats.poetry.own_extras import without_own_extras
from converter.formats.poetry.placement import MAIN_GROUP, Placed, care_of, place
from converter.formats.poetry.reached import reached_texts
from converter.formats.poetry.retire import retire
from converter.formats.poetry.sources import index_names, used_indexes
from converter.formats.poetry.write import manifest_text
from converter.graph import without_choices
from converter.losses import Kind, Loss, Lossy
from converter.model import Lock, Project, Scope, ScopeKind, Vcs
from converter.pyproject.edit import read_document
from converter.pyproject.itself import without_itself
from converter.pyproject.naming import with_names
from converter.pyproject.requirement import parse_requirement, specifier_text
from converter.tree import Tree

__all__ = ["emit", "retire"]

LOCK = "poetry.lock"
MANIFEST = "pyproject.toml"
LOCK_VERSION = "2.1"
_MAIN = Scope(ScopeKind.GROUP, MAIN_GROUP)  # the name of what is no group


def emit(project: Project, tree: Tree) -> Lossy[Tree]:
    """The tree with the project as Poetry's manifest and, where it has a lock, as poetry.lock; all else stays.

    A manifest of Poetry 2 from which the lock was made stays as it is. Raises StopError for a lock whose files have no
    names, InputError for a pyproject.toml that cannot be read.
    """
    text = tree.text(MANIFEST) or ""
    named = with_names(project, {_MAIN: f"{_MAIN.name}-group"} if _MAIN.name in project.dependency_groups else {})
    plain = without_own_extras(named.value)
    whole = without_itself(plain.value, built=is_built(read_document(text)))
    found = replace(whole, losses=(*named.losses, *plain.losses, *whole.losses))
    project = without_choices(found.value)
    written = Lossy(text) if _is_own(project, text) else manifest_text(project, tree)
    result = tree.put(MANIFEST, written.value) if written.value != text else tree
    if project.lock is None:
        return Lossy(result, (*found.losses, *written.losses))
    locked = _lock_text(project, project.lock, written.value)
    return Lossy(result.put(LOCK, locked.value), (*found.losses, *written.losses, *locked.losses))


def _own(project: Project) -> Mapping[str, object]:
    return project.lock.tool.get("poetry", {}) if project.lock else {}


def _is_own(project: Project, text: str) -> bool:
    """Whether this is the very manifest from which Poetry 2 made the lock."""
    own = _own(project)
    return own.get("lock-version") == LOCK_VERSION and own.get("content-hash") in content_hashes(read_document(text))


def _lock_text(project: Project, lock: Lock, manifest: str) -> Lossy[str]:
    document = read_document(manifest)
    stated = _pythons(project, document)
    pythons = specifier_text(python_specifier(stated).specifier)
    care = care_of(project) & markers.python(pythons)
    placed = place(lock, care)
    tables = [(each.package.name, edge_table(each.package, care)) for each in placed.value]
    reached = {} if _is_own(project, manifest) else reached_texts(project, tables, pythons)
    around = Around(care=care, pythons=pythons, indexes=index_names(used_indexes(project)), reached=reached)
    rows = (entry(each, table, around) for each, (_, table) in zip(placed.value, tables, strict=True))
    entries = sorted(rows, key=order)
    header, stamp = _stamp(project, document)
    metadata = {"lock-version": LOCK_VERSION, "python-versions": stated, "content-hash": stamp}
    text = lock_text(entries, extras=_extras(project), metadata=metadata, header=header)
    return Lossy(text, (*placed.losses, *_losses(placed.value)))


def _stamp(project: Project, document: Mapping[str, object]) -> tuple[str, str]:
    """Header and content hash: those of a lock that Poetry 2 made from this very manifest, else the newest Poetry's."""
    own = _own(project)
    header, known = own.get("header"), own.get("content-hash")
    newest = content_hash(document)
    if own.get("lock-version") != LOCK_VERSION or not isinstance(header, str) or "Poetry" not in header:
        return HEADER, newest
    return header, known if isinstance(known, str) and known in content_hashes(document) else newest


def _pythons(project: Project, document: Mapping[str, object]) -> str:
    own = _own(project)
    if own.get("content-hash") in content_hashes(document) and isinstance(own.get("python-versions"), str):
        return str(own["python-versions"])
    for path in (("tool", "poetry", "dependencies", "python"), ("project", "requires-python")):
        found: object = document
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        if isinstance(found, str):
            return found
    return "*"


def _extras(project: Project) -> Mapping[str, Sequence[str]]:
    """The names of what each extra needs, as the manifest spells them."""
    extras = project.optional_dependencies
    made: dict[str, Sequence[str]] = {
        name: sorted({_name(each.spelling, each.name) for each in extras[name]}) for name in sorted(extras)
    }
    own = _own(project).get("extras")
    return {**made, **{k: v for k, v in own.items() if _same(made.get(k), v)}} if isinstance(own, Mapping) else made


def _name(spelling: str, name: str) -> str:
    try:
        return spelling[: len(name)] if parse_requirement(spelling).name == name else name
    except ValueError:
        return name


def _same(ours: Sequence[str] | None, theirs: object) -> bool:
    if ours is None or not isinstance(theirs, list):
        return False
    return sorted(map(canonicalize_name, ours)) == sorted(map(canonicalize_name, theirs))


def _losses(placed: Sequence[Placed]) -> Iterator[Loss]:
    silent = frozenset(p.package.name for p in placed if p.package.summary is None)
    if silent:
        detail = f"{len(silent)} of {len(placed)} packages"
        yield Loss(kind=Kind.SUMMARY_UNKNOWN, where=LOCK, detail=detail, packages=silent)
    for package in (each.package for each in placed):
        where, named = f"{LOCK}: {package.name}", frozenset({package.name})
        if package.id.version is None:
            yield Loss(kind=Kind.VERSION_UNKNOWN, detail=package.name, where=where, packages=named)
        if isinstance(package.id.source, Vcs) and package.id.source.type != "git":
            detail = f"{package.name} from {package.id.source.type}+{package.id.source.url}"
            yield Loss(kind=Kind.SOURCE_UNSAYABLE, detail=detail, where=where, packages=named)
