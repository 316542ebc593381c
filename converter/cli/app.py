"""The typer application: one command for each format and `auto`, made from `FORMATS`, and what is no conversion."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from converter.cli.commanding import HELP, CommandAsked, command
from converter.cli.machine import Machine
from converter.cli.options import AUTO, Asked
from converter.cli.panels import panelled
from converter.cli.printed import carried_out
from converter.cli.words import quick
from converter.formats import FORMATS
from converter.losses import BY_CODE

ABOUT = """Convert a Python project from one package manager's lock to another's, without resolving anew.

\b
  pm-convert pipenv poetry          convert the project in this folder
  pm-convert pipenv poetry folder   convert the project in that folder
  pm-convert auto poetry --dry-run  show what would change, write nothing
  pm-convert pipenv --help          list the options of a conversion
"""
MORE = """\b
Exit codes:
  0  done, or nothing to do
  1  stopped, or differs; nothing is written
  2  the command line is wrong
  3  a file cannot be read; nothing is written

\b
Variables:
  PM_CONVERT_CACHE  the folder for answers of the package index
  PM_CONVERT_STATE  the folder for what undo needs
  PM_CONVERT_DEBUG  1: show the traceback of a defect
  NO_COLOR          use no colour
"""
CONVERT = "Convert from"
OTHER = "Other commands"


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line; the exit code."""
    try:
        application().main(args=list(arguments), prog_name="pm-convert")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def application() -> Any:  # noqa: ANN401  typer's classes are private
    """The whole command line as typer made it, with help in panels."""
    return quick(panelled(typer.main.get_command(_app())))


def _app() -> typer.Typer:
    app = typer.Typer(
        help=ABOUT,
        epilog=MORE,
        no_args_is_help=True,
        add_completion=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_main)
    for name, form in FORMATS.items():
        app.command(name, help=f"Convert a project of {form.title}.", rich_help_panel=CONVERT)(_converting(name))
    app.command(AUTO, help="Find out what the project uses, and convert it.", rich_help_panel=CONVERT)(
        _converting(AUTO)
    )
    app.command("command", help=HELP, rich_help_panel=OTHER)(_translating())
    app.command("upsun", rich_help_panel=OTHER)(_upsun)
    app.command("undo", rich_help_panel=OTHER)(_undo)
    app.command("explain", rich_help_panel=OTHER)(_explain)
    return app


def _main(
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """`--version` among other words; alone it was answered before this was loaded."""
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"pm-convert {version_of('pm-convert')}")
        raise typer.Exit


def _machine() -> Machine:
    return Machine(
        environment=os.environ, stdout_is_terminal=sys.stdout.isatty(), stderr_is_terminal=sys.stderr.isatty()
    )


def _converting(source: str) -> Callable[..., None]:
    """The command of one source: its parameters are the fields of `Asked`, the table of all options."""

    def command(**words: Any) -> None:  # noqa: ANN401  typer has checked them against the fields
        from converter.cli.conversion import conversion

        asked, machine = Asked(source=source, **words), _machine()
        raise typer.Exit(carried_out(lambda: conversion(asked, machine), machine))

    return _with_fields(command, Asked, but=("source",))


def _with_fields(command: Callable[..., None], asked: type, but: Sequence[str] = ()) -> Callable[..., None]:
    """The command with a record's fields as its parameters, as typer reads them."""
    fields = inspect.signature(asked, eval_str=True).parameters.values()
    signature = inspect.Signature([field for field in fields if field.name not in but])
    command.__signature__ = signature  # type: ignore[attr-defined]  # read by inspect.signature, and so by typer
    return command


def _translating() -> Callable[..., None]:
    def translating(**words: Any) -> None:  # noqa: ANN401  as above
        machine = _machine()
        raise typer.Exit(carried_out(lambda: command(CommandAsked(**words), machine), machine))

    return _with_fields(translating, CommandAsked)


def _upsun(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", show_default=False, help="The repository, or an app's folder; this one if left out."
        ),
    ] = Path(),
) -> None:
    """Check the Upsun configuration as it stands: will it build, deploy and start? Nothing is changed."""
    from converter.cli.checking import check

    machine = _machine()
    raise typer.Exit(carried_out(lambda: check(path, machine), machine))


def _undo(
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", show_default=False, help="The folder that was converted; this one if left out."),
    ] = Path(),
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Write over files that were changed since the conversion.")
    ] = False,
) -> None:
    """Give back the files of the last conversion, byte for byte."""
    from converter.cli.undoing import undo

    machine = _machine()
    raise typer.Exit(carried_out(lambda: undo(path, machine, force=force), machine))


def _codes(incomplete: str) -> list[tuple[str, str]]:
    return [(kind.code, kind.sentence) for kind in BY_CODE.values() if kind.code.startswith(incomplete)]


def _explain(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE", autocompletion=_codes, show_default=False, help="The loss; all of them if left out."
        ),
    ] = None,
) -> None:
    """Say what a loss means and what to do about it."""
    from converter.cli.explaining import explain

    raise typer.Exit(carried_out(lambda: explain(code), _machine()))
