"""What the index said, kept in a file, so that the same conversion can be done again without a network.

JSON Lines: one exchange in each line, in the order of the requests; a body is compressed (zlib) and in base64. What a
record holds is believed no more than an index: it goes through the same readers, with the same limits. An address is as
the project writes it, and headers that could hold a secret are left out.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from converter.errors import InputError

VERSION = 1
_HEAD = {"pm-convert-record": VERSION}
_KEPT = ("age", "cache-control", "content-range", "content-type", "date", "etag", "expires", "last-modified")
_TEXTS = ("request", "url", "trouble", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and what came of it. `url` is where a redirect led, empty where there was none."""

    request: str
    status: int = 0
    url: str = ""
    trouble: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


Replay = dict[str, list[Exchange]]
"""The exchanges that are still to come, by request."""


def record_text(exchanges: Iterable[Exchange]) -> str:
    """The record of these exchanges; the same whatever the order in which they came, but for those of one request."""
    rows = (_row(exchange) for exchange in sorted(exchanges, key=lambda exchange: exchange.request))
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in (_HEAD, *rows))


def _row(exchange: Exchange) -> Mapping[str, object]:
    row: dict[str, object] = {"request": exchange.request, "status": exchange.status}
    row |= {"url": exchange.url} if exchange.url else {}
    row |= {"trouble": exchange.trouble} if exchange.trouble else {}
    row |= {"headers": {name: exchange.headers[name] for name in _KEPT if name in exchange.headers}}
    return row | ({"body": base64.b64encode(zlib.compress(exchange.body)).decode()} if exchange.body else {})


def read_record(text: str, file: str, limit: int) -> Replay:
    """The exchanges of a record, with bodies of at most `limit` bytes. Raises InputError, which names the line."""
    lines = text.splitlines()
    if not lines or _json(lines[0], file, 1) != _HEAD:
        raise InputError(
            f"expected a record of version {VERSION}, found something else", file=file, place="line 1",
            remedy="make it anew with --record",
        )  # fmt: skip
    found: Replay = {}
    for number, line in enumerate(lines[1:], start=2):
        exchange = _exchange(_json(line, file, number), file, number, limit)
        found.setdefault(exchange.request, []).append(exchange)
    return found


def _json(line: str, file: str, number: int) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise _wrong(file, number, "JSON") from None


def _exchange(row: object, file: str, number: int, limit: int) -> Exchange:
    if not isinstance(row, dict) or not isinstance(row.get("request"), str) or not isinstance(row.get("status"), int):
        raise _wrong(file, number, "an object with a request and its status")
    headers = row.get("headers", {})
    strings = [row.get(key, "") for key in _TEXTS]
    strings += [*headers, *headers.values()] if isinstance(headers, dict) else [None]
    if not all(isinstance(each, str) for each in strings):
        raise _wrong(file, number, "strings")
    return Exchange(
        request=row["request"],
        status=row["status"],
        url=row.get("url", ""),
        trouble=row.get("trouble", ""),
        headers=headers,
        body=_body(row.get("body", ""), file, number, limit),
    )


def _body(text: str, file: str, number: int, limit: int) -> bytes:
    if not text:
        return b""
    unpack = zlib.decompressobj()
    try:
        body = unpack.decompress(base64.b64decode(text, validate=True), limit)
    except (binascii.Error, ValueError, zlib.error):
        raise _wrong(file, number, "a compressed body in base64") from None
    if unpack.unconsumed_tail or not unpack.eof:
        raise _wrong(file, number, f"a whole body of at most {limit} bytes")
    return body


def _wrong(file: str, number: int, expected: str) -> InputError:
    remedy = "make it anew with --record"
    return InputError(f"expected {expected}, found something else", file=file, place=f"line {number}", remedy=remedy)
