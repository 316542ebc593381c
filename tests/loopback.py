"""A package index on the loopback interface, for tests: serves pages of the Simple API, or misbehaves as told.

    with Loopback({"demo": [listed("demo-1.0.tar.gz")]}) as index:
        index.url                         # http://127.0.0.1:<port>/simple
        index.files["demo-1.0.tar.gz"] = b"..."
        index.behave["demo"] = status(404)
        index.seen                        # what was asked, with its headers

Real sockets and real HTTP, so that what is tested is what runs.
"""

from __future__ import annotations

import contextlib
import hashlib
import html
import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

CERTIFICATE = Path(__file__).with_name("loopback.pem")
"""A key and a certificate that it signed itself, for 127.0.0.1 and localhost."""

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "text/html; charset=utf-8"

Behaviour = Callable[[BaseHTTPRequestHandler], None]
Listed = dict[str, Any]


def sha256(text: str) -> str:
    """The hash that `listed` gives a file of this name."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def listed(filename: str, **more: object) -> Listed:
    """A file as PEP 691 lists it, with a hash made from its name; `more` are further keys, `_` for `-`."""
    entry: Listed = {
        "filename": filename,
        "url": f"../../files/{filename}",
        "hashes": {"sha256": sha256(filename).removeprefix("sha256:")},
        "size": len(filename),
        "upload-time": "2024-01-02T03:04:05.678901Z",
        "requires-python": ">=3.8",
        "yanked": False,
    }
    return entry | {key.replace("_", "-"): value for key, value in more.items()}


def file_listed(filename: str, body: bytes, **more: object) -> Listed:
    """A file as PEP 691 lists it, with its own hash and size."""
    return listed(filename, hashes={"sha256": hashlib.sha256(body).hexdigest()}, size=len(body), **more)


def page_json(name: str, files: Iterable[Listed]) -> bytes:
    """A project's page as PEP 691 has it."""
    return json.dumps({"meta": {"api-version": "1.1"}, "name": name, "files": list(files)}).encode()


def page_html(name: str, files: Iterable[Listed]) -> bytes:
    """A project's page as PEP 503 has it."""
    links = "".join(_link(file) for file in files)
    head = '<meta name="pypi:repository-version" content="1.0">'
    return f"<!DOCTYPE html><html><head>{head}<title>{name}</title></head><body>{links}</body></html>".encode()


def _link(file: Listed) -> str:
    digest = next((f"#{algorithm}={value}" for algorithm, value in file["hashes"].items()), "")
    said = {"data-requires-python": file.get("requires-python"), "data-yanked": file.get("yanked") or None}
    more = "".join(f' {key}="{html.escape(str(value))}"' for key, value in said.items() if value is not None)
    return f'<a href="{html.escape(file["url"])}{digest}"{more}>{html.escape(file["filename"])}</a><br>\n'


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came in, its headers by lower-case name."""

    path: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Loopback:
    """The index. `pages` are its projects, `files` their files by name, parts of them too unless not `ranged`.

    `behave` replaces the answer for a project or file; `headers` go with pages. After `cut_after` requests nobody gets
    an answer any more.
    """

    pages: Mapping[str, list[Listed]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    ranged: bool = True
    form: str = "json"
    headers: dict[str, str] = field(default_factory=dict)
    behave: dict[str, Behaviour] = field(default_factory=dict)
    latency: float = 0.0
    cut_after: int | None = None
    tls: bool = False
    seen: list[Seen] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """The index's address."""
        return f"{self.origin}/simple"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        assert self._server is not None, "used outside of its with block"
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def asked(self) -> list[str]:
        """The names of the projects that were asked for, sorted."""
        return sorted(_project(seen.path) for seen in self.seen)

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        if self.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that hang up are what the tests are about."""


def _handler(index: Loopback) -> type[BaseHTTPRequestHandler]:
    counting = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with counting:
                index.seen.append(Seen(self.path, {name.lower(): value for name, value in self.headers.items()}))
                cut = index.cut_after is not None and len(index.seen) > index.cut_after
            time.sleep(index.latency)
            with contextlib.suppress(OSError):
                (hanging_up if cut else index.behave.get(_project(self.path), _usual(index)))(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
            """Say nothing."""

    return Handler


def _project(path: str) -> str:
    return path.partition("?")[0].rstrip("/").rpartition("/")[2]


def _usual(index: Loopback) -> Behaviour:
    def answer(request: BaseHTTPRequestHandler) -> None:
        name = _project(request.path)
        if request.path.startswith("/files/") and name in index.files:
            return _send_file(request, index.files[name], ranged=index.ranged)
        if name not in index.pages:
            return send(request, 404)
        etag = index.headers.get("etag")
        if etag and request.headers.get("if-none-match") == etag:
            return send(request, 304, headers=index.headers)
        if index.form == "json":
            return send(request, 200, page_json(name, index.pages[name]), {"content-type": JSON} | index.headers)
        return send(request, 200, page_html(name, index.pages[name]), {"content-type": HTML} | index.headers)

    return answer


_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def _send_file(request: BaseHTTPRequestHandler, body: bytes, *, ranged: bool) -> None:
    """A file, or the part of it that is asked for (RFC 9110, 14)."""
    match = _RANGE.fullmatch(request.headers.get("range", "")) if ranged else None
    if match is None:
        return send(request, 200, body)
    start = int(match[1]) if match[1] else max(0, len(body) - int(match[2]))
    stop = min(int(match[2]) + 1, len(body)) if match[1] and match[2] else len(body)
    return send(request, 206, body[start:stop], {"content-range": f"bytes {start}-{stop - 1}/{len(body)}"})


def send(
    request: BaseHTTPRequestHandler, code: int, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> None:
    """Answer one request."""
    request.send_response(code)
    for name, value in ({"content-length": str(len(body))} | dict(headers or {})).items():
        request.send_header(name, value)
    request.end_headers()
    if code != 304:
        request.wfile.write(body)


# --- ways to misbehave


def status(code: int, **headers: str) -> Behaviour:
    """Always this status; `retry_after="1"` makes a header."""
    return lambda request: send(request, code, headers={k.replace("_", "-"): v for k, v in headers.items()})


def first(times: int, behaviour: Behaviour, then: Behaviour) -> Behaviour:
    """Behave so for the first times, then otherwise."""
    left = iter([behaviour] * times)

    def answer(request: BaseHTTPRequestHandler) -> None:
        next(left, then)(request)

    return answer


def answering(body: bytes, content_type: str = JSON, **headers: str) -> Behaviour:
    """Always this body."""
    more = {k.replace("_", "-"): v for k, v in headers.items()}
    return lambda request: send(request, 200, body, {"content-type": content_type} | more)


def truncated(body: bytes) -> Behaviour:
    """A body that ends before its stated length."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        send(request, 200, body, {"content-type": JSON, "content-length": str(len(body) + 100)})
        request.close_connection = True

    return answer


def endless(chunk: bytes = b" " * 65536, pause: float = 0.0) -> Behaviour:
    """A body that never ends, with a pause between chunks: a flood, or a slow drip."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True
        request.send_response(200)
        request.send_header("content-type", JSON)
        request.end_headers()
        while True:
            request.wfile.write(chunk)
            time.sleep(pause)

    return answer


def redirecting(location: str, code: int = 302) -> Behaviour:
    """Sends the client elsewhere."""
    return lambda request: send(request, code, headers={"location": location})


def hanging_up(request: BaseHTTPRequestHandler) -> None:
    """Close the connection without an answer."""
    request.close_connection = True
