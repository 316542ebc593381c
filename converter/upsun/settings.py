"""What a translation of an app's commands must know of the project."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from converter.model import Directory, Project
from converter.shell import Setting

if TYPE_CHECKING:
    from converter.tree import Tree

_ENV_FILE = ".env"
_DIRECT = "requirements*-direct.txt"


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
