from __future__ import annotations

import tomllib

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.errors import InputError
from converter.losses import Loss
from converter.model import Comments, EntryPoint, Group, Requirement, Vcs
from converter.pyproject.parse import Standard, check_includes, read_standard
from converter.table import Table


def read(text: str) -> tuple[Standard, tuple[Loss, ...]]:
    document = Table(tomllib.loads(text), "pyproject.toml")
    return read_standard(document, text), tuple(document.unread())


WHOLE = """
[build-system]
requires = ["hatchling>=1.26"]
build-backend = "hatchling.build"
backend-path = ["."]

[project]
name = "Demo_App"
version = "1.0"
description = "what it does"
readme = { file = "README.md", content-type = "text/markdown" }
requires-python = ">=3.10"
license = "MIT"
license-files = ["LICENSE*"]
authors = [{ name = "A", email = "a@example.org" }]
maintainers = [{ email = "b@example.org" }]
keywords = ["x"]
classifiers = ["Private :: Do Not Upload"]
urls = { Homepage = "https://example.org" }
dynamic = ["scripts"]
import-names = ["demo"]
import-namespaces = ["d"]
dependencies = ["Requests[socks]>=2,<3 ; sys_platform == 'linux'"]
scripts.demo = "demo:main"
gui-scripts.window = "demo:window"
entry-points.'demo.plugins'.one = "demo:one"

[project.optional-dependencies]
My_Extra = ["rich", "tool @ git+https://example.org/tool@v1"]

[dependency-groups]
Dev_Tools = ["pytest>=8", { include-group = "TYPES" }]
types = ["mypy"]
"""


def test_every_field_of_the_standard_tables() -> None:
    standard, unread = read(WHOLE)
    tool = Vcs(type="git", url="https://example.org/tool", revision="v1")
    assert unread == ()
    assert standard == Standard(
        name="Demo_App",
        version="1.0",
        requires_python=SpecifierSet(">=3.10"),
        dependencies=(
            Requirement(
                name="requests",
                extras=frozenset({"socks"}),
                specifier=SpecifierSet(">=2,<3"),
                marker=markers.parse("sys_platform == 'linux'"),
            ),
        ),
        optional_dependencies={"my-extra": (Requirement(name="rich"), Requirement(name="tool", source=tool))},
        dependency_groups={
            "dev-tools": Group(
                requirements=(Requirement(name="pytest", specifier=SpecifierSet(">=8")),), includes=("types",)
            ),
            "types": Group(requirements=(Requirement(name="mypy"),)),
        },
        entry_points=(
            EntryPoint(group="console_scripts", name="demo", value="demo:main"),
            EntryPoint(group="gui_scripts", name="window", value="demo:window"),
            EntryPoint(group="demo.plugins", name="one", value="demo:one"),
        ),
        metadata={
            "description": "what it does",
            "keywords": ["x"],
            "classifiers": ["Private :: Do Not Upload"],
            "license-files": ["LICENSE*"],
            "import-names": ["demo"],
            "import-namespaces": ["d"],
            "readme": {"file": "README.md", "content-type": "text/markdown"},
            "license": "MIT",
            "authors": [{"name": "A", "email": "a@example.org"}],
            "maintainers": [{"email": "b@example.org"}],
            "urls": {"Homepage": "https://example.org"},
        },
        dynamic=("scripts",),
        build_system={
            "requires": ["hatchling>=1.26"],
            "backend-path": ["."],
            "build-backend": "hatchling.build",
        },
    )
    assert standard.dependencies is not None
    assert standard.dependencies[0].spelling == "Requests[socks]>=2,<3 ; sys_platform == 'linux'"


def test_no_dependencies_are_not_an_empty_list_of_them() -> None:
    assert read("[project]\nname = 'a'\n")[0].dependencies is None
    assert read("[project]\ndependencies = []\n")[0].dependencies == ()
    assert read("")[0] == Standard()


def test_comments_belong_to_requirements_and_groups() -> None:
    standard, _ = read("""
[project]
dependencies = [
    # why
    # so
    "a",  # behind
    "b",
]
[dependency-groups]
# all of these
dev = [
    "c",  # last
    { include-group = "x" },
    # above d
    "d",
]
x = []
""")
    assert standard.dependencies is not None
    assert [r.comments for r in standard.dependencies] == [
        Comments(above=("# why", "# so"), trailing="# behind"),
        Comments(),
    ]
    dev = standard.dependency_groups["dev"]
    assert dev.comments == Comments(above=("# all of these",))
    assert [r.comments for r in dev.requirements] == [Comments(trailing="# last"), Comments(above=("# above d",))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("project = 1", "pyproject.toml: project: expected a table, found 1"),
        ("[project]\nname = 1", "pyproject.toml: project.name: expected a string, found 1"),
        (
            "[project]\nrequires-python = '^3.9'",
            'pyproject.toml: project.requires-python: expected a version specifier, found "^3.9"',
        ),
        ("[project]\ndependencies = {}", "pyproject.toml: project.dependencies: expected a list, found {}"),
        (
            "[project]\ndependencies = ['a', 'b c']",
            (
                'pyproject.toml: project.dependencies[1]: expected a requirement, found "b c": '
                "Expected semicolon (after name with no version specifier) or end"
            ),
        ),
        (
            "[project.optional-dependencies]\nx = ['?']",
            (
                'pyproject.toml: project.optional-dependencies.x[0]: expected a requirement, found "?": '
                "Expected package name at the start of dependency specifier"
            ),
        ),
        (
            "[project.optional-dependencies]\na_b = []\nA-b = []",
            "pyproject.toml: project.optional-dependencies.A-b: stands twice: names are compared as 'a-b'",
        ),
        ("[project]\nauthors = [1]", "pyproject.toml: project.authors[0]: expected a table, found 1"),
        ("[project]\nauthors = 'A'", 'pyproject.toml: project.authors: expected a list, found "A"'),
        ("[project]\nreadme = 3", "pyproject.toml: project.readme: expected a table, found 3"),
        ("[project.urls]\nx = 3", "pyproject.toml: project.urls.x: expected a string, found 3"),
        ("[project.scripts]\nx = []", "pyproject.toml: project.scripts.x: expected a string, found []"),
        ("[dependency-groups]\nx = 'a'", 'pyproject.toml: dependency-groups.x: expected a list, found "a"'),
        (
            "[dependency-groups]\nx = [1]",
            "pyproject.toml: dependency-groups.x[0]: expected a requirement or an include-group, found 1",
        ),
        (
            "[dependency-groups]\nx = [{}]",
            "pyproject.toml: dependency-groups.x[0].include-group: expected a string, found nothing",
        ),
        (
            "[dependency-groups]\nx = []\nX = []",
            "pyproject.toml: dependency-groups.X: stands twice: names are compared as 'x'",
        ),
        ("[build-system]\nrequires = 'a'", 'pyproject.toml: build-system.requires: expected a list, found "a"'),
    ],
)
def test_bad_values_name_their_place(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("[project]\nhomepage = 'x'", ["project.homepage"]),
        ("[build-system]\nkind = 'x'", ["build-system.kind"]),
        ("[dependency-groups]\nx = [{ include-group = 'y', if = 1 }]", ["dependency-groups.x[0].if"]),
    ],
)
def test_an_unknown_key_is_told(text: str, places: list[str]) -> None:
    assert [loss.where for loss in read(text)[1]] == [f"pyproject.toml: {place}" for place in places]


def test_people_as_text_are_forgiven() -> None:
    standard, unread = read("[project]\nauthors = ['A B <a@example.org>', 'C', { name = 'D' }]")
    assert standard.metadata["authors"] == [{"name": "A B", "email": "a@example.org"}, {"name": "C"}, {"name": "D"}]
    assert [loss.text for loss in standard.losses] == [
        'NOTE forgiven: pyproject.toml: project.authors: "A B <a@example.org>"',
        'NOTE forgiven: pyproject.toml: project.authors: "C"',
    ]
    assert unread == ()


def test_python_compared_with_what_is_no_version_always_holds() -> None:
    standard, _ = read("""[dependency-groups]\ndev = ["a>=1; python_version < '<3.10' and os_name == 'nt'"]""")
    (requirement,) = standard.dependency_groups["dev"].requirements
    assert (requirement.marker, requirement.spelling) == (markers.parse("os_name == 'nt'"), "")
    assert [loss.kind.code for loss in standard.losses] == ["forgiven"]


def test_included_groups_exist() -> None:
    with pytest.raises(InputError) as caught:
        check_includes({"dev": Group(includes=("test",))}, "pyproject.toml")
    assert str(caught.value) == "pyproject.toml: group dev: includes the group 'test', which is not defined"


def test_no_group_includes_itself() -> None:
    groups = {"a": Group(includes=("b",)), "b": Group(includes=("c",)), "c": Group(includes=("b",))}
    with pytest.raises(InputError) as caught:
        check_includes(groups, "pyproject.toml")
    assert str(caught.value) == "pyproject.toml: group b: includes itself: b -> c -> b"


def test_a_group_may_be_included_by_several() -> None:
    check_includes({"a": Group(includes=("b", "c")), "b": Group(includes=("c",)), "c": Group()}, "pyproject.toml")


def test_an_empty_name_is_none() -> None:
    standard = read('[project]\nname = ""\nversion = ""\n')[0]
    assert (standard.name, standard.version) == (None, None)
