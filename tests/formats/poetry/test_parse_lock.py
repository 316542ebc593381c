from __future__ import annotations

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.errors import InputError
from converter.formats.poetry.content_hash import content_hash
from converter.formats.poetry.parse import parse
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY, Marker
from converter.model import (
    MAIN,
    PUBLIC_INDEX,
    Archive,
    Artifact,
    Dependency,
    Directory,
    Index,
    Package,
    PackageId,
    Priority,
    Project,
    Registry,
    Scope,
    ScopeKind,
    Source,
    Vcs,
)
from converter.tree import Tree

DEV, CLI, GPU = Scope(ScopeKind.GROUP, "dev"), Scope(ScopeKind.EXTRA, "cli"), Scope(ScopeKind.EXTRA, "gpu")
WIN = markers.parse("sys_platform == 'win32'")
MANIFEST = """
[project]
name = "demo"
requires-python = ">=3.9"
dependencies = ["a[x]", "b ; sys_platform == 'win32'"]
[project.optional-dependencies]
cli = ["c"]
[dependency-groups]
dev = ["d", "c"]
"""
ENTRY = 'optional = false\npython-versions = ">=3.8"\ngroups = ["main"]\nfiles = []\n'


def lock(*packages: str, tail: str = "", version: str = "2.1", manifest: str = MANIFEST) -> str:
    import tomllib

    digest = content_hash(tomllib.loads(manifest))
    entries = "\n".join(f"[[package]]\n{text}" for text in packages)
    stamp = f'lock-version = "{version}"\n' if version else ""
    metadata = f'[metadata]\n{stamp}python-versions = ">=3.9"\ncontent-hash = "{digest}"\n{tail}'
    return f"# by Poetry 2.5.1\n\n{entries}\n{metadata}"


def read(text: str, manifest: str = MANIFEST) -> Lossy[Project]:
    return parse(Tree.of({"pyproject.toml": manifest, "poetry.lock": text}), "folder")


def packages(text: str, manifest: str = MANIFEST) -> dict[str, Package]:
    parsed = read(text, manifest)
    assert parsed.losses == ()
    assert parsed.value.lock is not None
    return {package.name: package for package in parsed.value.lock.packages}


def one(entry: str, name: str = "a") -> Package:
    return packages(lock(f'name = "{name}"\nversion = "1"\n{entry}'))[name]


def on_windows(name: str) -> Dependency:
    return Dependency(name=name, specifier=SpecifierSet(">=1,<2"), marker=WIN)


def test_a_package_whole() -> None:
    text = lock(
        """name = "a"
version = "1.0"
description = "what it is"
optional = false
python-versions = "^3.8"
groups = ["main", "dev"]
markers = {main = "sys_platform == \\"win32\\""}
files = [
    {file = "a-1.0-py3-none-any.whl", hash = "sha256:11"},
    {file = "a-1.0.tar.gz", hash = "sha256:22"},
]

[package.dependencies]
Typing_Extensions = ">=4"
e = {version = "*", extras = ["z"], markers = "python_version < \\"3.10\\""}
f = [
    {version = "<2", python = "<3.10"},
    {version = ">=2", python = ">=3.10"},
]
g = {version = "^1", optional = true, markers = "sys_platform == 'win32' and (extra == 'x' or extra == 'y')"}
h = {version = "^1", optional = true}
i = {version = "^1", optional = true}
j = {version = "^1", optional = true, markers = "sys_platform == \\"win32\\" and extra == \\"x\\""}

[package.extras]
x = ["g (>=1,<2) ; sys_platform == \\"win32\\""]
z-all = ["h (>=1,<2)", "j (>=1,<2) ; sys_platform == \\"win32\\""]
""",
    )
    package = packages(text)["a"]
    assert package == Package(
        id=PackageId(name="a", version="1.0"),
        extras=frozenset({"x"}),
        when={MAIN: WIN, DEV: ANY},
        requires_python=SpecifierSet(">=3.8,<4.0"),
        summary="what it is",
        artifacts=(
            Artifact(filename="a-1.0-py3-none-any.whl", hashes=("sha256:11",)),
            Artifact(filename="a-1.0.tar.gz", hashes=("sha256:22",)),
        ),
        dependencies=(
            Dependency(name="typing-extensions", specifier=SpecifierSet(">=4")),
            Dependency(name="e", extras=frozenset({"z"}), marker=markers.python("<3.10")),
            Dependency(name="f", specifier=SpecifierSet("<2"), marker=markers.python("<3.10")),
            Dependency(name="f", specifier=SpecifierSet(">=2"), marker=markers.python(">=3.10")),
        ),
        optional_dependencies={
            "x": (on_windows("g"), on_windows("j")),
            "y": (on_windows("g"),),
            "z-all": (Dependency(name="h", specifier=SpecifierSet(">=1,<2")), on_windows("j")),
        },
    )
    assert package.tool["poetry"]["markers"] == {"main": 'sys_platform == "win32"'}
    assert package.tool["poetry"]["python-versions"] == "^3.8"
    assert list(package.tool["poetry"]) == [
        "name", "optional", "python-versions", "groups", "markers", "dependencies", "extras",
    ]  # fmt: skip


def test_the_lock_around_the_packages() -> None:
    parsed = read(lock('name = "a"\nversion = "1"\n' + ENTRY, 'name = "A"\nversion = "0.9"\n' + ENTRY).replace(
        "[metadata]", '[extras]\ncli = ["c"]\n[metadata]'
    ))  # fmt: skip
    assert parsed.value.lock is not None
    assert [p.id.version for p in parsed.value.lock.packages] == ["0.9", "1"]
    assert parsed.value.lock.requires_python == SpecifierSet(">=3.9")
    assert parsed.value.lock.tool["poetry"]["lock-version"] == "2.1"
    assert parsed.value.lock.tool["poetry"]["extras"] == {"cli": ["c"]}
    assert parsed.value.lock.tool["poetry"]["header"] == "# by Poetry 2.5.1"


WHEN: dict[str, dict[Scope, Marker]] = {
    'groups = ["main"]': {MAIN: ANY},
    'groups = ["dev"]': {DEV: ANY},
    'groups = ["main", "dev"]\nmarkers = "sys_platform == \'win32\'"': {MAIN: WIN, DEV: WIN},
    'groups = ["main"]\nmarkers = "extra == \'cli\'"': {CLI: ANY},
    "groups = [\"main\"]\nmarkers = \"sys_platform == 'win32' and extra == 'cli'\"": {CLI: WIN},
    "groups = [\"main\"]\nmarkers = \"sys_platform == 'win32' or extra == 'cli'\"": {MAIN: WIN, CLI: ANY},
    "groups = [\"main\"]\nmarkers = \"extra == 'cli' or extra == 'gpu'\"": {CLI: ANY, GPU: ANY},
    "groups = [\"main\"]\nmarkers = \"extra == 'cli' and extra != 'gpu'\"": {CLI: markers.parse("extra != 'gpu'")},
    'groups = ["main"]\nmarkers = "extra != \'gpu\'"': {MAIN: markers.parse("extra != 'gpu'")},
    "groups = [\"main\"]\nmarkers = \"extra == 'cli' and extra == 'gpu'\"": {
        CLI: markers.parse("extra == 'gpu'"),
        GPU: markers.parse("extra == 'cli'"),
    },
}


@pytest.mark.parametrize("text", WHEN)
def test_where_a_package_belongs(text: str) -> None:
    entry = f'optional = false\npython-versions = "*"\n{text}\nfiles = []\n'
    assert one(entry).when == WHEN[text]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("", Registry(PUBLIC_INDEX)),
        ('type = "legacy"\nurl = "https://c.example/simple"\nreference = "c"', Registry("https://c.example/simple")),
        ('type = "legacy"\nurl = "https://pypi.org/simple"\nreference = "p"', Registry(PUBLIC_INDEX)),
        (
            'type = "git"\nurl = "https://g.example/a"\nreference = "HEAD"\nresolved_reference = "00"',
            Vcs(type="git", url="https://g.example/a", commit="00"),
        ),
        (
            (
                'type = "git"\nurl = "https://g.example/a"\nreference = "v1"\nresolved_reference = "00"\n'
                'subdirectory = "s"'
            ),
            Vcs(type="git", url="https://g.example/a", revision="v1", commit="00", subdirectory="s"),
        ),
        ('type = "url"\nurl = "https://u.example/a.whl"', Archive(url="https://u.example/a.whl")),
        ('type = "file"\nurl = "dist/a.whl"', Archive(path="dist/a.whl")),
        ('type = "directory"\nurl = "../a"', Directory(path="../a", editable=True)),
    ],
)
def test_where_a_package_comes_from(text: str, source: Source) -> None:
    table = f"develop = true\n[package.source]\n{text}\n" if text else ""
    assert one(ENTRY + table).id.source == source


def test_what_kind_of_reference_it_was_the_manifest_says() -> None:
    manifest = (
        '[tool.poetry.dependencies]\na = { git = "https://g.example/a.git", branch = "dev" }\nb = { git = "g@h:b" }\n'
    )
    git = ENTRY + '[package.source]\ntype = "git"\nurl = "{}"\nreference = "{}"\nresolved_reference = "00"\n'
    text = lock(
        'name = "a"\nversion = "1"\n' + git.format("https://g.example/a.git", "dev"),
        'name = "b"\nversion = "1"\n' + git.format("g@h:b", "master"),
        manifest=manifest,
    )
    found = packages(text, manifest)
    assert found["a"].id.source == Vcs(
        type="git", url="https://g.example/a.git", revision="dev", reference="branch", commit="00"
    )
    assert found["b"].id.source == Vcs(type="git", url="g@h:b", commit="00")


def test_an_index_is_written_as_the_manifest_has_it() -> None:
    manifest = """
[[tool.poetry.source]]
name = "C"
url = "https://c.example/simple/"
[tool.poetry.dependencies]
a = "*"
b = "*"
"""
    legacy = '[package.source]\ntype = "legacy"\nurl = "https://c.example/simple"\nreference = "c"\n'
    text = lock(
        'name = "a"\nversion = "1"\n' + ENTRY + legacy, 'name = "b"\nversion = "1"\n' + ENTRY, manifest=manifest
    )
    parsed = read(text, manifest)
    assert parsed.value.lock is not None
    assert [p.id.source for p in parsed.value.lock.packages] == [
        Registry("https://c.example/simple/"),
        Registry(PUBLIC_INDEX),
    ]
    assert parsed.value.indexes == (  # Poetry 1 asked PyPI after a primary source
        Index(name="C", url="https://c.example/simple/"),
        Index(name="PyPI", url=PUBLIC_INDEX, priority=Priority.SUPPLEMENTAL),
    )


def test_an_edge_to_a_folder_is_relative_to_the_folder_it_stands_in() -> None:
    entry = ENTRY + '[package.dependencies]\nlib = {path = "../lib", develop = true}\n'
    package = one(entry + '[package.source]\ntype = "directory"\nurl = "apps/a"\n')
    assert package.dependencies == (Dependency(name="lib", source=Directory(path="apps/lib", editable=True)),)


OLD = """
[tool.poetry]
name = "demo"
[tool.poetry.dependencies]
python = "^3.9"
a = { version = "*", extras = ["x"] }
b = { version = "*", markers = "sys_platform == 'win32'" }
c = { version = "*", optional = true }
[tool.poetry.extras]
cli = ["c"]
[tool.poetry.dev-dependencies]
d = "*"
"""


def old(name: str, more: str = "") -> str:
    return f'name = "{name}"\nversion = "1"\ncategory = "main"\noptional = false\npython-versions = "*"\n{more}'


def test_an_older_lock_is_walked_from_the_manifest() -> None:
    text = lock(
        old("A", '[package.dependencies]\nE = {version = "*", optional = true}\n[package.extras]\nX = ["e"]\n'),
        old("b", '[package.dependencies]\nf = {version = "*", python = "<3.10"}\n'),
        old("c", '[package.dependencies]\nf = "*"\n'),
        old("d", '[package.dependencies]\nb = "*"\n'),
        old("e"),
        old("f"),
        tail='[metadata.files]\nA = [{file = "a.whl", hash = "sha256:00"}]\nb = []\nc = []\nd = []\ne = []\nf = []\n',
        version="1.1",
        manifest=OLD,
    )
    found = packages(text, OLD)
    older = markers.python("<3.10").under(markers.python(">=3.9,<4.0"))
    assert {name: dict(package.when) for name, package in found.items()} == {
        "a": {MAIN: ANY},
        "b": {MAIN: WIN, DEV: ANY},
        "c": {CLI: ANY},
        "d": {DEV: ANY},
        "e": {MAIN: ANY},
        "f": {MAIN: WIN & older, CLI: ANY, DEV: older},
    }
    assert found["a"].artifacts == (Artifact(filename="a.whl", hashes=("sha256:00",)),)
    assert found["a"].extras == frozenset({"x"})


def test_the_oldest_locks_have_bare_hashes_and_a_marker_of_each_package() -> None:
    manifest = '[tool.poetry.dependencies]\na = "*"\n'
    text = lock(
        old("a", 'marker = "sys_platform == \\"win32\\" and extra == \\"y\\""\n'),
        tail='[metadata.hashes]\na = ["00", "11"]\n',
        version="",
        manifest=manifest,
    )
    package = packages(text, manifest)["a"]
    assert package.artifacts == (Artifact(hashes=("sha256:00",)), Artifact(hashes=("sha256:11",)))
    assert package.when == {MAIN: WIN}


def test_a_file_of_the_old_metadata_belongs_to_the_package_made_from_it() -> None:
    manifest = '[tool.poetry.dependencies]\na = "*"\n'
    source = '[package.source]\ntype = "file"\nurl = "dist/a-1.whl"\n'
    rows = '{file = "a-1.whl", hash = "sha256:00"}, {file = "a-2.whl", hash = "sha256:11"}'
    text = lock(old("a", source), tail=f"[metadata.files]\na = [{rows}]\n", version="1.1", manifest=manifest)
    assert packages(text, manifest)["a"].artifacts == (Artifact(filename="a-1.whl", hashes=("sha256:00",)),)


def losses(parsed: Lossy[Project]) -> list[tuple[Kind, str, str]]:
    return [(loss.kind, loss.where, loss.detail) for loss in parsed.losses]


def test_a_package_that_nothing_needs_is_told() -> None:
    manifest = '[tool.poetry.dependencies]\na = "*"\n'
    text = lock(old("a", "files = []\n"), old("z", "files = []\n"), version="2.0", manifest=manifest)
    assert losses(read(text, manifest)) == [(Kind.UNREACHED, "poetry.lock", "z 1")]


def test_a_stale_lock_names_what_it_does_not_hold() -> None:
    stale = MANIFEST.replace('"a[x]"', '"a[x]>=2"')
    text = lock(*(f'name = "{name}"\nversion = "1"\n{ENTRY}' for name in "abcd"))
    assert losses(read(text, stale)) == [(Kind.STALE_LOCK, "poetry.lock", "not held by the lock: a")]
    other = MANIFEST.replace('"a[x]"', '"a[x]>=1"')
    told = "the lock has a fitting version for each requirement"
    assert losses(read(text, other)) == [(Kind.STALE_LOCK, "poetry.lock", told)]


def test_a_union_is_cut_to_the_branch_that_is_locked() -> None:
    manifest = '[tool.poetry.dependencies]\na = "1 || 3 || 5"\n'
    text = lock('name = "a"\nversion = "3"\n' + ENTRY, manifest=manifest)
    assert losses(read(text, manifest)) == [
        (Kind.SPECIFIER_WIDENED, "pyproject.toml: tool.poetry.dependencies.a", "a: 1 || 3 || 5 is read as ==3")
    ]


UNKNOWN = {
    "x": lambda text: "x = 1\n" + text,
    "package[0].x": lambda text: text.replace("optional", "x = 1\noptional"),
    "package[0].files[0].x": lambda text: text.replace(
        "files = []", 'files = [{file = "a", hash = "sha256:0", x = 1}]'
    ),
    "package[0].markers.x": lambda text: text.replace("files", "markers = {x = 'y'}\nfiles"),
    "package[0].dependencies.b.x": lambda text: text.replace(
        "[metadata]", '[package.dependencies]\nb = {version = "*", x = 1}\n[metadata]'
    ),
    "package[0].dependencies.b[1].x": lambda text: text.replace(
        "[metadata]", '[package.dependencies]\nb = ["*", {version = "*", x = 1}]\n[metadata]'
    ),
    "package[0].source.x": lambda text: text.replace(
        "[metadata]", '[package.source]\ntype = "url"\nurl = "u"\nx = 1\n[metadata]'
    ),
    "metadata.x": lambda text: text.replace("[metadata]", "[metadata]\nx = 1"),
}


@pytest.mark.parametrize("place", UNKNOWN)
def test_an_unknown_key_is_told(place: str) -> None:
    text = UNKNOWN[place](lock('name = "a"\nversion = "1"\n' + ENTRY))
    told: tuple[Loss, ...] = read(text).losses
    assert [(loss.kind, loss.where) for loss in told] == [(Kind.KEY_UNKNOWN, f"poetry.lock: {place}")]


ERRORS = {
    "[[package": "poetry.lock: expected TOML: Expected ']]' at the end of an array declaration (at end of document)",
    "": "poetry.lock: expected a [metadata] table, found none; lock it again with Poetry",
    "[metadata]\nlock-version = 2": "poetry.lock: metadata.lock-version: expected a string, found 2",
    "[metadata]\nlock-version = 'new'": 'poetry.lock: metadata.lock-version: expected a version, found "new"',
    "[metadata]\nlock-version = '3.0'": (
        'poetry.lock: metadata.lock-version: expected a version below 3, found "3.0"; a newer pm-convert may read it'
    ),
    "[metadata]\npython-versions = 'new'": (
        'poetry.lock: metadata.python-versions: expected a version constraint, found "new"'
    ),
    "[metadata]\nfiles = 1": "poetry.lock: metadata.files: expected a table, found 1",
    "package = 1\n[metadata]": "poetry.lock: package: expected a list, found 1",
    "package = [1]\n[metadata]": "poetry.lock: package[0]: expected a table, found 1",
    "[[package]]\n[metadata]": "poetry.lock: package[0].name: expected a string, found nothing",
    "[[package]]\nname = 'a'\nversion = 1\n[metadata]": "poetry.lock: package[0].version: expected a string, found 1",
}
IN_PACKAGE = {
    "optional = 1": "optional: expected true or false, found 1",
    "description = 1": "description: expected a string, found 1",
    "groups = 'main'": 'groups: expected a list, found "main"',
    "groups = [1]": "groups[0]: expected a string, found 1",
    "groups = ['main']\nmarkers = 'x'": 'markers: expected a marker, found "x"',
    "groups = ['main']\nmarkers = { main = 'x' }": 'markers.main: expected a marker, found "x"',
    "files = [1]": "files[0]: expected a table, found 1",
    "files = [{ file = 'a', hash = 7 }]": "files[0].hash: expected a string, found 7",
    "dependencies = []": "dependencies: expected a table, found []",
    "dependencies = { b = 1 }": "dependencies.b: expected a constraint or a table, found 1",
    "dependencies = { b = 'latest' }": "dependencies.b: 'latest' is no version constraint",
    "extras = { x = 'a' }": 'extras.x: expected a list, found "a"',
    "source = { type = 'url' }": "source.url: expected a string, found nothing",
    "source = { type = 'ftp', url = 'u' }": ('source.type: expected legacy, git, url, file or directory, found "ftp"'),
}
ERRORS |= {
    f"[[package]]\nname = 'a'\nversion = '1'\n{text}\n[metadata]": f"poetry.lock: package[0].{message}"
    for text, message in IN_PACKAGE.items()
}


@pytest.mark.parametrize("text", ERRORS)
def test_bad_values_name_their_place(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value) == ERRORS[text]


def test_files_that_are_not_there() -> None:
    with pytest.raises(InputError, match=r"^poetry.lock: expected pyproject.toml beside it, found none$"):
        parse(Tree.of({"poetry.lock": ""}), "x")
    with pytest.raises(InputError, match=r"^pyproject.toml: expected a file, found none$"):
        parse(Tree.of({}), "x")


def test_a_manifest_without_its_lock_has_none() -> None:
    assert parse(Tree.of({"pyproject.toml": MANIFEST}), "x").value.lock is None
