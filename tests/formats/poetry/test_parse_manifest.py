from __future__ import annotations

from collections.abc import Mapping

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.errors import InputError
from converter.formats.poetry.parse import parse
from converter.losses import Kind, Loss
from converter.markers import ANY, Marker
from converter.model import (
    PUBLIC_INDEX,
    Archive,
    Comments,
    Directory,
    EntryPoint,
    Group,
    Index,
    Priority,
    Project,
    Registry,
    Requirement,
    Source,
    Vcs,
)
from converter.tree import Tree


def read(text: str) -> tuple[Project, tuple[Loss, ...]]:
    parsed = parse(Tree.of({"pyproject.toml": text}), "folder")
    return parsed.value, parsed.losses


def need(
    name: str, specifier: str = "", *, marker: Marker = ANY, source: Source | None = None, extras: tuple[str, ...] = ()
) -> Requirement:
    return Requirement(
        name=name, specifier=SpecifierSet(specifier), marker=marker, source=source, extras=frozenset(extras)
    )


POETRY_1 = """
[tool.poetry]
name = "Demo"
version = "1.2.3"
description = "what it does"
authors = ["A B <a@example.org>", "Nobody"]
maintainers = ["<m@example.org>"]
license = "MIT"
readme = "README.md"
homepage = "https://example.org"
repository = "https://example.org/code"
documentation = "https://example.org/docs"
keywords = ["k"]
classifiers = ["Topic :: X"]
packages = [{ include = "demo", from = "src", format = ["wheel"], to = "x" }]
include = ["a.txt", { path = "b.txt", format = "sdist" }]
exclude = ["c.txt"]
build = "build.py"
requires-poetry = ">=1.8"
package-mode = true

[tool.poetry.urls]
Tracker = "https://example.org/bugs"

[tool.poetry.dependencies]
python = "^3.9"
Django = "^4.2"
requests = { version = "~2.31", extras = ["Socks"], markers = "sys_platform == 'win32'" }
rich = { version = "*", optional = true, python = "<3.12", platform = "linux" }
pre = { version = ">=1", allow-prereleases = true }
numpy = [
    { version = "<2", python = "<3.10" },
    { version = ">=2", python = ">=3.10" },
]

[tool.poetry.extras]
Pretty_Print = ["rich"]

[tool.poetry.dev-dependencies]
pytest = "8.*"

[tool.poetry.group.docs]
optional = true
include-groups = ["dev"]

[tool.poetry.group.docs.dependencies]
sphinx = ">7 <8"

[tool.poetry.scripts]
demo = "demo:main"
file = { reference = "bin/x", type = "file" }
table = { reference = "demo:table", type = "console" }
extra = { reference = "demo:extra", type = "console", extras = ["pretty-print"] }

[tool.poetry.plugins."demo.plugins"]
one = "demo:one"

[tool.poetry.requires-plugins]
poetry-plugin-export = ">=1.8"

[tool.poetry.build-constraints]
numpy = { setuptools = "<70" }

[tool.other]
whatever = 1

[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
"""


def test_a_project_of_poetry_1() -> None:
    project, losses = read(POETRY_1)
    old, new = markers.python("<3.10"), markers.python(">=3.10")
    rich = need("rich", marker=markers.parse("python_version < '3.12' and sys_platform == 'linux'"))
    assert [(loss.kind, loss.detail) for loss in losses] == [(Kind.SETTING_NEEDLESS, "extras = ['pretty-print']")]
    assert project == Project(
        name="Demo",
        version="1.2.3",
        requires_python=SpecifierSet(">=3.9,<4.0"),
        dependencies=(
            need("django", ">=4.2,<5.0"),
            need("requests", ">=2.31,<2.32", marker=markers.parse("sys_platform == 'win32'"), extras=("socks",)),
            Requirement(name="pre", specifier=SpecifierSet(">=1"), prereleases=True),
            need("numpy", "<2", marker=old),
            need("numpy", ">=2", marker=new),
        ),
        optional_dependencies={"pretty-print": (rich,)},
        dependency_groups={
            "docs": Group(requirements=(need("sphinx", ">7,<8"),), includes=("dev",), optional=True),
            "dev": Group(requirements=(need("pytest", "==8.*"),)),
        },
        default_groups=("dev",),
        entry_points=(
            EntryPoint(group="console_scripts", name="demo", value="demo:main"),
            EntryPoint(group="console_scripts", name="table", value="demo:table"),
            EntryPoint(group="console_scripts", name="extra", value="demo:extra"),
            EntryPoint(group="demo.plugins", name="one", value="demo:one"),
        ),
        metadata={
            "description": "what it does",
            "license": "MIT",
            "keywords": ["k"],
            "classifiers": ["Topic :: X"],
            "authors": [{"name": "A B", "email": "a@example.org"}, {"name": "Nobody"}],
            "maintainers": [{"email": "m@example.org"}],
            "readme": "README.md",
            "urls": {
                "Homepage": "https://example.org",
                "Repository": "https://example.org/code",
                "Documentation": "https://example.org/docs",
                "Tracker": "https://example.org/bugs",
            },
        },
    )
    assert [r.spelling for r in project.dependencies] == ["^4.2", "~2.31", ">=1", "<2", ">=2"]
    assert project.tool == {
        "poetry": {
            "build": "build.py",
            "requires-poetry": ">=1.8",
            "packages": [{"include": "demo", "from": "src", "format": ["wheel"], "to": "x"}],
            "include": ["a.txt", {"path": "b.txt", "format": "sdist"}],
            "exclude": ["c.txt"],
            "package-mode": True,
            "scripts": {
                "file": {"reference": "bin/x", "type": "file"},
            },
            "requires-plugins": {"poetry-plugin-export": ">=1.8"},
            "build-constraints": {"numpy": {"setuptools": "<70"}},
            "python": "^3.9",
        },
        "build-system": {"requires": ["poetry-core"], "build-backend": "poetry.core.masonry.api"},
    }


@pytest.mark.parametrize(
    ("entry", "source"),
    [
        ("{ git = 'https://example.org/a.git' }", Vcs(type="git", url="https://example.org/a.git")),
        (
            "{ git = 'https://example.org/a.git', rev = 'abc', subdirectory = 'x' }",
            Vcs(type="git", url="https://example.org/a.git", revision="abc", subdirectory="x"),
        ),
        ("{ git = 'g@h:a', tag = 'v1' }", Vcs(type="git", url="g@h:a", revision="v1", reference="tag")),
        ("{ git = 'g@h:a', branch = 'b' }", Vcs(type="git", url="g@h:a", revision="b", reference="branch")),
        ("{ url = 'https://example.org/a.whl' }", Archive(url="https://example.org/a.whl")),
        ("{ url = 'u.zip', subdirectory = 's' }", Archive(url="u.zip", subdirectory="s")),
        ("{ file = 'dist/a-1.whl' }", Archive(path="dist/a-1.whl")),
        ("{ path = './dist/a-1.tar.gz' }", Archive(path="dist/a-1.tar.gz")),
        ("{ path = '../lib' }", Directory(path="../lib")),
        ("{ path = 'lib', develop = true }", Directory(path="lib", editable=True)),
        ("{ path = 'mono', subdirectory = 'lib' }", Directory(path="mono/lib")),
        ("{ version = '*', source = 'corp' }", Registry("https://corp.example/simple/")),
        ("{ version = '*', source = 'PyPI' }", Registry(PUBLIC_INDEX)),
    ],
)
def test_where_a_requirement_comes_from(entry: str, source: Source) -> None:
    project, losses = read(f"""
[tool.poetry.dependencies]
a = {entry}
[[tool.poetry.source]]
name = "Corp"
url = "https://corp.example/simple/"
priority = "explicit"
""")
    assert losses == ()
    assert project.dependencies == (need("a", source=source),)


SOURCES = {
    "name = 'c'\nurl = 'https://c.example'": Index(name="c", url="https://c.example"),
    "name = 'c'\nurl = 'https://c.example'\npriority = 'primary'": Index(name="c", url="https://c.example"),
    "name = 'c'\nurl = 'https://c.example'\ndefault = true": Index(name="c", url="https://c.example"),
    "name = 'c'\nurl = 'https://c.example'\nsecondary = true": Index(
        name="c", url="https://c.example", priority=Priority.SUPPLEMENTAL
    ),
    "name = 'c'\nurl = 'https://c.example'\npriority = 'Supplemental'": Index(
        name="c", url="https://c.example", priority=Priority.SUPPLEMENTAL
    ),
    "name = 'c'\nurl = 'https://c.example'\npriority = 'explicit'": Index(
        name="c", url="https://c.example", priority=Priority.EXPLICIT
    ),
    "name = 'PyPI'": Index(name="PyPI", url=PUBLIC_INDEX),
    "name = 'pypi'\npriority = 'explicit'": Index(name="pypi", url=PUBLIC_INDEX, priority=Priority.EXPLICIT),
}


@pytest.mark.parametrize("text", SOURCES)
def test_the_priority_of_a_source(text: str) -> None:
    project, losses = read(f"[[tool.poetry.source]]\n{text}\n")
    assert (project.indexes, losses) == ((SOURCES[text],), ())


MIXED = """
[project]
name = "demo"
requires-python = ">=3.10"
dynamic = {dynamic}
dependencies = ["a>=1", "b ; sys_platform == 'linux'", "lib @ file:///srv/lib"]

[project.optional-dependencies]
x = ["c[y]>=3"]

[dependency-groups]
test = ["t>=1", {{ include-group = "lint" }}]
lint = ["l"]

[tool.poetry]
requires-poetry = ">=2.0"

[tool.poetry.dependencies]
python = ">=3.10,<3.14"
a = {{ source = "corp", allow-prereleases = true }}
b = [
    {{ version = "<2", markers = "python_version < '3.12'" }},
    {{ version = ">=2", markers = "python_version >= '3.12'" }},
]
c = {{ version = "<4" }}
lib = {{ path = "/srv/lib", develop = true }}
d = "^1"
e = {{ version = "^1", optional = true }}

[tool.poetry.group.test]
optional = true

[tool.poetry.group.test.dependencies]
t = {{ source = "corp" }}

[[tool.poetry.source]]
name = "corp"
url = "https://corp.example/simple"
priority = "supplemental"
"""


def test_tool_poetry_enriches_the_standard_tables() -> None:
    project, losses = read(MIXED.format(dynamic="[]"))
    corp = Registry("https://corp.example/simple")
    linux = markers.parse("sys_platform == 'linux'")
    assert project.requires_python == SpecifierSet(">=3.10")
    assert project.tool["poetry"] == {"requires-poetry": ">=2.0", "python": ">=3.10,<3.14"}
    assert project.dependencies == (
        Requirement(name="a", specifier=SpecifierSet(">=1"), source=corp, prereleases=True),
        need("b", "<2", marker=linux & markers.python("<3.12")),
        need("b", ">=2", marker=linux & markers.python(">=3.12")),
        need("lib", source=Directory(path="/srv/lib", editable=True)),
    )
    assert project.optional_dependencies == {"x": (need("c", ">=3,<4", extras=("y",)),)}
    assert project.dependency_groups == {
        "test": Group(requirements=(need("t", ">=1", source=corp),), includes=("lint",), optional=True),
        "lint": Group(requirements=(need("l"),)),
    }
    assert project.default_groups == ("lint",)
    assert [(loss.kind, loss.where, loss.detail) for loss in losses] == [
        (Kind.SETTING_NEEDLESS, "pyproject.toml: tool.poetry.dependencies.d", "d: [project] does not name it"),
        (Kind.SETTING_NEEDLESS, "pyproject.toml: tool.poetry.dependencies.e", "e: [project] does not name it"),
    ]


def test_dynamic_dependencies_come_from_the_table() -> None:
    text = """
[project]
name = "demo"
dynamic = ["dependencies"]
[project.optional-dependencies]
x = ["c"]
[tool.poetry.dependencies]
a = "^1"
c = { version = "<4", optional = true }
"""
    project, losses = read(text)
    assert losses == ()
    assert project.dependencies == (need("a", ">=1,<2"),)
    assert project.optional_dependencies == {"x": (need("c", "<4"),)}
    assert project.metadata == {"dynamic": ["dependencies"]}


def test_a_project_table_without_requirements_leaves_them_to_poetry() -> None:
    project, losses = read("[project]\nname='d'\n[tool.poetry.dependencies]\na = '1'\n")
    assert (project.dependencies, losses) == ((need("a", "==1"),), ())


def test_an_extra_may_name_what_is_always_installed() -> None:
    project, _ = read("[tool.poetry.dependencies]\na = '*'\n[tool.poetry.extras]\nx = ['a']\n")
    assert project.dependencies == (need("a"),)
    assert project.optional_dependencies == {"x": (need("a"),)}


def test_a_group_called_main_is_main() -> None:
    project, _ = read("[tool.poetry.group.main.dependencies]\na = '*'\n")
    assert project.dependencies == (need("a"),)
    assert project.dependency_groups == {}


def test_comments_belong_to_entries() -> None:
    project, _ = read("""
[tool.poetry.dependencies]
# why
a = "*"  # behind
b = ["<1", ">2"]  # of both
[tool.poetry.group.x.dependencies]
# c
c = "*"
""")
    assert [r.comments for r in project.dependencies] == [
        Comments(above=("# why",), trailing="# behind"),
        Comments(trailing="# of both"),
        Comments(),
    ]
    assert project.dependency_groups["x"].requirements[0].comments == Comments(above=("# c",))


def test_the_folder_names_a_project_without_a_name() -> None:
    assert read("[tool.poetry]\npackage-mode = false\n")[0] == Project(name="folder")


LOSSES: Mapping[str, tuple[Kind, str, str]] = {
    "[tool.poetry.dependencies]\na = '1.0 || 1.5'\n": (
        Kind.SPECIFIER_WIDENED,
        "pyproject.toml: tool.poetry.dependencies.a",
        "a: 1.0 || 1.5 is read as ==1.5",
    ),
    "[tool.poetry.dependencies]\npython = '3.8.1 || 3.9.1'\n": (
        Kind.SPECIFIER_WIDENED,
        "pyproject.toml: tool.poetry.dependencies.python",
        "3.8.1 || 3.9.1 is read as ==3.9.1",
    ),
    "[tool.poetry.dependencies]\na = { version = '1', optional = true }\n": (
        Kind.SETTING_NEEDLESS,
        "pyproject.toml: tool.poetry.dependencies.a",
        "a: optional, and in no extra",
    ),
    "[tool.poetry.group.x.dependencies]\na = { git = 'g@h:a', develop = true }\n": (
        Kind.SETTING_LEFT,
        "pyproject.toml: tool.poetry.group.x.dependencies.a.develop",
        "develop = true",
    ),
}


@pytest.mark.parametrize("text", LOSSES)
def test_what_is_lost(text: str) -> None:
    assert [(loss.kind, loss.where, loss.detail) for loss in read(text)[1]] == [LOSSES[text]]


UNKNOWN = {
    "[tool.poetry]\nx = 1": "tool.poetry.x",
    "[tool.poetry.dependencies]\na = { version = '1', x = 1 }": "tool.poetry.dependencies.a.x",
    "[tool.poetry.dependencies]\na = [{ version = '1', x = 1 }]": "tool.poetry.dependencies.a[0].x",
    "[tool.poetry.dev-dependencies]\na = { path = 'a', x = 1 }": "tool.poetry.dev-dependencies.a.x",
    "[tool.poetry.group.g]\nx = 1": "tool.poetry.group.g.x",
    "[tool.poetry.group.g.dependencies]\na = { git = 'a', x = 1 }": "tool.poetry.group.g.dependencies.a.x",
    "[[tool.poetry.source]]\nname = 'PyPI'\nx = 1": "tool.poetry.source[0].x",
    "[tool.poetry]\npackages = [{ include = 'a', x = 1 }]": "tool.poetry.packages[0].x",
    "[tool.poetry]\ninclude = [{ path = 'a', x = 1 }]": "tool.poetry.include[0].x",
    "[tool.poetry]\nbuild = { script = 'a', x = 1 }": "tool.poetry.build.x",
    "[tool.poetry.scripts]\na = { reference = 'a', type = 'file', x = 1 }": "tool.poetry.scripts.a.x",
    "[tool.poetry.requires-plugins]\na = { version = '1', x = 1 }": "tool.poetry.requires-plugins.a.x",
    "[tool.poetry.build-constraints.a]\nb = { version = '1', x = 1 }": "tool.poetry.build-constraints.a.b.x",
    "[project]\nx = 1": "project.x",
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_unknown_key_is_told(text: str) -> None:
    assert [(loss.kind, loss.where) for loss in read(text)[1]] == [
        (Kind.KEY_UNKNOWN, f"pyproject.toml: {UNKNOWN[text]}")
    ]


ERRORS = {
    "a = ": "pyproject.toml: expected TOML: Invalid value (at end of document)",
    "tool = 1": "pyproject.toml: tool: expected a table, found 1",
    "[tool]\npoetry = []": "pyproject.toml: tool.poetry: expected a table, found []",
    "[tool.poetry]\nname = 1": "pyproject.toml: tool.poetry.name: expected a string, found 1",
    "[tool.poetry]\nauthors = 'a'": 'pyproject.toml: tool.poetry.authors: expected a list, found "a"',
    "[tool.poetry]\npackages = 'a'": 'pyproject.toml: tool.poetry.packages: expected a list, found "a"',
    "[tool.poetry.dependencies]\na = 1": (
        "pyproject.toml: tool.poetry.dependencies.a: expected a constraint or a table, found 1"
    ),
    "[tool.poetry.dependencies]\na = [1]": "pyproject.toml: tool.poetry.dependencies.a[0]: expected a table, found 1",
    "[tool.poetry.dependencies]\na = 'latest'": (
        "pyproject.toml: tool.poetry.dependencies.a: 'latest' is no version constraint"
    ),
    "[tool.poetry.dependencies]\na = { version = 1 }": (
        "pyproject.toml: tool.poetry.dependencies.a.version: expected a string, found 1"
    ),
    "[tool.poetry.dependencies]\na = { version = '1', markers = 'x' }": (
        'pyproject.toml: tool.poetry.dependencies.a.markers: expected a marker, found "x"'
    ),
    "[tool.poetry.dependencies]\na = { version = '1', python = 'x y' }": (
        'pyproject.toml: tool.poetry.dependencies.a.python: expected a marker, found "x y"'
    ),
    "[tool.poetry.dependencies]\na = { version = '1', source = 'x' }": (
        "pyproject.toml: tool.poetry.dependencies.a: names the source 'x', which is not defined"
    ),
    "[tool.poetry.dependencies]\npython = 'x y'": (
        "pyproject.toml: tool.poetry.dependencies.python: 'y' is no version constraint"
    ),
    "[tool.poetry.extras]\nx = 'a'": 'pyproject.toml: tool.poetry.extras.x: expected a list, found "a"',
    "[tool.poetry.group.A.dependencies]\n[tool.poetry.group.a.dependencies]": (
        "pyproject.toml: tool.poetry.group.a: stands twice: names are compared as 'a'"
    ),
    "[tool.poetry.group.a]\ninclude-groups = ['b']": (
        "pyproject.toml: group a: includes the group 'b', which is not defined"
    ),
    "[tool.poetry.group.a]\noptional = 'x'": (
        'pyproject.toml: tool.poetry.group.a.optional: expected true or false, found "x"'
    ),
    "[[tool.poetry.source]]\nname = 'x'": "pyproject.toml: tool.poetry.source[0].url: expected a string, found nothing",
    "[[tool.poetry.source]]\nname = 'x'\nurl = 'u'\npriority = 'top'": (
        'pyproject.toml: tool.poetry.source[0].priority: expected primary, supplemental or explicit, found "top"'
    ),
}


@pytest.mark.parametrize("text", ERRORS)
def test_bad_values_name_their_place(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value) == ERRORS[text]
