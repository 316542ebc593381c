"""Requirements files as text: what a person declares, and the pins made of it in pip-compile's layout.

Source of the layout: pip-tools' writer.py (split annotations, one hash a line), which `uv pip compile` keeps to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from converter.comments import with_comments
from converter.errors import without_credentials
from converter.formats.pip.indexes import host
from converter.formats.pip.requirement import file_name
from converter.formats.pip.wanted import Pin, Sheet
from converter.markers import DOUBLE, Marker
from converter.model import PUBLIC_INDEX, Archive, Directory, Index, Registry, Requirement, Vcs, index_url
from converter.pyproject.requirement import requirement_text

HEADER = "# Locked by pm-convert. To lock anew: pip-compile {options}{name}.in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What every file of a project says: its index options, its Python range, whether pins name their index.

    `hashed`: main's file has hashes.
    """

    options: tuple[str, ...] = ()
    requires_python: SpecifierSet | None = None
    from_index: bool = False
    hashed: bool = False


def option_lines(indexes: Iterable[Index], others: Iterable[str], *, prereleases: bool) -> Iterator[str]:
    """The options at the head of a file, credentials left out (`${VAR}` is pip's own way to say them, and stays)."""
    several = tuple(indexes)
    if not (len(several) == 1 and index_url(several[0].url) == PUBLIC_INDEX):
        for number, index in enumerate(several):
            yield f"--{'extra-' if number else ''}index-url {without_credentials(index.url)}"
        for index in several:
            if not index.verify_tls:
                yield f"--trusted-host {host(index.url)}"
    if prereleases:
        yield "--pre"
    yield from others


def declared_text(sheet: Sheet, style: Style, base: str | None) -> str:
    """The `.in` file of a scope; `base` is main's file, on which it rests."""
    head = list(sheet.comments.above)
    if style.requires_python is not None and not sheet.scope.name:
        head.append(f"# requires-python: {style.requires_python}")
    blocks = ["".join(f"{line}\n" for line in part) for part in (head, _options(style, base)) if part]
    lines = [line for r in sheet.requirements for line in with_comments(_declared(r), r.comments)]
    return "\n".join([*blocks, "".join(f"{line}\n" for line in lines)])


def _options(style: Style, base: str | None) -> list[str]:
    return [*style.options, *([f"-c {base}"] if base else [])]


def _declared(requirement: Requirement) -> str:
    """A requirement line."""
    named = replace(requirement, source=None if isinstance(requirement.source, Registry) else requirement.source)
    return _reference(named, named.source) if named.source else requirement_text(named, DOUBLE)


def _reference(requirement: Requirement, source: object) -> str:
    """A line for what comes from a place of its own."""
    if isinstance(source, Vcs):
        return requirement_text(replace(requirement, source=replace(source, url=_with_scheme(source.url))), DOUBLE)
    if isinstance(source, Archive) and source.url:
        return requirement_text(requirement, DOUBLE)
    return _path_line(requirement, source)


def _with_scheme(url: str) -> str:
    """`git@host:path` as the URL that pip takes."""
    if "://" in url or ":" not in url:
        return url
    machine, _, path = url.partition(":")
    return f"ssh://{machine}/{path}"


def _path_line(requirement: Requirement, source: object) -> str:
    """A folder or a file by path. An editable one has no room for a marker."""
    path = getattr(source, "path", None) or ""
    inner = getattr(source, "subdirectory", None)
    spelled = path if path.startswith((".", "/")) else f"./{path}"
    spelled = f"file:{spelled}#subdirectory={inner}" if inner and isinstance(source, Archive) else spelled
    spelled = f"{spelled}/{inner}" if inner and isinstance(source, Directory) else spelled
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    editable = isinstance(source, Directory) and source.editable and requirement.marker.is_any()
    marker = "" if requirement.marker.is_any() else f" ; {requirement.marker.text(DOUBLE)}"
    line = f"{'-e ' if editable else ''}{spelled}{extras}{marker}"
    return line if _says(source, requirement.name) else f"{line}  # as {requirement.name}"


def _says(source: object, name: str) -> bool:
    """Whether a path tells the package's name."""
    if isinstance(source, Archive):
        return file_name(source)[0] == name
    last = (getattr(source, "path", "") or "").rpartition("/")[2]
    return last == "." or canonicalize_name(last) == name


def locked_text(sheet: Sheet, pins: Iterable[Pin], style: Style, base: str | None) -> str:
    """A `.txt` file with these pins of a scope."""
    head = [*_options(style, base)]
    blocks = ["".join(f"{line}\n" for line in part) for part in ([_header(sheet)], head) if part]
    lines = [line for pin in pins for line in _pin_lines(pin, style)]
    return "\n".join([*blocks, "".join(f"{line}\n" for line in lines)])


def _header(sheet: Sheet) -> str:
    return HEADER.format(
        options="--generate-hashes " if any(p.package.hashes for p in sheet.pins) else "", name=sheet.name
    )


def _pin_lines(pin: Pin, style: Style) -> Iterator[str]:
    hashes = sorted(pin.package.hashes) if _takes_hashes(pin) else []
    yield " \\\n".join([_pin(pin), *(f"    --hash={each}" for each in hashes)])
    source = pin.package.id.source
    if style.from_index and isinstance(source, Registry):
        yield f"    # from {without_credentials(source.index)}"
    if len(pin.via) == 1:
        yield f"    # via {pin.via[0]}"
    elif pin.via:
        yield "    # via"
        yield from (f"    #   {who}" for who in pin.via)


def _takes_hashes(pin: Pin) -> bool:
    return isinstance(pin.package.id.source, Registry | Archive)


def _pin(pin: Pin) -> str:
    package, source = pin.package, pin.package.id.source
    plain = Requirement(name=package.name, extras=package.extras, marker=pin.marker)
    if isinstance(source, Registry):
        return _marked(f"{package.name}{_extras(package.extras)}=={package.id.version}", pin.marker)
    if isinstance(source, Vcs):
        commit = replace(source, revision=None) if source.commit else source
        return _reference(replace(plain, source=commit), commit)
    return _reference(replace(plain, source=source), source)


def _extras(extras: frozenset[str]) -> str:
    return f"[{','.join(sorted(extras))}]" if extras else ""


def _marked(text: str, marker: Marker) -> str:
    return text if marker.is_any() else f"{text} ; {marker.text(DOUBLE)}"
