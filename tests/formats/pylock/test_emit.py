"""A Project as pylock.toml and pyproject.toml."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from packaging.pylock import Pylock
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.formats.pylock import FORMAT
from converter.losses import Kind, Loss
from converter.markers import ANY, Marker
from converter.model import (
    MAIN,
    PUBLIC_INDEX,
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
    Source,
    Vcs,
)
from converter.tree import Tree

SAMPLES = Path(__file__).parents[3] / "samples"
DEV, DOCS = Scope(ScopeKind.GROUP, "dev"), Scope(ScopeKind.GROUP, "docs")
CLI = Scope(ScopeKind.EXTRA, "cli")
WINDOWS = markers.parse("sys_platform == 'win32'")
COMMIT = "0123456789abcdef0123456789abcdef01234567"
PRIVATE = Index(name="corp", url="https://user:secret@index.example/simple", priority=Priority.EXPLICIT)


def file(name: str, digest: str = "a", **more: Any) -> Artifact:  # noqa: ANN401  # whatever an artifact has
    return Artifact(filename=name, url=f"https://files.example/{name}", hashes=(f"sha256:{digest * 64}",), **more)


def package(
    name: str, when: dict[Scope, Marker] | None = None, *files: Artifact, source: Source | None = None
) -> Package:
    held = files or ((file(f"{name.replace('-', '_')}-1.0-py3-none-any.whl"),) if source is None else ())
    identity = PackageId(name=name, version="1.0", source=source or Registry())
    return Package(id=identity, when=when or {MAIN: ANY}, artifacts=held)


def project(*packages: Package, **more: Any) -> Project:  # noqa: ANN401  # whatever a project has
    python = SpecifierSet(">=3.9")
    return Project(name="shop", requires_python=python, lock=Lock(packages=packages, requires_python=python), **more)


def written(given: Project, **files: str) -> tuple[dict[str, Any], str, tuple[Loss, ...]]:
    """The lock's values, the manifest's text, the losses. What is written is what `packaging` reads."""
    done = FORMAT.emit(given, Tree.of({name.replace("_", "."): text for name, text in files.items()}))
    values = tomllib.loads(done.value.text("pylock.toml") or "")
    if not any(loss.level.value == "stop" for loss in done.losses):
        Pylock.from_dict(values)
    return values, done.value.text("pyproject.toml") or "", done.losses


def kinds(losses: tuple[Loss, ...]) -> list[Kind]:
    return [loss.kind for loss in losses]


def test_the_text_of_a_lock() -> None:
    sdist = file("a-1.0.tar.gz", "b", size=7, upload_time="2025-01-25T11:30:10.5Z")
    given = project(package("a", {MAIN: ANY, DEV: WINDOWS}, file("a-1.0-py3-none-any.whl"), sdist),
                    dependency_groups={"dev": Group()}, optional_dependencies={"cli": ()})  # fmt: skip
    text = FORMAT.emit(given, Tree.of({})).value.text("pylock.toml")
    assert (
        text
        == f"""\
lock-version = "1.0"
requires-python = ">=3.9"
extras = ["cli"]
dependency-groups = ["default", "dev"]
default-groups = ["default"]
created-by = "pm-convert"

[[packages]]
name = "a"
version = "1.0"
marker = "'default' in dependency_groups or sys_platform == 'win32' and 'dev' in dependency_groups"
index = "https://pypi.org/simple"
sdist = {{url = "https://files.example/a-1.0.tar.gz", upload-time = 2025-01-25T11:30:10.500000Z, size = 7, \
hashes = {{sha256 = "{"b" * 64}"}}}}
wheels = [
    {{url = "https://files.example/a-1.0-py3-none-any.whl", hashes = {{sha256 = "{"a" * 64}"}}}},
]
"""
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            Vcs(type="git", url="git@h.example:o/x.git", revision="v1", commit=COMMIT, subdirectory="py"),
            {
                "vcs": {
                    "type": "git",
                    "url": "ssh://git@h.example/o/x.git",
                    "requested-revision": "v1",
                    "commit-id": COMMIT,
                    "subdirectory": "py",
                }
            },
        ),
        (Vcs(type="hg", url="../x", commit=COMMIT), {"vcs": {"type": "hg", "path": "../x", "commit-id": COMMIT}}),
        (Directory(path="libs/x", editable=True), {"directory": {"path": "libs/x", "editable": True}}),
        (Directory(path="libs/x", subdirectory="y"), {"directory": {"path": "libs/x", "subdirectory": "y"}}),
    ],
)
def test_other_places(source: Source, said: dict[str, object]) -> None:
    values, _, losses = written(project(package("x", source=source)))
    assert values["packages"] == [{"name": "x", "version": "1.0", **said}]
    assert losses == ()


def test_an_archive_has_every_hash() -> None:
    files = (Artifact(hashes=("sha256:ab", "sha512:cd")), Artifact(hashes=("md5:ef",)))
    values, _, _ = written(project(package("x", None, *files, source=Archive(url="https://h.example/x.zip"))))
    hashes = {"md5": "ef", "sha256": "ab", "sha512": "cd"}
    assert values["packages"][0]["archive"] == {"url": "https://h.example/x.zip", "hashes": hashes}


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (package("x", source=Vcs(type="git", url="https://h.example/x")), Kind.UNPINNED),
        (package("x", source=Archive(url="https://h.example/x.zip")), Kind.UNPINNED),
        (package("x", None, replace(file("x-1.0.tar.gz"), url=None)), Kind.FILES_UNKNOWN),
        (package("x", None, file("x-1.0.tar.bz2")), Kind.SOURCE_UNSAYABLE),
        (package("x", None, file("x-2.0-py3-none-any.whl")), Kind.SOURCE_UNSAYABLE),
    ],
)
def test_what_no_installer_could_take_stops(broken: Package, kind: Kind) -> None:
    _, _, losses = written(project(broken))
    assert kind in kinds(losses)


def test_files_that_have_no_place_are_named_with_their_hashes() -> None:
    files = (file("x-1.0.tar.gz"), file("x-1.0.zip", "b"), file("x-1.0-py2.7.egg", "c"))
    values, _, losses = written(project(package("x", None, *files)))
    assert values["packages"][0]["sdist"]["url"].endswith(".tar.gz")
    assert [(loss.kind, loss.detail) for loss in losses] == [(Kind.FILE_LEFT, "x 1.0: x-1.0-py2.7.egg, x-1.0.zip")]
    assert losses[0].hashes == {"sha256:" + "b" * 64, "sha256:" + "c" * 64}


def test_a_file_whose_url_does_not_end_in_its_name_is_named() -> None:
    odd = replace(file("x-1.0.tar.gz"), url="https://files.example/download/4711")
    values, _, _ = written(project(package("x", None, odd)))
    assert values["packages"][0]["sdist"]["name"] == "x-1.0.tar.gz"


def test_the_requires_python_of_a_package_never_stops_an_installer() -> None:
    wide, narrow = (
        replace(package(name), requires_python=SpecifierSet(said)) for name, said in (("a", ">=3.8"), ("b", "<3.12"))
    )
    first, second = written(project(wide, narrow))[0]["packages"]
    assert first["requires-python"] == ">=3.8"
    assert "requires-python" not in second


def test_scopes_that_want_two_versions_at_once() -> None:
    """An installer would refuse the lock where both are asked for."""
    new = replace(package("x", {DEV: ANY}, file("x-2.0.tar.gz", "b")), id=PackageId(name="x", version="2.0"))
    given = project(package("x"), new, dependency_groups={"dev": Group()})
    values, _, losses = written(given)
    (only,) = values["packages"]
    assert (only["version"], only["marker"]) == ("1.0", "'default' in dependency_groups or 'dev' in dependency_groups")
    assert [(loss.kind, loss.where) for loss in losses] == [(Kind.SCOPE_CONFLICT, "pylock.toml: x")]
    values, _, losses = written(replace(given, conflicts=((MAIN, DEV),)))
    assert len(values["packages"]) == 2
    assert kinds(losses) == [Kind.SETTING_LEFT]


def test_what_no_covered_python_installs_is_left_out() -> None:
    old = package("x", {MAIN: markers.python("<3.8")})
    values, _, losses = written(project(old, package("y")))
    assert [each["name"] for each in values["packages"]] == ["y"]
    assert kinds(losses) == [Kind.OTHER_PLATFORM]


def test_the_manifest_says_in_pep_508_what_is_asked_for() -> None:
    given = project(
        package("a"),
        dependencies=(
            Requirement(name="a", extras=frozenset({"x"}), specifier=SpecifierSet(">=1"),
                        comments=Comments(above=("# why",)), prereleases=True),
            Requirement(name="b", source=Directory(path="libs/b b", editable=True)),
            Requirement(name="c", source=Vcs(type="git", url="git@h.example:o/c", revision="v1"), marker=WINDOWS),
            Requirement(name="shop", source=Directory(path=".", editable=True)),
        ),
        dependency_groups={"dev": Group(includes=("docs",), optional=True), "docs": Group()},
        tasks={"serve": "python -m shop"},
    )  # fmt: skip
    _, manifest, losses = written(given)
    assert (
        manifest
        == """\
[project]
name = "shop"
version = "0"
requires-python = ">=3.9"
dependencies = [
    # why
    "a[x]>=1",
    "b @ file:libs/b%20b",
    "c @ git+ssh://git@h.example/o/c@v1 ; sys_platform == 'win32'",
]

[dependency-groups]
dev = [
    {include-group = "docs"},
]
docs = []
"""
    )
    assert kinds(losses) == [Kind.SETTING_LEFT, Kind.TASK_LEFT, Kind.GROUP_NOT_OPTIONAL]


def test_an_index_stands_with_its_packages_without_credentials() -> None:
    given = project(
        package("a", None, file("a-1.0.tar.gz"), source=Registry(PRIVATE.url)),
        dependencies=(Requirement(name="a", source=Registry(PRIVATE.url)),),
        indexes=(Index(name="pypi", url=PUBLIC_INDEX), PRIVATE),
    )
    values, manifest, losses = written(given)
    assert values["packages"][0]["index"] == "https://index.example/simple"
    assert "secret" not in f"{values}{manifest}{losses}"
    assert kinds(losses) == [Kind.SETTING_NEEDLESS, Kind.SETTING_LEFT, Kind.INDEX_CREDENTIALS]


def test_where_setup_files_hold_the_requirements_the_lock_stands_by_itself() -> None:
    _, manifest, losses = written(
        project(package("a")), setup_py="from setuptools import setup\nsetup(install_requires=[])\n"
    )
    assert manifest == ""
    assert Kind.DEPENDENCIES_ELSEWHERE in kinds(losses)


def sample(case: str) -> Tree:
    folder = SAMPLES / case / "pylock"
    return Tree.of({path.name: path.read_bytes() for path in folder.iterdir()})


@pytest.mark.parametrize("case", ["flask-app", "forked"])
def test_a_lock_of_another_tool_keeps_all_that_it_says(case: str) -> None:
    """Without the text that is remembered of it, as for the newest form of the same format."""
    tree = sample(case)
    given = FORMAT.parse(tree, "demo").value
    assert given.lock is not None
    own = {key: value for key, value in given.lock.tool["pylock"].items() if key != "as-written"}
    forgot = replace(given, lock=replace(given.lock, tool={"pylock": own}))
    text = FORMAT.emit(forgot, tree.drop("pylock.toml")).value.text("pylock.toml")
    before, after = tomllib.loads(tree.text("pylock.toml") or ""), tomllib.loads(text or "")
    by_name = {(each["name"], each["version"]): each for each in after["packages"]}
    assert [by_name[each["name"], each["version"]] for each in before["packages"]] == before["packages"]
    assert {**before, "packages": []} == {**after, "packages": []}


def test_a_lock_that_was_changed_is_written_anew() -> None:
    tree = sample("flask-app")
    given = FORMAT.parse(tree, "demo").value
    assert given.lock is not None
    fewer = replace(given, lock=replace(given.lock, packages=given.lock.packages[1:]))
    text = FORMAT.emit(fewer, tree.drop("pylock.toml")).value.text("pylock.toml") or ""
    assert tomllib.loads(text)["created-by"] == "pm-convert"
    assert len(tomllib.loads(text)["packages"]) == len(given.lock.packages) - 1


def test_a_lock_of_another_name_keeps_it() -> None:
    tree = sample("forked")
    named = Tree.of(
        {"pylock.ci.toml": tree.text("pylock.toml") or "", "pyproject.toml": tree.text("pyproject.toml") or ""}
    )
    again = FORMAT.emit(FORMAT.parse(named, "demo").value, named).value
    assert again.edits() == ()
    assert [str(path) for path in FORMAT.retire(named).value.paths()] == ["pyproject.toml"]
