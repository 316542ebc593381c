"""Values in, values out: what touches the world outside is kept to the rooms that are there for it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.architecture.source import Module, module, names_used, project_modules


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    names: frozenset[str]
    rooms: frozenset[str]

    def outside(self, source: Module) -> list[str]:
        """Each use of one of the names, or of what hangs on it, in a module that is not in one of the rooms."""
        if source.room in self.rooms:
            return []
        return sorted({f"{source.path}:{line}: {name}" for line, name in names_used(source.tree) if self.covers(name)})

    def covers(self, name: str) -> bool:
        return any(name == covered or name.startswith(f"{covered}.") for covered in self.names)


EFFECTS = {
    "prints or exits": Effect(
        names=frozenset(
            [
                "print",
                "exit",
                "quit",
                "SystemExit",
                "sys.exit",
                "sys.stdout",
                "sys.stderr",
                "os._exit",
                "typer.echo",
                "typer.secho",
                "typer.Exit",
                "rich.print",
                "builtins.print",
            ]
        ),
        rooms=frozenset(["__main__", "cli"]),
    ),
    "starts a process": Effect(
        names=frozenset(
            [
                "subprocess",
                "os.system",
                "os.popen",
                "os.posix_spawn",
                "os.fork",
                "pty",
                "asyncio.create_subprocess_exec",
                "asyncio.create_subprocess_shell",
            ]
        ),
        rooms=frozenset(["accept", "git", "index"]),
    ),
    "reads the environment": Effect(
        names=frozenset(["os.environ", "os.environb", "os.getenv", "os.getenvb"]),
        rooms=frozenset(["__main__", "cli", "index"]),
    ),
    "opens a connection": Effect(
        names=frozenset(["socket", "urllib.request", "http.client", "asyncio.open_connection", "ftplib", "smtplib"]),
        rooms=frozenset(["index"]),
    ),
}


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect_stays_in_its_rooms(effect: str) -> None:
    assert [use for source in project_modules() for use in EFFECTS[effect].outside(source)] == []


@pytest.mark.parametrize(
    ("effect", "text"),
    [
        ("prints or exits", "print('x')"),
        ("prints or exits", "show = print"),
        ("prints or exits", "import sys\nsys.exit(1)"),
        ("prints or exits", "import sys as s\ns.stdout.write('x')"),
        ("prints or exits", "from sys import exit as leave\nleave(1)"),
        ("prints or exits", "def stop():\n    raise SystemExit(1)"),
        ("prints or exits", "from typer import Exit"),
        ("starts a process", "import subprocess"),
        ("starts a process", "def f():\n    from subprocess import run"),
        ("starts a process", "import os\nos.system('ls')"),
        ("reads the environment", "import os\nHOME = os.environ['HOME']"),
        ("reads the environment", "from os import environ"),
        ("reads the environment", "import os as o\no.getenv('HOME')"),
        ("opens a connection", "import urllib.request"),
        ("opens a connection", "from urllib import request"),
        ("opens a connection", "import asyncio\nasyncio.open_connection('h', 1)"),
    ],
)
def test_an_effect_elsewhere_is_found(effect: str, text: str) -> None:
    assert EFFECTS[effect].outside(module("formats/pipenv/parse.py", text)) != []


def test_an_effect_in_its_room_and_a_likely_name_elsewhere_are_no_finding() -> None:
    assert EFFECTS["prints or exits"].outside(module("cli/app.py", "print('x')")) == []
    assert EFFECTS["starts a process"].outside(module("git.py", "import subprocess")) == []
    assert EFFECTS["prints or exits"].outside(module("plan.py", "def f(printer):\n    printer.print()")) == []
    assert EFFECTS["opens a connection"].outside(module("model.py", "from urllib.parse import urlsplit")) == []
