"""Whether PDM, walking the edges of a lock itself, would install exactly what the lock is meant to install.

An entry has one marker for all its groups. Where scopes need a package under different conditions, PDM's own lock
(`inherit_metadata`, its default) installs it for all of them where any needs it. Without that strategy an entry says
neither groups nor marker: `pdm sync` resolves from the requirements of the groups that are asked for, over the
entries' dependencies (`resolve_from_lockfile` in `pdm.cli.actions`), which keeps them apart. It needs whole and true
edges: a name that the lock lacks, or a version that a requirement does not admit, makes it fail.

There is no third form: entries are known by name, extras, version and URL (`LockedRepository._identify_candidate`), so
a second one for the same release, with other groups and another marker, takes the place of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from packaging.utils import canonicalize_name

from converter import graph
from converter.formats.pdm.picked import picks_the_same
from converter.markers import EMPTY, Marker
from converter.model import Package, Project, Scope, scopes_of

Place = tuple[str, str | None]


def says_the_same(meant: Project, walked: Project, care: Marker) -> bool:
    """Whether the lock of `walked`, read without groups and markers, installs in each scope what that of `meant` does.

    `care` is the environments that count.
    """
    if meant.lock is None or walked.lock is None:
        return False
    one, two = _installs(meant.lock.packages), _installs(walked.lock.packages)
    scopes = {scope: scope in graph.on_top(meant) for scope in scopes_of(meant)}
    alike = all(_alike(one.get(key, {}), two.get(key, {}), scopes, care) for key in one.keys() | two.keys())
    lacking = {*graph.missing(walked.lock, care)} - {*graph.missing(meant.lock, care)}
    return alike and not lacking and not _needs_itself(walked) and picks_the_same(walked, walked.lock, care)


def _needs_itself(project: Project) -> bool:
    """Whether a package needs the project itself, which no lock of PDM holds: a walk that comes to it fails."""
    itself = canonicalize_name(project.name)
    packages = project.lock.packages if project.lock else ()
    several = (edges for p in packages for edges in (p.dependencies or (), *p.optional_dependencies.values()))
    return any(edge.name == itself for edges in several for edge in edges)


def _installs(packages: Iterable[Package]) -> dict[Place, Mapping[Scope, Marker]]:
    return {(p.name, p.id.version): p.when for p in packages}


def _alike(
    one: Mapping[Scope, Marker], two: Mapping[Scope, Marker], scopes: Mapping[Scope, bool], care: Marker
) -> bool:
    """Whether a package is installed in the same places; `scopes` says of each whether it comes on top of main."""
    main = one.get(Scope(), EMPTY) & care
    for scope, on_top in scopes.items():
        ours, theirs = one.get(scope, EMPTY) & care, two.get(scope, EMPTY) & care
        if on_top:
            ours, theirs = ours | main, theirs | (two.get(Scope(), EMPTY) & care)
        if not (ours & ~theirs).is_empty() or not (theirs & ~(ours | main)).is_empty():
            return False
    return True
