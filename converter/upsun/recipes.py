"""What each package manager needs on Upsun: one line for each, and adding one is a line here.

The recipes are those of https://docs.upsun.com/languages/python/dependencies.html, made to work where the disk is
read-only after the build. `tested` is the release that a pin is written at, `floor` the oldest that reads the lock
which is written (a format's `reads`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

VENV = ".venv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """One package manager on Upsun.

    `tool` is the global dependency that installs it ("" for pip, which every image has), and its name in nixpkgs
    for composable images; `requirement` is how the dependency is written where that is more than the name. `sets`
    are the variables that it needs (YAML text), `pins` those that only say its version, `owns` what the names of
    its own begin with, `indexes` those that name an index: the main one, then the extra ones. `paths` are the
    folders that its old installers put on PATH, `in_project` the variable without which its environment is not the
    app's `.venv`, `caches` the mounts that only it uses. `installs` are the beginnings of the commands that install
    from the lock, `install` the one that a hook without any gets.
    """

    name: str
    title: str
    files: tuple[str, ...]
    lock: str
    tested: str
    floor: str
    tool: str = ""
    requirement: str = ""
    venv: bool = True
    sets: Mapping[str, str] | None = None
    pins: tuple[str, ...] = ()
    owns: tuple[str, ...] = ()
    indexes: tuple[str, str] = ("", "")
    paths: tuple[str, ...] = ()
    in_project: str = ""
    caches: tuple[str, ...] = ()
    installs: tuple[tuple[str, ...], ...]
    install: str

    @property
    def named(self) -> re.Pattern[str]:
        """Finds the tool's name as a word."""
        return re.compile(rf"(?i)\b{re.escape(self.tool or self.name)}\b")

    def owns_variable(self, name: str) -> bool:
        """Whether a variable of that name is this tool's own."""
        return name.upper().startswith(self.owns) if self.owns else False


PIP = "pip"
_PIP_INSTALL = (("pip", "install"), ("pip3", "install"))

MANAGERS: Mapping[str, Manager] = {
    manager.name: manager
    for manager in (
        Manager(
            name="pip", title="pip", files=("requirements.txt",), lock="requirements.txt", tested="26.3", floor="19.3",
            venv=False, pins=("PIP_VERSION",), owns=("PIP_",), indexes=("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"),
            installs=_PIP_INSTALL, install="pip install -r requirements.txt",
        ),
        Manager(
            name="pipenv", title="Pipenv", files=("Pipfile", "Pipfile.lock"), lock="Pipfile.lock", tool="pipenv",
            tested="2026.10.3", floor="2022.4.8", sets={"PIPENV_VENV_IN_PROJECT": "1"},
            pins=("PIPENV_TOOL_VERSION", "PIPENV_VERSION", "PIPENV_VERSION_BUILD"), owns=("PIPENV_", "WORKON_HOME"),
            indexes=("PIPENV_PYPI_MIRROR", ""), in_project="PIPENV_VENV_IN_PROJECT", caches=(".cache",),
            installs=(("pipenv", "install"), ("pipenv", "sync")),
            install="pipenv install --deploy",
        ),
        Manager(
            name="poetry", title="Poetry", files=("poetry.lock",), lock="poetry.lock", tool="poetry",
            tested="2.5.1", floor="2.3",
            sets={"POETRY_VIRTUALENVS_IN_PROJECT": "true", "POETRY_VIRTUALENVS_CREATE": "true"},
            pins=("POETRY_VERSION",), owns=("POETRY_",), paths=(".local/bin", ".poetry/bin"),
            in_project="POETRY_VIRTUALENVS_IN_PROJECT", caches=(".cache",),
            installs=(("poetry", "install"), ("poetry", "sync")), install="poetry install --only main",
        ),
        Manager(
            name="uv", title="uv", files=("uv.lock",), lock="uv.lock", tool="uv", tested="0.13.9", floor="0.4.30",
            sets={"UV_CACHE_DIR": "/tmp/uv-cache", "UV_NO_SYNC": "1"}, pins=("UV_VERSION",),  # noqa: S108 a shell's
            owns=("UV_",), indexes=("UV_DEFAULT_INDEX", "UV_INDEX"), paths=(".local/bin", ".cargo/bin"),
            caches=(".uv_cache",), installs=(("uv", "sync"),),
            install="uv sync --locked --no-dev --no-managed-python",
        ),
        Manager(
            # By itself PDM takes any newer hishel, and breaks with it; its extra `locked` has what it was tested with.
            name="pdm", title="PDM", files=("pdm.lock",), lock="pdm.lock", tool="pdm", requirement="pdm[locked]",
            tested="2.29.3", floor="2.17",
            sets={"PDM_CHECK_UPDATE": "false", "PDM_LOG_DIR": "/tmp/pdm-log"}, pins=("PDM_VERSION",),  # noqa: S108
            owns=("PDM_",), indexes=("PDM_PYPI_URL", ""), paths=(".local/bin",),
            installs=(("pdm", "sync"), ("pdm", "install")), install="pdm sync --prod",
        ),
        Manager(
            name="pylock", title="pylock.toml", files=("pylock.toml",), lock="pylock.toml", tested="26.3", floor="26.3",
            venv=False, pins=("PIP_VERSION",), owns=("PIP_",), indexes=("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"),
            installs=_PIP_INSTALL, install="pip install -r pylock.toml",
        ),
    )
}  # fmt: skip
"""The six, by the names of the formats."""


def by_tool(name: str) -> Manager | None:
    """The manager that a global dependency or a command of this name is; none for pip, which runs for all."""
    return next((manager for manager in MANAGERS.values() if manager.tool == name.lower()), None)
