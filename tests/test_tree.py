from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from converter.errors import InputError
from converter.tree import Edit, Tree

NAMES = st.sampled_from(["a", "b", "sub/a", "sub/deep/c.txt"])
FILES = st.dictionaries(NAMES, st.binary(max_size=8))
STEPS = st.lists(st.tuples(NAMES, st.none() | st.binary(max_size=8)))
LINES = st.lists(st.sampled_from(["", "x", "é", "\r", " \u2028 "]), max_size=5)


def changed(tree: Tree, steps: list[tuple[str, bytes | None]]) -> Tree:
    for name, data in steps:
        tree = tree.drop(name) if data is None else tree.put(name, data)
    return tree


@given(FILES, STEPS)
def test_a_tree_is_a_dict_with_the_steps_done(files: dict[str, bytes], steps: list[tuple[str, bytes | None]]) -> None:
    expected: dict[str, bytes | None] = {**files, **dict(steps)}
    tree = changed(Tree.of(files), steps)
    for name in ["a", "b", "sub/a", "sub/deep/c.txt", "missing"]:
        assert tree.get(name) == expected.get(name)
        assert (name in tree) == (expected.get(name) is not None)
    assert [str(p) for p in tree.paths()] == sorted(
        (name for name, data in expected.items() if data is not None), key=PurePosixPath
    )


@given(FILES, STEPS)
def test_the_edits_lead_from_the_base_to_the_tree_and_hold_nothing_else(
    files: dict[str, bytes], steps: list[tuple[str, bytes | None]]
) -> None:
    tree = changed(Tree.of(files), steps)
    assert all(edit.before != edit.after for edit in tree.edits())
    assert [edit.path for edit in tree.edits()] == sorted({edit.path for edit in tree.edits()})
    assert all(edit.before == files.get(str(edit.path)) for edit in tree.edits())
    after = {name: files.get(name) for name in [*files, *(name for name, _ in steps)]}
    after |= {str(edit.path): edit.after for edit in tree.edits()}
    assert {p: b for p, b in after.items() if b is not None} == {str(p): tree.get(p) for p in tree.paths()}


@given(FILES, STEPS)
def test_the_tree_before_stays_as_it_was(files: dict[str, bytes], steps: list[tuple[str, bytes | None]]) -> None:
    tree = Tree.of(files)
    changed(tree, steps)
    assert {str(p): tree.get(p) for p in tree.paths()} == files
    assert tree.edits() == ()


@given(LINES, st.sampled_from(["\n", "\r\n"]), st.sampled_from([b"", b"\xef\xbb\xbf"]))
@example(["\r"], "\r\n", b"")
def test_writing_what_was_read_changes_nothing(lines: list[str], end: str, mark: bytes) -> None:
    tree = Tree.of({"f": mark + "".join(line + end for line in lines).encode()})
    assert tree.put("f", tree.text("f") or "").edits() == ()


def test_written_text_takes_over_the_mark_and_the_newlines() -> None:
    tree = Tree.of({"f": b"\xef\xbb\xbfa\r\nb\r\n", "mixed": b"a\r\nb\n"})
    assert tree.text("f") == "a\nb\n"
    assert tree.put("f", "a\nc\n").get("f") == b"\xef\xbb\xbfa\r\nc\r\n"
    assert tree.put("f", "x\n").put("f", "y\n").get("f") == b"\xef\xbb\xbfy\r\n"
    assert tree.text("mixed") == "a\r\nb\n"
    assert tree.put("mixed", "c\n").get("mixed") == b"c\n"
    assert tree.put("new", "c\n").get("new") == b"c\n"


def test_text_that_is_not_utf_8_is_told_with_its_line() -> None:
    tree = Tree.of({"sub/f": b"good\nbad \xff\n"})
    with pytest.raises(InputError, match="sub/f: line 2: expected UTF-8 text, found byte 0xff; save the file as UTF-8"):
        tree.text("sub/f")
    assert tree.text("missing") is None


def test_a_glob_crosses_folders_and_keeps_case() -> None:
    tree = Tree.of({"requirements.txt": "", "api/requirements-dev.txt": "", "Pipfile": ""})
    assert [str(p) for p in tree.paths("*requirements*.txt")] == ["api/requirements-dev.txt", "requirements.txt"]
    assert list(tree.paths("pipfile")) == []


def test_a_file_put_back_is_no_edit_and_one_dropped_is() -> None:
    tree = Tree.of({"f": "1", "g": "2"}).put("f", "x").put("f", "1").drop("g", "missing")
    assert tree.edits() == (Edit(path=PurePosixPath("g"), before=b"2", after=None),)


def test_the_files_below_a_folder_are_a_tree_whose_changes_go_back_over_the_whole() -> None:
    tree = Tree.of({"api/f": "1", "api/g/h": "2", "apis": "3"}).put("api/g/h", "4")
    inner = tree.below(PurePosixPath("api"))
    assert [*map(str, inner.paths())] == ["f", "g/h"]
    assert ("f" in inner, inner.text("g/h"), "../apis" in inner) == (True, "4", False)
    changed = tree.over(PurePosixPath("api"), inner.put("f", "5").drop("g/h"))
    assert [(str(edit.path), edit.after) for edit in changed.edits()] == [("api/f", b"5"), ("api/g/h", None)]
