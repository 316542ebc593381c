"""What the laws must know of PDM: where a person chooses the keys, and what its files can say."""

from __future__ import annotations

from tests.strategies import Powers

_FREE = (
    # what other tools keep in the same file stays there, and so does what pdm-backend reads
    r"pyproject\.toml: (?!tool\.pdm|project|dependency-groups).*",
    r"pyproject\.toml: project\.(optional-dependencies|scripts|gui-scripts|urls|entry-points.*)",
    r"pyproject\.toml: dependency-groups",
    r"pyproject\.toml: tool\.pdm\.(dev-dependencies|scripts.*|options.*|publish|resolution\.overrides|build.*|version)",
    r"pdm\.lock: metadata\.(files|lock_inputs.*)",
)
FREE = "|".join(_FREE)
POWERS = Powers(
    edges=True,
    extras=True,
    forks=True,
    python=(">=3.9", "<4.0,>=3.9", "==3.11.*"),
    filenames=True,
    tasks=True,
    one_condition=True,
)
