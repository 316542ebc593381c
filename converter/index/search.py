"""Which packages lack files, which indexes are asked for them, and what these have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from converter.format import Needs
from converter.index.pages import Answer, Following, Place, look
from converter.index.places import canonical, may_ask, rules_of
from converter.index.settings import Settings
from converter.index.simple import File, Wanted, contradicts, is_of
from converter.model import Artifact, Index, Package, Project, Registry, index_url

Answers = Mapping[Place, Answer]
Hit = tuple[Index, File]
_STRONG = ("sha256:", "sha384:", "sha512:")


def strong(hashes: Iterable[str]) -> tuple[str, ...]:
    """The hashes that count, in lower case: md5 and sha1 vouch for nothing."""
    return tuple(h for h in map(str.lower, hashes) if h.startswith(_STRONG))


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A package whose files are looked for, what of them the target needs, and the indexes to ask, in this order.

    `digests` are the hashes that count, of each artifact in turn; `hashes` all of them.
    """

    package: Package
    needs: Needs
    indexes: tuple[Index, ...]
    digests: tuple[tuple[str, ...], ...]
    hashes: frozenset[str]

    @property
    def places(self) -> tuple[Place, ...]:
        """Where its page is, on each index."""
        return tuple((index, self.package.name) for index in self.indexes)

    def lacks(self, artifact: Artifact) -> bool:
        """Whether the target needs to know more about this file."""
        return lacks(artifact, self.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the indexes asked so far have of one package, each file with the index that it is on.

    `files` are those of its artifacts in turn; `gone` the artifacts that the target needs to know more about and no
    index knows; `adopted` the index's own files for a package without hashes.
    """

    search: Search
    files: tuple[Hit | None, ...]
    gone: tuple[Artifact, ...]
    adopted: tuple[Hit, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is left to ask another index for."""
        return not self.gone if self.search.hashes else bool(self.adopted)

    @property
    def nothing(self) -> bool:
        """Whether no file is left, so that the target could not install the package."""
        return not self.adopted and (not self.search.hashes or len(self.gone) == len(self.search.package.artifacts))

    @property
    def indexes(self) -> tuple[Index, ...]:
        """The indexes that have one of its files."""
        return tuple(dict.fromkeys(hit[0] for hit in (*self.files, *self.adopted) if hit))

    @property
    def source(self) -> Registry:
        """The package's own index, or another where that one alone has its files."""
        source = self.search.package.id.source
        own = source if isinstance(source, Registry) else Registry()
        elsewhere = len(self.indexes) == 1 and canonical(self.indexes[0].url) != canonical(own.index)
        return Registry(index_url(self.indexes[0].url)) if elsewhere else own


def searches_of(project: Project, needs: Needs) -> list[Search]:
    """A search for each registry package that lacks something the target needs; of one name if it has no hash."""
    rules = rules_of(project)
    packages = project.lock.packages if project.lock else ()
    return [
        _search(package, needs, may_ask(rules, package, package.id.source))
        for package in packages
        if isinstance(package.id.source, Registry) and _incomplete(package, needs)
    ]


def _search(package: Package, needs: Needs, indexes: tuple[Index, ...]) -> Search:
    digests = tuple(strong(artifact.hashes) for artifact in package.artifacts)
    hashes = frozenset(digest for each in digests for digest in each)
    return Search(package=package, needs=needs, indexes=indexes, digests=digests, hashes=hashes)


def lacks(artifact: Artifact, needs: Needs) -> bool:
    """Whether the target needs to know more about a file than its lock says."""
    return (needs.filenames and artifact.filename is None) or (needs.urls and artifact.url is None)


def _incomplete(package: Package, needs: Needs) -> bool:
    unvetted = not any(strong(artifact.hashes) for artifact in package.artifacts)
    return any(lacks(artifact, needs) for artifact in package.artifacts) or (
        unvetted and (needs.filenames or needs.urls)
    )


def ask_all(searches: Iterable[Search], settings: Settings, following: Following | None = None) -> Answers:
    """Every answer that is needed; `following` may ask for more as each comes.

    Asks each package's first index, then its second where something is missing, and so on: all packages at once.
    """
    answers: dict[Place, Answer] = {}
    while wanted := _wanted(searches, answers):
        answers.update(look(wanted, settings, following))
    return answers


def _wanted(searches: Iterable[Search], answers: Answers) -> Mapping[Place, Wanted]:
    # A page that several entries need (forks of one name) is asked for all of them in the first round, or those that
    # come later would find it answered without what they want.
    unasked = [(search, _next(search, answers)) for search in searches]
    heads = {place for _, place in unasked if place}
    wanted: dict[Place, Wanted] = {}
    for search, _ in unasked:
        for place in heads.intersection(search.places):
            wanted[place] = wanted.get(place, Wanted()) | _want(search)
    return wanted


def _next(search: Search, answers: Answers) -> Place | None:
    if found_of(search, answers).whole:
        return None
    return next((place for place in search.places if place not in answers), None)


def _want(search: Search) -> Wanted:
    package = search.package
    if search.hashes:
        return Wanted(hashes=search.hashes, filenames=frozenset(a.filename for a in package.artifacts if a.filename))
    return Wanted(releases=frozenset({(package.name, package.id.version)} if package.id.version else ()))


def found_of(search: Search, answers: Answers) -> Found:
    """What the answers so far have for a package; where two indexes have a file, the first is taken."""
    hits = [(place[0], file) for place in search.places if place in answers for file in answers[place].files]
    by_hash = _by_hash(search, hits)
    files = tuple(next((by_hash[d] for d in each if d in by_hash), None) for each in search.digests)
    pairs = zip(search.package.artifacts, files, strict=True)
    return Found(
        search=search,
        files=files,
        gone=tuple(artifact for artifact, hit in pairs if hit is None and search.lacks(artifact)),
        adopted=() if search.hashes else _adopted(search.package, hits),
    )


def _by_hash(search: Search, hits: Iterable[Hit]) -> Mapping[str, Hit]:
    version = search.package.id.version
    found: dict[str, Hit] = {}
    for hit in hits:
        for digest in search.hashes.intersection(hit[1].hashes):
            if not contradicts(hit[1].filename, version):
                found.setdefault(digest, hit)
    return found


def _adopted(package: Package, hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """All files of the release on the first index that has any."""
    admitted = [hit for hit in hits if _adoptable(package, hit[1])]
    return tuple(hit for hit in admitted if hit[0] is admitted[0][0])


def _adoptable(package: Package, file: File) -> bool:
    version = package.id.version
    return bool(strong(file.hashes)) and version is not None and is_of(file.filename, package.name, version)
