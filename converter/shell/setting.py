"""What a translation depends on beside the text: what the project has, and where its commands run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The project and its app.

    `default_groups` are the dependency groups that Poetry, uv and PDM install unasked, `groups` all of them (None: not
    known), `extras` its extras. `tasks` are the source's own scripts (`pipenv run NAME`), each with its command.
    `requirement_files` says which requirements file is which scope's (`""` for main) where their names do not.
    `direct_files` are requirements files that are installed apart because their entries have no hashes.
    """

    default_groups: tuple[str, ...] = ("dev",)
    groups: tuple[str, ...] | None = None
    extras: tuple[str, ...] = ()
    tasks: Mapping[str, str] = field(default_factory=dict)
    requirement_files: Mapping[str, str] = field(default_factory=dict)
    direct_files: tuple[str, ...] = ()

    moves_into_venv: bool = False
    """Commands without a prefix must find the target's environment: they get its prefix."""
    programs: frozenset[str] = frozenset()
    """Programs of the project's packages, beside those that are known by heart."""
    path_not_prefix: bool = False
    """`.venv/bin` is put on PATH, and commands get no prefix."""
    tool_version: str = ""
    """The version that a line that installs the target's tool pins; empty: the newest."""
    tool_elsewhere: bool = False
    """The tool is installed by something else (Upsun's `dependencies`), so lines that install one go."""
    project_installed: bool = False
    """The project itself is a package that its manager installs."""
    lock_present: bool = True
    """The target has a lock; without one it must not be asked to check it."""
    user_install: bool = False
    """pip installs for the user and must be told so."""
    pip_user: bool = False
    """PIP_USER is set, so pip must be told not to install for the user in an environment, where it would fail."""
    system_python: bool = False
    """uv must take the Python that is there (`--no-managed-python`)."""
    env_file: str = ""
    """A file of variables that Pipenv loads unasked."""

    where: str = ""
    """What a loss calls the text."""
    first_line: int = 1
    """The number of the text's first line in its file."""
