"""hatchling: `[tool.hatch.build]`. Source: https://hatch.pypa.io/latest/config/build/ and its own `builders`."""

from __future__ import annotations

from collections.abc import Iterator

from converter.pyproject.backend.layout import GLOB, Layout, Part, Values, named, table, texts, unknown
from converter.pyproject.sections import Path
from converter.tree import Tree

MODULES = ("hatchling.build",)
REQUIRES = ("hatchling>=1.26",)
TABLES: tuple[Path, ...] = (("tool", "hatch", "build"), ("tool", "hatch", "metadata"))
_BUILD = "tool.hatch.build"
_CHOOSING = ("packages", "only-include", "include")


def read(document: Values, tree: Tree, name: str) -> Layout:
    """What `[tool.hatch.build]` puts into wheel and sdist."""
    build = table(document, "tool", "hatch", "build")
    wheel, sdist = (table(build, "targets", kind) for kind in ("wheel", "sdist"))
    parts = tuple(_parts(wheel)) or named(tree, name, ("", "src"))
    chosen = {part.place for part in parts}
    return Layout(
        parts=parts,
        included=tuple(_bare(wheel, "artifacts")),
        sdist=tuple(each for each in _bare(sdist, "include") if each.rstrip("/") not in chosen),
        excluded=tuple(each for each in _bare(wheel, "exclude") if each in set(_bare(sdist, "exclude"))),
        left_out=tuple(each for each in _bare(wheel, "exclude") if each not in set(_bare(sdist, "exclude"))),
        unsaid=tuple(_unsaid(document, build, wheel, sdist)),
    )


def _bare(settings: Values, key: str) -> Iterator[str]:
    """Patterns from the project's root on, without the slash that says so."""
    yield from (each.removeprefix("/") for each in texts(settings.get(key)))


def _parts(wheel: Values) -> Iterator[Part]:
    for place in texts(wheel.get("packages")):
        root, _, path = place.strip("/").rpartition("/")
        yield Part(path=path, root=root)
    roots = [each.strip("/") for each in texts(wheel.get("sources"))]
    for place in (each.strip("/") for key in _CHOOSING[1:] for each in texts(wheel.get(key))):
        root = next((each for each in roots if place.startswith(f"{each}/")), "")
        yield Part(path=place.removeprefix(f"{root}/") if root else place, root=root)


def _unsaid(document: Values, build: Values, wheel: Values, sdist: Values) -> Iterator[str]:
    yield from unknown(build, _BUILD, ("targets",))
    yield from unknown(table(build, "targets"), f"{_BUILD}.targets", ("wheel", "sdist"))
    yield from unknown(wheel, f"{_BUILD}.targets.wheel", (*_CHOOSING, "sources", "exclude", "artifacts"))
    yield from unknown(sdist, f"{_BUILD}.targets.sdist", ("include", "exclude"))
    yield from (f"{_BUILD}.targets.wheel.include: {each}" for each in texts(wheel.get("include")) if GLOB.search(each))
    if "sources" in wheel and not isinstance(wheel["sources"], list):
        yield f"{_BUILD}.targets.wheel.sources"
    yield from (f"tool.hatch.{key}" for key in ("version",) if key in table(document, "tool", "hatch"))
    yield from unknown(
        table(document, "tool", "hatch", "metadata"), "tool.hatch.metadata", ("allow-direct-references",)
    )


def written(layout: Layout) -> dict[Path, Values]:
    """The tables that say the same here."""
    places = [f"/{part.place}" for part in layout.parts]
    included, sdist, excluded, left_out = (
        [f"/{each}" for each in several]
        for several in (layout.included, layout.sdist, layout.excluded, layout.left_out)
    )
    wheel = {
        "include": places,
        "sources": sorted({part.root for part in layout.parts if part.root}),
        "artifacts": included,
        "exclude": [*excluded, *left_out],
    }
    archive = {"include": [*places, *sdist], "artifacts": included, "exclude": excluded}
    target = ("tool", "hatch", "build", "targets")
    made: dict[Path, Values] = {(*target, "wheel"): wheel, (*target, "sdist"): archive}
    return {path: {key: value for key, value in rows.items() if value} for path, rows in made.items()}
