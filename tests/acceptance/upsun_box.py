"""An app's life on Upsun without a container: build in dash, then a disk that is read-only, `.environment`, a command.

HOME and the app's folder are one, pip installs for the user into `.global` of it, tools come first on PATH in the place
of `dependencies.python3`. https://docs.upsun.com/create-apps/hooks/hooks-comparison.html
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from converter import disk
from converter.upsun.apps import App, holding
from converter.upsun.document import Scalar
from converter.upsun.scripts import scripts
from converter.upsun.variables import all_of
from tests.tools.real import FOREIGN, Tool

DASH = shutil.which("dash") or "sh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A repository with one app, and a folder of programs that the app finds on PATH."""

    root: Path
    programs: Path

    def give(self, name: str, tool: Tool) -> None:
        """Put a tool where a global dependency would be."""
        exports = [f"export {key}={shlex.quote(value)}" for key, value in tool.variables.items()]
        self._program(name, "\n".join([*exports, f'exec {shlex.join(tool.command)} "$@"']))

    def python(self) -> None:
        """Put the Python that runs the tests where the image's would be."""
        real = shlex.quote(os.path.realpath(sys.executable))  # an environment's would not install for the user
        for name in ("python", "python3", f"python3.{sys.version_info.minor}"):
            self._program(name, f'exec {real} "$@"')
        self._program("pip", f'exec {real} -m pip "$@"')

    def build(self) -> subprocess.CompletedProcess[str]:
        """Run the build hook while the disk can be written."""
        return self._run([DASH, "-c", self._text(("hooks", "build"))])

    def start(self, *keys: str) -> subprocess.CompletedProcess[str]:
        """Run a command, the start command if no keys name another, where the disk cannot be written."""
        text = self._text(keys or ("web", "commands", "start"))
        script = f"[ -f .environment ] && . ./.environment\n{text}"
        if os.geteuid() == 0:  # root writes whatever the mode says: only a mount keeps it from it
            here = shlex.quote(str(self.root))
            script = f"mount --bind {here} {here} && mount -o remount,ro,bind {here} && cd {here} || exit 99\n{script}"
            return self._run(["unshare", "-m", DASH, "-c", script])
        subprocess.run(["chmod", "-R", "a-w", str(self.root)], check=True)
        try:
            return self._run([DASH, "-c", script])
        finally:
            subprocess.run(["chmod", "-R", "u+w", str(self.root)], check=True)

    def _program(self, name: str, body: str) -> None:
        self.programs.mkdir(exist_ok=True)
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def _app(self) -> App:
        return holding(disk.read(self.root), PurePosixPath())[0]

    def _text(self, keys: tuple[str, ...]) -> str:
        every = scripts(disk.read(self.root), self._app())
        return next(script.text for script in every if script.keys == keys)

    def _environment(self) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        said = {e.key.value: e.value.value for e in all_of(self._app()) if isinstance(e.value, Scalar)}
        home = str(self.root)
        own = {
            "HOME": home,
            "PATH": f"{home}/.global/bin:{self.programs}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "PYTHONUSERBASE": f"{home}/.global",
            "PIP_USER": "1",
            "PIP_BREAK_SYSTEM_PACKAGES": "1",
            "PLATFORM_APP_DIR": home,
        }
        return kept | own | said

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.root, env=self._environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
