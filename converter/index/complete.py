"""`complete`: what the target's lock must hold and the source's does not say, for exactly the pinned versions.

Each need is a step from project to project; a step asks nothing where nothing is missing. What the steps filled in,
`close` looks through for packages that the lock does not hold, in the environments that the project then speaks of.
"""

from __future__ import annotations

from collections.abc import Callable

from converter.format import Needs
from converter.index.edges import fill_edges, known_edges
from converter.index.files import fill_files
from converter.index.settings import Settings
from converter.losses import Loss, Lossy
from converter.model import Project

Step = Callable[[Project, Needs, Settings], Lossy[Project]]


def complete(project: Project, needs: Needs, settings: Settings) -> Lossy[Project]:
    """The project with its lock completed to what `needs` names, and what that cost.

    What an index cannot tell is a loss, a STOP where the target cannot do without it; an index that fails never raises.
    Raises InputError where the certificates that the environment names (SSL_CERT_FILE) cannot be read.
    """
    return _stepped(project, needs, settings, (fill_files, fill_edges))


def fill(project: Project, needs: Needs, settings: Settings) -> Lossy[Project]:
    """As `complete`, but nothing is said of what the lock does not hold."""
    return _stepped(project, needs, settings, (fill_files, known_edges))


def _stepped(project: Project, needs: Needs, settings: Settings, steps: tuple[Step, ...]) -> Lossy[Project]:
    losses: list[Loss] = []
    for step in steps:
        done = step(project, needs, settings)
        project = done.value
        losses.extend(done.losses)
    return Lossy(project, tuple(losses))
