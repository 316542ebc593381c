"""uv: https://docs.astral.sh/uv/reference/cli/, read and written as of 0.13."""

from __future__ import annotations

from converter.shell.dialect import Dialect, Spelling, heard, switch, valued
from converter.shell.meaning import ANEW, AS_IS, REFUSED, Fact, Verb
from converter.shell.selection import UV as SELECTING

_FRESHNESS = (
    switch("--locked", fact=Fact.FRESHNESS, value=REFUSED),
    switch("--frozen", fact=Fact.FRESHNESS, value=AS_IS),
)
_SELECTING = (
    switch("--no-default-groups", fact=Fact.MAIN_ONLY),
    valued("--group", fact=Fact.WITH),
    valued("--no-group", fact=Fact.WITHOUT),
    valued("--only-group", fact=Fact.ONLY),
    switch("--all-groups", fact=Fact.ALL_GROUPS),
    valued("--extra", fact=Fact.EXTRAS),
    switch("--all-extras", fact=Fact.ALL_EXTRAS),
    heard(switch("--dev", fact=Fact.DEV)),
    heard(switch("--no-dev", fact=Fact.NO_DEV)),
    heard(switch("--only-dev", fact=Fact.DEV_ONLY)),
)
_SYNC = (
    *_FRESHNESS,
    *_SELECTING,
    switch("--no-install-project", fact=Fact.PROJECT, value="no"),
    switch("--dry-run", fact=Fact.DRY_RUN),
    switch("--compile-bytecode", "--compile", fact=Fact.COMPILE),
    valued("--python", "-p", fact=Fact.PYTHON),
    switch("--no-managed-python", fact=Fact.OWN_PYTHON),
    heard(switch("--inexact", fact=Fact.KEEP_OTHERS)),
    heard(switch("--exact", fact=Fact.EXACT)),
    heard(valued("--index-url", "-i", "--extra-index-url", "--find-links", "-f", fact=Fact.INDEX)),
    heard(valued("--index", "--default-index", fact=Fact.INDEX)),
)
_EXPORT = (
    *_FRESHNESS,
    *_SELECTING,
    heard(valued("--format", fact=Fact.FORMAT)),
    switch("--no-hashes", fact=Fact.HASHES, value="no"),
    switch("--no-emit-project", fact=Fact.PROJECT, value="no"),
    valued("--output-file", "-o", fact=Fact.OUTPUT),
)
_RUN = (
    heard(switch("--no-sync", fact=Fact.NO_SYNC)),
    heard(switch("--frozen", "--locked", "--no-dev", "--no-default-groups", "--all-groups", fact=Fact.SYNC)),
    valued("--env-file", fact=Fact.ENV_FILE),
    switch("-m", "--module", fact=Fact.MODULE),
    heard(valued("--python", "-p", fact=Fact.PYTHON)),
    heard(switch("--no-managed-python", fact=Fact.OWN_PYTHON)),
)
_BESIDE = (
    heard(switch("--system", fact=Fact.SYSTEM)),
    switch("--upgrade", "-U", fact=Fact.UPGRADE),
)
_GROUP = (
    switch("--dev", fact=Fact.GROUP, value="dev"),
    valued("--group", fact=Fact.GROUP),
    switch("--no-sync", fact=Fact.LOCK_ONLY),
    heard(switch("--frozen", "--locked", fact=Fact.TALK)),
)

UV = Dialect(
    name="uv",
    programs=("uv", "uvx"),
    selecting=SELECTING,
    run="uv run --no-sync",
    pip="uv pip",
    installers=("astral.sh/uv",),
    install_line="curl -LsSf https://astral.sh/uv/{}install.sh | sh{}",
    install_version=("{}/", ""),
    lock="uv.lock",
    manifest="pyproject.toml",
    variables="UV_",
    implied=frozenset([Fact.EXACT, Fact.UNATTENDED]),
    anywhere=(
        valued("--directory", fact=Fact.DIRECTORY),
        heard(valued("--project", fact=Fact.DIRECTORY)),
        valued("--cache-dir", fact=Fact.CACHE_DIR),
        switch("--no-cache", "-n", fact=Fact.NO_CACHE),
        switch("--quiet", "-q", "-qq", fact=Fact.QUIET),
        switch("--verbose", "-v", "-vv", fact=Fact.VERBOSE),
        heard(switch("--no-progress", "--native-tls", "--system-certs", "--offline", "--no-config", fact=Fact.TALK)),
        heard(switch("--managed-python", "--no-python-downloads", fact=Fact.OWN_PYTHON)),
        heard(valued("--color", "--link-mode", "--python-preference", fact=Fact.TALK)),
    ),
    spellings=(
        Spelling(verb=Verb.INSTALL, head=("sync",), options=_SYNC, states={Fact.FRESHNESS: (ANEW,)}),
        Spelling(verb=Verb.RUN, head=("run", "--no-sync"), options=_RUN, words=(1, None)),
        Spelling(verb=Verb.RUN, head=("run",), options=_RUN, words=(1, None), read_only=True),
        Spelling(
            verb=Verb.PROJECT,
            head=("pip", "install"),
            options=(
                switch("--no-deps", fact=Fact.NO_DEPS),
                valued("--editable", "-e", fact=Fact.EDITABLE),
            ),
        ),
        Spelling(verb=Verb.BESIDE, head=("pip", "install"), options=_BESIDE, words=(1, None)),
        Spelling(verb=Verb.AUDIT, head=("audit",)),
        Spelling(verb=Verb.CHECK_LOCK, head=("lock", "--check")),
        Spelling(verb=Verb.CHECK_LOCK, head=("lock", "--locked"), read_only=True),
        Spelling(verb=Verb.LOCK, head=("lock",)),
        Spelling(verb=Verb.RELOCK, head=("lock", "--upgrade")),
        Spelling(verb=Verb.RELOCK, head=("lock", "-U"), read_only=True),
        Spelling(verb=Verb.UPDATE, head=("sync", "--upgrade")),
        Spelling(verb=Verb.UPDATE, head=("sync", "-U"), read_only=True),
        Spelling(verb=Verb.ADD, head=("add",), options=_GROUP, words=(1, None)),
        Spelling(verb=Verb.REMOVE, head=("remove",), options=_GROUP, words=(1, None)),
        Spelling(
            verb=Verb.EXPORT,
            head=("export",),
            options=_EXPORT,
            states={Fact.HASHES: ("yes",), Fact.FRESHNESS: (ANEW,)},
        ),
        Spelling(verb=Verb.MAKE_ENV, head=("venv",), options=(valued("--python", "-p", fact=Fact.PYTHON),)),
        Spelling(verb=Verb.TREE, head=("tree",)),
        Spelling(verb=Verb.PACKAGES, head=("pip", "list")),
        Spelling(verb=Verb.BUILD, head=("build",)),
        Spelling(verb=Verb.CLEAR, head=("cache", "clean")),
        Spelling(verb=Verb.VERSION, head=("--version",)),
        Spelling(verb=Verb.VERSION, head=("-V",), read_only=True),
    ),
)
