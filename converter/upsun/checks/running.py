"""What runs after the build, on a disk that is read-only but for mounts and /tmp."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from packaging.utils import canonicalize_name

from converter.losses import Kind, Loss
from converter.upsun.checks.view import Step, View
from converter.upsun.entries import base_name
from converter.upsun.environment import FILE
from converter.upsun.hooks import is_install
from converter.upsun.recipes import MANAGERS, by_tool
from converter.upsun.scripts import Moment
from converter.upsun.versions import PYTHON_KEYS

_LEAVING_OUT = frozenset(["--no-dev", "--no-default-groups", "--no-group", "--only-group"])


def uv_run(seen: View) -> Iterator[Loss]:
    """`uv run` that installs what the build left out, or whose cache lies on the disk that is read-only."""
    for step in seen.at(Moment.RUN):
        if step.words[:2] != ("uv", "run"):
            continue
        if _syncs(seen, step):
            yield step.finding(Kind.RUN_SYNCS, "uv run installs the groups that the build left out")
        elif not _cache(seen, step):
            yield step.finding(Kind.RUN_SYNCS, "uv run writes its cache below /app")


def _syncs(seen: View, step: Step) -> bool:
    if step.options & {"--no-sync", *_LEAVING_OUT} or seen.set("UV_NO_SYNC") or seen.set("UV_NO_DEV"):
        return False
    built = [s for s in seen.at(Moment.BUILD) if s.words[:2] == ("uv", "sync")]
    grouped = re.search(r"(?m)^\[dependency-groups\]|^\s*dev-dependencies\s*=", seen.text("pyproject.toml") or "")
    return bool(grouped) and any(s.options & _LEAVING_OUT for s in built)


def _cache(seen: View, step: Step) -> bool:
    """Whether uv has a cache that it can write, or none."""
    if step.options & {"--no-cache", "-n", "--cache-dir"} or seen.set("UV_NO_CACHE"):
        return True
    place = seen.variables.get("UV_CACHE_DIR", "~/.cache/uv")
    return place.startswith(("/tmp", "$TMP")) or _mounted(seen, place)  # noqa: S108 a shell's


def _mounted(seen: View, place: str) -> bool:
    inner = re.sub(r"^(/app/|~/|\$HOME/|\$PLATFORM_APP_DIR/|\./)", "", place).strip("/")
    return any(inner == mount or inner.startswith(f"{mount}/") for mount in _mounts(seen))


def _mounts(seen: View) -> list[str]:
    mounts = seen.app.mapping.mapping("mounts")
    return [entry.key.value.strip("/") for entry in mounts.entries] if mounts else []


def late_installs(seen: View) -> Iterator[Loss]:
    """An install where nothing can be written."""
    for step in seen.at(Moment.RUN):
        manager = step.manager
        if (
            manager is not None
            and is_install(step.command, manager)
            and not step.options & {"--target", "-t", "--dry-run"}
        ):
            yield step.finding(Kind.INSTALL_LATE, f"{' '.join(step.words[:2])} in {step.script.name}")


def guards(seen: View) -> Iterator[Loss]:
    """A condition of `.environment` on a tool's version that nothing sets."""
    pins = {pin for manager in MANAGERS.values() for pin in manager.pins}
    for number, line in enumerate(seen.environment.splitlines(), 1):
        match = re.match(r"\s*if\s+\[\s+-n\s+\"?\$\{?(\w+)\}?\"?\s+\]", line)
        if match and match[1] in pins and not seen.variables.get(match[1]):
            where = f"{seen.app.path(FILE)}: line {number}"
            yield Loss(kind=Kind.GUARD_NEVER, where=where, detail=f"nothing sets {match[1]}")


def shadows(seen: View) -> Iterator[Loss]:
    """A global dependency that the app's own lock has too, in an app with an environment of its own."""
    locked = _locked(seen)
    for name, where in _globals(seen):
        if name in locked:
            yield Loss(kind=Kind.TOOL_SHADOWS, where=where, detail=name)


def alone(seen: View) -> Iterator[Loss]:
    """A global dependency that runs the app's code, where the app's packages are in an environment without it."""
    locked = _locked(seen)
    run = {canonicalize_name(word) for step in seen.at(Moment.RUN) for word in step.command.values[:_PREFIXED]}
    for name, where in _globals(seen):
        if name in run and name not in locked and _in_venv(seen):
            yield Loss(kind=Kind.GLOBAL_ALONE, where=where, detail=name)


_PREFIXED = 4
"""How many words hold the program, behind `uv run --no-sync` at most."""


def _in_venv(seen: View) -> bool:
    found = (step.manager for step in seen.at(Moment.BUILD) if step.manager and is_install(step.command, step.manager))
    return any(manager.venv for manager in found)


def _globals(seen: View) -> Iterator[tuple[str, str]]:
    """The global dependencies for Python but the managers, each with its place."""
    for key in PYTHON_KEYS:
        for entry in getattr(seen.app.mapping.mapping("dependencies", key), "entries", ()):
            if by_tool(base_name(entry.key.value)) is None:
                yield canonicalize_name(base_name(entry.key.value)), f"{seen.app.file}: line {entry.key.line}"


def _locked(seen: View) -> set[str]:
    """The names in the locks of the managers that the app uses and that have an environment."""
    locks = [m.lock for m in MANAGERS.values() if m.name in seen.managers and m.venv]
    text = "\n".join(seen.text(lock) or "" for lock in locks)
    return {canonicalize_name(name) for name in re.findall(r'(?m)^(?:name = "|\s+")([\w.-]+)"', text)}


def mounts(seen: View) -> Iterator[Loss]:
    """A mount for the cache of a manager that the app does not use."""
    used = {cache for name in seen.managers for cache in MANAGERS[name].caches}
    known = {cache for manager in MANAGERS.values() for cache in manager.caches} - used
    found = seen.app.mapping.mapping("mounts")
    for entry in found.entries if found else ():
        if entry.key.value.strip("/") in known:
            where = f"{seen.app.file}: line {entry.key.line}"
            yield Loss(kind=Kind.MOUNT_UNUSED, where=where, detail=entry.key.value)


Check = Callable[[View], Iterator[Loss]]

RUNNING: tuple[Check, ...] = (uv_run, late_installs, guards, shadows, alone, mounts)
"""The checks of what runs."""
