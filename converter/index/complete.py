"""`complete`: what the target's lock must hold and the source's does not say, for exactly the pinned versions.

Each need is a step from project to project; a step asks nothing where nothing is missing. What the steps filled in,
`close` looks through for packages that the lock does not hold, in the environments that the project then speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable

from converter.format import Needs
from converter.index.ahead import ahead
from converter.index.edges import fill_edges, known_edges
from converter.index.files import fill_files
from converter.index.settings import Settings
from converter.losses import Loss, Lossy
from converter.model import Project


def complete(project: Project, needs: Needs, settings: Settings, known: Iterable[Loss] = ()) -> Lossy[Project]:
    """The project with its lock completed to what `needs` names, and what that cost.

    `known` is what was told of the project so far. What an index cannot tell is a loss, a STOP where the target cannot
    do without it; an index that fails never raises. Raises InputError where the certificates that the environment names
    (SSL_CERT_FILE) cannot be read.
    """
    files = fill_files(project, needs, settings, ahead(project, needs, settings))
    edges = fill_edges(files.value, needs, settings, known)
    return Lossy(edges.value, (*files.losses, *edges.losses))


def fill(project: Project, needs: Needs, settings: Settings) -> Lossy[Project]:
    """As `complete`, but nothing is said of what the lock does not hold."""
    files = fill_files(project, needs, settings, ahead(project, needs, settings))
    edges = known_edges(files.value, needs, settings)
    return Lossy(edges.value, (*files.losses, *edges.losses))
