"""What the laws must know of pylock.toml: where a person chooses the keys, and what its files can say."""

from __future__ import annotations

from tests.strategies import Powers

_FREE = (
    # what other tools keep in the same file stays there
    r"pyproject\.toml: (?!project|dependency-groups).*",
    r"pyproject\.toml: project\.(optional-dependencies|scripts|gui-scripts|urls|entry-points.*)",
    r"pyproject\.toml: dependency-groups",
    # the names of algorithms
    r"pylock\.toml: packages\.(archive|sdist|wheels)\.hashes",
)
FREE = "|".join(_FREE)
POWERS = Powers(extras=True, forks=True, python=(">=3.9", ">=3.9,<4.0", "==3.11.*"), filenames=True, urls=True)
