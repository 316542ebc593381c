"""What uv would read otherwise of a release's requirements, said again in `[[tool.uv.dependency-metadata]]`.

uv takes a pre-release of Python in a marker for its release, so that to it `<= "3.11.0a6"` (coverage's word for
tomli) holds on Python 3.11.0, where other tools do not install it. Said again in plain words for exactly that
release, uv installs what the source installs and keeps the lock when it resolves anew. So it does with a release that
the source's tool locked beside a version which the release's own words refuse: these are said without that version.
Specification: https://docs.astral.sh/uv/reference/settings/#dependency-metadata.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from converter import markers
from converter.formats.uv.edges import needed
from converter.formats.uv.marker_text import marker_text
from converter.formats.uv.metadata import specifier_text
from converter.formats.uv.published import own_words, published
from converter.formats.uv.python import python_text
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, EMPTY, Marker
from converter.model import ANY_VERSION, MAIN, Dependency, Lock, Package, Project, Registry, Requirement, Scope, release
from converter.pyproject.requirement import parse_requirement, requirement_text

KEY = "dependency-metadata"
Row = dict[str, object]
Places = Mapping[tuple[str, Scope], Marker]


def restated(project: Project, manifest: str) -> Lossy[tuple[Row, ...]]:
    """A row for each released package of the lock with an edge that uv would follow elsewhere than the source does.

    Each is told, at the file `manifest`.
    """
    lock = project.lock
    if lock is None:
        return Lossy(())
    stated = project.requires_python or lock.requires_python
    care = (ANY if stated is None else markers.python(str(stated))) & _covered(lock)
    places: dict[tuple[str, Scope], Marker] = {}
    held: dict[str, list[Package]] = {}
    for package in lock.packages:
        for scope, when in package.when.items():
            places[package.name, scope] = places.get((package.name, scope), EMPTY) | when
        held.setdefault(package.name, []).append(package)
    released = [p for p in lock.packages if isinstance(p.id.source, Registry)]
    overridden = {requirement.name for requirement in project.overrides}
    refused = {p.id: frozenset(_refused(p, care, held)) - overridden for p in released}
    found = [p for p in released if refused[p.id] or _misread(p, care, places)]
    losses = (_loss(p, refused[p.id], f"{manifest}: tool.uv.{KEY}") for p in found)
    return Lossy(tuple(_row(p, refused[p.id]) for p in found), tuple(losses))


def _loss(package: Package, refused: frozenset[str], where: str) -> Loss:
    kind = Kind.PIN_REFUSED if refused else Kind.METADATA_RESTATED
    detail = f"{package.name} {package.id.version}" + (f" and {', '.join(sorted(refused))}" if refused else "")
    return Loss(kind=kind, where=where, detail=detail, packages=refused)


def locked(rows: object) -> list[Row]:
    """The rows of a manifest as uv repeats them in its lock: in their order, requirements in uv's spelling."""
    said = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    made = [_locked(row) for row in said]
    return sorted(made, key=lambda row: (str(row["name"]), str(row.get("version", ""))))


def plain(package: Package, rows: list[Row]) -> Package:
    """The package with the edges as the source reads them, where a row says so to uv as well."""
    if not any(row["name"] == package.name and row.get("version") == package.id.version for row in rows):
        return package
    optional = {extra: _exact(edges) for extra, edges in package.optional_dependencies.items()}
    return replace(package, dependencies=_exact(package.dependencies or ()), optional_dependencies=optional)


def _exact(edges: tuple[Dependency, ...]) -> tuple[Dependency, ...]:
    return tuple(replace(edge, rounded=None) for edge in edges)


def _covered(lock: Lock) -> Marker:
    return reduce(or_, lock.environments, EMPTY) if lock.environments else ANY


def _refused(package: Package, care: Marker, held: Mapping[str, Sequence[Package]]) -> Iterator[str]:
    """The names that the package needs in versions of which the lock holds none where it is installed with it."""
    here = needed(package) & care
    for extra in ("", *package.extras):
        for edge in package.optional_dependencies.get(extra, ()) if extra else package.dependencies or ():
            beside = [p for p in held.get(edge.name, ()) if not (edge.marker & here & needed(p)).is_empty()]
            if beside and not any(_admits(edge, p) for p in beside):
                yield edge.name


def _admits(edge: Dependency, package: Package) -> bool:
    """Whether a version is one of those that an edge asks for; what is no release of an index always is."""
    version = release(package.id.version)
    numbered = isinstance(package.id.source, Registry) and isinstance(version, Version)
    return not numbered or edge.specifier.contains(version, prereleases=True)


def _misread(package: Package, care: Marker, places: Places) -> bool:
    """Whether uv would follow an edge of what is asked of the package to where its end is not, or not to where it is.

    `places` says where each package is installed. Each scope is looked at, and what main installs is there anyway.
    """
    return any(
        not (((rounded & ~marker & ~_place(places, end, scope)) | (marker & ~rounded)) & when & care).is_empty()
        for extra in ("", *package.extras)
        for marker, rounded, end in _rounded(package, extra)
        for scope, when in package.when.items()
    )


def _place(places: Places, name: str, scope: Scope) -> Marker:
    return places.get((name, scope), EMPTY) | places.get((name, MAIN), EMPTY)


def _rounded(package: Package, extra: str) -> Iterator[tuple[Marker, Marker, str]]:
    """The requirements that name a pre-release of Python: their marker, that as uv reads it, and the name of their end.

    What the lock has no edge for has no end either.
    """
    edges = package.optional_dependencies.get(extra, ()) if extra else package.dependencies or ()
    for edge in edges:
        if edge.rounded is not None:
            yield edge.marker, edge.rounded, edge.name
    for requirement in published(package, extra):
        rounded = markers.rounded(requirement.spelling.partition(";")[2])
        if rounded is not None and requirement.name not in {edge.name for edge in edges}:
            yield requirement.marker, rounded.with_extras(frozenset({extra})), ""


def _row(package: Package, refused: frozenset[str]) -> Row:
    required, extras = _required(package)
    said = (replace(r, specifier=ANY_VERSION) if r.name in refused else r for r in required)
    return {
        "name": package.name,
        "version": package.id.version,
        "requires-dist": sorted(dict.fromkeys(map(_line, said))),
        **({"provides-extra": sorted(extras)} if extras else {}),
    }


def _required(package: Package) -> tuple[Sequence[Requirement], frozenset[str]]:
    """What the release requires, in its own words or else as the edges say it, and the extras that these name."""
    said = own_words(package)
    if said and len(said) == len(package.requires_dist or ()):
        return said, frozenset().union(*(requirement.marker.names() for requirement in said))
    required = [_requirement(edge, ANY) for edge in package.dependencies or ()]
    for extra, edges in package.optional_dependencies.items():
        required += [_requirement(edge, markers.parse(f"extra == '{extra}'")) for edge in edges]
    return required, frozenset(package.optional_dependencies)


def _requirement(edge: Dependency, condition: Marker) -> Requirement:
    source = None if isinstance(edge.source, Registry) else edge.source
    marker = edge.marker & condition
    return Requirement(name=edge.name, extras=edge.extras, specifier=edge.specifier, marker=marker, source=source)


def _line(requirement: Requirement) -> str:
    """A requirement in uv's spelling."""
    plain = requirement.source is None or isinstance(requirement.source, Registry)
    bare = requirement_text(replace(requirement, marker=ANY, specifier=ANY_VERSION))
    marker = marker_text(requirement.marker)
    versions = specifier_text(requirement.specifier) if plain else ""
    return f"{bare}{versions}" + (f" ; {marker}" if marker else "")


def _locked(row: Mapping[str, object]) -> Row:
    """A row of the manifest as a row of the lock; texts that say nothing to us stay as they are."""
    given, extras = row.get("requires-dist"), row.get("provides-extra", row.get("provides-extras"))
    required = [_respelled(str(text)) for text in given] if isinstance(given, list) else []
    python = row.get("requires-python")
    return {
        "name": canonicalize_name(str(row.get("name", ""))),
        **({"version": str(row["version"])} if "version" in row else {}),
        **({"requires-dist": required} if required else {}),
        **({"requires-python": python_text(SpecifierSet(str(python)))} if python else {}),
        **({"provides-extras": extras} if extras else {}),
    }


def _respelled(text: str) -> str:
    try:
        return _line(parse_requirement(text))
    except ValueError:
        return text
