"""Package indexes as `[[tool.poetry.source]]`, and how packages and requirements name them.

Specification: https://python-poetry.org/docs/repositories/. Poetry expands no variable in a URL; credentials come from
its own configuration or from `POETRY_HTTP_BASIC_<NAME>_USERNAME` and `_PASSWORD`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name

from converter.losses import Kind, Loss, Lossy
from converter.model import PUBLIC_INDEX, Index, Priority, Project, Registry, Requirement, Vcs, index_url

_PUBLIC_NAME = "PyPI"
_VARIABLE = re.compile(r"\$\{\w+\}|\$\w+")
_PRIORITIES = {Priority.DEFAULT: "primary", Priority.SUPPLEMENTAL: "supplemental", Priority.EXPLICIT: "explicit"}


@dataclass(frozen=True, slots=True)
class IndexNames:
    """The name that Poetry knows each index by, by its URL as the model has it."""

    names: Mapping[str, str]

    def of(self, url: str) -> str | None:
        """The index's name; `None` for the public one, which needs none."""
        if index_url(url) == PUBLIC_INDEX:
            return None
        return self.names.get(url.rstrip("/"))

    def asked(self, url: str) -> str | None:
        """The name by which a requirement asks for an index; `None` where there is no other to choose."""
        if index_url(url) == PUBLIC_INDEX:
            return _PUBLIC_NAME if self.names else None
        return self.of(url)


def git_reference(vcs: Vcs) -> str:
    """What a repository's lock entry was made from: the branch, tag or revision asked for, else its head."""
    return vcs.revision or "HEAD"


def used_indexes(project: Project) -> tuple[Index, ...]:
    """The project's indexes, and after them those that only its lock or a requirement names, for these alone."""
    known = {index.url.rstrip("/") for index in project.indexes}
    taken: set[str] = {canonicalize_name(index.name) for index in project.indexes}
    found = list(project.indexes)
    for url in dict.fromkeys(_named(project)):
        if index_url(url) != PUBLIC_INDEX and url.rstrip("/") not in known:
            known.add(url.rstrip("/"))
            name = _fresh(urlsplit(url).hostname or "index", taken)
            found.append(Index(name=name, url=url, priority=Priority.EXPLICIT))
    return tuple(found)


def _named(project: Project) -> Iterator[str]:
    packages = project.lock.packages if project.lock else ()
    sources = [*(p.id.source for p in packages), *(r.source for r in every_requirement(project))]
    return (source.index for source in sources if isinstance(source, Registry))


def every_requirement(project: Project) -> Iterator[Requirement]:
    """The requirements of all scopes."""
    yield from project.dependencies
    for requirements in project.optional_dependencies.values():
        yield from requirements
    for group in project.dependency_groups.values():
        yield from group.requirements


def _fresh(name: str, taken: set[str]) -> str:
    made, number = name.replace(".", "-"), 2
    while canonicalize_name(made) in taken:
        made, number = f"{name.replace('.', '-')}-{number}", number + 1
    taken.add(canonicalize_name(made))
    return made


def index_names(indexes: tuple[Index, ...]) -> IndexNames:
    """How lock entries and requirements name these indexes. The first of two with one URL counts."""
    names: dict[str, str] = {}
    for index in indexes:
        if not _is_public(index):
            names.setdefault(index.url.rstrip("/"), _name(index))
    return IndexNames(names)


def _name(index: Index) -> str:
    return index.name or (urlsplit(index.url).hostname or "index").replace(".", "-")


def source_tables(indexes: tuple[Index, ...]) -> Lossy[tuple[dict[str, str], ...]]:
    """The `[[tool.poetry.source]]` tables; none where the public index is the only one."""
    losses = [loss for index in indexes for loss in _losses(index)]
    if all(_is_public(index) for index in indexes):
        return Lossy((), tuple(losses))
    return Lossy(tuple(map(_table, indexes)), tuple(losses))


def _is_public(index: Index) -> bool:
    return index_url(index.url) == PUBLIC_INDEX


def _table(index: Index) -> dict[str, str]:
    priority = _PRIORITIES[index.priority]
    if _is_public(index):
        return {"name": _PUBLIC_NAME, "priority": priority}
    return {"name": _name(index), "url": without_credentials(index.url), "priority": priority}


def without_credentials(url: str) -> str:
    """A URL without its user part."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}"


def _losses(index: Index) -> Iterator[Loss]:
    where = f"pyproject.toml: tool.poetry.source {_name(index)}"
    bare = without_credentials(index.url)
    variables = re.sub(r"[^A-Z0-9]", "_", _name(index).upper())
    if _VARIABLE.search(bare):
        yield Loss(kind=Kind.INDEX_HOST_VARIABLE, where=where, detail=index.url)
    elif bare != index.url:
        detail = f"{index.url}: set POETRY_HTTP_BASIC_{variables}_USERNAME and POETRY_HTTP_BASIC_{variables}_PASSWORD"
        yield Loss(kind=Kind.INDEX_CREDENTIALS, where=where, detail=detail)
    if not index.verify_tls and not _is_public(index):
        detail = f"poetry config certificates.{_name(index)}.cert false"
        yield Loss(kind=Kind.VERIFY_TLS_DROPPED, where=where, detail=detail)
