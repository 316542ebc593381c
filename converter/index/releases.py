"""What locked releases say of themselves: from the cache, else from their files, one source after the other.

In this order: the `.metadata` file beside a wheel (PEP 658; tried unless the index says that there is none, because
mirrors leave the announcement out), the part of the wheel that holds its METADATA, the whole wheel, the PKG-INFO of an
sdist that calls its dependencies static (PEP 643), the requires.txt that its builder left in it. Nothing is built or
executed. What is another release's, or broken,
means the next source; a whole file that has not the hash of the lock ends the search: somebody must look at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from converter.index.archives import (
    METADATA_LIMIT,
    Missing,
    Parts,
    sdist_metadata,
    sdist_requires,
    wheel_metadata,
)
from converter.index.cache import Cache, Row, place_of
from converter.index.compact import DYNAMIC, GRAMMAR, read_text, restored, said_text
from converter.index.metadata import Metadata, believed, stated, understood
from converter.index.pages import Key
from converter.index.places import Address, canonical
from converter.index.search import Hit, strong
from converter.index.settings import Settings
from converter.model import Archive, Index, Package

if TYPE_CHECKING:
    from converter.index.client import Ask, Reply

_OK, _PART = 200, 206
_GONE = frozenset({404, 410})
_TAIL = 32 * 2**10
_PARTS = 5  # requests for parts of one wheel
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What came of one release. Without `metadata`, `silent` says why it could not be told whether there is any.

    `mismatched` names a file and its index, where that file has not the hash of the lock; `unvouched` the index that
    has no file with a hash of the lock. `installed` says that an environment told it. `digest` is the hash of an
    archive that nobody had one of.
    """

    metadata: Metadata | None = None
    silent: tuple[str, str] | None = None
    mismatched: tuple[str, str] | None = None
    unvouched: str | None = None
    installed: bool = False
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A file that may tell, and how its index is reached."""

    hit: Hit
    address: Address

    @property
    def index(self) -> Index:
        return self.hit[0]


def remembered(
    packages: Iterable[Package], indexes: Mapping[str, frozenset[str]], settings: Settings
) -> list[Known | None]:
    """What the cache knows of each package; `indexes` are the addresses that may speak for a name."""
    wanted = list(packages)
    cache = Cache(settings.cache)
    try:
        rows = cache.releases(sorted({_release(package) for package in wanted}))
    finally:
        cache.close()
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return [_restored(package, found.get(_release(package), ()), indexes[package.name]) for package in wanted]


def _release(package: Package) -> str:
    return f"{package.name} {package.id.version}"


def _restored(package: Package, rows: Iterable[Row], indexes: frozenset[str]) -> Known | None:
    places = {"", *map(place_of, map(canonical, indexes))}
    hashes = frozenset(strong(package.hashes)) or frozenset({""})
    for _, proof, said, grammar, read in rows:
        place, _, digest = proof.partition(" ")
        if place in places and digest in hashes:
            try:
                return Known(metadata=restored(package.name, package.id.version or "", said, grammar, read))
            except ValueError:
                continue
    return None


# --- from the files


@dataclass(slots=True, kw_only=True)
class _Search:
    """The search for one release's metadata: the sources that are left, and what was learnt."""

    package: Package
    wheel: Origin | None
    sdist: Origin | None
    stages: list[str]
    parts: Parts = field(default_factory=lambda: Parts(0))
    gap: tuple[int, int] | None = None
    asked: int = 0
    known: Known | None = None
    silent: tuple[str, str] | None = None
    row: Row | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Several searches that are carried on together, each reply asking for what its search needs next."""

    settings: Settings
    searches: list[_Search] = field(default_factory=list)

    def start(self, package: Package, origins: Iterable[Origin]) -> Mapping[Key, Ask]:
        """Search for one more release; what to ask first."""
        self.searches.append(_search(package, origins, self.settings))
        return _next(self.searches, len(self.searches) - 1)

    def receive(self, key: Key, reply: Reply) -> Mapping[Key, Ask]:
        """Take a reply to what was asked; what to ask next."""
        _TAKE[key[1]](self.searches[key[0]], reply)
        return _next(self.searches, key[0])

    def keep(self) -> None:
        """Put what was learnt into the cache."""
        if rows := [search.row for search in self.searches if search.row]:
            cache = Cache(self.settings.cache)
            try:
                cache.keep_releases(rows)
            finally:
                cache.close()


def told(wanted: Iterable[tuple[Package, tuple[Origin, ...]]], settings: Settings) -> list[Known]:
    """What the files of each package say; what they say is kept in the cache.

    Raises InputError only where the certificates that the environment names cannot be read.
    """
    telling = Telling(settings=settings)
    first = {key: ask for package, origins in wanted for key, ask in telling.start(package, origins).items()}
    if first:
        from converter.index.client import fetch

        try:
            fetch(first, settings, telling.receive)
        finally:  # a run that is interrupted has learnt all the same
            telling.keep()
    return [search.known or Known(silent=search.silent) for search in telling.searches]


def _search(package: Package, origins: Iterable[Origin], settings: Settings) -> _Search:
    files = sorted(origins, key=lambda origin: (preference(origin.hit[1].filename), origin.hit[1].filename))
    wheel = next((origin for origin in files if origin.hit[1].filename.endswith(".whl")), None)
    sdist = next((origin for origin in files if not origin.hit[1].filename.endswith(".whl")), None)
    stages = []
    if wheel:
        small = (wheel.hit[1].size or 0) <= settings.max_body
        parts = () if unhashed(package) else (_BESIDE, _TAIL_PART)
        stages = [part for part in parts if part != _BESIDE or wheel.hit[1].core_metadata is not False]
        stages += (_WHOLE,) if small else ()
    return _Search(package=package, wheel=wheel, sdist=sdist, stages=[*stages, *((_SDIST,) if sdist else ())])


def preference(filename: str) -> int:
    """Which wheel of a release speaks for it: one for every platform first, then one for Linux on x86_64."""
    tags = filename.removesuffix(".whl").split("-")[-3:]
    if tags[-2:] == ["none", "any"]:
        return 0 if "py3" in tags[0] else 1
    if "linux" in tags[-1]:
        return 2 if tags[-1].endswith("x86_64") else 3
    return 4


def _next(searches: list[_Search], number: int) -> Mapping[Key, Ask]:
    """The next request of a search, none where it is at its end."""
    search = searches[number]
    while search.known is None and search.stages:
        stage = search.stages[0]
        ask = _ASK[stage](search)
        if ask is not None:
            search.asked += 1
            return {(number, stage, search.asked): ask}
        search.stages.pop(0)
    return {}


def _ask(origin: Origin, end: str = "", **more: object) -> Ask:
    from converter.index.client import Ask

    shown = origin.hit[1].url + end
    url = origin.address.as_reached(origin.hit[1].url) + end
    own = origin.address.hosts(url)
    ask = Ask(
        shown=shown,
        url=url,
        credentials=origin.address.credentials if own else None,
        verify_tls=origin.index.verify_tls or not own,
        headers={"accept": "*/*"},
    )
    return replace(ask, **more)  # type: ignore[arg-type]


def _ask_beside(search: _Search) -> Ask | None:
    return _ask(search.wheel, ".metadata", limit=METADATA_LIMIT) if search.wheel else None


def _ask_part(search: _Search) -> Ask | None:
    if search.wheel is None or search.asked > _PARTS:
        return None
    size = search.wheel.hit[1].size
    span = f"{search.gap[0]}-{search.gap[1] - 1}" if search.gap else f"-{_TAIL}"
    if not search.gap and size:
        span = f"{max(0, size - _TAIL)}-{size - 1}"
    return _ask(
        search.wheel, headers={"accept": "*/*", "accept-encoding": "identity", "range": f"bytes={span}"}, large=True
    )


def _ask_whole(search: _Search) -> Ask | None:
    return _ask(search.wheel, large=True) if search.wheel else None


def _ask_sdist(search: _Search) -> Ask | None:
    return _ask(search.sdist, large=True) if search.sdist else None


def _take_beside(search: _Search, reply: Reply) -> None:
    search.stages.pop(0)
    announced = search.wheel.hit[1].core_metadata if search.wheel else None
    if _answered(search, search.wheel, reply) and (not isinstance(announced, tuple) or _matches(reply.body, announced)):
        _learn(search, search.wheel, lambda: reply.body, proven=False)


def _take_part(search: _Search, reply: Reply) -> None:
    match = _RANGE.fullmatch(reply.headers.get("content-range", ""))
    if reply.status == _OK:
        search.stages.remove(_TAIL_PART)
        _take_whole(search, reply)
        return
    if reply.status != _PART or match is None or not _fits(search.parts, reply.body, *map(int, match.groups())):
        _answered(search, search.wheel, reply)
        _drop(search, _TAIL_PART, *((_WHOLE,) if reply.status in _GONE or reply.trouble else ()))
        return
    try:
        body = wheel_metadata(search.parts)
    except Missing as gap:
        search.gap = (gap.start, gap.stop)
        return
    except ValueError:
        body = b""
    _drop(search, _TAIL_PART)
    _learn(search, search.wheel, lambda: body, proven=False)


def _fits(parts: Parts, body: bytes, start: int, last: int, size: int) -> bool:
    if not (start <= last < size and len(body) == last + 1 - start) or parts.size not in {0, size}:
        return False
    parts.size = size
    parts.held[start] = body
    return True


def _drop(search: _Search, *stages: str) -> None:
    search.stages = [stage for stage in search.stages if stage not in stages]


def _take_whole(search: _Search, reply: Reply) -> None:
    _drop(search, _WHOLE)
    body = reply.body
    if _answered(search, search.wheel, reply) and _vetted(search, search.wheel, body):
        _learn(search, search.wheel, lambda: wheel_metadata(Parts(len(body), {0: body})), proven=True)
        _digest(search, body)


def _take_sdist(search: _Search, reply: Reply) -> None:
    search.stages.pop(0)
    if _answered(search, search.sdist, reply) and _vetted(search, search.sdist, reply.body) and search.sdist:
        filename = search.sdist.hit[1].filename
        _learn(search, search.sdist, lambda: sdist_metadata(reply.body, filename), proven=True)
        if search.known is not None and search.known.metadata is None:
            _believe(search, search.sdist, reply.body, filename)
        _digest(search, reply.body)


def unhashed(package: Package) -> bool:
    """Whether it is an archive of which the lock has no hash that counts."""
    return isinstance(package.id.source, Archive) and not strong(package.hashes)


def _digest(search: _Search, body: bytes) -> None:
    """Keep the hash of an archive that is read whole because nobody had one."""
    if unhashed(search.package):
        import hashlib

        search.known = replace(search.known or Known(), digest=f"sha256:{hashlib.sha256(body).hexdigest()}")


def _answered(search: _Search, origin: Origin | None, reply: Reply) -> bool:
    if reply.trouble and origin and search.silent is None:
        search.silent = (origin.index.url, reply.trouble)
    return reply.status == _OK


def _hashes(search: _Search, origin: Origin) -> tuple[str, ...]:
    """What the file must be: the lock's hashes of it, else the index's."""
    served = strong(origin.hit[1].hashes)
    locked = search.package.hashes
    return tuple(digest for digest in served if digest in locked) or served


def _vetted(search: _Search, origin: Origin | None, body: bytes) -> bool:
    if origin is None or _matches(body, _hashes(search, origin)):
        return True
    search.known = Known(mismatched=(origin.hit[1].filename, origin.index.url))
    return False


def _matches(body: bytes, hashes: Iterable[str]) -> bool:
    import hashlib

    pairs = [digest.split(":", 1) for digest in strong(hashes)]
    return all(hashlib.new(algorithm, body).hexdigest() == digest for algorithm, digest in pairs)


def _learn(search: _Search, origin: Origin | None, content: Callable[[], bytes], *, proven: bool) -> None:
    """Take a file's metadata, where it is sound and this release's own."""
    name, version = search.package.name, search.package.id.version or ""
    sdist = origin is search.sdist
    try:
        said = stated(content(), name=name, version=version, sdist=sdist)
    except ValueError:
        if not (sdist and proven):
            return
        said = None
    if said is not None:
        read = understood(said, name=name, version=version)
        search.known = Known(metadata=read)
        search.row = _row(search, origin, said_text(said), read_text(read), proven=proven)
    elif search.wheel is None:
        search.known = Known()
        search.row = _row(search, origin, DYNAMIC, "", proven=proven)


def _believe(search: _Search, origin: Origin, body: bytes, filename: str) -> None:
    """Take what an sdist's builder wrote down, where the sdist itself does not tell."""
    name, version = search.package.name, search.package.id.version or ""
    try:
        requires = sdist_requires(body, filename)
        if requires is None:
            return
        said = believed(sdist_metadata(body, filename), requires, name=name, version=version)
    except ValueError:
        return
    read = understood(said, name=name, version=version)
    search.known = Known(metadata=read)
    search.row = _row(search, origin, said_text(said), read_text(read), proven=True)


def _row(search: _Search, origin: Origin | None, said: str, read: str, *, proven: bool) -> Row:
    digest = min(_hashes(search, origin), default="") if origin and strong(search.package.hashes) else ""
    place = place_of(canonical(origin.index.url)) if origin and not (proven and digest) else ""
    return _release(search.package), f"{place} {digest}", said, GRAMMAR, read


_BESIDE, _TAIL_PART, _WHOLE, _SDIST = "beside", "part", "whole", "sdist"
_ASK: Mapping[str, Callable[[_Search], Ask | None]] = {
    _BESIDE: _ask_beside,
    _TAIL_PART: _ask_part,
    _WHOLE: _ask_whole,
    _SDIST: _ask_sdist,
}
_TAKE: Mapping[str, Callable[[_Search, Reply], None]] = {
    _BESIDE: _take_beside,
    _TAIL_PART: _take_part,
    _WHOLE: _take_whole,
    _SDIST: _take_sdist,
}
