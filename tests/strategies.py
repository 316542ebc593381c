"""Hypothesis strategies for whole projects with their locks, sound as a package manager's own would be.

`projects(powers)` makes what a format of such powers can say: a graph of packages is drawn first, requirements and
edges lead to it, and each package's `when` follows from the ways that lead there. What a format can say stands beside
its own tests, in `tests/formats/<format>/law.py`; one without that gets what each can.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.markers import ANY, EMPTY, Marker
from converter.model import (
    MAIN,
    PUBLIC_INDEX,
    Archive,
    Artifact,
    Comments,
    Dependency,
    Directory,
    Group,
    Index,
    Lock,
    Package,
    PackageId,
    Priority,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    Source,
    Vcs,
    package_key,
)

# Normalized, and each of them something that a careless comparison, sort or quote would trip over.
NAMES = (
    "a",
    "a-b",
    "a-b-c",
    "b2",
    "zope-interface",
    "ruamel-yaml-clib",
    "x",
    "typing-extensions",
    "0",
    "python-dateutil",
)
SPELLINGS = {"a-b": "A_b", "zope-interface": "zope.interface", "ruamel-yaml-clib": "ruamel.yaml_clib", "x": "X"}
VERSIONS = ("1.0", "2.0.1", "0.9.post1", "2024.1", "3.0rc1", "1!2.0")
GROUPS = ("dev", "docs", "test-suite")
EXTRAS = ("cli", "tls-1")
PRIVATE = Index(name="private", url="https://index.example/simple", priority=Priority.EXPLICIT)
SECOND = Index(name="second", url="https://${USER}:${TOKEN}@second.example/simple", priority=Priority.SUPPLEMENTAL)
PUBLIC = Index(name="pypi", url=PUBLIC_INDEX)
RELEASED = ("", "private")  # the kinds of source that have releases
COMMIT = "0123456789abcdef0123456789abcdef01234567"
CONDITIONS = (
    "sys_platform == 'win32'",
    "sys_platform != 'win32'",
    "python_version < '3.11'",
    "platform_machine == 'x86_64' or sys_platform == 'darwin'",
    "implementation_name == 'cpython' and python_full_version >= '3.9.2'",
)
FORK = markers.parse("python_version < '3.11'")
COMMENTS = (Comments(), Comments(above=("# why this is needed",)), Comments(trailing="# see the ticket"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """What a format can say beyond a list of packages in groups."""

    edges: bool = False
    extras: bool = False
    forks: bool = False
    python: tuple[str, ...] = ("==3.11.*",)
    filenames: bool = False
    urls: bool = False
    versions_of_sources: bool = False
    prereleases: bool = False
    tasks: bool = False
    optional_groups: bool = False
    one_condition: bool = False  # a package has one for all of its scopes
    sources: tuple[str, ...] = ("private", "git", "archive", "directory")


PLAIN = Powers(filenames=True, sources=("private",))


def conditions() -> st.SearchStrategy[Marker]:
    return st.just(ANY) | st.sampled_from(CONDITIONS).map(markers.parse)


@st.composite
def specifiers(draw: st.DrawFn, version: str = "1.5") -> SpecifierSet:
    """A specifier that admits a version."""
    written = draw(st.sampled_from(["", f"=={version}", f">={version}", f">={version},!=9.9,<10!0", f"<={version}"]))
    return SpecifierSet(written)


def sources() -> st.SearchStrategy[Source]:
    """Direct references that PEP 508 text can say."""
    url = st.sampled_from(["https://h.example/o/r.git", "ssh://git@h.example/o/r"])
    revision = st.sampled_from([None, "v1.0", "feature/x"])
    folder = st.sampled_from([None, "sub/pkg"])
    vcs = st.builds(Vcs, type=st.sampled_from(["git", "hg"]), url=url, revision=revision, subdirectory=folder)
    archive = st.builds(Archive, url=st.just("https://h.example/f/x-1.0-py3-none-any.whl"), subdirectory=folder)
    local = st.builds(Directory, path=st.sampled_from(["/srv/pkg", "/srv/a b"]))
    return vcs | archive | local


@st.composite
def requirements(draw: st.DrawFn) -> Requirement:
    """Any requirement that PEP 508 text can say."""
    source = draw(st.none() | sources())
    return Requirement(
        name=draw(st.sampled_from(NAMES)),
        extras=frozenset(draw(st.lists(st.sampled_from(EXTRAS), max_size=2))),
        specifier=SpecifierSet() if source else draw(specifiers()),
        marker=draw(conditions()),
        source=source,
    )


# --- a lock's packages


def sha256(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def files(name: str, version: str, *, named: bool, urls: bool = False) -> tuple[Artifact, ...]:
    """A wheel and an sdist, as a lock has them."""
    stem = f"{name.replace('-', '_')}-{version}"
    both = (f"{stem}-py3-none-any.whl", f"{stem}.tar.gz")
    places = (f"https://files.example/{file}" if urls else None for file in both)
    return tuple(
        Artifact(filename=file if named else None, url=url, hashes=(sha256(file),))
        for file, url in zip(both, places, strict=True)
    )


def source_of(kind: str, name: str) -> Source:
    match kind:
        case "private":
            return Registry(PRIVATE.url)
        case "git" | "branch":
            said = "rev" if kind == "git" else kind
            return Vcs(type="git", url=f"https://h.example/o/{name}.git", revision="v1", reference=said, commit=COMMIT)
        case "archive":
            return Archive(url=f"https://h.example/f/{name.replace('-', '_')}-1.0-py3-none-any.whl")
        case "directory":
            return Directory(path=f"libs/{name}", editable=True)
        case _:
            return Registry()


@dataclass(slots=True, kw_only=True)
class Draft:
    """A package on its way: what leads to it, per scope, and what it needs."""

    name: str
    version: str
    source: Source
    kind: str
    when: dict[Scope, Marker] = field(default_factory=dict)
    needs: list[Dependency] = field(default_factory=list)

    def add(self, scope: Scope, marker: Marker) -> None:
        joined = self.when.get(scope, EMPTY) | marker
        if not joined.is_empty():
            self.when[scope] = joined

    def package(self, powers: Powers) -> Package:
        released = self.kind in RELEASED
        version = self.version if released or powers.versions_of_sources else None
        artifacts = files(self.name, self.version, named=powers.filenames, urls=powers.urls) if released else ()
        if self.kind == "archive":
            wheel = f"{self.name.replace('-', '_')}-1.0-py3-none-any.whl"
            artifacts = (Artifact(filename=wheel if powers.filenames else None, hashes=(sha256(wheel),)),)
        return Package(
            id=PackageId(name=self.name, version=version, source=self.source),
            when=self.when,
            requires_python=SpecifierSet(">=3.8") if powers.edges else None,
            summary='A package; it says "hello".' if powers.edges else None,
            artifacts=artifacts,
            dependencies=tuple(self.needs) if powers.edges else None,
        )


@st.composite
def drafts(draw: st.DrawFn, powers: Powers) -> list[Draft]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=6))
    made = []
    for name in names:
        kind = draw(st.sampled_from(["", "", "", *powers.sources]))
        version = "1.0" if kind in ("git", "branch", "archive", "directory") else draw(st.sampled_from(VERSIONS))
        made.append(Draft(name=name, version=version, source=source_of(kind, name), kind=kind))
    return made


@st.composite
def declared(draw: st.DrawFn, target: Draft, marker: Marker, powers: Powers) -> Requirement:
    """A requirement that leads to a package."""
    source = target.source if target.kind else None
    if isinstance(source, Vcs):
        source = replace(source, commit=None)
    return Requirement(
        name=target.name,
        specifier=SpecifierSet() if target.kind not in RELEASED else draw(specifiers(target.version)),
        marker=marker,
        source=source,
        prereleases=powers.prereleases and target.kind == "" and draw(st.booleans()),
        comments=draw(st.sampled_from(COMMENTS)),
        spelling="",
    )


@st.composite
def projects(draw: st.DrawFn, powers: Powers = PLAIN) -> Project:
    """A whole project with a lock that is sound and closed."""
    pool = draw(drafts(powers))
    python = draw(st.sampled_from(powers.python))
    care = markers.python(python)
    scopes = [MAIN, *(Scope(ScopeKind.GROUP, g) for g in draw(st.lists(st.sampled_from(GROUPS), unique=True)))]
    if powers.extras:
        scopes += [Scope(ScopeKind.EXTRA, e) for e in draw(st.lists(st.sampled_from(EXTRAS), unique=True))]
    if powers.edges:
        _connect(draw, pool, powers)
    own = {} if not powers.one_condition else {d.name: draw(conditions()) for d in pool if not _linked(d, pool)}
    wanted: dict[Scope, list[Requirement]] = {scope: [] for scope in scopes}
    for scope in scopes:
        for target in draw(st.lists(st.sampled_from(pool), unique_by=lambda d: d.name, max_size=3)):
            requirement = draw(declared(target, _condition(draw, target, own, powers), powers))
            if not (requirement.marker & care).is_empty():
                wanted[scope].append(requirement)
                target.add(scope, requirement.marker)
    _spread(pool)
    drawn = [d for d in pool if d.when]
    forks = _forked(draw, wanted, care) if powers.forks else []
    packages = [d.package(powers) for d in (*drawn, *forks)]
    return Project(
        name=draw(st.sampled_from(["demo", "my-app", "x2"])),
        version=None,
        requires_python=SpecifierSet(python),
        dependencies=tuple(wanted[MAIN]),
        optional_dependencies={s.name: tuple(r) for s, r in wanted.items() if s.kind is ScopeKind.EXTRA},
        dependency_groups={
            s.name: Group(requirements=tuple(r), optional=powers.optional_groups and draw(st.booleans()))
            for s, r in wanted.items()
            if s.kind is ScopeKind.GROUP
        },
        indexes=draw(st.sampled_from([(PUBLIC, PRIVATE), (PUBLIC, PRIVATE, SECOND)])),
        tasks=draw(st.sampled_from([{}, {"serve": "python -m http.server", "t": "sh -c \"a 'b'\""}]))
        if powers.tasks
        else {},
        lock=Lock(
            packages=tuple(sorted(_reached(packages, care), key=package_key)), requires_python=SpecifierSet(python)
        ),
    )


def _linked(one: Draft, pool: Sequence[Draft]) -> bool:
    return bool(one.needs) or any(edge.name == one.name for other in pool for edge in other.needs)


def _condition(draw: st.DrawFn, target: Draft, own: Mapping[str, Marker], powers: Powers) -> Marker:
    return own.get(target.name, ANY) if powers.one_condition else draw(conditions())


def _connect(draw: st.DrawFn, pool: Sequence[Draft], powers: Powers) -> None:
    for at, one in enumerate(pool):
        for other in (
            draw(st.lists(st.sampled_from(pool[at + 1 :]), unique_by=lambda d: d.name, max_size=2))
            if pool[at + 1 :]
            else ()
        ):
            specifier = SpecifierSet() if other.kind not in RELEASED else draw(specifiers(other.version))
            source = other.source if other.kind not in RELEASED else None
            if source is None:
                marker = ANY if powers.one_condition else draw(conditions())
                one.needs.append(Dependency(name=other.name, specifier=specifier, marker=marker))


def _spread(pool: Sequence[Draft]) -> None:
    by_name = {d.name: d for d in pool}
    for one in pool:
        for edge in one.needs:
            for scope, marker in one.when.items():
                by_name[edge.name].add(scope, marker & edge.marker)


def _forked(draw: st.DrawFn, wanted: dict[Scope, list[Requirement]], care: Marker) -> list[Draft]:
    """Perhaps a name of which older interpreters get another version."""
    if (care & FORK).is_empty() or (care & ~FORK).is_empty() or not draw(st.booleans()):
        return []
    old = Draft(name="forked", version="1.26.4", source=Registry(), kind="")
    new = Draft(name="forked", version="2.1.0", source=Registry(), kind="")
    for draft, marker in ((old, FORK), (new, ~FORK)):
        draft.add(MAIN, marker)
        wanted[MAIN].append(Requirement(name="forked", specifier=SpecifierSet(f"=={draft.version}"), marker=marker))
    return [old, new]


def _reached(packages: Sequence[Package], care: Marker) -> list[Package]:
    """Those that the project's interpreters get, their conditions as simple as these interpreters allow."""
    kept = []
    for package in packages:
        when = {scope: marker.under(care) for scope, marker in package.when.items()}
        when = {scope: marker for scope, marker in when.items() if not marker.is_empty()}
        if when:
            kept.append(replace(package, when=when))
    return kept
