"""The content of a uv.lock from a lock of the model that came from one.

Its own parts stay as they were; edges and files come from the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from packaging.version import InvalidVersion, Version

from converter.formats.uv.marker_text import marker_text
from converter.formats.uv.wire import source_rank, source_value
from converter.markers import Marker
from converter.model import Archive, Artifact, Dependency, Lock, Package, Vcs

Values = dict[str, object]

REVISION = 5
_KEPT = ("default-groups", "resolution-markers", "dev-dependencies", "group-requires-python", "metadata")


def own_content(lock: Lock, root: Values) -> Values:
    """The content of the uv.lock that the lock was read from; `root` is what the project's own entry has to say now.

    As it was written its revision stays, as uv itself leaves it: a newer number would promise parts that it lacks.
    """
    own = lock.tool["uv"]
    apart, written = own.get("apart"), _table(own.get("as-written"))
    packages = [*lock.packages, *(apart if isinstance(apart, tuple) else ())]
    top = {key: value for key, value in own.items() if key not in ("apart", "as-written")}
    made = [_package(p, _table(written.get("spelled"))) for p in packages]
    if not written:
        made = [_without_none({**p, **root}) if _is_root(p) else p for p in made]
    revision = written.get("revision") if written else REVISION
    return {**top, "version": 1, "revision": revision, "package": ordered_packages(made)}


def _without_none(values: Values) -> Values:
    return {key: value for key, value in values.items() if value is not None}


def _is_root(package: Values) -> bool:
    return "." in _table(package["source"]).values()


def ordered_packages(packages: Iterable[Values]) -> list[Values]:
    """Packages in the file's order: name, version, source."""
    return sorted(packages, key=_package_order)


def _package_order(package: Values) -> tuple[object, ...]:
    return str(package["name"]), *version_order(package.get("version")), source_rank(_table(package.get("source")))


def version_order(version: object) -> tuple[object, ...]:
    """What puts versions in their order; no version comes first."""
    if version is None:
        return (0, Version("0"), "")
    try:
        return (1, Version(str(version)), str(version))
    except InvalidVersion:
        return (1, Version("0"), str(version))


def _table(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _package(package: Package, spelled: Mapping[Marker, str]) -> Values:
    own = package.tool["uv"]
    written = _table(own.get("edges"))
    made: Values = {**package_head(package), "source": own["source"]}
    for key in _KEPT:
        if key in own:
            made[key] = own[key]
    made["dependencies"] = written.get(("dependencies",)) or [_edge(e, spelled) for e in package.dependencies or ()]
    made["optional-dependencies"] = {
        name: written.get(("optional-dependencies", name)) or [_edge(e, spelled) for e in edges]
        for name, edges in package.optional_dependencies.items()
    }
    return made | files_value(package)


def package_head(package: Package) -> Values:
    """Name and version of a package; a version that changes with every build is not written."""
    version = package.id.version
    return {"name": package.name, **({"version": version} if version is not None else {})}


def _edge(edge: Dependency, spelled: Mapping[Marker, str]) -> Values:
    """The inline table of an edge, with the marker as the file spelled it."""
    text = spelled.get(edge.marker)
    text = marker_text(edge.marker) if text is None else text
    return {
        "name": edge.name,
        **({"version": edge.version} if edge.version is not None else {}),
        **({"source": source_value(edge.source)} if edge.source is not None else {}),
        **({"extra": sorted(edge.extras)} if edge.extras else {}),
        **({"marker": text} if text else {}),
    }


def files_value(package: Package) -> Values:
    """The sdist and the wheels of a package, as far as its source is one that uv.lock has files for."""
    if isinstance(package.id.source, Vcs):
        return {}
    wheels = [a for a in package.artifacts if (a.filename or "").endswith(".whl")]
    sdists: Sequence[Artifact] = [a for a in package.artifacts if a not in wheels]
    made: Values = {"sdist": _file_value(package, sdists[0])} if sdists else {}
    return {**made, "wheels": [_file_value(package, a) for a in wheels]}


def _file_value(package: Package, artifact: Artifact) -> Values:
    name = artifact.filename or ""
    rest = _table(_table(package.tool.get("uv", {}).get("files")).get(name))
    made: Values = {key: rest[key] for key in ("path", "filename") if key in rest} or _place(package, artifact)
    if artifact.hashes:
        made["hash"] = next((h for h in artifact.hashes if h.startswith("sha256:")), artifact.hashes[0])
    for key, value in (("size", artifact.size), ("upload-time", _moment(artifact.upload_time))):
        if value is not None:
            made[key] = value
    return made | {key: value for key, value in rest.items() if key not in made}


def _moment(text: str | None) -> str | None:
    """A point in time as uv writes it: in milliseconds, without zeros at the end."""
    match = re.fullmatch(r"(?P<second>[^.Z+]+)(?:\.(?P<part>\d+))?(?:Z|\+00:00)", text or "")
    if match is None:
        return text
    part = (match["part"] or "")[:3].rstrip("0")
    return f"{match['second']}.{part}Z" if part else f"{match['second']}Z"


def _place(package: Package, artifact: Artifact) -> Values:
    """Where uv finds the file: nothing for an sdist that the package's source names already."""
    name, source = artifact.filename or "", package.id.source
    if isinstance(source, Archive):
        if not name.endswith(".whl"):
            return {}
        return {"url": source.url} if source.url else {"filename": name}
    if artifact.url:
        return {"url": artifact.url}
    return {"filename": name} if name.endswith(".whl") else {}
