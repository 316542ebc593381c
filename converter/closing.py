"""Is a source a lock at all? Where its tool adds what the lock lacks (pip does), one that is not whole is none.

A target's tool adds nothing, so a lock converted from such a source would start a broken program. Requirements files
are made for one interpreter and seldom say which: where the range was only believed, it ends where the lock does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from packaging.specifiers import SpecifierSet

from converter.interpreter import MINORS, admits
from converter.losses import Kind, Loss, Lossy
from converter.model import Project

Complete = Callable[[Project], Lossy[Project]]
"""Completes the lock of a project, and tells as `not-closed` what it lacks."""


def closed(project: Project, told: Iterable[Loss], complete: Complete) -> Lossy[Project]:
    """The completed project, for the interpreters for which its lock is whole.

    `told` are the losses so far: which entries are not pinned, and whether the Python range was only believed. Where
    the lock is whole for no interpreter of the range: `incomplete` (STOP) for each package that is missing.
    """
    told = tuple(told)
    unpinned = frozenset(name for loss in told if loss.kind is Kind.UNPINNED for name in loss.packages)
    done = complete(project)
    if not any(_missing(done.losses, unpinned)):
        return Lossy(done.value, tuple(_others(done.losses, unpinned)))
    believed = any(loss.kind in (Kind.PYTHON_BELIEVED, Kind.PYTHON_UNKNOWN) for loss in told)
    whole = [minor for minor in _admitted(project) if _is_whole(project, minor, complete, unpinned)]
    if not whole:
        return Lossy(done.value, tuple(_refused(done.losses, unpinned)))
    if not believed:
        return Lossy(done.value, tuple(_others(done.losses, unpinned)))
    return _for_range(project, _range(_admitted(project), whole), complete, unpinned)


def _for_range(project: Project, stretch: SpecifierSet, complete: Complete, unpinned: frozenset[str]) -> Lossy[Project]:
    done = complete(replace(project, requires_python=stretch))
    detail = f"{stretch}, for which the lock holds all that its packages need"
    note = Loss(kind=Kind.PYTHON_BELIEVED, where="the lock's packages", detail=detail)
    return Lossy(done.value, (note, *_others(done.losses, unpinned)))


def _admitted(project: Project) -> tuple[str, ...]:
    stated = project.requires_python
    return MINORS if stated is None else tuple(minor for minor in MINORS if admits(stated, minor))


def _is_whole(project: Project, minor: str, complete: Complete, unpinned: frozenset[str]) -> bool:
    done = complete(replace(project, requires_python=SpecifierSet(f"=={minor}.*")))
    return not any(_missing(done.losses, unpinned))


def _range(admitted: tuple[str, ...], whole: list[str]) -> SpecifierSet:
    """The longest stretch of interpreters for which the lock is whole, the newest of equal ones."""
    stretches: list[list[str]] = [[]]
    for minor in admitted:
        if minor in whole:
            stretches[-1].append(minor)
        elif stretches[-1]:
            stretches.append([])
    longest = max(stretches, key=lambda stretch: (len(stretch), stretch))
    after = admitted[admitted.index(longest[-1]) + 1 :]
    return SpecifierSet(f">={longest[0]}" + (f",<{after[0]}" if after else ""))


def _missing(losses: Iterable[Loss], unpinned: frozenset[str]) -> Iterator[Loss]:
    return (loss for loss in losses if loss.kind is Kind.NOT_CLOSED and loss.where not in unpinned)


def _others(losses: Iterable[Loss], unpinned: frozenset[str]) -> Iterator[Loss]:
    """The losses but for what is missing because it is not pinned, which was told."""
    return (loss for loss in losses if not (loss.kind is Kind.NOT_CLOSED and loss.where in unpinned))


def _refused(losses: Iterable[Loss], unpinned: frozenset[str]) -> Iterator[Loss]:
    for loss in _others(losses, unpinned):
        yield replace(loss, kind=Kind.INCOMPLETE) if loss.kind is Kind.NOT_CLOSED else loss
