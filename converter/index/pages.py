"""What the indexes say about the files that are wanted: from the facts, from a kept page, else from the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, cast

from converter.errors import InputError
from converter.index.cache import Cache, Page, fresh_until, key_of
from converter.index.places import Address, canonical, mirror_of, reach
from converter.index.settings import Settings
from converter.index.simple import File, Wanted, parse, without_users
from converter.model import Index

if TYPE_CHECKING:
    from converter.index.client import Ask, Reply

Place = tuple[Index, str]
"""A project on an index, by its normalized name."""

Key = tuple[int, str, int]
"""What tells one request for a release's own files from another: which release, which source, which try."""

_OK, _UNCHANGED = 200, 304
_NOT_HERE = frozenset({404, 410})
_REFUSED = frozenset({401, 403})
_PLAIN = Address(url="")
_OFFLINE = "it is not in the cache, and --offline asks no index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The wanted files that an index has.

    `silent` says why it could not be told whether it has more: the index did not answer, or was not asked. `refused`
    says that it answered without letting us look.
    """

    files: tuple[File, ...] = ()
    silent: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One place being looked at: what is wanted there, and how it is reached once that is known."""

    cache: Cache
    place: Place
    want: Wanted
    address: Address = _PLAIN

    @property
    def key(self) -> str:
        return key_of(canonical(self.place[0].url), self.place[1])


class Following(Protocol):
    """Asks for more on the same connections as soon as a place has answered, and takes the replies."""

    def start(self, place: Place, answer: Answer) -> Mapping[Key, Ask]: ...
    def receive(self, key: Key, reply: Reply) -> Mapping[Key, Ask]: ...
    def keep(self) -> None: ...


def look(
    wanted: Mapping[Place, Wanted], settings: Settings, following: Following | None = None
) -> Mapping[Place, Answer]:
    """An answer for every place, from the cache where it will do, and from the network otherwise.

    Raises InputError only where the certificates that the environment names cannot be read.
    """
    cache = Cache(settings.cache)
    try:
        cases = [_case(cache, place, want, settings) for place, want in wanted.items()]
        known = {case.place: _from_cache(case, settings) for case in cases}
        asked = _from_network([case for case in cases if known[case.place] is None], settings, following)
        return {place: answer or asked[place] for place, answer in known.items()}
    finally:
        cache.close()


def _case(cache: Cache, place: Place, want: Wanted, settings: Settings) -> _Case:
    """A kept page of a mirror holds the mirror's addresses, so how it is reached must be known to read it."""
    address = _PLAIN
    with suppress(InputError):
        address = reach(place[0], settings) if mirror_of(place[0], settings) else _PLAIN
    return _Case(cache=cache, place=place, want=want, address=address)


def recall(places: Iterable[Place], settings: Settings) -> Mapping[Place, Mapping[str, File]]:
    """The files that earlier answers told of, by hash: what needs no index."""
    cache = Cache(settings.cache)
    try:
        known = {place: cache.facts(key_of(canonical(place[0].url), place[1]), None) for place in places}
    finally:
        cache.close()
    return {place: {digest: file for digest, file in facts.items() if file} for place, facts in known.items()}


def _from_cache(case: _Case, settings: Settings) -> Answer | None:
    want, now = case.want, settings.clock()
    facts = case.cache.facts(case.key, None if settings.offline else now) if want.hashes else {}
    # A release or a file name is asked for because the index may say something new about it: no fact answers that.
    if want.hashes <= facts.keys() and not (want.filenames or want.releases or want.every):
        return Answer(files=_files(facts, want))
    page = case.cache.page(case.key)
    if page is not None and (settings.offline or page.until > now):
        return _read(case, page)
    return Answer(files=_files(facts, want), silent=_OFFLINE) if settings.offline else None


def _files(facts: Mapping[str, File | None], want: Wanted) -> tuple[File, ...]:
    found = {file.filename: file for digest in want.hashes if (file := facts.get(digest))}
    return tuple(found[name] for name in sorted(found))


def _read(case: _Case, page: Page) -> Answer:
    try:
        files = parse(page.body, page.content_type, page.url, case.want) if page.body else ()
    except InputError as why:
        return Answer(silent=f"it cannot be read: {why.message}")
    files = tuple(replace(file, url=case.address.as_written(file.url)) for file in files)
    by_hash = {digest: file for file in reversed(files) for digest in file.hashes}
    case.cache.keep_facts(case.key, {digest: by_hash.get(digest) for digest in case.want.hashes}, page)
    return Answer(files=files)


def _from_network(cases: Iterable[_Case], settings: Settings, following: Following | None) -> Mapping[Place, Answer]:
    answers: dict[Place, Answer] = {}
    reached: dict[Place | Key, _Case] = {}
    for case in cases:
        try:
            reached[case.place] = replace(case, address=reach(case.place[0], settings))
        except InputError as why:
            answers[case.place] = _unanswered(case, why.message)

    def receive(key: Place | Key, reply: Reply) -> Mapping[Place | Key, Ask]:
        more: Mapping[Key, Ask] = {}
        if case := reached.get(key):
            answers[case.place] = answer = _received(case, reply, settings.clock())
            more = following.start(case.place, answer) if following else {}
        elif following:
            more = following.receive(cast("Key", key), reply)
        return {key: ask for key, ask in more.items()}  # noqa: C416  a mapping of wider keys

    if reached:
        from converter.index.client import fetch

        try:
            fetch({place: _ask(case) for place, case in reached.items()}, settings, receive)
        finally:
            if following is not None:
                following.keep()
    return answers


def _ask(case: _Case) -> Ask:
    from converter.index.client import Ask

    index, name = case.place
    return Ask(
        shown=f"{canonical(index.url)}/{name}/",
        url=f"{case.address.url}/{name}/",
        credentials=case.address.credentials,
        verify_tls=index.verify_tls,
        headers={header: value for header, value in case.cache.validators(case.key).items() if value},
        secret=bool(case.address.reached),
    )


def _received(case: _Case, reply: Reply, now: float) -> Answer:
    if reply.status in _REFUSED:
        return Answer(refused=f"it answered {reply.status}, which means that it does not show its files to us")
    if reply.status == _OK and not reply.body:
        return _unanswered(case, "it answered with nothing")
    kept = case.cache.page(case.key) if reply.status == _UNCHANGED else None
    if reply.status not in _NOT_HERE | {_OK} and kept is None:
        return _unanswered(case, reply.trouble or f"it answered {reply.status}")
    page = _page(reply, kept, now)
    answer = _read(case, page)
    # A page under an address with a variable in its path may hold the variable's value in every line.
    if not answer.silent and not case.address.reached and fresh_until(reply.headers, now) is not None:
        case.cache.keep_page(case.key, page)
    return answer


def _page(reply: Reply, kept: Page | None, now: float) -> Page:
    until = fresh_until(reply.headers, now) or now
    if kept is not None:
        return replace(kept, fetched=now, until=until)
    return Page(
        url=reply.url.partition("?")[0],
        content_type=reply.headers.get("content-type", ""),
        body=without_users(reply.body),
        etag=reply.headers.get("etag", ""),
        modified=reply.headers.get("last-modified", ""),
        fetched=now,
        until=until,
    )


def _unanswered(case: _Case, why: str) -> Answer:
    """What is known of a place that did not answer: an old page is better than none (RFC 9111, 4.2.4)."""
    page = case.cache.page(case.key)
    if page is not None:
        return Answer(files=_read(case, page).files, silent=why)
    return Answer(files=_files(case.cache.facts(case.key, None), case.want), silent=why)
