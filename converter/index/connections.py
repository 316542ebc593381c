"""Connections to indexes, kept open for one run: HTTP/1.1 and HTTP/2, TLS, the proxies of the environment.

httpcore2 is the engine of httpx2. What httpx2 adds on top of it (cookies, authentication flows, redirects, merged
addresses) is not wanted here, or is bounded by `client` itself, and took half of the time of a request.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from converter.errors import InputError
from converter.index.settings import Settings
from converter.index.simple import ACCEPT

if TYPE_CHECKING:
    import ssl

    import httpcore2

SECURE = "https"
_CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "SSL_CERT_DIR")
_OWN = {"accept": ACCEPT, "accept-encoding": "gzip", "user-agent": "pm-convert"}
_UNTOUCHED = "/%:@!$&'()*+,;=~-._?"  # RFC 3986: what an address' path and query may hold as it is


@dataclass(slots=True, kw_only=True)
class Connections:
    """The open connections, by proxy, and by what is believed of who answers."""

    settings: Settings
    pools: dict[tuple[str, str], httpcore2.AsyncConnectionPool] = field(default_factory=dict)
    proxies: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    believed: ssl.SSLContext | None = None

    @asynccontextmanager
    async def get(
        self, url: str, headers: Mapping[str, str], credentials: tuple[str, str] | None, *, verify: bool
    ) -> AsyncIterator[httpcore2.Response]:
        """The answer to a GET, its body still to be read.

        Raises ValueError for an address that cannot be one, httpcore2's errors, and InputError as `trusted`.
        """
        limits = self.settings
        pool, address = self._pool(url, verify=verify), written(url)
        said = list({**_OWN, **headers, **(_basic(credentials) if credentials else {})}.items())
        waits = {"connect": limits.connect_timeout, "read": limits.read_timeout, "write": limits.read_timeout}
        async with pool.stream("GET", address, headers=said, extensions={"timeout": waits}) as response:
            yield response

    async def close(self) -> None:
        """Close them all."""
        for pool in self.pools.values():
            await pool.aclose()

    def prepare(self, asked: Iterable[tuple[str, bool]]) -> None:
        """Look at the certificates before anything is asked, of addresses and whether these are verified.

        Raises InputError as `trusted`.
        """
        if any(verify and url.startswith(SECURE) for url, verify in asked):
            self.believed = trusted(self.settings, verify=True)

    def _pool(self, url: str, *, verify: bool) -> httpcore2.AsyncConnectionPool:
        from urllib.parse import urlsplit

        parts = urlsplit(url)
        secure, where = parts.scheme == SECURE, (parts.scheme, parts.netloc)
        if where not in self.proxies:
            self.proxies[where] = _proxy(parts.scheme, parts.hostname or "")
        key = self.proxies[where], ("verified" if verify else "any") if secure else "plain"
        if key not in self.pools:
            self.pools[key] = _opened(key[0], self.settings, self._trust(verify=verify) if secure else None)
        return self.pools[key]

    def _trust(self, *, verify: bool) -> ssl.SSLContext:
        return self.believed if verify and self.believed else trusted(self.settings, verify=verify)


def _opened(proxy: str, settings: Settings, trust: ssl.SSLContext | None) -> httpcore2.AsyncConnectionPool:
    import ssl

    import httpcore2

    # Without TLS no certificate is looked at; httpcore2 would read all of them.
    trust = trust or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not proxy:
        return httpcore2.AsyncConnectionPool(
            ssl_context=trust,
            http2=True,
            max_connections=settings.concurrency,
            max_keepalive_connections=settings.concurrency,
        )
    address, who = _proxy_address(proxy)
    return httpcore2.AsyncHTTPProxy(
        proxy_url=address,
        proxy_auth=who,
        ssl_context=trust,
        proxy_ssl_context=trusted(settings, verify=True) if address.startswith(SECURE) else None,
        http2=True,
        max_connections=settings.concurrency,
        max_keepalive_connections=settings.concurrency,
    )


def trusted(settings: Settings, *, verify: bool) -> ssl.SSLContext:
    """The certificates to believe: those that the environment names, else the system's own.

    Raises InputError where those that the environment names cannot be read.
    """
    import ssl
    from pathlib import Path

    import truststore

    named = next(filter(None, map(settings.environment.get, _CERTIFICATES)), None)
    if verify and not named:
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not verify or not named:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    try:
        context.load_verify_locations(**{"capath" if Path(named).is_dir() else "cafile": named})
    except OSError as why:
        raise InputError(f"the certificates to trust cannot be read: {why.strerror}", file=named) from None
    return context


def written(url: str) -> str:
    """An address as a request holds it: ASCII, an international host by IDNA, the rest percent-encoded, no fragment.

    Raises ValueError for one that cannot be reached: no host, a port that is none, white space in its host.
    """
    from urllib.parse import quote, urlsplit

    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    name = host if host.isascii() else host.encode("idna").decode()
    if not name or any(letter.isspace() or not letter.isprintable() for letter in name):
        raise ValueError("no host")
    where = f"[{name}]" if ":" in name else name
    where += "" if port is None else f":{port}"
    query = f"?{quote(parts.query, safe=_UNTOUCHED)}" if parts.query else ""
    return f"{parts.scheme}://{where}{quote(parts.path, safe=_UNTOUCHED.replace('?', '')) or '/'}{query}"


def _basic(credentials: tuple[str, str]) -> Mapping[str, str]:
    return {"authorization": "Basic " + b64encode(":".join(credentials).encode()).decode()}


def _proxy(scheme: str, host: str) -> str:
    """The proxy that the process' environment, or the system, names for a host; "" where none is to be used."""
    from urllib.request import getproxies, proxy_bypass

    named = getproxies()
    proxy = named.get(scheme) or named.get("all") or ""
    if not proxy or proxy_bypass(host) or _within(host, named.get("no", "")):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def _within(host: str, excepted: str) -> bool:
    """Whether a host is an address in one of the networks (`10.0.0.0/8`) that take no proxy."""
    from ipaddress import ip_address, ip_network

    networks = [text.strip() for text in excepted.split(",") if "/" in text]
    try:
        return any(ip_address(host) in ip_network(network, strict=False) for network in networks)
    except ValueError:
        return False


def _proxy_address(proxy: str) -> tuple[str, tuple[str, str] | None]:
    """A proxy's address without its user, and the user. Raises ProxyError for what is no HTTP proxy."""
    from urllib.parse import unquote, urlsplit

    from httpcore2 import ProxyError

    try:
        parts = urlsplit(proxy)
        address = written(parts._replace(netloc=parts.netloc.rpartition("@")[2], path="", query="").geturl())
    except ValueError:
        raise ProxyError("its address cannot be one") from None
    if parts.scheme not in {"http", SECURE}:
        raise ProxyError("it is of another kind than http and https")
    who = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return address, who
