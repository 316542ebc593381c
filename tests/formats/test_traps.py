"""Traps of the lock formats and their manifests: each test is named after what it guards."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from converter import markers
from converter.convert import Conversion, Options, convert
from converter.formats import FORMATS
from converter.formats.poetry.content_hash import content_hash
from converter.index import Settings
from converter.losses import Kind, Level
from converter.model import MAIN, Project, Vcs
from converter.tree import Tree
from converter.verify import verify
from tests.index.releases import metadata, serve, wheel, wheel_name
from tests.loopback import Loopback

SHA = "a" * 64
COMMIT = "0123456789abcdef0123456789abcdef01234567"

MANIFEST = """[project]
name = "demo"
version = "1"
requires-python = ">=3.9"
dependencies = ["idna>=3", "requests[socks]>=2 ; python_version <= '3.12'", "numpy"]

[dependency-groups]
dev = ["Typing_Extensions"]
"""


def uv_package(name: str, version: str, rest: str = "") -> str:
    url = f"https://files.example/{name.replace('-', '_')}-{version}-py3-none-any.whl"
    return f"""
[[package]]
name = "{name}"
version = "{version}"
source = {{ registry = "https://pypi.org/simple" }}
{rest}wheels = [
    {{ url = "{url}", hash = "sha256:{SHA}", size = 1, upload-time = "2026-10-18T16:21:07.655Z" }},
]
"""


EDGES = """dependencies = [
    { name = "idna" },
    { name = "numpy", version = "1.26.4", source = { registry = "https://pypi.org/simple" }, marker = "python_full_version < '3.12'" },
    { name = "numpy", version = "2.1.0", source = { registry = "https://pypi.org/simple" }, marker = "python_full_version >= '3.12'" },
    { name = "requests", extra = ["socks"], marker = "python_full_version < '3.13'" },
]
"""  # noqa: E501  # as uv writes it
ROOT = f"""
[[package]]
name = "demo"
version = "1"
source = {{ virtual = "." }}
{EDGES}
[package.dev-dependencies]
dev = [
    {{ name = "typing-extensions" }},
]

[package.metadata]
requires-dist = [
    {{ name = "idna", specifier = ">=3" }},
    {{ name = "numpy" }},
    {{ name = "requests", extras = ["socks"], marker = "python_full_version < '3.13'", specifier = ">=2" }},
]

[package.metadata.requires-dev]
dev = [{{ name = "typing-extensions" }}]
"""
SOCKS = """
[package.optional-dependencies]
socks = [
    { name = "pysocks" },
]
"""
LOCK = (
    'version = 1\nrevision = 5\nrequires-python = ">=3.9"\n'
    "resolution-markers = [\n    \"python_full_version >= '3.12'\",\n    \"python_full_version < '3.12'\",\n]\n"
    + ROOT
    + uv_package("idna", "3.10")
    + uv_package("numpy", "1.26.4", "resolution-markers = [\n    \"python_full_version < '3.12'\",\n]\n")
    + uv_package("numpy", "2.1.0", "resolution-markers = [\n    \"python_full_version >= '3.12'\",\n]\n")
    + uv_package("pysocks", "1.7.1")
    + uv_package("requests", "2.32.3", 'dependencies = [\n    { name = "idna" },\n]\n')
    + SOCKS
    + uv_package("typing-extensions", "4.12.2")
)
UV = {"pyproject.toml": MANIFEST, "uv.lock": LOCK}


def converted(files: Mapping[str, str], source: str, target: str, *, manifest_only: bool = False) -> Conversion:
    options = Options(folder="demo", manifest_only=manifest_only)
    settings = Settings(cache=Path("/nowhere"), offline=True)
    return convert(Tree.of(files), FORMATS[source], FORMATS[target], options, settings)


def files(done: Conversion) -> dict[str, str]:
    assert not done.plan.stops
    return {str(edit.path): (edit.after or b"").decode() for edit in done.plan.edits}


def project(files_: Mapping[str, str], form: str) -> Project:
    return FORMATS[form].parse(Tree.of(files_), "demo").value


def written(target: str) -> dict[str, str]:
    """What the project above is in another format."""
    return {**UV, **files(converted(UV, "uv", target))}


def test_edges_are_what_uv_installs_by_so_one_that_is_gone_is_seen() -> None:
    gone = project({**UV, "uv.lock": LOCK.replace('    { name = "pysocks" },\n', "")}, "uv")
    assert [loss.where for loss in verify(project(UV, "uv"), gone, ())] == ["pysocks"]


def test_a_wrong_marker_would_leave_a_package_out_in_silence_so_it_is_seen() -> None:
    lock = written("poetry")["poetry.lock"]
    wrong = lock.replace('groups = ["dev"]\n', 'groups = ["dev"]\nmarkers = "sys_platform == \\"win32\\""\n')
    assert wrong != lock
    poetry = {**written("poetry"), "poetry.lock": wrong}
    assert "typing-extensions" in {loss.where for loss in verify(project(UV, "uv"), project(poetry, "poetry"), ())}


def test_poetry_gets_what_it_falls_over_without() -> None:
    for package in tomllib.loads(written("poetry")["poetry.lock"])["package"]:
        assert {"name", "version", "optional", "python-versions", "groups", "files"} <= package.keys()
        assert package["files"] != []


@pytest.mark.parametrize("target", ["uv", "pylock"])
def test_files_without_an_address_or_a_hash_are_no_lock(target: str) -> None:
    poetry = {**written("poetry")}
    bare = "\n".join(line if "{file = " not in line else "" for line in poetry["poetry.lock"].splitlines())
    done = converted({**poetry, "poetry.lock": bare}, "poetry", target)
    assert {loss.kind for loss in done.plan.stops} == {Kind.FILES_UNKNOWN}


def test_pdm_installs_what_has_no_group_everywhere_so_each_has_one() -> None:
    entries = tomllib.loads(written("pdm")["pdm.lock"])["package"]
    assert all(entry["groups"] for entry in entries)
    assert {e["name"] for e in entries if e["groups"] == ["dev"]} == {"typing-extensions"}


def test_pdm_has_an_entry_of_its_own_for_extras_and_the_model_has_one() -> None:
    made = written("pdm")
    entries = [e for e in tomllib.loads(made["pdm.lock"])["package"] if e["name"] == "requests"]
    assert sorted(e.get("extras", []) for e in entries) == [[], ["socks"]]
    lock = project(made, "pdm").lock
    assert lock
    assert [p.extras for p in lock.packages if p.name == "requests"] == [frozenset({"socks"})]


PIPFILE = """[[source]]
name = "pypi"
url = "https://pypi.org/simple"
verify_ssl = true

[packages]
Requests = "*"
tagged = {git = "https://git.example/tagged.git", ref = "v1"}
"""


def pipenv(**more: object) -> dict[str, str]:
    pin = {"hashes": [f"sha256:{SHA}"], "index": "pypi", "version": "==1.0"}
    lock = {
        "_meta": {"hash": {"sha256": SHA}, "pipfile-spec": 6, "requires": {}, "sources": []},
        "default": {
            "requests": pin,
            "idna": {**pin, "markers": "python_version >= '3.6'"},
            "tagged": {"git": "https://git.example/tagged.git", "ref": COMMIT},
            **more,
        },
        "develop": {},
    }
    return {"Pipfile": PIPFILE, "Pipfile.lock": json.dumps(lock)}


def test_an_index_in_a_pipfile_lock_makes_nothing_direct() -> None:
    assert [r.name for r in project(pipenv(), "pipenv").dependencies] == ["requests", "tagged"]


def test_markers_of_a_pipfile_lock_are_requires_python_and_no_condition_of_the_manifest() -> None:
    made = files(converted(pipenv(), "pipenv", "uv", manifest_only=True))
    assert tomllib.loads(made["pyproject.toml"])["project"]["dependencies"][0] == "requests"


def test_a_tag_that_pipenv_locks_as_a_commit_stays_a_tag() -> None:
    tagged = next(r.source for r in project(pipenv(), "pipenv").dependencies if r.name == "tagged")
    lock = project(pipenv(), "pipenv").lock
    assert lock
    locked = next(p.id.source for p in lock.packages if p.name == "tagged")
    assert isinstance(tagged, Vcs)
    assert isinstance(locked, Vcs)
    assert (tagged.revision, locked.revision, locked.commit) == ("v1", "v1", COMMIT)


def test_the_content_hash_of_poetry_covers_dependency_groups() -> None:
    document = tomllib.loads(MANIFEST)
    assert content_hash(document) != content_hash({**document, "dependency-groups": {"dev": []}})


def test_each_tool_has_its_own_spelling_of_json_for_its_hash() -> None:
    def digest(value: object, **spelling: tuple[str, str]) -> str:
        return hashlib.sha256(json.dumps(value, sort_keys=True, **spelling).encode()).hexdigest()  # type: ignore[arg-type]

    standard, groups = tomllib.loads(MANIFEST)["project"], tomllib.loads(MANIFEST)["dependency-groups"]
    poetry, pdm = (tomllib.loads(written(name)[f"{name}.lock"])["metadata"] for name in ("poetry", "pdm"))
    project_part = {key: standard[key] for key in ("requires-python", "dependencies")}
    tool = tomllib.loads(written("poetry")["pyproject.toml"])["tool"]["poetry"]
    own = {key: tool[key] for key in ("dependencies", "source", "extras", "group") if key in tool}
    said = {"project": project_part, "dependency-groups": groups, "tool": {"poetry": own}}
    assert poetry["content-hash"] == digest(said)
    asked = {
        "sources": [],
        "dependencies": standard["dependencies"],
        "dev-dependencies": {"dev": ["Typing_Extensions"]},
        "optional-dependencies": {},
        "requires-python": standard["requires-python"],
        "resolution": {},
    }
    assert pdm["content_hash"] == f"sha256:{digest(asked)}"
    made = written("pipenv")
    meta, pipfile = json.loads(made["Pipfile.lock"])["_meta"], tomllib.loads(made["Pipfile"])
    head = {"sources": pipfile["source"], "requires": pipfile.get("requires", {})}
    sections = {"default": pipfile["packages"], "develop": pipfile["dev-packages"]}
    assert meta["hash"]["sha256"] == digest({"_meta": head, **sections}, separators=(",", ":"))


def test_a_pipfile_names_its_source_so_that_no_setting_of_the_machine_counts() -> None:
    for made in (written("pipenv"), files(converted(UV, "uv", "pipenv", manifest_only=True))):
        assert "[[source]]" in made["Pipfile"]


@pytest.mark.parametrize("url", ["https://i.example/simple", "https://i.example/simple/"])
def test_a_slash_at_the_end_of_an_index_is_part_of_its_name(url: str) -> None:
    index = f'\n[[tool.uv.index]]\nname = "own"\nurl = "{url}"\ndefault = true\n'
    given = {"pyproject.toml": MANIFEST + index, "uv.lock": LOCK.replace("https://pypi.org/simple", url)}
    again = {**given, **files(converted(given, "uv", "uv"))}
    assert tomllib.loads(again["uv.lock"])["package"][1]["source"] == {"registry": url}


def test_names_are_compared_in_one_spelling() -> None:
    for target in ("poetry", "pdm", "pylock", "pip", "pipenv"):
        lock = project(written(target), target).lock
        assert lock
        assert "typing-extensions" in {package.name for package in lock.packages}


def test_a_python_version_is_no_text_and_has_no_patch_level() -> None:
    assert "requests" in {r.name for r in project(UV, "uv").dependencies}
    marker = next(r.marker for r in project(UV, "uv").dependencies if r.name == "requests")
    assert marker == markers.parse("python_full_version < '3.13'")
    lock = project(UV, "uv").lock
    assert lock
    assert next(p.when[MAIN] for p in lock.packages if p.name == "requests") == marker


@pytest.mark.parametrize("target", ["uv", "pdm", "pylock", "pip", "pipenv"])
def test_a_union_of_poetry_is_never_written_as_a_requirement(target: str) -> None:
    manifest = """[tool.poetry]
name = "demo"
version = "1"
[tool.poetry.dependencies]
python = "^3.9"
a = ">=2,<3 || >=4"
b = "^1.0 || ^2.0"
c = "~1.2"
d = "^0.0.3"
"""
    made = files(converted({"pyproject.toml": manifest}, "poetry", target, manifest_only=True))
    text = "".join(made.values())
    assert "|" not in text
    for said in ("b>=1.0,<3.0", "c>=1.2,<1.3", "d>=0.0.3,<0.0.4") if target != "pipenv" else ():
        assert said in text.replace(" ", "")


def test_two_versions_of_a_name_stay_two() -> None:
    for target in ("poetry", "pylock", "pip"):
        lock = project(written(target), target).lock
        assert lock
        numpys = [p for p in lock.packages if p.name == "numpy"]
        assert [p.id.version for p in numpys] == ["1.26.4", "2.1.0"]
        assert (numpys[0].when[MAIN] & numpys[1].when[MAIN]).is_empty()


def test_one_version_is_told_where_there_is_room_for_one() -> None:
    done = converted(UV, "uv", "pipenv")
    assert [loss.packages for loss in done.plan.losses if loss.kind is Kind.FORK_FLATTENED] == [frozenset({"numpy"})]


def test_the_time_of_an_upload_is_a_date_in_pylock_and_text_in_uv() -> None:
    wheel = tomllib.loads(written("pylock")["pylock.toml"])["packages"][0]["wheels"][0]
    assert wheel["upload-time"].isoformat() == "2026-10-18T16:21:07.655000+00:00"


@pytest.mark.parametrize(
    ("build", "kind"), [("", "virtual"), ('\n[build-system]\nrequires = []\nbuild-backend = "x"\n', "editable")]
)
def test_the_root_of_uv_is_editable_where_it_is_built(build: str, kind: str) -> None:
    root = FORMATS["uv"].emit(project(written("pylock"), "pylock"), Tree.of({"pyproject.toml": MANIFEST + build})).value
    entries = tomllib.loads(root.text("uv.lock") or "")["package"]
    assert next(e["source"] for e in entries if e["name"] == "demo") == {kind: "."}


def test_a_computed_version_stands_in_no_lock() -> None:
    build = '\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    text = MANIFEST.replace('version = "1"', 'dynamic = ["version"]') + build
    made = FORMATS["uv"].emit(project(written("pylock"), "pylock"), Tree.of({"pyproject.toml": text})).value
    entries = tomllib.loads(made.text("uv.lock") or "")["package"]
    assert "version" not in next(e for e in entries if e["name"] == "demo")


def test_one_hash_asks_a_hash_of_every_line_so_what_has_none_stands_apart() -> None:
    lock = project(pipenv(), "pipenv")
    made = FORMATS["pip"].emit(lock, Tree.of({})).value
    locked = made.text("requirements.txt") or ""
    assert "--hash" in locked
    assert "git+" not in locked
    assert "git+" in (made.text("requirements-direct.txt") or "")


def test_a_hash_sign_without_a_space_is_no_comment() -> None:
    done = FORMATS["pip"].parse(Tree.of({"requirements.txt": "idna==3.10 #c\n"}), "demo")
    assert [r.comments.trailing for r in done.value.dependencies] == ["#c"]
    with pytest.raises(Exception, match="line 1"):
        FORMATS["pip"].parse(Tree.of({"requirements.txt": "idna==3.10#c\n"}), "demo")


def test_a_wheel_without_metadata_beside_it_is_read_at_its_own_end(tmp_path: Path) -> None:
    with Loopback() as index:
        for name, needs in (("outer", ["inner>=1"]), ("inner", [])):
            serve(index, name, (wheel_name(name), wheel(name, metadata(name, *needs), before=200_000)))
        pins = [f"{name}==1.0 --hash=sha256:{index.pages[name][0]['hashes']['sha256']}" for name in ("inner", "outer")]
        tree = Tree.of({"requirements.txt": "\n".join([f"-i {index.url}", *pins, ""]), ".python-version": "3.11\n"})
        done = convert(tree, FORMATS["pip"], FORMATS["uv"], Options(folder="demo"), Settings(cache=tmp_path))
    assert not done.plan.stops
    assert done.after
    assert done.after.lock
    edges = {p.name: [edge.name for edge in p.dependencies or ()] for p in done.after.lock.packages}
    assert edges == {"outer": ["inner"], "inner": []}


@pytest.mark.parametrize("target", ["pip", "pipenv", "poetry"])
def test_a_group_that_is_chosen_stands_in_no_marker_of_a_tool_that_knows_none(target: str) -> None:
    """Declared conflicts make what uv installs for main depend on the group that is chosen beside it."""
    project_ = project(UV, "uv")
    assert project_.lock
    chosen = markers.parse("'old' in dependency_groups")
    whens = {"1.26.4": chosen, "2.1.0": ~chosen}
    packages = [
        replace(p, when={MAIN: whens[p.id.version or ""]}) if p.name == "numpy" else p for p in project_.lock.packages
    ]
    lock = replace(project_.lock, packages=tuple(packages))
    made = FORMATS[target].emit(replace(project_, lock=lock), Tree.of({})).value
    text = "".join((content or b"").decode() for content in made.changes.values())
    assert "2.1.0" in text
    assert "in dependency_groups" not in text


HYBRID = """[project]
name = "demo"
requires-python = ">=3.9"
dynamic = ["version", "dependencies"]

[tool.poetry]
version = "0.0.0"

[tool.poetry.dependencies]
idna = ">=2,<3 || >=4"

[tool.poetry-dynamic-versioning]
enable = true

[build-system]
requires = ["poetry-core>=2", "poetry-dynamic-versioning"]
build-backend = "poetry_dynamic_versioning.backend"
"""


@pytest.mark.parametrize("target", ["uv", "pip", "pipenv", "pdm", "pylock"])
def test_a_hybrid_of_poetry_keeps_its_computed_version_and_says_its_dependencies_once(target: str) -> None:
    done = converted({"pyproject.toml": HYBRID}, "poetry", target, manifest_only=True)
    document = tomllib.loads(files(done)["pyproject.toml"])
    assert document["project"]["dynamic"] == ["version"]
    assert "version" not in document["project"]
    assert document["tool"]["poetry"] == {"version": "0.0.0"}
    assert [each.partition(">")[0] for each in document["project"]["dependencies"]] == ["idna"]
    assert document["build-system"] == tomllib.loads(HYBRID)["build-system"]
    assert Kind.SPECIFIER_WIDENED in {loss.kind for loss in done.plan.losses} or "!=" in str(document["project"])
    assert not [loss for loss in done.plan.losses if loss.level is Level.STOP]
