"""A case: a Markdown file with a project's files, command lines, and exactly what each leaves.

Fenced blocks carry a case, all else is prose:

- `file PATH`: a file as it is from here on (`file-latin-1 PATH` is written in that encoding).
- `command`: one command line; words of the form `NAME=value` before it set variables.
- after a command: `stdout`, `stderr`, `exit` (left out where empty, or 0); then `now PATH` for each file that the
  command made or changed, and `gone PATH` for each that it removed. A file that is not named is as it was.

The folder of the project reads `<project>`; the undo records and caches are outside of it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

RESULTS = frozenset(["stdout", "stderr", "exit", "now", "gone"])
NO_NEWLINE = "\\ no newline at the end"

Run = Callable[[Sequence[str], Mapping[str, str], Path], tuple[int, bytes, bytes]]
"""Runs `pm-convert` with these words and variables in this folder: the exit code, stdout, stderr."""

_NOWHERE = "http://127.0.0.1:9"  # nothing listens there: a case that asks a network does not pass by luck
_PARTS = re.compile(r"^```(?P<info>\S[^\n]*)\n(?P<body>.*?)^```$\n?", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block, or prose where `kind` is empty."""

    kind: str
    name: str
    body: str

    def __str__(self) -> str:
        """As it stands in the file."""
        return f"```{' '.join(filter(None, [self.kind, self.name]))}\n{self.body}```\n" if self.kind else self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A command that was run: its words, what it printed, and the whole case so far as it would be written."""

    command: str
    stdout: str


def blocks(text: str) -> Iterator[Block]:
    """The parts of a case in order."""
    at = 0
    for match in _PARTS.finditer(text):
        if match.start() > at:
            yield Block(kind="", name="", body=text[at : match.start()])
        kind, _, name = match["info"].partition(" ")
        yield Block(kind=kind, name=name, body=match["body"])
        at = match.end()
    if at < len(text):
        yield Block(kind="", name="", body=text[at:])


def replayed(text: str, folder: Path, run: Run) -> tuple[str, list[Done]]:
    """The case as it must read, and what was run."""
    project = folder / "project"
    project.mkdir()
    written: list[str] = []
    done: list[Done] = []
    after_command = False
    for block in blocks(text):
        if after_command and (block.kind in RESULTS or not str(block).strip()):
            continue
        written.append(f"\n{str(block).lstrip()}" if after_command else str(block))
        after_command = block.kind == "command"
        if block.kind.startswith("file"):
            _write(project / block.name, block)
        elif after_command:
            results = list(_results(block.body, folder, run))
            done.append(Done(command=block.body, stdout="".join(b.body for b in results if b.kind == "stdout")))
            written += [f"\n{result}" for result in results]
    return "".join(written), done


def _write(path: Path, block: Block) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(block.body.encode(block.kind.removeprefix("file-") if block.kind != "file" else "utf-8"))


def _results(line: str, folder: Path, run: Run) -> Iterator[Block]:
    project = folder / "project"
    before = _files(project)
    words = shlex.split(line)
    variables = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
    words = words[len(variables) :]
    assert words[0] == "pm-convert", line
    environment = {
        "HOME": str(folder),
        "PM_CONVERT_STATE": str(folder / "state"),
        "PM_CONVERT_CACHE": str(folder / "cache"),
        "COLUMNS": "80",
        "LC_ALL": "C.UTF-8",
        "HTTP_PROXY": _NOWHERE,
        "HTTPS_PROXY": _NOWHERE,
        **variables,
    }
    code, stdout, stderr = run(words[1:], environment, project)
    for kind, output in (("stdout", stdout), ("stderr", stderr)):
        if output:
            yield Block(kind=kind, name="", body=_text(output).replace(str(project), "<project>"))
    if code:
        yield Block(kind="exit", name="", body=f"{code}\n")
    yield from _changes(before, _files(project))


def _files(project: Path) -> Mapping[str, bytes]:
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in project.rglob("*") if path.is_file()}


def _changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Block]:
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield Block(kind="gone", name=name, body="")
        elif before.get(name) != after[name]:
            yield Block(kind="now", name=name, body=_text(after[name]))


def _text(data: bytes) -> str:
    text = data.decode(errors="backslashreplace")
    return text if text.endswith("\n") or not text else f"{text}\n{NO_NEWLINE}\n"
