"""What the machine says: where the caches and undo records are, and which streams take colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from converter.cli.options import Color


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The process' variables, and which of its streams are terminals."""

    environment: Mapping[str, str] = field(repr=False)
    stdout_is_terminal: bool = False
    stderr_is_terminal: bool = False

    @property
    def state(self) -> Path:
        """Where the undo records are: PM_CONVERT_STATE, else the user's state folder."""
        return self._folder("PM_CONVERT_STATE") or _user_folders()[0]

    @property
    def cache(self) -> Path:
        """Where the index's answers are: PM_CONVERT_CACHE, else the user's cache folder."""
        return self._folder("PM_CONVERT_CACHE") or _user_folders()[1]

    def _folder(self, variable: str) -> Path | None:
        said = self.environment.get(variable)
        return Path(said).absolute() if said else None

    def colored(self, asked: Color, *, terminal: bool) -> bool:
        """Whether to colour a stream: as asked, else a terminal that is not dumb, unless NO_COLOR says otherwise."""
        if asked is not Color.AUTO:
            return asked is Color.ALWAYS
        return terminal and not self.environment.get("NO_COLOR") and self.environment.get("TERM") != "dumb"


def _user_folders() -> tuple[Path, Path]:
    import platformdirs

    return platformdirs.user_state_path("pm-convert"), platformdirs.user_cache_path("pm-convert")
