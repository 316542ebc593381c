"""A pylock file, with or without a manifest, as a Project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.detection import detect
from converter.errors import InputError
from converter.formats.pylock import FORMAT
from converter.losses import Kind, Loss
from converter.markers import ANY
from converter.model import (
    MAIN,
    PUBLIC_INDEX,
    Archive,
    Artifact,
    Directory,
    Index,
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

SAMPLES = Path(__file__).parents[3] / "samples"
DEV, CLI = Scope(ScopeKind.GROUP, "dev"), Scope(ScopeKind.EXTRA, "cli")
COMMIT = "0123456789abcdef0123456789abcdef01234567"
HASH = "a" * 64
WHEEL = "https://files.example/{0}-1.0-py3-none-any.whl"
TOP = 'lock-version = "1.0"\ncreated-by = "a test"\nrequires-python = ">=3.9"\n'
MANIFEST = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.9"\n'


def wheel(name: str, *more: str) -> str:
    lines = [f'name = "{name}"', 'version = "1.0"', *more]
    url = WHEEL.format(name.replace("-", "_"))
    return "\n[[packages]]\n" + "\n".join(
        [*lines, f'wheels = [{{ url = "{url}", hashes = {{ sha256 = "{HASH}" }} }}]\n']
    )


def entry(name: str, *lines: str) -> str:
    return "\n[[packages]]\n" + "\n".join([f'name = "{name}"', *lines]) + "\n"


def read(lock: str, manifest: str | None = None, **files: str) -> tuple[Project, tuple[Loss, ...]]:
    beside = {"pyproject.toml": manifest} if manifest is not None else {}
    done = FORMAT.parse(Tree.of({"pylock.toml": lock, **beside, **files}), "folder")
    return done.value, done.losses


def packages(project: Project) -> dict[str, Package]:
    return {p.name: p for p in project.lock.packages} if project.lock else {}


def kinds(losses: Sequence[Loss]) -> list[Kind]:
    return [loss.kind for loss in losses]


def test_a_release_with_its_files() -> None:
    text = (
        TOP
        + """
[[packages]]
name = "attrs"
version = "25.1.0"
requires-python = ">=3.8"
index = "https://pypi.org/simple/"

[packages.sdist]
url = "https://files.example/attrs-25.1.0.tar.gz"
upload-time = 2025-01-25T11:30:10.164985Z
size = 7
hashes = { sha256 = "AB", sha512 = "cd" }

[[packages.wheels]]
name = "attrs-25.1.0-py3-none-any.whl"
url = "https://files.example/download/4711"
hashes = { sha256 = "ef" }
"""
    )
    project, losses = read(text, MANIFEST + 'dependencies = ["attrs"]\n')
    (package,) = packages(project).values()
    assert package.id == PackageId(name="attrs", version="25.1.0", source=Registry(PUBLIC_INDEX))
    assert package.requires_python == SpecifierSet(">=3.8")
    assert package.when == {MAIN: ANY}
    sdist = Artifact(
        filename="attrs-25.1.0.tar.gz", url="https://files.example/attrs-25.1.0.tar.gz", size=7,
        upload_time="2025-01-25T11:30:10.164985Z", hashes=("sha256:ab", "sha512:cd"),
    )  # fmt: skip
    named = Artifact(
        filename="attrs-25.1.0-py3-none-any.whl", url="https://files.example/download/4711", hashes=("sha256:ef",)
    )
    assert package.artifacts == (sdist, named)
    assert losses == ()


@pytest.mark.parametrize(
    ("lines", "source"),
    [
        (
            [f'vcs = {{ type = "git", url = "https://h.example", requested-revision = "v1", commit-id = "{COMMIT}" }}'],
            Vcs(type="git", url="https://h.example", revision="v1", commit=COMMIT),
        ),
        (
            [f'vcs = {{ type = "hg", path = "../x", commit-id = "{COMMIT}", subdirectory = "py" }}'],
            Vcs(type="hg", url="../x", commit=COMMIT, subdirectory="py"),
        ),
        (['directory = { path = "libs\\\\x", editable = true }'], Directory(path="libs/x", editable=True)),
        ([f'archive = {{ url = "https://h.example/x.zip", hashes = {{ sha256 = "{HASH}" }} }}'],
         Archive(url="https://h.example/x.zip")),
        ([f'archive = {{ path = "./w/x.zip", hashes = {{ sha256 = "{HASH}" }} }}'], Archive(path="w/x.zip")),
        (['version = "1.0"', f'sdist = {{ path = "../x-1.0.tar.gz", hashes = {{ sha256 = "{HASH}" }} }}'],
         Archive(path="../x-1.0.tar.gz")),
    ],
)  # fmt: skip
def test_other_places(lines: list[str], source: object) -> None:
    project, _ = read(TOP + entry("x", *lines), MANIFEST)
    assert packages(project)["x"].id.source == source


def test_a_manifest_says_what_is_asked_for_and_the_lock_where_it_comes_from() -> None:
    lock = (
        TOP + 'extras = ["cli"]\ndependency-groups = ["dev"]\n'
        + wheel("a", 'index = "https://index.example/simple"')
        + wheel("b", 'marker = "\'dev\' in dependency_groups"')
        + entry("c", 'directory = { path = "libs/c", editable = true }', 'marker = "\'cli\' in extras"')
    )  # fmt: skip
    manifest = MANIFEST + (
        'dependencies = ["a>=1"] # why\n[project.optional-dependencies]\ncli = ["c @ file:libs/c"]\n'
        '[dependency-groups]\ndev = ["B"]\n'
    )
    project, losses = read(lock, manifest)
    assert project.name == "shop"
    assert [(r.name, r.source) for r in project.dependencies] == [("a", Registry("https://index.example/simple"))]
    assert project.optional_dependencies["cli"][0].source == Directory(path="libs/c", editable=True)
    assert project.dependency_groups["dev"].requirements == (Requirement(name="b"),)
    assert project.indexes == (
        Index(name="pypi", url=PUBLIC_INDEX),
        Index(name="index-example", url="https://index.example/simple", priority=Priority.EXPLICIT),
    )
    assert losses == ()


def test_the_only_index_is_the_default_one() -> None:
    project, _ = read(TOP + wheel("a", 'index = "https://index.example/simple"'), MANIFEST + 'dependencies = ["a"]\n')
    assert project.indexes == (Index(name="index-example", url="https://index.example/simple"),)
    assert project.dependencies == (Requirement(name="a"),)


def test_without_a_manifest_each_package_is_a_requirement() -> None:
    lock = TOP + 'dependency-groups = ["dev"]\n' + wheel("a", "marker = \"sys_platform == 'win32'\"")
    lock += wheel("b", "marker = \"'dev' in dependency_groups\"")
    lock += entry("c", f'vcs = {{ type = "git", url = "https://h.example/c", commit-id = "{COMMIT}" }}')
    project, losses = read(lock)
    assert (project.name, project.requires_python) == ("folder", SpecifierSet(">=3.9"))
    assert project.dependencies == (
        Requirement(name="a", specifier=SpecifierSet("==1.0"), marker=markers.parse("sys_platform == 'win32'")),
        Requirement(name="c", source=Vcs(type="git", url="https://h.example/c", revision=COMMIT)),
    )
    assert [r.name for r in project.dependency_groups["dev"].requirements] == ["b"]
    assert kinds(losses) == [Kind.DIRECT_UNKNOWN, Kind.DIRECT_UNKNOWN]


def test_a_group_of_the_manifest_is_no_stand_in_for_main() -> None:
    lock = TOP + 'default-groups = ["dev"]\n' + wheel("a", "marker = \"'dev' in dependency_groups\"")
    assert packages(read(lock)[0])["a"].when == {MAIN: ANY}
    assert packages(read(lock, MANIFEST + '[dependency-groups]\ndev = ["a"]\n')[0])["a"].when == {DEV: ANY}


def test_what_the_lock_does_not_hold_is_told() -> None:
    _, losses = read(TOP + wheel("a"), MANIFEST + 'dependencies = ["a", "gone", "shop[x]"]\n')
    assert [(loss.kind, loss.detail) for loss in losses] == [(Kind.NOT_LOCKED, "gone")]


def test_what_only_pylock_says_is_told_once_for_all_packages() -> None:
    more = 'attestation-identities = [{ kind = "GitHub" }]\ndependencies = [{ name = "b", odd = 1 }]\ntool.x.y = 1'
    lock = TOP + wheel("a", *more.splitlines()) + wheel("b", "tool.x.y = 2") + '\n[tool.z]\nw = "q"\n'
    _, losses = read(lock, MANIFEST + 'dependencies = ["a"]\n')
    assert [(loss.kind, loss.where, loss.detail) for loss in losses] == [
        (Kind.KEY_UNKNOWN, "pylock.toml: packages[0].dependencies[0].odd", "odd = 1"),
        (Kind.SETTING_NEEDLESS, "pylock.toml: tool.z.w", "w"),
        (Kind.SETTING_NEEDLESS, "pylock.toml: packages.tool.x.y", "y of 2 packages"),
        (Kind.SETTING_LEFT, "pylock.toml: packages.attestation-identities.kind", "kind of 1 packages"),
    ]


def test_a_lock_of_another_name_where_it_is_the_only_one() -> None:
    done = FORMAT.parse(Tree.of({"pylock.dev.toml": TOP + wheel("a"), "sub/pylock.toml": "no"}), "folder")
    assert [p.name for p in done.value.lock.packages] == ["a"] if done.value.lock else False
    with pytest.raises(InputError, match=r"found pylock\.a\.toml, pylock\.b\.toml"):
        FORMAT.parse(Tree.of({"pylock.a.toml": TOP, "pylock.b.toml": TOP}), "folder")
    both = FORMAT.parse(Tree.of({"pylock.a.toml": "no", "pylock.toml": TOP + wheel("a")}), "folder")
    assert both.value.lock is not None


@pytest.mark.parametrize(
    ("lock", "message"),
    [
        ("[", "pylock.toml: expected TOML"),
        ('created-by = "x"\npackages = []\n', "pylock.toml: lock-version: expected a value, found nothing"),
        ('lock-version = "2"\ncreated-by = "x"\npackages = []\n', "lock-version: expected a version below 2, found 2"),
        (TOP + '[[packages]]\nname = "A_b"\n', "pylock.toml: packages[0]"),
        (TOP + entry("x", 'version = "1"'), "pylock.toml: packages[0]: exactly one of vcs"),
        (TOP + wheel("a", "marker = \"odd == 'x'\""), "pylock.toml: packages[0].marker"),
        (TOP + "packages = 3\n", "pylock.toml: packages: unexpected type int"),
        (TOP + wheel("a").replace(HASH, "a").replace("-1.0-", "-2.0-"), "pylock.toml: packages[0].wheels[0]"),
    ],
)  # fmt: skip
def test_what_is_no_pylock_file(lock: str, message: str) -> None:
    with pytest.raises(InputError) as why:
        read(lock)
    assert message in str(why.value)


def test_a_later_minor_version_is_read_for_what_is_known_of_it() -> None:
    project, losses = read(
        TOP.replace("1.0", "1.7") + "novelty = true\n" + wheel("a"), MANIFEST + 'dependencies = ["a"]\n'
    )
    assert list(packages(project)) == ["a"]
    assert [loss.detail for loss in losses] == ["1.7 is read as 1.0", "novelty = True"]


def test_an_export_beside_the_lock_that_it_was_made_of_is_not_the_projects_lock() -> None:
    assert detect(Tree.of({"pylock.toml": TOP})) is FORMAT
    assert detect(Tree.of({"pylock.dev.toml": TOP})) is FORMAT
    assert detect(Tree.of({"pylock.toml": TOP, "uv.lock": ""})).lock == "uv.lock"
    assert not FORMAT.detect(Tree.of({"pyproject.toml": MANIFEST}))


def test_a_manifest_alone_is_a_project_without_a_lock() -> None:
    done = FORMAT.parse(Tree.of({"pyproject.toml": MANIFEST + 'dependencies = ["a"]\n'}), "folder")
    assert done.value.lock is None
    assert [r.name for r in done.value.dependencies] == ["a"]
    with pytest.raises(InputError, match="expected a file, found none"):
        FORMAT.parse(Tree.of({}), "folder")


def test_a_lock_of_pdm_has_the_scopes_of_its_project() -> None:
    folder = SAMPLES / "flask-app" / "pylock"
    files = {name: (folder / name).read_text(encoding="utf-8") for name in ("pyproject.toml", "pylock.toml")}
    project = FORMAT.parse(Tree.of(files), "demo").value
    held = packages(project)
    assert held["flask"].when == {MAIN: ANY}
    assert held["pytest"].when == {DEV: ANY}
    assert held["redis"].when == {Scope(ScopeKind.EXTRA, "cache"): ANY}
    assert held["gunicorn"].when == {MAIN: markers.parse("sys_platform != 'win32'")}
    assert held["colorama"].when == {DEV: markers.parse("sys_platform == 'win32'")}
    assert held["requests"].extras == {"socks"}


def test_the_projects_own_folder_is_a_requirement_that_no_manifest_declares() -> None:
    project, losses = read(TOP + entry("shop", 'directory = { path = ".", editable = true }') + wheel("a"), MANIFEST)
    assert project.dependencies[1:] == (Requirement(name="shop", source=Directory(path=".", editable=True)),)
    assert project.dependencies[0].name == "a"
    assert kinds(losses) == [Kind.DIRECT_UNKNOWN]


def test_environments_that_are_all_of_its_pythons_say_nothing_more() -> None:
    text = 'lock-version = "1.0"\ncreated-by = "pdm"\nrequires-python = ">=3.9"\npackages = []\n'
    both = [f"environments = [{marker}]\n" for marker in ("\"python_version >= '3.9'\"", "\"sys_platform == 'win32'\"")]
    read = [FORMAT.parse(Tree.of({"pylock.toml": each + text}), "demo").value.lock for each in both]
    assert [len(lock.environments) for lock in read if lock] == [0, 1]
