"""The standard half of `pyproject.toml`: `[project]` (PEP 621) and `[dependency-groups]` (PEP 735).

`requirement` is PEP 508 text, `parse` reads the tables, `edit` changes the text with comments kept.
"""
