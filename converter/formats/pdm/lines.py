"""Requirements as PDM writes them down: PEP 508, `-e` before it, and places below the project by `${PROJECT_ROOT}`.

Specification: `parse_line` and `BuildBackend.relative_path_to_url` of PDM 2.29: hatchling's `{root:uri}` is the same
place, and a line may be a bare path or URL whose fragment names the package (`#egg=name`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import parse_qs, quote, unquote, urlsplit

from packaging.utils import canonicalize_name

from converter import markers
from converter.markers import ANY
from converter.model import Archive, Directory, Registry, Requirement, Source, Vcs
from converter.pyproject.requirement import (
    direct_reference,
    parse_requirement,
    path_reference,
    reference_url,
    requirement_text,
)

ROOT = "file:///${PROJECT_ROOT}"
HATCH = "{root:uri}"
_BARE = re.compile(
    r"(?P<place>(?:\w[\w+.-]*://[^\s;\[\]]+|[^\s;\[\]]+))(?P<extras>\[[^\[\]]+\])?(?:\s*;\s*(?P<marker>.+))?"
)
_EGG = re.compile(r"(?P<name>[\w.-]+)(?:\[(?P<extras>[^\]]+)\])?")
_STEM = re.compile(r"(?P<name>[A-Za-z0-9_.]+(?:-[A-Za-z_][A-Za-z0-9_.]*)*)-v?\d")


def read_line(text: str) -> Requirement:
    """The requirement that a line of PDM's manifest says. Raises ValueError with a short reason where there is none."""
    editable = text.startswith("-e ")
    line = text.removeprefix("-e ").strip()
    try:
        read = parse_requirement(line)
    except ValueError:
        read = _bare(line)
    return replace(read, source=_edited(local(read.source), editable=editable), spelling=text)


def local(source: Source | None) -> Source | None:
    """A source with the project's own folder, by either of its names, taken off its path."""
    if isinstance(source, Archive) and (source.url or "").startswith(HATCH):
        rest = unquote((source.url or "").removeprefix(HATCH).strip("/"))
        return path_reference(rest or ".", subdirectory=source.subdirectory)
    if isinstance(source, Directory | Archive) and (source.path or "").startswith("/${PROJECT_ROOT}"):
        return replace(source, path=(source.path or "").removeprefix("/${PROJECT_ROOT}").strip("/") or ".")
    return source


def _edited(source: Source | None, *, editable: bool) -> Source | None:
    return replace(source, editable=True) if editable and isinstance(source, Directory) else source


def _bare(line: str) -> Requirement:
    match = _BARE.fullmatch(line)
    place = match["place"] if match else ""
    if match is None or not ("/" in place or place.startswith(".") or "://" in place):
        raise ValueError("it is neither PEP 508 nor a path or URL")
    egg = _EGG.match(next(iter(parse_qs(urlsplit(place).fragment).get("egg", [])), ""))
    source = direct_reference(place) if "://" in place or place.startswith(HATCH) else path_reference(_path(place))
    name = egg["name"] if egg else _guessed(place)
    if not name:
        raise ValueError("its package has no name: add #egg=name")
    extras = (match["extras"] or "").strip("[]") or (egg["extras"] if egg else "") or ""
    return Requirement(
        name=canonicalize_name(name),
        extras=frozenset(canonicalize_name(each.strip()) for each in extras.split(",") if each.strip()),
        marker=markers.parse(match["marker"]) if match["marker"] else ANY,
        source=source,
    )


def _path(place: str) -> str:
    return unquote(place.partition("#")[0])


def _guessed(place: str) -> str:
    """The package's name by the last part of its place, as PDM guesses it."""
    last = PurePosixPath(unquote(urlsplit(place).path.rpartition("@")[0] or urlsplit(place).path)).name
    if last.endswith(".whl"):
        return last.partition("-")[0]
    match = _STEM.match(last)
    return match["name"] if match else last.removesuffix(".git")


def line_text(requirement: Requirement) -> str:
    """PEP 508 text with a place below the project by `${PROJECT_ROOT}`; without what the text cannot say (editable)."""
    source = requirement.source
    plain = replace(requirement, specifier=requirement.specifier, prereleases=False)
    if isinstance(source, Vcs):
        plain = replace(plain, source=replace(source, url=_with_scheme(source.url)))
    if isinstance(source, Registry):
        plain = replace(plain, source=None)
    text = requirement_text(plain)
    if isinstance(source, Directory | Archive) and source.path and not source.path.startswith("/"):
        return text.replace(reference_url(source), _below(source))
    return text


def _below(source: Directory | Archive) -> str:
    path = (source.path or "").removeprefix("./").strip("/")
    place = f"{ROOT}/" if path == "." else f"{ROOT}/{quote(path)}"
    return f"{place}#subdirectory={source.subdirectory}" if source.subdirectory else place


def _with_scheme(url: str) -> str:
    """A repository at `git@host:path` by its URL: PEP 508 wants one."""
    host, colon, path = url.partition(":")
    return f"ssh://{host}/{path}" if colon and "://" not in url else url


def editable_text(requirement: Requirement) -> str:
    """A development requirement that is checked out in place: `-e file:///${PROJECT_ROOT}/path#egg=name[extras]`."""
    source = requirement.source
    assert isinstance(source, Directory)  # noqa: S101  # as its caller asks
    place, _, fragment = _below(source).partition("#")
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = "" if requirement.marker.is_any() else f" ; {requirement.marker.text()}"
    return f"-e {place}#egg={requirement.name}{extras}{'&' if fragment else ''}{fragment}{marker}"
