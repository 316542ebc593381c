"""What the laws must know of uv: where a person chooses the keys, and what its files can say."""

from __future__ import annotations

from tests.strategies import Powers

_FREE = (
    # what other tools keep in the same file stays there
    r"pyproject\.toml: (?!tool\.uv|project|dependency-groups).*",
    r"pyproject\.toml: project\.(optional-dependencies|scripts|gui-scripts|urls|entry-points.*)",
    r"pyproject\.toml: dependency-groups",
    r"pyproject\.toml: tool\.uv\.(sources|dependency-groups|[a-z-]+-package|config-settings|pip|build-backend)",
    r"uv\.lock: package\.(optional-dependencies|dev-dependencies|group-requires-python|metadata\.requires-dev)",
    r"uv\.lock: options\.[a-z-]+-package|uv\.lock: manifest\.dependency-groups",
)
FREE = "|".join(_FREE)
POWERS = Powers(
    sources=("private", "git", "branch", "archive", "directory"),
    edges=True,
    extras=True,
    forks=True,
    python=(">=3.9", ">=3.9,<4.0", "==3.11.*"),
    filenames=True,
)
