from __future__ import annotations

from collections.abc import Mapping

import pytest

from converter import markers
from converter.errors import InputError
from converter.formats.pdm import FORMAT
from converter.losses import Kind, Lossy
from converter.markers import ANY
from converter.model import MAIN, Archive, Directory, Group, Package, Priority, Project, Registry, Scope, ScopeKind, Vcs
from converter.tree import Tree

HASH = f"sha256:{'a' * 64}"
COMMIT = "c" * 40
DEV = Scope(ScopeKind.GROUP, "dev")
CLI = Scope(ScopeKind.EXTRA, "cli")
MANIFEST = '[project]\nname = "demo"\nrequires-python = ">=3.9"\ndependencies = ["a"]\n'
METADATA = '[metadata]\ngroups = ["default"]\nstrategy = ["inherit_metadata"]\nlock_version = "4.5.0"\n'


def entry(name: str, *lines: str, groups: str = '["default"]', version: str = "1.0") -> str:
    head = [f'name = "{name}"', f'version = "{version}"', 'summary = ""', f"groups = {groups}"]
    return "\n".join(["[[package]]", *head, *lines, f'files = [{{file = "{name}.whl", hash = "{HASH}"}}]', ""])


def read(manifest: str = MANIFEST, lock: str | None = None) -> Lossy[Project]:
    files: dict[str, str | bytes] = {"pyproject.toml": manifest}
    return FORMAT.parse(Tree.of(files | ({} if lock is None else {"pdm.lock": lock})), "demo")


def packages(project: Project) -> Mapping[str, Package]:
    assert project.lock is not None
    return {package.name: package for package in project.lock.packages}


def kinds(done: Lossy[Project]) -> set[Kind]:
    return {loss.kind for loss in done.losses}


@pytest.mark.parametrize("version", ["2", "3.0", "4.6.0", "5.0", "new"])
def test_a_lock_of_another_version_is_refused(version: str) -> None:
    with pytest.raises(InputError, match=r"pdm\.lock: metadata\.lock_version: expected a version from 3\.1 to 4\.5"):
        read(lock=f'[metadata]\nlock_version = "{version}"\n')


def test_a_lock_needs_its_manifest() -> None:
    with pytest.raises(InputError, match=r"expected pyproject\.toml beside it"):
        FORMAT.parse(Tree.of({"pdm.lock": METADATA}), "demo")


def test_groups_and_marker_say_where_a_package_is_installed() -> None:
    manifest = MANIFEST + '[project.optional-dependencies]\ncli = ["b"]\n[dependency-groups]\ndev = ["b"]\n'
    text = METADATA + entry("a") + entry("b", 'marker = "sys_platform == \\"win32\\""', groups='["cli", "dev"]')
    found = packages(read(manifest, text).value)
    assert found["a"].when == {MAIN: ANY}
    assert found["b"].when == dict.fromkeys((CLI, DEV), markers.parse("sys_platform == 'win32'"))


def test_an_entry_without_groups_is_installed_always() -> None:
    bare = entry("a").replace('groups = ["default"]\n', "")
    assert packages(read(lock=METADATA + bare).value)["a"].when == {MAIN: ANY}


def test_without_inherited_metadata_the_edges_decide() -> None:
    metadata = METADATA.replace('["inherit_metadata"]', "[]")
    edges = "dependencies = [\n\"b; python_version < '3.11'\",\n]"
    done = read(lock=metadata + entry("a", edges) + entry("b") + entry("c"))
    assert packages(done.value)["b"].when == {MAIN: markers.parse("python_version < '3.11'")}
    assert [loss.detail for loss in done.losses if loss.kind is Kind.UNREACHED] == ["c 1.0"]


def test_the_entry_with_extras_and_the_plain_one_are_one_package() -> None:
    extra = entry("a", 'extras = ["x"]', 'dependencies = ["a==1.0", "b>=2"]')
    found = packages(read(MANIFEST.replace('"a"', '"a[x]"'), METADATA + entry("a") + extra + entry("b")).value)
    assert found["a"].extras == {"x"}
    assert [edge.name for edge in found["a"].optional_dependencies["x"]] == ["b"]
    assert len(found["a"].artifacts) == 1


def test_files_of_old_locks_stand_under_name_and_version() -> None:
    bare = '[[package]]\nname = "A"\nversion = "1.0"\n'
    files = f'[metadata.files]\n"a 1.0" = [{{url = "https://f.example/a.whl", hash = "{HASH}"}}]\n'
    old = f'[metadata]\nlock_version = "4.2"\n{files}'
    done = read(lock=bare + old)
    (artifact,) = packages(done.value)["a"].artifacts
    assert (artifact.filename, artifact.url) == ("a.whl", "https://f.example/a.whl")
    assert Kind.KEY_UNKNOWN not in kinds(done)


def test_targets_are_the_environments() -> None:
    targets = '[[metadata.targets]]\nrequires_python = ">=3.12"\nplatform = "windows_amd64"\n'
    lock = read(lock=METADATA + targets + entry("a")).value.lock
    assert lock is not None
    windows = "python_version >= '3.12' and sys_platform == 'win32' and platform_machine == 'AMD64'"
    assert lock.environments == (markers.parse(windows),)


def test_a_platform_of_no_known_form_is_an_error() -> None:
    with pytest.raises(InputError, match=r"targets\[0\]\.platform: expected a platform"):
        read(lock=METADATA + '[[metadata.targets]]\nrequires_python = ">=3.9"\nplatform = "??"\n')


@pytest.mark.parametrize(
    ("lines", "source"),
    [
        (f'git = "https://h.example/r.git"\nref = "v1"\nrevision = "{COMMIT}"', "git"),
        ('url = "https://f.example/a-1.0.tar.gz"', Archive(url="https://f.example/a-1.0.tar.gz")),
        ('path = "./libs/a"\neditable = true', Directory(path="libs/a", editable=True)),
        ('path = "./a-1.0.whl"', Archive(path="a-1.0.whl")),
    ],
)
def test_sources(lines: str, source: object) -> None:
    found = packages(read(lock=METADATA + entry("a", lines)).value)["a"].id.source
    vcs = Vcs(type="git", url="https://h.example/r.git", revision="v1", commit=COMMIT)
    assert found == (vcs if source == "git" else source)


def test_development_groups_of_both_tables_are_one() -> None:
    more = '[dependency-groups]\ndev = ["b"]\n[tool.pdm.dev-dependencies]\ndev = ["c", "-e file:///${PROJECT_ROOT}/x#egg=x"]\n'
    group = read(MANIFEST + more).value.dependency_groups["dev"]
    assert [r.name for r in group.requirements] == ["b", "c", "x"]
    assert group.requirements[2].source == Directory(path="x", editable=True)


@pytest.mark.parametrize(
    ("line", "name", "source"),
    [
        ("a @ file:///${PROJECT_ROOT}/libs/a", "a", Directory(path="libs/a")),
        ("a @ {root:uri}/libs/a", "a", Directory(path="libs/a")),
        ("./libs/b_c#egg=b-c", "b-c", Directory(path="libs/b_c")),
        (
            "git+https://h.example/x.git@v1#egg=x",
            "x",
            Vcs(type="git", url="https://h.example/x.git", revision="v1"),
        ),
    ],
)
def test_lines_that_only_pdm_reads(line: str, name: str, source: object) -> None:
    manifest = f'{MANIFEST}[tool.pdm.dev-dependencies]\ndev = ["{line}"]\n'
    (requirement,) = read(manifest).value.dependency_groups["dev"].requirements
    assert (requirement.name, requirement.source) == (name, source)


def test_a_line_that_is_no_requirement_is_an_error() -> None:
    with pytest.raises(InputError, match=r"tool\.pdm\.dev-dependencies\.dev\[0\]: expected a requirement"):
        read(f'{MANIFEST}[tool.pdm.dev-dependencies]\ndev = ["!"]\n')


def test_sources_are_indexes() -> None:
    source = (
        '[[tool.pdm.source]]\nname = "corp"\nurl = "https://corp.example/simple"\ninclude_packages = ["a", "b-*"]\n'
    )
    done = read(
        MANIFEST + source + 'exclude_packages = ["*"]\nverify_ssl = false\n', METADATA + entry("a") + entry("b-c")
    )
    (index,) = done.value.indexes
    assert (index.name, index.priority, index.verify_tls) == ("corp", Priority.EXPLICIT, False)
    assert done.value.dependencies[0].source == Registry("https://corp.example/simple")
    assert packages(done.value)["b-c"].id.source == Registry("https://corp.example/simple")


def test_scripts_and_overrides() -> None:
    more = '[tool.pdm.scripts]\nserve = "flask run"\nt = {cmd = "pytest"}\nall = {composite = ["t"]}\n'
    done = read(MANIFEST + more + '[tool.pdm.resolution.overrides]\nb = "2.0"\nc = ">=1"\n')
    assert done.value.tasks == {"serve": "flask run", "t": "pytest"}
    assert [loss.detail.split(" ")[0] for loss in done.losses if loss.kind is Kind.TASK_LEFT] == ["all"]
    assert {r.name: str(r.specifier) for r in done.value.overrides} == {"b": "==2.0", "c": ">=1"}


def test_a_lock_of_another_manifest_is_stale() -> None:
    lock = METADATA + 'content_hash = "sha256:0"\n' + entry("b")
    (loss,) = [loss for loss in read(lock=lock).losses if loss.kind is Kind.STALE_LOCK]
    assert loss.detail == "not held by the lock: a"


def test_all_groups_are_installed_unasked() -> None:
    project = read(MANIFEST + '[dependency-groups]\ndev = ["b"]\n').value
    assert project.default_groups == ("dev",)
    assert project.dependency_groups["dev"] == Group(requirements=project.dependency_groups["dev"].requirements)
