"""Which wheels uv leaves out of a lock: those that nothing the project is for can use.

Source: `is_wheel_unreachable_for_marker` in `uv-resolver/src/lock/mod.rs` and `matches_wheel_tag` in
`uv-distribution-types/src/requires_python.rs`. A tag that is not known keeps its wheel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache, reduce
from operator import or_

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from converter.formats.uv.ordering import Bounds
from converter.losses import Kind, Loss
from converter.markers import EMPTY, Marker, parse
from converter.model import Artifact, Package, Registry

_WHEEL = re.compile(r".+?-.+?(?:-\d[^-]*)?-(?P<python>[^-]+)-(?P<abi>[^-]+)-(?P<platform>[^-]+)\.whl")
_LANGUAGE = re.compile(r"(?P<kind>py|cp|pp|graalpy|pyston|pt)(?P<major>\d)(?P<minor>\d*)")
_ABI = re.compile(r"(?:cp|pypy|graalpy\d+_)(?P<major>\d)(?P<minor>\d*).*")
_ARCHITECTURES = {
    "arm": ("aarch64", "arm64", "ARM64"),
    "x86_64": ("x86_64", "amd64", "AMD64"),
    "x86": ("i686", "i386", "win32", "x86"),
    "ppc64le": ("ppc64le",),
    "ppc64": ("ppc64",),
    "s390x": ("s390x",),
    "riscv64": ("riscv64",),
    "loongarch64": ("loongarch64",),
    "armv7l": ("armv7l", "armv8l"),
    "armv6l": ("armv6l",),
}
_SUFFIXES = {
    "_aarch64": "arm",
    "_arm64": "arm",
    "_arm64_v8a": "arm",
    "_x86_64": "x86_64",
    "_amd64": "x86_64",
    "_i686": "x86",
    "_i386": "x86",
    **{f"_{name}": name for name in ("ppc64le", "ppc64", "s390x", "riscv64", "loongarch64", "armv7l", "armv6l")},
}
_SYSTEMS = {
    "linux": "os_name == 'posix' and sys_platform == 'linux'",
    "windows": "os_name == 'nt' and sys_platform == 'win32'",
    "macos": "os_name == 'posix' and sys_platform == 'darwin'",
    "android": "sys_platform == 'android'",
}
_OLD, _NEW = 2, 3
_MINOR = 2


def usable(filename: str, python: Bounds, needed: Marker) -> bool:
    """Whether an interpreter within these bounds can use the wheel on a platform where its package is needed."""
    match = _WHEEL.fullmatch(filename)
    if match is None:
        return True
    if not _for_python(match["python"], match["abi"], _minors(python)):
        return False
    platform = _platform(match["platform"])
    return platform is None or not (platform & needed).is_empty()


def usable_files(package: Package, python: Bounds, needed: Marker) -> tuple[Artifact, ...]:
    """The files of a package that uv.lock has room for; all of them where nothing could be installed otherwise."""
    wheels = [a for a in package.artifacts if (a.filename or "").endswith(".whl")]
    sdists = [a for a in package.artifacts if a not in wheels]
    readable = [a for a in sdists if is_readable(a.filename or "", package)]
    kept = [a for a in wheels if usable(a.filename or "", python, needed)]
    sdists = sorted(readable or ([] if kept else sdists), key=lambda a: a.filename or "")
    if not kept and not sdists:
        return package.artifacts
    return (*sdists[:1], *sorted(kept, key=lambda a: a.filename or ""))


def needless(before: Iterable[Package], after: Iterable[Package]) -> tuple[Loss, ...]:
    """One note for all the files that packages had before and have no more."""
    left = [(p.name, one.hashes - p.hashes) for one, p in zip(before, after, strict=True) if one.hashes - p.hashes]
    if not left:
        return ()
    names, count = frozenset(name for name, _ in left), sum(len(hashes) for _, hashes in left)
    words = f"{count} file{'s' * (count > 1)} of {len(names)} package{'s' * (len(names) > 1)}"
    hashes = frozenset().union(*(hashes for _, hashes in left))
    return (Loss(kind=Kind.FILE_NEEDLESS, where="uv.lock", detail=words, packages=names, hashes=hashes),)


_SDIST = re.compile(r"(?P<stem>.+?)\.(?:zip|tgz|tar(?:\.(?:gz|bz2|xz|zst|lzma))?)")


def is_readable(filename: str, package: Package) -> bool:
    """Whether uv knows a file of this name for what it is: a wheel, or an sdist that is called name-version."""
    if filename.endswith(".whl") or not isinstance(package.id.source, Registry):
        return True
    match = _SDIST.fullmatch(filename)
    if match is None:
        return False  # an egg, an installer
    stem = match["stem"]
    cuts = [at for at, character in enumerate(stem) if character == "-"]
    return any(canonicalize_name(stem[:at]) == package.name and _is_version(stem[at + 1 :]) for at in cuts)


def _is_version(text: str) -> bool:
    try:
        return bool(Version(text))
    except InvalidVersion:
        return False


Minors = tuple[int | None, int | None]
"""The lowest and the highest minor of Python 3 that counts."""


def _minors(python: Bounds) -> Minors:
    low, high = python
    lowest = (*low[0], 0)[1] if low and low[0][0] == _NEW else None
    if high is None or high[0][0] != _NEW:
        return lowest, None
    minor = (*high[0], 0)[1]
    return lowest, minor - 1 if len(high[0]) <= _MINOR and not high[1] else minor


@lru_cache(maxsize=1 << 12)
def _for_python(languages: str, abis: str, minors: Minors) -> bool:
    return any(_abi(abi, languages, minors) for abi in abis.split("."))


def _abi(abi: str, languages: str, minors: Minors) -> bool:
    if abi.startswith("abi3"):
        return True
    if abi == "none":
        return any(_language(language, minors) for language in languages.split("."))
    match = _ABI.fullmatch(abi)
    if match is None:
        return False  # one that uv does not know is of no use to it
    return int(match["major"]) != _OLD and _between(match["minor"], minors)


def _language(language: str, minors: Minors) -> bool:
    match = _LANGUAGE.fullmatch(language)
    if match is None:
        return True
    if int(match["major"]) == _OLD:
        return False
    lowest, highest = minors
    return _between(match["minor"], (None if match["kind"] == "py" else lowest, highest))


def _between(minor: str, minors: Minors) -> bool:
    lowest, highest = minors
    return not minor or ((lowest is None or int(minor) >= lowest) and (highest is None or int(minor) <= highest))


@lru_cache(maxsize=1 << 12)
def _platform(platforms: str) -> Marker | None:
    """Where a wheel for these platforms can be installed; `None` for anywhere, and for platforms that are not known."""
    tags = platforms.split(".")
    systems, architectures = {_system(tag) for tag in tags}, {_architecture(tag) for tag in tags}
    system = systems.pop() if len(systems) == 1 else None
    architecture = architectures.pop() if len(architectures) == 1 else None
    if system is None and architecture is None:
        return None
    where = parse(_SYSTEMS[system]) if system else ~EMPTY
    return where & _machines(_ARCHITECTURES[architecture]) if architecture else where


def _system(tag: str) -> str | None:
    if re.match(r"(many|musl)?linux\w*_", tag):
        return "linux"
    if tag == "win32" or tag.startswith("win_"):
        return "windows"
    return "macos" if tag.startswith("macosx_") else "android" if tag.startswith("android_") else None


def _architecture(tag: str) -> str | None:
    if tag == "win32":
        return "x86"
    return next((name for suffix, name in _SUFFIXES.items() if tag.endswith(suffix)), None)


def _machines(names: Iterable[str]) -> Marker:
    return reduce(or_, (parse(f"platform_machine == '{name}'") for name in names), EMPTY)
