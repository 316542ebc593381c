"""Requirements files as one project: the `.in` files say who is direct, the `.txt` files what is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from converter import graph, naming
from converter.errors import InputError
from converter.formats.pip.content import Content, Reader, every
from converter.formats.pip.files import Entry
from converter.formats.pip.indexes import Asked, asked
from converter.formats.pip.indexes import losses as setting_losses
from converter.formats.pip.packages import Known, packages
from converter.formats.pip.requirement import is_pinned, pinned
from converter.formats.pip.scopes import Layout, layout
from converter.losses import Kind, Loss, Lossy
from converter.model import (
    MAIN,
    NO_COMMENTS,
    Comments,
    Directory,
    Group,
    Lock,
    Project,
    Requirement,
    Scope,
    ScopeKind,
    Vcs,
    index_url,
)
from converter.pyproject.own import Own, read_own
from converter.tree import Tree

MANIFEST, LOCK = "requirements.in", "requirements.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The content of each scope's files: `declared` of its `.in`, else of its `.txt`; `locked` of its `.txt`."""

    found: Layout
    own: Own
    declared: Mapping[Scope, Content]
    locked: Mapping[Scope, Content]

    @property
    def contents(self) -> tuple[Content, ...]:
        return (*self.declared.values(), *self.locked.values())

    @property
    def apart(self) -> frozenset[Scope]:
        """The scopes with an `.in` file."""
        return frozenset(part.scope for part in self.found.parts if part.declared)


def parse(tree: Tree, name: str) -> Lossy[Project]:
    """The project that its requirements files describe; `lock` is `None` where there are `.in` files alone.

    `name` is the project's. Raises InputError, which names file and line, for what pip cannot read either.
    """
    own = read_own(tree)
    found = _with_extras(layout(tree), own)
    if not found.parts:
        raise InputError("there is no such file", file=LOCK, remedy="convert from another format")
    reader = Reader(tree, found.owner, lambda folder: naming.of_folder(tree, folder, name))
    read = _Read(
        found=found,
        own=own,
        declared={p.scope: reader.content(p.declared or p.locked, p.scope, whole=False) for p in found.parts},
        locked={p.scope: reader.content(p.locked, p.scope, whole=True) for p in found.parts if p.locked},
    )
    _check_names(read)
    settings = asked(setting for content in read.contents for setting in content.settings)
    project = _project(read, settings, name)
    losses = tuple(dict.fromkeys((*_losses(read, project), *_guessed(read, tree))))
    if not found.locked:
        return Lossy(project, losses)
    locked = _with_lock(project, read, settings, tree)
    return Lossy(locked.value, (*losses, *locked.losses))


def _with_extras(found: Layout, own: Own) -> Layout:
    """The layout where a file of an extra's name is that extra's: pip-compile made it with `--extra`.

    An extra that shares its name with a group has a file of its own, as the emitter calls it.
    """
    names = {part.scope.name for part in found.parts}
    apart = {f"{name}-extra": name for name in own.extras if {name, f"{name}-extra"} <= names}

    def moved(scope: Scope) -> Scope:
        if scope.name in apart:
            return Scope(ScopeKind.EXTRA, apart[scope.name])
        extra = scope.name in own.extras and scope.name not in {*own.groups, *apart.values()}
        return replace(scope, kind=ScopeKind.EXTRA) if extra else scope

    parts = tuple(replace(part, scope=moved(part.scope)) for part in found.parts)
    return replace(found, parts=parts, owner={path: moved(scope) for path, scope in found.owner.items()})


def _check_names(read: _Read) -> None:
    """Raise InputError where nothing tells the name of a package."""
    for entry in (*every(read.declared), *every(read.locked)):
        if not entry.requirement.name and not _twin(entry, read):
            file, _, line = entry.place.partition(": ")
            raise InputError(
                f"expected a package's name, found {entry.requirement.spelling} alone",
                file=file, place=line, remedy="write `name @ url`",
            )  # fmt: skip


def _twin(entry: Entry, read: _Read) -> str:
    """The name under which the same repository or file stands elsewhere."""
    for other in (*every(read.locked), *every(read.declared)):
        if other.requirement.name and _place(other.requirement) == _place(entry.requirement):
            return other.requirement.name
    return ""


def _place(requirement: Requirement) -> object:
    source = requirement.source
    return source.url.removesuffix(".git") if isinstance(source, Vcs) else source


def _project(read: _Read, settings: Asked, name: str) -> Project:
    declared = {scope: _declared(scope, read, settings) for scope in read.declared}
    own = read.own
    extras = {s.name: _both(r, own.extras[s.name]) for s, r in declared.items() if s.kind is ScopeKind.EXTRA}
    return Project(
        name=name,
        requires_python=_python(read) or own.requires_python,
        dependencies=_both(declared.get(MAIN, ()), own.dependencies),
        optional_dependencies={**own.extras, **extras},
        dependency_groups=_groups(declared, read),
        constraints=_constraints(read),
        indexes=settings.indexes,
        comments=_heading(MAIN, read),
        tool={"pip": {"options": settings.others}},
    )


def _groups(declared: Mapping[Scope, tuple[Requirement, ...]], read: _Read) -> dict[str, Group]:
    """The groups that have files, and pyproject.toml's."""
    found = dict(read.own.groups)
    for scope, requirements in declared.items():
        if scope.kind is ScopeKind.GROUP:
            own = found.get(scope.name, Group())
            found[scope.name] = Group(
                requirements=_both(requirements, own.requirements),
                includes=tuple(dict.fromkeys((*_includes(scope, read), *own.includes))),
                comments=_heading(scope, read) if scope in read.declared else own.comments,
            )
    return found


def _both(first: tuple[Requirement, ...], second: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    """The first requirements, and those of the second with other names."""
    names = {requirement.name for requirement in first}
    return (*first, *(requirement for requirement in second if requirement.name not in names))


def _heading(scope: Scope, read: _Read) -> Comments:
    return Comments(above=read.declared.get(scope, Content()).above)


def _includes(scope: Scope, read: _Read) -> tuple[str, ...]:
    """The groups whose file this group's reads."""
    known = {each.name for each in read.declared if each.kind is ScopeKind.GROUP}
    return tuple(name for name in read.declared[scope].includes if name in known and name != scope.name)


def _python(read: _Read) -> SpecifierSet | None:
    for content in read.contents:
        if content.requires_python:
            try:
                return SpecifierSet(content.requires_python)
            except InvalidSpecifier:
                continue
    return None


def _constraints(read: _Read) -> tuple[Requirement, ...]:
    """What `-c` files demand, but for what a lock beside them holds anyway."""
    found = (entry.requirement for content in read.contents for entry in content.constraints)
    return tuple(dict.fromkeys(replace(r, comments=Comments()) for r in found))


def _declared(scope: Scope, read: _Read, settings: Asked) -> tuple[Requirement, ...]:
    """What a scope asks for: its `.in`, else those of its pins that something asked for by name, else all of them."""
    content = read.declared[scope]
    if scope in read.apart:
        return tuple(dict.fromkeys(_requirement(entry, read, settings) for entry in content.entries))
    made = (
        _meant(_requirement(entry, read, settings), entry, read.own) for entry in _direct(content.entries, read.own)
    )
    return tuple(dict.fromkeys(made))


def _meant(pin: Requirement, entry: Entry, own: Own) -> Requirement:
    """What a pin was made of, where the project's own files declare it and the pin says that they asked."""
    version = pinned(pin.specifier)
    fitting = (r for r in own.pool.get(pin.name, ()) if version and r.specifier.contains(version, prereleases=True))
    asked = next(fitting, None) if entry.note.via is not None else None
    if asked is None or asked.source is not None:
        return pin
    same = replace(pin, specifier=asked.specifier, marker=asked.marker, extras=pin.extras | asked.extras, spelling="")
    return replace(
        same,
        spelling=asked.spelling if same.extras == asked.extras else "",
        comments=pin.comments if pin.comments != NO_COMMENTS else asked.comments,
    )


def _direct(several: tuple[Entry, ...], own: Own) -> tuple[Entry, ...]:
    """The pins that something asked for by name, in the order of the project's own files, the others by name behind."""
    if all(entry.note.via is None for entry in several):
        return several
    names = {entry.requirement.name for entry in several}
    direct = [entry for entry in several if entry.note.via is None or entry.note.direct(names)]
    order = {name: at for at, name in enumerate(own.pool)}
    return tuple(sorted(direct, key=lambda e: (order.get(e.requirement.name, len(order)), e.requirement.name)))


def _requirement(entry: Entry, read: _Read, settings: Asked) -> Requirement:
    made = entry.requirement
    name = made.name or _twin(entry, read)
    return replace(
        made,
        name=canonicalize_name(name),
        prereleases=settings.prereleases and made.source is None,
        spelling=made.spelling if made.name else "",
    )


def _with_lock(project: Project, read: _Read, settings: Asked, tree: Tree) -> Lossy[Project]:
    entries = {scope: content.entries for scope, content in read.locked.items()}
    asked_for = {r.name: r for r in (*project.dependencies, *_grouped(project))}
    known = Known(default=settings.default, declared=asked_for, name_of=lambda entry: _twin(entry, read), own=read.own)
    made = packages(entries, known)
    unpinned = frozenset(e.requirement.name for e in every(read.locked) if not is_pinned(e.requirement))
    lock = Lock(requires_python=project.requires_python, packages=made.value)
    bare = replace(project, lock=lock)
    written = {path: tree.get(path) for path in read.found.files}
    kept = replace(lock, tool={"pip": {"as-written": written, "as-read": bare}})
    return Lossy(replace(bare, lock=kept), (*made.losses, *_unsound(bare, lock, unpinned)))


def _grouped(project: Project) -> Iterator[Requirement]:
    for group in project.dependency_groups.values():
        yield from group.requirements


def _unsound(project: Project, lock: Lock, unpinned: frozenset[str]) -> Iterator[Loss]:
    for one, two, scope in graph.overlaps(lock):
        detail = f"{one.id.version or one.id.source} and {two.id.version or two.id.source} in {scope}"
        yield Loss(kind=Kind.VERSIONS_OVERLAP, where=one.name, detail=detail, packages=frozenset({one.name}))
    for scope, requirements in graph.roots(project).items():
        held = unpinned | {package.name for package in lock.packages if {scope, MAIN} & package.when.keys()}
        for requirement in requirements:
            if requirement.name not in held and not requirement.marker.is_empty():
                detail = f"{requirement.name} is declared for {scope} and not pinned"
                yield Loss(kind=Kind.NOT_LOCKED, where=LOCK, detail=detail, packages=frozenset({requirement.name}))


def _losses(read: _Read, project: Project) -> Iterator[Loss]:
    for content in read.contents:
        yield from content.losses
    yield from setting_losses(setting for content in read.contents for setting in content.settings)
    for scope, content in read.locked.items():
        if scope in read.apart:
            for line in content.above:
                yield Loss(kind=Kind.COMMENT_LEFT, where=LOCK, detail=line)
            yield from _beside(content.entries)
    for entry in every(read.locked):
        if not is_pinned(entry.requirement):
            detail = (
                f"{entry.requirement.name or entry.requirement.spelling}{entry.requirement.specifier} is not pinned"
            )
            names = frozenset({entry.requirement.name})
            yield Loss(kind=Kind.UNPINNED, where=entry.place, detail=detail, packages=names)
        if entry.note.index and index_url(entry.note.index) not in _urls(project):
            yield Loss(kind=Kind.KEY_UNKNOWN, where=entry.place, detail=f"# from {entry.note.index}")
    for entry in (*every(read.declared), *every(read.locked)):
        if entry.editable and isinstance(entry.requirement.source, Vcs):
            names = frozenset({entry.requirement.name})
            yield Loss(kind=Kind.EDITABLE_LEFT, where=entry.place, detail=entry.requirement.spelling, packages=names)


def _guessed(read: _Read, tree: Tree) -> Iterator[Loss]:
    """The folders whose package has its name from the folder alone."""
    for entry in (*every(read.declared), *every(read.locked)):
        source, text = entry.requirement.source, entry.requirement.spelling
        named = "egg=" in text or " @ " in text
        if isinstance(source, Directory) and source.path != "." and not named and not naming.stated(tree, source.path):
            names = frozenset({entry.requirement.name})
            yield Loss(kind=Kind.NAME_GUESSED, where=entry.place, detail=entry.requirement.name, packages=names)


def _urls(project: Project) -> frozenset[str]:
    return frozenset(index_url(index.url) for index in project.indexes) | {index_url("https://pypi.org/simple")}


def _beside(entries: Iterable[Entry]) -> Iterator[Loss]:
    """Comments on pins whose declaration stands in another file."""
    for entry in entries:
        comments = entry.requirement.comments
        for line in filter(None, (*comments.above, comments.trailing)):
            yield Loss(kind=Kind.COMMENT_LEFT, where=entry.place, detail=line)
