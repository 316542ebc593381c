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
from converter.model import PUBLIC_INDEX, Index, Priority, Project, Registry, index_url

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
    """The indexes that the manifest names: all but PyPI where it is the default anyway, and those of the lock."""
    made = [replace(i, name=_name(i), url=_url(i.url)) for i in project.indexes]
    known = {identity(index.url) for index in made}
    used = {
        p.id.source.index for p in (project.lock.packages if project.lock else ()) if isinstance(p.id.source, Registry)
    }
    others = (url for url in sorted(used) if identity(url) not in known and url != PUBLIC_INDEX and "://" in url)
    made = _one_default([*made, *(_unnamed(url) for url in others)])
    private = _private(project)
    if private and PUBLIC_INDEX in used and PUBLIC_INDEX not in known:
        made.append(Index(name="pypi", url=PUBLIC_INDEX, priority=Priority.SUPPLEMENTAL))
    return tuple(i for i in made if private or i.priority is Priority.EXPLICIT or identity(i.url) != PUBLIC_INDEX)


def _private(project: Project) -> bool:
    """Whether another index than PyPI is the default."""
    first = next((i for i in project.indexes if i.priority is Priority.DEFAULT), None)
    return first is not None and identity(first.url) != PUBLIC_INDEX


def _unnamed(url: str) -> Index:
    """An index that only the lock names, by its host."""
    name = canonicalize_name(urlsplit(bare(url)).hostname or "index")
    return Index(name=name, url=bare(url), priority=Priority.SUPPLEMENTAL)


def _one_default(indexes: list[Index]) -> list[Index]:
    """The first default index stays one; uv has room for no other."""
    made: list[Index] = []
    for index in indexes:
        taken = any(each.priority is Priority.DEFAULT for each in made)
        made.append(
            replace(index, priority=Priority.SUPPLEMENTAL) if taken and index.priority is Priority.DEFAULT else index
        )
    return made


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
    for index in () if _private(project) else project.indexes:
        if identity(index.url) == PUBLIC_INDEX and index.name != "pypi" and index.priority is not Priority.EXPLICIT:
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
