"""What each locked package needs, summary and Requires-Python with it: the second need of a target.

What neither an environment nor the cache knows is asked of the releases' own files (`releases`); what nobody can tell
stays `None`. Edges then tell where packages are installed on other platforms (`conditions`), and whether the lock is
whole (`closure`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from packaging.utils import canonicalize_name

from converter import interpreter
from converter.format import Needs
from converter.index import closure, conditions
from converter.index.closure import SEEDS
from converter.index.direct import archive_of, hit_of, versioned
from converter.index.lookup import Asking, asking_for, look_up
from converter.index.metadata import Metadata
from converter.index.pythons import stated_pythons
from converter.index.releases import Known, unhashed
from converter.index.seeds import with_seeds
from converter.index.settings import Settings
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, Marker
from converter.model import Artifact, Dependency, Lock, Origin, Package, Project, Registry

_SHOWN = 60
_NAMED = 5


def is_flat(project: Project) -> bool:
    """Whether its lock says of no release what it needs."""
    packages = project.lock.packages if project.lock else ()
    return all(p.dependencies is None for p in packages if isinstance(p.id.source, Registry))


def fill_edges(project: Project, needs: Needs, settings: Settings, known: Iterable[Loss] = ()) -> Lossy[Project]:
    """The project with the edges of its registry packages, and closed as far as the contract goes.

    Asks nothing unless a package lacks the edges or metadata that `needs` has, or a seed is missing. `known` is what
    was told of the project so far: a range of Pythons that was only believed is narrowed before anything is missed.
    """
    filled = known_edges(project, needs, settings)
    ranged = interpreter.narrowed(filled.value, known)
    done = close(ranged.value, settings, flat=is_flat(project))
    return Lossy(done.value, (*filled.losses, *ranged.losses, *done.losses))


def known_edges(project: Project, needs: Needs, settings: Settings) -> Lossy[Project]:
    """The project with the edges of its registry packages, where `needs` has edges and a package lacks them."""
    if project.lock is None or not needs.edges:
        return Lossy(project)
    filled = _filled(project.lock, asking_for(project, settings), needs)
    told = _told(project, filled.value) if is_flat(project) else Lossy(filled.value)
    return Lossy(replace(project, lock=told.value), (*filled.losses, *told.losses))


def close(project: Project, settings: Settings, *, flat: bool) -> Lossy[Project]:
    """The project with its lock closed as far as the contract goes; asks only where a seed is missing.

    `flat` says that its lock had no edges of its own.
    """
    if project.lock is None:
        return Lossy(project)
    closed = _closed(project.lock, asking_for(project, settings), flat=flat)
    return Lossy(replace(project, lock=closed.value), closed.losses)


def _told(project: Project, lock: Lock) -> Lossy[Lock]:
    """What the edges tell of a lock that had none: the extras that are asked for, and where packages are installed."""
    asked = conditions.with_asked_extras(project, lock)
    if not conditions.for_one_environment(asked):
        return Lossy(asked)
    done = conditions.derived(project, asked)
    care = conditions.covered(project)
    changed = [new for old, new in zip(asked.packages, done.packages, strict=True) if _differ(old, new, care)]
    detail = ", ".join(map(_label, changed))
    return Lossy(done, (_loss(Kind.CONDITIONS_DERIVED, "dependencies", detail, *changed),) if changed else ())


def _differ(one: Package, two: Package, care: Marker) -> bool:
    return {s: m & care for s, m in one.when.items()} != {s: m & care for s, m in two.when.items()}


def _closed(lock: Lock, asking: Asking, *, flat: bool) -> Lossy[Lock]:
    care = conditions.covered(asking.project)
    here = conditions.made_for(lock, care, flat=flat)
    seeded = with_seeds(lock, care, here, asking)
    # A package of a project's own lock may need the project itself.
    gone = closure.loose(seeded.value, care, frozenset({canonicalize_name(asking.project.name)} if not flat else ()))
    told_already = {one.edge.name for one in gone if one.edge.name in SEEDS and one.holds(here)}
    losses = (loss for loss in closure.losses(seeded.value, gone, here) if loss.where not in told_already)
    partly = tuple(closure.uncovered(seeded.value, care, here)) if flat else ()
    whole = closure.without(seeded.value, gone)
    apart = any(loss.kind is Kind.OTHER_PLATFORM for loss in partly)
    held = closure.closed(gone, here) & (conditions.anywhere(lock) if apart else ANY)
    made = replace(whole, closed=held.under(care)) if flat else whole
    return Lossy(made, (*seeded.losses, *losses, *partly))


def _filled(lock: Lock, asking: Asking, needs: Needs) -> Lossy[Lock]:
    lock = replace(lock, packages=tuple(map(versioned, lock.packages)))
    lacking = [package for package in lock.packages if _lacks(package, needs)]
    known = dict(zip(map(id, lacking), look_up(lacking, asking) if lacking else (), strict=True))
    absent = SEEDS - {package.name for package in lock.packages}
    read = [(p, one.metadata) for p in lacking if (one := known[id(p)]) and one.metadata]
    released = [(p, said) for p, said in read if isinstance(p.id.source, Registry)]
    spelled = stated_pythons(released, asking) if needs.metadata else {}
    told = {id(p): replace(said, stated_python=spelled.get(id(p), said.stated_python)) for p, said in read}
    filled = (_with(p, told[id(p)], needs, absent) if id(p) in told else p for p in lock.packages)
    packages = tuple(_hashed(new, known.get(id(p))) for p, new in zip(lock.packages, filled, strict=True))
    return Lossy(replace(lock, packages=packages), tuple(_losses(lock, known, needs)))


def _lacks(package: Package, needs: Needs) -> bool:
    """Whether the lock leaves out what the package needs, or what else of a release the target wants to know."""
    if not isinstance(package.id.source, Registry):
        unread = (needs.published and package.requires_dist is None) or (needs.filenames and unhashed(package))
        return package.dependencies is None or (unread and hit_of(package) is not None)
    bare = needs.metadata and package.summary is None and package.requires_python is None
    lacking = package.dependencies is None or bare or (needs.published and package.requires_dist is None)
    return package.id.version is not None and lacking


def _hashed(package: Package, known: Known | None) -> Package:
    """An archive without a hash with the one that it has."""
    if known is None or known.digest is None:
        return package
    old = package.artifacts[0] if package.artifacts else Artifact(url=archive_of(package))
    return replace(package, artifacts=(replace(old, hashes=(known.digest,), origin=Origin.ADOPTED),))


def _adopted(lock: Lock, known: Mapping[int, Known | None]) -> Iterator[Loss]:
    for package in lock.packages:
        if (told := known.get(id(package))) and told.digest:
            yield _loss(Kind.HASH_ADOPTED, _label(package), archive_of(package), package)


def _losses(lock: Lock, known: Mapping[int, Known | None], needs: Needs) -> Iterator[Loss]:
    yield from _adopted(lock, known)
    lacking = (package for package in lock.packages if package.dependencies is None)
    asked = [(package, one) for package in lacking if (one := known.get(id(package)))]
    silent: dict[tuple[str, str], list[Package]] = {}
    for package, one in asked:
        yield from _unvetted(package, one, needs)
        if one.silent:
            silent.setdefault(one.silent, []).append(package)
    for (url, why), packages in sorted(silent.items(), key=lambda group: group[0]):
        yield _loss(Kind.INDEX_SILENT, url, f"{why}: {', '.join(map(_label, packages))}", *packages)
    guessed = [p for p, one in asked if one.metadata and one.metadata.believed]
    if guessed:
        yield _loss(Kind.EDGES_BELIEVED, "dependencies", ", ".join(map(_label, guessed)), *guessed)
    unreadable = [p for p, one in asked if one.metadata is None and not (one.silent or one.mismatched)]
    direct = (p for p in lock.packages if p.dependencies is None and not isinstance(p.id.source, Registry))
    unreadable += [package for package in direct if not known.get(id(package))]
    if here := [package for package, one in asked if one.installed]:
        yield _loss(Kind.EDGES_INSTALLED, "dependencies", _counted(here), *here)
    if unreadable:
        yield _loss(Kind.EDGES_UNREADABLE, "dependencies", ", ".join(map(_label, unreadable)), *unreadable)
    for package, one in asked:
        for line in one.metadata.broken if one.metadata else ():
            yield _loss(Kind.EDGES_UNREADABLE, _label(package), f"{line[:_SHOWN]!r} is no requirement", package)


def _unvetted(package: Package, one: Known, needs: Needs) -> Iterator[Loss]:
    if one.mismatched:
        yield _loss(Kind.HASH_MISMATCH, _label(package), " on ".join(one.mismatched), package)
    if one.unvouched and needs.vetted:
        yield _loss(Kind.HASH_UNKNOWN, _label(package), one.unvouched, package)


def _counted(packages: Sequence[Package]) -> str:
    more = f" and {len(packages) - _NAMED} more" if len(packages) > _NAMED else ""
    return ", ".join(map(_label, packages[:_NAMED])) + more


def _loss(kind: Kind, where: str, detail: str, *packages: Package) -> Loss:
    return Loss(kind=kind, where=where, detail=detail, packages=frozenset(package.name for package in packages))


def _label(package: Package) -> str:
    return f"{package.name} {package.id.version or ''}".strip()


def _with(package: Package, read: Metadata, needs: Needs, absent: frozenset[str]) -> Package:
    """The package with what its release says of itself; edges that the lock has otherwise were overridden, and stay.

    A target whose tool goes by the releases' own words gets these, for an old lock has lost markers and extras. The
    seeds that the whole lock is without are added: of these older tools wrote neither package nor edges.
    """
    given, optional = package.dependencies, package.optional_dependencies
    if given is not None:
        given = (*given, *(edge for edge in read.edges if edge.name in absent))
    anew = given is None or (needs.restated and _agree(package, read))
    return replace(
        package,
        dependencies=read.edges if anew else given,
        optional_dependencies=read.extras if anew else optional,
        requires_dist=read.requires_dist,
        stated_python=read.stated_python or None,
        requires_python=read.requires_python if package.requires_python is None else package.requires_python,
        summary=read.summary if package.summary is None else package.summary,
    )


def _agree(package: Package, read: Metadata) -> bool:
    """Whether the edges of a lock are among those that the release names: else they were overridden."""
    extras = package.optional_dependencies.items()
    return _names(package.dependencies or ()) <= _names(read.edges) and all(
        _names(edges) <= _names(read.extras.get(extra, ())) for extra, edges in extras
    )


def _names(edges: Iterable[Dependency]) -> set[str]:
    return {edge.name for edge in edges}
