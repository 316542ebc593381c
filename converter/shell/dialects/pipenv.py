"""Pipenv: https://pipenv.pypa.io/en/latest/cli.html, written as of 2026, read back to 2018."""

from __future__ import annotations

from converter.shell.dialect import NOT_FOR_USER, Dialect, Spelling, heard, switch, valued
from converter.shell.meaning import ANEW, AS_IS, REFUSED, Fact, Verb
from converter.shell.selection import PIPENV as SELECTING

_INSTALL = (
    switch("--system", fact=Fact.SYSTEM),
    switch("--deploy", fact=Fact.FRESHNESS, value=REFUSED),
    switch("--dev", "-d", fact=Fact.DEV),
    valued("--categories", fact=Fact.ONLY),
    switch("--all", fact=Fact.ALL_GROUPS),
    heard(valued("--extras", fact=Fact.EXTRAS)),
    heard(switch("--ignore-pipfile", fact=Fact.FRESHNESS, value=AS_IS)),
    heard(switch("--keep-outdated", fact=Fact.TALK)),
    heard(valued("--index", "-i", "--pypi-mirror", "--extra-pip-args", fact=Fact.INDEX)),
    heard(valued("--requirements", "-r", fact=Fact.NAME)),
    heard(valued("--editable", "-e", fact=Fact.NAME)),
    heard(switch("--skip-lock", fact=Fact.NAME)),
)
_SYNC = tuple(option for option in _INSTALL if "--deploy" not in option.names)
_ADD = (
    switch("--dev", "-d", fact=Fact.GROUP, value="dev"),
    valued("--categories", fact=Fact.GROUP),
    switch("--pre", fact=Fact.PRERELEASES),
)

_ITSELF = {Fact.NO_DEPS: (), Fact.EDITABLE: (".",)}

PIPENV = Dialect(
    name="pipenv",
    programs=("pipenv",),
    selecting=SELECTING,
    run="pipenv run",
    lock="Pipfile.lock",
    manifest="Pipfile",
    installs_project=False,
    variables="PIPENV_",
    implied=frozenset([Fact.OWN_PYTHON, Fact.UNATTENDED]),
    anywhere=(
        switch("--quiet", "-q", fact=Fact.QUIET),
        switch("--verbose", "-v", fact=Fact.VERBOSE),
        valued("--python", fact=Fact.PYTHON),
        heard(switch("--three", "--bare", "--clear", "--site-packages", "--no-site-packages", fact=Fact.TALK)),
    ),
    spellings=(
        Spelling(verb=Verb.INSTALL, head=("install",), options=_INSTALL, states={Fact.FRESHNESS: (ANEW,)}),
        Spelling(verb=Verb.INSTALL, head=("sync",), options=_SYNC, states={Fact.FRESHNESS: (AS_IS,)}),
        Spelling(verb=Verb.BESIDE, head=("run", "pip", "install"), options=(NOT_FOR_USER,), words=(1, None)),
        Spelling(
            verb=Verb.PROJECT,
            head=("run", "pip", "install", "--no-deps", "-e", "."),
            options=(NOT_FOR_USER,),
            states=_ITSELF,
        ),
        Spelling(verb=Verb.RUN, head=("run",), words=(1, None)),
        Spelling(verb=Verb.ADD, head=("install",), options=_ADD, words=(1, None)),
        Spelling(verb=Verb.REMOVE, head=("uninstall",), options=_ADD, words=(1, None)),
        Spelling(verb=Verb.CHECK_LOCK, head=("verify",)),
        Spelling(verb=Verb.RELOCK, head=("lock",)),
        Spelling(verb=Verb.UPDATE, head=("update",)),
        Spelling(
            verb=Verb.EXPORT,
            head=("requirements",),
            options=(
                switch("--hash", fact=Fact.HASHES, value="yes"),
                switch("--dev", fact=Fact.DEV),
                valued("--categories", fact=Fact.ONLY),
                valued(">", fact=Fact.OUTPUT),
            ),
            states={Fact.HASHES: ("no",), Fact.FRESHNESS: (AS_IS,), Fact.PROJECT: ("no",)},
        ),
        Spelling(verb=Verb.AUDIT, head=("audit",)),
        Spelling(verb=Verb.AUDIT, head=("check",), read_only=True),
        Spelling(verb=Verb.REPORT, head=("--support",)),
        Spelling(verb=Verb.SHOW_ENV, head=("--venv",)),
        Spelling(verb=Verb.ENTER, head=("shell",)),
        Spelling(verb=Verb.TREE, head=("graph",)),
        Spelling(verb=Verb.PACKAGES, head=("run", "pip", "list")),
        Spelling(verb=Verb.CLEAR, head=("--clear",)),
        Spelling(verb=Verb.VERSION, head=("--version",)),
        Spelling(verb=Verb.MAKE_ENV, head=(), options=(valued("--python", fact=Fact.PYTHON),)),
    ),
)
