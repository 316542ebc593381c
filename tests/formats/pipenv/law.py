"""What the laws must know of Pipenv: where a person chooses the keys, and what its files can say."""

from __future__ import annotations

from tests.strategies import Powers

# a section's keys are packages, and a section of another name is a category; a script's keys are its names
FREE = r"Pipfile: (?!source|requires|pipenv)[^.]+|Pipfile\.lock: (?!_meta)[^.]+"
POWERS = Powers(tasks=True, filenames=True)
