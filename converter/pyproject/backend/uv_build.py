"""uv_build: `[tool.uv.build-backend]`. Source: https://docs.astral.sh/uv/reference/settings/#build-backend."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.utils import canonicalize_name

from converter.pyproject.backend.layout import Layout, Part, Values, table, texts, unknown
from converter.pyproject.sections import Path
from converter.tree import Tree

MODULES = ("uv_build",)
REQUIRES = ("uv_build>=0.8.0,<1",)
TABLES: tuple[Path, ...] = (("tool", "uv", "build-backend"),)
_PLACE = "tool.uv.build-backend"
_KNOWN = ("module-name", "module-root", "namespace", "source-include", "source-exclude", "wheel-exclude")
_ROOT = "src"


def read(document: Values, tree: Tree, name: str) -> Layout:
    """What `[tool.uv.build-backend]` puts into wheel and sdist."""
    settings = table(document, "tool", "uv", "build-backend")
    root = str(settings.get("module-root", _ROOT)).strip("/")
    modules = texts(settings.get("module-name")) or (canonicalize_name(name).replace("-", "_"),)
    kept, gone = (set(texts(settings.get(key))) for key in ("source-exclude", "wheel-exclude"))
    del tree  # everything is stated, or follows from the name
    return Layout(
        parts=tuple(Part(path=module.replace(".", "/"), root=root) for module in modules),
        sdist=texts(settings.get("source-include")),
        excluded=tuple(sorted(kept & gone)),
        left_out=tuple(sorted(gone - kept)),
        unsaid=(
            *unknown(settings, _PLACE, _KNOWN),
            *(f"{_PLACE}.source-exclude: {glob} for the sdist alone" for glob in sorted(kept - gone)),
        ),
    )


def written(layout: Layout) -> dict[Path, Values]:
    """The tables that say the same here."""
    modules = [part.dotted for part in layout.parts]
    rows: dict[str, object] = {
        "module-root": layout.parts[0].root,
        "module-name": modules[0] if len(modules) == 1 else modules,
        "source-include": list(layout.sdist),
        "source-exclude": list(layout.excluded),
        "wheel-exclude": [*layout.excluded, *layout.left_out],
    }
    return {TABLES[0]: {key: value for key, value in rows.items() if value != []}}


def unsayable(layout: Layout) -> Iterator[str]:
    """What of a layout has no words here."""
    yield from (f"{part.place} is a single file" for part in layout.parts if part.is_module)
    if len(roots := {part.root for part in layout.parts}) > 1:
        yield f"packages in several folders: {', '.join(sorted(root or '.' for root in roots))}"
    yield from (f"{glob} outside of the packages" for glob in layout.included)
