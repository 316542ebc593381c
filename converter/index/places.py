"""Which index may be asked for a package, and how its address is reached.

The project decides: a package that names an index is asked of that one alone, and the public index is never asked for a
project that has another default. The machine's settings only say where an index is reached, and as whom. Where an
address holds `${VAR}`, the value is filled in for the request only: what is
kept, shown or written has the address as the project writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from packaging.utils import canonicalize_name

from converter.errors import InputError
from converter.index.access import credentials
from converter.index.mirrors import Mirror
from converter.model import PUBLIC_INDEX, Index, Package, Priority, Project, Registry, Requirement

if TYPE_CHECKING:
    from converter.index.settings import Settings

_PUBLIC = re.compile(r"https?://(?:pypi\.org|pypi\.python\.org)/(?:simple|pypi)")
_VARIABLE = re.compile(r"\$\{(?P<braced>\w+)\}|\$(?P<bare>[A-Za-z_]\w*)")
_WEB = re.compile(r"https?://[^/]")
_USER = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<user>[^/]*)@")


def canonical(url: str) -> str:
    """An index's address as its identity: no credentials, no trailing slash, one spelling of the public index."""
    bare = _USER.sub(r"\g<scheme>", url.strip()).rstrip("/")
    return PUBLIC_INDEX if _PUBLIC.fullmatch(bare) else bare


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a project says about its indexes: all of them by identity, and those that requirements name."""

    listed: Mapping[str, Index]
    named: Mapping[str, frozenset[str]]


def rules_of(project: Project) -> Rules:
    """The rules by which `may_ask` chooses."""
    named: dict[str, frozenset[str]] = {}
    for requirement in _requirements(project):
        if isinstance(requirement.source, Registry):
            name = canonicalize_name(requirement.name)
            named[name] = named.get(name, frozenset()) | {canonical(requirement.source.index)}
    listed: dict[str, Index] = {}
    for index in project.indexes:
        listed.setdefault(canonical(index.url), index)
    return Rules(listed=listed, named=named)


def _requirements(project: Project) -> Iterator[Requirement]:
    groups = (group.requirements for group in project.dependency_groups.values())
    return chain(project.dependencies, *project.optional_dependencies.values(), *groups)


def may_ask(rules: Rules, package: Package, source: Registry) -> tuple[Index, ...]:
    """The indexes that may be asked for this package, its own first."""
    own = canonical(source.index)
    named = rules.named.get(package.name, frozenset())
    if named:
        urls = (own,) if own in named else tuple(sorted(named))
        return tuple(rules.listed.get(url, Index(name="", url=url)) for url in urls)
    first = rules.listed.get(own)
    if first is not None and first.priority is Priority.EXPLICIT:
        return (first,)
    others = tuple(i for i in rules.listed.values() if i.priority is not Priority.EXPLICIT and i is not first)
    if first is not None:
        return (first, *others)
    replaced = own == PUBLIC_INDEX and any(index.priority is Priority.DEFAULT for index in others)
    return others if replaced else (Index(name="", url=source.index), *others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an index is reached: `url` with its variables filled in and no credentials, these beside it.

    `written` and `reached` are the starts of the project's text and of `url` that differ by variables, else empty;
    `mirror` is there where the machine says that the index is reached elsewhere.
    """

    url: str = field(repr=False)
    credentials: tuple[str, str] | None = field(default=None, repr=False)
    written: str = ""
    reached: str = field(default="", repr=False)
    mirror: Mirror | None = None

    def as_written(self, url: str) -> str:
        """`url` as the project has it: under its own index, the variables' values taken out again."""
        if self.mirror is not None:
            return self.mirror.as_written(url)
        if self.reached and (url == self.reached or url.startswith(self.reached + "/")):
            return self.written + url[len(self.reached) :]
        return url

    def as_reached(self, url: str) -> str:
        """Where `url` is fetched, its variables filled in: only those of this index's own address, in its place."""
        if self.mirror is not None:
            return self.mirror.as_reached(url)
        if self.written and (url == self.written or url.startswith(self.written + "/")):
            return self.reached + url[len(self.written) :]
        return url

    def hosts(self, url: str) -> bool:
        """Whether a reached address is on this index's own host, which may see its credentials."""
        return _origin(url) == _origin(self.url)


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", url
    return parts.scheme, parts.netloc.lower()


def address_of(url: str, environment: Mapping[str, str]) -> Address:
    """How to reach the index that a project writes as `url`.

    Raises InputError where a variable is not set, or the address is neither http nor https.
    """
    user = _USER.match(url.strip())
    reached, inner = _without_user(_filled(canonical(url), environment))
    if not _WEB.match(reached):
        raise InputError("only http and https are asked", file=url)
    credentials = _credentials(user["user"], environment) if user else inner
    written = _variable_part(canonical(url))
    filled = _without_user(_filled(written, environment))[0].rstrip("/")
    return Address(url=reached.rstrip("/"), credentials=credentials, written=written, reached=filled)


def reach(index: Index, settings: Settings) -> Address:
    """How an index is reached on this machine, and as whom; found out once for all packages.

    Raises InputError as `address_of`.
    """
    if index not in settings.addresses:
        settings.addresses[index] = _reach(index, settings)
    return settings.addresses[index]


def _reach(index: Index, settings: Settings) -> Address:
    mapped = mirror_of(index, settings)
    address = address_of(mapped or index.url, settings.environment)
    user, password = address.credentials or ("", "")
    if not password and not settings.offline:
        known = credentials(index.name, address.url, user, settings.environment)
        address = replace(address, credentials=known or address.credentials)
    mirror = Mirror(index=canonical(index.url), reached=address.url) if mapped else None
    return replace(address, mirror=mirror)


def mirror_of(index: Index, settings: Settings) -> str | None:
    """The address at which the machine says that an index is reached, where it says one."""
    mapped = settings.index_map.get(canonical(index.url))
    return None if mapped is None or canonical(mapped) == canonical(index.url) else mapped


def _without_user(url: str) -> tuple[str, tuple[str, str] | None]:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise InputError("its address cannot be one; only http and https are asked") from None
    user, at, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    return urlunsplit(parts._replace(netloc=host)), (unquote(name), unquote(password)) if at else None


def _credentials(user: str, environment: Mapping[str, str]) -> tuple[str, str]:
    # Split before filling in: a password may hold a colon or a slash.
    name, colon, password = user.partition(":")
    if not colon:
        name, _, password = _filled(user, environment).partition(":")
        return unquote(name), unquote(password)
    return unquote(_filled(name, environment)), unquote(_filled(password, environment))


def _filled(text: str, environment: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = match["braced"] or match["bare"]
        if name in environment:
            return environment[name]
        if match["bare"]:
            return match[0]  # a dollar sign may be part of a password
        raise InputError(f"the variable {name} of its address is not set", remedy=f"set {name}")

    return _VARIABLE.sub(value, text)


def _variable_part(url: str) -> str:
    """The address up to the end of the path segment that holds its last variable; empty without any."""
    last = max((match.end() for match in _VARIABLE.finditer(url)), default=0)
    end = url.find("/", last)
    return url[: end if end >= 0 else len(url)] if last else ""
