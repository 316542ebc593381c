"""Writes the requirements files of a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from converter.errors import InputError, without_credentials
from converter.formats.pip.parse import parse
from converter.formats.pip.text import Style, declared_text, locked_text, option_lines
from converter.formats.pip.wanted import ITSELF, Pin, Sheet, is_checked, is_itself, is_release, sheets
from converter.graph import without_choices
from converter.losses import Kind, Loss, Lossy
from converter.model import (
    MAIN,
    PUBLIC_INDEX,
    Directory,
    Index,
    Priority,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    index_url,
)
from converter.pyproject.own import read_own
from converter.tree import Tree

LOCK = "requirements.txt"
MAIN_NAME = "requirements"


def emit(project: Project, tree: Tree) -> Lossy[Tree]:
    """The tree with the project's requirements files; others that are there stay as they are.

    Files that say the same already stay as they were written. What pip cannot check by hash stands in `-direct.txt`
    files, so that it does not cost the others their hashes.
    """
    if (kept := _as_written(project)) is not None:
        return Lossy(_with(tree, kept))
    project = without_choices(project)
    indexes = _indexes(project)
    made = sheets(project, frozenset(_said(tree)))
    style = Style(
        options=tuple(option_lines(indexes, _others(project), prereleases=_prereleases(project))),
        requires_python=project.requires_python,
        from_index=len(indexes) > 1,
        hashed=any(is_checked(pin) for pin in made.value[0].pins),
    )
    result = tree
    itself = project.installs_itself is True and _is_built(tree)
    for sheet in made.value:
        result = _written(result, sheet, style, locked=project.lock is not None, itself=itself)
    return Lossy(result, (*made.losses, *_losses(project, indexes, made.value, itself=itself)))


def _said(tree: Tree) -> Iterator[Scope]:
    """The extras and groups that pyproject.toml declares, and goes on declaring."""
    own = read_own(tree)
    yield from (Scope(ScopeKind.EXTRA, name) for name in own.extras)
    yield from (Scope(ScopeKind.GROUP, name) for name in own.groups)


def _is_built(tree: Tree) -> bool:
    """Whether pip can build the project."""
    return "setup.py" in tree or b"[build-system]" in (tree.get("pyproject.toml") or b"")


def _as_written(project: Project) -> Mapping[object, object] | None:
    """The files that this very project was read from."""
    own = project.lock.tool.get("pip", {}) if project.lock else {}
    files, read = own.get("as-written"), own.get("as-read")
    return files if isinstance(files, Mapping) and read == project else None


def _with(tree: Tree, files: Mapping[object, object]) -> Tree:
    for path, content in files.items():
        if isinstance(content, bytes) and tree.get(str(path)) != content:
            tree = tree.put(str(path), content)
    return tree


def _others(project: Project) -> tuple[str, ...]:
    """The options that only pip knows, of a project that was read from its files."""
    found = project.tool.get("pip", {}).get("options")
    return tuple(map(str, found)) if isinstance(found, tuple) else ()


def _prereleases(project: Project) -> bool:
    every = list(_requirements(project))
    return (
        bool(every) and all(r.prereleases or r.source is not None for r in every) and any(r.prereleases for r in every)
    )


def _requirements(project: Project) -> Iterator[Requirement]:
    yield from project.dependencies
    for several in project.optional_dependencies.values():
        yield from several
    for group in project.dependency_groups.values():
        yield from group.requirements


def _indexes(project: Project) -> tuple[Index, ...]:
    """The project's indexes, the default first, and after them each that a package comes from."""
    default = [i for i in project.indexes if i.priority is Priority.DEFAULT] or [Index(name="pypi", url=PUBLIC_INDEX)]
    found = [*default, *(i for i in project.indexes if i.priority is not Priority.DEFAULT)]
    known = {index_url(index.url) for index in found}
    packages = project.lock.packages if project.lock else ()
    used = {index_url(p.id.source.index) for p in packages if isinstance(p.id.source, Registry)}
    return (*found, *(Index(name=url, url=url, priority=Priority.SUPPLEMENTAL) for url in sorted(used - known)))


def _written(tree: Tree, sheet: Sheet, style: Style, *, locked: bool, itself: bool) -> Tree:
    rests = bool(sheet.scope.name) and not sheet.alone
    tree = _put(tree, f"{sheet.name}.in", declared_text(sheet, style, LOCK if rests and locked else None))
    if not locked:
        return tree
    beside, direct = split(sheet.pins)
    # the hashes of a constraint ask for one on every line, as those of a requirement do
    rests = rests and (all(map(is_checked, beside)) or not style.hashed)
    if itself and sheet.scope == MAIN and not any(map(is_itself, direct)):
        direct = (*direct, ITSELF)
    tree = tree.put(f"{sheet.name}.txt", locked_text(sheet, beside, style, LOCK if rests else None))
    path = f"{sheet.name}-direct.txt"
    if direct:
        return tree.put(path, locked_text(sheet, direct, style, None))
    return tree.drop(path) if path in tree else tree


def split(pins: Iterable[Pin]) -> tuple[tuple[Pin, ...], tuple[Pin, ...]]:
    """What stands in a scope's own file, and what beside it: one hash asks one of every line of its file."""
    several = tuple(pins)
    checked = any(is_checked(pin) for pin in several)
    beside = tuple(pin for pin in several if (is_checked(pin) if checked else is_release(pin)))
    return beside, tuple(pin for pin in several if pin not in beside)


def _put(tree: Tree, path: str, text: str) -> Tree:
    """A declaring file, unless the one that is there says the same."""
    if path in tree and _says_the_same(tree, path, text):
        return tree
    return tree.put(path, text)


def _says_the_same(tree: Tree, path: str, text: str) -> bool:
    stem = PurePosixPath(path).name
    old, new = (Tree({PurePosixPath(stem): data}) for data in (tree.get(path) or b"", text.encode()))
    try:
        one, two = (parse(each, MAIN_NAME).value for each in (old, new))
    except InputError:
        return False
    same = one == two and one.comments == two.comments
    return same and [r.comments for r in _requirements(one)] == [r.comments for r in _requirements(two)]


def _losses(project: Project, indexes: tuple[Index, ...], made: tuple[Sheet, ...], *, itself: bool) -> Iterator[Loss]:
    yield from _index_losses(project, indexes)
    several = {"constraint": project.constraints, "override": project.overrides}
    for word, requirements in (several | {"build constraint": project.build_constraints}).items():
        for r in requirements:
            detail = f"{word} {r.spelling or f'{r.name}{r.specifier}'}"
            yield Loss(kind=Kind.CONSTRAINT_LEFT, where=LOCK, detail=detail, packages=frozenset({r.name}))
    for conflict in project.conflicts:
        detail = f"a conflict between {' and '.join(map(str, conflict))}"
        yield Loss(kind=Kind.CONSTRAINT_LEFT, where=LOCK, detail=detail)
    for name, command in project.tasks.items():
        yield Loss(kind=Kind.TASK_LEFT, where=LOCK, detail=f"{name}: {command}")
    yield from _without_word(project)
    if project.installs_itself and not itself:
        yield Loss(kind=Kind.ITSELF_LEFT, where=LOCK, detail="the project's own folder, `.`")
    for sheet in made:
        yield from _sheet_losses(sheet)


def _without_word(project: Project) -> Iterator[Loss]:
    for name, group in project.dependency_groups.items():
        if group.optional:
            yield Loss(kind=Kind.GROUP_NOT_OPTIONAL, where=f"{MAIN_NAME}-{name}.txt", detail=f"group {name}")
    for name in project.default_groups:
        detail = f"group {name} is installed only when it is asked for"
        yield Loss(kind=Kind.SETTING_NEEDLESS, where=f"{MAIN_NAME}-{name}.txt", detail=detail)
    names = sorted({r.name for r in _requirements(project) if r.prereleases})
    if names and not _prereleases(project):
        detail = f"prereleases are allowed for {', '.join(names)} alone, --pre allows them for all"
        yield Loss(kind=Kind.SETTING_LEFT, where=f"{MAIN_NAME}.in", detail=detail, packages=frozenset(names))


def _sheet_losses(sheet: Sheet) -> Iterator[Loss]:
    for pin in sheet.pins:
        source, names = pin.package.id.source, frozenset({pin.package.name})
        if isinstance(source, Directory) and source.editable and not pin.marker.is_any():
            detail = f"{source.path} where {pin.marker}"
            yield Loss(kind=Kind.EDITABLE_LEFT, where=f"{sheet.name}-direct.txt", detail=detail, packages=names)


def _index_losses(project: Project, indexes: tuple[Index, ...]) -> Iterator[Loss]:
    for index in indexes:
        if index_url(index.url) != PUBLIC_INDEX or len(indexes) > 1:
            yield Loss(kind=Kind.INDEX_FOR_ALL, where=LOCK, detail=f"{index.name} ({index.url})")
        if without_credentials(index.url) != index.url:
            detail = f"{index.url}: give them to pip by netrc, keyring, or ${{VARIABLES}} in the URL"
            yield Loss(kind=Kind.INDEX_CREDENTIALS, where=LOCK, detail=detail)
    packages = project.lock.packages if project.lock else ()
    bare = sorted(p.name for p in packages if isinstance(p.id.source, Registry) and not p.hashes)
    if len(indexes) > 1 and bare:
        detail = f"{', '.join(bare)} of {', '.join(index.name for index in indexes)}"
        yield Loss(kind=Kind.INDEX_AMBIGUOUS, where=LOCK, detail=detail, packages=frozenset(bare))
