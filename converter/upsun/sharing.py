"""What an app that is converted shares with one that is not: an anchor's text, an included script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from converter.upsun.apps import apps, holding
from converter.upsun.scripts import Script, scripts

if TYPE_CHECKING:
    from converter.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """The apps that keep their manager, by each place that one of them reads a script from."""

    places: Mapping[tuple[str, int], tuple[str, ...]]

    def users(self, script: Script) -> tuple[str, ...]:
        """The apps that are not converted and read this script too."""
        return self.places.get((script.file, script.line), ())


def sharing(tree: Tree, folder: PurePosixPath) -> Sharing:
    """What the apps that do not hold the project in `folder` read."""
    ours = {(app.file, app.name) for app in holding(tree, folder)}
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for app in apps(tree):
        if (app.file, app.name) not in ours:
            for script in scripts(tree, app):
                place = script.file, script.line
                found[place] = tuple(sorted({*found.get(place, ()), app.name}))
    return Sharing(places=found)
