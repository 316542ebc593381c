"""pip, with requirements files or with pylock.toml: https://pip.pypa.io/en/stable/cli/, as of 26.3."""

from __future__ import annotations

from dataclasses import replace

from converter.shell.dialect import NOT_FOR_USER, Dialect, Spelling, heard, switch, valued
from converter.shell.meaning import REFUSED, Fact, Verb
from converter.shell.selection import PIP as SELECTING
from converter.shell.selection import PYLOCK as SELECTING_PYLOCK

_TALK = (
    heard(switch("--disable-pip-version-check", "--no-input", "--no-warn-script-location", fact=Fact.TALK)),
    heard(switch("--no-python-version-warning", "--no-color", "--isolated", "--prefer-binary", fact=Fact.TALK)),
    heard(valued("--progress-bar", "--root-user-action", "--timeout", "--retries", fact=Fact.TALK)),
)
_INSTALL = (
    switch("--user", fact=Fact.USER),
    heard(NOT_FOR_USER),
    switch("--no-cache-dir", fact=Fact.NO_CACHE),
    valued("--cache-dir", fact=Fact.CACHE_DIR),
    switch("--dry-run", fact=Fact.DRY_RUN),
    valued("-r", "--requirement", fact=Fact.FILES),
    valued("--group", fact=Fact.WITH),
    heard(switch("--require-hashes", fact=Fact.HASHED)),
    heard(switch("--no-deps", fact=Fact.NO_DEPS)),
    heard(switch("--upgrade", "-U", fact=Fact.UPGRADE)),
    heard(valued("--upgrade-strategy", fact=Fact.UPGRADE)),
    heard(switch("--break-system-packages", "--system", fact=Fact.SYSTEM)),
    heard(valued("--constraint", "-c", fact=Fact.CONSTRAINTS)),
    heard(valued("--index-url", "-i", "--extra-index-url", "--find-links", "-f", "--trusted-host", fact=Fact.INDEX)),
    heard(valued("--target", "-t", "--prefix", "--root", fact=Fact.TARGET)),
)
_ALONE = tuple(option for option in _INSTALL if option.fact not in (Fact.FILES, Fact.WITH))
_PROJECT = (*_INSTALL[:3], switch("--no-deps", fact=Fact.NO_DEPS), valued("-e", "--editable", fact=Fact.EDITABLE))
_BESIDE = (switch("--upgrade", "-U", fact=Fact.UPGRADE), *_ALONE)

PIP = Dialect(
    name="pip",
    programs=("pip",),
    selecting=SELECTING,
    lock="requirements.txt",
    manifest="requirements.in",
    installs_project=False,
    variables="PIP_",
    venv=False,
    implied=frozenset([Fact.OWN_PYTHON, Fact.UNATTENDED, Fact.SYSTEM]),
    anywhere=(
        switch("--quiet", "-q", "-qq", fact=Fact.QUIET),
        switch("--verbose", "-v", "-vv", "-vvv", fact=Fact.VERBOSE),
        *_TALK,
    ),
    spellings=(
        Spelling(verb=Verb.PROJECT, head=("install",), options=_PROJECT, needs=frozenset([Fact.EDITABLE])),
        Spelling(
            verb=Verb.INSTALL,
            head=("install",),
            options=_INSTALL,
            states={Fact.FRESHNESS: (REFUSED,)},
            words=(0, None),  # packages beside the files
            needs=frozenset([Fact.FILES]),
        ),
        Spelling(verb=Verb.BESIDE, head=("install",), options=_BESIDE, words=(1, None)),
        Spelling(verb=Verb.PACKAGES, head=("list",)),
        Spelling(verb=Verb.CLEAR, head=("cache", "purge")),
        Spelling(verb=Verb.VERSION, head=("--version",)),
        Spelling(verb=Verb.VERSION, head=("-V",), read_only=True),
    ),
)
PYLOCK = replace(PIP, name="pylock", selecting=SELECTING_PYLOCK, lock="pylock.toml", manifest="pyproject.toml")
