"""The indexes of a project as `[[tool.uv.index]]`, without the credentials in their URLs.

Specification: https://docs.astral.sh/uv/concepts/indexes/. uv asks every index that is not explicit, in order, and
the default one last; PyPI is the default where no other says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name

from converter.errors import masked
from converter.losses import Kind, Loss
from converter.model import PUBLIC, PUBLIC_INDEX, Index, Priority, Project, Registry, declared, index_url

_USER = re.compile(r"(?<=://)[^/@]+@")
_VARIABLE = re.compile(r"\$\{?\w+\}?")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexNames:
    """The names by which sources ask for indexes, by the URL without credentials."""

    names: Mapping[str, str]

    def asked(self, url: str) -> str | None:
        """The name of an index; `None` for the default one that needs no asking."""
        return self.names.get(identity(url))


def identity(url: str) -> str:
    """An index as which its URL is known: without credentials and slashes at the end."""
    return index_url(bare(url)).rstrip("/")


def bare(url: str) -> str:
    """An index URL without credentials."""
    return _USER.sub("", url)


def written_indexes(project: Project) -> tuple[Index, ...]:
    """The indexes that the manifest names, so that uv asks them in the project's order: its default first.

    uv takes a name from the first index that has it, asks the one marked as default last, and PyPI where none is. So
    what another tool asks first comes first here, and is the default only where it is alone.
    """
    made = [replace(i, name=_name(i), url=_url(i.url)) for i in project.indexes]
    asked = _asked(made, _used(project))
    public = [identity(index.url) == PUBLIC_INDEX for index in asked]
    if public[-1] and not (len(asked) > 1 and _is_wished(project)):
        asked, public = asked[:-1], [True]
    explicit = (i for i in made if i.priority is Priority.EXPLICIT)
    ends = asked and (not any(public) or identity(asked[-1].url) == PUBLIC_INDEX)
    last = Priority.DEFAULT if ends else Priority.SUPPLEMENTAL
    before = (replace(i, priority=Priority.SUPPLEMENTAL) for i in asked[:-1])
    return (*before, *(replace(i, priority=last) for i in asked[-1:]), *explicit)


def _asked(made: list[Index], used: set[str]) -> list[Index]:
    """Every index that bare names are asked of, in order, PyPI among them where it is; each once."""
    bare_names = [index for index in made if index.priority is not Priority.EXPLICIT]
    asked = sorted(bare_names, key=lambda index: index.priority is not Priority.DEFAULT)
    if not asked or asked[0].priority is not Priority.DEFAULT:
        asked.insert(0, Index(name="pypi", url=PUBLIC_INDEX))
    known = {identity(index.url) for index in (*made, *asked)}
    asked += (_unnamed(url) for url in sorted(used) if identity(url) not in known and "://" in url)
    return list({identity(index.url): index for index in reversed(asked)}.values())[::-1]


def _used(project: Project) -> set[str]:
    packages = project.lock.packages if project.lock else ()
    return {package.id.source.index for package in packages if isinstance(package.id.source, Registry)}


def _is_wished(project: Project) -> bool:
    """Whether a requirement asks for PyPI by name."""
    return any(requirement.source == PUBLIC for _, requirement in declared(project))


def _unnamed(url: str) -> Index:
    """An index that only the lock names, by its host."""
    public = identity(url) == PUBLIC_INDEX
    name = "pypi" if public else canonicalize_name(urlsplit(bare(url)).hostname or "index")
    return Index(name=name, url=bare(url), priority=Priority.SUPPLEMENTAL)


def _name(index: Index) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", index.name).strip("-") or "index"


def _url(url: str) -> str:
    return index_url(bare(url))


def names(indexes: tuple[Index, ...]) -> IndexNames:
    """The names under which requirements may ask for these indexes."""
    asked = {identity(i.url): i.name for i in indexes}
    return IndexNames(names=asked)


def index_rows(indexes: tuple[Index, ...]) -> Iterator[dict[str, object]]:
    """Each `[[tool.uv.index]]` as plain values."""
    for index in indexes:
        flag = {Priority.DEFAULT: "default", Priority.EXPLICIT: "explicit"}.get(index.priority)
        yield {"name": index.name, "url": index.url, **({flag: True} if flag else {})}


def losses(project: Project) -> Iterator[Loss]:
    """What uv cannot or need not say of an index: credentials, a host that is a variable, that PyPI is the default."""
    written = {identity(index.url) for index in written_indexes(project)}
    for index in project.indexes:
        if identity(index.url) == PUBLIC_INDEX and index.name != "pypi" and PUBLIC_INDEX not in written:
            where, detail = f"pyproject.toml: tool.uv.index {index.name}", f"{PUBLIC_INDEX} is uv's default"
            yield Loss(kind=Kind.SETTING_NEEDLESS, where=where, detail=detail)
    for index in project.indexes:
        where = f"pyproject.toml: tool.uv.index {index.name}"
        host = urlsplit(bare(index.url)).netloc
        if _VARIABLE.search(bare(index.url)):
            kind = Kind.INDEX_HOST_VARIABLE if _VARIABLE.search(host) else Kind.SOURCE_UNSAYABLE
            yield Loss(kind=kind, where=where, detail=masked(index.url))
        elif bare(index.url) != index.url:
            variable = re.sub(r"[^A-Z0-9]", "_", _name(index).upper())
            yield Loss(
                kind=Kind.INDEX_CREDENTIALS,
                where=where,
                detail=f"set UV_INDEX_{variable}_USERNAME and UV_INDEX_{variable}_PASSWORD",
            )
