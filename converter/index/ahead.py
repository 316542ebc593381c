"""Metadata asked for ahead: as soon as a page tells where a release's files are, on the same connections.

What comes goes into the cache, where the search for edges finds it: one wait for the index in the place of two. What
does not come is asked for again, by the rules of that search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from converter.format import Needs
from converter.index.files import filled
from converter.index.lookup import Asking, asking_for, recalled
from converter.index.pages import Answer, Key, Place
from converter.index.releases import Origin, Telling
from converter.index.search import Found, Search, found_of, searches_of
from converter.index.settings import Settings
from converter.model import Project

if TYPE_CHECKING:
    from converter.index.client import Ask, Reply


@dataclass(slots=True, kw_only=True)
class Ahead:
    """The releases whose edges are wanted and not known, and what was asked for them so far."""

    asking: Asking
    searches: Sequence[Search]
    telling: Telling
    answers: dict[Place, Answer] = field(default_factory=dict)
    unknown: Mapping[str, list[Search]] | None = None

    def start(self, place: Place, answer: Answer) -> Mapping[Key, Ask]:
        """Ask for the releases of which a page has just told every file that is looked for."""
        self.answers[place] = answer
        if self.unknown is None:  # only now, for a run that asks no page should not look
            self.unknown = _unknown(self.searches, self.asking)
        waiting = self.unknown.get(place[1], [])
        asks: dict[Key, Ask] = {}
        for search in [search for search in waiting if place in search.places]:
            found = found_of(search, {each: self.answers[each] for each in search.places if each in self.answers})
            if found.whole:
                waiting.remove(search)
                asks |= self.telling.start(filled(found), self._origins(found))
        return asks

    def _origins(self, found: Found) -> Iterator[Origin]:
        for hit in dict.fromkeys((*found.files, *found.adopted)):
            if hit is not None and (address := self.asking.address(hit[0])):
                yield Origin(hit=hit, address=address)

    def receive(self, key: Key, reply: Reply) -> Mapping[Key, Ask]:
        """As `Telling.receive`."""
        return self.telling.receive(key, reply)

    def keep(self) -> None:
        """As `Telling.keep`."""
        self.telling.keep()


def ahead(project: Project, needs: Needs, settings: Settings) -> Ahead | None:
    """What asks ahead for a project whose target wants edges."""
    if not needs.edges:
        return None
    asking, searches = asking_for(project, settings), searches_of(project, needs)
    return Ahead(asking=asking, searches=searches, telling=Telling(settings=settings))


def _unknown(searches: Sequence[Search], asking: Asking) -> Mapping[str, list[Search]]:
    lacking = [search for search in searches if search.package.dependencies is None and search.package.id.version]
    known = recalled([search.package for search in lacking], asking)
    found: dict[str, list[Search]] = {}
    for search, one in zip(lacking, known, strict=True):
        if one is None:
            found.setdefault(search.package.name, []).append(search)
    return found
