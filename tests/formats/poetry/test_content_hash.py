from __future__ import annotations

import datetime as dt

from converter.formats.poetry.content_hash import content_hash, content_hashes

STANDARD: dict[str, object] = {
    "project": {"name": "x", "requires-python": ">=3.11", "dependencies": ["idna>=3"]},
    "dependency-groups": {"dev": ["attrs"]},
    "tool": {"poetry": {"package-mode": False, "requires-poetry": ">=2.3"}},
}
CLASSIC: dict[str, object] = {"tool": {"poetry": {"name": "x", "dependencies": {"python": "^3.9", "idna": "^3"}}}}


# The expected hashes are those that Poetry 2.5.1 gave to these very manifests.
def test_the_newest_rule() -> None:
    assert content_hash(STANDARD) == "859767be0b16252c966fd4a16f46c67391afd071d0ed7e8d9ab642c3159b9de9"


def test_a_manifest_of_poetry_1_holds_nulls() -> None:
    assert content_hash(CLASSIC) == "156f307697a3710228e16128447ed6a4cee4a2a6fec24d2965989666a93b7cd7"


def test_what_is_not_relevant_changes_nothing() -> None:
    assert content_hash({**STANDARD, "build-system": {"requires": ["a"]}}) == content_hash(STANDARD)


def test_older_rules_are_known() -> None:
    without_groups = {key: value for key, value in STANDARD.items() if key != "dependency-groups"}
    assert content_hashes(STANDARD) >= {content_hash(STANDARD), content_hash(without_groups)}
    assert content_hash(CLASSIC) in content_hashes(CLASSIC)


def test_before_groups_they_did_not_count() -> None:
    grouped = {"tool": {"poetry": {"dependencies": {"idna": "^3"}, "group": {"dev": {"dependencies": {"attrs": "*"}}}}}}
    bare = {"tool": {"poetry": {"dependencies": {"idna": "^3"}}}}
    assert content_hash(bare) in content_hashes(grouped)
    assert content_hash(bare) != content_hash(grouped)


def test_a_date_is_no_reason_to_stop() -> None:
    odd = {"tool": {"poetry": {"dependencies": {"idna": dt.date(2026, 1, 1)}}}}
    assert len(content_hash(odd)) == 64


def test_tables_of_a_wrong_type_count_as_none() -> None:
    assert content_hash({"project": 1, "tool": {"poetry": []}}) == content_hash({})
