"""How the index may be asked in one run: with the user's cache, or with a record of what it said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from converter.cli.bar import progress
from converter.cli.machine import Machine
from converter.cli.options import Asked, Written
from converter.errors import InputError, StopError

if TYPE_CHECKING:
    from converter.index import Request, Settings


@contextmanager
def asking(asked: Asked, machine: Machine, requests: list[Request]) -> Iterator[Settings]:
    """The settings of a run; `requests` is filled with what it asks. What is to be recorded is written at its end.

    Raises InputError for a record that cannot be read, StopError for one that cannot be written.
    """
    from dataclasses import replace

    with progress(asked, machine) as told:
        plain = replace(_settings(asked, machine, requests), progress=told)
        if asked.record is None and asked.replay is None:
            yield plain
        else:
            yield from _kept(asked, plain)


def _kept(asked: Asked, plain: Settings) -> Iterator[Settings]:
    from dataclasses import replace

    # An empty cache and no environment: what is recorded is all that was needed, and what is replayed is nothing else.
    with TemporaryDirectory(prefix="pm-convert-") as folder:
        settings = replace(plain, cache=Path(folder), environments=())
        if asked.replay is not None:
            yield _replaying(settings, Path(asked.replay))
        elif asked.record is not None:
            yield from _recording(settings, Path(asked.record))


def _settings(asked: Asked, machine: Machine, requests: list[Request]) -> Settings:
    from converter.index import Settings

    return Settings(
        cache=machine.cache,
        offline=asked.offline,
        environments=_environments(asked),
        index_map=_index_map(asked, machine),
        write_mirror=asked.write_index is Written.MIRROR,
        environment=machine.environment,
        requests=requests,
    )


def _index_map(asked: Asked, machine: Machine) -> Mapping[str, str]:
    """Where indexes are reached: as the user says, else for the public index as the settings of a tool do."""
    from converter.cli.mirrors import mirror
    from converter.index.places import canonical
    from converter.model import PUBLIC_INDEX

    pairs = (text.partition("=") for text in asked.index_map or ())
    explicit = {canonical(here): there for here, _, there in pairs}
    said = None if asked.write_index is Written.MIRROR else mirror(machine.environment)
    return {PUBLIC_INDEX: said, **explicit} if said else explicit


def _environments(asked: Asked) -> tuple[Path, ...]:
    """Where the project may be installed: where the user says, and its own environment."""
    named = () if asked.from_environment is None else (Path(asked.from_environment),)
    return (*named, asked.path / ".venv")


def _replaying(settings: Settings, file: Path) -> Settings:
    from dataclasses import replace

    from converter.index.record import read_record

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as why:
        said = why.strerror if isinstance(why, OSError) else "it is not UTF-8"
        raise InputError(f"expected a record, but it cannot be read: {said}", file=str(file)) from None
    return replace(settings, replay=read_record(text, str(file), settings.max_body))


def _recording(settings: Settings, file: Path) -> Iterator[Settings]:
    from dataclasses import replace

    from converter.index.record import record_text

    recording = replace(settings, record=[])
    yield recording
    try:
        file.write_text(record_text(recording.record or ()), encoding="utf-8")
    except OSError as why:
        raise StopError(
            f"cannot be written: {why.strerror or why}", file=str(file),
            remedy="give --record another file; nothing was written",
        ) from None  # fmt: skip
