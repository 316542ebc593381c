"""`verify` against wrong emitters planted into the real formats, through `convert`, and against single environments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.convert import Conversion, Options, convert
from converter.format import Format
from converter.formats import FORMATS
from converter.index import Settings
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, Marker
from converter.model import (
    MAIN,
    Archive,
    Artifact,
    Dependency,
    Directory,
    Group,
    Lock,
    Package,
    PackageId,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    Source,
    Vcs,
)
from converter.tree import Tree
from converter.verify import EXCUSED, counterpart, covered, differences, verify
from tests import strategies
from tests.formats.poetry.law import POWERS
from tests.laws.answers import of_pool, settings
from tests.laws.test_same_installs import same
from tests.laws.worlds import each_pair

DEV, DOCS = Scope(ScopeKind.GROUP, "dev"), Scope(ScopeKind.GROUP, "docs")
CLI = Scope(ScopeKind.EXTRA, "cli")
WINDOWS = markers.parse("sys_platform == 'win32'")


def artifacts(name: str, version: str) -> tuple[Artifact, ...]:
    return strategies.files(name, version, named=True, urls=True)


def package(name: str, version: str = "1.0", source: Source = Registry(), **when: Marker) -> Package:  # noqa: B008
    scopes = {"main": MAIN, "dev": DEV, "docs": DOCS, "cli": CLI}
    return Package(
        id=PackageId(name=name, version=version, source=source),
        when={scopes[scope]: marker for scope, marker in when.items()},
        artifacts=artifacts(name, version) if isinstance(source, Registry) else (),
        summary="",
    )


GIT = Vcs(type="git", url="https://h.example/o/x2.git", revision="v1", commit=strategies.COMMIT)
RIGHT = Project(
    name="demo",
    requires_python=SpecifierSet("==3.11.*"),
    dependencies=(
        Requirement(name="a"),
        Requirement(name="b2", marker=WINDOWS),
        Requirement(name="x", source=replace(GIT, commit=None)),
    ),
    dependency_groups={
        "dev": Group(requirements=(Requirement(name="a-b"), Requirement(name="a"))),
        "docs": Group(requirements=(Requirement(name="0"),)),
    },
    lock=Lock(
        requires_python=SpecifierSet("==3.11.*"),
        packages=(
            package("0", docs=ANY),
            package("a", main=ANY, dev=ANY),
            package("a-b", dev=ANY),
            package("b2", main=WINDOWS),
            package("x", "1.0", GIT, main=ANY),
        ),
    ),
)


def packages(project: Project) -> dict[str, Package]:
    return {p.name: p for p in project.lock.packages} if project.lock else {}


def with_package(project: Project, name: str, changed: Callable[[Package], Package | None]) -> Project:
    assert project.lock is not None
    made = (changed(p) if p.name == name else p for p in project.lock.packages)
    return replace(project, lock=replace(project.lock, packages=tuple(p for p in made if p is not None)))


def moved(package: Package, source: Source) -> Package:
    return replace(package, id=replace(package.id, source=source))


def requiring(project: Project, name: str, **changes: object) -> Project:
    """The project with a main requirement changed."""
    made = tuple(replace(r, **changes) if r.name == name else r for r in project.dependencies)  # type: ignore[arg-type]
    return replace(project, dependencies=made)


def no_marker(project: Project) -> Project:
    return with_package(requiring(project, "b2", marker=ANY), "b2", lambda p: replace(p, when={MAIN: ANY}))


def another_marker(project: Project) -> Project:
    linux = markers.parse("sys_platform == 'linux'")
    return with_package(requiring(project, "b2", marker=linux), "b2", lambda p: replace(p, when={MAIN: linux}))


def merged_scope(project: Project) -> Project:
    return with_package(project, "a-b", lambda p: replace(p, when={MAIN: ANY, DEV: ANY}))


def lost_scope(project: Project) -> Project:
    dev = replace(project.dependency_groups["dev"], requirements=(Requirement(name="a-b"),))
    fewer = replace(project, dependency_groups={**project.dependency_groups, "dev": dev})
    return with_package(fewer, "a", lambda p: replace(p, when={MAIN: ANY}))


def left_out(project: Project) -> Project:
    return with_package(project, "a-b", lambda _: None)


def made_up(project: Project) -> Project:
    assert project.lock is not None
    more = (*project.lock.packages, package("zope-interface", main=ANY))
    return replace(project, lock=replace(project.lock, packages=more))


def another_hash(project: Project) -> Project:
    def changed(p: Package) -> Package:
        first = replace(p.artifacts[0], hashes=("sha256:" + "0" * 64,))
        return replace(p, artifacts=(first, *p.artifacts[1:]))

    return with_package(project, "a", changed)


def lost_hash(project: Project) -> Project:
    return with_package(project, "a", lambda p: replace(p, artifacts=p.artifacts[1:]))


def another_version(project: Project) -> Project:
    other = artifacts("a", "2.0.1")
    return with_package(project, "a", lambda p: replace(p, id=replace(p.id, version="2.0.1"), artifacts=other))


def another_index(project: Project) -> Project:
    named = replace(project, indexes=(*project.indexes, strategies.PRIVATE))
    return with_package(named, "a-b", lambda p: moved(p, Registry(strategies.PRIVATE.url)))


def another_commit(project: Project) -> Project:
    return with_package(project, "x", lambda p: moved(p, replace(GIT, commit="f" * 40)))


def another_repository(project: Project) -> Project:
    elsewhere = replace(GIT, url="https://evil.example/o/x2.git")
    named = requiring(project, "x", source=replace(elsewhere, commit=None))
    return with_package(named, "x", lambda p: moved(p, elsewhere))


def renamed_group(project: Project) -> Project:
    assert project.lock is not None
    other = Scope(ScopeKind.GROUP, "documents")
    groups = {("documents" if name == "docs" else name): group for name, group in project.dependency_groups.items()}
    when = [{(other if s == DOCS else s): m for s, m in p.when.items()} for p in project.lock.packages]
    made = tuple(replace(p, when=w) for p, w in zip(project.lock.packages, when, strict=True))
    return replace(project, dependency_groups=groups, lock=replace(project.lock, packages=made))


def lost_environment(project: Project) -> Project:
    assert project.lock is not None
    narrow = SpecifierSet("==3.12.*")
    return replace(project, requires_python=narrow, lock=replace(project.lock, requires_python=narrow))


WRONG = (
    no_marker,
    another_marker,
    merged_scope,
    lost_scope,
    left_out,
    made_up,
    another_hash,
    lost_hash,
    another_version,
    another_index,
    another_commit,
    another_repository,
    renamed_group,
    lost_environment,
)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings(tmp_path_factory.mktemp("index"), of_pool())


def spoiled(form: Format, spoil: Callable[[Project], Project]) -> Format:
    """The real format with an emitter that writes something else than it is given."""

    def emit(project: Project, tree: Tree) -> Lossy[Tree]:
        plain = replace(project.lock, tool={}) if project.lock else None  # nothing that it remembers may put it right
        return form.emit(spoil(replace(project, lock=plain)), tree)

    return replace(form, emit=emit)


def run(source: Format, target: Format, asked: Settings) -> Conversion:
    tree = FORMATS[source.name].emit(RIGHT, Tree.of({})).value
    return convert(Tree({p: tree.get(p) or b"" for p in tree.paths()}), source, target, Options(folder="demo"), asked)


@each_pair
@pytest.mark.parametrize("spoil", WRONG, ids=[spoil.__name__ for spoil in WRONG])
def test_a_wrong_emitter_is_caught_before_anything_is_written(
    source: Format, target: Format, spoil: Callable[[Project], Project], asked: Settings
) -> None:
    wrong = spoiled(target, spoil)
    done = run(wrong if source is target else source, wrong, asked)
    assert {loss.kind for loss in done.plan.stops} == {Kind.INSTALLS_DIFFER}
    assert done.plan.edits == ()


@each_pair
def test_the_right_emitter_is_not(source: Format, target: Format, asked: Settings) -> None:
    right = spoiled(target, lambda project: project)
    done = run(right if source is target else source, right, asked)
    assert [loss.text for loss in done.plan.stops] == []
    assert done.after is not None


# --- the sentences


def told(before: Project, after: Project, *losses: Loss) -> list[str]:
    return [loss.detail for loss in verify(before, after, losses)]


PUBLIC = "https://pypi.org/simple"


@pytest.mark.parametrize(
    ("spoil", "sentences"),
    [
        (no_marker, [f"b2 1.0 {PUBLIC} would be new in main where sys_platform != 'win32'"]),
        (
            another_marker,
            [f"b2 1.0 {PUBLIC} would be missing from main where sys_platform == 'win32'"],
        ),
        (merged_scope, [f"a-b 1.0 {PUBLIC} would be new in main"]),
        (lost_scope, [f"a 1.0 {PUBLIC} would be missing from group dev"]),
        (left_out, [f"a-b 1.0 {PUBLIC} would be missing from group dev"]),
        (made_up, [f"zope-interface 1.0 {PUBLIC} would be new in main"]),
        (another_hash, [f"the hashes of a 1.0 {PUBLIC} differ: 1 lost, 1 new"]),
        (lost_hash, [f"the hashes of a 1.0 {PUBLIC} differ: 1 lost, 0 new"]),
        (
            another_version,
            [
                f"a 1.0 {PUBLIC} would be missing from main",
                f"a 2.0.1 {PUBLIC} would be new in main",
                f"a 1.0 {PUBLIC} would be missing from group dev",
                f"a 2.0.1 {PUBLIC} would be new in group dev",
            ],
        ),
        (
            another_index,
            [
                f"a-b 1.0 {strategies.PRIVATE.url} would be new in group dev",
                f"a-b 1.0 {PUBLIC} would be missing from group dev",
            ],
        ),
        (
            renamed_group,
            [
                f"0 1.0 {PUBLIC} would be missing from group docs",
                f"0 1.0 {PUBLIC} would be new in group documents",
            ],
        ),
        (
            lost_environment,
            ["the target would not be for every environment"],
        ),
        (lambda project: project, []),
    ],
    ids=[*(s.__name__ for s in WRONG if s not in (another_commit, another_repository)), "right"],
)
def test_a_difference_is_one_sentence(spoil: Callable[[Project], Project], sentences: list[str]) -> None:
    assert told(RIGHT, spoil(RIGHT)) == sentences


def project(*held: Package, python: str = ">=3.9", **groups: Group) -> Project:
    return Project(
        name="demo",
        requires_python=SpecifierSet(python),
        dependency_groups=groups,
        lock=Lock(packages=held),
    )


def test_a_condition_that_no_covered_environment_tells_apart_is_the_same() -> None:
    old = markers.parse("python_version >= '3.8'")
    assert told(project(package("a", main=old)), project(package("a", main=ANY))) == []


def test_a_target_may_be_for_more_pythons_but_not_for_fewer() -> None:
    one = project(package("a", main=ANY), python=">=3.9")
    assert told(one, replace(one, requires_python=None)) == []
    assert told(one, project(package("a", main=ANY), python=">=3.10")) == [
        "the target would not be for python_version < '3.10'"
    ]
    named = Loss(kind=Kind.FORK_FLATTENED, where="b", detail="b", packages=frozenset({"b"}))
    assert told(one, project(package("a", main=ANY), python=">=3.10"), named) == []
    assert told(one, project(package("a", main=ANY), python=">=3.9,<4.0")) == []  # there is no Python 4
    assert told(one, project(package("a", main=ANY), python=">=3.9,<3.14")) != []


def test_a_lock_that_states_fewer_pythons_than_its_manifest_is_caught() -> None:
    one = project(package("a", main=ANY))
    assert one.lock is not None
    narrow = replace(one, lock=replace(one.lock, requires_python=SpecifierSet(">=3.12")))
    assert told(one, narrow) == ["the target would not be for python_version < '3.12'"]


def test_a_python_to_come_may_be_left_out_where_that_is_told() -> None:
    one = project(package("a", main=ANY), python=">=3.9")
    ended = replace(one, lock=replace(one.lock or Lock(), requires_python=SpecifierSet(">=3.9,<3.16")))
    short = replace(one, lock=replace(one.lock or Lock(), requires_python=SpecifierSet(">=3.9,<3.14")))
    assert told(one, ended) == ["the target would not be for python_version >= '3.16' and python_version < '4.0'"]
    assert told(one, ended, loss(Kind.PYTHON_ENDS, "a")) == []
    assert told(one, short, loss(Kind.PYTHON_ENDS, "a")) != []


def loss(kind: Kind, *names: str) -> Loss:
    return Loss(kind=kind, where="lock", detail="x", packages=frozenset(names))


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind in EXCUSED])
def test_a_loss_of_the_contracts_list_excuses_the_packages_it_names(kind: Kind) -> None:
    before = project(package("a", main=ANY), package("b", main=ANY))
    after = project(package("a", main=ANY))
    assert told(before, after, loss(kind, "b")) == []
    assert told(before, after, loss(kind, "a")) == [f"b 1.0 {PUBLIC} would be missing from main"]


def test_no_other_loss_excuses_anything() -> None:
    before, after = project(package("b", main=ANY)), project()
    others = [loss(kind, "b") for kind in Kind if kind not in EXCUSED]
    assert told(before, after, *others) == [f"b 1.0 {PUBLIC} would be missing from main"]


def test_a_fork_that_was_flattened_may_have_only_a_version_that_the_source_had() -> None:
    old, new = markers.parse("python_version < '3.11'"), markers.parse("python_version >= '3.11'")
    before = project(package("f", "1.0", main=old), package("f", "2.0.1", main=new))
    named = loss(Kind.FORK_FLATTENED, "f")
    assert told(before, project(package("f", "2.0.1", main=ANY)), named) == []
    assert told(before, project(package("f", "9.9", main=ANY)), named) == [f"f 9.9 {PUBLIC} would be new in main"]
    assert told(before, project(package("f", "9.9", main=ANY)), loss(Kind.RESOLVED_ANEW, "f")) == []


def test_nothing_excuses_another_hash() -> None:
    before = project(package("a", main=ANY))
    after = with_package(before, "a", lambda p: replace(p, artifacts=(Artifact(hashes=("sha256:0",)),)))
    assert told(before, after, *(loss(kind, "a") for kind in Kind)) == [
        f"the hashes of a 1.0 {PUBLIC} differ: 2 lost, 1 new"
    ]


def test_hashes_that_nobody_had_are_caught() -> None:
    bare = with_package(project(package("a", main=ANY)), "a", lambda p: replace(p, artifacts=()))
    assert told(bare, project(package("a", main=ANY))) == [f"the hashes of a 1.0 {PUBLIC} differ: 0 lost, 2 new"]


def test_the_hash_of_an_archive_without_a_version_counts() -> None:
    def held(digest: str, version: str | None) -> Project:
        source = Archive(url="https://h.example/a-1.0.zip")
        made = Package(
            id=PackageId(name="a", version=version, source=source),
            when={MAIN: ANY},
            artifacts=(Artifact(hashes=(digest,)),),
        )
        return project(made)

    assert told(held("sha256:1", None), held("sha256:1", "0")) == []
    assert told(held("sha256:1", None), held("sha256:2", "0")) == [
        "the hashes of a https://h.example/a-1.0.zip# differ: 1 lost, 1 new"
    ]


def test_a_dependency_that_only_the_target_lacks_is_caught() -> None:
    needs = replace(package("a", main=ANY), dependencies=(Dependency(name="b"),))
    assert told(project(package("a", main=ANY)), project(needs)) == ["a needs b, which the target lock does not hold"]
    assert told(project(needs), project(needs)) == []


def test_an_extra_is_compared_on_top_of_main() -> None:
    one = replace(project(package("a", main=ANY, cli=ANY)), optional_dependencies={"cli": ()})
    two = replace(project(package("a", main=ANY)), optional_dependencies={"cli": ()})
    assert told(one, two) == told(two, one) == []
    alone = replace(project(package("a", cli=ANY)), optional_dependencies={"cli": ()})
    assert told(alone, two) == [f"a 1.0 {PUBLIC} would be new in main"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"cli": ScopeKind.EXTRA}, CLI),
        ({"cli": ScopeKind.GROUP}, Scope(ScopeKind.GROUP, "cli")),
        ({"cli": ScopeKind.GROUP, "cli-extra": ScopeKind.GROUP}, Scope(ScopeKind.GROUP, "cli-extra")),
        ({"other": ScopeKind.GROUP}, CLI),
    ],
    ids=["itself", "a group", "a group of another name", "none"],
)
def test_a_group_may_stand_for_an_extra(names: dict[str, ScopeKind], expected: Scope) -> None:
    assert counterpart(CLI, [Scope(kind, name) for name, kind in names.items()]) == expected
    assert counterpart(DEV, [Scope(kind, name) for name, kind in names.items()]) == DEV


def test_the_project_itself_is_no_package_of_its_lock() -> None:
    root = package("demo", "1", Directory(path=".", editable=True), main=ANY)
    assert told(project(root), project()) == []


def test_no_lock_is_no_difference() -> None:
    assert told(replace(RIGHT, lock=None), RIGHT) == told(RIGHT, replace(RIGHT, lock=None)) == []


def test_ten_differences_are_enough() -> None:
    many = project(*(package(f"p{number:02}", main=ANY) for number in range(12)))
    assert len(told(many, project())) == 10
    assert len(list(differences(many, project()))) == 12


def test_the_environments_of_a_lock() -> None:
    two = (markers.parse("sys_platform == 'linux'"), WINDOWS)
    one = Project(requires_python=SpecifierSet(">=3.9"), lock=Lock(environments=two))
    assert covered(one) == markers.parse("python_version >= '3.9'") & (two[0] | two[1])
    assert covered(Project(lock=Lock(requires_python=SpecifierSet(">=3.9")))) == markers.parse(
        "python_version >= '3.9'"
    )
    assert covered(Project()) == ANY


# --- the second judge


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Project, Project]:
    """A project, and what a conversion with some slips would make of it."""
    before = draw(strategies.projects(POWERS))
    assert before.lock is not None
    held = list(before.lock.packages)
    for at in draw(st.lists(st.sampled_from(range(len(held))), max_size=2)) if held else ():
        slip = draw(st.sampled_from(["marker", "scope", "version"]))
        marker = draw(strategies.conditions())
        match slip:
            case "marker":
                held[at] = replace(held[at], when=dict.fromkeys(held[at].when, marker))
            case "scope":
                held[at] = replace(held[at], when={MAIN: marker})
            case _:
                held[at] = replace(held[at], id=replace(held[at].id, version="7.7"))
    return before, replace(before, lock=replace(before.lock, packages=tuple(held)))


@given(pairs())
def test_single_environments_agree_with_the_algebra(both: tuple[Project, Project]) -> None:
    before, after = both
    scopes = [d for d in differences(before, after) if "would be" in d.sentence]
    try:
        same(before, after, ())
    except AssertionError:
        assert scopes
    else:
        assert not scopes


def test_a_loss_excuses_the_hashes_that_it_names_and_no_other() -> None:
    first, second = sorted(packages(RIGHT)["a"].hashes)
    after = with_package(
        RIGHT, "a", lambda p: replace(p, artifacts=tuple(a for a in p.artifacts if second in a.hashes))
    )
    left = Loss(kind=Kind.FILE_NEEDLESS, where="a", detail="a", packages=frozenset({"a"}), hashes=frozenset({first}))
    assert verify(RIGHT, after, [left]) == ()
    assert len(verify(RIGHT, after, [replace(left, hashes=frozenset({second}))])) == 1
    assert len(verify(after, RIGHT, [left])) == 1, "a new hash is never excused"


def test_versions_are_compared_as_pep_440_does() -> None:
    spelled = with_package(RIGHT, "a", lambda p: replace(p, id=replace(p.id, version="v1.0.00")))
    assert verify(RIGHT, spelled, ()) == ()


def test_whose_credentials_an_index_is_asked_with_makes_no_difference() -> None:
    named, bare = (Registry(f"https://{user}h.example/simple") for user in ("${USER}:${TOKEN}@", ""))
    one, two = (with_package(RIGHT, "a", lambda p, s=source: moved(p, s)) for source in (named, bare))  # type: ignore[misc]
    assert verify(one, two, ()) == ()
    assert len(verify(one, RIGHT, ())) > 0


def test_where_the_source_has_gaps_the_target_need_not_be() -> None:
    assert RIGHT.lock is not None
    narrow = replace(RIGHT, lock=replace(RIGHT.lock, environments=(~WINDOWS,)))
    assert len(verify(RIGHT, narrow, ())) == 1
    gaps = replace(RIGHT, lock=replace(RIGHT.lock, closed=~WINDOWS))
    told = Loss(kind=Kind.ONE_PLATFORM, where="pyproject.toml", detail="environments")
    assert verify(gaps, narrow, (told,)) == ()
    assert [loss.where for loss in verify(gaps, narrow, ())] == ["requires-python"]
    assert [loss.where for loss in verify(RIGHT, narrow, (told,))] == ["requires-python"]


def test_what_a_scope_lacks_of_its_needs_may_be_added_there_and_nowhere_else() -> None:
    edge = Dependency(name="c", marker=WINDOWS)
    builder, needed = replace(package("b", main=ANY), dependencies=(edge,)), package("c", dev=ANY)
    asked = {
        "dependencies": (Requirement(name="b"),),
        "dependency_groups": {"dev": Group(requirements=(Requirement(name="c"),))},
    }
    before = Project(name="demo", lock=Lock(packages=(builder, needed)), **asked)  # type: ignore[arg-type]
    told = (Loss(kind=Kind.OTHER_PLATFORM, where="c", detail="c", packages=frozenset({"b", "c"})),)
    for where, fine in ((WINDOWS, True), (ANY, False)):
        wider = replace(needed, when={MAIN: where, DEV: ANY})
        after = replace(before, lock=Lock(packages=(builder, wider)))
        kind = Kind.GAP_FILLED if fine else Kind.INSTALLS_DIFFER
        assert {loss.kind for loss in verify(before, after, told)} == {kind}
        assert {loss.kind for loss in verify(before, after, ())} == {Kind.INSTALLS_DIFFER}  # somebody must have told it
