"""What the index said, written to a file and read again: the same answers without a network."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from converter.errors import InputError
from converter.index import Settings
from converter.index.record import Exchange, read_record, record_text
from tests.index.test_closure import filled, project, served
from tests.loopback import Loopback

LIMIT = 1000
HEAD = '{"pm-convert-record":1}\n'


def settings(folder: Path, **more: object) -> Settings:
    made = Settings(cache=folder, back_off=0.01, read_timeout=1, total_timeout=2, patience=0.1)
    return replace(made, **more)  # type: ignore[arg-type]


def recorded(index: Loopback, folder: Path, **requires: list[str]) -> tuple[object, str]:
    """A run that asks for everything, and its record."""
    asking = settings(folder, record=[])
    done = filled(project(index, served(index, **requires), a=""), asking)
    return done, record_text(asking.record or ())


def test_a_replay_says_the_same_and_asks_nobody(tmp_path: Path) -> None:
    requires = {"a": ["b; sys_platform != 'win32'"], "b": ["c"], "c": []}
    with Loopback() as index:
        done, text = recorded(index, tmp_path / "one", **requires)
        index.seen.clear()
        asking = settings(tmp_path / "two", replay=read_record(text, "record", 10**6))
        assert filled(project(index, served(index, **requires), a=""), asking) == done
        assert index.seen == []
        assert asking.requests  # what would have been asked is told all the same


def test_two_records_of_the_same_answers_are_the_same_bytes(tmp_path: Path) -> None:
    with Loopback() as index:
        texts = {recorded(index, tmp_path / name, a=["b"], b=[])[1] for name in ("one", "two")}
    undated = {"\n".join(line.partition('"headers"')[0] for line in text.splitlines()) for text in texts}
    assert len(undated) == 1


def test_what_is_not_in_the_record_is_a_loss_and_no_request(tmp_path: Path) -> None:
    with Loopback() as index:
        packages = served(index, a=[])
        done = filled(project(index, packages, a=""), settings(tmp_path, replay={}))
        assert index.seen == []
    assert any("it is not in the record" in loss.detail for loss in done.losses)


def test_credentials_are_not_recorded(tmp_path: Path) -> None:
    with Loopback() as index:
        packages = served(index, a=[])
        url = index.url.replace("http://", "http://me:s3cret@")
        given = project(index, packages, a="")
        given = replace(given, indexes=(replace(given.indexes[0], url=url),))
        asking = settings(tmp_path, record=[])
        filled(given, asking)
        assert asking.record
        assert "s3cret" not in record_text(asking.record)


def test_exchanges_come_back_as_they_were() -> None:
    one = Exchange(request="r", status=200, url="u", headers={"etag": "x", "set-cookie": "secret"}, body=b"\x00\xff")
    two = Exchange(request="r", trouble="it did not answer in time")
    read = read_record(record_text([one, two]), "record", LIMIT)
    assert read == {"r": [replace(one, headers={"etag": "x"}), two]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("SQLite format 3", 1),
        ('{"pm-convert-record":2}\n', 1),
        (HEAD + "[" * 100_000, 2),
        (HEAD + "7", 2),
        (HEAD + '{"request":7,"status":200}', 2),
        (HEAD + '{"request":"a","status":200}\n{"request":"a","status":"200"}', 3),
        (HEAD + '{"request":"a","status":200,"headers":[]}', 2),
        (HEAD + '{"request":"a","status":200,"headers":{"etag":7}}', 2),
        (HEAD + '{"request":"a","status":200,"body":"???"}', 2),
        (HEAD + '{"request":"a","status":200,"body":"AAAA"}', 2),
        (record_text([Exchange(request="a", status=200, body=bytes(LIMIT + 1))]), 2),
    ],
)
def test_a_record_that_cannot_be_read_is_one_sentence_with_its_line(text: str, line: int) -> None:
    with pytest.raises(InputError, match=rf"^record\.jsonl: line {line}: expected .*; make it anew with --record$"):
        read_record(text, "record.jsonl", LIMIT)


def test_a_line_says_what_was_asked() -> None:
    text = record_text([Exchange(request="https://index.example/simple/a/", status=404)])
    assert json.loads(text.splitlines()[1]) == {
        "request": "https://index.example/simple/a/",
        "status": 404,
        "headers": {},
    }
