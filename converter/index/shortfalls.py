"""What the indexes could not tell, as losses in the words of the project: one for each index and reason, or package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from converter.errors import masked
from converter.index.pages import Answer
from converter.index.places import mirror_of
from converter.index.search import Answers, Found, strong
from converter.index.settings import Settings
from converter.index.simple import File
from converter.losses import Kind, Loss
from converter.model import Artifact, Package

_SHOWN = 12
_NAMED = 3
_NOT_THERE = "it does not have the release, or none of its files with a hash of the lock"
Groups = Mapping[tuple[str, str], list[Found]]


def shortfalls(found: Sequence[Found], answers: Answers, settings: Settings) -> Iterator[Loss]:
    """The losses of a run: first those of the indexes, then those of each package, both in a stable order."""
    yield from _ways(answers, settings)
    yield from _silent(found, answers, settings)
    yield from _unknown(found, answers)
    for one in found:
        yield from _mismatches(one, answers)
        yield from _of_package(one, answers)


def _loss(kind: Kind, where: str, detail: str, *packages: Package) -> Loss:
    return Loss(kind=kind, where=where, detail=detail, packages=frozenset(package.name for package in packages))


def _label(package: Package) -> str:
    return f"{package.name} {package.id.version or ''}".strip()


def _answers(found: Found, answers: Answers) -> Iterator[tuple[str, Answer]]:
    """What each index that was asked for a package said, by the index's address."""
    return ((place[0].url, answers[place]) for place in found.search.places if place in answers)


def _ways(answers: Answers, settings: Settings) -> Iterator[Loss]:
    """How the indexes were asked, where that is not the usual way."""
    urls = sorted({index.url for index, _ in answers if not index.verify_tls and not settings.offline})
    yield from (_loss(Kind.INDEX_UNVERIFIED, url, url) for url in urls)
    asked = () if settings.offline else answers
    mapped = {index.url: there for index, _ in asked if (there := mirror_of(index, settings))}
    yield from (_loss(Kind.INDEX_MIRRORED, url, _host(mapped[url])) for url in sorted(mapped))


def _host(url: str) -> str:
    """Scheme and host of an address: its path may hold a secret."""
    scheme, _, rest = masked(url).partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _silent(found: Iterable[Found], answers: Answers, settings: Settings) -> Iterator[Loss]:
    """The indexes that did not answer, each with the packages that miss something by it.

    Offline, those that miss everything are told by the STOP alone: nobody expected the index to answer.
    """
    groups: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        for url, answer in _answers(one, answers):
            if answer.silent and not one.whole and not (settings.offline and one.nothing):
                groups.setdefault((url, answer.silent), []).append(one)
    return _grouped(Kind.INDEX_SILENT, groups)


def _unknown(found: Iterable[Found], answers: Answers) -> Iterator[Loss]:
    """The packages that no file is known of, by the index and the reason."""
    groups: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        if one.nothing:
            groups.setdefault(_reason(one, answers), []).append(one)
    return _grouped(Kind.FILES_UNKNOWN, groups)


def _grouped(kind: Kind, groups: Groups) -> Iterator[Loss]:
    for (url, why), members in sorted(groups.items(), key=lambda group: group[0]):
        packages = [one.search.package for one in members]
        gone = sum(len(one.gone) for one in members if not one.nothing)
        left = f"; {gone} of their files are left out" if gone else ""
        yield _loss(kind, url, f"{why}: {', '.join(dict.fromkeys(map(_label, packages)))}{left}", *packages)


def _reason(found: Found, answers: Answers) -> tuple[str, str]:
    asked = list(_answers(found, answers))
    for url, answer in asked:
        if answer.silent or answer.refused:
            return url, answer.silent or answer.refused
    return asked[0][0] if asked else "", _NOT_THERE


def _of_package(found: Found, answers: Answers) -> Iterator[Loss]:
    package, gone = found.search.package, found.gone
    label = _label(package)
    if found.adopted:
        where = masked(found.indexes[0].url)
        yield _loss(Kind.HASH_ADOPTED, label, f"{len(found.adopted)} files of {where}", package)
    if found.source != package.id.source:
        yield _loss(Kind.INDEX_FOUND, label, found.source.index, package)
    told = not any(answer.silent for _, answer in _answers(found, answers))
    if gone and found.search.hashes and told and not found.nothing:
        more = ", ..." if len(gone) > _NAMED else ""
        detail = f"{len(gone)} of {len(package.artifacts)}: {', '.join(map(_short, gone[:_NAMED]))}{more}"
        yield _loss(Kind.FILE_GONE, label, detail, package)


def _short(artifact: Artifact) -> str:
    algorithm, _, digest = (artifact.hashes or ("no hash",))[0].partition(":")
    return f"{algorithm}:{digest[:_SHOWN]}".strip(":")


def _mismatches(found: Found, answers: Answers) -> Iterator[Loss]:
    """Files whose name the lock knows, and which no index has with the lock's hash but one has with another."""
    package = found.search.package
    served = [(url, file) for url, answer in _answers(found, answers) for file in answer.files]
    for artifact in package.artifacts:
        if artifact.filename is None:
            continue
        same = [(url, _agree(artifact, file)) for url, file in served if file.filename == artifact.filename]
        # Some indexes build anew what the public one has, under its name: one that agrees is enough.
        if same and not any(agrees for _, agrees in same):
            yield _loss(Kind.HASH_MISMATCH, _label(package), f"{artifact.filename} on {same[0][0]}", package)


def _agree(artifact: Artifact, file: File) -> bool:
    """Whether the hashes of one file do not contradict each other in an algorithm that both use."""
    theirs = dict(digest.split(":", 1) for digest in file.hashes)
    ours = (digest.split(":", 1) for digest in strong(artifact.hashes))
    return all(theirs.get(algorithm, digest) == digest for algorithm, digest in ours)
