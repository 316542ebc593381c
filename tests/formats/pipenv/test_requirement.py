from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from converter import markers, toml
from converter.errors import InputError
from converter.formats.pipenv.requirement import Reading, declared, entry_value
from converter.formats.pipenv.specifier import specifier_spelling, specifiers
from converter.losses import Kind, Loss
from converter.model import Archive, Directory, Registry, Requirement, Source, Vcs
from converter.table import Table

COMMIT = "0123456789abcdef0123456789abcdef01234567"
READING = Reading({"pypi": "https://pypi.org/simple", "company": "https://packages.example.org/simple"})


def read(value: object, key: str = "a") -> tuple[tuple[Requirement, ...], tuple[Loss, ...]]:
    table = Table({key: value}, "Pipfile", "packages")
    found = declared(table, key, READING)
    return found.value, (*found.losses, *table.unread())


def one(value: object, key: str = "a") -> Requirement:
    (requirement,), losses = read(value, key)
    assert losses == ()
    return requirement


@pytest.mark.parametrize(
    ("written", "specifier"),
    [
        ("*", ""),
        ("", ""),
        ("==*", ""),
        ("latest", ""),
        ("==1.0", "==1.0"),
        ("1.0", "==1.0"),
        ("=1.0", "==1.0"),
        ("5.2.*", "==5.2.*"),
        (">=1,<2", ">=1,<2"),
        (">= 1.0 , != 1.5", ">=1.0,!=1.5"),
        ("~=1.4", "~=1.4"),
        (">=3.6.*", ">=3.6"),
        ("===1.0-odd", "===1.0-odd"),
        ("==2004d", "===2004d"),
    ],
)
def test_a_version_in_every_spelling(written: str, specifier: str) -> None:
    assert one(written).specifier == SpecifierSet(specifier)
    assert one(written).spelling == written
    assert one({"version": written}) == one(written)


@pytest.mark.parametrize(("key", "name"), [("Django", "django"), ("zope.interface", "zope-interface"), ("A__b", "a-b")])
def test_names_are_normalized(key: str, name: str) -> None:
    assert one("*", key).name == name


def test_a_key_may_hold_extras() -> None:
    assert one("*", "requests[socks, Use_Chardet]").extras == {"socks", "use-chardet"}


@pytest.mark.parametrize("written", [["a", "B_c"], ["a,B.c"], "a, b_c"])
def test_extras(written: object) -> None:
    assert one({"version": "*", "extras": written}).extras == {"a", "b-c"}


@pytest.mark.parametrize(
    ("entry", "marker"),
    [
        ({"markers": "python_version < '3.7'"}, "python_version < '3.7'"),
        ({"os_markers": "os_name == 'nt'"}, "os_name == 'nt'"),
        ({"sys_platform": "== 'win32'"}, "sys_platform == 'win32'"),
        ({"sys_platform": "win32"}, "sys_platform == 'win32'"),
        ({"python_version": ">=3.6"}, "python_version >= '3.6'"),
        ({"python_full_version": "< '3.9.2'"}, "python_full_version < '3.9.2'"),
        ({"implementation_name": "!= 'pypy'"}, "implementation_name != 'pypy'"),
        (
            {"markers": "sys_platform == 'linux' or os_name == 'nt'", "platform_machine": "== 'x86_64'"},
            "(sys_platform == 'linux' or os_name == 'nt') and platform_machine == 'x86_64'",
        ),
    ],
)
def test_markers_in_every_form_hold_together(entry: dict[str, object], marker: str) -> None:
    assert one({"version": "*", **entry}).marker == markers.parse(marker)


@pytest.mark.parametrize(
    ("entry", "source"),
    [
        ({"git": "https://host/a.git"}, Vcs(type="git", url="https://host/a.git")),
        ({"git": "git+https://host/a.git", "ref": "v1"}, Vcs(type="git", url="https://host/a.git", revision="v1")),
        ({"git": "https://host/a.git@v1#egg=a"}, Vcs(type="git", url="https://host/a.git", revision="v1")),
        (
            {"git": "ssh://git@host/a.git", "ref": COMMIT, "subdirectory": "py"},
            Vcs(type="git", url="ssh://git@host/a.git", revision=COMMIT, commit=COMMIT, subdirectory="py"),
        ),
        ({"git": "git@host:team/a.git"}, Vcs(type="git", url="git@host:team/a.git")),
        ({"git": "https://${U}:${T}@host/a.git"}, Vcs(type="git", url="https://${U}:${T}@host/a.git")),
        ({"git": "https://host/a#subdirectory=py"}, Vcs(type="git", url="https://host/a", subdirectory="py")),
        ({"hg": "https://host/a", "ref": "tip"}, Vcs(type="hg", url="https://host/a", revision="tip")),
        ({"svn": "svn://host/a"}, Vcs(type="svn", url="svn://host/a")),
        ({"bzr": "bzr+lp:a"}, Vcs(type="bzr", url="lp:a")),
        ({"path": ".", "editable": True}, Directory(path=".", editable=True)),
        ({"path": "./libs/a", "editable": "true"}, Directory(path="libs/a", editable=True)),
        ({"path": "../a"}, Directory(path="../a")),
        ({"path": "./a-1.0.tar.gz"}, Archive(path="a-1.0.tar.gz")),
        ({"file": "file:///srv/a%20b"}, Directory(path="/srv/a b")),
        ({"file": "https://host/a.zip"}, Archive(url="https://host/a.zip")),
        ({"file": "https://host/a.zip#subdirectory=py"}, Archive(url="https://host/a.zip", subdirectory="py")),
        ({"version": "*", "index": "company"}, Registry("https://packages.example.org/simple")),
        ("git+https://host/a.git@v1", Vcs(type="git", url="https://host/a.git", revision="v1")),
    ],
)
def test_where_it_comes_from(entry: object, source: Source) -> None:
    assert one(entry).source == source


def test_an_egg_names_the_package_and_its_extras() -> None:
    made = one({"file": "https://host/rewrite.zip", "egg": "discord.py[voice]"}, "discord")
    assert (made.name, *made.extras) == ("discord-py", "voice")
    assert one({"git": "https://host/x.git#egg=Real_Name[more]"}).name == "real-name"


def test_several_constraints() -> None:
    found, losses = read(
        [{"version": "<2", "python_version": "< '3.8'"}, {"version": ">=2", "python_version": ">= '3.8'"}]
    )
    assert [(str(r.specifier), str(r.marker)) for r in found] == [
        ("<2", "python_version < '3.8'"),
        (">=2", "python_version >= '3.8'"),
    ]
    assert losses == ()


@pytest.mark.parametrize(
    ("entry", "kind", "detail"),
    [
        ({"version": "*", "skip_resolver": True}, Kind.SETTING_NEEDLESS, "skip_resolver = True"),
        ({"version": "*", "no_binary": True}, Kind.SETTING_LEFT, "no_binary = True"),
        ({"version": "*", "pip_args": ["-v"]}, Kind.SETTING_LEFT, "pip_args = ['-v']"),
        ({"version": "*", "index": "nowhere"}, Kind.KEY_UNKNOWN, 'index = "nowhere"'),
        ({"version": "*", "planted": 1}, Kind.KEY_UNKNOWN, "planted = 1"),
        ({"git": "https://host/a.git", "editable": True}, Kind.EDITABLE_LEFT, "editable = True"),
    ],
)
def test_what_no_other_format_can_say_is_told(entry: dict[str, object], kind: Kind, detail: str) -> None:
    _, losses = read(entry)
    key = detail.partition(" ")[0]
    assert losses == (Loss(kind=kind, where=f"Pipfile: packages.a.{key}", detail=detail),)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("a", 1, "Pipfile: packages.a: expected a version or a table, found 1"),
        ("a", [1], "Pipfile: packages.a[0]: expected a table, found 1"),
        ("a b", "*", 'Pipfile: packages.a b: expected a package name, found "a b"'),
        ("a", "^1", "Pipfile: packages.a: expected a version specifier, found \"^1\" ('==^1' is no version specifier)"),
        (
            "a",
            "> 1 2",
            "Pipfile: packages.a: expected a version specifier, found \"> 1 2\" ('> 1 2' is no version specifier)",
        ),
        ("a", {"version": 1}, "Pipfile: packages.a.version: expected a string, found 1"),
        ("a", {"version": "*", "extras": [1]}, "Pipfile: packages.a.extras[0]: expected a string, found 1"),
        ("a", {"path": ".", "editable": 1}, "Pipfile: packages.a.editable: expected true or false, found 1"),
        ("a", {"git": ["x"]}, "Pipfile: packages.a.git: expected a string, found ['x']"),
    ],
)
def test_what_is_none_is_named(key: str, value: object, message: str) -> None:
    with pytest.raises(InputError) as error:
        read(value, key)
    assert str(error.value) == message


def test_a_broken_marker_is_named() -> None:
    with pytest.raises(InputError, match=r'^Pipfile: packages\.a\.markers: expected a marker, found "python <> 3" \('):
        read({"version": "*", "markers": "python <> 3"})


@pytest.mark.parametrize(
    ("requirement", "value"),
    [
        (Requirement(name="a"), "*"),
        (Requirement(name="a", specifier=SpecifierSet("<2,>=1")), ">=1,<2"),
        (Requirement(name="a", specifier=SpecifierSet("==1.0"), spelling="1.0"), "==1.0"),
        (Requirement(name="a", specifier=SpecifierSet("==1.0"), spelling="== 1.0"), "== 1.0"),
        (Requirement(name="a", specifier=SpecifierSet(">=1"), spelling="^1"), ">=1"),
        (Requirement(name="a", extras=frozenset("ab")), {"version": "*", "extras": ["a", "b"]}),
        (
            Requirement(name="a", marker=markers.parse("sys_platform == 'win32'")),
            {"version": "*", "markers": "sys_platform == 'win32'"},
        ),
        (Requirement(name="a", source=Registry("https://x/simple")), {"version": "*", "index": "x"}),
        (
            Requirement(name="a", source=Vcs(type="git", url="u", revision="v1", subdirectory="s")),
            {"git": "u", "ref": "v1", "subdirectory": "s"},
        ),
        (Requirement(name="a", source=Directory(path="lib", editable=True)), {"path": "./lib", "editable": True}),
        (Requirement(name="a", source=Archive(path="a.whl")), {"file": "./a.whl"}),
        (Requirement(name="a", source=Archive(url="https://h/a.whl")), {"file": "https://h/a.whl"}),
        (
            Requirement(name="a", source=Archive(url="https://h/a.zip", subdirectory="s")),
            {"file": "https://h/a.zip#subdirectory=s"},
        ),
    ],
)
def test_a_requirement_is_written_as_a_pipfile_says_it(requirement: Requirement, value: object) -> None:
    assert entry_value(requirement, {"https://x/simple": "x"}) == value


versions = st.from_regex(r"\A[0-9]{1,3}(\.[0-9]{1,3}){0,2}\Z")
clauses = st.builds("{}{}".format, st.sampled_from(["==", ">=", "<=", "!=", "<", ">", "==="]), versions)
texts = st.lists(clauses, max_size=3).map(",".join)
variables = st.sampled_from(["", "sys_platform == 'win32'", "python_version < '3.9' or os_name == 'nt'"])
sources = st.sampled_from(
    [
        None,
        Registry("https://packages.example.org/simple"),
        Vcs(type="git", url="https://host/a.git", revision="v1", subdirectory="s"),
        Directory(path="lib", editable=True),
        Archive(url="https://host/a.zip"),
        Archive(url="https://host/a.zip", subdirectory="s"),
        Archive(path="a.zip", subdirectory="s"),
    ]
)


@given(texts, variables, sources, st.frozensets(st.sampled_from(["x", "y-z"])))
def test_what_is_written_reads_the_same(text: str, marker: str, source: Source | None, extras: frozenset[str]) -> None:
    free = source is None or isinstance(source, Registry)
    specifier = specifiers(text) if free else SpecifierSet()
    made = Requirement(name="a", specifier=specifier, marker=markers.parse(marker), source=source, extras=extras)
    value = entry_value(made, {"https://packages.example.org/simple": "company"})
    assert one(value) == made
    assert toml.value(value) == toml.value(json.loads(json.dumps(value)))


@given(texts)
def test_a_specifier_keeps_its_spelling_where_it_has_one(text: str) -> None:
    assert specifier_spelling(specifiers(text), text) == (text or "*")
