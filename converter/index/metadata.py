"""Core metadata of a release as edges of a lock.

Specification: core metadata 2.x (`METADATA`, `PKG-INFO`), PEP 508 for Requires-Dist, PEP 685 for extras' names. Old
releases hold requirements that PEP 508 does not admit; the few spellings that pip and uv forgive are mended here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from packaging.metadata import parse_email
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from converter import markers
from converter.model import ANY_VERSION, Dependency, Registry, Requirement
from converter.pyproject.requirement import parse_requirement

_DYNAMIC_SINCE = Version("2.2")
_MOST = 10_000  # ten times what the largest has
_MENDED = (
    (re.compile(r"(>=|<=|>|<|~=)\s*([\d.]+)\.\*"), r"\1\2"),  # >=3.6.* : a star has no order
    (re.compile(r"(\d)\s*(?=[<>!=~]=?)"), r"\1,"),  # >=1.0<2 : a comma is missing
    (re.compile(r",\s*(?=[);]|$)"), ""),  # >=1.0, : one too many
    (re.compile(r"(?<=[=<>])\s*['\"]([\d.*]+)['\"](?=\s*[,);]|$)"), r"\1"),  # >='1.0'
    (re.compile(r"!=\s*~"), "!="),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a release says of itself, as far as a lock wants to know. `edges` without an extra, `extras` by extra."""

    name: str
    version: str
    summary: str = ""
    requires_python: SpecifierSet | None = None
    edges: tuple[Dependency, ...] = ()
    extras: Mapping[str, tuple[Dependency, ...]] = field(default_factory=dict)
    requires_dist: tuple[str, ...] = ()  # as written
    stated_python: str = ""  # `requires_python` as written
    broken: tuple[str, ...] = ()  # requirements that cannot be read even when mended
    believed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """The fields of core metadata that a lock wants to know, as they are written.

    `believed` says that the requirements are those of one build, which another may not repeat.
    """

    summary: str = ""
    requires_python: str = ""
    requires_dist: tuple[str, ...] = ()
    provides_extra: tuple[str, ...] = ()
    believed: bool = False


def read(content: bytes, *, name: str, version: str, sdist: bool = False) -> Metadata | None:
    """The metadata of a release, `None` where an sdist's says that its dependencies are only known once it is built.

    Raises ValueError where it is another release's, or no metadata at all.
    """
    said = stated(content, name=name, version=version, sdist=sdist)
    return None if said is None else understood(said, name=name, version=version)


def stated(content: bytes, *, name: str, version: str, sdist: bool = False) -> Stated | None:
    """The fields of a METADATA or PKG-INFO; as `read`."""
    raw, _ = parse_email(content)
    whose = raw.get("name", ""), raw.get("version", "")
    if canonicalize_name(whose[0]) != name or not _same_version(whose[1], version):
        said = f"{whose[0] or 'nobody'} {whose[1]}"[:100]
        raise ValueError(f"the metadata is that of {said}, not of {name} {version}")
    if len(raw.get("requires_dist", [])) + len(raw.get("provides_extra", [])) > _MOST:
        raise ValueError(f"the metadata has more than {_MOST} requirements and extras")
    if sdist and not _static(raw.get("metadata_version", ""), raw.get("dynamic", [])):
        return None
    return Stated(
        summary=raw.get("summary", "").strip(),
        requires_python=raw.get("requires_python", ""),
        requires_dist=tuple(raw.get("requires_dist", [])),
        provides_extra=tuple(raw.get("provides_extra", [])),
    )


def believed(content: bytes, requires: bytes, *, name: str, version: str) -> Stated:
    """The fields of an sdist's PKG-INFO with the requirements of the requires.txt that setuptools left in it.

    What Poetry believes too. The sections of the file are extras and markers: `[extra]`, `[:marker]`,
    `[extra:marker]`. Raises ValueError as `read`.
    """
    said = stated(content, name=name, version=version) or Stated()
    condition, extras = "", []
    lines: list[str] = []
    for line in requires.decode("utf-8", "replace").splitlines()[:_MOST]:
        text = line.strip()
        if text.startswith("[") and text.endswith("]"):
            extra, _, marker = text[1:-1].partition(":")
            extras += [extra] if extra else []
            wanted = [f"({marker})" if marker else "", f'extra == "{extra}"' if extra else ""]
            condition = " and ".join(filter(None, wanted))
        elif text:
            lines.append(f"{text} ; {condition}" if condition else text)
    return replace(said, requires_dist=tuple(lines), provides_extra=tuple(dict.fromkeys(extras)), believed=True)


def understood(said: Stated, *, name: str, version: str) -> Metadata:
    """The fields as edges of a lock."""
    mended = [(line, _requirement(line)) for line in said.requires_dist]
    known = [requirement for _, requirement in mended if requirement]
    naming: dict[str, list[Requirement]] = {canonicalize_name(extra): [] for extra in said.provides_extra}
    for requirement in known:
        for extra in requirement.marker.names():
            naming.setdefault(extra, []).append(requirement)
    return Metadata(
        name=name,
        version=version,
        summary=said.summary,
        requires_python=_python(said.requires_python),
        edges=tuple(edge for r in known if (edge := _edge(r, frozenset()))),
        extras={extra: _of_extra(naming[extra], extra) for extra in sorted(naming)},
        requires_dist=said.requires_dist,
        stated_python=said.requires_python,
        broken=tuple(line for line, requirement in mended if requirement is None),
        believed=said.believed,
    )


def _same_version(one: str, two: str) -> bool:
    try:
        return Version(one) == Version(two) or Version(one).public == Version(two).public
    except InvalidVersion:
        return one == two


def _static(metadata_version: str, dynamic: list[str]) -> bool:
    try:
        recent = Version(metadata_version) >= _DYNAMIC_SINCE
    except InvalidVersion:
        return False
    return recent and not {"requires-dist", "provides-extra"} & {key.lower() for key in dynamic}


def _python(text: str) -> SpecifierSet | None:
    try:
        return SpecifierSet(_mend(text)) if text.strip() else None
    except InvalidSpecifier:
        return None


def _mend(text: str) -> str:
    for wrong, right in _MENDED:
        text = wrong.sub(right, text)
    return text


def _requirement(line: str) -> Requirement | None:
    head, semicolon, marker = line.partition(";")
    for candidate in (line, f"{_mend(head)}{semicolon}{marker}"):
        try:
            return parse_requirement(candidate)
        except ValueError:
            continue
    return None


def _edge(requirement: Requirement, extras: frozenset[str]) -> Dependency | None:
    marker = requirement.marker.with_extras(extras)
    if marker.is_empty():
        return None
    source = requirement.source
    rounded = markers.rounded(requirement.spelling.partition(";")[2])
    return Dependency(
        name=requirement.name,
        specifier=requirement.specifier if source is None else ANY_VERSION,
        source=None if isinstance(source, Registry) else source,
        extras=requirement.extras,
        marker=marker,
        rounded=rounded and rounded.with_extras(extras),
    )


def _of_extra(requirements: list[Requirement], extra: str) -> tuple[Dependency, ...]:
    """The edges that only the extra brings; `requirements` are those that speak of it."""
    edges = ((_edge(r, frozenset({extra})), _edge(r, frozenset())) for r in requirements)
    return tuple(edge for edge, without in edges if edge is not None and edge != without)
