"""`--workspace`: folders of a project become members of a workspace of uv, or stay where they are and say why."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from converter.convert import Conversion, Options, convert
from converter.errors import UsageError
from converter.formats import FORMATS
from converter.index import Settings
from converter.losses import Kind
from converter.tree import Tree

LIB = '[project]\nname = "lib"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = []\n'
ROOT = """[tool.poetry]
package-mode = false

[tool.poetry.dependencies]
python = ">=3.11"
lib = {path = "libs/lib", develop = true}
"""


def converted(
    files: Mapping[str, str], source: str = "poetry", target: str = "uv", *, workspace: bool = True
) -> Conversion:
    options = Options(folder="demo", manifest_only=True, workspace=workspace)
    settings = Settings(cache=Path("/nowhere"), offline=True)
    return convert(Tree.of(files), FORMATS[source], FORMATS[target], options, settings)


def tool_uv(done: Conversion, path: str = "pyproject.toml") -> Mapping[str, object]:
    after = next(edit.after for edit in done.plan.edits if str(edit.path) == path)
    found = tomllib.loads((after or b"").decode())["tool"]["uv"]
    assert isinstance(found, dict)
    return found


def left(done: Conversion) -> list[str]:
    return [loss.detail for loss in done.plan.losses if loss.kind is Kind.MEMBER_LEFT]


def test_an_editable_folder_becomes_a_member() -> None:
    done = converted({"pyproject.toml": ROOT, "libs/lib/pyproject.toml": LIB})
    assert tool_uv(done)["workspace"] == {"members": ["libs/lib"]}
    assert tool_uv(done)["sources"] == {"lib": {"workspace": True}}
    assert [str(edit.path) for edit in done.plan.edits] == ["pyproject.toml"]
    assert not left(done)


def test_without_the_flag_it_stays_a_path() -> None:
    done = converted({"pyproject.toml": ROOT, "libs/lib/pyproject.toml": LIB}, workspace=False)
    assert tool_uv(done)["sources"] == {"lib": {"path": "libs/lib", "editable": True}}
    assert "workspace" not in tool_uv(done)


@pytest.mark.parametrize("target", [name for name in FORMATS if name != "uv"])
def test_only_uv_has_a_lock_for_several_projects(target: str) -> None:
    with pytest.raises(UsageError, match="no workspaces"):
        converted({"pyproject.toml": ROOT, "libs/lib/pyproject.toml": LIB}, target=target)


def test_a_member_takes_another_from_the_workspace() -> None:
    more = 'other = {path = "libs/other", develop = true}\n'
    other = LIB.replace('"lib"', '"other"').replace("[]", '["lib"]')
    files = {"pyproject.toml": ROOT + more, "libs/lib/pyproject.toml": LIB, "libs/other/pyproject.toml": other}
    done = converted(files)
    assert tool_uv(done, "libs/other/pyproject.toml")["sources"] == {"lib": {"workspace": True}}
    assert "workspace" not in tool_uv(done, "libs/other/pyproject.toml")


@pytest.mark.parametrize(
    ("lib", "why"),
    [
        (LIB.replace(">=3.9", ">=3.12"), "lib is for Python >=3.12 alone"),
        (LIB.replace(">=3.9", ">=3.9,<4"), None),
        (LIB.replace('"lib"', '"other"'), "lib has no [project] of that name"),
        (f"{LIB}\n[tool.uv.workspace]\nmembers = []\n", "lib is the root of a workspace"),
        ("[tool.ruff]\n", "lib has no [project] of that name"),
        ("not = toml = at all", "lib cannot be read"),
        ("", "lib has no [project] of that name"),
    ],
    ids=["python", "python 4", "name", "root", "no project", "broken", "empty"],
)
def test_what_cannot_be_a_member_stays_a_path_and_says_why(lib: str, why: str | None) -> None:
    done = converted({"pyproject.toml": ROOT, "libs/lib/pyproject.toml": lib})
    assert [text[: len(why or "")] for text in left(done)] == ([why] if why else [])
    assert ("workspace" in tool_uv(done)) is (why is None)
    assert [str(edit.path) for edit in done.plan.edits] == ["pyproject.toml"]


@pytest.mark.parametrize("path", ["../lib", "/libs/lib", "libs/../../lib"])
def test_a_folder_outside_of_the_project_is_no_member_and_keeps_its_path(path: str) -> None:
    done = converted({"pyproject.toml": ROOT.replace("libs/lib", path), "lib/pyproject.toml": LIB})
    assert left(done) == ["lib lies outside of the project"]
    assert tool_uv(done)["sources"] == {"lib": {"path": {"libs/../../lib": "../lib"}.get(path, path), "editable": True}}


OTHER = 'other = {path = "libs/other", develop = true}\n'
WANTS = LIB.replace("[]", '["other"]') + "\n[tool.uv.sources]\nother = { workspace = true }\n"


def test_a_manifest_that_takes_from_a_workspace_gets_one_unasked() -> None:
    other = LIB.replace('"lib"', '"other"')
    files = {"pyproject.toml": ROOT + OTHER, "libs/lib/pyproject.toml": WANTS, "libs/other/pyproject.toml": other}
    done = converted(files, workspace=False)
    told = [loss.detail for loss in done.plan.losses if loss.kind is Kind.WORKSPACE_KEPT]
    assert told == ["libs/lib/pyproject.toml: tool.uv.sources"]
    assert tool_uv(done)["workspace"] == {"members": ["libs/lib", "libs/other"]}


@pytest.mark.parametrize("workspace", [True, False])
def test_a_manifest_that_takes_from_a_workspace_what_cannot_be_in_one_stops(workspace: bool) -> None:  # noqa: FBT001
    done = converted({"pyproject.toml": ROOT, "libs/lib/pyproject.toml": WANTS}, workspace=workspace)
    stops = [(loss.kind, loss.where, loss.detail) for loss in done.plan.stops]
    assert stops == [(Kind.WORKSPACE_NEEDED, "libs/lib/pyproject.toml: tool.uv.sources", "other")]
    assert done.plan.edits == ()


def test_the_members_of_a_workspace_without_a_lock_are_found_by_their_names() -> None:
    root = '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["lib"]\n'
    uv = '[tool.uv]\nworkspace = { members = ["libs/*"] }\nsources = { lib = { workspace = true } }\n'
    files = {"pyproject.toml": f"{root}\n{uv}", "libs/a/pyproject.toml": LIB, "libs/a/b/pyproject.toml": LIB}
    after = converted(files, "uv", "poetry", workspace=False).after
    assert after is not None
    assert [str(getattr(r.source, "path", "")) for r in after.dependencies] == ["libs/a"]
