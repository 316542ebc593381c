"""The options of a requirements file, on lines of their own and behind a requirement.

Specification: `SUPPORTED_OPTIONS` and `SUPPORTED_OPTIONS_REQ` in pip's req/req_file.py. What older releases knew is
read too. Names may be shortened as far as they are unique, as pip allows.
"""

from __future__ import annotations

import getopt
import shlex
from dataclasses import dataclass

_SHORT = {
    "-i": "index-url",
    "-c": "constraint",
    "-r": "requirement",
    "-e": "editable",
    "-f": "find-links",
    "-C": "config-settings",
    "-Z": "always-unzip",
}
_SAME = {"pypi-url": "index-url", "config-setting": "config-settings"}
_VALUED = (
    "index-url",
    "pypi-url",
    "extra-index-url",
    "constraint",
    "requirement",
    "editable",
    "find-links",
    "no-binary",
    "only-binary",
    "all-releases",
    "only-final",
    "trusted-host",
    "use-feature",
    "hash",
    "config-settings",
    "config-setting",
    # of older releases
    "install-option",
    "global-option",
    "allow-external",
    "allow-unverified",
)
_SWITCHES = (
    "no-index",
    "prefer-binary",
    "require-hashes",
    "no-require-hashes",
    "pre",
    # of older releases
    "always-unzip",
    "use-wheel",
    "no-use-wheel",
    "process-dependency-links",
    "allow-all-external",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options by their long names with their values (empty for a switch); `unknown` is the text of one nobody knows."""

    values: tuple[tuple[str, str], ...] = ()
    unknown: str = ""

    def all(self, name: str) -> tuple[str, ...]:
        """The values of one option, in order."""
        return tuple(value for key, value in self.values if key == name)


def split(text: str) -> tuple[str, Options]:
    """What stands before the options of a line, and these: they begin at the first word with a dash."""
    words = text.split(" ")
    at = next((n for n, word in enumerate(words) if word.startswith("-")), len(words))
    return " ".join(words[:at]).strip(), parse(" ".join(words[at:]))


def parse(text: str) -> Options:
    """The options in a text. One that is not known makes the whole text unknown, because its value cannot be told."""
    try:
        words = shlex.split(text)
        found, rest = getopt.gnu_getopt(words, "i:c:r:e:f:C:Z", [*(f"{name}=" for name in _VALUED), *_SWITCHES])
    except (getopt.GetoptError, ValueError):
        return _one_by_one(text)
    values = tuple((_name(key), value) for key, value in found)
    return Options(values=values, unknown=" ".join(rest))


def _one_by_one(text: str) -> Options:
    """The options that are known among others: each begins at a word with two dashes."""
    parts = [part for part in f" {text}".split(" --") if part.strip()]
    if len(parts) == 1 or not text.startswith("--"):
        return Options(unknown=text)
    made = [parse(f"--{part}") for part in parts]
    unknown = " ".join(one.unknown for one in made if one.unknown)
    return Options(values=tuple(value for one in made for value in one.values), unknown=unknown)


def _name(key: str) -> str:
    long = _SHORT.get(key) or key.removeprefix("--")
    return _SAME.get(long, long)
