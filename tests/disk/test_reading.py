from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from converter.disk import LIMIT, apply, read, repository, undo
from converter.errors import InputError
from converter.plan import Plan
from tests.disk.project import BEFORE, converted, project


def test_a_file_is_read_when_asked_for_and_stays_as_it_was_seen() -> None:
    with project() as (root, _):
        tree = read(root)
        assert "new" not in tree
        assert tree.get("new") is None
        assert tree.get("other") == b"kept"
        (root / "other").write_bytes(b"later")
        (root / "new").write_bytes(b"later")
        (root / "Pipfile").write_bytes(b"before it was read")
        assert (tree.get("other"), tree.get("new"), tree.get("Pipfile")) == (b"kept", None, b"before it was read")


def test_the_listing_leaves_out_the_folders_of_tools() -> None:
    inside = {
        f"{name}/x": b"" for name in (".git", "api/.venv", "a/b/node_modules", "lib/site-packages", "__pycache__")
    }
    with project({**BEFORE, **inside, ".gitignore": b"", "env.git/x": b"", ".upsun/config.yaml": b""}) as (root, _):
        expected = [".gitignore", ".upsun/config.yaml", *BEFORE, "env.git/x"]
        assert [str(p) for p in read(root).paths()] == sorted(expected, key=PurePosixPath)
        assert read(root).get(".git/x") == b""  # whoever asks for it by name gets it


def test_nothing_outside_the_project_is_read() -> None:
    with project() as (root, _):
        (root.parent / "secret").write_bytes(b"secret")
        (root.parent / "project-2").mkdir()
        (root.parent / "project-2" / "f").write_bytes(b"secret")
        (root / "twin").symlink_to(root.parent / "project-2")
        (root / "out").symlink_to(root.parent / "secret")
        (root / "folder").symlink_to(root.parent)
        (root / "broken").symlink_to("nowhere")
        (root / "loop").symlink_to("loop")
        os.mkfifo(root / "pipe")
        tree = read(root)
        for name in [
            "out", "folder/secret", "../secret", "api/../../secret", str(root.parent / "secret"), str(root / "other"),
            "../project-2/f", "twin/f", "api/../other", "broken", "loop", "pipe", "api",
            "", ".", "a\0b", "n" * 300, "other/below",
        ]:  # fmt: skip
            assert (tree.get(name), name in tree) == (None, False), name
        assert sorted(map(str, tree.paths())) == sorted(BEFORE)


def test_a_link_inside_the_project_is_read_and_a_linked_folder_not_walked() -> None:
    with project() as (root, _):
        (root / "link").symlink_to("other")
        (root / "folder").symlink_to("api")
        assert read(root).get("link") == b"kept"
        assert read(root).get("folder/Pipfile.lock") == b"{}"
        assert sorted(map(str, read(root).paths())) == sorted([*BEFORE, "link"])


def test_a_root_behind_a_link_is_the_root() -> None:
    with project() as (root, state):
        (root.parent / "link").symlink_to(root)
        converted(root.parent / "link", state)
        assert (root / "poetry.lock").read_bytes() == b"lock\n"
        assert undo(root, state)


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(read, id="read"),
        pytest.param(lambda root: apply(root, Plan(edits=(), losses=()), root), id="apply"),
        pytest.param(lambda root: undo(root, root), id="undo"),
    ],
)
def test_a_root_that_is_no_folder_is_bad_input(act: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="gone: does not exist; name the folder"):
        act(tmp_path / "gone")
    with pytest.raises(InputError, match="file: is not a folder; name the folder"):
        act(tmp_path / "file")


def test_a_file_past_the_bound_is_bad_input(tmp_path: Path) -> None:
    for name, size in (("fits", LIMIT), ("poetry.lock", LIMIT + 1)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
    assert len(read(tmp_path).get("fits") or b"") == LIMIT
    assert "poetry.lock" in read(tmp_path)
    with pytest.raises(InputError, match=r"poetry\.lock: is larger than 64 MiB"):
        read(tmp_path).get("poetry.lock")


def test_the_repository_is_the_nearest_folder_with_a_configuration(tmp_path: Path) -> None:
    inner = tmp_path / "repo" / "api" / "app"
    inner.mkdir(parents=True)
    (tmp_path / ".upsun").mkdir()
    (tmp_path / "repo" / ".git").mkdir()
    assert repository(inner) == (inner, PurePosixPath())  # what lies outside of version control is another's
    (tmp_path / "repo" / ".upsun").mkdir()
    assert repository(inner) == (tmp_path / "repo", PurePosixPath("api/app"))
    (inner / ".platform.app.yaml").touch()
    assert repository(inner) == (inner, PurePosixPath())
    with pytest.raises(InputError):
        repository(tmp_path / "gone")


def test_of_other_folders_of_the_repository_only_manifests_are_read(tmp_path: Path) -> None:
    repository_, secret = tmp_path / "repository", tmp_path / "pyproject.toml"
    for path in ("app/pyproject.toml", "lib/pyproject.toml", "lib/.env", "lib/setup.py"):
        (repository_ / path).parent.mkdir(parents=True, exist_ok=True)
        (repository_ / path).write_bytes(path.encode())
    secret.write_bytes(b"of another")
    (repository_ / "linked").mkdir()
    (repository_ / "linked" / "pyproject.toml").symlink_to(secret)
    alone = read(repository_ / "app")
    assert alone.get("../lib/pyproject.toml") is None
    (repository_ / ".git").mkdir()
    tree = read(repository_ / "app")
    assert tree.get("../lib/pyproject.toml") == b"lib/pyproject.toml"
    assert "../lib/setup.py" in tree
    outside = ("../lib/.env", "../../pyproject.toml", "../linked/pyproject.toml", f"{repository_}/lib/pyproject.toml")
    assert [path for path in outside if path in tree or tree.get(path) is not None] == []
