"""What a real environment holds after a real tool has filled it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from packaging.utils import canonicalize_name

LIST = "import importlib.metadata as m; [print(d.metadata['Name'], d.version) for d in m.distributions()]"


def installed(project: Path) -> dict[str, str]:
    """What the project's environment holds: name to version, without what makes an environment."""
    python = next(path for path in project.glob(".venv/*/python*") if path.name in ("python", "python.exe"))
    listed = subprocess.run([str(python), "-c", LIST], capture_output=True, text=True, check=True).stdout
    found = dict(line.split() for line in listed.splitlines())
    return {
        canonicalize_name(n): v for n, v in found.items() if canonicalize_name(n) not in {"pip", "setuptools", "wheel"}
    }
