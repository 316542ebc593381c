"""Each check finds what it is for, with its line, and is silent where all is well."""

from __future__ import annotations

import pytest

from converter.losses import Level
from converter.tree import Tree
from converter.upsun.checks import checked

ONE = ".platform.app.yaml"
GROUPS = "[dependency-groups]\ndev = ['pytest']\n"
UV = """\
name: app
type: 'python:3.12'
dependencies: {python3: {uv: '*'}}
variables: {env: {UV_CACHE_DIR: /tmp/uv, UV_NO_SYNC: '1'}}
hooks:
  build: |
    set -eu
    uv sync --locked --no-dev --no-managed-python
  deploy: uv run python manage.py migrate
web: {commands: {start: uv run gunicorn app}}
"""
GOOD = {ONE: UV, "uv.lock": 'version = 1\n[[package]]\nname = "gunicorn"\n', "pyproject.toml": GROUPS}
POETRY = UV.replace("uv:", "poetry:").replace("uv sync --locked --no-dev --no-managed-python", "poetry install")
POETRY = POETRY.replace("uv run", "poetry run").replace("UV_CACHE_DIR: /tmp/uv, UV_NO_SYNC: '1'", "A: b")
LOCKED = {ONE: POETRY, "poetry.lock": 'lock-version = "2.1"\n', "pyproject.toml": ""}


def found(files: dict[str, str]) -> list[str]:
    """The code of each finding."""
    return [loss.kind.code for loss in checked(Tree.of(files))]


def test_nothing_is_found_where_all_is_well() -> None:
    assert found(GOOD) == []
    assert found(LOCKED) == []


@pytest.mark.parametrize(
    ("files", "old", "new", "code", "line"),
    [
        (GOOD, "UV_NO_SYNC: '1'", "A: b", "upsun-run-syncs", 9),
        (GOOD, "UV_CACHE_DIR: /tmp/uv, ", "", "upsun-run-syncs", 9),
        (GOOD, "/tmp/uv", ".uv_cache", "upsun-run-syncs", 9),  # noqa: S108  a shell's
        (GOOD, "uv run python manage.py migrate", "uv sync", "upsun-install-late", 9),
        (GOOD, "{uv: '*'}", "{gunicorn: '*', uv: '*'}", "upsun-tool-shadows", 3),
        (GOOD, "dependencies: {python3: {uv: '*'}}", "mounts: {}", "upsun-tool-absent", 8),
        (GOOD, "set -eu\n    uv sync", "uv sync --locked\n    uv sync", "upsun-install-unguarded", 7),
        (GOOD, "name: app", "name: app\nmounts: {'.cache': {source: local}}", "upsun-mount-unused", 2),
        (LOCKED, "{poetry: '*'}", "{poetry: '1.8.4'}", "upsun-tool-old", 3),
        (LOCKED, "{poetry: '*'}", "{poetry: '<2'}", "upsun-tool-old", 3),
        (LOCKED, "{A: b}", "{POETRY_VERSION: '1.8.4'}", "upsun-tool-old", 1),
    ],
)
def test_a_finding_has_its_code_and_line(files: dict[str, str], old: str, new: str, code: str, line: int) -> None:
    config = files[ONE].replace(old, new)
    assert config != files[ONE]
    losses = checked(Tree.of({**files, ONE: config}))
    assert (code, f"{ONE}: line {line}") in [(loss.kind.code, loss.where) for loss in losses]
    assert {loss.kind.code for loss in losses} <= {code}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"uv.lock": None}, "upsun-lock-absent"),
        ({"uv.lock": None, "Pipfile.lock": "{}"}, "upsun-lock-absent"),
        ({".gitignore": "*.pyc\n*.lock\n"}, "upsun-lock-ignored"),
        ({".gitignore": "/uv.lock\n"}, "upsun-lock-ignored"),
        ({".gitignore": "*.lock\n!uv.lock\n"}, None),
        ({".gitignore": "other/uv.lock\nuv.lock/\n"}, None),
        ({"pyproject.toml": "[project]\nrequires-python = '>=3.13'\n"}, "upsun-type-outside"),
        ({"pyproject.toml": "[project]\nrequires-python = '>=3.12'\n"}, None),
        ({"pyproject.toml": "not TOML"}, None),
        ({".environment": 'if [ -n "$POETRY_VERSION" ]; then\n  x\nfi\n'}, "upsun-guard-never"),
        ({".environment": 'POETRY_VERSION=2\nif [ -n "$POETRY_VERSION" ]; then\n  x\nfi\n'}, None),
        ({".environment": "export UV_NO_SYNC=1\n"}, None),
    ],
)
def test_the_files_beside_the_configuration_are_looked_at(change: dict[str, str | None], code: str | None) -> None:
    files = {name: text for name, text in {**GOOD, **change}.items() if text is not None}
    assert found(files) == ([code] if code else [])


def test_a_lock_outside_of_the_app_is_not_seen_by_the_build() -> None:
    files = {f"api/{name}" if name != "uv.lock" else name: text for name, text in GOOD.items()}
    assert [loss.kind.code for loss in checked(Tree.of(files))] == ["upsun-lock-outside"]


def test_an_install_without_a_lock_that_resolves_anew_is_a_note() -> None:
    files = {ONE: POETRY, "pyproject.toml": ""}
    losses = checked(Tree.of(files))
    assert [(loss.kind.code, loss.level) for loss in losses] == [("upsun-unlocked", Level.NOTE)]


def test_the_official_recipe_for_uv_fails_with_a_dev_group() -> None:
    """https://docs.upsun.com has neither `--no-sync` nor a cache that can be written; ours has both."""
    official = UV.replace("UV_CACHE_DIR: /tmp/uv, UV_NO_SYNC: '1'", "A: b")
    losses = checked(Tree.of({**GOOD, ONE: official}))
    assert [(loss.kind.code, loss.level) for loss in losses] == [("upsun-run-syncs", Level.LOSS)] * 2


@pytest.mark.parametrize("line", ["pip install uv", "curl -LsSf https://astral.sh/uv/install.sh | sh"])
def test_a_tool_that_the_hook_brings_is_not_absent(line: str) -> None:
    config = UV.replace("dependencies: {python3: {uv: '*'}}\n", "").replace("set -eu", f"set -eu\n    {line}")
    assert found({**GOOD, ONE: config}) == []


@pytest.mark.parametrize("name", ["uvicorn", "uvicorn[standard]"])
def test_a_global_dependency_does_not_see_the_environments_packages(name: str) -> None:
    config = UV.replace("{uv: '*'}", f"{{'{name}': '*', uv: '*'}}").replace(
        "uv run gunicorn", "uv run --no-sync uvicorn"
    )
    assert found({**GOOD, ONE: config}) == ["upsun-global-alone"]
    by_pip = config.replace("uv sync --locked --no-dev --no-managed-python", "pip install -r r.txt")
    assert "upsun-global-alone" not in found({**GOOD, "r.txt": "", ONE: by_pip})


def test_one_app_in_two_files_is_told() -> None:
    text = "applications:\n  a: {type: 'python:3.12'}\n"
    losses = checked(Tree.of({".upsun/a.yaml": text, ".upsun/b.yaml": text}))
    assert [(loss.kind.code, loss.where) for loss in losses] == [("upsun-app-twice", ".upsun/b.yaml: line 2")]


def test_what_pip_installs_from_must_be_there() -> None:
    config = "name: app\ntype: 'python:3.12'\nhooks: {build: pip install -r requirements.txt -r other.txt}\n"
    files = {ONE: config, "requirements.txt": "a==1\n"}
    assert [loss.kind.code for loss in checked(Tree.of(files))] == ["upsun-lock-absent"]
