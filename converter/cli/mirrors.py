"""Where this machine reaches the public index: as a tool's variables say, else as the files of its settings do.

pip: https://pip.pypa.io/en/stable/topics/configuration/. uv: https://docs.astral.sh/uv/concepts/configuration-files/.
PDM: https://pdm-project.org/latest/reference/configuration/. Poetry and Pipenv keep no such thing in a file. What is
named may hold a password, so it is never written. A file that cannot be read is its tool's to complain about.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from converter.errors import InputError
from converter.table import Table

VARIABLES = ("PIPENV_PYPI_MIRROR", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL", "PDM_PYPI_URL")
"""Variables that name the index in the place of the public one, the first that is set wins."""

_NAMED = re.compile(r"^[\w.-]+=(?=https?:)")  # uv: NAME=URL
_REACHED = ("http://", "https://")
_MOST = 1 << 20


def mirror(environment: Mapping[str, str], etc: Path = Path("/etc")) -> str | None:
    """The address that stands for the public index on this machine, `None` where nothing names another.

    `etc` is where settings for all users are.
    """
    said = [environment.get(name, "") for name in VARIABLES]
    for text in (*said, *_configured(environment, etc)):
        if (url := _NAMED.sub("", text)).startswith(_REACHED):
            return url
    return None


def _configured(environment: Mapping[str, str], etc: Path) -> Iterator[str]:
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or "/")
    config = Path(environment.get("XDG_CONFIG_HOME") or environment.get("APPDATA") or home / ".config")
    for name, own, places, read in (
        ("PIP_CONFIG_FILE", (), _pip_files(home, config, etc), _pip),
        ("UV_CONFIG_FILE", ("UV_NO_CONFIG",), (config / "uv/uv.toml", etc / "uv/uv.toml"), _uv),
        ("PDM_CONFIG_FILE", (), (config / "pdm/config.toml",), _pdm),
    ):
        named = environment.get(name)
        if not any(environment.get(off) for off in own):
            yield from _said((Path(named), *places) if named else places, read)


def _pip_files(home: Path, config: Path, etc: Path) -> tuple[Path, ...]:
    """A user's settings before those of the machine."""
    users = (config / "pip/pip.conf", config / "pip/pip.ini", home / ".pip/pip.conf")
    return (*users, etc / "xdg/pip/pip.conf", etc / "pip.conf")


def _said(places: tuple[Path, ...], read: Callable[[str], Iterator[str]]) -> Iterator[str]:
    for place in places:
        try:
            with place.open(encoding="utf-8") as file:
                yield from read(file.read(_MOST))
        except (OSError, ValueError, InputError, configparser.Error):
            continue


def _pip(text: str) -> Iterator[str]:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text)
    for section in ("install", "global"):  # pip: what is said for a command goes before what is said for all
        yield parser.get(section, "index-url", fallback="")


def _uv(text: str) -> Iterator[str]:
    table = _toml(text)
    defaults = (index for index in table.tables("index") if index.data.get("default") is True)
    yield from (index.string_or("url") for index in defaults)
    yield table.string_or("index-url")


def _pdm(text: str) -> Iterator[str]:
    yield _toml(text).table("pypi").string_or("url")


def _toml(text: str) -> Table:
    from converter.toml import values

    return Table(values(text, ""), "")
