"""What of the standard tables goes with a manager that leaves: the requirements of a project that nobody builds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from converter.pyproject.sections import Path

_DECLARING = {"name", "version", "requires-python", "dependencies", "optional-dependencies"}


def belonging(document: Mapping[str, object]) -> Iterator[Path]:
    """The tables and entries that only declared what to install; none where a build backend reads them."""
    project = document.get("project")
    if not isinstance(project, Mapping) or document.get("build-system"):
        return
    yield ("dependency-groups",)
    if set(project) <= _DECLARING:
        yield ("project",)
    else:
        yield from (("project", "dependencies"), ("project", "optional-dependencies"))
