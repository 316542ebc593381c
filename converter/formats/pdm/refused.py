"""Pins that PDM's own lock command would not choose again: releases whose Requires-Python leaves part of the range out.

PDM installs what its lock holds, but its resolver takes a release only where its Requires-Python covers every Python of
the project (but for a `<4`), those to come as well. Those that `overrides` name are taken all the same. Source:
`BaseProvider.get_dependencies` and `PySpecSet.is_superset` of PDM 2.29; tried with a release that refuses 3.14.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_

from converter import markers
from converter.losses import Kind, Loss
from converter.markers import EMPTY, Marker
from converter.model import Lock, Package, Project, Registry

_LAST = markers.python("<4")


def refused(project: Project, lock: Lock, care: Marker, where: str) -> Iterator[Loss]:
    """One NOTE, at the file `where`, that names them; `care` are the environments that the project is for."""
    forced = {requirement.name for requirement in project.overrides}
    released = (p for p in lock.packages if isinstance(p.id.source, Registry) and p.name not in forced)
    found = [package for package in released if _short(package, care)]
    if found:
        named = ", ".join(f"{package.name} {package.id.version or ''}".strip() for package in found)
        names = frozenset(package.name for package in found)
        yield Loss(kind=Kind.RELOCK_MOVES, where=where, detail=named, packages=names)


def _short(package: Package, care: Marker) -> bool:
    """Whether it is installed on a Python that it refuses."""
    wanted = package.requires_python
    if wanted is None:
        return False
    installed = reduce(or_, package.when.values(), EMPTY) & care & _LAST
    return not (installed & ~markers.python(str(wanted))).is_empty()
