"""The real package managers, as acceptance tests call them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.tools.install import HOME, PINS

# An active environment, or the path of another Python, would decide for the tool which environment it works on.
FOREIGN = ("CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    command: tuple[str, ...]
    variables: Mapping[str, str]

    def __call__(
        self, args: Sequence[str], cwd: Path, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end and hand back exit code and text; nothing is raised for an exit code."""
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        environment = kept | {"NO_COLOR": "1"} | dict(self.variables) | dict(variables or {})
        return subprocess.run(
            [*self.command, *args],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    poetry: Tool
    pipenv: Tool
    pipenv_before: Tool  # the last release with the older rule for the hash of a Pipfile
    uv: Tool
    pdm: Tool
    pip: Tool
    pip_compile: Tool
    build: Tool  # a project by its own backend: tests/tools/building.py


def tool(*command: str, **variables: str) -> Tool:
    return Tool(command=command, variables=variables)


def pipenv(folder: Path) -> Tool:
    """Pipenv mixes pip's own configuration into what it calls fresh, so it sees none."""
    return tool(
        str(folder / "bin" / "pipenv"),
        PIPENV_NOSPIN="1",
        PIPENV_VENV_IN_PROJECT="1",
        PIPENV_IGNORE_VIRTUALENVS="1",
        PIP_CONFIG_FILE=os.devnull,
    )


def real_tools(home: Path = HOME) -> Tools:
    """Poetry and Pipenv keep a project's environment inside the project, so that a test leaves nothing behind.

    Poetry's cache is our own: what the shim answers must not reach the cache of the person's Poetry.
    """
    return Tools(
        poetry=tool(
            str(home / "poetry" / "bin" / "python"),
            "-P",
            str(PINS / "poetry_shim.py"),
            POETRY_CACHE_DIR=str(home / "poetry" / "cache"),
            POETRY_NO_INTERACTION="1",
            POETRY_VIRTUALENVS_IN_PROJECT="true",
        ),
        pipenv=pipenv(home / "pipenv"),
        pipenv_before=pipenv(home / "pipenv-2026.2"),
        uv=tool(str(home / "uv" / "bin" / "uv")),
        pdm=tool(str(home / "pdm" / "bin" / "pdm"), PDM_CHECK_UPDATE="0"),
        pip=tool(str(home / "pip" / "bin" / "python"), "-m", "pip"),
        pip_compile=tool(str(home / "pip-tools" / "bin" / "pip-compile")),
        build=tool(
            str(home / "backends" / "bin" / "python"),
            "-P",
            str(PINS / "building.py"),
            PATH=f"{home / 'backends' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",  # uv_build looks there
        ),
    )
