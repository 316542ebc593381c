"""Help in panels without rich.

typer groups options and commands by panel only where rich renders them, which costs a tenth of a second of imports. So
the commands, as typer made them, get their listing from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Protocol

ARGUMENTS, OPTIONS, COMMANDS = "Arguments", "Options", "Commands"

Row = tuple[str, str]


class Formatter(Protocol):
    """What typer hands to a command that shows its help."""

    width: int

    def section(self, name: str) -> AbstractContextManager[None]: ...
    def write_dl(self, rows: list[Row]) -> None: ...


def panelled(command: Any) -> Any:  # noqa: ANN401  typer's classes are private
    """The command, and each below it, with help that shows options and commands by their panels."""
    command.format_options = partial(_format, command)
    for child in getattr(command, "commands", {}).values():
        panelled(child)
    return command


def _format(command: Any, ctx: Any, formatter: Formatter) -> None:  # noqa: ANN401  as above
    for name, rows in _grouped([*_commands(command, formatter), *_parameters(command, ctx)]):
        with formatter.section(name):
            formatter.write_dl(rows)


def _parameters(command: Any, ctx: Any) -> Iterator[tuple[str, Row]]:  # noqa: ANN401  as above
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is None:
            continue
        argument = parameter.param_type_name == "argument"
        row = (parameter.metavar, record[1]) if argument and parameter.metavar else record  # not `TARGET <str>`
        yield getattr(parameter, "rich_help_panel", None) or (ARGUMENTS if argument else OPTIONS), row


def _commands(command: Any, formatter: Formatter) -> Iterator[tuple[str, Row]]:  # noqa: ANN401  as above
    children = getattr(command, "commands", {})
    room = formatter.width - 6 - max(map(len, children), default=0)
    for name, child in children.items():
        yield child.rich_help_panel or COMMANDS, (name, child.get_short_help_str(room))


def _grouped(rows: Iterable[tuple[str, Row]]) -> Iterable[tuple[str, list[Row]]]:
    found: dict[str, list[Row]] = {}
    for panel, row in rows:
        found.setdefault(panel, []).append(row)
    return found.items()
