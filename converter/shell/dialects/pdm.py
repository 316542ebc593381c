"""PDM: https://pdm-project.org/en/latest/reference/cli/, written as of 2.26."""

from __future__ import annotations

from converter.shell.dialect import NOT_FOR_USER, Dialect, Spelling, heard, switch, valued
from converter.shell.meaning import ANEW, AS_IS, REFUSED, Fact, Verb
from converter.shell.selection import PDM as SELECTING

_SELECT = (
    switch("--prod", "--production", fact=Fact.MAIN_ONLY),
    switch("--no-default", fact=Fact.NO_MAIN),
    switch("--dev", "-d", fact=Fact.DEV),
    valued("--group", "-G", "--with", fact=Fact.WITH),
    valued("--without", fact=Fact.WITHOUT),
)
_SYNC = (
    *_SELECT,
    switch("--no-self", fact=Fact.PROJECT, value="no"),
    switch("--dry-run", fact=Fact.DRY_RUN),
    heard(switch("--clean", "--only-keep", "--clean-unselected", fact=Fact.EXACT)),
    heard(switch("--no-editable", "--fail-fast", "-x", "--no-isolation", fact=Fact.TALK)),
)
_CHECK = switch("--check", fact=Fact.FRESHNESS, value=REFUSED)
_FROZEN = heard(switch("--frozen-lockfile", "--no-lock", fact=Fact.FRESHNESS, value=AS_IS))
_ADD = (
    switch("--dev", "-d", fact=Fact.GROUP, value="dev"),
    valued("-dG", fact=Fact.GROUP),
    switch("--no-sync", fact=Fact.LOCK_ONLY),
)

PDM = Dialect(
    name="pdm",
    programs=("pdm",),
    selecting=SELECTING,
    run="pdm run",
    pip="pdm run pip --python .venv",
    installers=("install-pdm.py",),
    install_line="curl -sSL https://pdm-project.org/install-pdm.py{} | python3 -{}",
    install_version=("", " --version {}"),
    lock="pdm.lock",
    manifest="pyproject.toml",
    variables="PDM_",
    implied=frozenset([Fact.OWN_PYTHON, Fact.UNATTENDED]),
    anywhere=(
        valued("--project", "-p", fact=Fact.DIRECTORY),
        switch("--quiet", "-q", fact=Fact.QUIET),
        switch("--verbose", "-v", "-vv", fact=Fact.VERBOSE),
        heard(switch("--non-interactive", "-n", fact=Fact.UNATTENDED)),
        heard(switch("--no-cache", "-I", "--ignore-python", fact=Fact.TALK)),
    ),
    spellings=(
        Spelling(
            verb=Verb.INSTALL,
            head=("install",),
            options=(_CHECK, _FROZEN, *_SYNC),
            states={Fact.FRESHNESS: (ANEW,)},
        ),
        Spelling(
            verb=Verb.INSTALL,
            head=("sync",),
            options=(*_SYNC, switch("--clean", fact=Fact.EXACT)),
            states={Fact.FRESHNESS: (AS_IS,)},
        ),
        Spelling(
            verb=Verb.BESIDE,  # its environments have no pip of their own
            head=("run", "pip", "--python", ".venv", "install"),
            options=(NOT_FOR_USER,),
            words=(1, None),
        ),
        Spelling(
            verb=Verb.RUN,
            head=("run",),
            options=(valued("--env-file", fact=Fact.ENV_FILE),),
            words=(1, None),
        ),
        Spelling(verb=Verb.CHECK_LOCK, head=("lock", "--check")),
        Spelling(verb=Verb.LOCK, head=("lock", "--update-reuse")),
        Spelling(verb=Verb.RELOCK, head=("lock",)),
        Spelling(verb=Verb.RELOCK, head=("update", "--no-sync"), read_only=True),
        Spelling(verb=Verb.UPDATE, head=("update",)),
        Spelling(verb=Verb.ADD, head=("add",), options=_ADD, words=(1, None)),
        Spelling(verb=Verb.REMOVE, head=("remove",), options=_ADD, words=(1, None)),
        Spelling(
            verb=Verb.EXPORT,
            head=("export",),
            options=(
                heard(valued("--format", "-f", fact=Fact.FORMAT)),
                *_SELECT,
                switch("--without-hashes", "--no-hashes", fact=Fact.HASHES, value="no"),
                valued("--output", "-o", fact=Fact.OUTPUT),
            ),
            states={Fact.HASHES: ("yes",), Fact.FRESHNESS: (AS_IS,), Fact.PROJECT: ("no",)},
        ),
        Spelling(
            verb=Verb.MAKE_ENV,
            head=("venv", "create"),
            options=(valued("", fact=Fact.PYTHON),),
            words=(0, 1),
        ),
        Spelling(verb=Verb.MAKE_ENV, head=("use",), words=(1, 1), read_only=True),
        Spelling(verb=Verb.SHOW_ENV, head=("venv", "--path", "in-project")),
        Spelling(verb=Verb.CONFIGURE, head=("config",), words=(0, None)),
        Spelling(verb=Verb.TREE, head=("list", "--tree")),
        Spelling(verb=Verb.PACKAGES, head=("list",)),
        Spelling(verb=Verb.BUILD, head=("build",)),
        Spelling(verb=Verb.CLEAR, head=("cache", "clear")),
        Spelling(verb=Verb.VERSION, head=("--version",)),
        Spelling(verb=Verb.VERSION, head=("-V",), read_only=True),
    ),
)
