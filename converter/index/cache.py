"""What the index said, kept on disk in the user's cache folder: one SQLite file, shared by all processes.

Two layers. *Pages* as served, with the freshness of RFC 9111 (ten minutes where the server says nothing); offline they
are read however old. *Facts*: which file a hash is and what a release needs, which never change, so a second run needs
neither a network nor to read pages of megabytes. That an index lacks a hash is a fact too, but one that ends.

Not hishel: it keeps each request with its headers, credentials included, is read through the HTTP client only (half the
time of a warm run), and has no layer above pages.

A cache must never be the reason for a failure: a broken file is thrown away, a folder that cannot be written means a
cache in memory, and a database that stays locked counts as a miss.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from converter.index.simple import File

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")
_FRESH = 600.0
_ABSENT = 24 * 3600.0
_OLD = 90 * 24 * 3600.0
_NAME = "index-2.sqlite"  # a new number where the tables change
_TABLES = """
CREATE TABLE IF NOT EXISTS page (key TEXT PRIMARY KEY, url TEXT, type TEXT, etag TEXT, modified TEXT,
  fetched REAL, until REAL, body BLOB);
CREATE TABLE IF NOT EXISTS file (key TEXT, hash TEXT, until REAL, facts TEXT, PRIMARY KEY (key, hash)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS release (release TEXT, proof TEXT, said TEXT, grammar INTEGER, read TEXT,
  PRIMARY KEY (release, proof)) WITHOUT ROWID;
"""
_AT_ONCE = 500  # variables in one question
Row = tuple[str, str, str, int, str]
"""What is known of a release: its name and version, what proves that it is meant, its metadata as said and as read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as served. `body` is empty where the index said that it has no such project."""

    url: str
    content_type: str = ""
    body: bytes = b""
    etag: str = ""
    modified: str = ""
    fetched: float = 0.0
    until: float = 0.0


def key_of(index: str, name: str) -> str:
    """The cache's key of a project on an index. The address is hashed: some hold a secret in their path."""
    return f"{place_of(index)}/{name}"


def place_of(index: str) -> str:
    """The cache's name for an index."""
    return hashlib.sha256(index.encode()).hexdigest()[:24]


def fresh_until(headers: Mapping[str, str], now: float) -> float | None:
    """Until when an answer may be used without asking again (RFC 9111, 4.2); `None` where it must not be kept."""
    directives = _directives(headers.get("cache-control", ""))
    if "no-store" in directives:
        return None
    if "no-cache" in directives:
        return now
    age = _number(headers.get("age", "")) or 0.0
    stated = _number(directives.get("max-age", ""))
    if stated is None:
        stated = _lifetime(headers)
    return now + (_FRESH if stated is None else max(0.0, stated - age))


def _directives(text: str) -> Mapping[str, str]:
    parts = (part.strip().lower().partition("=") for part in text.split(","))
    return {name: value.strip('"') for name, _, value in parts}


def _number(text: str) -> float | None:
    return float(text) if text.strip().isascii() and text.strip().isdigit() else None


def _lifetime(headers: Mapping[str, str]) -> float | None:
    if "expires" not in headers:
        return None
    from email.utils import parsedate_to_datetime

    try:
        end, start = parsedate_to_datetime(headers["expires"]), parsedate_to_datetime(headers["date"])
        return (end - start).total_seconds()
    except (KeyError, TypeError, ValueError):
        return 0.0  # RFC 9111, 5.3: an invalid date means already expired


class Cache:
    """The open cache. Its methods raise nothing for a damaged or locked file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._database = _connect(self._path)

    def close(self) -> None:
        self._database.close()

    def page(self, key: str) -> Page | None:
        """The kept page, however old."""
        rows = self._ask("SELECT url, type, etag, modified, fetched, until, body FROM page WHERE key = ?", (key,))
        for url, kind, etag, modified, fetched, until, body in rows:
            with suppress(zlib.error, TypeError):
                data = zlib.decompress(body)
                return Page(
                    url=url, content_type=kind, body=data, etag=etag, modified=modified, fetched=fetched, until=until
                )
        return None

    def validators(self, key: str) -> Mapping[str, str]:
        """The headers that make a request for a kept page conditional (RFC 9110, 13.1)."""
        for etag, modified in self._ask("SELECT etag, modified FROM page WHERE key = ?", (key,)):
            return {"if-none-match": str(etag), "if-modified-since": str(modified)}
        return {}

    def keep_page(self, key: str, page: Page) -> None:
        """Keep a page in the place of an older one; drop those that nobody asked for in a quarter of a year."""
        sql = "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        body = zlib.compress(page.body, 1)
        row = (key, page.url, page.content_type, page.etag, page.modified, page.fetched, page.until, body)
        self._ask(sql, row)
        self._ask("DELETE FROM page WHERE fetched < ?", (page.fetched - _OLD,))

    def facts(self, key: str, now: float | None) -> Mapping[str, File | None]:
        """What is known by hash: its file, `None` where the index does not have it. Without `now` nothing expires."""
        rows = self._ask("SELECT hash, until, facts FROM file WHERE key = ?", (key,))
        valid = ((digest, facts) for digest, until, facts in rows if facts or now is None or until > now)
        return {digest: _file(facts) if facts else None for digest, facts in valid}

    def keep_facts(self, key: str, files: Mapping[str, File | None], page: Page) -> None:
        """Keep which file each hash is, and until when the index is believed not to have it.

        A release that is there at all hardly gains a file that was locked long ago: that is believed for a day.
        """
        until = max(page.until, page.fetched + _ABSENT) if any(files.values()) else page.until
        rows = [(key, digest, until, _text(file) if file else "") for digest, file in files.items()]
        self._ask_many("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", rows)

    def releases(self, names: Iterable[str]) -> list[Row]:
        """Everything that is known of these releases."""
        wanted, rows = list(names), []
        for at in range(0, len(wanted), _AT_ONCE):
            part = wanted[at : at + _AT_ONCE]
            marks = ",".join("?" * len(part))
            sql = f"SELECT release, proof, said, grammar, read FROM release WHERE release IN ({marks})"  # noqa: S608  # marks only
            rows += self._ask(sql, tuple(part))
        return rows

    def keep_releases(self, rows: Iterable[Row]) -> None:
        """Keep what releases say of themselves."""
        self._ask_many("INSERT OR REPLACE INTO release VALUES (?, ?, ?, ?, ?)", rows)

    def _ask(self, sql: str, row: tuple[object, ...]) -> list[Any]:
        return self._mended(lambda: self._database.execute(sql, row).fetchall(), [])

    def _ask_many(self, sql: str, rows: Iterable[tuple[object, ...]]) -> None:
        def write() -> None:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(sql, rows)
            self._database.execute("COMMIT")

        self._mended(write, None)

    def _mended(self, work: Callable[[], T], otherwise: T) -> T:
        import sqlite3

        try:
            return work()
        except sqlite3.OperationalError:  # locked for long, disk full, read-only: a miss
            if self._database.in_transaction:
                self._database.rollback()
        except sqlite3.DatabaseError:
            self._database.close()
            _discard(self._path)
            self._database = _connect(self._path)
        return otherwise


def _text(file: File) -> str:
    released = (file.requires_python, file.size, file.upload_time, file.yanked)
    said = (file.filename, file.url, file.hashes, *released, file.core_metadata)
    return json.dumps(said, separators=(",", ":"))


def _file(text: str) -> File:
    filename, url, hashes, requires_python, size, upload_time, yanked, metadata = json.loads(text)
    return File(
        filename=filename,
        url=url,
        hashes=tuple(hashes),
        requires_python=requires_python,
        size=size,
        upload_time=upload_time,
        yanked=yanked,
        core_metadata=tuple(metadata) if isinstance(metadata, list) else metadata,
    )


def _connect(path: Path) -> sqlite3.Connection:
    import sqlite3

    for _ in range(2):
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _prepared(sqlite3.connect(path, timeout=5, isolation_level=None))
        except (sqlite3.OperationalError, OSError):
            break
        except sqlite3.DatabaseError:
            _discard(path)
    return _prepared(sqlite3.connect(":memory:", isolation_level=None))


def _prepared(database: sqlite3.Connection) -> sqlite3.Connection:
    # A power cut may lose the last answers, never the file: that is all a cache needs.
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.executescript(_TABLES)
    return database


def _discard(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
