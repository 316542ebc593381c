from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.errors import InputError
from converter.formats.uv import FORMAT
from converter.losses import Loss
from converter.markers import ANY
from converter.model import (
    MAIN,
    PUBLIC,
    Archive,
    Artifact,
    Dependency,
    Directory,
    Index,
    Lock,
    Package,
    Priority,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
    Vcs,
)
from converter.tree import Tree

SAMPLES = Path(__file__).parents[3] / "samples"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
HASH = f"sha256:{'a' * 64}"
DEV = Scope(ScopeKind.GROUP, "dev")
MANIFEST = '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\n'
TOP = 'version = 1\nrevision = 5\nrequires-python = ">=3.9"\n'


def read(manifest: str, lock: str | None = None) -> tuple[Project, list[str]]:
    files = {"pyproject.toml": manifest} | ({"uv.lock": lock} if lock is not None else {})
    parsed = FORMAT.parse(Tree.of(files), "folder")
    return parsed.value, [loss.text for loss in parsed.losses]


def locked(project: Project) -> Lock:
    assert project.lock is not None
    return project.lock


def stopped(manifest: str | None, lock: str | None = None) -> str:
    files = {name: text for name, text in (("pyproject.toml", manifest), ("uv.lock", lock)) if text is not None}
    with pytest.raises(InputError) as error:
        FORMAT.parse(Tree.of(files), "folder")
    return str(error.value)


def entry(
    name: str, *lines: str, version: str = "1.0", source: str = '{ registry = "https://pypi.org/simple" }'
) -> str:
    return "\n".join(
        ["", "[[package]]", f'name = "{name}"', f'version = "{version}"', f"source = {source}", *lines, ""]
    )


def root(*lines: str) -> str:
    return entry("demo", *lines, version="1", source='{ virtual = "." }')


def whens(lock: Lock) -> Mapping[tuple[str, str | None], Mapping[str, str]]:
    return {(p.name, p.id.version): {str(s): str(m) for s, m in p.when.items()} for p in lock.packages}


def test_a_manifest_alone_has_no_lock() -> None:
    project, losses = read(MANIFEST + 'dependencies = ["flask"]\n')
    assert project.name == "demo"
    assert project.requires_python == SpecifierSet(">=3.9")
    assert project.dependencies == (Requirement(name="flask"),)
    assert project.lock is None
    assert losses == []


def test_a_manifest_without_a_project_takes_the_name_that_it_is_given() -> None:
    assert read("[tool.uv]\n")[0].name == "folder"


def test_what_is_missing_is_said() -> None:
    assert stopped(None) == "pyproject.toml: expected a file, found none"
    assert stopped(None, TOP) == "uv.lock: expected pyproject.toml beside it, found none"


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        ("version = ", "uv.lock: expected TOML: Invalid value (at end of document)"),
        (
            "version = 2\n",
            "uv.lock: version: expected 1, found 2; lock the project with a uv that writes version 1",
        ),
        ("a = 1\n", "uv.lock: version: expected 1, found nothing; lock the project with a uv that writes version 1"),
        (
            'version = 1\nrequires-python = "old"\n',
            'uv.lock: requires-python: expected a version specifier, found "old"',
        ),
        ("version = 1\npackage = 3\n", "uv.lock: package: expected a list, found 3"),
        (TOP + "[[package]]\n", "uv.lock: package[0].name: expected a string, found nothing"),
        (
            TOP + '[[package]]\nname = "a"\nsource = { registry = "x" }\n',
            "uv.lock: package[0].version: expected a string, found nothing",
        ),
        (
            TOP + entry("a", source="{ ftp = 1 }"),
            "uv.lock: package[0].source.: expected a source of a kind that uv writes, found ftp",
        ),
        (
            TOP + entry("a", source='{ git = "https://h/r#main" }'),
            'uv.lock: package[0].source.git: expected a commit behind the #, found "main"',
        ),
        (
            TOP + entry("a", 'dependencies = [{ name = "b" }]'),
            "uv.lock: package: a needs b, which the lock does not hold; lock the project again",
        ),
        (
            TOP + entry("a", 'dependencies = [{ name = "a", marker = "no marker" }]'),
            'uv.lock: package[0].dependencies[0].marker: expected a marker, found "no marker"',
        ),
        (TOP + entry("a") + entry("a"), "uv.lock: package: a 1.0 stands twice; lock the project again"),
        (
            TOP + entry("a", 'sdist = { url = "https://h/a-1.0.tar.gz", upload-time = "soon" }'),
            'uv.lock: package[0].sdist.upload-time: expected a point in time, found "soon"',
        ),
        (
            TOP + root("[package.metadata]", 'requires-dist = [{ extras = ["b"] }]'),
            "uv.lock: package[0].metadata.requires-dist[0].name: expected a string, found nothing",
        ),
        (
            TOP + root("[package.metadata]", 'requires-dist = [{ name = "a", extras = [{}] }]'),
            "uv.lock: package[0].metadata.requires-dist[0].extras[0]: expected a string, found {}",
        ),
    ],
)
def test_a_lock_that_cannot_be_read_is_refused(lock: str, said: str) -> None:
    assert stopped(MANIFEST, lock) == said


@pytest.mark.parametrize("revision", ["", "revision = 1\n", "revision = 5\n", "revision = 99\n"])
def test_every_revision_of_version_1_is_read(revision: str) -> None:
    lock = f'version = 1\n{revision}requires-python = ">=3.9"\n' + entry("a") + root('dependencies = [{ name = "a" }]')
    assert whens(locked(read(MANIFEST, lock)[0])) == {("a", "1.0"): {"main": ""}}


def test_each_kind_of_source_is_read() -> None:
    sources = {
        "git": f'{{ git = "https://h/r.git?subdirectory=a%2Fb&tag=v1#{COMMIT}" }}',
        "url": '{ url = "https://h/u.zip", subdirectory = "x" }',
        "path": '{ path = "w/p-1.0-py3-none-any.whl" }',
        "folder": '{ directory = "libs/folder" }',
        "edited": '{ editable = "libs/edited" }',
        "corp": '{ registry = "https://corp.example/simple/" }',
        "old": '{ registry = "https://pypi.python.org/simple/" }',
    }
    needs = ", ".join(f'{{ name = "{name}" }}' for name in sources)
    lock = TOP + root(f"dependencies = [{needs}]") + "".join(entry(n, source=s) for n, s in sources.items())
    assert {p.name: p.id.source for p in locked(read(MANIFEST, lock)[0]).packages} == {
        "git": Vcs(
            type="git", url="https://h/r.git", revision="v1", reference="tag", commit=COMMIT, subdirectory="a/b"
        ),
        "url": Archive(url="https://h/u.zip", subdirectory="x"),
        "path": Archive(path="w/p-1.0-py3-none-any.whl"),
        "folder": Directory(path="libs/folder"),
        "edited": Directory(path="libs/edited", editable=True),
        "corp": Registry("https://corp.example/simple/"),
        "old": PUBLIC,
    }


def test_files_are_read_with_what_the_model_has_no_field_for() -> None:
    files = (
        f'sdist = {{ url = "https://h/a-1.0.tar.gz", hash = "{HASH}", size = 3, '
        'upload-time = "2026-01-02T03:04:05Z" }\n'
        f'wheels = [{{ path = "a-1.0-py3-none-any.whl", hash = "{HASH}", zstd = {{ size = 2 }} }}]'
    )
    lock = TOP + root('dependencies = [{ name = "a" }]') + entry("a", files)
    (package,) = locked(read(MANIFEST, lock)[0]).packages
    assert package.artifacts == (
        Artifact(
            filename="a-1.0.tar.gz",
            url="https://h/a-1.0.tar.gz",
            size=3,
            upload_time="2026-01-02T03:04:05Z",
            hashes=(HASH,),
        ),
        Artifact(filename="a-1.0-py3-none-any.whl", hashes=(HASH,)),
    )
    assert package.tool["uv"]["files"] == {
        "a-1.0-py3-none-any.whl": {"path": "a-1.0-py3-none-any.whl", "zstd": {"size": 2}}
    }


def test_when_follows_the_edges_of_each_scope() -> None:
    lock = (
        TOP
        + root(
            'dependencies = [{ name = "a", marker = "sys_platform == \'win32\'" }]',
            "[package.optional-dependencies]",
            'x = [{ name = "b", extra = ["more"] }]',
            "[package.dev-dependencies]",
            'dev = [{ name = "c" }]',
        )
        + entry("a", 'dependencies = [{ name = "c" }]')
        + entry("b", "[package.optional-dependencies]", 'more = [{ name = "d" }]', 'other = [{ name = "e" }]')
        + entry("c")
        + entry("d")
        + entry("e")
    )
    found = locked(read(MANIFEST, lock)[0])
    assert whens(found) == {
        ("a", "1.0"): {"main": "sys_platform == 'win32'"},
        ("b", "1.0"): {"extra x": ""},
        ("c", "1.0"): {"main": "sys_platform == 'win32'", "group dev": ""},
        ("d", "1.0"): {"extra x": ""},
    }
    assert {p.name: p.extras for p in found.packages if p.extras} == {"b": frozenset({"more"})}


def test_several_versions_are_told_apart_by_their_edges() -> None:
    edges = (
        'dependencies = [\n    { name = "n", version = "1.0", source = { registry = "https://pypi.org/simple" }, '
        "marker = \"python_full_version < '3.10'\" },\n    "
        '{ name = "n", version = "2.0", source = { registry = "https://pypi.org/simple" }, '
        "marker = \"python_full_version >= '3.10'\" },\n]"
    )
    found = locked(read(MANIFEST, TOP + root(edges) + entry("n") + entry("n", version="2.0"))[0])
    assert whens(found) == {
        ("n", "1.0"): {"main": "python_version < '3.10'"},
        ("n", "2.0"): {"main": "python_version >= '3.10'"},
    }


def test_a_conflict_is_decided_where_a_scope_decides_it_and_stays_a_choice_elsewhere() -> None:
    manifest = MANIFEST + (
        'dependencies = ["t"]\n[project.optional-dependencies]\ncpu = ["t<2"]\ngpu = ["t>=2"]\n'
        '[tool.uv]\nconflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]\n'
    )
    source = '{ registry = "https://pypi.org/simple" }'
    cpu, gpu = "extra == 'extra-4-demo-cpu'", "extra == 'extra-4-demo-gpu'"

    def edge(version: str, marker: str) -> str:
        return f'{{ name = "t", version = "{version}", source = {source}, marker = "{marker}" }}'

    other = gpu.replace("==", "!=")
    lock = (
        TOP
        + 'conflicts = [[\n    { package = "demo", extra = "cpu" },\n    { package = "demo", extra = "gpu" },\n]]\n'
        + root(
            f"dependencies = [{edge('1.0', other)}, {edge('2.0', f'{gpu} or ({cpu} and {gpu})')}]",
            "[package.optional-dependencies]",
            f"cpu = [{edge('1.0', f'{cpu} or {gpu}')}]",
            f"gpu = [{edge('2.0', gpu)}]",
        )
        + entry("t")
        + entry("t", version="2.0")
    )
    project = read(manifest, lock)[0]
    assert project.conflicts == ((Scope(ScopeKind.EXTRA, "cpu"), Scope(ScopeKind.EXTRA, "gpu")),)
    assert whens(locked(project)) == {
        ("t", "1.0"): {"main": "'gpu' not in extras", "extra cpu": ""},
        ("t", "2.0"): {"main": "'gpu' in extras", "extra gpu": ""},
    }


def test_of_a_workspace_what_the_root_needs_is_installed_and_the_rest_is_named() -> None:
    folder = SAMPLES / "workspace/uv"
    project = FORMAT.parse(Tree.of({p: (folder / p).read_bytes() for p in ("pyproject.toml", "uv.lock")}), "x").value
    assert project.members == ("shop-tools",)
    assert project.dependencies[0].source == Directory(path="libs/core", editable=True)
    assert {p.name: p.id.source for p in locked(project).packages} == {
        "click": PUBLIC,
        "idna": PUBLIC,
        "shop-base": Directory(path="libs/base", editable=True),
        "shop-core": Directory(path="libs/core", editable=True),
        "toolz": PUBLIC,
    }


def test_a_lock_without_its_project_installs_all_members() -> None:
    lock = (
        TOP
        + '\n[manifest]\nmembers = [\n    "one",\n    "two",\n]\n'
        + entry("a")
        + entry("one", 'dependencies = [{ name = "a" }]', source='{ editable = "one" }')
        + entry("two", source='{ virtual = "two" }')
    )
    assert whens(locked(read('[tool.uv.workspace]\nmembers = ["*"]\n', lock)[0])) == {
        ("a", "1.0"): {"main": ""},
        ("one", "1.0"): {"main": ""},
    }


def test_sources_become_part_of_the_requirements() -> None:
    manifest = MANIFEST + (
        'dependencies = ["a>=1", "b", "c", "d", "t ; sys_platform != \'win32\'"]\n'
        '[dependency-groups]\ndev = ["t"]\n'
        '[[tool.uv.index]]\nname = "corp"\nurl = "https://corp.example/simple"\nexplicit = true\n'
        "[tool.uv.sources]\n"
        'a = { index = "corp" }\nb = { git = "https://h/b.git", tag = "v1", subdirectory = "py" }\n'
        'c = { path = "libs/c", editable = true }\nd = { url = "https://h/d.zip" }\n'
        't = [{ index = "corp", marker = "sys_platform == \'linux\'" }, { path = "t.whl", group = "dev" }]\n'
    )
    project, losses = read(manifest)
    corp = Registry("https://corp.example/simple")
    linux, rest = "sys_platform == 'linux'", "sys_platform != 'linux' and sys_platform != 'win32'"
    assert project.dependencies == (
        Requirement(name="a", specifier=SpecifierSet(">=1"), source=corp),
        Requirement(
            name="b",
            source=Vcs(type="git", url="https://h/b.git", revision="v1", reference="tag", subdirectory="py"),
        ),
        Requirement(name="c", source=Directory(path="libs/c", editable=True)),
        Requirement(name="d", source=Archive(url="https://h/d.zip")),
        Requirement(name="t", source=corp, marker=markers.parse(linux)),
        Requirement(name="t", marker=markers.parse(rest)),
    )
    assert project.dependency_groups["dev"].requirements == (
        Requirement(name="t", source=corp, marker=markers.parse(linux)),
        Requirement(name="t", source=Archive(path="t.whl")),
    )
    assert project.indexes == (Index(name="corp", url="https://corp.example/simple", priority=Priority.EXPLICIT),)
    assert losses == []


def test_a_source_that_names_nothing_known_is_refused() -> None:
    wrong = MANIFEST + 'dependencies = ["a"]\n[tool.uv.sources]\na = '
    assert stopped(wrong + '{ index = "x" }\n') == (
        "pyproject.toml: tool.uv.sources.a.index: expected the name of an index, found 'x'; "
        "name it in [[tool.uv.index]]"
    )
    assert stopped(wrong + "{ }\n") == (
        "pyproject.toml: tool.uv.sources.a.: expected a source: git, url, path, index or workspace"
    )


def test_groups_and_their_settings_are_read() -> None:
    project, losses = read(
        MANIFEST + '[dependency-groups]\ndev = ["a"]\nnew = ["b"]\n[tool.uv]\ndev-dependencies = ["c"]\n'
        'default-groups = ["new"]\n[tool.uv.dependency-groups]\nnew = { requires-python = ">=3.12" }\n'
    )
    groups = project.dependency_groups
    assert project.default_groups == ("new",)
    assert {name: group.optional for name, group in groups.items()} == {"dev": True, "new": False}
    assert groups["dev"].requirements == (Requirement(name="a"), Requirement(name="c"))
    assert groups["new"].requirements == (Requirement(name="b", marker=markers.parse("python_version >= '3.12'")),)
    assert losses == []


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("", ("dev",)), ('default-groups = "all"', ("dev", "docs")), ("default-groups = []", ())],
)
def test_default_groups(setting: str, expected: tuple[str, ...]) -> None:
    text = MANIFEST + '[dependency-groups]\ndev = ["a"]\ndocs = ["b"]\n[tool.uv]\n' + setting
    assert read(text)[0].default_groups == expected


def test_constraints_overrides_and_older_ways_to_name_an_index() -> None:
    project = read(
        MANIFEST + '[tool.uv]\nconstraint-dependencies = ["a<2"]\noverride-dependencies = ["b==1"]\n'
        'build-constraint-dependencies = ["setuptools<80"]\nindex-url = "https://one.example/simple"\n'
        'extra-index-url = ["https://two.example/simple"]\nallow-insecure-host = ["two.example"]\n'
    )[0]
    assert project.constraints == (Requirement(name="a", specifier=SpecifierSet("<2")),)
    assert project.overrides == (Requirement(name="b", specifier=SpecifierSet("==1")),)
    assert project.build_constraints == (Requirement(name="setuptools", specifier=SpecifierSet("<80")),)
    assert project.indexes == (
        Index(
            name="two-example",
            url="https://two.example/simple",
            verify_tls=False,
        ),
        Index(name="one-example", url="https://one.example/simple", priority=Priority.SUPPLEMENTAL),
    )


def test_every_setting_is_told_by_what_leaving_it_behind_means() -> None:
    text = MANIFEST + (
        '[tool.uv]\nexclude-newer = "2026-01-01"\nlink-mode = "copy"\nnot-known = 1\nprerelease = "allow"\n'
        '[tool.uv.build-backend]\nmodule-root = ""\n'
    )
    assert read(text)[1] == [
        'LOSS setting-left: pyproject.toml: tool.uv.exclude-newer: exclude-newer = "2026-01-01"',
        'NOTE setting-needless: pyproject.toml: tool.uv.link-mode: link-mode = "copy"',
        'NOTE prereleases-widened: pyproject.toml: tool.uv.prerelease: prerelease = "allow"',
        "LOSS key-unknown: pyproject.toml: tool.uv.not-known: not-known = 1",
    ]


def test_prereleases_are_allowed_for_each_requirement() -> None:
    project = read(MANIFEST + 'dependencies = ["a"]\n[tool.uv]\nprerelease = "allow"\n')[0]
    assert project.dependencies == (Requirement(name="a", prereleases=True),)


@pytest.mark.parametrize("table", ["", "[options]\n", "[manifest]\n"])
def test_a_key_of_the_lock_that_is_not_known_is_told(table: str) -> None:
    place = table.strip("[]\n")
    key = f"{place}.later" if place else "later"
    assert read(MANIFEST, f"{TOP}{table}later = 1\n{root()}")[1] == [f"LOSS key-unknown: uv.lock: {key}: later = 1"]


def test_environments_of_the_lock_are_those_that_it_covers() -> None:
    lock = TOP + "supported-markers = [\n    \"sys_platform == 'linux'\",\n]\n" + root()
    assert locked(read(MANIFEST, lock)[0]).environments == (markers.parse("sys_platform == 'linux'"),)


def stale(manifest: str, lock: str) -> list[str]:
    return [text for text in read(manifest, lock)[1] if "stale-lock" in text or "not-locked" in text]


def test_a_lock_that_says_the_same_in_other_words_is_in_date() -> None:
    manifest = (
        MANIFEST + "dependencies = [\"A[Y,x] >=1.0,<2 ; python_version >= '3.9'\"]\n[dependency-groups]\ndev = []\n"
    )
    metadata = (
        '[package.metadata]\nrequires-dist = [{ name = "a", extras = ["x", "y"], specifier = "<2.0,>=1" }]\n'
        "[package.metadata.requires-dev]\ndev = []"
    )
    assert stale(manifest, TOP + root('dependencies = [{ name = "a" }]', metadata) + entry("a")) == []


def test_what_the_lock_says_otherwise_is_named() -> None:
    manifest = MANIFEST.replace(">=3.9", ">=3.10") + 'dependencies = ["a>=2", "b"]\n'
    metadata = '[package.metadata]\nrequires-dist = [{ name = "a", specifier = ">=1" }]'
    assert stale(manifest, TOP + root('dependencies = [{ name = "a" }]', metadata) + entry("a")) == [
        (
            "LOSS stale-lock: uv.lock: requires-python is >=3.10, the lock says >=3.9; "
            "a (requires-dist) is not in the manifest so; a (requires-dist) is not in the lock so; "
            "b (requires-dist) is not in the lock so"
        ),
        "LOSS not-locked: pyproject.toml: project.dependencies: b",
    ]


def test_a_lock_of_an_empty_project_is_read() -> None:
    assert locked(read(MANIFEST, TOP + root())[0]).packages == ()


def test_edges_keep_what_the_file_says() -> None:
    lock = TOP + root('dependencies = [{ name = "a" }]') + entry("a", 'dependencies = [{ name = "b", extra = ["x"] }]')
    packages: dict[str, Package] = {p.name: p for p in locked(read(MANIFEST, lock + entry("b"))[0]).packages}
    assert packages["a"].dependencies == (Dependency(name="b", extras=frozenset({"x"})),)
    assert packages["a"].when == {MAIN: ANY}
    assert packages["b"].dependencies == ()


def test_losses_are_values() -> None:
    assert all(isinstance(loss, Loss) for loss in FORMAT.parse(Tree.of({"pyproject.toml": MANIFEST}), "x").losses)


def test_an_index_says_the_same_with_a_slash_at_its_end() -> None:
    manifest = """[project]
name = "demo"
version = "1"
requires-python = ">=3.10"
dependencies = ["idna"]

[tool.uv.sources]
idna = { index = "first" }

[[tool.uv.index]]
name = "first"
url = "https://pypi.org/simple/"
"""
    lock = """version = 1
requires-python = ">=3.10"

[[package]]
name = "demo"
version = "1"
source = { virtual = "." }
dependencies = [
    { name = "idna" },
]

[package.metadata]
requires-dist = [{ name = "idna", index = "https://pypi.org/simple/" }]

[[package]]
name = "idna"
version = "3.10"
source = { registry = "https://pypi.org/simple/" }
"""
    done = FORMAT.parse(Tree.of({"pyproject.toml": manifest, "uv.lock": lock}), "demo")
    assert [loss.text for loss in done.losses] == []
