from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.errors import StopError
from converter.formats.pdm import FORMAT
from converter.formats.pdm.content_hash import content_hash
from converter.losses import Kind, Level, Lossy
from converter.markers import ANY, Marker
from converter.model import (
    MAIN,
    Artifact,
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
)
from converter.tree import Tree

HASH = f"sha256:{'a' * 64}"
DEV = Scope(ScopeKind.GROUP, "dev")
WINDOWS = markers.parse("sys_platform == 'win32'")
OLD, NEW = markers.parse("python_version < '3.11'"), markers.parse("python_version >= '3.11'")


def package(name: str, version: str = "1.0", source: Source | None = None, **when: Marker) -> Package:
    scopes = {MAIN if key == "main" else Scope(ScopeKind.GROUP, key): marker for key, marker in when.items()}
    files = (Artifact(filename=f"{name}-{version}.whl", hashes=(HASH,)),)
    identity = PackageId(name=name, version=version, source=source or Registry())
    return Package(id=identity, when=scopes, artifacts=files, dependencies=(), summary="")


def project(*packages: Package, **fields: object) -> Project:
    whole: dict[str, Any] = {"dependencies": (Requirement(name="a"),), **fields}
    lock = Lock(packages=packages, requires_python=SpecifierSet(">=3.9"))
    return Project(name="demo", requires_python=SpecifierSet(">=3.9"), lock=lock, **whole)


def written(whole: Project) -> Lossy[dict[str, Any]]:
    done = FORMAT.emit(whole, Tree.of({}))
    return Lossy(tomllib.loads(done.value.text("pdm.lock") or ""), done.losses)


def entries(whole: Project) -> list[dict[str, Any]]:
    found = written(whole).value["package"]
    assert isinstance(found, list)
    return found


def told(whole: Project, kind: Kind) -> list[str]:
    return [loss.detail for loss in written(whole).losses if loss.kind is kind]


def test_the_lock_is_fresh_for_the_manifest_beside_it() -> None:
    tree = FORMAT.emit(project(package("a", main=ANY)), Tree.of({})).value
    lock = tomllib.loads(tree.text("pdm.lock") or "")["metadata"]
    assert lock["content_hash"] == content_hash(tomllib.loads(tree.text("pyproject.toml") or ""))
    assert (lock["lock_version"], lock["strategy"]) == ("4.5.1", ["inherit_metadata"])
    assert lock["targets"] == [{"requires_python": ">=3.9"}]


def test_what_is_not_built_is_no_distribution() -> None:
    tree = FORMAT.emit(project(package("a", main=ANY)), Tree.of({})).value
    assert tomllib.loads(tree.text("pyproject.toml") or "")["tool"]["pdm"] == {"distribution": False}


def test_scopes_with_different_conditions_share_one_and_it_is_told() -> None:
    dev = {"dev": Group(requirements=(Requirement(name="a"),))}
    whole = project(package("a", main=WINDOWS, dev=ANY), dependency_groups=dev)
    (entry,) = entries(whole)
    assert (entry["groups"], entry.get("marker")) == (["default", "dev"], None)
    assert told(whole, Kind.MARKER_SHARED) == ["a 1.0 is now in main where sys_platform != 'win32'"]


def test_what_a_widened_package_needs_comes_along() -> None:
    needing = replace(package("a", main=WINDOWS, dev=ANY), dependencies=(Dependency(name="b", marker=~WINDOWS),))
    dev = {"dev": Group(requirements=(Requirement(name="a"),))}
    whole = project(needing, package("b", dev=~WINDOWS), dependency_groups=dev)
    assert [entry["groups"] for entry in entries(whole)] == [["default", "dev"], ["default", "dev"]]


def test_a_group_that_main_covers_is_named_where_it_leads_there() -> None:
    dev = {"dev": Group(requirements=(Requirement(name="a"),))}
    (entry,) = entries(project(package("a", main=ANY), dependency_groups=dev))
    assert entry["groups"] == ["default", "dev"]


def test_versions_for_different_interpreters_stand_side_by_side() -> None:
    lock = written(project(package("a", "1.0", main=OLD), package("a", "2.0", main=NEW))).value
    assert [(e["version"], e["marker"]) for e in lock["package"]] == [
        ("1.0", 'python_version < "3.11" and python_version >= "3.9"'), ("2.0", 'python_version >= "3.11"'),
    ]  # fmt: skip
    # PDM holds one version for each target, so that its own lock command keeps both
    assert lock["metadata"]["targets"] == [{"requires_python": ">=3.9,<3.11"}, {"requires_python": ">=3.11"}]


def test_a_marker_speaks_of_environments_alone() -> None:
    one, two = markers.parse("'dev' not in dependency_groups"), markers.parse("'dev' in dependency_groups")
    dev = {"dev": Group(requirements=(Requirement(name="b"),))}
    needing = replace(package("c", main=ANY), dependencies=(Dependency(name="b", marker=two),))
    whole = project(package("a", main=one), package("b", dev=two), needing, dependency_groups=dev)
    assert [(e["name"], e["groups"], e.get("marker")) for e in entries(whole)] == [
        ("a", ["default"], None), ("b", ["default", "dev"], None), ("c", ["default"], None),
    ]  # fmt: skip
    assert entries(whole)[2]["dependencies"] == ["b"]


def test_two_versions_at_once_are_a_conflict() -> None:
    dev = {"dev": Group(requirements=(Requirement(name="a"),))}
    whole = project(package("a", "1.0", main=ANY), package("a", "2.0", dev=ANY), dependency_groups=dev)
    assert [e["version"] for e in entries(whole)] == ["1.0"]
    assert told(whole, Kind.SCOPE_CONFLICT) == ["a: 1.0 is installed already, so group dev does not get 2.0"]


def test_extras_get_an_entry_of_their_own() -> None:
    asking = (Requirement(name="a", extras=frozenset({"x"}), marker=WINDOWS),)
    rich = replace(
        package("a", main=ANY),
        extras=frozenset({"x"}),
        optional_dependencies={"x": (Dependency(name="b", specifier=SpecifierSet(">=2")),)},
    )
    plain, extra, _ = entries(project(rich, package("b", main=WINDOWS), dependencies=asking))
    assert (plain.get("extras"), extra["extras"]) == (None, ["x"])
    assert extra["dependencies"] == ["a==1.0", "b>=2"]
    assert extra["marker"] == 'sys_platform == "win32"'


def test_a_release_is_quoted_in_its_own_words() -> None:
    lines = ("Typing_Extensions<5,>=4 ; python_version<'3.11'", "B>1; extra == 'x'")
    edge = Dependency(name="typing-extensions", specifier=SpecifierSet(">=4,<5"), marker=OLD)
    quoted = replace(package("a", main=ANY), dependencies=(edge,), requires_dist=lines)
    first, second = entries(project(quoted, package("typing-extensions", main=OLD)))
    assert first["dependencies"] == ['Typing-Extensions<5,>=4; python_version < "3.11"']
    assert second["marker"] == 'python_version < "3.11"'


def test_an_extra_that_needs_nothing_has_its_entry_where_a_release_asks_for_it() -> None:
    # uv's lock leaves such an extra out; without an entry PDM would resolve `b[toml]` anew
    asking = replace(
        package("a", main=ANY),
        dependencies=(Dependency(name="b", specifier=SpecifierSet(">=1")),),
        requires_dist=("b[toml]>=1", "b[never]; python_version < '3'"),
    )
    asked = replace(package("b", main=ANY), requires_dist=("tomli; python_version < '3' and extra == 'toml'",))
    first, plain, extra = entries(project(asking, asked))
    assert first["dependencies"] == ['b[never]; python_version < "3"', "b[toml]>=1"]
    assert (plain.get("extras"), extra["extras"]) == (None, ["toml"])
    assert extra["dependencies"] == ["b==1.0", 'tomli; python_version < "3"']


def test_words_are_compared_as_pdms_own_lock_command_can() -> None:
    edge = Dependency(name="b", marker=markers.parse("implementation_name == 'pypy'"))
    lines = ("b; implementation_name === 'pypy'",)
    asking = replace(package("a", main=ANY), dependencies=(edge,), requires_dist=lines)
    first, second = entries(project(asking, package("b", main=edge.marker)))
    assert first["dependencies"] == ['b; implementation_name == "pypy"']
    assert second["marker"] == 'implementation_name == "pypy"'


def test_a_quoted_marker_has_the_order_that_pdms_relock_leaves_alone() -> None:
    # what PDM makes of it at first sight begins with the implementation; read again it turns round
    first = """implementation_name == 'cpython' and (sys_platform != 'ios' and sys_platform != 'android')"""
    lines = ("b; (implementation_name == 'cpython' and sys_platform != 'ios' and sys_platform != 'android')",)
    asking = replace(package("a", main=ANY), dependencies=(Dependency(name="b"),), requires_dist=lines)
    edge = replace(asking, dependencies=(Dependency(name="b", marker=markers.parse(first)),))
    quoted, _ = entries(project(edge, package("b", main=markers.parse(first))))
    (turned,) = quoted["dependencies"]
    assert turned == 'b; (sys_platform != "ios" and sys_platform != "android") and implementation_name == "cpython"'
    own = {"entries": {(): {"groups": ["default"], "dependencies": [f"b; {first}".replace("'", '"')]}}}
    kept, _ = entries(project(replace(edge, tool={"pdm": own}), package("b", main=markers.parse(first))))
    assert kept["dependencies"] == own["entries"][()]["dependencies"]


def test_the_projects_own_extras_are_asked_for_by_its_name() -> None:
    own = Requirement(name="demo", extras=frozenset({"x"}), source=Directory(path=".", editable=True))
    dev = {"dev": Group(requirements=(own, Requirement(name="demo", source=Directory(path="."))))}
    whole = project(dependency_groups=dev, optional_dependencies={"x": (Requirement(name="b"),)})
    done = FORMAT.emit(whole, Tree.of({}))
    document = tomllib.loads(done.value.text("pyproject.toml") or "")
    assert document["dependency-groups"] == {"dev": ["demo[x]"]}
    assert Kind.ITSELF_LEFT in {loss.kind for loss in done.losses}


def test_what_the_source_leaves_out_does_not_come_back_by_a_quotation() -> None:
    quoted = replace(package("a", main=ANY), requires_dist=("b>=1",))
    (entry,) = entries(project(quoted))
    assert "dependencies" not in entry


def test_a_package_of_another_index_is_bound_to_it() -> None:
    corp = Index(name="corp", url="https://corp.example/simple", priority=Priority.EXPLICIT)
    whole = project(package("a", source=Registry(corp.url), main=ANY), indexes=(corp,))
    text = FORMAT.emit(whole, Tree.of({})).value.text("pyproject.toml") or ""
    (table,) = tomllib.loads(text)["tool"]["pdm"]["source"]
    assert (table["include_packages"], table["exclude_packages"]) == (["a"], ["*"])


def test_a_private_default_is_called_pypi() -> None:
    corp = Index(name="corp", url="https://u:secret@corp.example/simple")
    whole = project(package("a", source=Registry(corp.url), main=ANY), indexes=(corp,))
    done = FORMAT.emit(whole, Tree.of({}))
    (table,) = tomllib.loads(done.value.text("pyproject.toml") or "")["tool"]["pdm"]["source"]
    assert (table["name"], table["url"]) == ("pypi", "https://corp.example/simple")
    assert {Kind.INDEX_CREDENTIALS, Kind.INDEX_PRIORITY} <= {loss.kind for loss in done.losses}


def test_an_editable_folder_of_a_group_stands_in_pdms_own_table() -> None:
    folder = Directory(path="libs/b", editable=True)
    dev = {"dev": Group(requirements=(Requirement(name="b", source=folder), Requirement(name="c")))}
    text = FORMAT.emit(project(dependency_groups=dev), Tree.of({})).value.text("pyproject.toml") or ""
    document = tomllib.loads(text)
    assert document["dependency-groups"] == {"dev": ["c"]}
    lines = document["tool"]["pdm"]["dev-dependencies"]["dev"]
    assert lines == ["-e file:///${PROJECT_ROOT}/libs/b#egg=b"]
    assert (
        FORMAT.parse(Tree.of({"pyproject.toml": text}), "demo").value.dependency_groups["dev"].requirements[1].source
        == folder
    )


def test_an_extra_that_shares_a_groups_name_is_renamed() -> None:
    extra = {"dev": (Requirement(name="a"),)}
    whole = project(package("a", main=ANY), optional_dependencies=extra, dependency_groups={"dev": Group()})
    assert written(whole).value["metadata"]["groups"] == ["default", "dev", "dev-extra"]
    assert told(whole, Kind.GROUP_RENAMED) == ["dev is called dev-extra"]


def test_a_release_without_files_is_refused() -> None:
    with pytest.raises(StopError, match=r"expected the files of a 1\.0 by name and hash"):
        written(project(replace(package("a", main=ANY), artifacts=())))


def test_requirements_in_setup_files_are_refused() -> None:
    done = FORMAT.emit(project(), Tree.of({"setup.py": "setup(install_requires=['a'])"}))
    assert [(loss.level, loss.where) for loss in done.losses if loss.kind is Kind.SETUP_DECLARES] == [
        (Level.STOP, "setup.py")
    ]


def test_retiring_leaves_what_the_build_backend_reads() -> None:
    text = '[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n\n[project]\nname = "demo"\n'
    tool = '\n[tool.pdm]\ndistribution = true\n\n[tool.pdm.build]\nincludes = ["src"]\n'
    left = FORMAT.retire(Tree.of({"pyproject.toml": text + tool, "pdm.lock": ""})).value
    assert tomllib.loads(left.text("pyproject.toml") or "")["tool"] == {"pdm": {"build": {"includes": ["src"]}}}
    assert not FORMAT.detect(left)


@pytest.mark.parametrize(
    ("wanted", "named"),
    [(">=3.8", []), (">=3.8,<4", []), (">=3.8,<3.15", ["a 1.0"]), ("!=3.12.*", ["a 1.0"]), ("<3.12", [])],
)
def test_pins_that_pdm_would_not_choose_again_are_named(wanted: str, named: list[str]) -> None:
    early = markers.parse("python_version < '3.12'")
    pin = replace(package("a", main=early if wanted == "<3.12" else ANY), requires_python=SpecifierSet(wanted))
    assert told(project(pin), Kind.RELOCK_MOVES) == named
