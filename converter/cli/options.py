"""What a user can ask of a conversion: each field is an argument or option, in the order and the panels of `--help`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from converter.errors import UsageError, masked
from converter.formats import FORMATS
from converter.losses import BY_CODE, Level

AUTO = "auto"

DO = "What to do"
STOP = "When to stop"
WRITE = "What to write"
DECIDE = "What to decide"
ASK = "What to ask"
UPSUN = "What to do on Upsun"
SHOW = "What to show"


class Written(Enum):
    """Which address of an index to write."""

    PROJECT = "project"
    MIRROR = "mirror"


class Color(Enum):
    """When to use colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def _target(name: str) -> str:
    if name not in FORMATS:
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(map(repr, FORMATS))}.")
    return name


def _targets(incomplete: str) -> list[tuple[str, str]]:
    return [(name, form.title) for name, form in FORMATS.items() if name.startswith(incomplete)]


_BACKENDS = ("hatchling", "uv_build", "poetry-core", "setuptools")  # as converter.pyproject.backend has them


def _backend(name: str) -> str:
    if name not in _BACKENDS:
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(map(repr, _BACKENDS))}.")
    return name


def _backends(incomplete: str) -> list[str]:
    return [name for name in _BACKENDS if name.startswith(incomplete)]


def _code(code: str) -> str:
    kind = BY_CODE.get(code)
    if kind is None:
        raise typer.BadParameter(f"there is no loss with the code {code!r}; `pm-convert explain` lists them.")
    if kind.level is not Level.LOSS:
        raise typer.BadParameter(f"{code!r} is a {kind.level.name}; only a LOSS can be allowed.")
    return code


def _mapped(text: str) -> str:
    here, equals, there = text.partition("=")
    if not equals or "://" not in here or not ("://" in there or "$" in there):
        raise typer.BadParameter("expected two addresses of an index, FROM=TO.")
    return text


def _codes(incomplete: str) -> list[tuple[str, str]]:
    kinds = (kind for kind in BY_CODE.values() if kind.level is Level.LOSS)
    return [(kind.code, kind.sentence) for kind in kinds if kind.code.startswith(incomplete)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A conversion as the command line asks for it. `source` is the command's own name, the rest its words."""

    source: str
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET",
            parser=_target,
            autocompletion=_targets,
            help=f"The package manager to convert to: {', '.join(FORMATS)}.",
        ),
    ]
    path: Annotated[
        Path, typer.Argument(metavar="PATH", show_default=False, help="The project's folder; this one if left out.")
    ] = Path()
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", "-n", rich_help_panel=DO, help="Show what would change, as a diff, and write nothing."
        ),
    ] = False
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            rich_help_panel=DO,
            help="Exit with 1 if the target's files are not what the source's say; write nothing.",
        ),
    ] = False
    patch: Annotated[
        str | None,
        typer.Option(
            "--patch",
            metavar="FILE",
            rich_help_panel=DO,
            help="Write the change as a patch for `git apply` (`-`: to stdout) and nothing else.",
        ),
    ] = None
    strict: Annotated[
        bool, typer.Option("--strict", rich_help_panel=STOP, help="Write nothing if anything would be lost.")
    ] = False
    allow: Annotated[
        list[str] | None,
        typer.Option(
            "--allow",
            metavar="CODE",
            parser=_code,
            autocompletion=_codes,
            rich_help_panel=STOP,
            help="With --strict, a loss to accept all the same; may be given several times.",
        ),
    ] = None
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            rich_help_panel=STOP,
            help="Write over a lock or requirements of the target that are there already.",
        ),
    ] = False
    keep: Annotated[
        bool, typer.Option("--keep", rich_help_panel=WRITE, help="Leave the source's files beside the target's.")
    ] = False
    manifest_only: Annotated[
        bool,
        typer.Option("--manifest-only", rich_help_panel=WRITE, help="Convert what is declared and write no lock."),
    ] = False
    build_backend: Annotated[
        str | None,
        typer.Option(
            "--build-backend",
            metavar="NAME",
            parser=_backend,
            autocompletion=_backends,
            rich_help_panel=WRITE,
            help="Build by another backend: hatchling, uv_build, poetry-core, setuptools; else the old one stays.",
        ),
    ] = None
    workspace: Annotated[
        bool,
        typer.Option(
            "--workspace",
            rich_help_panel=WRITE,
            help="With uv as the target, make a workspace of the project's editable folders; else these stay paths.",
        ),
    ] = False
    from_environment: Annotated[
        str | None,
        typer.Option(
            "--from-environment",
            metavar="PYTHON",
            rich_help_panel=WRITE,
            help="Take what the source does not pin from what is installed for this Python, or in this environment.",
        ),
    ] = None
    resolve: Annotated[
        bool,
        typer.Option(
            "--resolve",
            rich_help_panel=WRITE,
            help="Let the target's own tool, found on PATH, lock what the source does not pin; its pins stay. The tool"
            " works in a copy and may run build backends.",
        ),
    ] = False
    verify_with_tool: Annotated[
        bool,
        typer.Option(
            "--verify-with-tool",
            rich_help_panel=STOP,
            help="Ask the target's own tool, found on PATH, whether it takes what is planned. It works in a copy of the"
            " project and may run build backends.",
        ),
    ] = False
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", rich_help_panel=DECIDE, help="The project's name, if no file says it."),
    ] = None
    python: Annotated[
        str | None,
        typer.Option(
            "--python", metavar="X.Y", rich_help_panel=DECIDE, help="The Python version that the project is for."
        ),
    ] = None
    platform: Annotated[
        str | None,
        typer.Option(
            "--platform",
            metavar="NAME",
            rich_help_panel=DECIDE,
            help="The platform to convert for, such as linux-x86_64, if the target has room for one only.",
        ),
    ] = None
    no_upsun: Annotated[
        bool, typer.Option("--no-upsun", rich_help_panel=UPSUN, help="Leave the Upsun configuration as it is.")
    ] = False
    upsun_only: Annotated[
        bool,
        typer.Option(
            "--upsun-only",
            rich_help_panel=UPSUN,
            help="Change the Upsun configuration alone; manifest and lock are taken as converted.",
        ),
    ] = False
    tool_version: Annotated[
        list[str] | None,
        typer.Option(
            "--tool-version",
            metavar="TOOL=VERSION",
            rich_help_panel=UPSUN,
            help="Pin the target's tool, as in poetry=2.5.1; it is pinned where the source's was.",
        ),
    ] = None
    path_not_prefix: Annotated[
        bool,
        typer.Option(
            "--path-not-prefix",
            rich_help_panel=UPSUN,
            help="Put .venv/bin on PATH in the build hook; commands get no prefix such as `uv run`.",
        ),
    ] = False
    offline: Annotated[
        bool, typer.Option("--offline", rich_help_panel=ASK, help="Ask no package index; use what is cached.")
    ] = False
    index_map: Annotated[
        list[str] | None,
        typer.Option(
            "--index-map",
            metavar="FROM=TO",
            parser=_mapped,
            rich_help_panel=ASK,
            help="Ask the index FROM at the address TO; may be given several times.",
        ),
    ] = None
    write_index: Annotated[
        Written,
        typer.Option(
            "--write-index",
            metavar="WHICH",
            rich_help_panel=ASK,
            help="With --index-map, the address to write: project (FROM) or mirror (TO).",
        ),
    ] = Written.PROJECT
    record: Annotated[
        str | None,
        typer.Option(
            "--record", metavar="FILE", rich_help_panel=ASK, help="Ask anew, and keep in this file what the index said."
        ),
    ] = None
    replay: Annotated[
        str | None,
        typer.Option(
            "--replay", metavar="FILE", rich_help_panel=ASK, help="Ask no package index; use what --record kept."
        ),
    ] = None
    full: Annotated[
        bool, typer.Option("--full", rich_help_panel=SHOW, help="With --dry-run on a terminal, show locks whole.")
    ] = False
    as_json: Annotated[
        bool, typer.Option("--json", rich_help_panel=SHOW, help="Print the result as JSON (docs/json.md) on stdout.")
    ] = False
    summary: Annotated[
        str | None,
        typer.Option(
            "--summary",
            metavar="FILE",
            rich_help_panel=SHOW,
            help="Write a summary in Markdown (`-`: to stdout), for a commit message or a pull request.",
        ),
    ] = None
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", rich_help_panel=SHOW, help="Say nothing on stderr but why it stopped.")
    ] = False
    color: Annotated[
        Color, typer.Option("--color", metavar="WHEN", rich_help_panel=SHOW, help="Use colour: auto, always or never.")
    ] = Color.AUTO


def check_together(asked: Asked) -> None:
    """Raise UsageError for options that contradict each other or would have no effect."""
    modes = {"--dry-run": asked.dry_run, "--check": asked.check, "--patch": asked.patch is not None}
    chosen = [name for name, given in modes.items() if given]
    results = {"--json": asked.as_json, "--patch -": asked.patch == "-", "--summary -": asked.summary == "-"}
    printed = [name for name, given in results.items() if given]
    for found, why in ((chosen, "are different things to do"), (printed, "cannot both go to stdout")):
        if len(found) > 1:
            raise UsageError(f"{' and '.join(found)} {why}", remedy="choose one")
    sources = {"--offline": asked.offline, "--record": asked.record is not None, "--replay": asked.replay is not None}
    if len(told := [name for name, given in sources.items() if given]) > 1:
        raise UsageError(f"{' and '.join(told)} contradict each other", remedy="choose one")
    against = {"--offline": asked.offline, "--replay": asked.replay is not None, "--manifest-only": asked.manifest_only}
    if asked.resolve and (told := [name for name, given in against.items() if given]):
        raise UsageError(f"--resolve and {told[0]} contradict each other", remedy="choose one")
    if asked.write_index is Written.MIRROR and not asked.index_map:
        raise UsageError("--write-index mirror has no effect without --index-map", remedy="say which mirror")
    if asked.write_index is Written.MIRROR and any(masked(text) != text for text in asked.index_map or ()):
        raise UsageError("--write-index mirror would write a password", remedy="put a ${VARIABLE} in its place")
    if asked.no_upsun and asked.upsun_only:
        raise UsageError("--no-upsun and --upsun-only contradict each other", remedy="choose one")
    if asked.allow and not asked.strict:
        raise UsageError("--allow has no effect without --strict", remedy="add --strict, or leave it out")
