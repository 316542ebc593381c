"""Addresses as requests hold them, and the proxies of the environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from converter.index.client import Ask, Reply, fetch
from converter.index.connections import written
from converter.index.settings import Settings
from tests.architecture.source import ROOT
from tests.loopback import Loopback


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8080/simple/demo/", "http://127.0.0.1:8080/simple/demo/"),
        ("https://me:pw@index.example/a%20b/", "https://index.example/a%20b/"),
        ("https://index.example", "https://index.example/"),
        ("https://index.example/a b\u00e9?x=1 2#sha256=0", "https://index.example/a%20b%C3%A9?x=1%202"),
        ("https://b\u00fccher.example/", "https://xn--bcher-kva.example/"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        (
            "https://index.example/demo-1.0+local-py3-none-any.whl",
            "https://index.example/demo-1.0+local-py3-none-any.whl",
        ),
        ("https://index.example/\r\nHost: other", "https://index.example/Host:%20other"),
    ],
)
def test_an_address_as_a_request_holds_it(url: str, expected: str) -> None:
    assert written(url) == expected


@pytest.mark.parametrize("url", ["http:///demo", "http://host:99999/", "http://ho st/", "http://\x00host/", "http://["])
def test_an_address_that_cannot_be_one(url: str) -> None:
    with pytest.raises(ValueError, match=r"host|Port|IPv6"):
        written(url)


PROXIED = """
import sys
from pathlib import Path
from converter.index.client import Ask, fetch
from converter.index.settings import Settings
told = lambda _, reply: print(reply.trouble or reply.status)
fetch({0: Ask(shown="demo", url=sys.argv[1])}, Settings(cache=Path(".")), told)
"""


def asked(url: str, **variables: str) -> str:
    """What comes of one request of a process with these variables."""
    environment = os.environ | {"NO_PROXY": "", "no_proxy": ""} | variables
    done = subprocess.run(
        [sys.executable, "-c", PROXIED, url], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "http://", "http://host:99999"])
def test_a_proxy_that_cannot_be_used(proxy: str) -> None:
    assert asked("http://index.invalid/simple/demo/", http_proxy=proxy) == "its proxy cannot be used"


def test_a_network_without_proxy() -> None:
    with Loopback({"demo": []}) as index:
        variables = {"http_proxy": "http://127.0.0.1:9", "no_proxy": "10.0.0.0/8,127.0.0.0/8,nonsense/8"}
        assert asked(f"{index.url}/demo/", **variables) == "200"
        variables["no_proxy"] = "10.0.0.0/8"
        assert asked(f"{index.url}/demo/", **variables) == "it cannot be reached"


def test_credentials_go_as_basic_authentication(tmp_path: Path) -> None:
    replies: list[Reply] = []
    with Loopback({"demo": []}) as index:
        ask = Ask(shown="demo", url=f"{index.url}/demo/", credentials=("me", "p\u00e9:w"))
        fetch({0: ask}, Settings(cache=tmp_path), lambda _, reply: replies.append(reply))
        assert index.seen[0].headers["authorization"] == "Basic bWU6cMOpOnc="
    assert [reply.status for reply in replies] == [200]
