from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.formats.pipenv import FORMAT
from converter.formats.pipenv.hash import digest
from converter.losses import Kind, Loss
from converter.markers import ANY
from converter.model import (
    MAIN,
    Archive,
    Artifact,
    Comments,
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
from tests.formats.pipenv.test_parse import COMMIT, DEV, ONE, SOURCE, TWO, lock, told

SAMPLES = Path(__file__).parents[3] / "samples"
CASES = ("flask-app", "everything")
PRIVATE = "https://packages.example.org/simple"


def sample(case: str) -> Tree:
    folder = SAMPLES / case / "pipenv"
    return Tree.of({name: (folder / name).read_bytes() for name in ("Pipfile", "Pipfile.lock")})


def package(name: str, version: str | None = "1.0", **fields: object) -> Package:
    identity = PackageId(name=name, version=version, source=fields.pop("source", Registry()))  # type: ignore[arg-type]
    fields = {"when": {MAIN: ANY}, "artifacts": (Artifact(hashes=(ONE,)),)} | fields
    return Package(id=identity, **fields)  # type: ignore[arg-type]


def written(project: Project, tree: Tree | None = None) -> tuple[str, dict[str, dict[str, object]], tuple[Loss, ...]]:
    done = FORMAT.emit(project, tree or Tree.of({}))
    text, locked = done.value.text("Pipfile"), done.value.text("Pipfile.lock")
    assert text is not None
    assert {loss.kind for loss in FORMAT.parse(done.value, project.name).losses} <= {
        Kind.COMMENT_LEFT,
        Kind.EDITABLE_LEFT,
    }
    return text, json.loads(locked) if locked else {}, done.losses


def edited(old: str, **changes: object) -> str:
    """The Pipfile `old` once the project that it declares has changed."""
    tree = Tree.of({"Pipfile": old})
    project = replace(FORMAT.parse(tree, "app").value, **changes)  # type: ignore[arg-type]
    return written(project, tree)[0]


@pytest.mark.parametrize("case", CASES)
def test_own_files_are_a_fixed_point(case: str) -> None:
    tree = sample(case)
    done = FORMAT.emit(FORMAT.parse(tree, "app").value, tree.drop("Pipfile.lock"))
    assert done.value.edits() == ()
    assert done.losses == ()


@pytest.mark.parametrize("case", CASES)
def test_written_anew_they_say_the_same(case: str) -> None:
    project = FORMAT.parse(sample(case), "app").value
    done = FORMAT.emit(project, Tree.of({}))
    again = FORMAT.parse(done.value, "app")
    assert again.value == project
    assert again.value.comments == project.comments
    assert [r.comments for r in again.value.dependencies] == [r.comments for r in project.dependencies]
    assert FORMAT.emit(again.value, done.value.drop("Pipfile.lock")).value.edits() == done.value.edits()


def test_the_layout_of_a_new_pipfile() -> None:
    project = Project(
        name="app",
        requires_python=SpecifierSet(">=3.9,<3.10"),
        comments=Comments(above=("# The app.",)),
        dependencies=(
            Requirement(name="a", comments=Comments(above=("# one", "# two"), trailing="# behind")),
            Requirement(name="b", specifier=SpecifierSet("<2,>=1"), extras=frozenset("yx")),
        ),
        optional_dependencies={"cli": (Requirement(name="click"),)},
        dependency_groups={
            "dev": Group(requirements=(Requirement(name="pytest"),), includes=("docs",)),
            "docs": Group(requirements=(Requirement(name="sphinx"),), comments=Comments(above=("# for the site",))),
        },
        indexes=(Index(name="company", url=PRIVATE, priority=Priority.EXPLICIT, verify_tls=False),),
        tasks={"start": "run it", "a:b": 'say "hello"'},
    )
    text, locked, losses = written(project)
    assert locked == {}
    assert told(losses) == [
        "NOTE extra-as-group: Pipfile: cli: extra cli",
        "NOTE include-flattened: Pipfile: dev includes docs",
        "NOTE index-priority: Pipfile: index company is explicit",
    ]
    assert text == (
        "# The app.\n\n"
        '[[source]]\nname = "pypi"\nurl = "https://pypi.org/simple"\nverify_ssl = true\n\n'
        f'[[source]]\nname = "company"\nurl = "{PRIVATE}"\nverify_ssl = false\n\n'
        '[packages]\n# one\n# two\na = "*"  # behind\nb = {version = ">=1,<2", extras = ["x", "y"]}\n\n'
        '[dev-packages]\npytest = "*"\nsphinx = "*"\n\n'
        '# for the site\n[docs]\nsphinx = "*"\n\n'
        '[cli]\nclick = "*"\n\n'
        '[requires]\npython_version = "3.9"\n\n'
        '[scripts]\nstart = "run it"\n"a:b" = "say \\"hello\\""\n'
    )


def test_the_layout_of_a_lock() -> None:
    project = Project(name="app", lock=Lock(packages=(package("a", extras=frozenset("x")),)))
    done = FORMAT.emit(project, Tree.of({})).value
    hashed = digest(tomllib.loads(done.text("Pipfile") or ""))
    assert done.text("Pipfile.lock") == (
        '{\n    "_meta": {\n        "hash": {\n            "sha256": "' + hashed + '"\n        },\n'
        '        "pipfile-spec": 6,\n        "requires": {},\n        "sources": [\n            {\n'
        '                "name": "pypi",\n                "url": "https://pypi.org/simple",\n'
        '                "verify_ssl": true\n            }\n        ]\n    },\n'
        '    "default": {\n        "a": {\n            "extras": [\n                "x"\n            ],\n'
        f'            "hashes": [\n                "{ONE}"\n            ],\n'
        '            "version": "==1.0"\n        }\n    },\n    "develop": {}\n}\n'
    )


def test_entries_of_every_form() -> None:
    made = (
        package("direct", when={MAIN: markers.parse("sys_platform == 'win32'"), DEV: ANY}),
        package("elsewhere", source=Registry(PRIVATE), artifacts=(Artifact(hashes=(TWO,)), Artifact(hashes=(ONE,)))),
        package("odd", "2004d"),
        package("folder", None, source=Directory(path=".", editable=True), artifacts=()),
        package("wheel", None, source=Archive(path="w.whl")),
        package("url", None, source=Archive(url="https://h/a.zip")),
        package("git", None, source=Vcs(type="git", url="https://h/g", revision="v1", commit=COMMIT, subdirectory="s")),
    )
    _, locked, losses = written(
        Project(name="app", dependencies=(Requirement(name="direct"),), lock=Lock(packages=made))
    )
    assert losses == ()
    assert locked["default"] == {
        "direct": {"version": "==1.0", "hashes": [ONE], "index": "pypi", "markers": "sys_platform == 'win32'"},
        "elsewhere": {"version": "==1.0", "hashes": [ONE, TWO], "index": "packages.example.org"},
        "odd": {"version": "===2004d", "hashes": [ONE]},
        "folder": {"path": ".", "editable": True},
        "wheel": {"file": "./w.whl", "hashes": [ONE]},
        "url": {"file": "https://h/a.zip", "hashes": [ONE]},
        "git": {"git": "https://h/g", "ref": COMMIT, "subdirectory": "s"},
    }
    assert locked["develop"] == {"direct": {"version": "==1.0", "hashes": [ONE], "index": "pypi"}}
    assert [s["name"] for s in locked["_meta"]["sources"]] == ["pypi", "packages.example.org"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("made", "loss"),
    [
        (package("a", None), "STOP unpinned: Pipfile.lock: a"),
        (package("a", None, source=Vcs(type="git", url="u")), "STOP unpinned: Pipfile.lock: a"),
        (package("a", artifacts=(Artifact(hashes=("md5:12",)),)), "LOSS hash-left: Pipfile.lock: a: md5"),
    ],
)
def test_what_a_lock_cannot_pin(made: Package, loss: str) -> None:
    done = FORMAT.emit(Project(name="app", lock=Lock(packages=(made,))), Tree.of({}))
    assert told(done.losses) == [loss]


def test_an_extra_and_a_group_of_one_name() -> None:
    extra = Scope(ScopeKind.EXTRA, "docs")
    project = Project(
        name="app",
        optional_dependencies={"docs": (Requirement(name="a"),), "default": ()},
        dependency_groups={"docs": Group(requirements=(Requirement(name="b"),)), "develop": Group()},
        lock=Lock(packages=(package("a", when={extra: ANY}), package("b", when={Scope(ScopeKind.GROUP, "docs"): ANY}))),
    )
    text, locked, losses = written(project)
    assert [line for line in text.splitlines() if line.startswith("[") and "source" not in line] == [
        "[packages]",
        "[dev-packages]",
        "[develop-group]",
        "[docs]",
        "[default-extra]",
        "[docs-extra]",
    ]
    assert {name: [*rows] for name, rows in locked.items() if name != "_meta" and rows} == {
        "docs": ["b"],
        "docs-extra": ["a"],
    }
    assert sorted(told(losses)) == [
        "NOTE extra-as-group: Pipfile: default-extra: extra default",
        "NOTE extra-as-group: Pipfile: docs-extra: extra docs",
        "NOTE group-renamed: Pipfile: default-extra: extra default is called default-extra",
        "NOTE group-renamed: Pipfile: develop-group: group develop is called develop-group",
        "NOTE group-renamed: Pipfile: docs-extra: extra docs is called docs-extra",
    ]


@pytest.mark.parametrize(
    ("stated", "requires"),
    [
        ("==3.9.*", {"python_version": "3.9"}),
        ("~=3.9.0", {"python_version": "3.9"}),
        (">=3.11,<3.12", {"python_version": "3.11"}),
        ("==3.9.1", {"python_full_version": "3.9.1"}),
        (">=3.9", None),
        ("==3.*", None),
    ],
)
def test_requires_names_one_python_or_none(stated: str, requires: dict[str, str] | None) -> None:
    text, _, losses = written(Project(name="app", requires_python=SpecifierSet(stated)))
    assert tomllib.loads(text).get("requires") == requires
    assert told(losses) == ([] if requires else [f"NOTE python-range-left: Pipfile: requires: {SpecifierSet(stated)}"])


def test_what_a_pipfile_cannot_say_is_told() -> None:
    project = Project(
        name="app",
        dependencies=(Requirement(name="a", prereleases=True), Requirement(name="b")),
        constraints=(Requirement(name="c", specifier=SpecifierSet("<2")),),
        overrides=(Requirement(name="d", specifier=SpecifierSet("==1"), spelling="d==1"),),
        build_constraints=(Requirement(name="e", specifier=SpecifierSet("<3")),),
        conflicts=((Scope(ScopeKind.EXTRA, "cpu"), Scope(ScopeKind.EXTRA, "gpu")),),
        default_groups=("dev", "docs"),
    )
    _, _, losses = written(project)
    assert told(losses) == [
        "LOSS constraint-left: Pipfile: constraint c<2",
        "LOSS constraint-left: Pipfile: override d==1",
        "LOSS constraint-left: Pipfile: build constraint e<3",
        "LOSS constraint-left: Pipfile: a conflict between extra cpu and extra gpu",
        "NOTE setting-needless: Pipfile: group docs is installed only when it is asked for",
        "LOSS setting-left: Pipfile: prereleases are allowed for a alone, a Pipfile allows them for all or none",
    ]


def test_prereleases_for_all_are_said() -> None:
    project = Project(name="app", dependencies=(Requirement(name="a", prereleases=True),))
    done = FORMAT.emit(project, Tree.of({}))
    assert (done.value.text("Pipfile") or "").endswith("\n[pipenv]\nallow_prereleases = true\n")


OLD = (
    "# Mine.\n\n"
    f"{SOURCE}\n"
    "[packages]\n# first\nzeta   =   '*'   # z\n\n# then\nalpha = {version = '>=1'}\n\n"
    "[requires]\npython_version = '3.9'\n\n[scripts]\ngo = 'run' # r\n"
)


def test_a_pipfile_that_says_it_already_stays() -> None:
    assert edited(OLD) == OLD


def test_one_more_requirement_changes_one_line() -> None:
    more = (Requirement(name="new", comments=Comments(above=("# why",))),)
    there = FORMAT.parse(Tree.of({"Pipfile": OLD}), "app").value.dependencies
    assert edited(OLD, dependencies=(*there, *more)) == OLD.replace(
        "alpha = {version = '>=1'}\n", "alpha = {version = '>=1'}\n# why\nnew = \"*\"\n"
    )


def test_a_requirement_that_goes_takes_its_comments_along() -> None:
    kept = (Requirement(name="alpha", specifier=SpecifierSet(">=1")),)
    assert edited(OLD, dependencies=kept) == OLD.replace("# first\nzeta   =   '*'   # z\n", "")


def test_another_version_keeps_the_comments() -> None:
    changed = (Requirement(name="zeta"), Requirement(name="alpha", specifier=SpecifierSet(">=2")))
    assert edited(OLD, dependencies=changed) == OLD.replace("alpha = {version = '>=1'}", 'alpha = ">=2"')


def test_what_is_new_is_added_behind() -> None:
    text = edited(
        OLD,
        dependency_groups={"docs": Group(requirements=(Requirement(name="sphinx"),))},
        tasks={"go": "run", "x": "y"},
    )
    assert text == OLD.replace("# r\n", '# r\nx = "y"\n') + '\n[docs]\nsphinx = "*"\n'


def test_what_is_gone_is_dropped() -> None:
    text = edited(OLD, requires_python=None, tasks={})
    assert tomllib.loads(text).get("requires") is None
    assert tomllib.loads(text)["scripts"] == {}


def test_other_sources_go_to_the_head() -> None:
    text = edited(OLD, indexes=(Index(name="company", url=PRIVATE),))
    assert text == OLD.replace('"pypi"', '"company"').replace("https://pypi.org/simple", PRIVATE)


def test_a_pipfile_without_a_source_gets_one() -> None:
    assert edited("[packages]\na = '*'\n") == f"{SOURCE}\n[packages]\na = '*'\n"


def test_a_file_that_ends_without_a_newline_keeps_its_end() -> None:
    assert edited(OLD.rstrip()) == OLD.rstrip()


SPELT = (
    '[[source]]\nname = "pypi"\nurl = "https://pypi.org/simple"\nverify_ssl = "true"\n\n'
    '[packages]\nFlask = "*"  # web\n"zope.interface" = "*"\n'
    'discord = {file = "https://h/r.zip", egg = "discord.py[voice]"}\n'
)


def test_a_lock_of_an_old_pipenv_comes_back_where_its_pipfile_stays() -> None:
    locked = lock(SPELT, meta={"hash": {"sha256": digest(tomllib.loads(SPELT), normalize=False)}})
    tree = Tree.of({"Pipfile": SPELT, "Pipfile.lock": locked})
    done = FORMAT.emit(FORMAT.parse(tree, "app").value, tree.drop("Pipfile.lock")).value
    assert done.text("Pipfile") == SPELT
    assert json.loads(done.text("Pipfile.lock") or "") == json.loads(locked)


def test_without_it_the_pipfile_is_brought_to_what_pipenv_of_today_takes() -> None:
    text, locked, _ = written(FORMAT.parse(Tree.of({"Pipfile": SPELT}), "app").value, Tree.of({"Pipfile": SPELT}))
    assert locked == {}
    assert text == (
        f"{SOURCE}\n"
        '[packages]\nflask = "*"  # web\nzope-interface = "*"\n'
        'discord-py = {file = "https://h/r.zip", extras = ["voice"]}\n'
    )
    data = tomllib.loads(text)
    assert digest(data) == digest(data, normalize=False)


def test_an_entry_that_no_longer_says_it_is_written_anew() -> None:
    tree = sample("flask-app")
    project = FORMAT.parse(tree, "app").value
    assert project.lock is not None
    first, *others = project.lock.packages
    changed = replace(first, artifacts=(Artifact(hashes=(ONE,)),))
    moved = replace(project, lock=replace(project.lock, packages=(changed, *others)))
    locked = json.loads(FORMAT.emit(moved, tree.drop("Pipfile.lock")).value.text("Pipfile.lock") or "")
    assert locked["default"][first.name]["hashes"] == [ONE]


def test_retire_leaves_no_trace() -> None:
    tree = Tree.of({"Pipfile": OLD, "Pipfile.lock": "{}", "app.py": ""})
    assert [str(p) for p in FORMAT.retire(tree).value.paths()] == ["app.py"]


def test_the_projects_own_extras_are_followed_and_never_looked_up_on_an_index() -> None:
    extras = {
        "cli": (Requirement(name="rich"),),
        "tls": (Requirement(name="idna"),),
        "all": (
            Requirement(name="demo", extras=frozenset({"cli", "tls"})),
            Requirement(name="demo", extras=frozenset({"all"})),
        ),
    }
    text, _, _ = written(Project(name="Demo", optional_dependencies=extras))
    assert tomllib.loads(text)["all"] == {"rich": "*", "idna": "*"}
