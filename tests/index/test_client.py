"""`client`: an index that misbehaves in every way costs a bounded time, and says why."""

from __future__ import annotations

import gzip
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from converter.errors import InputError
from converter.index.client import Ask, Reply, fetch
from converter.index.settings import Settings
from tests.loopback import (
    CERTIFICATE,
    HTML,
    JSON,
    Behaviour,
    Loopback,
    answering,
    endless,
    first,
    hanging_up,
    listed,
    page_json,
    redirecting,
    status,
    truncated,
)

PAGES = {"demo": [listed("demo-1.0.tar.gz")]}
GOOD = page_json("demo", PAGES["demo"])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        cache=tmp_path,
        back_off=0.01,
        connect_timeout=1,
        read_timeout=0.4,
        total_timeout=0.8,
        patience=0.1,
        max_body=200_000,
    )


def fetched(settings: Settings, *asks: Ask) -> Mapping[str, Reply]:
    replies: dict[str, Reply] = {}
    fetch({ask.shown: ask for ask in asks}, settings, replies.__setitem__)
    return replies


def one(settings: Settings, index: Loopback, **more: object) -> Reply:
    ask = replace(Ask(shown="shown", url=f"{index.url}/demo/"), **more)  # type: ignore[arg-type]
    return fetched(settings, ask)["shown"]


def test_a_page(settings: Settings) -> None:
    with Loopback(PAGES) as index:
        reply = one(settings, index)
        assert (reply.status, reply.body, reply.headers["content-type"]) == (200, GOOD, JSON)
        assert index.seen[0].headers["accept"].startswith(JSON)


@pytest.mark.parametrize("code", [404, 403, 401, 410, 418])
def test_a_status_that_means_no_is_not_asked_again(settings: Settings, code: int) -> None:
    with Loopback(behave={"demo": status(code)}) as index:
        assert one(settings, index).status == code
        assert len(index.seen) == 1


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(status(429), id="429"),
        pytest.param(status(500), id="500"),
        pytest.param(status(503, retry_after="0"), id="retry-after"),
        pytest.param(hanging_up, id="hangs-up"),
        pytest.param(truncated(GOOD), id="truncated"),
    ],
)
def test_a_passing_trouble_is_tried_again(settings: Settings, bad: Behaviour) -> None:
    with Loopback(behave={"demo": first(2, bad, answering(GOOD))}) as index:
        assert one(settings, index).body == GOOD
        assert len(index.seen) == 3


@pytest.mark.parametrize(
    ("bad", "says", "tries"),
    [
        pytest.param(status(500), "answered 500", 3, id="500"),
        pytest.param(status(429, retry_after="3600"), "answered 429", 1, id="429-too-long"),
        pytest.param(status(429, retry_after="soon"), "answered 429", 3, id="429-odd"),
        pytest.param(hanging_up, "broke off", 3, id="hangs-up"),
        pytest.param(truncated(GOOD), "broke off", 3, id="truncated"),
        pytest.param(answering(gzip.compress(GOOD)[:-9], content_encoding="gzip"), "broke off", 3, id="truncated-gzip"),
        pytest.param(endless(), "larger than", 1, id="flood"),
        pytest.param(endless(b" ", 0.05), "in time", 1, id="drip"),
        pytest.param(endless(b" ", 60), "in time", 1, id="hangs"),
        pytest.param(answering(gzip.compress(b" " * 1_000_000), content_encoding="gzip"), "larger than", 1, id="bomb"),
        pytest.param(answering(b"no gzip", content_encoding="gzip"), "not the gzip data", 1, id="no-gzip"),
        pytest.param(answering(GOOD, content_encoding="br"), "content coding", 1, id="brotli"),
        pytest.param(redirecting("/simple/demo/"), "more than 5 times", 6, id="loop"),
        pytest.param(redirecting("file:///etc/passwd"), "another scheme", 1, id="to-file"),
        pytest.param(redirecting("ftp://127.0.0.1/x"), "another scheme", 1, id="to-ftp"),
        pytest.param(redirecting("http://[/"), "cannot be one", 1, id="to-nonsense"),
        pytest.param(redirecting("http://127.0.0.1:99999/x"), "cannot be one", 1, id="to-odd-port"),
    ],
)
def test_a_lasting_trouble_is_told_in_bounded_time(settings: Settings, bad: Behaviour, says: str, tries: int) -> None:
    with Loopback(behave={"demo": bad}) as index:
        start = time.monotonic()
        reply = one(settings, index)
        assert time.monotonic() - start < 3
        assert (reply.status, reply.body) == (0, b"")
        assert says in reply.trouble
        assert len(index.seen) == tries
        assert [request.outcome for request in settings.requests] == [reply.trouble]


def test_gzip(settings: Settings) -> None:
    with Loopback(behave={"demo": answering(gzip.compress(GOOD), content_encoding="gzip")}) as index:
        assert one(settings, index).body == GOOD
        assert index.seen[0].headers["accept-encoding"] == "gzip"


def test_a_redirect_takes_credentials_to_the_same_host_only(settings: Settings) -> None:
    with Loopback(PAGES) as other, Loopback(PAGES) as index:
        secret = ("me", "s3cret")
        index.behave["demo"] = first(1, redirecting("/simple/./demo/"), redirecting(f"{other.url}/demo/"))
        reply = one(settings, index, credentials=secret)
        assert (reply.body, reply.url) == (GOOD, f"{other.url}/demo/")
        assert ["authorization" in seen.headers for seen in index.seen] == [True, True]
        assert "authorization" not in other.seen[0].headers


def test_credentials_in_a_redirect_are_not_used(settings: Settings) -> None:
    with Loopback(PAGES) as other, Loopback(PAGES) as index:
        index.behave["demo"] = redirecting(other.url.replace("://", "://me:s3cret@") + "/demo/")
        reply = one(settings, index)
        assert "s3cret" not in reply.url
        assert "authorization" not in other.seen[0].headers


def test_https_is_verified_unless_told_otherwise(settings: Settings) -> None:
    with Loopback(PAGES, tls=True) as index:
        trusting = replace(settings, environment={"SSL_CERT_FILE": str(CERTIFICATE)})
        assert one(trusting, index).body == GOOD
        assert one(replace(settings, environment={"REQUESTS_CA_BUNDLE": str(CERTIFICATE)}), index).body == GOOD
        assert "certificate" in one(settings, index).trouble
        assert one(settings, index, verify_tls=False).body == GOOD


def test_no_redirect_from_https_to_http(settings: Settings) -> None:
    with Loopback(PAGES) as plain, Loopback(tls=True, behave={"demo": redirecting(f"{plain.url}/demo/")}) as index:
        assert "from https to http" in one(settings, index, verify_tls=False).trouble
        assert plain.seen == []


def test_certificates_that_cannot_be_read_are_an_input_error(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("no certificate")
    for name in ("missing.pem", "bad.pem"):
        named = replace(settings, environment={"SSL_CERT_FILE": str(tmp_path / name)})
        with Loopback(PAGES, tls=True) as index, pytest.raises(InputError, match=name):
            one(named, index)
        with Loopback(PAGES) as index:
            assert one(named, index).status == 200  # nobody's certificate is looked at


def test_certificates_that_cannot_be_read_behind_a_redirect(settings: Settings, tmp_path: Path) -> None:
    named = replace(settings, environment={"SSL_CERT_FILE": str(tmp_path / "missing.pem")})
    with Loopback(PAGES, tls=True) as other, Loopback(behave={"demo": redirecting(f"{other.url}/demo/")}) as index:
        assert "certificates to trust cannot be read" in one(named, index).trouble


def test_a_dead_index_is_given_up_after_one_failure(settings: Settings) -> None:
    slow = {f"p{n}": endless(b" ", 60) for n in range(40)}
    with Loopback(behave=slow) as index:
        asks = [Ask(shown=f"p{n}", url=f"{index.url}/p{n}/") for n in range(40)]
        start = time.monotonic()
        replies = fetched(replace(settings, concurrency=10), *asks)
        assert time.monotonic() - start < 3
        assert {reply.trouble for reply in replies.values()} == {"it did not answer in time"}
        assert len(index.seen) == 10


def test_no_more_at_once_than_allowed(settings: Settings) -> None:
    pages = {f"p{n}": [listed(f"p{n}-1.0.tar.gz")] for n in range(20)}
    with Loopback(pages, latency=0.05) as index:
        asks = [Ask(shown=f"p{n}", url=f"{index.url}/p{n}/") for n in range(20)]
        start = time.monotonic()
        replies = fetched(replace(settings, concurrency=5), *asks)
        assert all(reply.status == 200 for reply in replies.values())
        assert 0.2 <= time.monotonic() - start < 2


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x", "http://no-such-host.invalid/x", "http://a b/x", "http://x:y/"]
)
def test_an_address_that_leads_nowhere(settings: Settings, url: str) -> None:
    reply = fetched(settings, Ask(shown="x", url=url))["x"]
    assert reply.trouble
    assert url not in reply.trouble


def test_html_is_served_as_such(settings: Settings) -> None:
    with Loopback(PAGES, form="html") as index:
        assert one(settings, index).headers["content-type"] == HTML
