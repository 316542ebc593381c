"""Pipfile and Pipfile.lock as one project: one knows who is direct and by which tag, the other what is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from converter.errors import InputError
from converter.formats.pipenv.categories import DEV_PACKAGES, PACKAGES, category_of, scopes, section_of
from converter.formats.pipenv.lockfile import (
    LOCK,
    Joined,
    Opened,
    open_lock,
    read_lock,
)
from converter.formats.pipenv.manifest import PIPFILE, Manifest, read_manifest
from converter.formats.pipenv.stale import differences
from converter.losses import Kind, Loss, Lossy
from converter.model import Comments, Group, Lock, Package, Project, Requirement, Scope, Vcs, index_url
from converter.tree import Tree


def parse(tree: Tree, name: str) -> Lossy[Project]:
    """The project that a Pipfile and its lock describe; without a lock its `lock` is `None`. `name` is the project's.

    Raises InputError, which names file and place, for files that are not there, cannot be read, or hold a wrong type.
    """
    try:
        return _parse(tree, name)
    except RecursionError:
        raise InputError("expected a few levels of nesting, found too many to read", file=_deep(tree)) from None


def _deep(tree: Tree) -> str:
    """The more deeply nested of the two files."""
    return max((PIPFILE, LOCK), key=lambda path: sum((tree.get(path) or b"").count(each) for each in (b"[", b"{")))


def _parse(tree: Tree, name: str) -> Lossy[Project]:
    text, lock_text = tree.text(PIPFILE), tree.text(LOCK)
    if text is None:
        remedy = "restore the Pipfile that the lock was made from" if lock_text else "convert from another format"
        raise InputError("there is no such file", file=PIPFILE, remedy=remedy)
    manifest = read_manifest(text)
    if lock_text is None:
        found = scopes(_categories(manifest.value, ()))
        return Lossy(_project(manifest.value, found, name), (*manifest.losses, *_left(manifest.value)))
    opened = open_lock(lock_text)
    found = scopes(_categories(manifest.value, opened.sections))
    by_section = {section_of(category): scope for category, scope in found.items()}
    lock = read_lock(opened, by_section, _joined(manifest.value, opened))
    stale = differences(manifest.value, opened, lock.value, found)
    project = replace(_project(manifest.value, found, name), lock=_lock(opened, lock.value.packages))
    return Lossy(project, (*manifest.losses, *_left(manifest.value), *lock.losses, *stale))


def _categories(manifest: Manifest, locked: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*manifest.categories, *map(category_of, locked))))


def _joined(manifest: Manifest, opened: Opened) -> Joined:
    """What the Pipfile knows of the packages that the lock does not say."""
    requirements = [r for rs in manifest.categories.values() for r in rs]
    revisions = {r.name: r.source.revision for r in requirements if isinstance(r.source, Vcs) and r.source.revision}
    extras: dict[str, frozenset[str]] = {}
    for r in requirements:
        extras[r.name] = extras.get(r.name, frozenset()) | r.extras
    ours = {index.name: index_url(index.url) for index in manifest.indexes}
    return Joined(indexes=_under(ours, opened.indexes), revisions=revisions, extras=extras)


def _under(ours: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """The Pipfile's indexes first; a lock's that it does not name count only for entries that name them."""
    return {**ours, **{name: url for name, url in theirs.items() if name and name not in ours}} if ours else {}


def _project(manifest: Manifest, found: Mapping[str, Scope], name: str) -> Project:
    groups = {s.name: _group(manifest, c) for c, s in found.items() if c not in (PACKAGES, DEV_PACKAGES)}
    development = _group(manifest, DEV_PACKAGES)
    return Project(
        name=name,
        requires_python=manifest.requires_python,
        dependencies=_commented(manifest, PACKAGES),
        dependency_groups={**({"dev": development} if development.requirements else {}), **groups},
        indexes=manifest.indexes,
        tasks=manifest.tasks,
        comments=Comments(above=manifest.comments.file),
        tool={"pipenv": {"categories": {scope.name: category for category, scope in found.items() if scope.name}}},
    )


def _group(manifest: Manifest, category: str) -> Group:
    comments = manifest.comments.sections.get(category, Comments())
    return Group(requirements=_commented(manifest, category), comments=comments)


def _commented(manifest: Manifest, category: str) -> tuple[Requirement, ...]:
    """A category's requirements with their comments. Those of `[packages]` itself go to its first one."""
    result: list[Requirement] = []
    above = _section_comments(manifest) if category == PACKAGES else ()
    for (where, key), requirements in manifest.keys.items():
        if where == category:
            comments = manifest.comments.entries.get((where, key), Comments())
            first = replace(comments, above=(*above, *comments.above))
            result += [replace(r, comments=Comments() if n else first) for n, r in enumerate(requirements)]
            above = ()
    return tuple(result)


def _section_comments(manifest: Manifest) -> tuple[str, ...]:
    comments = manifest.comments.sections.get(PACKAGES, Comments())
    return (*comments.above, *filter(None, [comments.trailing]))


def _left(manifest: Manifest) -> Iterator[Loss]:
    """A note for each comment that has no place in the model."""
    beside = manifest.comments.entries
    entries = [(f"{c}.{k}", beside[c, k]) for c, k in beside if (c, k) not in manifest.keys]
    others = [(s, comments) for s, comments in manifest.comments.sections.items() if s not in manifest.categories]
    for place, comments in (*entries, *others):
        for line in filter(None, (*comments.above, comments.trailing)):
            yield Loss(kind=Kind.COMMENT_LEFT, where=f"{PIPFILE}: {place}", detail=line)
    for line in manifest.comments.left:
        yield Loss(kind=Kind.COMMENT_LEFT, where=PIPFILE, detail=line)


def _lock(opened: Opened, packages: tuple[Package, ...]) -> Lock:
    return Lock(requires_python=opened.requires_python, packages=packages, tool={"pipenv": {"as-written": opened.meta}})
