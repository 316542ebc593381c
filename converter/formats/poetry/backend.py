"""The build backend of a manifest: whether anything is built, and by a poetry-core that reads `[project]`."""

from __future__ import annotations

from collections.abc import Mapping

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from converter import toml
from converter.losses import Kind, Loss, Lossy
from converter.pyproject.edit import read_document
from converter.pyproject.sections import join, put, split

CORE = "poetry-core>=2.0.0,<3.0.0"
BACKEND = "poetry.core.masonry.api"
_OLD = "poetry.masonry.api"
_BACKENDS = (BACKEND, _OLD, "poetry_dynamic_versioning.backend")
"""poetry-core; Poetry itself, as before 1.0; poetry-core with the plugin that computes the version."""


def build_system(document: Mapping[str, object]) -> Mapping[str, object]:
    """`[build-system]`, empty where there is none."""
    found = document.get("build-system")
    return found if isinstance(found, Mapping) else {}


def is_built(document: Mapping[str, object]) -> bool:
    """Does the project say how it is built."""
    return bool(build_system(document))


def is_poetry(document: Mapping[str, object]) -> bool:
    """Is it built by poetry-core, under whichever name."""
    return build_system(document).get("build-backend") in _BACKENDS


def raised(text: str) -> Lossy[str]:
    """The manifest with a poetry-core that reads `[project]`, where it is built by an older one."""
    table = build_system(read_document(text))
    wanted = table.get("requires")
    if not is_poetry(read_document(text)) or not isinstance(wanted, list):
        return Lossy(text)
    new = [CORE if _is_old(each) else each for each in wanted]
    if new == wanted:
        return Lossy(text)
    sections = put(split(text), ("build-system",), "requires", toml.value(list(dict.fromkeys(new))))
    if table.get("build-backend") == _OLD:
        sections = put(sections, ("build-system",), "build-backend", toml.string(BACKEND))
    detail = f"{', '.join(map(str, wanted))} -> {', '.join(map(str, new))}"
    return Lossy(join(sections), (Loss(kind=Kind.BACKEND_RAISED, where="pyproject.toml: build-system", detail=detail),))


def _is_old(written: object) -> bool:
    """Does this requirement admit a poetry-core below 2."""
    try:
        requirement = Requirement(str(written))
    except InvalidRequirement:
        return False
    if canonicalize_name(requirement.name) not in {"poetry", "poetry-core"}:
        return False
    bounds = [s for s in requirement.specifier if s.operator in (">=", ">", "==", "~=", "===")]
    return not any(Version(s.version.removesuffix(".*")) >= Version("2") for s in bounds)
