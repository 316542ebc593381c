"""A conversion, on one screen: parse, decide name and interpreter, complete, retire, emit, upsun, verify, plan.

Nothing here reads or writes a file: a tree goes in, a plan comes out. A loss of level STOP ends it where it is, with no
edits.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from converter import credentials, folders, index, interpreter, leftovers, naming, present, remarks, upsun, workspace
from converter.closing import closed
from converter.detection import known_by
from converter.errors import InputError, StopError, UsageError
from converter.filling import filled
from converter.format import Needs
from converter.interpreter import Evidence
from converter.losses import FORCED, Kind, Level, Loss, Lossy
from converter.model import Lock
from converter.plan import Plan
from converter.pyproject import backend
from converter.pyproject.left import unwritten
from converter.resolving import lacking, resolved
from converter.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from converter.format import Format
    from converter.index import Settings
    from converter.model import Package, Project
    from converter.tree import Tree
    from converter.upsun.follow import Change

T = TypeVar("T")

_SHARED = "pyproject.toml"  # many tools keep their settings there

_SETTINGS = frozenset({Kind.SETTING_LEFT, Kind.SETTING_NEEDLESS, Kind.PRERELEASES_WIDENED})

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

    `installed` is what an environment holds, for a source that does not pin all it needs; `resolve` locks a project
    with the tool of a format, for what is open then.
    With a `repository`, the plan's paths are relative to its root.
    """

    folder: str = "project"
    name: str | None = None
    python: str | None = None
    platform: str | None = None
    manifest_only: bool = False
    build_backend: str | None = None
    workspace: bool = False
    keep: bool = False
    force: bool = False
    repository: Repository | None = None
    upsun: bool = True
    path_not_prefix: bool = False
    tool_versions: Mapping[str, str] = field(default_factory=dict)
    installed: tuple[Package, ...] | None = None
    resolve: Callable[[Project, Format], Lock] | None = None


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
    workspace.check(target, asked=options.workspace)
    read = _pinned(_read(tree, source, options, around, stays=source is target), source, options)
    if settings.write_mirror:
        read = _then(read, index.with_mirrors(read.value, settings.index_map))
    read = _resolved(read, source, target, options, settings)
    tree, overwritten = _cleared(tree, source, target, options)
    # where the source's tool adds what a lock lacks, both are told: what is not pinned, and what is missing
    if _stopped(read, Kind.UNPINNED if source.adds_missing and source is not target else None):
        return Conversion(plan=Plan(edits=(), losses=read.losses), before=read.value)
    known = _filed(read, target, settings) if source is target else _ready(read, source, target, options, settings)
    if _stopped(known):
        return Conversion(plan=Plan(edits=(), losses=known.losses), before=known.value)
    written = _then(known, _written(known.value, tree, source, target, options))
    if _stopped(written):
        return Conversion(plan=Plan(edits=(), losses=written.losses), before=known.value)
    beside = () if source is target else present.beside(written.value, target)
    after = target.parse(written.value.drop(*beside), known.value.name).value
    checked = verify(known.value, after, written.losses)
    standing = () if source is target else present.standing(tree, written.value, source, target, known.value)
    there = _forced((Loss(kind=Kind.TARGET_PRESENT, where=where, detail=detail) for where, detail in standing), options)
    untouched = (Loss(kind=Kind.TARGET_BESIDE, where=str(path), detail="it stays as it is") for path in beside)
    silent = remarks.of(written, (source, target), (known.value, after))
    followed = _followed((known.value, after), written.value, around, (source, target), options)
    mine = (*written.losses, *silent, *overwritten, *checked, *there, *untouched)
    losses = tuple(dict.fromkeys((*_moved(mine, tree, written.value, (source, target)), *followed.losses)))
    edits = () if any(loss.level is Level.STOP for loss in losses) else followed.value.edits()
    return Conversion(plan=Plan(edits=edits, losses=losses), before=known.value, after=after)


def _moved(losses: Iterable[Loss], tree: Tree, written: Tree, formats: tuple[Format, Format]) -> Iterator[Loss]:
    """The losses without the settings that only another tool has no word for, where their own manifest stays."""
    source, target = formats
    if source is not target or written.text(source.manifest) != tree.text(source.manifest):
        return iter(losses)
    return (loss for loss in losses if not (loss.kind in _SETTINGS and loss.where.startswith(f"{source.manifest}: ")))


def follow(tree: Tree, source: Format, target: Format, options: Options) -> Conversion:
    """Plan what an Upsun configuration needs for a conversion that is taken as done; nothing else changes.

    Raises InputError where there is no app that holds the project, or its configuration cannot be read.
    """
    from converter.upsun import checks
    from converter.upsun import follow as following

    around = options.repository or Repository(tree=tree, folder=PurePosixPath())
    if upsun.deployed(around.tree, around.folder) is None:
        raise InputError(
            "expected an Upsun configuration with a Python app here, found none", remedy="say which folder"
        )
    name = naming.decide(tree, said=options.name, deployed=None, folder=options.folder)
    known = known_by(tree, source, name)
    after = None if known.value is None else known_by(tree, target, name).value
    change = _change((known.value, after), around.tree, around, (source, target), options)
    done = following.follow(around.tree, change)
    findings = checks.checked(done.value, around.folder, converted=True)
    losses = (*_old_pins(tree, target), *known.losses, *done.losses, *findings)
    stopped = any(loss.level is Level.STOP for loss in losses)
    return Conversion(plan=Plan(edits=() if stopped else done.value.edits(), losses=losses))


def _stopped(done: Lossy[Project] | Lossy[Tree], but: Kind | None = None) -> bool:
    return any(loss.level is Level.STOP and loss.kind is not but for loss in done.losses)


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
    projects: tuple[Project, Project],
    written: Tree,
    around: Repository,
    formats: tuple[Format, Format],
    options: Options,
) -> Lossy[Tree]:
    """The repository's tree with the project's changes, and with the app's configuration that follows them."""
    source, target = formats
    tree = around.tree.over(around.folder, written)
    old = () if source is target else tuple(_old_pins(written, target))
    known = upsun.MANAGERS.keys() >= {source.name, target.name}
    if not options.upsun or source is target or not known or upsun.deployed(tree, around.folder) is None:
        return Lossy(tree, old)
    from converter.upsun import checks, settings
    from converter.upsun import follow as following

    done = following.follow(tree, _change(projects, tree, around, formats, options))
    secrets = settings.private(projects[0], target.name)
    return Lossy(done.value, (*old, *done.losses, *secrets, *checks.checked(done.value, around.folder)))


def _change(
    projects: tuple[Project | None, Project | None],
    planned: Tree,
    around: Repository,
    formats: tuple[Format, Format],
    options: Options,
) -> Change:
    """What the configuration follows, of a project before and after, as far as these can be read."""
    from converter.upsun.follow import Change
    from converter.upsun.settings import defaults, setting

    (before, after), (source, target) = projects, formats
    asked = before and replace(before, default_groups=defaults(source.name, before, after))
    return Change(
        source=source.name,
        target=target.name,
        folder=around.folder,
        setting=setting(asked, around.tree, planned, around.folder),
        versions=options.tool_versions,
        path_not_prefix=options.path_not_prefix,
    )


def _read(tree: Tree, source: Format, options: Options, around: Repository, *, stays: bool) -> Lossy[Project]:
    runs = upsun.deployed(around.tree, around.folder) if options.upsun else None
    name = naming.decide(tree, said=options.name, deployed=runs.name if runs else None, folder=options.folder)
    parsed = source.parse(tree, name)
    if parsed.value.lock is None and not (options.manifest_only or options.resolve):
        raise StopError(
            f"expected {source.lock} beside it, found none", file=source.manifest,
            remedy=f"lock the project with {source.title} first, or say --resolve to lock it with the target's tool, "
            "or --manifest-only to convert the manifest alone",
        )  # fmt: skip
    project = replace(parsed.value, name=name, lock=None if options.manifest_only else parsed.value.lock)
    described = project if stays else folders.described(project, tree)
    placed = Lossy(described) if stays or options.workspace else folders.declaring(described, tree)
    vouched = placed if stays else _then(placed, folders.hashed(placed.value, tree))
    project = vouched.value
    losses = tuple(loss for loss in parsed.losses if not (options.manifest_only and loss.kind is Kind.UNPINNED))
    deployed = Evidence(where=runs.where, version=runs.python) if runs and runs.python else None
    decided = interpreter.decide(project, tree, python=options.python, deployed=deployed, stays=stays)
    return _then(Lossy(project, (*losses, *vouched.losses)), decided)


def _pinned(read: Lossy[Project], source: Format, options: Options) -> Lossy[Project]:
    """The project with pins from an environment, where one was named."""
    if options.installed is None:
        return read
    if not source.adds_missing:
        raise UsageError(
            f"--from-environment says nothing to a lock of {source.title}", remedy="leave it out, or lock the source"
        )
    return filled(read, options.installed, Kind.FROM_ENVIRONMENT)


def _resolved(
    read: Lossy[Project], source: Format, target: Format, options: Options, settings: Settings
) -> Lossy[Project]:
    """The project with what nobody pins locked by the target's own tool, where that was asked for."""
    lock_anew = options.resolve
    if lock_anew is None:
        return read
    known = read if source is target or read.value.lock is None else _ready(read, source, target, options, settings)
    names = lacking(known.losses, read.value)
    if not names:
        return read
    asked = replace(known.value, requires_python=read.value.requires_python)
    ranged = interpreter.narrowed(asked, read.losses).value

    def ask(question: Project) -> Lock:
        answer = replace(question, lock=lock_anew(question, target))
        return index.fill(answer, Needs(edges=True), settings).value.lock or Lock()

    return resolved(read, ranged, names, ask)


def _ready(
    read: Lossy[Project], source: Format, target: Format, options: Options, settings: Settings
) -> Lossy[Project]:
    """The project as another tool may have it: complete, without credentials, for the environment that was chosen."""
    project = read.value
    if project.lock is None:
        detail = f"{target.manifest} without {target.lock}"
        lone = Lossy(project, (Loss(kind=Kind.MANIFEST_ONLY, where=target.lock, detail=detail),))
        return _then(_then(read, lone), credentials.strip(project))
    narrowed = _narrowed(project, project.lock, target, options)
    done = _complete(narrowed, read.losses, source, target, settings)
    told = _then(_then(read, done), Lossy(done.value, _unknown(done, source, target)))
    return _then(told, credentials.strip(done.value))


def _complete(
    project: Project, told: tuple[Loss, ...], source: Format, target: Format, settings: Settings
) -> Lossy[Project]:
    if not source.adds_missing:
        return index.complete(project, target.needs, settings, told)
    filled = index.fill(project, replace(target.needs, edges=True, vetted=not target.needs.filenames), settings)
    flat = index.is_flat(project)
    done = closed(filled.value, told, lambda each: index.close(each, settings, flat=flat))
    return Lossy(done.value, (*filled.losses, *done.losses))


def _filed(read: Lossy[Project], form: Format, settings: Settings) -> Lossy[Project]:
    """The project with the files that an old lock of its own format leaves out."""
    return _then(read, index.fill_files(read.value, form.needs, settings))


def _narrowed(project: Project, lock: Lock, target: Format, options: Options) -> Project:
    """The project for the one environment that the user chose, where the target's lock has room for one."""
    if not target.one_environment or options.platform is None:
        return project
    return replace(project, lock=replace(lock, environments=(interpreter.platform(options.platform),)))


def _unknown(done: Lossy[Project], source: Format, target: Format) -> tuple[Loss, ...]:
    """What the target could say and nobody knows; a package whose own files do not tell was named already."""
    packages = done.value.lock.packages if done.value.lock else ()
    told = {name for loss in done.losses if loss.kind is Kind.EDGES_UNREADABLE for name in loss.packages}
    silent = frozenset(p.name for p in packages if p.dependencies is None) - told
    if not silent or not (target.needs.edges or source.adds_missing):
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
    placed = workspace.placed(project, kept.value, target, asked=options.workspace)
    project, kept = placed.value.project, Lossy(placed.value.tree, (*kept.losses, *placed.losses))
    done = target.emit(project, kept.value)
    built = backend.kept(done.value, options.build_backend)
    told = (*built.losses, *unwritten(project, built.value), *folders.unreached(project))
    return Lossy(built.value, (*kept.losses, *_forced(done.losses, options), *told))


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
    gone = [path for path, content in bare.value.changes.items() if content is None]
    for path, read_by in leftovers.staying(tree, gone).items():
        result = result.put(path, tree.get(path) or b"")
        told.append(Loss(kind=Kind.FILE_STAYS, where=str(path), detail=f"read by {', '.join(read_by)}"))
    return Lossy(result, tuple(told))
