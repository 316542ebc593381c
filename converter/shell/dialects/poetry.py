"""Poetry: https://python-poetry.org/docs/cli/, written as of 2.x, read back to 1.1."""

from __future__ import annotations

from converter.shell.dialect import NOT_FOR_USER, Dialect, Spelling, heard, switch, valued
from converter.shell.meaning import REFUSED, Fact, Verb
from converter.shell.selection import POETRY as SELECTING
from converter.shell.selection import POETRY_EXPORT

_GROUPS = (
    valued("--only", fact=Fact.ONLY, separator=","),
    valued("--with", fact=Fact.WITH, separator=","),
    valued("--without", fact=Fact.WITHOUT, separator=","),
    switch("--all-groups", fact=Fact.ALL_GROUPS),
    valued("--extras", "-E", fact=Fact.EXTRAS, separator=","),
    switch("--all-extras", fact=Fact.ALL_EXTRAS),
    heard(switch("--no-dev", fact=Fact.NO_DEV)),
    heard(switch("--dev", fact=Fact.DEV)),
)
_INSTALL = (
    *_GROUPS,
    switch("--no-root", fact=Fact.PROJECT, value="no"),
    heard(switch("--sync", "--remove-untracked", fact=Fact.EXACT)),
    switch("--dry-run", fact=Fact.DRY_RUN),
    switch("--compile", fact=Fact.COMPILE),
)
_LOCKED = {Fact.FRESHNESS: (REFUSED,)}
_ADD = (
    valued("--group", "-G", fact=Fact.GROUP),
    heard(switch("--dev", "-D", fact=Fact.GROUP, value="dev")),
    switch("--lock", fact=Fact.LOCK_ONLY),
)

_PYTHON = (valued("", fact=Fact.PYTHON),)

_ITSELF = {Fact.NO_DEPS: (), Fact.EDITABLE: (".",)}

POETRY = Dialect(
    name="poetry",
    programs=("poetry",),
    selecting=SELECTING,
    run="poetry run",
    installers=("install.python-poetry.org", "get-poetry.py", "install-poetry.py"),
    install_line="curl -sSL https://install.python-poetry.org{} | python3 -{}",
    install_version=("", " --version {}"),
    lock="poetry.lock",
    manifest="pyproject.toml",
    variables="POETRY_",
    implied=frozenset([Fact.OWN_PYTHON]),
    anywhere=(
        switch("--no-interaction", "-n", fact=Fact.UNATTENDED),
        switch("--quiet", "-q", fact=Fact.QUIET),
        switch("--verbose", "-v", "-vv", "-vvv", fact=Fact.VERBOSE),
        switch("--no-ansi", fact=Fact.PLAIN),
        switch("--no-cache", fact=Fact.NO_CACHE),
        valued("--directory", "-C", fact=Fact.DIRECTORY),
        heard(valued("--project", "-P", fact=Fact.DIRECTORY)),
        heard(switch("--ansi", "--no-plugins", fact=Fact.TALK)),
    ),
    spellings=(
        Spelling(verb=Verb.PROJECT, head=("install", "--only-root"), states=_ITSELF),
        Spelling(verb=Verb.INSTALL, head=("install",), options=_INSTALL, states=_LOCKED),
        Spelling(verb=Verb.INSTALL, head=("sync",), options=_INSTALL, states={**_LOCKED, Fact.EXACT: ()}),
        Spelling(verb=Verb.BESIDE, head=("run", "pip", "install"), options=(NOT_FOR_USER,), words=(1, None)),
        Spelling(verb=Verb.RUN, head=("run",), words=(1, None)),
        Spelling(verb=Verb.CHECK_LOCK, head=("check", "--lock")),
        Spelling(verb=Verb.CHECK_LOCK, head=("lock", "--check"), read_only=True),
        Spelling(verb=Verb.CHECK_MANIFEST, head=("check",), options=(heard(switch("--strict", fact=Fact.TALK)),)),
        Spelling(verb=Verb.LOCK, head=("lock",), options=(heard(switch("--no-update", fact=Fact.TALK)),)),
        Spelling(verb=Verb.RELOCK, head=("update", "--lock")),
        Spelling(verb=Verb.RELOCK, head=("lock", "--regenerate"), read_only=True),
        Spelling(verb=Verb.UPDATE, head=("update",)),
        Spelling(verb=Verb.ADD, head=("add",), options=_ADD, words=(1, None)),
        Spelling(verb=Verb.REMOVE, head=("remove",), options=_ADD, words=(1, None)),
        Spelling(
            verb=Verb.EXPORT,
            head=("export",),
            selecting=POETRY_EXPORT,
            options=(
                valued("--format", "-f", fact=Fact.FORMAT),
                switch("--without-hashes", fact=Fact.HASHES, value="no"),
                *_GROUPS,
                valued("--output", "-o", fact=Fact.OUTPUT),
            ),
            states={Fact.HASHES: ("yes",), **_LOCKED, Fact.PROJECT: ("no",)},
        ),
        Spelling(verb=Verb.MAKE_ENV, head=("env", "use"), options=_PYTHON, words=(0, 1)),
        Spelling(verb=Verb.SHOW_ENV, head=("env", "info", "--path")),
        Spelling(verb=Verb.SHOW_ENV, head=("env", "info", "-p"), read_only=True),
        Spelling(verb=Verb.ENTER, head=("shell",)),
        Spelling(verb=Verb.CONFIGURE, head=("config",), words=(0, None)),
        Spelling(verb=Verb.TREE, head=("show", "--tree")),
        Spelling(verb=Verb.PACKAGES, head=("show",)),
        Spelling(verb=Verb.BUILD, head=("build",)),
        Spelling(verb=Verb.CLEAR, head=("cache", "clear", "--all", ".")),
        Spelling(verb=Verb.VERSION, head=("--version",)),
        Spelling(verb=Verb.VERSION, head=("-V",), read_only=True),
    ),
)
