"""PEP 508 requirements and direct references as text, to and from the model.

Specification: PEP 508, PEP 440, PEP 610.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import parse_qs, quote, unquote

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.specifiers import Specifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from converter import markers
from converter.model import Archive, Directory, Registry, Requirement, Source, Vcs

_VCS = re.compile(r"(?P<type>git|hg|svn|bzr)\+(?P<url>.+)")
_SCP = re.compile(r"(?P<user>[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>(?!//).+)")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_NO_VERSION = re.compile(r"""python_(?:full_)?version\s*(?:<=?|[!=~]=|>=?)\s*(["'])[<>=!~][^"']*\1""")
_ALWAYS = "(python_version < '3' or python_version >= '3')"
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar")
_HASHES = ("sha256", "sha384", "sha512", "sha224", "sha1", "md5")  # those that a fragment may state: PEP 440, pip
_ORDER = (">", ">=", "~=", "==", "===", "!=", "<", "<=")


@lru_cache(maxsize=1 << 14)
def parse_requirement(text: str) -> Requirement:
    """The requirement that PEP 508 text says. Raises ValueError with a short reason for text that is none."""
    try:
        read = Pep508(text)
    except InvalidRequirement as why:
        raise ValueError(str(why).splitlines()[0]) from None
    return Requirement(
        name=canonicalize_name(read.name),
        extras=frozenset(map(canonicalize_name, read.extras)),
        specifier=read.specifier,
        marker=markers.parse(str(read.marker)) if read.marker else markers.ANY,
        source=direct_reference(read.url) if read.url else None,
        spelling=text,
    )


def forgiving(text: str) -> str:
    """PEP 508 text with each comparison of Python with what is no version as one that always holds, as tools read it.

    `packaging` compares such words as text (a digit sorts before `<`), uv and others pass over them.
    """
    head, semicolon, marker = text.partition(";")
    return f"{head}{semicolon}{_NO_VERSION.sub(_ALWAYS, marker)}" if semicolon else text


def requirement_text(requirement: Requirement, style: markers.Style = markers.PEP508) -> str:
    """PEP 508 text: `name[extra]>=1,<2 ; marker` or `name @ url ; marker`."""
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = "" if requirement.marker.is_any() else requirement.marker.text(style)
    if requirement.source is None or isinstance(requirement.source, Registry):
        return f"{requirement.name}{extras}{specifier_text(requirement.specifier)}" + (f" ; {marker}" if marker else "")
    return f"{requirement.name}{extras} @ {reference_url(requirement.source)}" + (f" ; {marker}" if marker else "")


def specifier_text(specifiers: SpecifierSet) -> str:
    """A specifier set with its lower bound first: `>=1,!=1.5,<2`."""
    return ",".join(str(s) for s in sorted(specifiers, key=_specifier_key))


def _specifier_key(one: Specifier) -> tuple[Version, int, str]:
    try:
        version = Version(one.version.removesuffix(".*"))
    except InvalidVersion:
        version = Version("0")
    return version, _ORDER.index(one.operator), one.version


def direct_reference(url: str) -> Source:
    """The source that a PEP 440 direct reference names: a repository, a file by URL or path, or a folder by path."""
    match = _VCS.fullmatch(url)
    if match is None:
        return _file_reference(url)
    plain, _, fragment = match["url"].partition("#")
    repository, revision = split_revision(plain)
    return Vcs(
        type=match["type"],
        url=repository,
        revision=revision,
        commit=revision if revision and _COMMIT.fullmatch(revision) else None,
        subdirectory=_fragment(fragment, "subdirectory"),
    )


def split_revision(url: str) -> tuple[str, str | None]:
    """A repository URL and what stands behind the `@` of its path (not of its host)."""
    head, at, revision = url.rpartition("@")
    path_begins = url.find("/", url.find("://") + 3) if "://" in url else url.find(":")
    return (head, revision) if at and revision and len(head) > path_begins >= 0 else (url, None)


def git_url(url: str) -> str:
    """A repository's address as a URL: `git@host:path` becomes `ssh://git@host/path`."""
    match = None if "://" in url else _SCP.fullmatch(url)
    return f"ssh://{match['user'] or ''}{match['host']}/{match['path']}" if match else url


def _fragment(fragment: str, key: str) -> str | None:
    return next(iter(parse_qs(fragment).get(key, [])), None)


def _hashes(fragment: str) -> tuple[str, ...]:
    found = parse_qs(fragment)
    return tuple(f"{name}:{value}" for name in _HASHES for value in found.get(name, []))


def _file_reference(url: str) -> Source:
    plain, _, fragment = url.partition("#")
    subdirectory = _fragment(fragment, "subdirectory")
    if not plain.startswith("file:"):
        return Archive(url=plain, subdirectory=subdirectory, hashes=_hashes(fragment))
    path = unquote(re.sub(r"^file:(//(localhost)?(?=/))?", "", plain))
    return path_reference(path, subdirectory=subdirectory)


def path_reference(path: str, *, editable: bool = False, subdirectory: str | None = None) -> Archive | Directory:
    """A file or folder by path: a file where its name ends as an archive's does."""
    tidy = str(PurePosixPath(path.replace("\\", "/")))
    if tidy.endswith(_ARCHIVES):
        return Archive(path=tidy, subdirectory=subdirectory)
    return Directory(path=tidy, editable=editable, subdirectory=subdirectory)


def reference_url(source: Vcs | Archive | Directory) -> str:
    """The URL of a direct reference; of a repository, at what a person asked for, else at the locked commit.

    A relative path becomes `file:libs/a`, as pip and uv read it.
    """
    if isinstance(source, Vcs):
        revision = source.revision or source.commit
        url = f"{source.type}+{git_url(source.url)}" + (f"@{revision}" if revision else "")
    elif isinstance(source, Archive) and source.url:
        url = source.url
    else:
        path = source.path or ""
        url = f"file:{'//' if path.startswith('/') else ''}{quote(path)}"
    hashes = source.hashes if isinstance(source, Archive) else ()
    fragment = [f"subdirectory={source.subdirectory}"] if source.subdirectory else []
    fragment += [each.replace(":", "=") for each in hashes]
    return f"{url}#{'&'.join(fragment)}" if fragment else url
