from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.tools.poetry_shim import with_releases

METADATA = b"""\
Metadata-Version: 2.4
Name: Demo
Version: 1.0
Summary: One line
Requires-Python: >=3.9
Requires-Dist: idna>=3
Requires-Dist: h2; extra == "http2"
"""
WHEEL = {"filename": "demo-1.0-py3-none-any.whl", "url": "https://files.test/w", "hashes": {"sha256": "aa"}, "size": 3}
SDIST = {"filename": "demo-1.0.tar.gz", "url": "https://files.test/s", "hashes": {"sha256": "bb"}, "yanked": "broken"}
NEWER = {"filename": "demo-1.1.tar.gz", "url": "https://files.test/n", "hashes": {"sha256": "cc"}}
ODD = {"filename": "demo.exe", "url": "https://files.test/e", "hashes": {}}
OTHER = {"filename": "demo-0.2-1.tar.gz", "url": "https://files.test/o", "hashes": {}}  # 1 of `demo-0.2`, by its name


@dataclass
class Reply:
    status_code: int
    content: bytes


@dataclass
class Index:
    """A PyPI repository of Poetry's, as far as the shim looks at one."""

    answers: dict[str, Any]
    asked: list[str] = field(default_factory=list)

    @property
    def session(self) -> Index:
        return self

    def get(self, url: str, *, raise_for_status: bool) -> Reply:
        assert not raise_for_status
        self.asked.append(url)
        return Reply(200, METADATA)


def ask(index: Index, endpoint: str) -> dict[str, Any] | None:
    def get(repository: Index, endpoint: str, headers: object = None) -> dict[str, Any] | None:
        del headers
        found: dict[str, Any] | None = repository.answers.get(endpoint)
        return found

    return with_releases(get)(index, endpoint)


def test_a_missing_release_is_answered_from_the_simple_page_and_the_wheel() -> None:
    answer = ask(Index({"simple/demo/": {"files": [OTHER, SDIST, WHEEL, NEWER, ODD]}}), "pypi/demo/1.0/json")
    assert answer is not None
    assert answer["info"] == {
        "name": "demo",
        "version": "1.0",
        "summary": "One line",
        "requires_dist": ["idna>=3", 'h2; extra == "http2"'],
        "requires_python": ">=3.9",
        "yanked": False,
        "yanked_reason": "broken",
    }
    kinds = [(url["packagetype"], url["digests"]["sha256"], url["size"]) for url in answer["urls"]]
    assert kinds == [("sdist", "bb", None), ("bdist_wheel", "aa", 3)]


def test_a_release_without_a_wheel_leaves_its_needs_open() -> None:
    index = Index({"simple/demo/": {"files": [SDIST]}})
    answer = ask(index, "pypi/demo/1.0/json")
    assert answer is not None
    assert answer["info"]["requires_dist"] is None
    assert answer["info"]["yanked"] is True
    assert index.asked == []


def test_all_else_is_the_index_s_own_answer() -> None:
    index = Index({"pypi/demo/1.0/json": {"info": {}}, "simple/other/": {"files": [NEWER]}})
    assert ask(index, "pypi/demo/1.0/json") == {"info": {}}
    assert ask(index, "pypi/other/1.0/json") is None
    assert ask(index, "pypi/absent/1.0/json") is None
    assert ask(index, "simple/absent/") is None
