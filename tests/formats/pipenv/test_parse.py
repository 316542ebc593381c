from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.errors import InputError
from converter.formats.pipenv import FORMAT
from converter.formats.pipenv.hash import digest
from converter.formats.pipenv.manifest import toml
from converter.losses import Loss
from converter.markers import ANY
from converter.model import (
    MAIN,
    PUBLIC_INDEX,
    Archive,
    Comments,
    Directory,
    Group,
    Index,
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

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ONE, TWO = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
DEV = Scope(ScopeKind.GROUP, "dev")
SOURCE = '[[source]]\nname = "pypi"\nurl = "https://pypi.org/simple"\nverify_ssl = true\n'


def lock(text: str, *, meta: Mapping[str, object] | None = None, **sections: object) -> str:
    """A lock that was made from the Pipfile `text`."""
    known = {"hash": {"sha256": digest(toml(text))}, "pipfile-spec": 6, **(meta or {})}
    return json.dumps({"_meta": known, "default": {}, "develop": {}, **sections})


def read(text: str, lock_text: str | None = None) -> tuple[Project, tuple[Loss, ...]]:
    files = {"Pipfile": text} | ({"Pipfile.lock": lock_text} if lock_text is not None else {})
    parsed = FORMAT.parse(Tree.of(files), "app")
    return parsed.value, parsed.losses


def packages(text: str, **sections: object) -> tuple[Package, ...]:
    project, losses = read(text, lock(text, meta={}, **sections))
    assert losses == ()
    assert project.lock is not None
    return project.lock.packages


def told(losses: tuple[Loss, ...]) -> list[str]:
    return [loss.text for loss in losses]


def stopped(text: str | bytes, lock_text: str | bytes | None = None) -> str:
    files = {"Pipfile": text} | ({"Pipfile.lock": lock_text} if lock_text is not None else {})
    with pytest.raises(InputError) as error:
        FORMAT.parse(Tree.of(files), "app")
    return str(error.value)


def test_a_manifest_alone_has_no_lock() -> None:
    project, losses = read('[packages]\nflask = "*"\n')
    assert project == Project(
        name="app",
        dependencies=(Requirement(name="flask"),),
        tool={"pipenv": {"categories": {"dev": "dev-packages"}}},
    )
    assert losses == ()


def test_categories_are_groups() -> None:
    text = '[packages]\na = "*"\n[dev-packages]\nb = "*"\n["API docs"]\nc = "*"\n[dev]\nd = "*"\n[empty]\n'
    project, _ = read(text)
    assert {name: [r.name for r in g.requirements] for name, g in project.dependency_groups.items()} == {
        "dev": ["b"],
        "api-docs": ["c"],
        "dev-2": ["d"],
        "empty": [],
    }


def test_sources_are_indexes() -> None:
    text = (
        '[[source]]\nurl = "https://$USER:${TOKEN}@x.example.org/simple"\n'
        '[[source]]\nname = "two"\nurl = "http://two.example.org/simple"\nverify_ssl = "true"\n'
        '[[source]]\nname = "three"\nurl = "http://three.example.org/simple"\n'
    )
    assert read(text)[0].indexes == (
        Index(name="x.example.org", url="https://$USER:${TOKEN}@x.example.org/simple"),
        Index(name="two", url="http://two.example.org/simple", priority=Priority.SUPPLEMENTAL),
        Index(name="three", url="http://three.example.org/simple", priority=Priority.SUPPLEMENTAL, verify_tls=False),
    )


@pytest.mark.parametrize(
    ("written", "specifier"),
    [
        ('python_version = "3.9"', "==3.9.*"),
        ('python_version = "3"', "==3.*"),
        ('python_version = "3.9.1"', "==3.9.1"),
        ('python_version = "3.9.*"', "==3.9.*"),
        ('python_version = ">=3.6"', ">=3.6"),
        ('python_full_version = "3.9.1"', "==3.9.1"),
        ('python_version = "3.9"\npython_full_version = "3.9.1"', "==3.9.1"),
        ('python_version = "*"', None),
        ("", None),
    ],
)
def test_requires(written: str, specifier: str | None) -> None:
    project, losses = read(f"[requires]\n{written}\n")
    assert project.requires_python == (None if specifier is None else SpecifierSet(specifier))
    assert losses == ()


def test_scripts_are_tasks() -> None:
    text = '[scripts]\na = "x --y"\nb = {call = "m.n:f(1)"}\nc = {call = "m:f"}\nd = ["one", "two"]\n'
    assert read(text)[0].tasks == {
        "a": "x --y",
        "b": 'python -c "import m.n as _m; _m.f(1)"',
        "c": 'python -c "import m as _m; _m.f()"',
        "d": "one && two",
    }


def test_prereleases_are_for_all() -> None:
    project, losses = read('[packages]\na = "*"\nb = {version = "*"}\n[pipenv]\nallow_prereleases = true\n')
    assert [r.prereleases for r in project.dependencies] == [True, True]
    assert told(losses) == ["NOTE prereleases-widened: Pipfile: pipenv.allow_prereleases: allow_prereleases = True"]


def test_settings_are_told() -> None:
    _, losses = read("[pipenv]\nsort_pipfile = true\ninstall_search_all_sources = true\nplanted = 1\n")
    assert told(losses) == [
        "NOTE setting-needless: Pipfile: pipenv.sort_pipfile: sort_pipfile = True",
        "LOSS setting-left: Pipfile: pipenv.install_search_all_sources: install_search_all_sources = True",
        "LOSS key-unknown: Pipfile: pipenv.planted: planted = 1",
    ]


def test_comments_go_with_what_they_stand_beside() -> None:
    project, losses = read(
        "# The app.\n\n# Where from.\n"
        f"{SOURCE}"
        "\n# needed\n[packages] # always\n# one\n# two\na = '*' # behind\n\n"
        "# Group.\nb = {extras = [\n  # why\n  'x',\n]}\n"
        "# for tests\n[dev-packages]\nc = '*'\n\n# loose\n\n[requires] # tight\npython_version = '3.9' # old\n"
    )
    first, second = project.dependencies
    assert project.comments == Comments(above=("# The app.", "# Where from."))
    assert first.comments == Comments(above=("# needed", "# always", "# one", "# two"), trailing="# behind")
    assert second.comments == Comments(above=("# Group.", "# why"))
    assert project.dependency_groups["dev"].comments == Comments(above=("# for tests",))
    assert sorted(told(losses)) == [
        "NOTE comment-left: Pipfile: # loose",
        "NOTE comment-left: Pipfile: requires.python_version: # old",
        "NOTE comment-left: Pipfile: requires: # tight",
    ]


def test_comments_that_touch_the_first_header_are_the_files_own() -> None:
    project, losses = read(f"# The app.\n# All of it.\n{SOURCE}")
    assert (project.comments, losses) == (Comments(above=("# The app.", "# All of it.")), ())


def test_a_locked_package() -> None:
    text = f'{SOURCE}[packages]\nflask = {{version = "*", extras = ["async"], sys_platform = "== \'linux\'"}}\n'
    entry = {"hashes": [TWO, ONE, ONE], "index": "pypi", "markers": "python_version >= '3.8'", "version": "==2.0"}
    (found,) = packages(text, default={"flask": entry})
    assert (found.name, found.id.version, found.id.source) == ("flask", "2.0", Registry())
    assert found.when == {MAIN: markers.parse("python_version >= '3.8'")}
    assert [a.hashes for a in found.artifacts] == [(ONE,), (TWO,)]
    assert {a.filename for a in found.artifacts} == {None}
    assert found.extras == {"async"}
    assert found.dependencies is None


def test_one_package_in_several_sections() -> None:
    entry = {"hashes": [ONE], "version": "==1.0"}
    sections = {
        "default": {"a": entry},
        "develop": {"A": {**entry, "hashes": [TWO], "markers": "os_name == 'nt'"}},
        "docs": {"a": {**entry, "version": "==2.0"}},
    }
    one, two = packages("[packages]\n[docs]\n", **sections)
    assert one.when == {MAIN: ANY, DEV: markers.parse("os_name == 'nt'")}
    assert one.hashes == {ONE, TWO}
    assert (two.id.version, two.when) == ("2.0", {Scope(ScopeKind.GROUP, "docs"): ANY})


@pytest.mark.parametrize(
    ("entry", "version", "source"),
    [
        ({"version": "===1.0-odd"}, "1.0-odd", Registry()),
        ({"version": "1.0"}, "1.0", Registry()),
        ("==1.0", "1.0", Registry()),
        ({"version": "==1.0", "index": "two"}, "1.0", Registry("https://two.example.org/simple")),
        ({"path": ".", "editable": True}, None, Directory(path=".", editable=True)),
        ({"file": "https://h/a.zip", "hashes": [ONE]}, None, Archive(url="https://h/a.zip")),
        ({"hg": "https://h/a", "ref": "12ab"}, None, Vcs(type="hg", url="https://h/a", revision="v1", commit="12ab")),
        (
            {"git": "git+https://h/a.git", "ref": COMMIT, "subdirectory": "s", "editable": True},
            None,
            Vcs(type="git", url="https://h/a.git", revision="v1", commit=COMMIT, subdirectory="s"),
        ),
    ],
)
def test_entries_of_every_form(entry: object, version: str | None, source: object) -> None:
    second = '[[source]]\nname = "two"\nurl = "https://two.example.org/simple"\n'
    text = f'{SOURCE}{second}[packages]\na = {{git = "https://h/a.git", ref = "v1"}}\n'
    (found,) = packages(text, default={"a": entry})
    assert (found.id.version, found.id.source) == (version, source)


@pytest.mark.parametrize("url", ["https://pypi.org/simple/", "https://pypi.python.org/simple"])
def test_old_spellings_of_the_public_index_are_one(url: str) -> None:
    text = f'[[source]]\nname = "pypi"\nurl = "{url}"\n[packages]\na = "*"\n'
    (found,) = packages(text, default={"a": {"version": "==1", "index": "pypi"}})
    assert found.id.source == Registry(PUBLIC_INDEX)


def test_a_lock_of_2017() -> None:
    text = '[packages]\na = "*"\n'
    meta = {"pipfile-spec": 2, "host-environment-markers": {"os_name": "posix"}, "requires": {"python_version": "3.6"}}
    project, losses = read(text, lock(text, meta=meta, default={"a": {"version": "==1", "hash": "1" * 64}}))
    assert losses == ()
    assert project.lock is not None
    assert project.lock.requires_python == SpecifierSet("==3.6.*")
    assert project.lock.packages[0].hashes == {ONE}


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ({"version": "*"}, "{'version': '*'}"),
        ({"version": ">=1"}, "{'version': '>=1'}"),
        ({}, "{}"),
        ({"git": "https://h/a.git"}, "{'git': 'https://h/a.git'}"),
        ({"git": "https://h/a.git", "ref": "main"}, "{'git': 'https://h/a.git', 'ref': 'main'}"),
    ],
)
def test_an_entry_without_a_pin_stops(entry: object, shown: str) -> None:
    text = '[packages]\na = "*"\n'
    _, losses = read(text, lock(text, default={"a": entry}))
    assert told(losses) == [f"STOP unpinned: Pipfile.lock: default.a: a is not pinned: {shown}"]


def test_a_requirement_that_is_not_locked() -> None:
    text = '[packages]\na = "*"\nb = "*"\n'
    _, losses = read(text, lock(text, default={"b": {"version": "==1"}}))
    assert told(losses) == ["LOSS not-locked: Pipfile: packages: a"]
    assert losses[0].packages == {"a"}


PLACES = {
    "planted": "LOSS key-unknown: Pipfile: planted: planted = 1",
    "source": "LOSS key-unknown: Pipfile: source[0].planted: planted = 1",
    "requires": "LOSS key-unknown: Pipfile: requires.planted: planted = 1",
    "a": "LOSS key-unknown: Pipfile: packages.a.planted: planted = 1",
    "table": "LOSS key-unknown: Pipfile: table: table = {'planted': 1}",
}


def test_an_unknown_key_of_the_pipfile_is_told_at_every_place() -> None:
    text = (
        f"planted = 1\n{SOURCE}planted = 1\n[requires]\nplanted = 1\n"
        '[packages]\na = {version = "*", planted = 1}\n[table]\nplanted = 1\n'
    )
    assert sorted(told(read(text)[1])) == sorted(PLACES.values())


def test_an_unknown_key_of_the_lock_is_told_at_every_place() -> None:
    text = '[packages]\na = "*"\n'
    meta = {
        "planted": 1,
        "hash": {"sha256": digest(toml(text)), "planted": 1},
        "requires": {"planted": 1},
        "sources": [{"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True, "planted": 1}],
    }
    _, losses = read(text, lock(text, meta=meta, default={"a": {"version": "==1", "planted": 1}}, planted=1))
    assert sorted(told(losses)) == [
        f"LOSS key-unknown: Pipfile.lock: {place}: planted = 1"
        for place in (
            "_meta.hash.planted",
            "_meta.planted",
            "_meta.requires.planted",
            "_meta.sources[0].planted",
            "default.a.planted",
            "planted",
        )
    ]


@pytest.mark.parametrize(
    ("text", "lock_text", "message"),
    [
        ("a = [", None, "Pipfile: expected TOML: Invalid value (at end of document)"),
        ("[packages]\na = = 1", None, "Pipfile: expected TOML: Invalid value (at line 2, column 5)"),
        (b"a = '\xff'", None, "Pipfile: line 1: expected UTF-8 text, found byte 0xff; save the file as UTF-8"),
        ("packages = 1", None, "Pipfile: packages: expected a table, found 1"),
        ("source = 1", None, "Pipfile: source: expected a list, found 1"),
        ("[[source]]\nname = 'x'", None, "Pipfile: source[0].url: expected a string, found nothing"),
        ("[requires]\npython_version = 3.9", None, "Pipfile: requires.python_version: expected a string, found 3.9"),
        (
            "[requires]\npython_version = 'new'",
            None,
            'Pipfile: requires.python_version: expected a Python version like "3.12", found "new"',
        ),
        ("[scripts]\na = 1", None, "Pipfile: scripts.a: expected a table, found 1"),
        ("[scripts]\na = {call = 'f'}", None, 'Pipfile: scripts.a.call: expected "package.module:function", found "f"'),
        ("[pipenv]\nallow_prereleases = 1", None, "Pipfile: pipenv.allow_prereleases: expected true or false, found 1"),
        ("", "{", "Pipfile.lock: line 1, column 2: expected JSON: Expecting property name enclosed in double quotes"),
        ("", "[]", "Pipfile.lock: expected a table, found []"),
        ("", '{"_meta": 1}', "Pipfile.lock: _meta: expected a table, found 1"),
        (
            "",
            '{"_meta": {"pipfile-spec": 7}}',
            (
                "Pipfile.lock: _meta.pipfile-spec: expected 6 or an older one, found 7; "
                "use a pm-convert that knows it, or lock with an older Pipenv"
            ),
        ),
        ("", '{"_meta": {"hash": {"sha256": 1}}}', "Pipfile.lock: _meta.hash.sha256: expected a string, found 1"),
        ("", '{"default": {"a": 1}}', "Pipfile.lock: default.a: expected a table, found 1"),
        ("", '{"default": {"a": {"version": 1}}}', "Pipfile.lock: default.a.version: expected a string, found 1"),
        (
            "",
            '{"default": {"a": {"version": "==1", "hashes": ["x"]}}}',
            'Pipfile.lock: default.a.hashes[0]: expected a hash like "sha256:0123abcd", found "x"',
        ),
    ],
)
def test_bad_input_is_one_sentence(text: str | bytes, lock_text: str | None, message: str) -> None:
    assert stopped(text, lock_text) == message


def test_a_lock_without_its_manifest() -> None:
    with pytest.raises(InputError) as error:
        FORMAT.parse(Tree.of({"Pipfile.lock": lock("")}), "app")
    assert str(error.value) == "Pipfile: there is no such file; restore the Pipfile that the lock was made from"


@pytest.mark.parametrize("depth", [900, 100_000])
def test_deep_nesting_is_bad_input(depth: int) -> None:
    hostile = '{"default": {"a": {"planted": ' + "[" * depth + "]" * depth + "}}}"
    try:
        FORMAT.parse(Tree.of({"Pipfile": "", "Pipfile.lock": hostile}), "app")
    except InputError as error:
        assert str(error) == "Pipfile.lock: expected a few levels of nesting, found too many to read"  # noqa: PT017
    hostile = "a = " + "[" * depth + "]" * depth
    try:
        FORMAT.parse(Tree.of({"Pipfile": hostile}), "app")
    except InputError as error:
        assert str(error).startswith("Pipfile: expected")  # noqa: PT017


def test_an_empty_development_section_is_no_group() -> None:
    assert read("[dev-packages]\n", lock("[dev-packages]\n"))[0].dependency_groups == {}


def test_a_section_that_only_the_lock_has_is_a_group() -> None:
    project, _ = read("", lock("", docs={"a": {"version": "==1"}}))
    assert project.dependency_groups == {"docs": Group()}
