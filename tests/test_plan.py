from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from converter.losses import Kind, Loss
from converter.plan import Plan, patch, review
from converter.tree import Edit, Tree

LOCKS = ("Pipfile.lock", "poetry.lock", "pylock*.toml")
LINES = st.lists(st.sampled_from([b"a", b"b", b"c", b"", b"\r", b"d\r", b"\xff", b"-", b"\\", b"x\x00y"]), max_size=30)
CONTENT = st.none() | st.builds(lambda lines, end: b"\n".join(lines) + end, LINES, st.sampled_from([b"", b"\n"]))


def plan_of(before: dict[str, bytes], after: dict[str, bytes]) -> Plan:
    tree = Tree.of(before)
    for name in before:
        tree = tree.drop(name)
    for name, data in after.items():
        tree = tree.put(name, data)
    return Plan(edits=tree.edits(), losses=())


def git_applied(before: dict[str, bytes], text: bytes) -> dict[str, bytes]:
    """The files that real git makes of these with a patch."""
    env = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for path, data in before.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        if text:
            subprocess.run(["git", "init", "-q"], cwd=root, env=env, check=True)
            command = ["git", "apply", "--whitespace=nowarn", "-"]
            done = subprocess.run(command, cwd=root, env=env, input=text, capture_output=True, check=False)
            assert (done.returncode, done.stderr.decode()) == (0, "")
        found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
        return {str(path): (root / path).read_bytes() for path in found if path.parts[0] != ".git"}


@settings(max_examples=60)
@given(st.lists(st.tuples(CONTENT, CONTENT), max_size=3))
@example([(b"a\r\nb\r\n", b"a\r\nc\r\n"), (b"a\nb", b"a\nb\n"), (b"a\nb\n", b"a\nb")])
@example([(None, b""), (b"", None), (b"a", None)])
@example([(b"1\n2\n3\n4\n5\n6\n7\n8\n9\n", b"0\n2\n3\n4\n5\n6\n7\n8\n10\n"), (b"", b"a"), (b"a\n", b"")])
def test_git_makes_the_same_bytes_of_the_patch(contents: list[tuple[bytes | None, bytes | None]]) -> None:
    before = {f"f{i}": old for i, (old, _) in enumerate(contents) if old is not None}
    after = {f"f{i}": new for i, (_, new) in enumerate(contents) if new is not None}
    assert git_applied(before, patch(plan_of(before, after))) == after


@pytest.mark.parametrize(
    "name",
    ["plain", "sp ace", "é/ü ö.txt", 'quo"te', "back\\slash", "tab\t", "new\nline", "a/b/c", "-dash", "raw\udcff"],
)
def test_git_reads_the_name(name: str) -> None:
    everything = {name: b"old\n", f"{name}2": b"", f"{name}3": b"x"}
    changed = {name: b"new\n", f"{name}2": b"full\n", f"{name}4": b"", f"{name}5": b"y"}
    assert git_applied(everything, patch(plan_of(everything, changed))) == changed


def test_a_patch_is_git_s_own_text() -> None:
    before = {"gone": b"1\n", "same": b"", "f": b"1\n2\n3\n4\n5\n"}
    after = {"new": b"1", "same": b"", "f": b"1\n2\n3\n4\nfive\n"}
    assert patch(plan_of(before, after)) == (
        b"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n+five\n"
        b"diff --git a/gone b/gone\ndeleted file mode 100644\n--- a/gone\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-1\n"
        b"diff --git a/new b/new\nnew file mode 100644\n--- /dev/null\n+++ b/new\n@@ -0,0 +1,1 @@\n+1\n"
        b"\\ No newline at end of file\n"
    )


def test_changes_far_apart_are_hunks_of_their_own_and_near_ones_are_one() -> None:
    rows = [b"%d\n" % i for i in range(40)]
    far = {"f": b"".join([*rows[:10], b"x\n", *rows[11:18], b"y\n", *rows[19:]])}
    near = {"f": b"".join([*rows[:10], b"x\n", *rows[11:17], b"y\n", *rows[18:]])}
    assert patch(plan_of({"f": b"".join(rows)}, far)).count(b"\n@@ ") == 2
    assert patch(plan_of({"f": b"".join(rows)}, near)).count(b"\n@@ ") == 1


def test_a_patch_says_no_more_than_what_differs() -> None:
    rows = [b"[[package]]\nname = %d\n" % i for i in range(10_000)]
    moved = [*rows[:500], b"extra\n", *rows[501:3000], *rows[3001:]]
    text = patch(plan_of({"uv.lock": b"".join(rows)}, {"uv.lock": b"".join(moved)}))
    changes = [row for row in text.split(b"\n")[3:] if row.startswith((b"+", b"-"))]
    assert len(changes) == 5  # two lines for one, then two gone


@pytest.mark.parametrize("kind", ["new", "gone", "reversed", "repeated", "all other"])
def test_a_large_lock_takes_no_time(kind: str) -> None:
    rows = [b"name = %d\n" % (i // 2) for i in range(20_000)]
    old, new = {
        "new": (None, rows),
        "gone": (rows, None),
        "reversed": (rows, rows[::-1]),
        "repeated": ([b"]\n", b"\n"] * 10_000, [b"\n", b"]\n", b"\n"] * 7_000),
        "all other": (rows, [b"other " + row for row in rows]),
    }[kind]
    before, after = ({} if side is None else {"uv.lock": b"".join(side)} for side in (old, new))
    start = time.process_time()
    text = patch(plan_of(before, after))
    assert time.process_time() - start < 2  # difflib alone takes minutes for some of them
    assert git_applied(before, text) == after


def test_a_review_counts_a_lock_s_lines_and_shows_it_whole_when_asked() -> None:
    before = {"api/poetry.lock": b"1\n2\n3\n", "Pipfile.lock": b"{}", "f": b"a\n"}
    after = {"api/poetry.lock": b"1\n4\n5\n3\n", "pylock.dev.toml": b"x\ny\n", "f": b"b\n"}
    plan = plan_of(before, after)
    assert review(plan, full=False, locks=LOCKS) == (
        "Pipfile.lock: deleted, 1 line (--full shows it)\n"
        "api/poetry.lock: 2 lines added, 1 removed (--full shows it)\n"
        "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n-a\n+b\n"
        "pylock.dev.toml: new file, 2 lines (--full shows it)\n"
    )
    assert review(plan, full=True, locks=LOCKS) == patch(plan).decode()


def test_a_review_hides_credentials_and_a_patch_does_not() -> None:
    plan = plan_of({}, {"f": b'url = "https://me:secret@host/${TOKEN}"\n'})
    assert "secret" not in review(plan, full=True, locks=())
    assert "https://****@host" in review(plan, full=True, locks=())
    assert b"me:secret@host" in patch(plan)


def test_a_review_cannot_steer_the_terminal() -> None:
    plan = plan_of({}, {"f": b"\x1b[2Jcr\rlf\r\n\xe2\x80\xaetab\t\xff\n", "a\x1b[1mb/uv.lock": b"", "\udcff.lock": b""})
    shown = review(plan, full=False, locks=["*.lock"])
    assert "+\\x1b[2Jcr\\x0dlf\n+\\u202etab\t\\xff\n" in shown.replace("\\r", "\\x0d")
    assert all(char.isprintable() or char in "\n\t" for char in shown)
    assert shown.encode()


def test_stops_are_the_losses_of_that_level() -> None:
    losses = [Loss(kind=kind, where="f", detail="") for kind in (Kind.UNPINNED, Kind.STALE_LOCK, Kind.COMMENT_LEFT)]
    plan = Plan(edits=(Edit(path=PurePosixPath("f"), before=None, after=b""),), losses=tuple(losses))
    assert plan.stops == (losses[0],)
