"""How the index may be asked: what `cli` hands in, so that no other place reads the environment or the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from converter.index.record import Exchange, Replay

if TYPE_CHECKING:
    from converter.index.places import Address
    from converter.model import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that was made: its URL as the project writes it, without credentials, and what came of it."""

    url: str
    outcome: str


Progress = Callable[[int, int], None]
"""Takes how many requests more are to be made, and how many more are answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Limits and places. Times are in seconds, sizes in bytes.

    `environment` holds the process' variables, from which `${VAR}` in an index URL is filled in. `environments` are
    folders (or Pythons) where the project is installed: what their dist-info says is not asked for. `index_map` says
    for an index, by its canonical address, at which other address this machine reaches it, and `write_mirror` that this
    is what is written; `addresses` is filled with how each one is reached. `total_timeout` ends a request that drips;
    `patience` is the longest wait that a server's Retry-After may ask for. `requests` is filled with what was really
    asked of the network, in the order of the answers, and `record`, if there is one, with what came back; `progress` is
    told of both while it goes on. With a `replay` nothing is asked of a network: what was recorded comes back.
    """

    cache: Path
    offline: bool = False
    environments: tuple[Path, ...] = ()
    index_map: Mapping[str, str] = field(default_factory=dict, repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    concurrency: int = 80
    connect_timeout: float = 10.0
    read_timeout: float = 20.0
    total_timeout: float = 60.0
    patience: float = 10.0
    back_off: float = 0.5
    tries: int = 3
    redirects: int = 5
    max_body: int = 64 * 2**20
    clock: Callable[[], float] = field(default=time.time, repr=False)
    write_mirror: bool = False
    addresses: dict[Index, Address] = field(default_factory=dict, compare=False, repr=False)
    requests: list[Request] = field(default_factory=list, compare=False)
    progress: Progress | None = field(default=None, compare=False, repr=False)
    record: list[Exchange] | None = field(default=None, compare=False, repr=False)
    replay: Replay | None = field(default=None, compare=False, repr=False)
