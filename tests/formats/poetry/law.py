"""What the laws must know of Poetry: where a person chooses the keys, and what its files can say."""

from __future__ import annotations

from tests.strategies import Powers

_FREE = (
    # what other tools keep in the same file stays there
    r"pyproject\.toml: (?!tool\.poetry|project|dependency-groups).*",
    r"pyproject\.toml: project\.(optional-dependencies|scripts|gui-scripts|urls|entry-points.*)",
    r"pyproject\.toml: dependency-groups",
    r"pyproject\.toml: tool\.poetry\.((dev-)?dependencies|group|group\.[^.]+\.dependencies)",
    r"pyproject\.toml: tool\.poetry\.(extras|scripts|urls|plugins.*|requires-plugins|build-constraints.*)",
    r"poetry\.lock: (extras|package\.(dependencies|extras|markers))",
)
FREE = "|".join(_FREE)
POWERS = Powers(
    sources=("private", "git", "branch", "archive", "directory"),
    edges=True,
    extras=True,
    forks=True,
    python=(">=3.9", "<4.0,>=3.9", "==3.11.*"),
    filenames=True,
    versions_of_sources=True,
    prereleases=True,
    optional_groups=True,
)
