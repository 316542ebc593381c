"""What an install command means is kept, from each tool to each other."""

from __future__ import annotations

import pytest

from converter.shell import Setting, translate

PIPENV_DEPLOY = {
    "pip": "pip install -r requirements.txt",
    "pipenv": "pipenv install --deploy",
    "poetry": "poetry install --only main",
    "uv": "uv sync --locked --no-default-groups",
    "pdm": "pdm install --check --prod",
    "pylock": "pip install -r pylock.toml",
}
WITH_DEV = {
    "pip": "pip install -r requirements.txt -r requirements-dev.txt",
    "pipenv": "pipenv install --deploy --dev",
    "poetry": "poetry install",
    "uv": "uv sync --locked",
    "pdm": "pdm install --check",
    "pylock": "pip install -r pylock.toml --group pylock.toml:dev",
}
MORE_GROUPS = {
    "pip": "pip install -r requirements.txt -r requirements-dev.txt -r requirements-docs.txt",
    "pipenv": 'pipenv install --deploy --categories "packages dev-packages docs"',
    "poetry": "poetry install --with docs",
    "uv": "uv sync --locked --group docs",
    "pdm": "pdm install --check --group dev --group docs",
    "pylock": "pip install -r pylock.toml --group pylock.toml:dev --group pylock.toml:docs",
}
AN_EXTRA = {
    "pip": "pip install -r requirements.txt -r requirements-web.txt",
    "pipenv": 'pipenv install --deploy --categories "packages web"',
    "poetry": "poetry install --only main --extras web",
    "uv": "uv sync --locked --no-default-groups --extra web",
    "pdm": "pdm install --check --prod --group web",
    "pylock": "pip install -r 'pylock.toml[web]'",
}
ONE_GROUP = {
    "pip": "pip install -r requirements-docs.txt",
    "pipenv": "pipenv install --deploy --categories docs",
    "poetry": "poetry install --only docs",
    "uv": "uv sync --locked --only-group docs",
    "pdm": "pdm install --check --no-default --group docs",
}
AS_IT_IS = {
    "pipenv": "pipenv sync",
    "uv": "uv sync --frozen --no-default-groups",
    "pdm": "pdm sync --prod",
}
MADE_ANEW = {"pipenv": "pipenv install", "uv": "uv sync --no-default-groups", "pdm": "pdm install --prod"}
THE_LOCK_ALONE = {
    "pipenv": "pipenv lock",
    "poetry": "poetry update --lock",
    "uv": "uv lock --upgrade",
    "pdm": "pdm lock",
}
KEPT_PINS = {"poetry": "poetry lock", "uv": "uv lock", "pdm": "pdm lock --update-reuse"}
CHECKED = {
    "pipenv": "pipenv verify",
    "poetry": "poetry check --lock",
    "uv": "uv lock --check",
    "pdm": "pdm lock --check",
}
ADDED = {
    "pipenv": "pipenv install flask==3.0",
    "poetry": "poetry add flask==3.0",
    "uv": "uv add flask==3.0",
    "pdm": "pdm add flask==3.0",
}
ADDED_FOR_DEV = {
    "pipenv": "pipenv install --dev pytest",
    "poetry": "poetry add --group dev pytest",
    "uv": "uv add --dev pytest",
    "pdm": "pdm add --dev pytest",
}
REMOVED = {
    "pipenv": "pipenv uninstall flask",
    "poetry": "poetry remove flask",
    "uv": "uv remove flask",
    "pdm": "pdm remove flask",
}
ITSELF_NOT = {
    "poetry": "poetry install --no-root",
    "uv": "uv sync --locked --no-install-project",
    "pdm": "pdm install --check --no-self",
}
RUN = {
    "pipenv": "pipenv run gunicorn -b unix:$SOCKET 'a b'",
    "poetry": "poetry run gunicorn -b unix:$SOCKET 'a b'",
    "uv": "uv run --no-sync gunicorn -b unix:$SOCKET 'a b'",
    "pdm": "pdm run gunicorn -b unix:$SOCKET 'a b'",
}
OF_PYTHON = {
    "pipenv": "pipenv --python 3.12",
    "poetry": "poetry env use 3.12",
    "uv": "uv venv --python 3.12",
    "pdm": "pdm venv create 3.12",
}
FAMILIES = [
    PIPENV_DEPLOY, WITH_DEV, MORE_GROUPS, AN_EXTRA, ONE_GROUP, AS_IT_IS, MADE_ANEW, THE_LOCK_ALONE, KEPT_PINS, CHECKED,
    ADDED, ADDED_FOR_DEV, REMOVED, ITSELF_NOT, RUN, OF_PYTHON,
]  # fmt: skip
SETTING = Setting(groups=("dev", "docs", "lint"), extras=("web", "xml"), default_groups=("dev",))
DEV_ALONE = Setting(groups=("dev",))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: next(iter(family.values())))
def test_each_tool_says_the_same(family: dict[str, str]) -> None:
    """The words for one meaning: each is read as each other one is written, and nothing is lost."""
    setting = DEV_ALONE if family in (WITH_DEV, ITSELF_NOT) else SETTING
    for source, before in family.items():
        for target, after in family.items():
            said = translate(before, source, target, setting)
            assert (said.value, said.losses) == (after, ()), (source, target)


@pytest.mark.parametrize(
    ("before", "source", "target", "after"),
    [
        # older and other ways to say it
        ("poetry install --no-dev", "poetry", "uv", "uv sync --locked --no-default-groups"),
        ("poetry install --only=main", "poetry", "pipenv", "pipenv install --deploy"),
        ("poetry install --without dev", "poetry", "uv", "uv sync --locked --no-default-groups"),
        ("poetry install -E web -E other", "poetry", "uv", "uv sync --locked --extra other --extra web"),
        ('poetry install --extras "web other"', "poetry", "uv", "uv sync --locked --extra other --extra web"),
        ("poetry install --sync", "poetry", "uv", "uv sync --locked"),
        ("poetry sync", "poetry", "uv", "uv sync --locked"),
        ("poetry -n install --no-ansi", "poetry", "uv", "uv sync --locked"),
        ("poetry install --all-groups --all-extras", "poetry", "uv", "uv sync --locked --all-groups --all-extras"),
        ("poetry install --only dev", "poetry", "uv", "uv sync --locked --only-group dev"),
        ("/app/.local/bin/poetry install", "poetry", "uv", "uv sync --locked"),
        ("python3 -m poetry install", "poetry", "uv", "uv sync --locked"),
        ("uv sync --no-dev --frozen", "uv", "poetry", "poetry install --only main"),
        ("uv sync --group=docs --locked", "uv", "poetry", "poetry install --with docs"),
        ("uv sync --only-dev --locked", "uv", "poetry", "poetry install --only dev"),
        ("uv --quiet sync --locked", "uv", "poetry", "poetry install --quiet"),
        ("pdm sync -G docs -d", "pdm", "uv", "uv sync --frozen --no-default-groups --group docs"),
        ("pdm sync --prod -G web", "pdm", "uv", "uv sync --frozen --no-default-groups --extra web"),
        ("pdm install --frozen-lockfile --dev -G dev", "pdm", "pipenv", "pipenv sync --dev"),
        ("pdm sync", "pdm", "uv",
         "uv sync --frozen --group docs --group lint --extra web --extra xml"),
        ("poetry install", "poetry", "pdm", "pdm install --check --group dev"),
        ("poetry install --all-groups", "poetry", "pipenv",
         'pipenv install --deploy --categories "packages dev-packages docs lint"'),
        ("pipenv install --ignore-pipfile", "pipenv", "uv", "uv sync --frozen --no-default-groups"),
        ("pipenv install -d --deploy", "pipenv", "uv", "uv sync --locked"),
        ("pipenv install --system --deploy", "pipenv", "uv", "uv sync --locked --no-default-groups"),
        ("pip3 install --requirement requirements.txt", "pip", "pipenv", "pipenv install --deploy"),
        ("python3.12 -m pip install -r requirements.txt --user", "pip", "uv", "uv sync --locked --no-default-groups"),
        ("pip install --no-cache-dir -r requirements.txt", "pip", "uv",
         "uv sync --locked --no-default-groups --no-cache"),
        ("uv pip install --system -r requirements.txt", "pip", "poetry", "poetry install --only main"),
        ("pip install -r requirements/base.txt", "pip", "uv", "uv sync --locked --no-default-groups"),
        ("pip install -rrequirements.txt", "pip", "uv", "uv sync --locked --no-default-groups"),
        ("python3.12 -m pip install -r requirements.txt", "pip", "pylock", "python3.12 -m pip install -r pylock.toml"),
        ("pdm add -dG docs sphinx", "pdm", "uv", "uv add --group docs sphinx"),
        ("pdm run --env-file .env x", "pdm", "uv", "uv run --no-sync --env-file .env x"),
        ("uv run -m celery worker", "uv", "poetry", "poetry run python -m celery worker"),
        ("uv run main.py", "uv", "pip", "python main.py"),
        ("poetry export -f requirements.txt > r.txt", "poetry", "uv",
         "uv export --locked --no-default-groups --no-emit-project > r.txt"),
        ("pipenv requirements --hash > r.txt", "pipenv", "poetry", "poetry export > r.txt"),
        ("poetry export --without-hashes -o r.txt", "poetry", "pipenv", "pipenv requirements > r.txt"),
    ],
)  # fmt: skip
def test_other_ways_to_say_it(before: str, source: str, target: str, after: str) -> None:
    assert translate(before, source, target, SETTING).value == after


@pytest.mark.parametrize(
    ("default", "before", "source", "target", "after"),
    [
        # without groups there is nothing to leave out
        ((), "pip install -r requirements.txt", "pip", "uv", "uv sync --locked"),
        ((), "pipenv install --deploy", "pipenv", "poetry", "poetry install"),
        ((), "poetry install", "poetry", "pip", "pip install -r requirements.txt"),
        # what is installed unasked is named where nothing is
        (("dev", "docs"), "poetry install", "poetry", "pip",
         "pip install -r requirements.txt -r requirements-dev.txt -r requirements-docs.txt"),
        (("dev", "docs"), "poetry install --without docs", "poetry", "uv", "uv sync --locked --no-group docs"),
        (("docs",), "pipenv install --dev", "pipenv", "uv", "uv sync --no-default-groups --group dev"),
    ],
)  # fmt: skip
def test_the_default_groups_are_the_projects(
    default: tuple[str, ...], before: str, source: str, target: str, after: str
) -> None:
    setting = Setting(default_groups=default, groups=("dev", "docs"))
    assert translate(before, source, target, setting).value == after


@pytest.mark.parametrize(
    ("before", "source", "target", "after"),
    [
        ("poetry install", "poetry", "pip",
         "pip install -r requirements.txt -r requirements-dev.txt && pip install --no-deps -e ."),
        ("poetry install --no-root", "poetry", "pip", "pip install -r requirements.txt -r requirements-dev.txt"),
        ("poetry install --only main", "poetry", "pipenv",
         "pipenv install --deploy && pipenv run pip install --no-deps -e ."),
        ("poetry install", "poetry", "uv", "uv sync --locked"),
        ("pipenv install --deploy", "pipenv", "poetry", "poetry install --only main --no-root"),
        ("pip install -r requirements.txt && pip install --no-deps -e .", "pip", "poetry",
         "poetry install --only main"),
        ("pip install -r requirements.txt\npip install -e .", "pip", "uv", "uv sync --locked --no-default-groups"),
        ("pip install -e '.[web]'", "pip", "uv", "uv sync --locked --no-default-groups --extra web"),
        ("pip install .", "pip", "poetry", "poetry install --only main"),
    ],
)  # fmt: skip
def test_the_project_itself_stays_installed(before: str, source: str, target: str, after: str) -> None:
    """Poetry, uv and PDM install a package that is the project's own, pip and Pipenv must be told."""
    assert translate(before, source, target, Setting(project_installed=True)).value == after


def test_files_without_hashes_are_installed_apart() -> None:
    setting = Setting(direct_files=("requirements-direct.txt",))
    said = translate("pipenv install --deploy", "pipenv", "pip", setting)
    assert said.value == "pip install -r requirements.txt && pip install --no-deps -r requirements-direct.txt"
    assert translate(said.value, "pip", "pipenv", setting).value == "pipenv install --deploy"


def test_a_requirements_file_of_another_name_is_told() -> None:
    setting = Setting(requirement_files={"requirements_django_5.txt": ""})
    before = "pip install -r requirements_django_5.txt"
    assert translate(before, "pip", "uv", setting).value == "uv sync --locked --no-default-groups"
    assert translate("uv sync --no-dev", "uv", "pip", setting).value == before
    untold = translate(before, "pip", "uv", Setting())
    assert (untold.value, [loss.kind.code for loss in untold.losses]) == (before, ["command-kept"])


def test_a_file_of_variables_that_pipenv_loads_is_said_or_named() -> None:
    setting = Setting(env_file=".env")
    assert translate("pipenv run x", "pipenv", "uv", setting).value == "uv run --no-sync --env-file .env x"
    assert translate("pipenv run x", "pipenv", "pdm", setting).value == "pdm run --env-file .env x"
    for target, after in {"poetry": "poetry run x", "pip": "x"}.items():
        said = translate("pipenv run x", "pipenv", target, setting)
        assert (said.value, [loss.kind.code for loss in said.losses]) == (after, ["option-left"])


def test_settings_of_the_app() -> None:
    there = Setting(system_python=True)
    assert translate("poetry install", "poetry", "uv", there).value == "uv sync --locked --no-managed-python"
    assert translate("uv sync --locked --no-managed-python", "uv", "poetry", there).value == "poetry install"
    assert translate("poetry install", "poetry", "uv", Setting(lock_present=False)).value == "uv sync"
    user = Setting(user_install=True, default_groups=())
    assert translate("poetry install", "poetry", "pip", user).value == "pip install --user -r requirements.txt"
