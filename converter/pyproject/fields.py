"""What of a project is no requirement, as plain fields of `[project]` (PEP 621, PEP 639)."""

from __future__ import annotations

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from converter.model import Project

_SCRIPTS = {"console_scripts": "scripts", "gui_scripts": "gui-scripts"}


def project_fields(project: Project) -> dict[str, object]:
    """Name, version where there is one, metadata but for `dynamic`, and entry points; requirements are not among them.

    A license that is no SPDX expression becomes the table with its text.
    """
    made: dict[str, object] = {"name": project.name}
    if project.version is not None:
        made["version"] = project.version
    made |= {key: value for key, value in project.metadata.items() if key != "dynamic"}
    if isinstance(made.get("license"), str):
        made["license"] = _license(str(made["license"]))
    return made | _entry_points(project)


def _license(text: str) -> object:
    """An SPDX expression as it is, anything else as the text that it is."""
    try:
        canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return {"text": text}
    return text


def _entry_points(project: Project) -> dict[str, object]:
    made: dict[str, dict[str, str]] = {}
    plugins: dict[str, dict[str, str]] = {}
    for point in project.entry_points:
        key = _SCRIPTS.get(point.group)
        table = made.setdefault(key, {}) if key else plugins.setdefault(point.group, {})
        table[point.name] = point.value
    return {**made, **({"entry-points": plugins} if plugins else {})}
