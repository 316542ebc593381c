"""A conversion, on one screen: parse, decide name and interpreter, complete, retire, emit, upsun, verify, plan.

Nothing here reads or writes a file: a tree goes in, a plan comes out. A loss of level STOP ends it where it is, with no
edits.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from converter import credentials, index, interpreter, leftovers, naming, upsun
from converter.errors import InputError, StopError
from converter.formats import FORMATS
from converter.interpreter import Evidence
from converter.losses import FORCED, Kind, Level, Loss, Lossy
from converter.plan import Plan
from converter.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from converter.format import Format
    from converter.index import Settings
    from converter.model import Lock, Project
    from converter.tree import Tree

T = TypeVar("T")

_SHARED = "pyproject.toml"  # many tools keep their settings there

EVIDENCE = (*interpreter.FILES, *naming.FILES, *leftovers.FILES)
"""Files that are no format's own and are read all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where a project lies that is a folder of a repository: an Upsun configuration stands in the repository's root."""

    tree: Tree
    folder: PurePosixPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user decides. `folder` is the name of the project's folder; the rest are the command line's words.

    With a `repository`, the plan's paths are relative to its root.
    """

    folder: str = "project"
    name: str | None = None
    python: str | None = None
    platform: str | None = None
    manifest_only: bool = False
    keep: bool = False
    force: bool = False
    repository: Repository | None = None
    upsun: bool = True
    path_not_prefix: bool = False
    tool_versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """The plan, and the project as it was read (`before`) and as the target says it (`after`), as far as it came."""

    plan: Plan
    before: Project | None = None
    after: Project | None = None


def convert(tree: Tree, source: Format, target: Format, options: Options, settings: Settings) -> Conversion:
    """Plan the conversion of the project in `tree`; nothing is written.

    Raises InputError for files that cannot be read, StopError and UsageError for what the user must decide. What
    stops a conversion otherwise is a loss of level STOP in the plan, whose edits are then empty.
    """
    around = options.repository or Repository(tree=tree, folder=PurePosixPath())
    read = _read(tree, source, options, around)
    tree, overwritten = _cleared(tree, source, target, options)
    if _stopped(read):
        return Conversion(plan=Plan(edits=(), losses=read.losses), before=read.value)
    known = _filed(read, target, settings) if source is target else _ready(read, target, options, settings)
    if _stopped(known):
        return Conversion(plan=Plan(edits=(), losses=known.losses), before=known.value)
    written = _then(known, _written(known.value, tree, source, target, options))
    if _stopped(written):
        return Conversion(plan=Plan(edits=(), losses=written.losses), before=known.value)
    after = target.parse(written.value, known.value.name).value
    checked = verify(known.value, after, written.losses)
    standing = () if source is target else _standing(tree, written.value, source, target, known.value)
    there = (Loss(kind=Kind.TARGET_PRESENT, where=where, detail=detail) for where, detail in standing)
    defaults = upsun.defaults(source.name, known.value, after)
    asked = replace(known.value, default_groups=defaults)
    followed = _followed(asked, written.value, around, (source.name, target.name), options)
    old = () if source is target else _old_pins(tree, target)
    losses = tuple(
        dict.fromkeys((*written.losses, *old, *overwritten, *checked, *_forced(there, options), *followed.losses))
    )
    edits = () if any(loss.level is Level.STOP for loss in losses) else followed.value.edits()
    return Conversion(plan=Plan(edits=edits, losses=losses), before=known.value, after=after)


def follow(tree: Tree, source: Format, target: Format, options: Options) -> Conversion:
    """Plan what an Upsun configuration needs for a conversion that is taken as done; nothing else changes.

    Raises InputError where there is no app that holds the project, or its configuration cannot be read.
    """
    around = options.repository or Repository(tree=tree, folder=PurePosixPath())
    if upsun.deployed(around.tree, around.folder) is None:
        raise InputError(
            "expected an Upsun configuration with a Python app here, found none", remedy="say which folder"
        )
    name = naming.decide(tree, said=options.name, deployed=None, folder=options.folder)
    project = source.parse(tree, name).value if source.detect(tree) else None
    if project is not None:
        after = target.parse(tree, name).value if target.detect(tree) else None
        project = replace(project, default_groups=upsun.defaults(source.name, project, after))
    names = (source.name, target.name)
    done = upsun.follow(around.tree, _change(project, around.tree, around, names, options))
    findings = upsun.checked(done.value, around.folder, converted=True)
    losses = (*done.losses, *findings)
    stopped = any(loss.level is Level.STOP for loss in losses)
    return Conversion(plan=Plan(edits=() if stopped else done.value.edits(), losses=losses))


def detect(tree: Tree) -> Format:
    """The one format whose files the tree holds. Raises InputError for none, StopError for several, naming them."""
    found = [form for form in FORMATS.values() if form.detect(tree)]
    if not found:
        known = ", ".join(dict.fromkeys(form.manifest for form in FORMATS.values()))
        raise InputError(f"expected the files of one package manager ({known}), found none", remedy="say which folder")
    if len(found) > 1:
        names = " and ".join(f"{form.title} ({form.lock if form.lock in tree else form.manifest})" for form in found)
        raise StopError(f"expected one package manager, found {names}", remedy="name the source instead of auto")
    return found[0]


def _stopped(done: Lossy[Project] | Lossy[Tree]) -> bool:
    return any(loss.level is Level.STOP for loss in done.losses)


def _old_pins(tree: Tree, target: Format) -> Iterator[Loss]:
    manager = upsun.MANAGERS.get(target.name)
    tool, floor = (manager.tool or "pip", manager.floor) if manager else (target.name, target.reads)
    for where, version in leftovers.old_pins(tree, tool, floor):
        detail = f"{tool} {version}, where {floor} and newer read {target.lock}"
        yield Loss(kind=Kind.TOOL_OLD_ELSEWHERE, where=where, detail=detail)


def _forced(losses: Iterable[Loss], options: Options) -> tuple[Loss, ...]:
    """The losses, with those that --force goes through as what they are then."""
    return tuple(replace(loss, kind=FORCED.get(loss.kind, loss.kind)) if options.force else loss for loss in losses)


def _then(first: Lossy[Project], second: Lossy[T]) -> Lossy[T]:
    return Lossy(second.value, (*first.losses, *second.losses))


def _followed(
    project: Project, written: Tree, around: Repository, names: tuple[str, str], options: Options
) -> Lossy[Tree]:
    """The repository's tree with the project's changes, and with the app's configuration that follows them."""
    tree = around.tree.over(around.folder, written)
    if not options.upsun or names[0] == names[1] or not upsun.MANAGERS.keys() >= {*names}:
        return Lossy(tree)
    if upsun.deployed(tree, around.folder) is None:
        return Lossy(tree)
    done = upsun.follow(tree, _change(project, tree, around, names, options))
    secrets = upsun.private(project, names[1])
    return Lossy(done.value, (*done.losses, *secrets, *upsun.checked(done.value, around.folder)))


def _change(
    project: Project | None, planned: Tree, around: Repository, names: tuple[str, str], options: Options
) -> upsun.Change:
    return upsun.Change(
        source=names[0],
        target=names[1],
        folder=around.folder,
        setting=upsun.setting(project, around.tree, planned, around.folder),
        versions=options.tool_versions,
        path_not_prefix=options.path_not_prefix,
    )


def _read(tree: Tree, source: Format, options: Options, around: Repository) -> Lossy[Project]:
    runs = upsun.deployed(around.tree, around.folder) if options.upsun else None
    name = naming.decide(tree, said=options.name, deployed=runs.name if runs else None, folder=options.folder)
    parsed = source.parse(tree, name)
    if parsed.value.lock is None and not options.manifest_only:
        raise StopError(
            f"expected {source.lock} beside it, found none", file=source.manifest,
            remedy=f"lock the project with {source.title} first, or say --manifest-only to convert the manifest alone",
        )  # fmt: skip
    project = replace(parsed.value, name=name, lock=None if options.manifest_only else parsed.value.lock)
    deployed = Evidence(where=runs.where, version=runs.python) if runs and runs.python else None
    return _then(parsed, interpreter.decide(project, tree, python=options.python, deployed=deployed))


def _ready(read: Lossy[Project], target: Format, options: Options, settings: Settings) -> Lossy[Project]:
    """The project as another tool may have it: complete, without credentials, for the environment that was chosen."""
    project = read.value
    if project.lock is None:
        detail = f"{target.manifest} without {target.lock}"
        lone = Lossy(project, (Loss(kind=Kind.MANIFEST_ONLY, where=target.lock, detail=detail),))
        return _then(_then(read, lone), credentials.strip(project))
    done = index.complete(_narrowed(project, project.lock, target, options), target.needs, settings, read.losses)
    told = _then(_then(read, done), Lossy(done.value, _unknown(done, target)))
    return _then(told, credentials.strip(done.value))


def _filed(read: Lossy[Project], form: Format, settings: Settings) -> Lossy[Project]:
    """The project with the files that an old lock of its own format leaves out."""
    return _then(read, index.fill_files(read.value, form.needs, settings))


def _narrowed(project: Project, lock: Lock, target: Format, options: Options) -> Project:
    """The project for the one environment that the user chose, where the target's lock has room for one."""
    if not target.one_environment or options.platform is None:
        return project
    return replace(project, lock=replace(lock, environments=(interpreter.platform(options.platform),)))


def _unknown(done: Lossy[Project], target: Format) -> tuple[Loss, ...]:
    """What the target could say and nobody knows; a package whose own files do not tell was named already."""
    packages = done.value.lock.packages if done.value.lock else ()
    told = {name for loss in done.losses if loss.kind is Kind.EDGES_UNREADABLE for name in loss.packages}
    silent = frozenset(p.name for p in packages if p.dependencies is None) - told
    if not silent or not target.needs.edges:
        return ()
    detail = f"{len(silent)} of {len(packages)} packages"
    kinds = (Kind.EDGES_UNKNOWN, Kind.CLOSURE_UNKNOWN, Kind.ONE_PLATFORM)
    return tuple(Loss(kind=kind, where=target.lock, detail=detail, packages=silent) for kind in kinds)


def _cleared(tree: Tree, source: Format, target: Format, options: Options) -> tuple[Tree, tuple[Loss, ...]]:
    """The tree without a manifest of the target alone that cannot be read, where the user says to write over it."""
    manifest = target.manifest
    if source is target or not options.force or manifest not in tree or manifest == _SHARED:
        return tree, ()
    try:
        target.parse(tree.drop(target.lock), options.folder)
    except InputError as why:
        return tree.drop(manifest), (Loss(kind=Kind.TARGET_OVERWRITTEN, where=manifest, detail=str(why)),)
    return tree, ()


def _written(project: Project, tree: Tree, source: Format, target: Format, options: Options) -> Lossy[Tree]:
    if source is target:
        return target.emit(_renewed(project, target.name), tree.drop(target.lock))
    if options.keep:
        detail = f"{source.manifest} and {target.manifest}"
        kept = Lossy(tree, (Loss(kind=Kind.SOURCE_KEPT, where=source.manifest, detail=detail),))
    else:
        kept = _retired(tree, source)
    done = target.emit(project, kept.value)
    return Lossy(done.value, (*kept.losses, *_forced(done.losses, options)))


def _renewed(project: Project, name: str) -> Project:
    """The project without what its lock said of its own, older form, so that the tool of today accepts the new one."""
    if project.lock is None:
        return project
    own = {key: value for key, value in project.lock.tool.get(name, {}).items() if key != "as-written"}
    return replace(project, lock=replace(project.lock, tool={**project.lock.tool, name: own}))


def _retired(tree: Tree, source: Format) -> Lossy[Tree]:
    """The tree without the source's files, but for those that something else reads."""
    bare = source.retire(tree)
    result, told = bare.value, list(bare.losses)
    for path in (p for p, content in bare.value.changes.items() if content is None):
        if read_by := leftovers.readers(tree, path):
            result = result.put(path, tree.get(path) or b"")
            told.append(Loss(kind=Kind.FILE_STAYS, where=str(path), detail=f"read by {', '.join(read_by)}"))
    return Lossy(result, tuple(told))


def _standing(tree: Tree, planned: Tree, source: Format, target: Format, project: Project) -> Iterator[tuple[str, str]]:
    """What of the target is there already and says something else: nobody's work is written over unasked."""
    if target.lock in tree and planned.get(target.lock) != tree.get(target.lock):
        yield target.lock, "it differs from what the source says"
    if target.manifest in tree and target.manifest != source.manifest:
        theirs = _declared(target.parse(tree.drop(target.lock), project.name).value) - _declared(project)
        if theirs:
            yield target.manifest, f"it declares {', '.join(sorted(theirs))}"


def _declared(project: Project) -> frozenset[str]:
    groups = (group.requirements for group in project.dependency_groups.values())
    every = (project.dependencies, *project.optional_dependencies.values(), *groups)
    return frozenset(requirement.name for requirements in every for requirement in requirements)
