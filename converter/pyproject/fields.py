"""Fields of `[project]` that are no requirements, from what the model has of them."""

from __future__ import annotations

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.utils import InvalidName, canonicalize_name

from converter.model import Project

NO_VERSION = "0"
"""`[project]` wants a version; this one says that there is none."""
_SCRIPTS = {"console_scripts": "scripts", "gui_scripts": "gui-scripts"}


def fields(project: Project) -> dict[str, object]:
    """The plain fields of `[project]`; the requirements are not among them."""
    made: dict[str, object] = {"name": project.name, "version": project.version or NO_VERSION}
    made |= {key: value for key, value in project.metadata.items() if key != "dynamic"}
    if isinstance(made.get("license"), str):
        made["license"] = license_value(str(made["license"]))
    return made | entry_point_tables(project)


def is_name(text: str) -> bool:
    """Whether a package may be called so (PEP 508)."""
    try:
        canonicalize_name(text, validate=True)
    except InvalidName:
        return False
    return True


def license_value(text: str) -> object:
    """An SPDX expression (PEP 639) as it is, anything else as the text that it is."""
    try:
        canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return {"text": text}
    return text


def entry_point_tables(project: Project) -> dict[str, object]:
    """`scripts`, `gui-scripts` and `entry-points` as PEP 621 has them, each where there is one."""
    made: dict[str, dict[str, str]] = {}
    plugins: dict[str, dict[str, str]] = {}
    for point in project.entry_points:
        key = _SCRIPTS.get(point.group)
        table = made.setdefault(key, {}) if key else plugins.setdefault(point.group, {})
        table[point.name] = point.value
    return {**made, **({"entry-points": plugins} if plugins else {})}
