"""What the target's tool is asked, and what is taken of its answer: the tool is a function here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.errors import StopError
from converter.formats.pip import FORMAT
from converter.losses import Kind, Loss, Lossy
from converter.markers import ANY
from converter.model import (
    MAIN,
    Artifact,
    Dependency,
    Directory,
    Lock,
    Package,
    PackageId,
    Project,
    Registry,
    Requirement,
    Scope,
    ScopeKind,
)
from converter.resolving import lacking, resolved
from converter.tree import Tree

DEV = Scope(ScopeKind.GROUP, "dev")
HASH = "sha256:" + "a" * 64


def read(main: str, **more: str) -> Lossy[Project]:
    return FORMAT.parse(
        Tree.of({"requirements.txt": main} | {f"requirements-{k}.txt": v for k, v in more.items()}), "x"
    )


def package(name: str, version: str, *needs: str, **fields: object) -> Package:
    edges = tuple(Dependency(name=need) for need in needs)
    fields = {"artifacts": (Artifact(hashes=(HASH,)),), "when": {MAIN: ANY}} | fields
    return Package(id=PackageId(name=name, version=version), dependencies=edges, **fields)  # type: ignore[arg-type]


@dataclass(slots=True)
class Tool:
    """Answers with the same lock, and keeps what it was asked."""

    packages: tuple[Package, ...]
    environments: tuple[markers.Marker, ...] = ()
    asked: list[Project] = field(default_factory=list)

    def __call__(self, project: Project) -> Lock:
        self.asked.append(project)
        return Lock(packages=self.packages, environments=self.environments)


def done(source: Lossy[Project], tool: Tool) -> Lossy[Project]:
    return resolved(source, source.value, lacking(source.losses, source.value), tool)


def whens(project: Project) -> dict[tuple[str, str | None], set[str]]:
    assert project.lock is not None
    return {(p.name, p.id.version): {f"{s} {m}".strip() for s, m in p.when.items()} for p in project.lock.packages}


def test_every_pin_is_part_of_the_question() -> None:
    tool = Tool((package("a", "1.0", "c"), package("c", "3.0")))
    source = read("a>=1 ; os_name == 'posix'\nb[x]==2.0 ; python_version < '3.12'\n", dev="d\nb==2.0\n")
    done(source, tool)
    (asked,) = tool.asked
    assert {(r.name, r.extras, str(r.specifier), str(r.marker)) for r in asked.dependencies} == {
        ("b", frozenset({"x"}), "==2.0", ""),
        ("a", frozenset(), ">=1", "os_name == 'posix'"),
        ("d", frozenset(), "", ""),
    }
    assert asked.requires_python == SpecifierSet(">=3.10,<4")
    assert asked.lock is None


def test_what_is_taken_is_what_the_source_lacks_and_needs() -> None:
    tool = Tool((package("a", "1.0", "b", "c"), package("b", "9.0"), package("c", "3.0"), package("unneeded", "1")))
    source = read(f"a\nb==9.0 --hash={HASH}\n")
    found = done(source, tool)
    assert whens(found.value) == {("a", "1.0"): {"main"}, ("b", "9.0"): {"main"}, ("c", "3.0"): {"main"}}
    told = [(loss.kind, loss.detail) for loss in found.losses if loss.kind is Kind.RESOLVED_ANEW]
    assert told == [(Kind.RESOLVED_ANEW, "a 1.0"), (Kind.RESOLVED_ANEW, "c 3.0")]
    assert Kind.UNPINNED not in {loss.kind for loss in found.losses}
    assert found.value.lock is not None
    assert {p.name: p.hashes for p in found.value.lock.packages} == {"a": set(), "b": {HASH}, "c": set()}


def test_a_pin_is_installed_wherever_something_new_needs_it() -> None:
    tool = Tool((package("a", "1.0", "b"), package("b", "2.0")))
    found = done(read("a\n", dev="b==2.0\n"), tool)
    assert whens(found.value)["b", "2.0"] == {"group dev", "main"}
    assert "b 2.0" in {loss.detail for loss in found.losses if loss.kind is Kind.RESOLVED_ANEW}


def test_where_a_pin_does_not_hold_another_version_may_stand() -> None:
    old, new = "python_version < '3.11'", "python_version >= '3.11'"
    tool = Tool(
        (package("a", "1.0", "b"), package("b", "1.0"), package("b", "2.0", requires_python=SpecifierSet(">=3.11")))
    )
    found = done(read(f"a\nb==1.0 ; {old}\n"), tool)
    assert whens(found.value)["b", "1.0"] == {f"main {markers.parse(old)}"}
    assert whens(found.value)["b", "2.0"] == {f"main {markers.parse(new)}"}


def test_what_two_scopes_pin_differently_is_asked_as_main_has_it() -> None:
    tool = Tool((package("a", "1.0"), package("b", "1.0")))
    found = done(read("a\nb==1.0\n", dev="b==2.0\n"), tool)
    assert [str(r.specifier) for r in tool.asked[0].dependencies if r.name == "b"] == ["==1.0"]
    assert set(whens(found.value)) == {("a", "1.0"), ("b", "1.0"), ("b", "2.0")}


def test_of_other_environments_than_the_tools_nothing_is_said() -> None:
    linux, windows = markers.parse("sys_platform == 'linux'"), markers.parse("sys_platform == 'win32'")
    edges = (Dependency(name="b", marker=linux), Dependency(name="c", marker=windows))
    known = (replace(package("a", "1.0"), dependencies=edges), package("b", "1.0"), package("c", "1.0"))
    found = done(read("a\n"), Tool(known, environments=(linux,)))
    assert whens(found.value) == {("a", "1.0"): {"main"}, ("b", "1.0"): {"main"}}


def test_pins_that_do_not_fit_each_other_everywhere_are_asked_about_where_they_do() -> None:
    source = read("a\nb==1.0\nc==1.0\n").value
    assert source.lock is not None
    late = markers.parse("python_version >= '3.12'")
    edge = Dependency(name="c", specifier=SpecifierSet(">=2"), marker=late)
    said = {"b": {"requires_python": SpecifierSet(">=3.10"), "dependencies": (edge,)}}
    pins = tuple(replace(p, **said.get(p.name, {})) for p in source.lock.packages)  # type: ignore[arg-type]
    known = replace(source, requires_python=SpecifierSet(">=3.8"), lock=replace(source.lock, packages=pins))
    tool = Tool((package("a", "1.0"), package("b", "1.0"), package("c", "1.0")))
    found = resolved(Lossy(known), known, frozenset({"a"}), tool).value
    assert tool.asked[0].requires_python == SpecifierSet(">=3.8,<4,>=3.10,<3.12")
    assert found.requires_python == SpecifierSet(">=3.8")
    assert whens(found)["a", "1.0"] == {"main"}


def test_a_constraint_that_the_tool_has_no_word_for_is_asked_for_the_second_time() -> None:
    source = Lossy(replace(read("a\n").value, constraints=(Requirement(name="c", specifier=SpecifierSet("<3")),)))
    tool = Tool((package("a", "1.0", "c"), package("c", "3.0")))
    with pytest.raises(StopError, match=r"expected a version of c that is <3, found none"):
        done(source, tool)
    assert [r.name for r in tool.asked[1].dependencies] == ["a", "c"]


def test_a_folder_of_the_project_is_asked_about_by_its_needs() -> None:
    itself = Package(
        id=PackageId(name="own", source=Directory(path=".")), when={MAIN: ANY}, dependencies=(Dependency(name="a"),)
    )
    project = Project(name="x", dependencies=(Requirement(name="own", source=Directory(path=".")),))
    source = Lossy(
        replace(project, lock=Lock(packages=(itself,))),
        (Loss(kind=Kind.INCOMPLETE, where="a", detail="needed by own"),),
    )
    tool = Tool((package("a", "1.0"),))
    found = done(source, tool)
    assert [r.name for r in tool.asked[0].dependencies] == ["a"]
    assert ("a", "1.0") in whens(found.value)


def test_a_source_without_a_lock_lacks_all_that_it_declares() -> None:
    source = FORMAT.parse(Tree.of({"requirements.in": "a\n"}), "x")
    assert lacking(source.losses, source.value) == {"a"}
    found = done(source, Tool((package("a", "1.0"),)))
    assert whens(found.value) == {("a", "1.0"): {"main"}}


def test_releases_come_from_an_index_of_the_project() -> None:
    other = "https://two.example/simple"
    known = (
        package("a", "1.0", "b"),
        replace(package("b", "1.0"), id=PackageId(name="b", version="1.0", source=Registry(other))),
    )
    found = done(read(f"-i https://one.example/simple\n--extra-index-url {other}\na\n"), Tool(known))
    assert found.value.lock is not None
    assert [p.id.source for p in found.value.lock.packages] == [Registry("https://one.example/simple"), Registry(other)]
