"""Many requests at once, each bounded in time, size, redirects and tries.

An index is not trusted: a body is read up to a limit, before and after decompression, and of large ones only few are
held at once; a redirect never leads to another scheme than http and https, never from https back to http, and takes no
credentials to another host; one that does not answer is asked no more in this run, so a dead index costs one time limit
and not one for each package. What went wrong is told in words that hold no part of the address: it may contain secrets.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from converter.errors import InputError, masked
from converter.index.connections import SECURE, Connections
from converter.index.record import Exchange, Replay
from converter.index.settings import Request, Settings
from converter.index.simple import is_page, without_users

if TYPE_CHECKING:
    import httpcore2

K = TypeVar("K", bound=Hashable)
_OK, _PART = 200, 206
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({429, 500, 502, 503, 504})
_LIGHT, _HEAVY = 4 * 2**20, 2  # a body of more bytes is one of so few that are held at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing to fetch. `shown` is its address as the project writes it, `headers` go with the request.

    `limit` is the most that its body may hold, where less than usual is meant. One that is `large` may take its time:
    it says nothing about its server when it is not done in time. The answer to a `secret` one is not recorded.
    """

    shown: str
    url: str = field(repr=False)
    credentials: tuple[str, str] | None = field(default=None, repr=False)
    verify_tls: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    limit: int | None = None
    large: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back. `trouble` says in words why there is no answer; then `status` is 0."""

    status: int = 0
    url: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    trouble: str = ""


Receive = Callable[[K, Reply], Mapping[K, Ask] | None]
"""Takes a reply, and may say what to ask for next because of it."""


class _TroubleError(Exception):
    """An answer that cannot be used; `dead` where the server need not be asked again in this run."""

    def __init__(self, words: str, *, dead: bool = False) -> None:
        super().__init__(words)
        self.dead = dead


@dataclass(slots=True, kw_only=True)
class _Run(Generic[K]):
    """The state that the requests of one run share."""

    settings: Settings
    connections: Connections
    gate: asyncio.Semaphore
    tasks: asyncio.TaskGroup
    receive: Receive[K]
    heavy: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_HEAVY))
    dead: dict[str, str] = field(default_factory=dict)


def fetch(asks: Mapping[K, Ask], settings: Settings, receive: Receive[K]) -> None:
    """Fetch everything, at most `settings.concurrency` at once, and hand each reply to `receive` as it comes.

    What `receive` returns is fetched as well, on the same connections.

    No failure of a server raises; each is a `Reply` with its trouble. Raises InputError where the certificates that the
    environment names cannot be read.
    """
    if settings.replay is not None:
        _replay(asks, settings, settings.replay, receive)
        return
    asyncio.run(_fetch(asks, settings, receive))


def _replay(asks: Mapping[K, Ask], settings: Settings, record: Replay, receive: Receive[K]) -> None:
    waiting = list(asks.items())
    for key, ask in waiting:
        reply = _recorded(ask, record)
        settings.requests.append(Request(url=masked(ask.shown), outcome=reply.trouble or str(reply.status)))
        waiting.extend((receive(key, reply) or {}).items())


def _recorded(ask: Ask, record: Replay) -> Reply:
    """The next recorded answer to a request; the last one again where there are no more."""
    left = record.get(_request(ask), [])
    if not left:
        return Reply(trouble="it is not in the record")
    found = left.pop(0) if len(left) > 1 else left[0]
    url = found.url or ask.url
    return Reply(status=found.status, url=url, headers=found.headers, body=found.body, trouble=found.trouble)


def _request(ask: Ask) -> str:
    """What tells one request from another: its address as the project writes it, and which part is wanted."""
    part = ask.headers.get("range", "")
    return f"{masked(ask.shown)} {part}".strip()


def _exchange(ask: Ask, reply: Reply) -> Exchange:
    if ask.secret:
        return Exchange(request=_request(ask), trouble="it is not recorded, because its address holds a secret")
    return Exchange(
        request=_request(ask),
        status=reply.status,
        url=masked(reply.url) if reply.url != ask.url else "",
        trouble=reply.trouble,
        headers=reply.headers,
        body=without_users(reply.body) if is_page(reply.headers.get("content-type", "")) else reply.body,
    )


async def _fetch(asks: Mapping[K, Ask], settings: Settings, receive: Receive[K]) -> None:
    connections = Connections(settings=settings)
    connections.prepare((ask.url, ask.verify_tls) for ask in asks.values())
    gate = asyncio.Semaphore(settings.concurrency)
    try:
        async with asyncio.TaskGroup() as tasks:
            run = _Run(settings=settings, connections=connections, gate=gate, tasks=tasks, receive=receive)
            _start(run, asks)
    finally:
        await connections.close()


def _start(run: _Run[K], asks: Mapping[K, Ask]) -> None:
    _tell(run, len(asks), 0)
    for key, ask in asks.items():
        run.tasks.create_task(_one(run, key, ask))


def _tell(run: _Run[K], asked: int, answered: int) -> None:
    if run.settings.progress is not None:
        run.settings.progress(asked, answered)


async def _one(run: _Run[K], key: K, ask: Ask) -> None:
    host = _origin(ask.url)
    async with run.gate:
        if host in run.dead:
            _hand_on(run, key, Reply(trouble=run.dead[host]))
            return
        try:
            reply = await _patiently(run, ask)
        except _TroubleError as why:
            reply = Reply(trouble=str(why))
            if why.dead and not ask.large:
                run.dead[host] = reply.trouble
    run.settings.requests.append(Request(url=masked(ask.shown), outcome=reply.trouble or str(reply.status)))
    if run.settings.record is not None:
        run.settings.record.append(_exchange(ask, reply))
    _hand_on(run, key, reply)


def _hand_on(run: _Run[K], key: K, reply: Reply) -> None:
    _start(run, run.receive(key, reply) or {})
    _tell(run, 0, 1)


async def _patiently(run: _Run[K], ask: Ask) -> Reply:
    """The answer, asked for again where the server is busy or the connection broke."""
    for tried in range(1, run.settings.tries + 1):
        wait = run.settings.back_off * 2 ** (tried - 1)
        try:
            reply = await _within_limits(run, ask)
            if reply.status not in _AGAIN:
                return reply
            wait = _retry_after(reply.headers, wait)
            if tried == run.settings.tries or wait > run.settings.patience:
                raise _TroubleError(f"it answered {reply.status}")
        except ConnectionError as why:
            if tried == run.settings.tries:
                raise _TroubleError(str(why), dead=True) from None
        await asyncio.sleep(wait)
    raise _TroubleError("it was not asked")  # no tries were allowed


def _retry_after(headers: Mapping[str, str], wait: float) -> float:
    said = headers.get("retry-after", "").strip()
    return max(wait, float(said)) if said.isascii() and said.isdigit() else wait


async def _within_limits(run: _Run[K], ask: Ask) -> Reply:
    """One try: follows redirects, ends at the total time limit. Raises ConnectionError where another try may help."""
    import httpcore2

    try:
        async with asyncio.timeout(run.settings.total_timeout):
            return await _follow(run, ask)
    except (TimeoutError, httpcore2.TimeoutException):
        raise _TroubleError("it did not answer in time", dead=True) from None
    except httpcore2.ConnectError as why:
        if "CERTIFICATE_VERIFY_FAILED" in str(why):
            raise _TroubleError("its certificate cannot be verified", dead=True) from None
        raise ConnectionError("it cannot be reached") from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError):
        raise ConnectionError("it broke off its answer") from None
    except httpcore2.ProxyError:
        raise _TroubleError("its proxy cannot be used", dead=True) from None
    except (httpcore2.UnsupportedProtocol, ValueError):
        raise _TroubleError("its address or its answer is not valid") from None
    except InputError as why:
        raise _TroubleError(why.message, dead=True) from None


async def _follow(run: _Run[K], ask: Ask) -> Reply:
    url = ask.url
    for _ in range(run.settings.redirects + 1):
        reply = await _get(run, ask, url)
        if reply.status not in _REDIRECTS:
            return reply
        url = _redirected(url, reply.headers.get("location", ""))
    raise _TroubleError(f"it redirected more than {run.settings.redirects} times")


def _redirected(url: str, location: str) -> str:
    from urllib.parse import urljoin, urlsplit

    try:
        target = urlsplit(urljoin(url, location))
        _ = target.port
    except ValueError:
        raise _TroubleError("it redirected to an address that cannot be one") from None
    if target.scheme not in {"http", SECURE} or not target.hostname:
        raise _TroubleError("it redirected to another scheme than http and https")
    if url.startswith(SECURE + ":") and target.scheme != SECURE:
        raise _TroubleError("it redirected from https to http")
    return target._replace(netloc=target.netloc.rpartition("@")[2], fragment="").geturl()


async def _get(run: _Run[K], ask: Ask, url: str) -> Reply:
    credentials = ask.credentials if _origin(url) == _origin(ask.url) else None
    limit = run.settings.max_body if ask.limit is None else ask.limit
    async with run.connections.get(url, ask.headers, credentials, verify=ask.verify_tls) as response:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        body = await _body(response, headers, limit, run.heavy) if response.status in {_OK, _PART} else b""
        return Reply(status=response.status, url=url, headers=headers, body=body)


def _origin(url: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


async def _body(
    response: httpcore2.Response, headers: Mapping[str, str], limit: int, heavy: asyncio.Semaphore
) -> bytes:
    # Decompressed here, where the size of a bomb can be looked at.
    stated = headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and int(stated[:20]) > limit:
        raise _TroubleError(f"its answer is larger than {limit} bytes")
    chunks = response.aiter_stream()
    raw = await _read(chunks, bytearray(), min(limit, _LIGHT))
    coding = headers.get("content-encoding", "identity").strip().lower()
    if len(raw) <= _LIGHT:
        return _decoded(raw, coding, limit)
    async with heavy:
        return _decoded(await _read(chunks, raw, limit), coding, limit)


async def _read(chunks: AsyncIterator[bytes], raw: bytearray, limit: int) -> bytearray:
    """What comes, up to a little more than the limit."""
    if len(raw) <= limit:
        async for chunk in chunks:
            raw += chunk
            if len(raw) > limit:
                break
    return raw


def _decoded(raw: bytearray, coding: str, limit: int) -> bytes:
    if len(raw) > limit:
        raise _TroubleError(f"its answer is larger than {limit} bytes")
    if coding in {"", "identity"}:
        return bytes(raw)
    if coding not in {"gzip", "x-gzip"}:
        raise _TroubleError("its answer has a content coding that was not asked for")
    return _unzipped(raw, limit)


def _unzipped(raw: bytearray, limit: int) -> bytes:
    unpack = zlib.decompressobj(wbits=31)
    try:
        body = unpack.decompress(raw, limit)
    except zlib.error:
        raise _TroubleError("its answer is not the gzip data it claims to be") from None
    if unpack.unconsumed_tail:
        raise _TroubleError(f"its answer is larger than {limit} bytes")
    if not unpack.eof:
        raise ConnectionError("it broke off its answer")
    return body
