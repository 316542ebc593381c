from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipfile.api import Pipfile

from converter.formats.pipenv.hash import accepts, digest
from converter.losses import Kind
from tests.formats.pipenv.test_parse import SOURCE, lock, read

SPELT = f'{SOURCE}[packages]\nFlask = "*"\n[dev-packages]\n"zope.interface" = {{version = "*"}}\n'
CATEGORY = f'{SOURCE}[packages]\nflask = "*"\n[docs]\nsphinx = "*"\n[requires]\npython_version = "3.9"\n'

# What Pipenv 2026.10.3 computes, and the plette inside it, whose rule was Pipenv's own before 2026.4.
KNOWN = {
    "before": (SPELT, "337f01bb7d440228de54ae608667e3cc2e724523e2cf97a548ca1f457156e025"),
    "since": (SPELT, "2b95bcd7fa8a1db95ea6ca60a54abd6dd42e8456ce9678dd7ca0205f83e7c64f"),
    "categories": (CATEGORY, "6fcc6494133d2a91dce833bf6582f461d14f8b6fc24d57a9a759f5e70d041c86"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_hash_is_the_one_that_pipenv_writes(name: str) -> None:
    text, written = KNOWN[name]
    data = tomllib.loads(text)
    assert accepts(data, written)
    assert digest(data, normalize=name != "before") == written


def test_without_a_source_the_locks_own_counts() -> None:
    data = tomllib.loads('[packages]\nflask = "*"\n')
    sources = [{"name": "mirror", "url": "https://mirror.example.org/simple", "verify_ssl": True}]
    written = digest({**data, "source": sources})
    assert accepts(data, written, sources)
    assert not accepts(data, written)
    assert not accepts({**data, "source": []}, written, sources)


def test_the_first_rule_knew_no_categories() -> None:
    data = tomllib.loads(CATEGORY)
    known = {key: value for key, value in data.items() if key != "docs"}
    assert digest(data) != digest(known)
    assert accepts(data, digest(known))


def test_a_date_in_a_category_is_no_reason_to_fail() -> None:
    assert not accepts(tomllib.loads("[packages]\na = 2020-01-01\n"), "")


names = st.from_regex(r"\A[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4})?\Z")
tables = st.dictionaries(names, st.sampled_from(["*", "==1.0", {"version": "*", "extras": ["x"]}]), max_size=4)


@given(tables, tables)
def test_the_package_pipfile_agrees_where_it_is_right(
    packages: Mapping[str, object], dev: Mapping[str, object]
) -> None:
    data = {"source": [{"url": "https://pypi.org/simple"}], "packages": packages, "dev-packages": dev}
    theirs = Pipfile("Pipfile")
    meta = {"sources": data["source"], "requires": {}}
    theirs.data = copy.deepcopy({"_meta": meta, "default": packages, "develop": dev})
    assert theirs.hash == digest(data) == digest(data, normalize=False)


@pytest.mark.parametrize(
    ("now", "detail"),
    [
        ('[packages]\na = "*"\nb = "*"\n', "b is not in it"),
        ('[packages]\na = ">=2"\n', "a 1.0 is locked, >=2 is wanted"),
        ('[packages]\na = "*"\n[requires]\npython_version = "3.9"\n', "Python * is locked, ==3.9.* is wanted"),
        ('[packages]\na = {version = "*", extras = ["x"]}\n', "content differs"),
    ],
)
def test_a_stale_lock_says_what_differs(now: str, detail: str) -> None:
    _, losses = read(now, lock('[packages]\na = "*"\n', default={"a": {"version": "==1.0"}}))
    assert [loss.detail for loss in losses if loss.kind is Kind.STALE_LOCK] == [detail]


def test_a_lock_without_a_hash_is_stale() -> None:
    _, losses = read("", '{"_meta": {}, "default": {}, "develop": {}}')
    assert [loss.text for loss in losses] == [
        "LOSS stale-lock: Pipfile.lock: _meta.hash.sha256: it holds no hash of the Pipfile"
    ]


def test_a_version_from_before_pep_440_is_not_judged() -> None:
    now = '[packages]\na = ">=2"\n'
    _, losses = read(now, lock(now, default={"a": {"version": "==2004d"}}))
    assert losses == ()
