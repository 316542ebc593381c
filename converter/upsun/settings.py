"""What a translation of an app's commands must know of the project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from converter.losses import Kind, Loss
from converter.model import Directory, Project
from converter.shell import Setting
from converter.upsun.apps import App
from converter.upsun.scripts import build_hook, commands

if TYPE_CHECKING:
    from converter.tree import Tree

_ENV_FILE = ".env"
_UNASKED = frozenset(["poetry", "uv", "pdm"])
_DIRECT = "requirements*-direct.txt"
_DIRECT_STEM = "-direct"
_MAIN_FILE = "requirements.txt"
_FILE = re.compile(r"requirements[\w.-]*\.txt")
_USUAL = frozenset(["dev", "test", "tests", "docs", "lint", "ci"])


def defaults(source: str, before: Project, after: Project | None) -> tuple[str, ...]:
    """The groups that are installed unasked: the source's, or the target's where the source always asks for them."""
    if source in _UNASKED:
        return before.default_groups
    return after.default_groups if after is not None else ("dev",)


def setting(project: Project | None, before: Tree, after: Tree, folder: PurePosixPath) -> Setting:
    """The project's part of a setting, by its files before and after; what is usual where it is not known."""
    env_file = _ENV_FILE if folder / _ENV_FILE in before else ""
    found = {*before.paths(str(folder / _DIRECT)), *after.paths(str(folder / _DIRECT))}
    direct = tuple(sorted(str(path.relative_to(folder)) for path in found))
    if project is None:
        return Setting(env_file=env_file, direct_files=direct)
    return Setting(
        default_groups=project.default_groups,
        groups=tuple(project.dependency_groups),
        extras=tuple(project.optional_dependencies),
        tasks=project.tasks,
        programs=frozenset(_programs(project)),
        project_installed=_installed(project),
        lock_present=project.lock is not None,
        env_file=env_file,
        direct_files=direct,
    )


_VARIABLES = {"uv": "UV_INDEX_{}_{}", "poetry": "POETRY_HTTP_BASIC_{}_{}"}
"""The variables from which a tool takes an index's credentials, where it does not expand any in the URL."""
_CREATE = "upsun variable:create --level project --prefix env: --sensitive true --visible-runtime false --name {}"


def private(project: Project | None, target: str) -> tuple[Loss, ...]:
    """The variables that Upsun must hold for the target's tool to reach an index with credentials."""
    form = _VARIABLES.get(target)
    indexes = [i for i in project.indexes if re.search(r"://[^/@]+@", i.url)] if project and form else []
    losses = []
    for index in indexes:
        name = re.sub(r"[^A-Z0-9]", "_", index.name.upper())
        for part in ("USERNAME", "PASSWORD"):
            detail = _CREATE.format((form or "").format(name, part))
            losses.append(Loss(kind=Kind.PROJECT_VARIABLES, where=index.name, detail=detail))
    return tuple(losses)


def requirement_files(tree: Tree, app: App, groups: tuple[str, ...] | None) -> Mapping[str, str]:
    """The scope of each requirements file of the build hook, a group's or main's; empty where only main's is named.

    Where the groups are not known, a file is main's if it is installed alone.
    """
    hook = build_hook(tree, app)
    every = (word for command in commands(hook.text) for word in command.values) if hook else iter(())
    names = dict.fromkeys(word for word in every if _FILE.fullmatch(PurePosixPath(word).name))
    found = {}
    for name in names:
        stem = PurePosixPath(name).stem.removesuffix(_DIRECT_STEM)
        group = canonicalize_name(stem.removeprefix("requirements").strip("-_. "))
        known = group in groups if groups is not None else len(names) > 1 or group in _USUAL
        found[str(PurePosixPath(name).with_name(f"{stem}.txt"))] = group if group and known else ""
    return found if any(name != _MAIN_FILE for name in found) else {}


def _programs(project: Project) -> set[str]:
    """Names that a program of the environment likely has: the project's own scripts, and its packages' names."""
    packages = {package.name for package in project.lock.packages} if project.lock else set[str]()
    return {*(point.name for point in project.entry_points), *packages}


def _installed(project: Project) -> bool:
    """Whether the source's tool installs the project itself: its own folder is a package of it."""
    own = (package.id.source for package in project.lock.packages) if project.lock else iter(())
    named = canonicalize_name(project.name) if project.name else ""
    itself = any(isinstance(source, Directory) and source.path == "." for source in own)
    return itself or (bool(named) and bool(project.entry_points))
