"""How many packages and hashes a conversion read and wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from converter.cli.outcome import Outcome

if TYPE_CHECKING:
    from converter.model import Artifact, Project

Hashed = tuple[str, str]  # a package's name and one of its hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Packages in the source's and the target's lock; hashes in the source's, of these in the target's, and new."""

    packages_before: int
    packages_after: int
    hashes_before: int
    hashes_carried: int
    hashes_adopted: int


def counts_of(outcome: Outcome) -> Counts | None:
    """The counts, None where the conversion did not get as far as a target or has no lock."""
    done = outcome.conversion
    if done is None or done.before is None or done.before.lock is None or done.after is None or done.after.lock is None:
        return None
    before, after = _hashes(done.before), {(name, value) for (name, value), _ in _artifacts(done.after)}
    return Counts(
        packages_before=_packages(done.before),
        packages_after=_packages(done.after),
        hashes_before=len(before),
        hashes_carried=len(before & after),
        hashes_adopted=len(after - before),
    )


def _packages(project: Project) -> int:
    """How many a lock holds beside the project itself, which some formats list and others do not."""
    from converter.model import Directory

    sources = (package.id.source for package in (project.lock.packages if project.lock else ()))
    return sum(not (isinstance(source, Directory) and source.path == ".") for source in sources)


def _hashes(project: Project) -> set[Hashed]:
    """Those that the source itself vouches for."""
    from converter.model import Origin

    return {hashed for hashed, artifact in _artifacts(project) if artifact.origin is Origin.VETTED}


def _artifacts(project: Project) -> Iterator[tuple[Hashed, Artifact]]:
    packages = project.lock.packages if project.lock else ()
    return (((p.name, h), artifact) for p in packages for artifact in p.artifacts for h in artifact.hashes)
