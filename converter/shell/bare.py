"""Commands without a prefix that must find the environment all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from converter.shell.change import Splice
from converter.shell.command import Command
from converter.shell.setting import Setting
from converter.shell.translation import is_python

PROGRAMS = frozenset([
    "alembic", "aerich", "blackfire-python", "celery", "coverage", "daphne", "ddtrace-run", "django-admin", "dramatiq",
    "fastapi", "flask", "flower", "granian", "gunicorn", "huey_consumer", "hypercorn", "ipython", "jupyter", "litestar",
    "mkdocs", "mypy", "newrelic-admin", "opentelemetry-instrument", "pelican", "pserve", "pytest", "rq", "ruff",
    "scrapy", "sphinx-build", "streamlit", "tox", "uvicorn", "uwsgi", "waitress-serve", "wagtail",
])  # fmt: skip
"""Programs that Python packages are known for; a project's own are in the setting."""

_SCRIPT = re.compile(r"(?:\./)?(?:[\w.-]+/)*[\w-]+\.py")
_NOT_THE_APPS = frozenset(["venv", "virtualenv", "pip", "ensurepip", "pipx", "pipenv", "poetry", "uv", "pdm", "build"])
_VENV_BIN = re.compile(r"(?:(?:\.|/app|~|\$\{?(?:PLATFORM_APP_DIR|HOME|PWD)\}?)/)?\.venv/bin/(?P<name>[\w.-]+)")


def needs_environment(command: Command, setting: Setting) -> bool:
    """Whether a command runs a program of the project's packages, or the project's own code."""
    values = command.values
    if is_python(values[0]):
        return values[1:2] not in [("-V",), ("--version",), ("-",)] and not (
            values[1:2] == ("-m",) and values[2:3] and values[2] in _NOT_THE_APPS
        )
    return values[0] in PROGRAMS or values[0] in setting.programs or bool(_SCRIPT.fullmatch(values[0]))


def without_folder(command: Command) -> Iterator[Splice]:
    """`.venv/bin/gunicorn` as `gunicorn`, for a target that has no such folder."""
    for word in command.words:
        match = _VENV_BIN.fullmatch(word.value)
        if match:
            yield Splice(word.start, word.end, match["name"])
