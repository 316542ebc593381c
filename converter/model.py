"""The normalized dependency graph: frozen dataclasses in the words of PEP 440, 508, 621, 735 and 751, nothing else.

Every parser makes a `Project`; every emitter writes one. The model is richer than any one format, so that no format's
gaps become another's. It stands above `markers` (the architecture's first draft had them the other way round) because
`when` and the edges hold canonical markers, not text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from converter.markers import ANY, Marker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PUBLIC_INDEX = "https://pypi.org/simple"
"""The default index of every tool here; lock formats hold this URL or mean it by saying nothing."""

ANY_VERSION = SpecifierSet()


_PUBLIC = re.compile(r"https?://(pypi\.org|pypi\.python\.org)/simple/?")


def index_url(url: str) -> str:
    """An index URL as the model compares it: each old spelling of the public index is `PUBLIC_INDEX`, others stay."""
    return PUBLIC_INDEX if _PUBLIC.fullmatch(url) else url


class Priority(Enum):
    """How an index takes part: for everything, beside the default, or only for packages that name it."""

    DEFAULT = "default"
    SUPPLEMENTAL = "supplemental"
    EXPLICIT = "explicit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A package index that the project names. `url` is as written, `${VAR}` included."""

    name: str
    url: str
    priority: Priority = Priority.DEFAULT
    verify_tls: bool = True


@dataclass(frozen=True, slots=True)
class Registry:
    """From an index, by its URL as written."""

    index: str = PUBLIC_INDEX


PUBLIC = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vcs:
    """From a repository (git, hg, svn, bzr). `revision` is what a person asked for, `commit` what is locked."""

    type: str
    url: str
    revision: str | None = None
    reference: str = "rev"  # what `revision` is: rev, tag or branch
    commit: str | None = None
    subdirectory: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """One file, by URL or by path relative to the project (POSIX); `hashes` as a reference to it states them."""

    url: str | None = None
    path: str | None = None
    subdirectory: str | None = None
    hashes: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """A source tree, by path relative to the project (POSIX); `.` is the project itself."""

    path: str
    editable: bool = False
    subdirectory: str | None = None


Source = Registry | Vcs | Archive | Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """What a person wrote about an entry: the lines above it and the text behind it, each with its `#`."""

    above: tuple[str, ...] = ()
    trailing: str = ""


NO_COMMENTS = Comments()


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A declared need. `source` is `None` where any index of the project may serve it; `spelling` is as written."""

    name: str
    extras: frozenset[str] = frozenset()
    specifier: SpecifierSet = ANY_VERSION
    marker: Marker = ANY
    source: Source | None = None
    prereleases: bool = False
    comments: Comments = field(default=NO_COMMENTS, compare=False)
    spelling: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A dependency group (PEP 735). `optional` is Poetry's: not installed unless asked for."""

    requirements: tuple[Requirement, ...] = ()
    includes: tuple[str, ...] = ()
    optional: bool = False
    comments: Comments = field(default=NO_COMMENTS, compare=False)


class ScopeKind(Enum):
    """What a user of a lock can ask for."""

    MAIN = "main"
    EXTRA = "extra"
    GROUP = "group"


@dataclass(frozen=True, slots=True, order=False)
class Scope:
    """The main dependencies, one extra, or one group, by normalized name."""

    kind: ScopeKind = ScopeKind.MAIN
    name: str = ""

    def __str__(self) -> str:
        """`main`, `extra cli`, `group dev`."""
        return f"{self.kind.value} {self.name}".strip()

    def __lt__(self, other: Scope) -> bool:
        """Main first, then extras, then groups, each by name."""
        order = list(ScopeKind)
        return (order.index(self.kind), self.name) < (order.index(other.kind), other.name)


MAIN = Scope()


class Origin(Enum):
    """Who vouches for a file: the source lock, or only the index."""

    VETTED = "vetted"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """An sdist or wheel. `filename` and `url` are `None` where the lock does not say; hashes are `algorithm:hex`."""

    filename: str | None = None
    url: str | None = None
    size: int | None = None
    upload_time: str | None = None
    hashes: tuple[str, ...] = ()
    origin: Origin = Origin.VETTED


@lru_cache(maxsize=1 << 14)
def release(version: str | None) -> Version | str:
    """A version as PEP 440 compares it (`2023.04.0` is `2023.4`); one that is none stays text, no version is empty."""
    try:
        return Version(version or "")
    except InvalidVersion:
        return version or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageId:
    """What a package is: its normalized name, its version as locked, and where it comes from."""

    name: str
    version: str | None = None
    source: Source = PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """An edge of a lock. `version` and `source` are `None` where the lock names the target by name alone.

    `rounded` is the marker as `markers.rounded` reads it.
    """

    name: str
    version: str | None = None
    source: Source | None = None
    specifier: SpecifierSet = ANY_VERSION
    extras: frozenset[str] = frozenset()
    marker: Marker = ANY
    rounded: Marker | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One entry of a lock.

    `when` says in which scope and under which marker it is installed. `dependencies` is `None` where the lock does not
    say; `optional_dependencies` are the edges of its extras. `extras` are those of the package that somebody asked for.
    `requires_dist` are the release's own words for its edges, `None` where nobody asked for them, and `stated_python`
    those for its `requires_python`.
    """

    id: PackageId
    extras: frozenset[str] = frozenset()
    when: Mapping[Scope, Marker] = field(default_factory=dict)
    requires_python: SpecifierSet | None = None
    summary: str | None = None
    artifacts: tuple[Artifact, ...] = ()
    dependencies: tuple[Dependency, ...] | None = None
    optional_dependencies: Mapping[str, tuple[Dependency, ...]] = field(default_factory=dict)
    requires_dist: tuple[str, ...] | None = field(default=None, compare=False)
    stated_python: str | None = field(default=None, compare=False)
    tool: Mapping[str, Mapping[str, object]] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """Its normalized name."""
        return self.id.name

    @property
    def hashes(self) -> frozenset[str]:
        """Every hash that admits it."""
        return frozenset(h for artifact in self.artifacts for h in artifact.hashes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What is installed. `environments` are the markers of those it covers (empty: all). Packages are sorted by id.

    `closed` is where no package needs one that the lock does not hold, as far as edges tell: a lock made for one
    platform lacks what only others need.
    """

    requires_python: SpecifierSet | None = None
    environments: tuple[Marker, ...] = ()
    closed: Marker = field(default=ANY, compare=False)
    options: Mapping[str, object] = field(default_factory=dict)
    packages: tuple[Package, ...] = ()
    tool: Mapping[str, Mapping[str, object]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPoint:
    """A name that the built distribution offers: `group` is console_scripts, gui_scripts or a plugin group."""

    group: str
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One directory that declares requirements, with its lock.

    `tasks` are the manager's own scripts (name to command); `metadata` holds PEP 621 fields by their names;
    `tool` what only one format says, under that format's name. `installs_itself`: its tool installs the project itself
    (editable) without a requirement that says so; `None` where it never would. `members` are the names of the
    workspace that it does not need, `workspace` all the others that are locked with it, by name; its own name is among
    them where it is no root.
    """

    name: str = ""
    version: str | None = None
    requires_python: SpecifierSet | None = None
    dependencies: tuple[Requirement, ...] = ()
    optional_dependencies: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict)
    dependency_groups: Mapping[str, Group] = field(default_factory=dict)
    default_groups: tuple[str, ...] = ()
    constraints: tuple[Requirement, ...] = ()
    overrides: tuple[Requirement, ...] = ()
    build_constraints: tuple[Requirement, ...] = ()
    conflicts: tuple[tuple[Scope, ...], ...] = ()
    indexes: tuple[Index, ...] = ()
    members: tuple[str, ...] = ()
    workspace: Mapping[str, Directory] = field(default_factory=dict, compare=False)
    tasks: Mapping[str, str] = field(default_factory=dict)
    entry_points: tuple[EntryPoint, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)
    comments: Comments = field(default=NO_COMMENTS, compare=False)
    installs_itself: bool | None = field(default=None, compare=False)
    lock: Lock | None = None
    tool: Mapping[str, Mapping[str, object]] = field(default_factory=dict, compare=False)


def package_key(package: Package) -> tuple[str, str, str]:
    """The order of a lock's packages: by name, version text, source text."""
    return package.id.name, package.id.version or "", repr(package.id.source)


def scopes_of(project: Project) -> tuple[Scope, ...]:
    """Every scope that a user of this project can ask for, main first."""
    extras = (Scope(ScopeKind.EXTRA, name) for name in project.optional_dependencies)
    groups = (Scope(ScopeKind.GROUP, name) for name in project.dependency_groups)
    return (MAIN, *sorted(extras), *sorted(groups))


def declared(project: Project) -> Iterator[tuple[Scope, Requirement]]:
    """Each requirement that the project declares, with its scope."""
    yield from ((MAIN, r) for r in project.dependencies)
    for name, requirements in project.optional_dependencies.items():
        yield from ((Scope(ScopeKind.EXTRA, name), r) for r in requirements)
    for name, group in project.dependency_groups.items():
        yield from ((Scope(ScopeKind.GROUP, name), r) for r in group.requirements)
