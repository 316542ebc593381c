from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from converter.formats.uv import FORMAT
from converter.formats.uv.python import python_text
from converter.losses import Lossy
from converter.markers import ANY, Marker
from converter.markers import parse as marker
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
)
from converter.tree import Tree

SAMPLES = Path(__file__).parents[3] / "samples"
CASES = sorted(path.parent for path in SAMPLES.glob("*/uv/uv.lock"))
DEV = Scope(ScopeKind.GROUP, "dev")
CLI = Scope(ScopeKind.EXTRA, "cli")
CORP = "https://corp.example/simple/"
HASH = f"sha256:{'a' * 64}"
COMMIT = "c" * 40
WIN, OLD, NEW = marker("sys_platform == 'win32'"), marker("python_version < '3.11'"), marker("python_version >= '3.11'")


def sample(folder: Path) -> Tree:
    return Tree.of({str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.*") if p.is_file()})


def files(name: str, version: str | None) -> tuple[Artifact, ...]:
    names = (f"{name}-{version}.tar.gz", f"{name}-{version}-py3-none-any.whl")
    return tuple(Artifact(filename=each, url=f"https://f.example/{each}", hashes=(HASH,)) for each in names)


def package(name: str, version: str | None = "1.0", source: Source | None = None, **fields: object) -> Package:
    origin = source or Registry()
    made = Package(
        id=PackageId(name=name, version=version, source=origin),
        when={MAIN: ANY},
        artifacts=files(name, version) if isinstance(origin, Registry) else (),
        dependencies=(),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def project(*packages: Package, **fields: object) -> Project:
    made = Project(name="demo", version="1", requires_python=SpecifierSet(">=3.10"), lock=Lock(packages=packages))
    return replace(made, **fields)  # type: ignore[arg-type]


def emitted(given: Project, **existing: str) -> tuple[str, str, list[str]]:
    """The manifest, the lock, and what was told."""
    names = {"manifest": "pyproject.toml", "setup": "setup.py", "cfg": "setup.cfg"}
    done = FORMAT.emit(given, Tree.of({names[key]: text for key, text in existing.items()}))
    assert isinstance(done, Lossy)
    told = [loss.text for loss in done.losses]
    return done.value.text("pyproject.toml") or "", done.value.text("uv.lock") or "", told


def entries(lock: str, name: str) -> list[dict[str, object]]:
    return [each for each in tomllib.loads(lock)["package"] if each["name"] == name]


def edges(lock: str, name: str = "demo") -> object:
    return entries(lock, name)[0].get("dependencies", [])


def whens(given: Project) -> dict[tuple[str, str | None], dict[Scope, Marker]]:
    assert given.lock is not None
    return {(p.name, p.id.version): dict(p.when) for p in given.lock.packages}


def again(given: Project) -> Project:
    return FORMAT.parse(FORMAT.emit(given, Tree.of({})).value, "x").value


@pytest.mark.parametrize("folder", CASES, ids=[case.parent.name for case in CASES])
def test_a_lock_of_uv_comes_back_byte_for_byte(folder: Path) -> None:
    tree = sample(folder)
    written = FORMAT.emit(FORMAT.parse(tree, "x").value, tree.drop("uv.lock"))
    assert written.value.edits() == ()
    assert written.losses == ()


@pytest.mark.parametrize("folder", CASES[:1], ids=[case.parent.name for case in CASES[:1]])
def test_a_lock_of_another_tool_is_written_as_uv_writes_it(folder: Path) -> None:
    """The sample's lock without anything that only uv says, on top of the sample's manifest."""
    tree = sample(folder)
    read = FORMAT.parse(tree, "x").value
    assert read.lock is not None
    bare = replace(read.lock, tool={}, packages=tuple(replace(p, tool={}) for p in read.lock.packages))
    written = FORMAT.emit(replace(read, lock=bare, tool={}), tree.drop("uv.lock")).value
    assert written.edits() == ()


def test_an_older_lock_keeps_its_revision_and_its_spelling() -> None:
    tree = sample(SAMPLES / "flask-app/uv")
    text = (
        (tree.text("uv.lock") or "").replace("revision = 5\n", "").replace("sys_platform != 'win32'", "os_name == 'x'")
    )
    older = tree.put("uv.lock", text)
    assert FORMAT.emit(FORMAT.parse(older, "x").value, older.drop("uv.lock")).value.text("uv.lock") == text


def test_a_project_is_written_whole() -> None:
    given = project(
        package("flask", dependencies=(Dependency(name="click", marker=WIN), Dependency(name="gone"))),
        package("click", when={MAIN: WIN, CLI: ANY}),
        package("pytest", when={DEV: ANY}),
        dependencies=(Requirement(name="flask", specifier=SpecifierSet("<4,>=3")),),
        optional_dependencies={"cli": (Requirement(name="click"),)},
        dependency_groups={"dev": Group(requirements=(Requirement(name="pytest"),))},
        default_groups=("dev",),
    )
    manifest, lock, told = emitted(given)
    assert manifest == (
        '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.10"\n'
        'dependencies = [\n    "flask>=3,<4",\n]\n\n'
        '[project.optional-dependencies]\ncli = [\n    "click",\n]\n\n'
        '[dependency-groups]\ndev = [\n    "pytest",\n]\n'
    )
    assert lock.startswith('version = 1\nrevision = 5\nrequires-python = ">=3.10"\n\n[[package]]\nname = "click"\n')
    assert lock[lock.index('name = "demo"') : lock.index('[[package]]\nname = "flask"')] == (
        'name = "demo"\nversion = "1"\nsource = { virtual = "." }\n'
        'dependencies = [\n    { name = "flask" },\n]\n\n'
        '[package.optional-dependencies]\ncli = [\n    { name = "click" },\n]\n\n'
        '[package.dev-dependencies]\ndev = [\n    { name = "pytest" },\n]\n\n'
        '[package.metadata]\nrequires-dist = [\n    { name = "click", marker = "extra == \'cli\'" },\n'
        '    { name = "flask", specifier = ">=3,<4" },\n]\nprovides-extras = ["cli"]\n\n'
        '[package.metadata.requires-dev]\ndev = [{ name = "pytest" }]\n\n'
    )
    assert edges(lock, "flask") == [{"name": "click", "marker": "sys_platform == 'win32'"}]
    assert told == []
    assert whens(again(given)) == whens(given)


def test_packages_without_known_edges_become_edges_of_the_project() -> None:
    flat = [package(n, dependencies=None) for n in ("a", "b")]
    given = project(*flat, package("c", when={DEV: WIN}, dependencies=None), dependencies=(Requirement(name="a"),))
    given = replace(given, dependency_groups={"dev": Group()})
    lock = emitted(given)[1]
    assert edges(lock) == [{"name": "a"}, {"name": "b"}]
    assert entries(lock, "demo")[0]["dev-dependencies"] == {"dev": [{"name": "c", "marker": "sys_platform == 'win32'"}]}
    assert whens(again(given)) == whens(given)


def test_an_edge_says_no_more_than_its_own_end_leaves_open() -> None:
    given = project(
        package("a", when={MAIN: WIN}, dependencies=(Dependency(name="b", marker=WIN & OLD),)),
        package("b", when={MAIN: WIN & OLD}),
        dependencies=(Requirement(name="a", marker=WIN),),
    )
    lock = emitted(given)[1]
    assert edges(lock) == [{"name": "a", "marker": "sys_platform == 'win32'"}]
    assert edges(lock, "a") == [{"name": "b", "marker": "python_full_version < '3.11'"}]


def test_an_edge_into_a_package_that_is_installed_in_fewer_places_is_narrowed() -> None:
    given = project(
        package("a", dependencies=(Dependency(name="b"),)),
        package("b", when={MAIN: WIN}),
        dependencies=(Requirement(name="a"),),
    )
    assert edges(emitted(given)[1], "a") == [{"name": "b", "marker": "sys_platform == 'win32'"}]
    assert whens(again(given)) == whens(given)


def test_versions_of_one_name_are_forks() -> None:
    given = project(
        package("a", dependencies=(Dependency(name="n"),)),
        package("n", "1.0", when={MAIN: OLD}),
        package("n", "2.0", when={MAIN: NEW}),
        dependencies=(Requirement(name="a"),),
    )
    lock = emitted(given)[1]
    public = {"registry": PUBLIC_INDEX}
    assert tomllib.loads(lock)["resolution-markers"] == [
        "python_full_version >= '3.11'",
        "python_full_version < '3.11'",
    ]
    assert [each["resolution-markers"] for each in entries(lock, "n")] == [
        ["python_full_version < '3.11'"],
        ["python_full_version >= '3.11'"],
    ]
    assert edges(lock, "a") == [
        {"name": "n", "version": "1.0", "source": public, "marker": "python_full_version < '3.11'"},
        {"name": "n", "version": "2.0", "source": public, "marker": "python_full_version >= '3.11'"},
    ]
    assert whens(again(given)) == whens(given)


def test_extras_that_are_asked_for_keep_their_edges() -> None:
    given = project(
        package("a", optional_dependencies={"x": (Dependency(name="b"),), "y": (Dependency(name="c"),)}),
        package("b"),
        dependencies=(Requirement(name="a", extras=frozenset({"x", "none"})),),
    )
    lock = emitted(given)[1]
    assert edges(lock) == [{"name": "a", "extra": ["x"]}]
    assert entries(lock, "a")[0]["optional-dependencies"] == {"x": [{"name": "b"}]}


def test_main_wins_where_a_group_pins_another_version() -> None:
    given = project(
        package("n", "1.0"),
        package("n", "2.0", when={DEV: ANY}),
        dependencies=(Requirement(name="n"),),
        dependency_groups={"dev": Group(requirements=(Requirement(name="n"),))},
    )
    told = emitted(given)[2]
    assert told == ["LOSS scope-conflict: uv.lock: n: group dev wants n 2.0, which makes room for 1.0"]
    assert whens(again(given)) == {("n", "1.0"): {MAIN: ANY, DEV: ANY}}


def test_a_group_does_not_go_on_asking_for_the_version_that_made_room() -> None:
    """With both pins uv would never lock again."""
    pins = [Requirement(name="n", specifier=SpecifierSet(f"=={version}")) for version in ("1.0", "2.0")]
    given = project(
        package("n", "1.0"),
        package("n", "2.0", when={DEV: ANY}),
        dependencies=(pins[0],),
        dependency_groups={"dev": Group(requirements=(pins[1], Requirement(name="o")))},
    )
    manifest, _, told = emitted(given)
    assert tomllib.loads(manifest)["dependency-groups"] == {"dev": ["n", "o"]}
    assert tomllib.loads(manifest)["project"]["dependencies"] == ["n==1.0"]
    assert "LOSS specifier-widened: pyproject.toml: n==2.0 in group dev" in told


def test_sources_stand_in_their_table() -> None:
    git = Vcs(
        type="git", url="git@h.example:t/g.git", revision="v1", reference="tag", commit=COMMIT, subdirectory="a/b"
    )
    sources: dict[str, Source] = {
        "corp": Registry(CORP),
        "edited": Directory(path="./libs/edited", editable=True),
        "file": Archive(path="w/file-1.0-py3-none-any.whl"),
        "g": git,
        "url": Archive(url="https://h.example/url-1.0.zip"),
    }
    packages = [package(name, source=source) for name, source in sources.items()]
    archives = [
        p if p.name not in ("file", "url") else replace(p, artifacts=(Artifact(hashes=(HASH,)),)) for p in packages
    ]
    given = project(
        *archives,
        dependencies=tuple(Requirement(name=name, source=source) for name, source in sources.items()),
        indexes=(Index(name="corp", url=CORP, priority=Priority.EXPLICIT),),
    )
    manifest, lock, told = emitted(given)
    table = tomllib.loads(manifest)["tool"]["uv"]
    assert table["sources"] == {
        "corp": {"index": "corp"},
        "edited": {"path": "libs/edited", "editable": True},
        "file": {"path": "w/file-1.0-py3-none-any.whl"},
        "g": {"git": "ssh://git@h.example/t/g.git", "tag": "v1", "subdirectory": "a/b"},
        "url": {"url": "https://h.example/url-1.0.zip"},
    }
    assert table["index"] == [{"name": "corp", "url": CORP, "explicit": True}]
    assert {name: entries(lock, name)[0]["source"] for name in sources} == {
        "corp": {"registry": CORP},
        "edited": {"editable": "libs/edited"},
        "file": {"path": "w/file-1.0-py3-none-any.whl"},
        "g": {"git": f"ssh://git@h.example/t/g.git?subdirectory=a%2Fb&tag=v1#{COMMIT}"},
        "url": {"url": "https://h.example/url-1.0.zip"},
    }
    assert entries(lock, "file")[0]["wheels"] == [{"filename": "file-1.0-py3-none-any.whl", "hash": HASH}]
    assert entries(lock, "url")[0]["sdist"] == {"hash": HASH}
    assert told == ["LOSS folder-unread: uv.lock: edited in libs/edited"]  # there is none


def test_a_name_with_several_sources_says_where_each_holds() -> None:
    given = project(
        dependencies=(
            Requirement(name="t", marker=WIN, source=Registry(CORP)),
            Requirement(name="t", marker=~WIN),
        ),
        indexes=(Index(name="corp", url=CORP, priority=Priority.EXPLICIT),),
    )
    manifest = tomllib.loads(emitted(given)[0])
    assert manifest["project"]["dependencies"] == ["t ; sys_platform == 'win32'", "t ; sys_platform != 'win32'"]
    assert manifest["tool"]["uv"]["sources"] == {"t": [{"index": "corp", "marker": "sys_platform == 'win32'"}]}


def test_a_person_s_own_direct_reference_stays() -> None:
    text = "a @ https://h.example/a-1.0.zip"
    source = Archive(url="https://h.example/a-1.0.zip")
    given = project(
        package("a", source=source, artifacts=(Artifact(hashes=(HASH,)),)),
        dependencies=(Requirement(name="a", source=source, spelling=text),),
    )
    manifest = emitted(given)[0]
    assert tomllib.loads(manifest)["project"]["dependencies"] == [text]
    assert "tool" not in tomllib.loads(manifest)


@pytest.mark.parametrize(
    ("indexes", "rows"),
    [
        ((Index(name="pypi", url=PUBLIC_INDEX),), None),
        ((Index(name="corp", url=CORP),), [{"name": "corp", "url": CORP, "default": True}]),
        (
            (Index(name="corp", url=CORP), Index(name="two", url="https://two.example/simple")),
            [{"name": "corp", "url": CORP}, {"name": "two", "url": "https://two.example/simple", "default": True}],
        ),
        (
            (Index(name="corp", url="https://u:p@corp.example/simple/", priority=Priority.SUPPLEMENTAL),),
            [{"name": "pypi", "url": PUBLIC_INDEX}, {"name": "corp", "url": CORP}],
        ),
    ],
)
def test_indexes_are_written_without_credentials(indexes: Sequence[Index], rows: object) -> None:
    table = tomllib.loads(emitted(project(indexes=tuple(indexes)))[0]).get("tool", {}).get("uv", {})
    assert table.get("index") == rows


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (
            Index(name="my corp", url="https://${USER}:${PASS}@corp.example/simple"),
            (
                "LOSS index-credentials: pyproject.toml: tool.uv.index my corp: "
                "set UV_INDEX_MY_CORP_USERNAME and UV_INDEX_MY_CORP_PASSWORD"
            ),
        ),
        (
            Index(name="corp", url="https://${HOST}/simple"),
            "STOP index-host-variable: pyproject.toml: tool.uv.index corp: https://${HOST}/simple",
        ),
        (
            Index(name="corp", url=CORP, verify_tls=False),
            "LOSS verify-tls-dropped: pyproject.toml: tool.uv.index: corp: set allow-insecure-host in uv.toml",
        ),
    ],
)
def test_what_uv_cannot_say_of_an_index_is_told(index: Index, said: str) -> None:
    assert emitted(project(indexes=(index,)))[2] == [said]


def test_what_uv_has_no_place_for_is_told() -> None:
    hg = Vcs(type="hg", url="https://h.example/hg", commit=COMMIT)
    given = project(
        package("h", source=hg),
        dependencies=(Requirement(name="h", source=hg), Requirement(name="n", marker=WIN & ~WIN)),
        tasks={"start": "flask run"},
        members=("other",),
        comments=Comments(above=("# top",)),
    )
    assert emitted(given)[2] == [
        "STOP source-unsayable: pyproject.toml: h from hg+https://h.example/hg",
        "NOTE other-platform: pyproject.toml: n is needed nowhere",
        "LOSS task-left: pyproject.toml: start: start = flask run",
        "NOTE comment-left: pyproject.toml: # top",
        "STOP source-unsayable: uv.lock: h: h from hg+https://h.example/hg",
    ]


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("1.0rc1", "NOTE prereleases-widened: pyproject.toml: tool.uv.prerelease: it now holds for b too"),
        ("1.0", "LOSS setting-left: pyproject.toml: tool.uv.prerelease: prereleases of a"),
    ],
)
def test_prereleases_are_a_setting_for_all(version: str, told: str) -> None:
    asked = (Requirement(name="a", prereleases=True), Requirement(name="b"))
    given = project(lock=Lock(packages=(package("a", version), package("b"))), dependencies=asked)
    assert told in emitted(given)[2]


def test_settings_are_written_to_manifest_and_lock_alike() -> None:
    given = project(
        package("a"),
        lock=Lock(packages=(package("a", "1.0rc1"),), environments=(WIN,)),
        dependencies=(Requirement(name="a", prereleases=True),),
        dependency_groups={"docs": Group(requirements=(Requirement(name="a"),))},
        default_groups=("docs",),
        constraints=(Requirement(name="b", specifier=SpecifierSet("<2")),),
        overrides=(Requirement(name="c"),),
    )
    manifest, lock, _ = emitted(given)
    assert tomllib.loads(manifest)["tool"]["uv"] == {
        "default-groups": ["docs"],
        "environments": ["sys_platform == 'win32'"],
        "prerelease": "allow",
        "constraint-dependencies": ["b<2"],
        "override-dependencies": ["c"],
    }
    content = tomllib.loads(lock)
    assert content["supported-markers"] == content["resolution-markers"] == ["sys_platform == 'win32'"]
    assert content["options"] == {"prerelease-mode": "allow"}
    assert content["manifest"] == {"constraints": [{"name": "b", "specifier": "<2"}], "overrides": [{"name": "c"}]}
    assert entries(lock, "demo")[0]["default-groups"] == ["docs"]


def test_files_are_written_as_uv_writes_them() -> None:
    names = ("a-1.0-cp39-cp39-win_amd64.whl", "a-1.0-py3-none-any.whl", "a-1.0.win32.zip", "a-1.0.tar.gz")
    artifacts = tuple(
        Artifact(
            filename=name,
            url=f"https://f.example/{name}",
            hashes=("md5:0", HASH),
            size=7,
            upload_time="2026-01-02T03:04:05.120999Z",
        )
        for name in names
    )
    (made,) = entries(
        emitted(project(package("a", artifacts=artifacts), dependencies=(Requirement(name="a"),)))[1], "a"
    )
    said = {"hash": HASH, "size": 7, "upload-time": "2026-01-02T03:04:05.12Z"}
    assert made["sdist"] == {"url": "https://f.example/a-1.0.tar.gz", **said}
    assert made["wheels"] == [{"url": "https://f.example/a-1.0-py3-none-any.whl", **said}]


def test_a_build_system_makes_the_project_a_package() -> None:
    build = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    assert entries(emitted(project(), manifest=build)[1], "demo")[0]["source"] == {"editable": "."}


def test_the_project_as_its_own_requirement_makes_it_a_package() -> None:
    given = project(dependencies=(Requirement(name="demo", source=Directory(path=".", editable=True)),))
    manifest, lock, _ = emitted(given)
    assert tomllib.loads(manifest)["tool"]["uv"] == {"package": True}
    assert entries(lock, "demo")[0]["source"] == {"editable": "."}
    assert edges(lock) == []


@pytest.mark.parametrize(
    ("existing", "holder"),
    [
        ({"setup": "from setuptools import setup\nsetup(\n    install_requires=['a'],\n)\n"}, "setup.py"),
        ({"cfg": "[options]\ninstall_requires = a\n"}, "setup.cfg"),
        ({"manifest": '[project]\nname = "demo"\ndynamic = ["dependencies"]\n'}, "[project] dynamic"),
        ({"manifest": '[project]\nname = "demo"\ndynamic = ["optional-dependencies"]\n'}, "[project] dynamic"),
    ],
)
def test_setup_files_with_requirements_are_a_stop(existing: dict[str, str], holder: str) -> None:
    manifest, _, told = emitted(project(), **existing)
    assert f"STOP setup-declares: {holder}: {holder} holds what [project] in pyproject.toml would hide" in told
    # what --force writes calls no requirements dynamic any more: uv would ask the build for them
    assert tomllib.loads(manifest)["project"].get("dynamic", []) == []


def test_what_stands_in_the_manifest_already_stays() -> None:
    old = '# mine\n[tool.ruff]\nline-length = 120 # wide\n\n[tool.uv]\nlink-mode = "copy"\n'
    manifest = emitted(project(indexes=(Index(name="corp", url=CORP),)), manifest=old)[0]
    assert "# mine\n" in manifest
    assert "line-length = 120 # wide\n" in manifest
    assert manifest.endswith(
        '[tool.uv]\nlink-mode = "copy"\n\n'
        '[[tool.uv.index]]\nname = "corp"\nurl = "https://corp.example/simple/"\ndefault = true\n'
    )


def test_without_a_lock_only_the_manifest_is_written() -> None:
    tree = FORMAT.emit(project(lock=None), Tree.of({})).value
    assert [str(path) for path in tree.paths()] == ["pyproject.toml"]


def test_retire_leaves_what_is_not_for_uv() -> None:
    manifest = (
        '[project]\nname = "demo"\n\n[tool.uv]\nlink-mode = "copy"\n\n[tool.uv.build-backend]\nmodule-root = ""\n\n'
        '[tool.uv.sources]\na = { path = "x" }\n\n[tool.ruff]\nline-length = 120\n'
    )
    done = FORMAT.retire(Tree.of({"pyproject.toml": manifest, "uv.lock": "", "uv.toml": 'link-mode = "copy"\n'}))
    assert done.value.text("pyproject.toml") == (
        '[project]\nname = "demo"\n\n[tool.uv.build-backend]\nmodule-root = ""\n\n[tool.ruff]\nline-length = 120\n'
    )
    assert [str(path) for path in done.value.paths()] == ["pyproject.toml"]
    assert [loss.text for loss in done.losses] == ["LOSS setting-left: uv.toml: link-mode = copy"]


def test_retire_drops_a_manifest_that_gets_empty() -> None:
    done = FORMAT.retire(Tree.of({"pyproject.toml": "[tool.uv]\npackage = false\n", "uv.lock": ""}))
    assert list(done.value.paths()) == []


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (">=3.9,<4", ">=3.9, <4"),
        ("<4.0.0,>=3.10.2", ">=3.10.2, <4.0.0"),
        ("~=3.11", ">=3.11, <4"),
        ("~=3.11.2", ">=3.11.2, <3.12"),
        ("==3.12.*", "==3.12.*"),
        (">=3.10,<3.11", "==3.10.*"),
        (">=3.9,!=3.10.*", ">=3.9, !=3.10.*"),
        (">=3.8,>=3.9", ">=3.9"),
        ("==3.11.9", "==3.11.9"),
    ],
)
def test_the_range_of_pythons_is_spelled_as_uv_spells_it(stated: str, expected: str) -> None:
    assert python_text(SpecifierSet(stated)) == expected


OWN_LOCK = """version = 1
revision = 3
requires-python = ">=3.10"

[[package]]
name = "demo"
version = "1"
source = { virtual = "." }
"""


@pytest.mark.parametrize(
    ("project_table", "rest", "entry"),
    [
        ('version = "1"', "", 'version = "1"\nsource = { virtual = "." }'),
        ('version = "2"', "", 'version = "2"\nsource = { virtual = "." }'),
        ('version = "1"', '[build-system]\nrequires = ["b"]', 'version = "1"\nsource = { editable = "." }'),
        ('dynamic = ["version"]', '[build-system]\nrequires = ["b"]', 'source = { editable = "." }'),
        ('version = "1"', "[tool.uv]\npackage = true", 'version = "1"\nsource = { editable = "." }'),
    ],
)
def test_the_own_entry_of_a_uv_lock_follows_the_manifest(project_table: str, rest: str, entry: str) -> None:
    """As `uv lock` of uv 0.13.9 writes it for each of these manifests."""
    manifest = f'[project]\nname = "demo"\n{project_table}\nrequires-python = ">=3.10"\n\n{rest}\n'
    tree = Tree.of({"pyproject.toml": manifest, "uv.lock": OWN_LOCK})
    read = FORMAT.parse(tree, "demo").value
    assert read.lock is not None
    own = {key: value for key, value in read.lock.tool["uv"].items() if key != "as-written"}
    done = FORMAT.emit(replace(read, lock=replace(read.lock, tool={"uv": own})), tree.drop("uv.lock"))
    assert (done.value.text("uv.lock") or "").partition('name = "demo"\n')[2].strip() == entry


def test_an_archive_repeats_what_it_requires() -> None:
    """As uv 0.13.9 compares it with the archive: a lock without is out of date."""
    source = Archive(url="https://h.example/demo_lib-1.0-py3-none-any.whl")
    words = ("idna>=2", "rich; extra == 'cli'")
    one = package("demo-lib", source=source, artifacts=(Artifact(hashes=(HASH,)),), requires_dist=words)
    _, locked, _ = emitted(project(one, dependencies=(Requirement(name="demo-lib", source=source),)))
    entry = locked.partition('name = "demo-lib"\nversion')[2]
    assert entry.partition("[package.metadata]\n")[2].strip() == (
        "requires-dist = [\n"
        '    { name = "idna", specifier = ">=2" },\n'
        '    { name = "rich", marker = "extra == \'cli\'" },\n'
        "]\n"
        'provides-extras = ["cli"]'
    )


def test_the_scope_for_which_a_name_comes_from_an_index_stands_beside_it() -> None:
    """As uv 0.13.9 writes it of `{ index = "corp", group = "dev" }`; a lock without is out of date."""
    corp = Registry(CORP)
    given = project(
        package("n", source=corp, when={MAIN: ANY, DEV: ANY}),
        dependencies=(Requirement(name="n"),),
        dependency_groups={"dev": Group(requirements=(Requirement(name="n", source=corp),))},
        indexes=(Index(name="corp", url=CORP, priority=Priority.EXPLICIT),),
    )
    manifest, lock, _ = emitted(given)
    assert tomllib.loads(manifest)["tool"]["uv"]["sources"] == {"n": [{"group": "dev", "index": "corp"}]}
    (root,) = entries(lock, "demo")
    said = {"name": "n", "index": CORP, "conflict": {"package": "demo", "group": "dev"}}
    assert root["metadata"] == {"requires-dist": [{"name": "n"}], "requires-dev": {"dev": [said]}}
