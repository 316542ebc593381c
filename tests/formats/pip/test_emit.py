from __future__ import annotations

from dataclasses import replace

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.formats.pip import FORMAT
from converter.losses import Kind, Loss
from converter.markers import ANY
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
    Vcs,
)
from converter.tree import Tree
from tests.formats.pip.test_parse import COMMIT, DEV, ONE, TWO

EXTRA = Scope(ScopeKind.EXTRA, "cli")
PRIVATE = "https://index.example/simple"


def package(name: str, version: str | None = "1.0", **fields: object) -> Package:
    identity = PackageId(name=name, version=version, source=fields.pop("source", Registry()))  # type: ignore[arg-type]
    fields = {"when": {MAIN: ANY}, "artifacts": (Artifact(hashes=(ONE,)),), "dependencies": ()} | fields
    return Package(id=identity, **fields)  # type: ignore[arg-type]


def project(*packages: Package, **fields: object) -> Project:
    return Project(name="demo", lock=Lock(packages=packages), **fields)  # type: ignore[arg-type]


def written(made: Project, tree: Tree | None = None) -> tuple[Tree, tuple[Loss, ...]]:
    done = FORMAT.emit(made, tree or Tree.of({}))
    return done.value, done.losses


def lines(tree: Tree, path: str) -> list[str]:
    """What a file says, without comments at its head, in the order of its lines."""
    text = tree.text(path)
    assert text is not None, [str(each) for each in tree.paths()]
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def kinds(losses: tuple[Loss, ...]) -> set[Kind]:
    return {loss.kind for loss in losses}


def test_a_pin_in_the_layout_of_pip_compile() -> None:
    a = package("a", extras=frozenset({"x"}), artifacts=(Artifact(hashes=(TWO,)), Artifact(hashes=(ONE,))))
    b = package("b", "2.0", when={MAIN: markers.parse("os_name == 'nt'")}, dependencies=(Dependency(name="a"),))
    tree, losses = written(project(a, b, dependencies=(Requirement(name="a"), Requirement(name="b"))))
    assert lines(tree, "requirements.txt") == [
        "a[x]==1.0 \\",
        f"    --hash={ONE} \\",
        f"    --hash={TWO}",
        "    # via",
        "    #   -r requirements.in",
        "    #   b",
        'b==2.0 ; os_name == "nt" \\',
        f"    --hash={ONE}",
        "    # via -r requirements.in",
    ]
    assert losses == ()


def test_a_fork_is_two_lines_with_markers() -> None:
    old, new = markers.parse("python_version < '3.11'"), markers.parse("python_version >= '3.11'")
    tree, _ = written(project(package("a", "1.0", when={MAIN: old}), package("a", "2.0", when={MAIN: new})))
    assert [line for line in lines(tree, "requirements.txt") if "==" in line] == [
        'a==1.0 ; python_version < "3.11" \\',
        'a==2.0 ; python_version >= "3.11" \\',
    ]


def test_a_marker_that_the_projects_pythons_always_meet_is_left_out() -> None:
    made = project(
        package("a", when={MAIN: markers.parse("python_version >= '3.9'")}), requires_python=SpecifierSet(">=3.9")
    )
    assert lines(written(made)[0], "requirements.txt")[0] == "a==1.0 \\"


def test_what_is_declared_keeps_its_words_and_comments() -> None:
    made = Project(
        name="demo",
        requires_python=SpecifierSet("<4,>=3.9"),
        comments=Comments(above=("# The shop.",)),
        dependencies=(
            Requirement(name="a", specifier=SpecifierSet("<2,>=1"), comments=Comments(above=("# why",))),
            Requirement(name="b", extras=frozenset({"x"}), marker=markers.parse("os_name == 'nt'")),
        ),
    )
    tree, _ = written(made)
    text = '# The shop.\n# requires-python: <4,>=3.9\n\n# why\na>=1,<2\nb[x] ; os_name == "nt"\n'
    assert tree.text("requirements.in") == text
    assert "requirements.txt" not in tree


def test_a_group_and_an_extra_rest_on_main() -> None:
    made = project(
        package("a", when={MAIN: ANY}),
        package("b", when={DEV: ANY}),
        package("c", when={EXTRA: ANY}),
        dependency_groups={"dev": Group(requirements=(Requirement(name="b"),))},
        optional_dependencies={"cli": (Requirement(name="c"),)},
    )
    tree, losses = written(made)
    assert lines(tree, "requirements-dev.txt")[:2] == ["-c requirements.txt", "b==1.0 \\"]
    assert lines(tree, "requirements-dev.in") == ["-c requirements.txt", "b"]
    assert lines(tree, "requirements-cli.txt")[:2] == ["-c requirements.txt", "c==1.0 \\"]
    assert kinds(losses) == {Kind.EXTRA_AS_GROUP}


def test_a_group_has_the_better_right_to_a_name() -> None:
    made = project(
        package("b", when={Scope(ScopeKind.GROUP, "cli"): ANY, EXTRA: ANY}),
        dependency_groups={"cli": Group(), "direct": Group(requirements=(Requirement(name="b"),))},
        optional_dependencies={"cli": ()},
    )
    tree, losses = written(made)
    assert {str(path) for path in tree.paths("*.txt")} == {
        "requirements.txt",
        "requirements-cli.txt",
        "requirements-cli-extra.txt",
        "requirements-direct-group.txt",
    }
    assert Kind.GROUP_RENAMED in kinds(losses)


def test_a_group_that_pins_otherwise_stands_alone() -> None:
    tree, losses = written(
        project(package("a", "1.0"), package("a", "2.0", when={DEV: ANY}), dependency_groups={"dev": Group()})
    )
    assert lines(tree, "requirements-dev.txt")[0] == "a==2.0 \\"
    (loss,) = losses
    assert (loss.kind, loss.packages) == (Kind.SCOPE_CONFLICT, frozenset({"a"}))


def test_what_pip_cannot_check_by_hash_costs_the_others_nothing() -> None:
    made = project(
        package("a"),
        package(
            "b", None, source=Vcs(type="git", url="git@h.example:o/b.git", revision="v1", commit=COMMIT), artifacts=()
        ),
        package("c", None, source=Directory(path="libs/c", editable=True), artifacts=()),
        package("d", None, source=Directory(path="libs/other"), artifacts=()),
        package("e", source=Archive(url="https://h.example/e-1.0.tar.gz")),
        package("f", source=Archive(path="dist/f-1.0.tar.gz")),
    )
    tree, _ = written(made)
    assert [line for line in lines(tree, "requirements.txt") if not line.startswith(" ")] == [
        "a==1.0 \\",
        "e @ https://h.example/e-1.0.tar.gz \\",
        "./dist/f-1.0.tar.gz \\",
    ]
    assert lines(tree, "requirements-direct.txt") == [
        f"b @ git+ssh://git@h.example/o/b.git@{COMMIT}",
        "-e ./libs/c",
        "./libs/other  # as d",
    ]


def test_without_any_hash_the_releases_stay_together() -> None:
    tree, losses = written(project(package("a", artifacts=()), package("b", artifacts=())))
    assert lines(tree, "requirements.txt") == ["a==1.0", "b==1.0"]
    assert losses == ()


def test_a_release_without_a_hash_stands_beside_those_with_one() -> None:
    tree, _ = written(project(package("a"), package("b", artifacts=())))
    assert lines(tree, "requirements.txt")[0] == "a==1.0 \\"
    assert lines(tree, "requirements-direct.txt") == ["b==1.0"]


def test_indexes_are_options_and_hashes_keep_packages_apart() -> None:
    indexes = (
        Index(name="pypi", url=PUBLIC_INDEX),
        Index(
            name="own",
            url="https://${USER}:${TOKEN}@index.example/simple",
            priority=Priority.EXPLICIT,
            verify_tls=False,
        ),
    )
    made = project(package("a", source=Registry(indexes[1].url)), package("b"), indexes=indexes)
    tree, losses = written(made)
    assert lines(tree, "requirements.txt")[:5] == [
        "--index-url https://pypi.org/simple",
        "--extra-index-url https://${USER}:${TOKEN}@index.example/simple",
        "--trusted-host index.example",
        "a==1.0 \\",
        f"    --hash={ONE}",
    ]
    assert "    # from https://${USER}:${TOKEN}@index.example/simple" in (tree.text("requirements.txt") or "")
    assert kinds(losses) == {Kind.INDEX_FOR_ALL}


def test_several_indexes_without_hashes_stop() -> None:
    indexes = (Index(name="pypi", url=PUBLIC_INDEX), Index(name="own", url=PRIVATE, priority=Priority.SUPPLEMENTAL))
    made = project(package("a", source=Registry(PRIVATE), artifacts=()), package("b", artifacts=()), indexes=indexes)
    (loss,) = (loss for loss in written(made)[1] if loss.kind is Kind.INDEX_AMBIGUOUS)
    assert loss.packages == {"a", "b"}


def test_credentials_of_an_index_are_not_written() -> None:
    made = project(package("a"), indexes=(Index(name="own", url="https://me:secret@index.example/simple"),))
    tree, losses = written(made)
    assert lines(tree, "requirements.txt")[0] == "--index-url https://index.example/simple"
    assert Kind.INDEX_CREDENTIALS in kinds(losses)
    assert not any("secret" in loss.text for loss in losses)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"tasks": {"serve": "gunicorn"}}, Kind.TASK_LEFT),
        ({"constraints": (Requirement(name="a"),)}, Kind.CONSTRAINT_LEFT),
        ({"overrides": (Requirement(name="a"),)}, Kind.CONSTRAINT_LEFT),
        ({"conflicts": ((DEV, EXTRA),)}, Kind.CONSTRAINT_LEFT),
        ({"default_groups": ("dev",)}, Kind.SETTING_NEEDLESS),
        ({"dependency_groups": {"dev": Group(optional=True)}}, Kind.GROUP_NOT_OPTIONAL),
        ({"dependency_groups": {"dev": Group(includes=("x",))}}, Kind.INCLUDE_FLATTENED),
        ({"dependencies": (Requirement(name="a", prereleases=True), Requirement(name="b"))}, Kind.SETTING_LEFT),
    ],
)
def test_what_pip_has_no_word_for_is_told(fields: dict[str, object], kind: Kind) -> None:
    assert kinds(written(project(package("a"), **fields))[1]) == {kind}


def test_prereleases_for_all_are_an_option() -> None:
    made = project(package("a"), dependencies=(Requirement(name="a", prereleases=True),))
    tree, losses = written(made)
    assert lines(tree, "requirements.in") == ["--pre", "a"]
    assert losses == ()


def test_files_that_say_the_same_stay_as_they_are() -> None:
    text = f"a == 1.0   \\\n  --hash={ONE}   # via -r requirements.in\n"
    tree = Tree.of({"requirements.in": "A >= 1  # why\n", "requirements.txt": text})
    read = FORMAT.parse(tree, "demo").value
    assert FORMAT.emit(read, tree.drop("requirements.txt")).value.edits() == ()
    changed = replace(read, dependencies=())
    assert FORMAT.emit(changed, tree).value.text("requirements.in") == ""


def test_retire_takes_every_file_that_they_read() -> None:
    tree = Tree.of(
        {
            "requirements.txt": "-r deps/base.txt\n-c bounds.txt\n",
            "deps/base.txt": "a==1\n",
            "bounds.txt": "b<2\n",
            "requirements/dev.in": "c\n",
            "docs/requirements.txt": "d\n",
        }
    )
    assert [str(path) for path in FORMAT.retire(tree).value.paths()] == ["docs/requirements.txt"]
