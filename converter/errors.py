"""The errors a conversion can end with.

Each is one sentence: file, place in it, what was expected and found, and the remedy. Only `cli/` turns them into text
on a terminal and an exit code; no other error may leave a public function for bad input.
"""

from __future__ import annotations

import re

# Up to the last `@` before the path: a password may hold an `@` that nobody escaped.
_CREDENTIALS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<user>[^/?#\s'\"]+)@")
_VARIABLE = r"\$\{\w+\}|\$\w+"
_NO_SECRET = re.compile(rf"(?:git|{_VARIABLE})?(?::(?:{_VARIABLE})?)?")


def masked(text: str) -> str:
    """`text` with the credentials of every URL in it replaced by `****`.

    A user part made of variables (`${USER}:${TOKEN}`) or git's own `git@` tells no secret and stays.
    """

    def hide(match: re.Match[str]) -> str:
        if _NO_SECRET.fullmatch(match["user"]):
            return match[0]
        return f"{match['scheme']}****@"

    return _CREDENTIALS.sub(hide, text)


def without_credentials(url: str) -> str:
    """A URL without the credentials that stand in it. Over SSH the user is part of the address and stays."""
    hidden = masked(url)
    return hidden.replace("://****@", "://", 1) if hidden != url and "ssh://" not in url else url


class ConvertError(Exception):
    """A conversion that cannot go on. `str()` is the sentence for the user, with credentials masked."""

    exit_code = 1

    def __init__(self, message: str, *, file: str = "", place: str = "", remedy: str = "") -> None:
        self.message, self.file, self.place, self.remedy = message, file, place, remedy
        where = ": ".join(part for part in (file, place) if part)
        sentence = f"{where}: {message}" if where else message
        super().__init__(masked(f"{sentence}; {remedy}" if remedy else sentence))


class StopError(ConvertError):
    """The input was understood and must not be converted (exit 1); nothing is written."""


class UsageError(ConvertError):
    """The command line asks for something that does not exist (exit 2)."""

    exit_code = 2


class InputError(ConvertError):
    """A file that cannot be read as what it should be (exit 3); nothing is written."""

    exit_code = 3
