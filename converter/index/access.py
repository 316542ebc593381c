"""Who the user is to an index, where its address does not say: each tool's variables, netrc, keyring, in this order.

What is found goes with requests to that index alone; it is never written, shown, recorded or cached.
uv: UV_INDEX_<NAME>_USERNAME, _PASSWORD (https://docs.astral.sh/uv/concepts/indexes/#authentication). Poetry:
POETRY_HTTP_BASIC_<NAME>_USERNAME, _PASSWORD (https://python-poetry.org/docs/repositories/#configuring-credentials).
pip: netrc and keyring, this one as a process (https://pip.pypa.io/en/stable/topics/authentication/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

User = tuple[str, str]
"""Name and password."""

_PREFIXES = ("UV_INDEX_", "POETRY_HTTP_BASIC_")
_PATIENCE = 10.0  # seconds for a keyring, which may ask somebody who is not there
_LONGEST = 1 << 16


def credentials(name: str, url: str, user: str, environment: Mapping[str, str]) -> User | None:
    """The user and password for the index of this name, reached at `url`; `user` is whom its address names, if any.

    A host that several know is asked as the first that has a password for it.
    """
    found = (*_of_variables(name, environment), *_of_netrc(url, environment))
    fitting = (each for each in found if not user or each[0] == user)
    return next(fitting, None) or (_of_keyring(url, user, environment) if user else None)


def _of_variables(name: str, environment: Mapping[str, str]) -> Iterator[User]:
    word = re.sub(r"[^A-Z0-9]", "_", name.upper())
    for prefix in _PREFIXES if word else ():
        user, password = (environment.get(f"{prefix}{word}_{part}", "") for part in ("USERNAME", "PASSWORD"))
        if user or password:
            yield user, password


def _of_netrc(url: str, environment: Mapping[str, str]) -> Iterator[User]:
    import netrc

    home = environment.get("HOME") or environment.get("USERPROFILE")
    file = environment.get("NETRC") or (home and str(Path(home) / ".netrc"))
    if not file or not Path(file).is_file():
        return
    try:
        known = netrc.netrc(file).authenticators(urlsplit(url).hostname or "")
    except (OSError, UnicodeError, netrc.NetrcParseError):
        return  # as pip: a file that cannot be read names nobody
    if known:
        yield known[0], known[2] or ""


def _of_keyring(url: str, user: str, environment: Mapping[str, str]) -> User | None:
    """The password that keyring has for the address, or its host. As pip and uv ask: never with a prompt."""
    import shutil
    import subprocess

    command = shutil.which("keyring", path=environment.get("PATH", ""))
    if command is None or user.startswith("-"):
        return None
    for service in (url, urlsplit(url).netloc):
        try:
            said = subprocess.run(
                [command, "get", service, user],
                env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return None
        password = said.stdout[:_LONGEST].decode("utf-8", "replace").rstrip("\r\n")
        if said.returncode == 0 and password:
            return user, password
    return None
