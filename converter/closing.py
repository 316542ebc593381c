"""Is a source a lock at all? Where its tool adds what the lock lacks (pip does), one that is not whole is none.

A target's tool adds nothing, so a lock converted from such a source would start a broken program. Requirements files
are made for one interpreter and seldom say which: where the range was only believed, it ends where the lock does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from packaging.specifiers import SpecifierSet

from converter import markers
from converter.interpreter import MINORS, admits
from converter.losses import Kind, Loss, Lossy
from converter.model import Project

Close = Callable[[Project], Lossy[Project]]
"""Closes the lock of a project whose edges are known, and tells as `not-closed` what it lacks."""


def closed(project: Project, told: Iterable[Loss], close: Close) -> Lossy[Project]:
    """The closed project, for the interpreters for which its lock is whole.

    `told` are the losses so far: which entries are not pinned, and whether the Python range was only believed. Where
    the lock is whole for no interpreter of the range: `incomplete` (STOP) for each package that is missing.
    """
    told = tuple(told)
    unpinned = frozenset(name for loss in told if loss.kind is Kind.UNPINNED for name in loss.packages)
    believed = any(loss.kind in (Kind.PYTHON_BELIEVED, Kind.PYTHON_UNKNOWN) for loss in told)
    admitted = _admitted(project)
    fitting = [minor for minor in admitted if not (believed and _refuses(project, minor))] or list(admitted)
    done = _for(project, project.requires_python, close, unpinned)
    if not any(_missing(done)) and fitting == list(admitted):
        return done
    by_minor = {minor: _for(project, SpecifierSet(f"=={minor}.*"), close, unpinned) for minor in fitting}
    whole = [minor for minor, one in by_minor.items() if not any(_missing(one))]
    if not whole:
        return _refused(min(reversed([*by_minor.values(), done]), key=lambda one: len(list(_missing(one)))))
    if not believed:
        return done
    stretch = _range(admitted, whole)
    detail = f"{stretch}, for which the lock holds all that its packages need"
    note = Loss(kind=Kind.PYTHON_BELIEVED, where="the lock's packages", detail=detail)
    ranged = _for(project, stretch, close, unpinned)
    return Lossy(ranged.value, (note, *ranged.losses))


def _refuses(project: Project, minor: str) -> bool:
    """Whether a package that is installed there does not admit an interpreter."""
    care = markers.python(f"=={minor}.*")
    packages = project.lock.packages if project.lock else ()
    refusing = (p for p in packages if p.requires_python is not None and not admits(p.requires_python, minor))
    return any(not (marker & care).is_empty() for package in refusing for marker in package.when.values())


def _for(project: Project, pythons: SpecifierSet | None, close: Close, unpinned: frozenset[str]) -> Lossy[Project]:
    """The project closed for a range, but for what is missing because it is not pinned, which was told."""
    done = close(replace(project, requires_python=pythons))
    losses = (loss for loss in done.losses if not (loss.kind is Kind.NOT_CLOSED and loss.where in unpinned))
    return Lossy(done.value, tuple(losses))


def _admitted(project: Project) -> tuple[str, ...]:
    stated = project.requires_python
    return MINORS if stated is None else tuple(minor for minor in MINORS if admits(stated, minor))


def _range(admitted: tuple[str, ...], whole: list[str]) -> SpecifierSet:
    """The longest stretch of interpreters for which the lock is whole, the newest of equal ones."""
    stretches: list[list[str]] = [[]]
    for minor in admitted:
        if minor in whole:
            stretches[-1].append(minor)
        elif stretches[-1]:
            stretches.append([])
    longest = max(stretches, key=lambda stretch: (len(stretch), [admitted.index(minor) for minor in stretch]))
    after = admitted[admitted.index(longest[-1]) + 1 :]
    return SpecifierSet(f">={longest[0]}" + (f",<{after[0]}" if after else ""))


def _missing(done: Lossy[Project]) -> Iterator[Loss]:
    return (loss for loss in done.losses if loss.kind is Kind.NOT_CLOSED)


def _refused(done: Lossy[Project]) -> Lossy[Project]:
    stops = (replace(loss, kind=Kind.INCOMPLETE) if loss.kind is Kind.NOT_CLOSED else loss for loss in done.losses)
    return Lossy(done.value, tuple(stops))
