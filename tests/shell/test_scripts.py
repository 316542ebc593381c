"""Whole texts: hooks, start commands and environment files as Upsun's documentation and its users write them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from converter.shell import Setting
from tests.shell.checked import checked, codes

APP = Setting(moves_into_venv=True, tool_elsewhere=True, system_python=True)
PLAIN = Setting()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text, its tool, what it becomes for another, and what is said of it."""

    before: str
    source: str
    after: dict[str, str]
    setting: Setting = APP
    codes: list[str] = field(default_factory=list)


GENERATED = """\
# Fail the build if any errors occur
set -eux
# Set PIP_USER to 0 so that Poetry does not complain
export PIP_USER=0
# Install poetry as a global tool
python -m venv /app/.global
pip install poetry==$POETRY_VERSION
poetry install
# Collect static files
poetry run python manage.py collectstatic --noinput
"""
CASES = {
    "what only reports, in a list whose last command writes a file": Case(
        before="pipenv check && pipenv verify && pipenv --support > pipenv.support\npipenv install --deploy\n",
        source="pipenv",
        after={"poetry": "poetry check --lock\npoetry install --only main\n"},
        codes=["line 1: report-left", "line 1: report-left"],
    ),
    "what looks for known vulnerabilities, where the target has such a command": Case(
        before="pipenv check && pipenv install --deploy\n",
        source="pipenv",
        after={"uv": "uv audit && uv sync --locked --no-default-groups --no-managed-python\n"},
    ),
    "what Upsun's generator writes for Poetry": Case(
        before=GENERATED,
        source="poetry",
        after={
            "uv": """\
# Fail the build if any errors occur
set -eux
uv sync --locked --no-managed-python
# Collect static files
uv run --no-sync python manage.py collectstatic --noinput
""",
            "pip": """\
# Fail the build if any errors occur
set -eux
pip install -r requirements.txt -r requirements-dev.txt
# Collect static files
python manage.py collectstatic --noinput
""",
        },
    ),
    "PIP_USER stays for Pipenv, which needs it as Poetry does": Case(
        before=GENERATED,
        source="poetry",
        after={
            "pipenv": """\
# Fail the build if any errors occur
set -eux
# Set PIP_USER to 0 so that Poetry does not complain
export PIP_USER=0
pipenv install --deploy --dev
# Collect static files
pipenv run python manage.py collectstatic --noinput
"""
        },
        codes=["line 3: command-mentioned"],
    ),
    "what the documentation says of pip": Case(
        before="""\
# Fail the build if any errors occur
set -eu
# Download the latest version of pip
python3.14 -m pip install --upgrade pip
# Install dependencies
pip install -r requirements.txt
""",
        source="pip",
        after={
            "uv": """\
# Fail the build if any errors occur
set -eu
# Install dependencies
uv sync --locked --no-default-groups --no-managed-python
""",
            "pylock": """\
# Fail the build if any errors occur
set -eu
# Download the latest version of pip
python3.14 -m pip install --upgrade pip
# Install dependencies
pip install -r pylock.toml
""",
        },
    ),
    "what pip installs beside the packages of the system moves with them": Case(
        before="set -e\npip install pipenv\npipenv install --system --deploy\npip install flask\n",
        source="pipenv",
        after={"uv": "set -e\nuv sync --locked --no-default-groups --no-managed-python\nuv pip install flask\n"},
        codes=["line 4: installed-beside"],
    ),
    "pip's version goes where pip goes": Case(
        before="export PIP_VERSION=22.3.1\npip install pip==$PIP_VERSION\npip install -r requirements.txt\n",
        source="pip",
        after={"uv": "uv sync --locked --no-default-groups --no-managed-python\n"},
    ),
    "the curl recipe, as in the django4 template": Case(
        before="""\
export PIP_USER=false
curl -sSL https://install.python-poetry.org | python3 - --version $POETRY_VERSION
export PATH="/app/.local/bin:$PATH"
export PIP_USER=true
poetry install
""",
        source="poetry",
        after={
            "uv": "uv sync --locked --no-managed-python\n",
            "pip": "pip install -r requirements.txt -r requirements-dev.txt\n",
            "pdm": "pdm install --check\n",
        },
    ),
    "an environment file, with the guard of the documentation": Case(
        before="""\
# Updates PATH when Poetry is used, making it available during deploys, start commands, and SSH.
if [ -n "$POETRY_VERSION" ]; then
  export PATH="/app/.local/bin:$PATH"
fi
export DEBUG=1
export POETRY_VERSION='1.4.2'""",
        source="poetry",
        after={"uv": "export DEBUG=1", "pip": "export DEBUG=1"},
    ),
    "bare commands move into the environment, after it is made": Case(
        before="""\
python3 -V
python setup.py egg_info
pip install -r requirements.txt
python manage.py migrate && ./manage.py check
FOO=1 exec gunicorn -b unix:$SOCKET app
VERSION=$(python -c 'import app')
cd web; nohup celery worker &
npm ci
""",
        source="pip",
        after={
            "pipenv": """\
python3 -V
python setup.py egg_info
pipenv install --deploy
pipenv run python manage.py migrate && pipenv run ./manage.py check
FOO=1 exec pipenv run gunicorn -b unix:$SOCKET app
VERSION=$(pipenv run python -c 'import app')
cd web; nohup pipenv run celery worker &
npm ci
"""
        },
    ),
    "PATH instead of a prefix": Case(
        before="set -e\npipenv install --deploy\npipenv run python x.py\n",
        source="pipenv",
        setting=Setting(path_not_prefix=True),
        after={
            "uv": 'set -e\nuv sync --locked --no-default-groups\nexport PATH="$PWD/.venv/bin:$PATH"\npython x.py\n',
        },
    ),
    "each branch keeps its groups": Case(
        before="""\
if [ "$PLATFORM_ENVIRONMENT_TYPE" = production ]; then
  poetry install --only main
else
  poetry install
fi
""",
        source="poetry",
        after={
            "uv": """\
if [ "$PLATFORM_ENVIRONMENT_TYPE" = production ]; then
  uv sync --locked --no-default-groups --no-managed-python
else
  uv sync --locked --no-managed-python
fi
"""
        },
    ),
    "lists, subshells, loops, functions and continuations": Case(
        before="""\
cd api && poetry install && cd ..
poetry check && poetry install || exit 1
(cd web; poetry install --no-root)
for d in a b; do poetry -n install; done
f() { poetry run x; }
case $A in
  b) poetry env use system ;;
esac
poetry install \\
    --only main
""",
        source="poetry",
        setting=PLAIN,
        after={
            "uv": """\
cd api && uv sync --locked && cd ..
uv sync --locked || exit 1
(cd web; uv sync --locked --no-install-project)
for d in a b; do uv sync --locked; done
f() { uv run --no-sync x; }
case $A in
  b) : ;;
esac
uv sync --locked --no-default-groups
"""
        },
    ),
    "the files that git adds": Case(
        before="pipenv update && git add Pipfile Pipfile.lock && git commit -m 'Update' --allow-empty\n",
        source="pipenv",
        setting=PLAIN,
        after={
            "uv": "uv sync --upgrade && git add pyproject.toml uv.lock && git commit -m 'Update' --allow-empty\n",
            "poetry": "poetry update && git add pyproject.toml poetry.lock && git commit -m 'Update' --allow-empty\n",
        },
    ),
    "activation": Case(
        before='. "$(poetry env info --path)/bin/activate"\neval $(poetry env activate)\n',
        source="poetry",
        setting=PLAIN,
        after={"uv": ". .venv/bin/activate\n. .venv/bin/activate\n", "pip": ""},
    ),
    "the folder of the environment goes for pip": Case(
        before="exec .venv/bin/blackfire-python /app/.venv/bin/gunicorn main:app\n",
        source="uv",
        after={
            "pip": "exec blackfire-python gunicorn main:app\n",
            "pipenv": "exec .venv/bin/blackfire-python /app/.venv/bin/gunicorn main:app\n",
        },
    ),
    "the tool's own installation": Case(
        before="pip install --user poetry==1.8.3\npip install poetry gunicorn\npipx install poetry\n",
        source="poetry",
        setting=Setting(tool_version="0.13.9"),
        after={
            "uv": "pip install --user uv==0.13.9\npip install uv==0.13.9 gunicorn\npipx install uv==0.13.9\n",
            "pip": "pip install gunicorn\n",
        },
    ),
    "an installer becomes the target's own": Case(
        before="curl -LsSf https://astral.sh/uv/install.sh | sh\n. $HOME/.local/bin/env; uv run gunicorn x\n",
        source="uv",
        setting=Setting(tool_version="2.5.1"),
        after={
            "poetry": """\
curl -sSL https://install.python-poetry.org | python3 - --version 2.5.1
poetry run gunicorn x
""",
            "pipenv": "pip install --user pipenv==2.5.1\npipenv run gunicorn x\n",
        },
    ),
    "an installer whose address is a variable": Case(
        before="POETRY_INSTALLER='https://x'\ncurl $POETRY_INSTALLER | POETRY_VERSION=1 python -\npoetry install\n",
        source="poetry",
        after={"uv": "uv sync --locked --no-managed-python\n"},
    ),
    "scripts of the tool": Case(
        before="pipenv run start --reload\n",
        source="pipenv",
        setting=Setting(tasks={"start": "python -m app -v"}),
        after={"uv": "uv run --no-sync python -m app -v --reload\n", "pip": "python -m app -v --reload\n"},
    ),
    "the project itself under set -e, where it fails by itself": Case(
        before="set -e\n  A=1 poetry install --only main\npoetry install --only main > log\necho\n",
        source="poetry",
        setting=Setting(project_installed=True),
        after={
            "pip": """\
set -e
  A=1 pip install -r requirements.txt
  A=1 pip install --no-deps -e .
( pip install -r requirements.txt && pip install --no-deps -e . ) > log
echo
"""
        },
    ),
    "several files are one install": Case(
        before="""\
pip install -r requirements.txt
# for the tests

x
pip install -r requirements.txt && pip install -r requirements-dev.txt
""",
        source="pip",
        setting=PLAIN,
        after={
            "uv": "uv sync --locked --no-default-groups\n# for the tests\n\nx\nuv sync --locked\n",
        },
    ),
    "a file that only one branch takes is no part of the one before": Case(
        before="test x || pip install -r requirements-dev.txt\npip install -r requirements.txt\n",
        source="pip",
        setting=PLAIN,
        after={"uv": "test x || uv sync --locked --only-group dev\nuv sync --locked --no-default-groups\n"},
    ),
    "CRLF, no final newline, letters beyond ASCII": Case(
        before="# caf\u00e9 \u2019\r\npoetry check\r\npoetry install \u2019x\u2019 || :\r\n"
        "poetry run \\\r\n  caf\u00e9 \u2019",
        source="poetry",
        setting=PLAIN,
        after={"uv": "# caf\u00e9 \u2019\r\npoetry install \u2019x\u2019 || :\r\nuv run --no-sync caf\u00e9 \u2019"},
        codes=["line 3: command-kept"],
    ),
    "exports for pip": Case(
        before="poetry export -f requirements.txt > requirements.txt && pip install -r requirements.txt\n",
        source="poetry",
        setting=PLAIN,
        after={
            "pip": "pip install -r requirements.txt\n",
            "uv": """\
uv export --locked --no-default-groups --no-emit-project > requirements.txt && pip install -r requirements.txt
""",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_text_becomes(name: str) -> None:
    case = CASES[name]
    for target, after in case.after.items():
        said = checked(case.before, case.source, target, case.setting)
        assert said.value == after, target
        assert codes(said) == case.codes, target


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("# poetry install\n", "command-mentioned"),
        ("cat <<EOF\npoetry install\nEOF\n", "command-mentioned"),
        ('echo "poetry install"\n', "command-mentioned"),
        ("cp poetry.lock x; which poetry\n", "command-mentioned"),
        ("bash -c 'poetry install'\n", "command-hidden"),
        ('eval "poetry install"\n', "command-hidden"),
        ("echo x | xargs poetry add\n", "command-hidden"),
        ("$PM install\n", "command-hidden"),
        ('"$PM" install\n', "command-hidden"),
        ("poetry shell\n", "command-kept"),
        ("poetry self add plugin\n", "command-kept"),
        ("poetry install --only $GROUPS\n", "command-kept"),
        ("poetry config http-basic.x user secret\n", "command-kept"),
        ("poetry publish --password secret\n", "command-kept"),
        ("poetry -C api run x\n", "command-kept"),
        ("export POETRY_HTTP_BASIC_X_PASSWORD=secret\n", "index-credentials"),
        ("poetry install 'x\n", "shell-unreadable"),
    ],
)
def test_what_is_not_said_stays_and_is_named_with_its_line(text: str, code: str) -> None:
    said = checked(f"true\n{text}", "poetry", "uv", PLAIN)
    assert said.value == f"true\n{text}"
    assert [(loss.kind.code) for loss in said.losses] == [code]
    assert said.losses[0].where in ("line 2", "line 3")
    assert "secret" not in said.losses[0].detail


@pytest.mark.parametrize(
    ("text", "source", "target", "after", "code"),
    [
        ("pip install flask\n", "pip", "uv", "uv pip install flask\n", "installed-beside"),
        ("pip install flask\n", "pip", "pipenv", "pipenv run pip install flask\n", "installed-beside"),
        ("pip install flask\n", "pip", "pdm", "pdm run pip --python .venv install flask\n", "installed-beside"),
        (
            "pip install -r requirements.txt flask\n",
            "pip",
            "uv",
            "uv sync --locked --no-default-groups && uv pip install flask\n",
            "installed-beside",
        ),
        ("pip install -r a/other.txt\n", "pip", "uv", "pip install -r a/other.txt\n", "command-kept"),
        ("poetry install --zap\n", "poetry", "uv", "uv sync --locked\n", "option-left"),
        (
            "pip install -r requirements.txt -i https://x\n",
            "pip",
            "poetry",
            "poetry install --only main\n",
            "option-left",
        ),
        ("pipenv run two\n", "pipenv", "uv", "pipenv run two\n", "task-unsayable"),
        ("poetry lock\n", "poetry", "pip", "poetry lock\n", "command-kept"),
    ],
)
def test_what_is_lost_is_named(text: str, source: str, target: str, after: str, code: str) -> None:
    said = checked(text, source, target, Setting(tasks={"two": "a && b"}))
    assert (said.value, [loss.kind.code for loss in said.losses if loss.level.name != "NOTE"]) == (after, [code])


@pytest.mark.parametrize(
    ("text", "source", "target", "after"),
    [
        ("pip install flask\n", "pip", "poetry", "poetry run pip install --no-user flask\n"),
        ("pip install flask\n", "pip", "uv", "uv pip install flask\n"),
        ("poetry run pip install --no-user flask\n", "poetry", "pip", "pip install flask\n"),
        ("pipenv run pip install -r a.txt\n", "pipenv", "uv", "uv pip install -r a.txt\n"),
        ("poetry run pip list\n", "poetry", "pdm", "pdm run pip --python .venv list\n"),
        ("uv pip install -r requirements.txt --system\n", "pip", "pylock", "pip install -r pylock.toml\n"),
    ],
)
def test_pip_finds_the_environment_where_it_installs_for_the_user(
    text: str, source: str, target: str, after: str
) -> None:
    assert checked(text, source, target, Setting(pip_user=True)).value == after


def test_an_empty_substitution_does_not_hide_the_rest() -> None:
    said = checked('export A="b"``\npoetry install\n', "poetry", "uv", PLAIN)
    assert (said.value, said.losses) == ('export A="b"``\nuv sync --locked\n', ())


def test_an_index_in_a_variable_is_named_where_the_target_does_not_read_it() -> None:
    text = "export PIP_EXTRA_INDEX_URL=https://user:secret@host/simple\n"
    for target, found in {"uv": ["index-credentials"], "poetry": ["index-credentials"], "pipenv": []}.items():
        said = checked(text, "pip", target, PLAIN)
        assert (said.value, [loss.kind.code for loss in said.losses]) == (text, found)
        assert "secret" not in "".join(loss.text for loss in said.losses)


def test_where_a_loss_stands_is_told_in_the_files_own_lines() -> None:
    setting = Setting(where=".upsun/config.yaml: hooks.build", first_line=12)
    said = checked("true\npoetry shell\n", "poetry", "uv", setting)
    assert said.losses[0].where == ".upsun/config.yaml: hooks.build: line 13"
