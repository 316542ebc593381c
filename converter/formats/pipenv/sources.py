"""Where a Pipfile requirement or a Pipfile.lock entry comes from: `git`, `hg`, `svn`, `bzr`, `file`, `path`, `index`.

Source: https://pipenv.pypa.io/en/latest/pipfile.html and `install_req_from_pipfile` in Pipenv's
utils/dependencies.py. Both files spell a direct source alike; only `ref` differs: in the lock it is the commit.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, unquote

from packaging.utils import canonicalize_name

from converter.model import Archive, Directory, Vcs
from converter.pyproject.requirement import path_reference, split_revision
from converter.table import Table, shown

VCS = ("git", "hg", "svn", "bzr")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_EGG = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[(?P<extras>[^\]]*)\])?")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def is_commit(ref: str | None) -> bool:
    """Whether it is a whole commit name of git (SHA-1 or SHA-256)."""
    return bool(ref and _COMMIT.fullmatch(ref))


def truth(entry: Table, key: str) -> bool:
    """A switch, where Pipenv has also written (and reads) the word: `"true"`."""
    value = entry.take(key)
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise entry.error(key, f"expected true or false, found {shown(value)}")


def direct_source(entry: Table) -> Vcs | Archive | Directory | None:
    """The repository, file or folder that an entry names, `None` where it comes from an index."""
    for kind in VCS:
        if kind in entry:
            return _repository(entry, kind)
    for key in ("path", "file"):
        if key in entry:
            entry.skip("path", "file", "ref")
            subdirectory = entry.optional_string("subdirectory")
            return _place(entry.string(key), editable=truth(entry, "editable"), subdirectory=subdirectory)
    entry.skip("editable")
    return None


def _repository(entry: Table, kind: str) -> Vcs:
    plain, _, fragment = entry.string(kind).strip().removeprefix(f"{kind}+").partition("#")
    url, revision = split_revision(plain)
    wanted = entry.optional_string("ref") or revision
    truth(entry, "editable")
    named = parse_qs(fragment).get("subdirectory", [None])[0]
    return Vcs(
        type=kind,
        url=url,
        revision=wanted,
        commit=wanted if is_commit(wanted) else None,
        subdirectory=entry.optional_string("subdirectory") or named,
    )


def _place(written: str, *, editable: bool, subdirectory: str | None) -> Archive | Directory:
    plain, _, fragment = written.strip().partition("#") if _URL.match(written) else (written.strip(), "", "")
    subdirectory = subdirectory or parse_qs(fragment).get("subdirectory", [None])[0]
    if _URL.match(plain) and not plain.startswith("file:"):
        return Archive(url=plain, subdirectory=subdirectory)
    path = unquote(re.sub(r"^file:(//(localhost)?(?=/))?", "", plain)) if plain.startswith("file:") else plain
    return path_reference(path, editable=editable, subdirectory=subdirectory)


def locked(source: Vcs, revision: str | None) -> Vcs:
    """A repository as a lock entry holds it: its `ref` is the commit; `revision` is what the Pipfile asks for."""
    return replace(source, revision=revision, commit=source.revision)


def source_entry(source: Vcs | Archive | Directory, *, locked: bool) -> dict[str, object]:
    """The keys by which an entry names its source. `ref` is the commit in the lock, else what a person asked for."""
    match source:
        case Vcs():
            ref = source.commit if locked else source.revision or source.commit
            found: dict[str, object] = {source.type: source.url, "ref": ref}
        case Archive(url=str(url)):  # Pipenv hands pip the URL alone (`requirement_from_lockfile`)
            return {"file": f"{url}#subdirectory={source.subdirectory}" if source.subdirectory else url}
        case Archive():
            found = {"file": _relative(source.path or "")}
        case Directory():
            found = {"path": _relative(source.path), "editable": source.editable}
    found["subdirectory"] = source.subdirectory
    return {key: value for key, value in found.items() if value}


def _relative(path: str) -> str:
    """A path as Pipenv writes it: it must not look like a name."""
    return path if path.startswith((".", "/")) else f"./{path}"


def egg(entry: Table) -> tuple[str | None, frozenset[str]]:
    """The name and extras in `egg = "discord.py[voice]"` or in the `#egg=` of a URL, both of Pipenv's first years."""
    written = entry.optional_string("egg")
    for key in (*VCS, "file"):
        value = entry.data.get(key)
        if written is None and isinstance(value, str):
            written = parse_qs(value.partition("#")[2]).get("egg", [None])[0]
    match = _EGG.fullmatch(written.strip()) if written else None
    if match is None:
        return None, frozenset()
    return canonicalize_name(match["name"]), split_extras(match["extras"] or "")


def split_extras(text: str) -> frozenset[str]:
    """`a, b` as normalized names."""
    return frozenset(canonicalize_name(part.strip()) for part in text.split(",") if part.strip())


def extras(entry: Table) -> frozenset[str]:
    """The extras of an entry; people also write `extras = ["a,b"]`."""
    value = entry.data.get("extras")
    written = (entry.string("extras"),) if isinstance(value, str) else entry.strings("extras")
    return frozenset().union(*map(split_extras, written))
