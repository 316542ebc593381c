"""What of a project is no requirement, as fields of `[project]`."""

from __future__ import annotations

from converter.model import Project
from converter.pyproject.fields import project_fields

NO_VERSION = "0"
"""uv wants a version of every project; this one says that there is none."""


def fields(project: Project) -> dict[str, object]:
    """The plain fields of `[project]`; the requirements are not among them."""
    made = project_fields(project)
    return {"name": made.pop("name"), "version": made.pop("version", None) or NO_VERSION, **made}
