"""How the index may be asked: what `cli` hands in, so that no other place reads the environment or the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from converter.index.record import Exchange, Replay


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that was made: its URL as the project writes it, without credentials, and what came of it."""

    url: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Limits and places. Times are in seconds, sizes in bytes.

    `environment` holds the process' variables, from which `${VAR}` in an index URL is filled in. `total_timeout` ends
    a request that drips; `patience` is the longest wait that a server's Retry-After may ask for. `requests` is filled
    with what was really asked of the network, in the order of the answers, and `record`, if there is one, with what
    came back. With a `replay` nothing is asked of a network: what was recorded comes back. `environments` are folders
    (or Pythons) where the project is installed: what their dist-info says is not asked for.
    """

    cache: Path
    offline: bool = False
    environments: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    concurrency: int = 50
    connect_timeout: float = 10.0
    read_timeout: float = 20.0
    total_timeout: float = 60.0
    patience: float = 10.0
    back_off: float = 0.5
    tries: int = 3
    redirects: int = 5
    max_body: int = 64 * 2**20
    clock: Callable[[], float] = field(default=time.time, repr=False)
    requests: list[Request] = field(default_factory=list, compare=False)
    record: list[Exchange] | None = field(default=None, compare=False, repr=False)
    replay: Replay | None = field(default=None, compare=False, repr=False)
