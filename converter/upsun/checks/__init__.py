"""Whether an app will build, deploy and start as its configuration stands; nothing is changed.

Each check is a function from a `View` of one app to findings: losses whose kind has code, sentence and remedy. A
finding of level LOSS means that a build or deployment fails, a NOTE that something is not as it was meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from converter.losses import Kind, Loss
from converter.upsun.apps import App, apps, described, holding
from converter.upsun.checks.building import BUILDING
from converter.upsun.checks.running import RUNNING
from converter.upsun.checks.view import View, view

if TYPE_CHECKING:
    from converter.tree import Tree


_OF_LOCKS = frozenset([Kind.LOCK_ABSENT, Kind.LOCK_OUTSIDE, Kind.UNLOCKED])


def checked(tree: Tree, folder: PurePosixPath | None = None, *, converted: bool = False) -> tuple[Loss, ...]:
    """What is wrong with the Python apps of a repository, or with those that hold the project in `folder`.

    `converted`: the locks are taken as being there. Raises InputError for a configuration that cannot be read.
    """
    every = (app for app in apps(tree) if app.python is not None) if folder is None else holding(tree, folder)
    findings = [finding for app in every for finding in _of_app(view(tree, app))]
    found_all = dict.fromkeys([*_twice(tree), *findings])
    return tuple(finding for finding in found_all if not converted or finding.kind not in _OF_LOCKS)


def _of_app(seen: View) -> Iterator[Loss]:
    for check in (*BUILDING, *RUNNING):
        yield from check(seen)


def _twice(tree: Tree) -> Iterator[Loss]:
    seen: dict[str, App] = {}
    for app in described(tree):
        if app.name in seen:
            detail = f"{app.name} is described at {seen[app.name].place} too"
            yield Loss(kind=Kind.APP_TWICE, where=app.place, detail=detail)
        seen[app.name] = app
