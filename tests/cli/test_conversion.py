"""What tests/commands cannot show: terminals, and faults when it comes to writing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from converter.cli.conversion import conversion
from converter.cli.machine import Machine
from converter.cli.options import Asked
from converter.cli.printed import Printed
from converter.errors import InputError, StopError, UsageError
from tests.index.releases import metadata, serve_metadata
from tests.loopback import Loopback

PIPFILE = '[packages]\ndemo = {git = "https://example.invalid/demo.git", ref = "v1"}\n'
COMMIT = "0123456789abcdef0123456789abcdef01234567"
LOCK = {
    "_meta": {"hash": {}, "pipfile-spec": 6, "requires": {}, "sources": []},
    "default": {"demo": {"git": "https://example.invalid/demo.git", "ref": COMMIT}},
    "develop": {},
}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    state, cache = tmp_path / "state", tmp_path / "cache"
    return Machine(environment={"PM_CONVERT_STATE": str(state), "PM_CONVERT_CACHE": str(cache), "HOME": str(tmp_path)})


def at(home: Path) -> Machine:
    """A machine that knows nothing yet."""
    return Machine(environment={"HOME": str(home), "PM_CONVERT_CACHE": str(home), "PM_CONVERT_STATE": str(home)})


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    project = tmp_path / "a project"
    project.mkdir()
    (project / "Pipfile").write_text(PIPFILE)
    (project / "Pipfile.lock").write_text(json.dumps(LOCK))
    return Asked(source="pipenv", target="poetry", path=project)


def result(printed: Printed) -> str:
    assert isinstance(printed.result, str)
    return printed.result


def test_a_review_on_a_terminal_is_coloured_and_counts_the_lines_of_locks(asked: Asked, machine: Machine) -> None:
    terminal = replace(machine, stdout_is_terminal=True, stderr_is_terminal=True)
    printed = conversion(replace(asked, dry_run=True), terminal)
    assert "\x1b[32m+[project]\x1b[0m\n" in result(printed)
    assert "(--full shows it)" in result(printed)
    assert "[metadata]" not in result(printed)
    assert "\x1b[33mLOSS\x1b[0m stale-lock" in printed.talk
    assert "[metadata]" in result(conversion(replace(asked, dry_run=True, full=True), terminal))


def test_a_folder_with_a_space_is_quoted_in_the_advice(asked: Asked, machine: Machine) -> None:
    (asked.path / ".git").mkdir()
    talk = conversion(asked, machine).talk
    assert f"To check: git -C '{asked.path}' diff\n" in talk
    assert f"To undo: pm-convert undo '{asked.path}'\n" in talk


def test_a_state_folder_that_cannot_be_made_leaves_everything_as_it_was(asked: Asked, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    environment = {"PM_CONVERT_STATE": str(tmp_path / "file" / "state"), "PM_CONVERT_CACHE": str(tmp_path / "cache")}
    summary = tmp_path / "summary.md"
    printed = conversion(replace(asked, as_json=True, summary=str(summary)), Machine(environment=environment))
    assert printed.code == 1
    assert printed.talk.startswith("pm-convert: error: ")
    said = json.loads(result(printed))
    assert (said["written"], said["result"], said["exit_code"]) == (False, "failed", 1)
    assert sorted(path.name for path in asked.path.iterdir()) == ["Pipfile", "Pipfile.lock"]
    assert "Stopped: " in summary.read_text(encoding="utf-8")


def test_a_summary_that_cannot_be_written_stops_before_the_project_is_changed(asked: Asked, machine: Machine) -> None:
    printed = conversion(replace(asked, summary=str(asked.path / "missing" / "summary.md")), machine)
    assert printed.code == 1
    assert "--summary" in printed.talk
    assert sorted(path.name for path in asked.path.iterdir()) == ["Pipfile", "Pipfile.lock"]


def test_a_replay_of_a_record_converts_to_the_same_and_asks_nobody(asked: Asked, tmp_path: Path) -> None:
    with Loopback() as index:
        package = serve_metadata(index, "demo", metadata("demo"))
        entry = {"hashes": sorted(package.hashes), "index": "own", "version": "==1.0"}
        sources = [{"name": "own", "url": index.url, "verify_ssl": True}]
        lock = {
            "develop": {},
            "_meta": {"hash": {}, "pipfile-spec": 6, "requires": {}, "sources": sources},
            "default": {"demo": entry},
        }
        (asked.path / "Pipfile").write_text(f'[[source]]\nname = "own"\nurl = "{index.url}"\n[packages]\ndemo = "*"\n')
        (asked.path / "Pipfile.lock").write_text(json.dumps(lock))
        record = tmp_path / "record.jsonl"
        first = conversion(replace(asked, dry_run=True, record=str(record)), at(tmp_path / "one"))
        index.seen.clear()
        second = conversion(replace(asked, dry_run=True, replay=str(record)), at(tmp_path / "two"))
        assert index.seen == []
    assert "demo-1.0-py3-none-any.whl" in result(first)
    assert (second.result, second.talk, second.code) == (first.result, first.talk, 0)


def test_a_record_that_is_none_or_cannot_be_written_is_told(asked: Asked, machine: Machine, tmp_path: Path) -> None:
    for broken in (asked.path / "Pipfile", tmp_path / "nowhere"):
        printed = conversion(replace(asked, replay=str(broken)), machine)
        assert printed.code == InputError.exit_code
        assert f"{broken}: " in printed.talk
    printed = conversion(replace(asked, record=str(tmp_path / "no" / "folder")), machine)
    assert printed.code == StopError.exit_code
    assert "give --record another file" in printed.talk
    assert (asked.path / "Pipfile").exists()


def test_only_one_of_cache_record_and_replay_is_used(asked: Asked, machine: Machine) -> None:
    printed = conversion(replace(asked, offline=True, replay="record"), machine)
    assert printed.code == UsageError.exit_code
    assert "--offline and --replay contradict each other; choose one" in printed.talk
