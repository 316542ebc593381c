"""The project's indexes as `[[tool.pdm.source]]`.

Specification: https://pdm-project.org/latest/usage/config/#configure-the-package-indexes. PDM asks PyPI unless a source
is called `pypi`, and every source alike unless `include_packages` and `exclude_packages` say otherwise. It fills in
`${VAR}` anywhere in a URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name

from converter.errors import without_credentials
from converter.formats.pdm.parse import every
from converter.losses import Kind, Loss, Lossy
from converter.model import PUBLIC_INDEX, Index, Priority, Project, Registry, index_url

DEFAULT_NAME = "pypi"
_FILE = "pyproject.toml"


def source_tables(project: Project) -> Lossy[tuple[dict[str, object], ...]]:
    """The tables of a project's sources; none where PyPI is the only one."""
    named = _named(project)
    indexes = _used(project, named)
    needless = [i for i in indexes if _is_public(i) and not named.get(PUBLIC_INDEX)]
    taken: set[str] = set()
    rows: list[dict[str, object]] = []
    losses: list[Loss] = [*_bound(project, named), *map(_needless, (i for i in needless if i.name != DEFAULT_NAME))]
    rest = (index for index in indexes if index not in needless)
    first = next((index for index in indexes if _identity(index.url) == _default(project)), None)
    for index in sorted(rest, key=lambda each: each.priority is not Priority.DEFAULT):
        name = _name(index, taken, default=index is first)
        rows.append(_table(index, name, named.get(_identity(index.url), ())))
        losses += _losses(index, name)
    return Lossy(tuple(rows), tuple(losses))


def _identity(url: str) -> str:
    return index_url(url).rstrip("/")


def _is_public(index: Index) -> bool:
    """Whether it is PyPI as PDM asks it anyway."""
    return _identity(index.url) == PUBLIC_INDEX and index.priority is not Priority.EXPLICIT and index.verify_tls


def _needless(index: Index) -> Loss:
    detail = f"{index.name}: {PUBLIC_INDEX} is PDM's default"
    return Loss(kind=Kind.SETTING_NEEDLESS, where=f"{_FILE}: tool.pdm.source", detail=detail)


def _default(project: Project) -> str:
    """The index that is called `pypi`: PyPI wherever it is asked for bare names, for PDM asks all of them alike."""
    if any(map(_is_public, project.indexes)):
        return PUBLIC_INDEX
    urls = (_identity(index.url) for index in project.indexes if index.priority is Priority.DEFAULT)
    return next(urls, PUBLIC_INDEX)


def _named(project: Project) -> dict[str, tuple[str, ...]]:
    """The names that are bound to each index: where requirements ask for it, and where the lock has them from it.

    PDM's lock does not say where a package comes from, so each that is not from the default is bound.
    """
    found: dict[str, set[str]] = {}
    for requirement in every(project):
        if isinstance(requirement.source, Registry):
            found.setdefault(_identity(requirement.source.index), set()).add(requirement.name)
    for package in project.lock.packages if project.lock else ():
        place = _identity(package.id.source.index) if isinstance(package.id.source, Registry) else ""
        if place and place != _default(project):
            found.setdefault(place, set()).add(package.name)
    return {place: tuple(sorted(names)) for place, names in found.items()}


def _bound(project: Project, named: Mapping[str, tuple[str, ...]]) -> Iterator[Loss]:
    """A note for each package that no requirement binds to an index, and now is."""
    asked = {(r.name, _identity(r.source.index)) for r in every(project) if isinstance(r.source, Registry)}
    for place, names in named.items():
        fresh = [name for name in names if (name, place) not in asked]
        if fresh:
            detail = f"{', '.join(fresh)} from {place}"
            where = f"{_FILE}: tool.pdm.source"
            yield Loss(kind=Kind.INDEX_PRIORITY, where=where, detail=detail, packages=frozenset(fresh))


def _used(project: Project, named: Mapping[str, Iterable[str]]) -> tuple[Index, ...]:
    """The project's indexes, and after them those that only its lock or a requirement names, for these alone."""
    first: dict[str, Index] = {}
    for index in project.indexes:
        first.setdefault(_identity(index.url), index)
    private = any(i.priority is Priority.DEFAULT and _identity(i.url) != PUBLIC_INDEX for i in first.values())
    for url in sorted(named):
        if url not in first and (url != PUBLIC_INDEX or first):
            priority = Priority.EXPLICIT if url != PUBLIC_INDEX or private else Priority.DEFAULT
            first[url] = Index(name=urlsplit(url).hostname or "index", url=url, priority=priority)
    return tuple(first.values())


def _name(index: Index, taken: set[str], *, default: bool) -> str:
    """A name that no other source has; `pypi` stands for the default and for nothing else."""
    if default:
        taken.add(DEFAULT_NAME)
        return DEFAULT_NAME
    wish = re.sub(r"[^A-Za-z0-9_.-]+", "-", index.name).strip("-") or "index"
    wish = f"{wish}-public" if canonicalize_name(wish) == DEFAULT_NAME else wish
    made, number = wish, 2
    while made in taken:
        made, number = f"{wish}-{number}", number + 1
    taken.add(made)
    return made


def _table(index: Index, name: str, names: tuple[str, ...]) -> dict[str, object]:
    made: dict[str, object] = {"name": name, "url": index_url(written_url(index)), "verify_ssl": index.verify_tls}
    if index.priority is Priority.EXPLICIT:
        return {**made, "include_packages": list(names), "exclude_packages": ["*"]}
    return {**made, "include_packages": list(names)} if names else made


def written_url(index: Index) -> str:
    """The URL without credentials; what is a variable stays, for PDM fills it in."""
    return without_credentials(index.url)


def _losses(index: Index, name: str) -> Iterator[Loss]:
    where = f"{_FILE}: tool.pdm.source {name}"
    if written_url(index) != index.url:
        detail = f"{index.url}: run `pdm config pypi.{name}.username` and `pdm config pypi.{name}.password`"
        yield Loss(kind=Kind.INDEX_CREDENTIALS, where=where, detail=detail)
    if name != index.name:
        detail = f"{index.name} ({replace(index, url=written_url(index)).url}) is called {name}"
        yield Loss(kind=Kind.INDEX_PRIORITY, where=where, detail=detail)
