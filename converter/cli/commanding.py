"""`pm-convert command`: a shell text in another package manager's words."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from converter.cli.machine import Machine
from converter.cli.options import Color
from converter.cli.printed import Printed
from converter.cli.talk import losses_told
from converter.errors import UsageError
from converter.formats import FORMATS
from converter.losses import Level

if TYPE_CHECKING:
    from converter.shell import Setting

HELP = """Say a shell text in another package manager's words.

\b
  pm-convert command 'pipenv install --deploy' --from pipenv --to uv
  pm-convert command - --from poetry --to uv --upsun < build.sh

What is not a command of that package manager stays as it is. What cannot be
said is named on stderr.
"""
TOOLS = tuple(FORMATS)
"""The names in `converter.shell.dialects` too, which is loaded only to translate; a test compares them."""
_PROJECT = "What the project has"
_APP = "Where it runs"


def _tool(name: str) -> str:
    if name not in TOOLS:
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(map(repr, TOOLS))}.")
    return name


def _tools(incomplete: str) -> list[str]:
    return [name for name in TOOLS if name.startswith(incomplete)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAsked:
    """A translation as the command line asks for it."""

    shell: Annotated[str, typer.Argument(metavar="SHELL", help="The shell text, in quotes; `-`: what stands on stdin.")]
    source: Annotated[
        str,
        typer.Option(
            "--from", metavar="TOOL", parser=_tool, autocompletion=_tools, help=f"Its tool: {', '.join(TOOLS)}."
        ),
    ]
    target: Annotated[
        str, typer.Option("--to", metavar="TOOL", parser=_tool, autocompletion=_tools, help="The tool to say it to.")
    ]
    group: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            rich_help_panel=_PROJECT,
            help="A group that is installed unasked; may be given several times; `-`: there is none.  [default: dev]",
        ),
    ] = None
    extra: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", rich_help_panel=_PROJECT, help="An extra; may be given several times."),
    ] = None
    package: Annotated[
        bool, typer.Option("--package", rich_help_panel=_PROJECT, help="The project itself is installed as well.")
    ] = False
    tool_version: Annotated[
        str, typer.Option(metavar="VERSION", rich_help_panel=_PROJECT, help="The target's tool, where it is installed.")
    ] = ""
    upsun: Annotated[
        bool,
        typer.Option(
            "--upsun",
            rich_help_panel=_APP,
            help="As in an app on Upsun: the tool is there, and so is Python; commands find the app's packages.",
        ),
    ] = False
    path_not_prefix: Annotated[
        bool,
        typer.Option("--path-not-prefix", rich_help_panel=_APP, help="Put .venv/bin on PATH; commands get no prefix."),
    ] = False


def command(asked: CommandAsked, machine: Machine) -> Printed:
    """The text as it is said to the other tool, and what was lost."""
    from converter.shell import translate

    text = _stdin() if asked.shell == "-" else asked.shell
    said = translate(text, asked.source, asked.target, _setting(asked))
    color = machine.colored(Color.AUTO, terminal=machine.stderr_is_terminal)
    told = losses_told(said.losses, color=color)
    stopped = any(loss.level is Level.STOP for loss in said.losses)
    end = "" if said.value.endswith("\n") or not said.value else "\n"
    talk = "".join(f"{line}\n" for line in told)
    return Printed(result="" if stopped else f"{said.value}{end}", talk=talk, code=int(stopped))


def _stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as why:
        raise UsageError("what stands on stdin is not UTF-8", remedy="save it as UTF-8") from why


def _setting(asked: CommandAsked) -> Setting:
    from converter.shell import Setting
    from converter.shell.dialects import DIALECTS

    return Setting(
        default_groups=tuple(name for name in asked.group or ["dev"] if name != "-"),
        extras=tuple(asked.extra or ()),
        project_installed=asked.package,
        tool_version=asked.tool_version,
        tool_elsewhere=asked.upsun,
        system_python=asked.upsun,
        moves_into_venv=asked.upsun and not DIALECTS[asked.source].venv,
        path_not_prefix=asked.path_not_prefix,
    )
