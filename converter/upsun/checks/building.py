"""What a build needs: the lock where it is looked for, a tool that reads it, a Python that the project admits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from converter.losses import Kind, Loss
from converter.upsun.apps import stack_items
from converter.upsun.checks.view import Step, View
from converter.upsun.document import Scalar
from converter.upsun.hooks import is_install
from converter.upsun.recipes import MANAGERS, Manager
from converter.upsun.scripts import Moment, scripts
from converter.upsun.tools import by_name, names
from converter.upsun.versions import below

_STRICT = frozenset(["--deploy", "--locked", "--frozen", "sync"])
_LOCK_VERSIONS = (
    ("poetry", r'(?m)^lock-version = "2\.[1-9]', "2.0"),
    ("pdm", r'(?m)^lock_version = "4\.5', "2.17"),
    ("uv", r"(?m)^version = 1$", "0.4"),
)
"""What a lock's own text says of the oldest tool that reads it: Poetry 1 passes over half of a 2.1 lock."""


def locks(seen: View) -> Iterator[Loss]:
    """A hook that installs by a manager whose lock is absent, ignored by git, or outside of the app."""
    for step in seen.at(Moment.BUILD):
        manager = step.manager
        if manager is None or not is_install(step.command, manager):
            continue
        for lock in _files(step) if not manager.tool else (manager.lock,):
            yield from _lock(seen, step, manager, lock)


def includes(seen: View) -> Iterator[Loss]:
    """A script in a file that is not there."""
    for script in scripts(seen.tree, seen.app):
        if script.scalar is None and script.file not in seen.tree:
            where = f"{seen.app.file}: line {script.entry.key.line}"
            yield Loss(kind=Kind.INCLUDE_ABSENT, where=where, detail=f"{script.name} is in {script.file}")


def _files(step: Step) -> Iterator[str]:
    """The files that pip is told to install from."""
    for name, value in zip(step.words, (*step.words[1:], ""), strict=True):
        if name in {"-r", "--requirement"}:
            yield value
        elif name.startswith(("-r", "--requirement=")):
            yield name.removeprefix("--requirement=").removeprefix("-r")


def _lock(seen: View, step: Step, manager: Manager, lock: str) -> Iterator[Loss]:
    if not lock or "$" in lock or lock.startswith(("/", "http")) or "://" in lock:
        return
    if seen.there(lock):
        if line := _ignored(seen, lock):
            yield step.finding(Kind.LOCK_IGNORED, f"{seen.app.path(lock)} is ignored by {line}")
        return
    outside = next((str(p / lock) for p in seen.app.root.parents if str(p / lock) in seen.tree), "")
    if outside and manager.tool:
        yield step.finding(Kind.LOCK_OUTSIDE, f"{outside} is not below {seen.app.root}")
        return
    fails = not manager.tool or bool(_STRICT & {*step.words}) or not _manifest(seen, manager)
    kind = Kind.LOCK_ABSENT if fails else Kind.UNLOCKED
    yield step.finding(kind, f"{' '.join(step.words[:2])} needs {seen.app.path(lock)}, which is not there")


def _manifest(seen: View, manager: Manager) -> bool:
    return seen.there("Pipfile" if manager.name == "pipenv" else "pyproject.toml")


def _ignored(seen: View, lock: str) -> str:
    """The line of a .gitignore that keeps a file from git, empty where none does. gitignore(5), without `**`."""
    path = PurePosixPath(seen.app.path(lock))
    found = ""
    for folder in (*reversed(path.parents),):
        inner = str(path.relative_to(folder))
        lines = (seen.tree.text(folder / ".gitignore") or "").splitlines()
        for number, line in enumerate(lines, 1):
            pattern = line.strip().removeprefix("!")
            if pattern and not pattern.startswith("#") and _matches(inner, path.name, pattern):
                found = "" if line.strip().startswith("!") else f"{folder / '.gitignore'}: line {number}"
    return found


def _matches(inner: str, name: str, pattern: str) -> bool:
    if "/" in pattern.rstrip("/"):
        return fnmatchcase(inner, pattern.strip("/"))
    return not pattern.endswith("/") and fnmatchcase(name, pattern)


def tool_versions(seen: View) -> Iterator[Loss]:
    """A tool that is pinned to a version which cannot read the lock."""
    for name, pattern, floor in _LOCK_VERSIONS:
        manager = MANAGERS[name]
        if not re.search(pattern, seen.text(manager.lock) or ""):
            continue
        listed = [(n.value, n.line) for m, n in by_name(seen.app) if m is manager and isinstance(n, Scalar)]
        pins = [(seen.variables[pin], 0) for pin in manager.pins if pin in seen.variables]
        for version, line in (*listed, *pins):
            if below(version, floor):
                where = f"{seen.app.file}: line {line}" if line else seen.app.place
                detail = f"{manager.tool} {version} cannot read {manager.lock}, {floor} and newer can"
                yield Loss(kind=Kind.TOOL_OLD, where=where, detail=detail)


def tool_absent(seen: View) -> Iterator[Loss]:
    """A command of a tool that no dependency, stack or bootstrap line installs; the first of each tool."""
    there = {manager.name for manager, _ in by_name(seen.app)}
    hook = "\n".join({step.script.text for step in seen.at(Moment.BUILD)})
    told: set[str] = set()
    for step in seen.at(Moment.BUILD, Moment.RUN):
        manager = step.manager
        if manager is None or not manager.tool or manager.name in {*there, *told}:
            continue
        told.add(manager.name)
        if not _brought(seen, manager, hook):
            yield step.finding(Kind.TOOL_ABSENT, f"nothing installs {manager.tool}")


def _brought(seen: View, manager: Manager, hook: str) -> bool:
    """Whether something else may install a tool: the stack, a line of the hook, a script that it calls."""
    if any(names(item, manager) for item in stack_items(seen.app.mapping)):
        return True
    lines = [line for line in hook.splitlines() if not line.lstrip().startswith("#")]
    bootstrap = rf"(?:install|curl|wget|get-|pipx|nix|brew)[^\n]*{manager.tool}|{manager.tool}[^\n]*install"
    own = rf"^\s*{manager.tool}\s"
    return any(re.search(bootstrap, line) and not re.match(own, line) for line in lines)


def python(seen: View) -> Iterator[Loss]:
    """An app on a Python that its project does not admit."""
    on = seen.app.python
    if on is None or not on[0]:
        return
    for file, stated in _stated(seen):
        try:
            outside = not SpecifierSet(stated).contains(Version(f"{on[0]}.99" if on[0].count(".") == 1 else on[0]))
        except (InvalidSpecifier, InvalidVersion):
            continue
        if outside:
            where = f"{seen.app.file}: line {on[1].line}"
            yield Loss(kind=Kind.TYPE_OUTSIDE, where=where, detail=f"Python {on[0]}, where {file} states {stated}")


def _stated(seen: View) -> Iterator[tuple[str, str]]:
    """The Python ranges that the project's files state, by their file; what only Poetry spells is left to it."""
    import rtoml

    for file, keys in (("pyproject.toml", ("project", "requires-python")), ("Pipfile", ("requires", "python_version"))):
        try:
            found: object = rtoml.loads(seen.text(file) or "")
        except rtoml.TomlParsingError:  # whoever owns the file says what is wrong with it
            continue
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, str) and file != "Pipfile":
            yield file, found
        elif isinstance(found, str) and any(step.words[0] == "pipenv" for step in seen.steps):
            yield file, f"=={found}.*"


def unguarded(seen: View) -> Iterator[Loss]:
    """An install that is not the hook's last command and has no `set -e` above it."""
    steps = list(seen.at(Moment.BUILD))
    guards = (
        n
        for n, step in enumerate(steps)
        if step.words[0] == "set" and re.search(r" -\w*e| -o errexit", " ".join(step.words))
    )
    guard = next(guards, len(steps))
    for number, step in enumerate(steps[:-1]):
        if number < guard and step.manager and is_install(step.command, step.manager):
            yield step.finding(Kind.INSTALL_UNGUARDED, " ".join(step.words[:2]))
            return


Check = Callable[[View], Iterator[Loss]]

BUILDING: tuple[Check, ...] = (includes, locks, tool_versions, tool_absent, python, unguarded)
"""The checks of a build."""
