"""Cases that an engineer of Upsun would ask about first: one configuration in, what it becomes."""

from __future__ import annotations

import textwrap
from itertools import pairwise
from typing import Any

import pytest

from converter.errors import InputError, UsageError
from converter.tree import Tree
from converter.upsun.checks import checked
from converter.upsun.versions import asked
from tests.upsun.project import assert_runs_in_dash, codes, difference, files_of, followed

UPSUN = ".upsun/config.yaml"
ONE = ".platform.app.yaml"


def app(body: str, python: str = "3.12") -> dict[str, str]:
    """A repository with one app of Platform.sh."""
    return {ONE: f"name: app\ntype: 'python:{python}'\n{textwrap.dedent(body)}"}


def change(body: str, source: str, target: str, **options: Any) -> str:  # noqa: ANN401  as the fields are
    """What differs in the configuration of one app."""
    done = followed(app(body), source, target, **options)
    assert_runs_in_dash(done.value)
    return difference(done.value).partition("+++ .platform.app.yaml\n")[2]


def test_only_the_app_that_holds_the_project_changes() -> None:
    hook = "    hooks:\n      build: pip install -r requirements.txt\n"
    other = f"  web:\n    source: {{root: web}}\n    type: 'python:3.12'\n{hook}"
    mine = other.replace("web", "api").replace("requirements.txt", "requirements.txt --disable-pip-version-check")
    done = followed({UPSUN: f"applications:\n{other}{mine}"}, "pip", "uv", "api")
    assert files_of(done.value)[UPSUN].startswith(f"applications:\n{other}")
    assert "uv sync" in files_of(done.value)[UPSUN]
    assert sorted(files_of(done.value)) == [UPSUN, "api/.environment"]


def test_another_name_of_the_requirements_file_is_the_projects_lock_too() -> None:
    result = change(
        "hooks:\n  build: pip install -r requirements_django_5.txt\n  deploy: ./manage.py migrate\n", "pip", "uv"
    )
    assert "+  build: uv sync --locked --no-default-groups --no-managed-python" in result
    assert "+  deploy: uv run --no-sync ./manage.py migrate" in result


def test_every_place_with_shell_changes() -> None:
    body = """\
    web: {commands: {start: poetry run gunicorn app, pre_start: poetry run python pre.py}}
    workers:
      queue:
        commands:
          start: celery -A app worker
        variables: {env: {POETRY_VIRTUALENVS_CREATE: true, KEEP: me}}
    crons:
      old: {spec: '* * * * *', cmd: poetry run ./a.py}
      new:
        spec: '* * * * *'
        commands: {start: 'poetry run ./a.py', stop: killall x}
    operations:
      index: {role: admin, commands: {start: poetry run ./manage.py index}}
    source:
      operations:
        update:
          command: |
            poetry update --lock
            git add poetry.lock
    hooks:
      build: |
        set -eu
        poetry config virtualenvs.create false
        poetry install --only main
      post_deploy: poetry run ./manage.py clear
    """
    result = change(body, "poetry", "uv")
    lines = [
        "+web: {commands: {start: uv run --no-sync gunicorn app, pre_start: uv run --no-sync python pre.py}}",
        "+      start: uv run --no-sync celery -A app worker",
        "+    variables: {env: {KEEP: me}}",
        "+  old: {spec: '* * * * *', cmd: uv run --no-sync ./a.py}",
        "+    commands: {start: 'uv run --no-sync ./a.py', stop: killall x}",
        "+  index: {role: admin, commands: {start: uv run --no-sync ./manage.py index}}",
        "+        git add uv.lock",
        "+  post_deploy: uv run --no-sync ./manage.py clear",
        "-    poetry config virtualenvs.create false",
    ]
    assert [line for line in lines if line not in result.splitlines()] == []
    assert "poetry" not in "".join(line for line in result.splitlines() if line.startswith("+"))


def test_a_script_in_a_file_is_followed() -> None:
    body = "hooks:\n  build: !include\n    type: string\n    path: scripts/build.sh\n"
    files = app(body) | {"scripts/build.sh": "set -e\npipenv sync\n"}
    done = followed(files, "pipenv", "uv")
    assert (
        files_of(done.value)["scripts/build.sh"] == "set -e\nuv sync --frozen --no-default-groups --no-managed-python\n"
    )
    assert body in files_of(done.value)[ONE]


def test_a_script_of_an_app_that_stays_is_left_and_told() -> None:
    text = (
        "applications:\n"
        "  a: {source: {root: a}, type: 'python:3.12', hooks: {build: &h 'pipenv sync'}}\n"
        "  b: {source: {root: b}, type: 'python:3.12', hooks: {build: *h}}\n"
    )
    done = followed({UPSUN: text}, "pipenv", "uv", "b")
    assert "&h 'pipenv sync'" in files_of(done.value)[UPSUN]
    assert "upsun-script-shared" in codes(done.losses)


def test_an_anchor_that_only_the_project_uses_is_changed_once() -> None:
    body = "hooks: {build: poetry install --only main}\nweb:\n  commands:\n    start: &s poetry run gunicorn app\n"
    body += "workers:\n  again:\n    commands:\n      start: *s\n"
    result = change(body, "poetry", "uv")
    assert result.count("uv run --no-sync gunicorn app") == 1
    assert "+    start: &s uv run --no-sync gunicorn app" in result


def test_variables_that_are_merged_in_are_changed_where_they_stand() -> None:
    body = "x-defaults: &d\n  variables:\n    env: {POETRY_VIRTUALENVS_CREATE: true}\n"
    body += "hooks: {build: poetry install}\n<<: *d\n"
    result = change(body, "poetry", "pipenv")
    assert "+    env: {PIPENV_VENV_IN_PROJECT: '1'}" in result
    assert result.count("variables") == 0


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        ('stack:\n  runtimes: [ "python@3.13" ]\n  packages:\n    - poetry\n    - yq\n', "+    - uv"),
        ('stack: [ "python@3.12", "poetry" ]\n', '+stack: [ "python@3.12", "uv" ]'),
        ('stack: ["python3.12", "python312Packages.poetry"]\n', '+stack: ["python3.12", "uv"]'),
    ],
)
def test_a_composable_image_gets_the_tool_in_its_stack(stack: str, expected: str) -> None:
    files = {ONE: f"name: app\ntype: 'composable:26.05'\n{stack}hooks:\n  build: poetry install --only main\n"}
    result = difference(followed(files, "poetry", "uv").value)
    assert expected in result.splitlines()
    assert "dependencies" not in result


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        ('stack:\n  runtimes: [ "python@3.13" ]\n', "+  packages: [ uv ]"),
        ("stack:\n  runtimes: [ python@3.13 ]\n  packages:\n    - yq\n", "+    - uv"),
        ("stack: [python@3.12]\n", "+stack: [python@3.12, uv]"),
    ],
)
def test_a_tool_is_added_to_a_stack_without_one(stack: str, expected: str) -> None:
    files = {ONE: f"name: app\n{stack}hooks:\n  build: pip install -r requirements.txt\n"}
    assert expected in difference(followed(files, "pip", "uv").value).splitlines()


def test_what_is_dead_or_hidden_stays_and_is_told() -> None:
    body = """\
    hooks:
      build: |
        set -eu
        # pip install -r requirements.txt
        echo "pip install -r requirements.txt"
        bash -c 'pip install -r requirements.txt'
        cat > x <<EOF
        pip install -r requirements.txt
        EOF
        pip install -r requirements.txt
    """
    done = followed(app(body), "pip", "uv")
    assert "".join(line for line in difference(done.value).splitlines(keepends=True) if "pip" in line) == (
        "-    pip install -r requirements.txt\n"
    )
    assert "command-hidden" in codes(done.losses)


def test_both_branches_of_a_condition_change_with_their_groups() -> None:
    body = """\
    hooks:
      build: |
        set -eu
        if [ "$PLATFORM_ENVIRONMENT_TYPE" = production ]; then poetry install --only main; else poetry install; fi
    """
    result = change(body, "poetry", "pipenv")
    assert "then pipenv install --deploy; else pipenv install --deploy --dev; fi" in result


def test_a_folder_that_a_hook_goes_to_stays() -> None:
    body = "hooks:\n  build: |\n    set -eu\n    cd api && poetry install --only main && cd ..\n"
    assert "+    cd api && pipenv install --deploy && cd .." in change(body, "poetry", "pipenv")


def test_other_languages_are_left_alone() -> None:
    body = "dependencies:\n  nodejs:\n    n: '*'\nhooks:\n  build: |\n    npm ci\n    pipenv install --deploy\n"
    result = change(body, "pipenv", "uv")
    assert "npm" not in result
    assert "+  python3:\n+    uv: '*'" in result


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", [True, False])
def test_line_ends_byte_order_mark_and_last_line_stay(newline: str, bom: str, end: bool) -> None:  # noqa: FBT001
    text = 'name: app   # ours\ntype: "python:3.12"\nhooks:\n   build: |-\n     set -eu \n\n     \tpoetry install\n'
    text += "   deploy: >\n     poetry run\n     ./x ü\n"
    text = (text if end else text.removesuffix("\n")).replace("\n", newline)
    done = followed({ONE: (bom + text).encode()}, "poetry", "pipenv").value
    data = (done.get(ONE) or b"").decode()
    expected = text.replace("poetry install", "pipenv install --deploy --dev").replace("poetry run", "pipenv run")
    added = 'dependencies:\n   python3:\n      pipenv: "*"\nvariables:\n   env:\n      PIPENV_VENV_IN_PROJECT: "1"\n'
    kind = f'type: "python:3.12"{newline}'
    assert data == bom + expected.replace(kind, kind + added.replace("\n", newline))


def test_a_version_that_looks_like_a_number_is_one_text() -> None:
    body = "variables:\n  env:\n    POETRY_VERSION: 1.10\nhooks: {build: poetry install}\n"
    done = followed(app(body), "pip", "poetry")
    assert "tool-raised" in codes(done.losses)
    assert "+    POETRY_VERSION: '2.5.1'" in difference(done.value)


def test_a_tool_for_python_2_becomes_one_for_python_3() -> None:
    body = "dependencies:\n  python:\n    pipenv: '2018.10.13'\nhooks: {build: pipenv install --deploy}\n"
    result = change(body, "pipenv", "uv")
    assert "+  python3:\n+    uv: '0.13.9'\n" in result
    assert "-  python:\n-    pipenv: '2018.10.13'\n" in result


@pytest.mark.parametrize("hooks", ["", "hooks:\n", "hooks:\n  build:\n", "hooks:\n  build: null\n", "hooks: {}\n"])
def test_a_hook_that_is_absent_is_made(hooks: str) -> None:
    done = followed(app(hooks), "pip", "uv")
    again = followed(files_of(done.value), "pip", "uv")
    assert "uv sync --locked --no-dev --no-managed-python" in files_of(done.value)[ONE]
    assert difference(again.value) == ""
    assert_runs_in_dash(done.value)


def test_an_app_of_another_manager_is_left_and_told() -> None:
    done = followed(app("hooks: {build: poetry install}\n"), "pipenv", "uv")
    assert done.value.edits() == ()
    assert codes(done.losses) == ["upsun-app-left"]


def test_the_path_can_be_set_in_the_place_of_prefixes() -> None:
    body = "hooks:\n  build: |\n    pip install -r requirements.txt\n    ./x.py\nweb: {commands: {start: gunicorn a}}\n"
    result = change(body, "pip", "uv", path_not_prefix=True)
    assert '+    export PATH="$PLATFORM_APP_DIR/.venv/bin:$PATH"' in result
    assert "gunicorn" not in result


def test_a_pin_that_cannot_read_the_lock_is_raised() -> None:
    body = "dependencies:\n  python3:\n    poetry: '1.8.4'\nhooks: {build: pip install -r requirements.txt}\n"
    done = followed(app(body), "pip", "poetry")
    assert "+    poetry: '2.5.1'" in difference(done.value)
    assert "tool-raised" in codes(done.losses)


def test_the_version_of_the_tool_can_be_said() -> None:
    body = "dependencies: {python3: {pipenv: '*'}}\nhooks: {build: pipenv install --deploy}\n"
    assert "poetry: '2.4.0'" in change(body, "pipenv", "poetry", versions=asked(("poetry=2.4.0",)))


@pytest.mark.parametrize("word", ["poetry", "poetry=", "conda=1", "poetry=1.8.4"])
def test_a_version_that_cannot_be_is_a_usage_error(word: str) -> None:
    with pytest.raises(UsageError):
        asked((word,))


@pytest.mark.parametrize(
    ("source", "target", "old", "new"),
    [
        (
            "uv",
            "pipenv",
            "UV_DEFAULT_INDEX: https://a.example/simple",
            "+    PIPENV_PYPI_MIRROR: https://a.example/simple",
        ),
        ("poetry", "uv", "POETRY_HTTP_BASIC_MINE_USERNAME: me", "+    UV_INDEX_MINE_USERNAME: me"),
    ],
)
def test_a_variable_with_an_index_gets_the_targets_name(source: str, target: str, old: str, new: str) -> None:
    body = f"variables:\n  env:\n    {old}\nhooks: {{build: {source} sync}}\n"
    assert new in change(body, source, target).splitlines()


def test_a_variable_without_a_counterpart_stays_or_is_told() -> None:
    body = "variables:\n  env:\n    UV_INDEX: https://a.example\n    UV_TORCH_BACKEND: cpu\nhooks: {build: uv sync}\n"
    done = followed(app(body), "uv", "pipenv")
    assert "    UV_INDEX: https://a.example" in files_of(done.value)[ONE]
    assert {"upsun-variable-kept", "upsun-variable-left"} <= {*codes(done.losses)}


def test_a_script_of_the_repository_that_names_the_old_tool_is_told() -> None:
    files = app("hooks:\n  build: |\n    ./build.sh\n    poetry install\n") | {"build.sh": "poetry build\n"}
    assert "upsun-script-called" in codes(followed(files, "poetry", "uv").losses)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('export A=1\nexport PATH="/app/.local/bin:$PATH"\nexport B=2', "export A=1\nexport B=2"),
        ("# Poetry.\nexport POETRY_VERSION='1.4.2'\nexport A=1\n", "export A=1\n"),
        ('if [ -n "$POETRY_VERSION" ]; then\n  . $HOME/.poetry/env\nfi\n', None),
        ("alias run='poetry run python manage.py'\n", "alias run='python manage.py'\n"),
    ],
)
def test_what_the_old_tool_had_in_environment_goes(text: str, left: str | None) -> None:
    files = app("hooks: {build: poetry install}\n") | {".environment": text}
    assert files_of(followed(files, "poetry", "pip").value).get(".environment") == left


def test_environment_without_a_last_line_end_comes_back() -> None:
    files = app("hooks:\n  build: |\n    pip install -r requirements.txt\n") | {".environment": "export A=1"}
    there = files_of(followed(files, "pip", "uv").value)
    assert there[".environment"].startswith("export A=1\n#")
    assert files_of(followed(there, "uv", "pip").value) == files


def test_a_mapping_that_is_no_mapping_is_told_with_its_line() -> None:
    with pytest.raises(InputError, match=r"\.platform\.app\.yaml: line 3: expected variables to be a mapping"):
        followed(app("variables: [a]\nhooks: {build: poetry install}\n"), "poetry", "uv")


def test_a_hook_of_ten_thousand_lines_is_no_matter() -> None:
    lines = "".join(f"    echo {number}\n" for number in range(10_000))
    done = followed(app(f"hooks:\n  build: |\n{lines}    poetry install\n"), "poetry", "uv")
    assert difference(done.value).count("\n") < 20


def test_a_comment_stays_with_what_takes_its_place_or_is_told() -> None:
    body = """\
    dependencies:
      python3:
        pipenv: '*'  # ours
    variables:
      env:
        # Pipenv makes .venv
        PIPENV_VENV_IN_PROJECT: '1'
        # kept
        KEEP: me
    hooks: {build: pipenv install --deploy}
    """
    there = followed(app(body), "pipenv", "uv")
    assert "+    uv: '*'  # ours" in difference(there.value)
    assert "    # kept\n    KEEP: me\n" in files_of(there.value)[ONE]
    assert [loss.text for loss in there.losses] == [
        "NOTE comment-left: .platform.app.yaml: line 8: # Pipenv makes .venv"
    ]
    away = followed(app(body), "pipenv", "pip")
    assert "NOTE comment-left: .platform.app.yaml: line 5: # ours" in [loss.text for loss in away.losses]


def test_what_pylock_needs_of_pip_goes_with_it() -> None:
    files = app("hooks:\n  build: |\n    set -eu\n    pip install -r requirements.txt\n")
    there = files_of(followed(files, "pip", "pylock").value)
    assert "    python -m pip install --upgrade pip  # pip itself first" in there[ONE]
    assert files_of(followed(there, "pylock", "pip").value) == files


def test_a_script_that_only_installs_the_old_tool_is_run_no_more() -> None:
    installer = "#!/bin/sh\nset -e\ncurl -sSL https://install.python-poetry.org | python3 -\npoetry check\n"
    files = app("hooks:\n  build: |\n    set -e\n    ./install-poetry.sh\n    poetry install\n")
    done = followed(files | {"install-poetry.sh": installer}, "poetry", "uv")
    assert "install-poetry" not in files_of(done.value)[ONE]
    assert "command-needless" in codes(done.losses)
    assert files_of(done.value)["install-poetry.sh"] == installer


@pytest.mark.parametrize("target", ["uv", "pip", "pdm"])
def test_a_folder_of_the_old_tool_leaves_the_path(target: str) -> None:
    files = app("hooks: {build: poetry install}\n") | {".environment": 'export PATH="/app/.local/bin:$PATH"\n'}
    assert ".local/bin" not in files_of(followed(files, "poetry", target).value).get(".environment", "")


@pytest.mark.parametrize(
    ("hooks", "expected"),
    [
        ("hooks:\n  build: [a, b]\n", "line 4: expected hooks.build to be a text"),
        ("hooks: pipenv sync\n", "line 3: expected hooks to be a mapping"),
        (f"hooks: {{build: {'a' * 1_000_001}}}\n", "line 3: expected at most 1,000,000 characters, found 1,000,001"),
    ],
)
def test_a_hook_that_is_no_text_is_told_with_its_line(hooks: str, expected: str) -> None:
    files = app(hooks)
    for look in (lambda: followed(files, "pipenv", "uv"), lambda: checked(Tree.of(files))):
        with pytest.raises(InputError) as caught:
            look()
        assert str(caught.value).startswith(f"{ONE}: {expected}")


def test_a_hook_in_a_file_that_is_not_there_is_left_and_told() -> None:
    files = app("hooks:\n  build: !include {type: string, path: no.sh}\n  deploy: pipenv run ./x.py\n")
    done = followed(files, "pipenv", "uv").value
    assert "  build: !include {type: string, path: no.sh}\n" in files_of(done)[ONE]
    assert "upsun-include-absent" in codes(checked(done))


def test_between_braces_only_what_changes_is_touched() -> None:
    env = "{POETRY_VERSION: '2.5.1',  A: b, POETRY_HTTP_BASIC_X_USERNAME: me,B: c, POETRY_NO_INTERACTION: '1'}"
    result = change(f"variables: {{env: {env}}}\nhooks: {{build: poetry install}}\n", "poetry", "uv")
    expected = "{A: b, UV_INDEX_X_USERNAME: me,B: c, UV_CACHE_DIR: /tmp/uv-cache, UV_NO_SYNC: '1'}"
    assert f"+variables: {{env: {expected}}}" in result.splitlines()
    raised = change(
        "variables: {env: {PIP_VERSION: '22.3'}}\nhooks: {build: pip install -r requirements.txt}\n", "pip", "pylock"
    )
    assert "+variables: {env: {PIP_VERSION: '26.3'}}" in raised.splitlines()


def test_a_bomb_of_merged_mappings_is_no_matter() -> None:
    names = "abcdefghijklmnop"
    bomb = "".join(f"{b}: &{b} {{<<: [{', '.join([f'*{a}'] * 9)}]}}\n" for a, b in pairwise(names))
    body = f"a: &a {{x: y}}\n{bomb}<<: *p\nhooks: {{build: pipenv sync}}\n"
    assert "+hooks: {build: uv sync --frozen" in change(body, "pipenv", "uv")
