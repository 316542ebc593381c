"""The indexes of requirements files: `--index-url`, `--extra-index-url`, `--trusted-host`, and the settings left over.

pip asks all of them for each package and takes the best file of any; it knows no names for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from converter.errors import without_credentials
from converter.formats.pip.files import Setting
from converter.losses import Kind, Loss
from converter.model import PUBLIC_INDEX, Index, Priority, index_url

_NEEDLESS = {"require-hashes", "no-require-hashes", "use-feature"}
_READ = {"index-url", "extra-index-url", "trusted-host", "pre"}
_UNNAMED = "index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The indexes, the default first; whether prereleases will do; every other option as it was written."""

    indexes: tuple[Index, ...] = ()
    prereleases: bool = False
    others: tuple[str, ...] = ()

    @property
    def default(self) -> str:
        """The URL of the index that a package comes from if nothing else is said."""
        return index_url(self.indexes[0].url) if self.indexes else PUBLIC_INDEX


def asked(settings: Iterable[Setting]) -> Asked:
    """What the options of all files say together; the last `--index-url` counts."""
    several = tuple(settings)
    default = [s.value for s in several if s.name == "index-url"][-1:]
    extra = list(dict.fromkeys(s.value for s in several if s.name == "extra-index-url"))
    trusted = {s.value for s in several if s.name == "trusted-host"}
    urls = [*default, *(url for url in extra if url not in default)]
    if extra and not default:
        urls.insert(0, PUBLIC_INDEX)
    found: list[Index] = []
    for url in urls:
        priority = Priority.SUPPLEMENTAL if found else Priority.DEFAULT
        found.append(Index(name=_named(url, found), url=url, priority=priority, verify_tls=_host(url) not in trusted))
    return Asked(
        indexes=tuple(found),
        prereleases=any(s.name == "pre" for s in several),
        others=tuple(dict.fromkeys(f"--{s.name} {s.value}".strip() for s in several if s.name not in _READ)),
    )


def host(url: str) -> str:
    """An index's host as `--trusted-host` names it, with the port where there is one."""
    return _host(url)


def _host(url: str) -> str:
    return urlsplit(without_credentials(re.sub(r"://[^/@]*@", "://", url))).netloc


def _named(url: str, others: Iterable[Index]) -> str:
    """A name for an index, which pip has none for: its host's."""
    if index_url(url) == PUBLIC_INDEX:
        return "pypi"
    plain = re.sub(r"[^A-Za-z0-9]+", "-", _host(url).partition(":")[0]).strip("-") or _UNNAMED
    taken = {index.name for index in others}
    return next(name for name in (plain, *(f"{plain}-{n}" for n in range(2, 1000))) if name not in taken)


def losses(settings: Iterable[Setting]) -> Iterator[Loss]:
    """A loss for each option that says nothing of an index."""
    several = tuple(settings)
    hosts = {_host(s.value) for s in several if s.name in ("index-url", "extra-index-url")}
    for setting in several:
        kind = Kind.SETTING_NEEDLESS if setting.name in _NEEDLESS else Kind.SETTING_LEFT
        if setting.name not in _READ or (setting.name == "trusted-host" and setting.value not in hosts):
            yield Loss(kind=kind, where=setting.place, detail=f"--{setting.name} {setting.value}".strip())
