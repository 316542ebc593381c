"""Sources and git URLs as uv.lock writes them.

`{ registry = ".." }`, `{ git = "..?rev=..#<commit>" }`, `{ editable = ".." }`. Source: `uv-resolver/src/lock/mod.rs`
(SourceWire) and `uv-distribution-types/src/requirement.rs` (RequirementSourceWire).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote_plus, unquote

from converter.model import Archive, Directory, Registry, Source, Vcs, index_url
from converter.pyproject.requirement import git_url
from converter.table import Table, shown

REFERENCES = ("branch", "tag", "rev")
_KEYS = ("registry", "git", "url", "path", "directory", "editable", "virtual")


def read_source(table: Table) -> Source:
    """The source of a package or of an edge. Raises InputError for one of no known kind."""
    kind = next((key for key in _KEYS if key in table), None)
    if kind is None:
        keys = ", ".join(table.keys()) or "nothing"
        raise table.error("", f"expected a source of a kind that uv writes, found {keys}")
    text = table.string(kind)
    if kind == "registry":
        return Registry(index_url(text))
    if kind == "git":
        return read_git(table, text)
    if kind == "url":
        return Archive(url=text, subdirectory=table.optional_string("subdirectory"))
    if kind == "path":
        return Archive(path=text)
    return Directory(path=text, editable=kind == "editable")


def read_git(table: Table, text: str) -> Vcs:
    """A repository from uv's spelling: what was asked for in the query, the commit as fragment."""
    address, _, commit = text.partition("#")
    url, _, query = address.partition("?")
    asked = dict(parse_qsl(query, keep_blank_values=True))
    reference = next((key for key in REFERENCES if key in asked), None)
    if commit and not re.fullmatch(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", commit):
        raise table.error("git", f"expected a commit behind the #, found {shown(commit)}")
    return Vcs(
        type="git",
        url=url,
        revision=asked[reference] if reference else None,
        reference=reference or "rev",
        commit=commit or None,
        subdirectory=asked.get("subdirectory"),
    )


def git_text(source: Vcs, *, locked: bool) -> str:
    """The repository in uv's spelling; without the commit where it states what is required (`locked` is false)."""
    asked = [("subdirectory", source.subdirectory), (source.reference, source.revision)]
    query = "&".join(f"{key}={_quoted(text)}" for key, text in asked if text)
    commit = f"#{source.commit}" if locked and source.commit else ""
    return f"{git_url(source.url)}{'?' if query else ''}{query}{commit}"


def _quoted(text: str) -> str:
    return quote_plus(text, safe="*-._").replace("~", "%7E")


def source_value(source: Source, *, virtual: bool = False) -> dict[str, str]:
    """The inline table of a locked package's source."""
    match source:
        case Registry(index):
            return {"registry": index}
        case Vcs() as vcs:
            return {"git": git_text(vcs, locked=True)}
        case Archive(url=str() as url, subdirectory=subdirectory):
            return {"url": url, **({"subdirectory": subdirectory} if subdirectory else {})}
        case Archive(path=path):
            return {"path": tidy_path(path or "")}
        case Directory() as directory:
            kind = "editable" if directory.editable else "virtual" if virtual else "directory"
            return {kind: tidy_path(folder(directory))}


def folder(directory: Directory) -> str:
    """The path of a source tree with its subdirectory, for which uv has no key of its own."""
    return f"{directory.path}/{directory.subdirectory}" if directory.subdirectory else directory.path


def path_of(directory: Directory) -> str:
    """The path of a source tree in one spelling."""
    return tidy_path(posixpath.normpath(folder(directory)))


def tidy_path(path: str) -> str:
    """A relative path without `./` and trailing slashes."""
    tidy = re.sub(r"^(\./)+", "", path.replace("\\", "/")).rstrip("/")
    return tidy or "."


def file_name(address: str) -> str:
    """The last part of a URL or path, as a file is called."""
    return unquote(address.partition("#")[0].partition("?")[0].rstrip("/").rpartition("/")[2])


def source_rank(value: Mapping[str, object]) -> tuple[int, str, str]:
    """The order of sources in a uv.lock: by kind, then by text."""
    kind = next((key for key in _KEYS if key in value), "virtual")
    return _KEYS.index(kind), str(value.get(kind)), str(value.get("subdirectory") or "")
