"""Whole processes: memory stays bounded whatever an index sends, and a proxy of the environment is gone through."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.loopback import JSON, Behaviour, Loopback, answering, endless, listed

MEGABYTE = 2**20
LOOK = """
import json, sys
from pathlib import Path
from converter.index.pages import look
from converter.index.settings import Settings
from converter.index.simple import Wanted
from converter.model import Index
index = Index(name="", url=sys.argv[1])
wanted = {(index, name): Wanted(every=True) for name in sys.argv[3:]}
answers = look(wanted, Settings(cache=Path(sys.argv[2]), max_body=20 * 2**20, total_timeout=300))
status = Path("/proc/self/status").read_text()  # what getrusage says begins with the parent's memory
peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
silent = sorted({answer.silent for answer in answers.values()})
print(json.dumps([peak, silent, sorted(file.url for answer in answers.values() for file in answer.files)]))
"""


def looked(index: str, cache: Path, *names: str, **variables: str) -> tuple[int, list[str], list[str]]:
    """The peak of memory in MiB, what the index did not tell, and the addresses of the files it has."""
    command = [sys.executable, "-c", LOOK, index, str(cache), *names]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=True)
    peak, silent, files = json.loads(done.stdout)
    return peak, silent, files


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(endless(b" " * MEGABYTE), id="floods"),
        pytest.param(answering(b'{"files": ["' + b"x" * (19 * MEGABYTE), JSON), id="one-long-string"),
    ],
)
def test_many_large_answers_take_the_memory_of_a_few(tmp_path: Path, bad: Behaviour) -> None:
    names = [f"demo-{number}" for number in range(20)]
    with Loopback(behave=dict.fromkeys(names, bad)) as index:
        peak, silent, files = looked(index.url, tmp_path, *names)
    assert peak < 260
    assert all("larger than" in why or "cannot be read" in why for why in silent)
    assert (bool(silent), files) == (True, [])


def test_a_proxy_of_the_environment_is_gone_through(tmp_path: Path) -> None:
    with Loopback({"demo": [listed("demo-1.0.tar.gz")]}) as proxy:
        variables = {"HTTP_PROXY": proxy.origin, "http_proxy": proxy.origin, "NO_PROXY": "", "no_proxy": ""}
        _, silent, files = looked("http://index.invalid/simple", tmp_path, "demo", **variables)
        assert [seen.path for seen in proxy.seen] == ["http://index.invalid/simple/demo/"]
    assert (silent, files) == ([""], ["http://index.invalid/files/demo-1.0.tar.gz"])
    with Loopback() as other:
        variables |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        looked(other.url, tmp_path, "demo", **variables)
        assert other.asked == ["demo"]


def test_a_proxy_that_is_not_there_is_told_without_its_address(tmp_path: Path) -> None:
    dead = "http://me:s3cret@127.0.0.1:9"
    variables = {"HTTP_PROXY": dead, "http_proxy": dead, "NO_PROXY": "", "no_proxy": ""}
    assert looked("http://index.invalid/simple", tmp_path, "demo", **variables)[1] == ["it cannot be reached"]
