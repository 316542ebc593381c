"""What releases need: from where they are installed, the cache, else the files that the lock allows on its index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from converter.errors import InputError
from converter.format import Needs
from converter.index.direct import hit_of
from converter.index.installed import installed
from converter.index.pages import Place, recall
from converter.index.places import Address, Rules, may_ask, reach, rules_of
from converter.index.releases import Known, Origin, remembered, told, unhashed
from converter.index.search import Hit, ask_all, found_of, searches_of, strong
from converter.index.settings import Settings
from converter.index.simple import File
from converter.model import Artifact, Index, Package, Project, Registry

_URLS = Needs(urls=True)
_NONE = Known()
Facts = Mapping[Place, Mapping[str, File]]
_Source = Callable[[Sequence[Package], "Asking"], Sequence[Known | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """For which project is asked, by which rules, and how."""

    project: Project
    rules: Rules
    settings: Settings

    def indexes(self, package: Package) -> tuple[Index, ...]:
        """The indexes that may speak for a package from an index; for an archive with an address where that lies."""
        source = package.id.source
        if isinstance(source, Registry):
            return may_ask(self.rules, package, source)
        return (hit[0],) if (hit := hit_of(package)) else ()

    def address(self, index: Index) -> Address | None:
        """How an index is reached, `None` where that cannot be: the search for its pages tells why."""
        try:
            return reach(index, self.settings)
        except InputError:
            return None


def asking_for(project: Project, settings: Settings) -> Asking:
    """What `look_up` needs to know beside the packages."""
    return Asking(project=project, rules=rules_of(project), settings=settings)


def look_up(packages: Sequence[Package], asking: Asking) -> list[Known | None]:
    """What is known of each package, `None` where the cache does not know and nobody may be asked.

    Raises InputError only where the certificates that the environment names cannot be read.
    """
    known = recalled(packages, asking)
    if not asking.settings.offline:
        _ask(packages, known, asking, _told)
    return known


def recalled(packages: Sequence[Package], asking: Asking) -> list[Known | None]:
    """What is known of each package without asking an index."""
    here = installed(packages, asking.settings.environments)
    known = [None if said is None else Known(metadata=said, installed=True) for said in here]
    _ask(packages, known, asking, _remembered)
    return known


def _ask(packages: Sequence[Package], known: list[Known | None], asking: Asking, source: _Source) -> None:
    """Put into `known` what a source knows of the packages that are not known yet and that somebody may be asked of."""
    rest = [at for at, one in enumerate(known) if one is None and _is_asked(packages[at])]
    if rest:
        for at, one in zip(rest, source([packages[at] for at in rest], asking), strict=True):
            known[at] = one


def _is_asked(package: Package) -> bool:
    return isinstance(package.id.source, Registry) or hit_of(package) is not None


def _remembered(packages: Sequence[Package], asking: Asking) -> Sequence[Known | None]:
    places = {p.name: frozenset(index.url for index in asking.indexes(p)) for p in packages}
    found = remembered(packages, places, asking.settings)
    # what was read of an archive is remembered, its hash is not
    return [one if asking.settings.offline or not unhashed(p) else None for p, one in zip(packages, found, strict=True)]


def _told(packages: Sequence[Package], asking: Asking) -> Sequence[Known | None]:
    found = _origins(packages, asking)
    answers = told([(p, tuple(f.origins)) for p, f in zip(packages, found, strict=True)], asking.settings)
    return [
        replace(one, silent=files.silent, unvouched=None if files.silent else _unvouched(package, asking))
        if one == _NONE and not files.origins
        else one
        for package, one, files in zip(packages, answers, found, strict=True)
    ]


def _unvouched(package: Package, asking: Asking) -> str | None:
    """The index that was asked for a package of which the lock has hashes."""
    hashed = any(strong(artifact.hashes) for artifact in package.artifacts)
    return next((index.url for index in asking.indexes(package)), None) if hashed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """The files that may be asked for one package, and the index that did not tell of any."""

    hits: tuple[Hit, ...] = ()
    silent: tuple[str, str] | None = None
    origins: tuple[Origin, ...] = ()


def _origins(packages: Sequence[Package], asking: Asking) -> list[_Files]:
    """For each package the files to ask. Pages are fetched only for packages of which no file's address is known."""
    released = [p for p in packages if isinstance(p.id.source, Registry)]
    asked = _asked([p for p in released if not any(a.url for a in p.artifacts)], asking)
    facts = recall(((index, p.name) for p in released for index in asking.indexes(p)), asking.settings)
    found = []
    for package in packages:
        files = asked.get(id(package), _Files())
        direct = hit_of(package)
        hits = {direct: None} if direct else dict.fromkeys((*files.hits, *_known(package, asking, facts)))
        origins = tuple(Origin(hit=hit, address=a) for hit in hits if (a := asking.address(hit[0])))
        found.append(replace(files, origins=origins))
    return found


def _asked(packages: Iterable[Package], asking: Asking) -> Mapping[int, _Files]:
    """What the pages tell, by package."""
    lock = asking.project.lock
    nameless = {id(package): _nameless(package) for package in packages}
    if lock is None or not nameless:
        return {}
    project = replace(asking.project, lock=replace(lock, packages=tuple(nameless.values())))
    searches = searches_of(project, _URLS)
    answers = ask_all(searches, asking.settings)
    found: dict[int, _Files] = {}
    for search in searches:
        one = found_of(search, answers)
        said = [(place[0].url, a.silent) for place in search.places if (a := answers.get(place)) and a.silent]
        hits = tuple(hit for hit in (*one.files, *one.adopted) if hit)
        found[id(search.package)] = _Files(hits=hits, silent=said[0] if said else None)
    return {whose: found[id(bare)] for whose, bare in nameless.items() if id(bare) in found}


def _nameless(package: Package) -> Package:
    return replace(package, artifacts=tuple(Artifact(hashes=artifact.hashes) for artifact in package.artifacts))


def _known(package: Package, asking: Asking, facts: Facts) -> Iterator[Hit]:
    """The files of which earlier answers, or the lock itself, give the address."""
    indexes = asking.indexes(package)
    by_hash = [(index, facts.get((index, package.name), {})) for index in indexes]
    for artifact in package.artifacts:
        digests = strong(artifact.hashes)
        hits = [(index, files[d]) for index, files in by_hash for d in digests if d in files]
        if hits:
            yield hits[0]
        elif artifact.url and artifact.filename and indexes:
            yield indexes[0], File(filename=artifact.filename, url=artifact.url, hashes=digests, size=artifact.size)
