"""Does the lock say what the manifest says? As uv compares them, for as much of it as needs no index.

Source: `Lock::satisfies` in `uv-resolver/src/lock/mod.rs`: requirements as sets, with markers taken for what they
mean under the project's own range of Pythons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from converter import markers
from converter.formats.uv.indexes import identity
from converter.formats.uv.lockfile import LOCK, Read
from converter.formats.uv.metadata import requires_dev, requires_dist
from converter.formats.uv.reached import members, root_of
from converter.losses import Kind, Loss
from converter.markers import ANY, EMPTY, Marker
from converter.model import Package, Project, Requirement

Said = tuple[object, ...]

_SETTLED = ("name", "marker", "extras", "extra", "specifier", "conflict")


def differences(project: Project, read: Read) -> tuple[Loss, ...]:
    """What a lock says otherwise than the manifest; and each requirement that the lock does not hold at all."""
    root = root_of(read.packages)
    told = [*_python(project, read), *(_root(project, root) if root else ())]
    detail = "; ".join(dict.fromkeys(told))
    stale = (Loss(kind=Kind.STALE_LOCK, where=LOCK, detail=detail),) if told else ()
    return (*stale, *_missing(project, read))


def _python(project: Project, read: Read) -> Iterator[str]:
    if project.requires_python is None or read.requires_python is None:
        return
    ours, theirs = (markers.python(str(each)) for each in (project.requires_python, read.requires_python))
    # of a workspace the lock has the range that all its members admit
    if ours != theirs and not (members(read) and (theirs & ~ours).is_empty()):
        yield f"requires-python is {project.requires_python}, the lock says {read.requires_python}"


def _root(project: Project, root: Package) -> Iterator[str]:
    metadata = root.tool["uv"].get("metadata")
    if not isinstance(metadata, Mapping):
        if project.dependencies or project.optional_dependencies or project.dependency_groups:
            yield "the lock repeats no requirements"
        return
    care = _covered(project)
    ours = {"requires-dist": requires_dist(project)} | {f"group {k}": v for k, v in requires_dev(project).items()}
    dev = metadata.get("requires-dev", metadata.get("dependency-groups", {}))
    theirs = {"requires-dist": metadata.get("requires-dist", [])} | {f"group {k}": v for k, v in dev.items()}
    for key in dict.fromkeys((*ours, *theirs)):
        one, two = ({_said(item, care) for item in side.get(key, ())} for side in (ours, theirs))
        for said in sorted(one ^ two, key=str):
            yield f"{said[0]} ({key}) {'is not in the lock so' if said in one else 'is not in the manifest so'}"


def _said(item: Mapping[str, object], care: Marker) -> Said:
    """A requirement as uv compares it: the order of extras and zeros behind a version make no difference."""
    text, specifier = item.get("marker"), item.get("specifier")
    marker = markers.parse(text).under(care) if isinstance(text, str) else ANY
    extras = item.get("extras", item.get("extra"))
    rest = sorted((k, identity(str(v)) if k == "index" else str(v)) for k, v in item.items() if k not in _SETTLED)
    admitted = _admitted(specifier) if isinstance(specifier, str) else None
    return item["name"], tuple(sorted(extras)) if isinstance(extras, list) else (), marker, admitted, *rest


def _admitted(text: str) -> object:
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return text


def _covered(project: Project) -> Marker:
    """The environments for which the lock was made."""
    care = ANY if project.requires_python is None else markers.python(str(project.requires_python))
    environments = project.lock.environments if project.lock else ()
    return care & reduce(or_, environments, EMPTY) if environments else care


def _missing(project: Project, read: Read) -> Iterator[Loss]:
    held = {package.name for package in read.packages}
    groups = ((f"dependency-groups.{name}", group.requirements) for name, group in project.dependency_groups.items())
    extras = ((f"project.optional-dependencies.{name}", items) for name, items in project.optional_dependencies.items())
    care = _covered(project)
    for place, requirements in (("project.dependencies", project.dependencies), *extras, *groups):
        for requirement in _absent(requirements, held, care):
            yield Loss(
                kind=Kind.NOT_LOCKED, where=f"pyproject.toml: {place}", detail=requirement.name,
                packages=frozenset({requirement.name}),
            )  # fmt: skip


def _absent(requirements: Iterable[Requirement], held: set[str], care: Marker) -> Iterator[Requirement]:
    for requirement in requirements:
        if requirement.name not in held and not (requirement.marker & care).is_empty():
            yield requirement
