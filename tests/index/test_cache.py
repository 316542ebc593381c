"""`cache`: freshness by RFC 9111, and a file that is damaged, locked or cannot be written."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from converter.index.cache import Cache, Page, fresh_until, key_of
from converter.index.simple import File

PAGE = Page(
    url="https://x.example/simple/demo/", content_type="text/html", body=b"x", etag='"e"', fetched=50, until=100
)
FILE = File(filename="demo-1.0.tar.gz", url="https://x.example/d", hashes=("sha256:ab",), size=3, yanked="no")


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({}, 1600.0),
        ({"cache-control": "max-age=60, public"}, 1060.0),
        ({"cache-control": "max-age=60", "age": "50"}, 1010.0),
        ({"cache-control": "max-age=60", "age": "500"}, 1000.0),
        ({"cache-control": 'Max-Age="60"'}, 1060.0),
        ({"cache-control": "max-age=soon"}, 1600.0),
        ({"cache-control": "no-cache"}, 1000.0),
        ({"cache-control": "no-store, max-age=60"}, None),
        ({"expires": "Wed, 21 Oct 2026 07:30:00 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 1120.0),
        ({"expires": "0"}, 1000.0),
    ],
)
def test_freshness(headers: dict[str, str], until: float | None) -> None:
    assert fresh_until(headers, 1000.0) == until


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    for _ in range(2):
        cache = Cache(tmp_path / "new" / "folder")
        cache.keep_page("k", PAGE)
        cache.keep_facts("k", {"sha256:ab": FILE, "sha256:cd": None}, PAGE)
        assert cache.page("k") == PAGE
        assert cache.page("other") is None
        assert cache.validators("k") == {"if-none-match": '"e"', "if-modified-since": ""}
        assert cache.facts("k", 60) == {"sha256:ab": FILE, "sha256:cd": None}
        cache.close()


def test_a_file_is_known_for_ever_and_an_absence_is_not(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.keep_facts("some", {"sha256:ab": FILE, "sha256:cd": None}, PAGE)
    cache.keep_facts("none", {"sha256:cd": None}, PAGE)
    assert cache.facts("some", 1e12) == {"sha256:ab": FILE}
    assert "sha256:cd" in cache.facts("some", 50 + 23 * 3600)
    assert cache.facts("none", 101) == {}
    assert cache.facts("none", None) == {"sha256:cd": None}
    cache.close()


def test_the_address_is_not_in_the_key() -> None:
    assert "secret" not in key_of("https://x.example/secret/simple", "demo")
    assert key_of("https://x.example/simple", "demo").endswith("/demo")


@pytest.mark.parametrize("damage", [b"no database", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_thrown_away(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "index-2.sqlite").write_bytes(damage)
    cache = Cache(tmp_path)
    cache.keep_page("k", PAGE)
    cache.close()
    again = Cache(tmp_path)
    assert again.page("k") == PAGE
    again.close()


def test_damage_in_the_middle_is_a_miss(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for number in range(200):
        cache.keep_page(str(number), Page(url="u" * 3000, fetched=1))
    cache.close()
    path = tmp_path / "index-2.sqlite"
    path.write_bytes(path.read_bytes()[:8192] + b"\xff" * (path.stat().st_size - 8192))
    again = Cache(tmp_path)
    assert again.page("150") is None
    again.keep_page("k", PAGE)
    assert again.page("k") == PAGE
    again.close()


def test_a_damaged_page_is_a_miss(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.keep_page("k", PAGE)
    database = sqlite3.connect(tmp_path / "index-2.sqlite", isolation_level=None)
    database.execute("UPDATE page SET body = 'text'")
    assert cache.page("k") is None
    database.execute("UPDATE page SET body = x'00'")
    assert cache.page("k") is None
    database.close()
    cache.close()


def test_a_folder_that_cannot_be_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache")
    cache.keep_page("k", PAGE)
    assert cache.page("k") == PAGE
    cache.close()


def test_many_at_once(tmp_path: Path) -> None:
    def work(number: int) -> bool:
        cache = Cache(tmp_path)
        for each in range(20):
            cache.keep_page(f"{number}-{each}", PAGE)
            cache.keep_facts("shared", {f"sha256:{number:02}{each:02}": FILE}, PAGE)
        found = all(cache.page(f"{number}-{each}") == PAGE for each in range(20))
        cache.close()
        return found

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    cache = Cache(tmp_path)
    assert len(cache.facts("shared", 60)) == 160
    cache.close()
