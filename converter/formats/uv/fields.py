"""What of a project is no requirement, as fields of `[project]`."""

from __future__ import annotations

from converter.model import Project
from converter.pyproject.fields import entry_point_tables, license_value

NO_VERSION = "0"
"""uv wants a version of every project; this one says that there is none."""


def fields(project: Project) -> dict[str, object]:
    """The plain fields of `[project]`; the requirements are not among them."""
    made: dict[str, object] = {"name": project.name, "version": project.version or NO_VERSION}
    made |= {key: value for key, value in project.metadata.items() if key != "dynamic"}
    if isinstance(made.get("license"), str):
        made["license"] = license_value(str(made["license"]))
    return made | entry_point_tables(project)
