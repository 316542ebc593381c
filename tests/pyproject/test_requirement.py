from __future__ import annotations

import pytest
from hypothesis import given
from packaging.requirements import Requirement as Pep508
from packaging.specifiers import SpecifierSet

from converter import markers
from converter.model import Archive, Directory, Registry, Requirement, Source, Vcs
from converter.pyproject.requirement import (
    direct_reference,
    parse_requirement,
    path_reference,
    reference_url,
    requirement_text,
    specifier_text,
    split_revision,
)
from tests import strategies

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Flask", "flask"),
        ("zope.interface", "zope-interface"),
        ("A_b[Y_z,x] >= 1 , < 2", "a-b[x,y-z]>=1,<2"),
        ("a (>=1,<2)", "a>=1,<2"),
        ("a<2,!=1.5,>=1", "a>=1,!=1.5,<2"),
        ("a~=1.4", "a~=1.4"),
        ("a===1.0-weird", "a===1.0-weird"),
        ("a==1.*", "a==1.*"),
        ('a; python_version<"3.8"', "a ; python_version < '3.8'"),
        ("a @ https://h.example/a.whl ; os_name == 'nt'", "a @ https://h.example/a.whl ; os_name == 'nt'"),
        (f"a @ git+https://h.example/r.git@{COMMIT}", f"a @ git+https://h.example/r.git@{COMMIT}"),
        ("a @ git+ssh://git@h.example/r@v1#subdirectory=x/y", "a @ git+ssh://git@h.example/r@v1#subdirectory=x/y"),
        ("a[b] @ file:///srv/a%20b", "a[b] @ file:///srv/a%20b"),
    ],
)
def test_a_requirement_read_and_written(written: str, text: str) -> None:
    read = parse_requirement(written)
    assert requirement_text(read) == text
    assert parse_requirement(text) == read
    assert read.spelling == written
    Pep508(text)


@pytest.mark.parametrize("written", ["", "a b", "a>=", "-e .", "a @", "größe", "a;x", "1!"])
def test_what_is_no_requirement_is_one_line(written: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        parse_requirement(written)


@given(strategies.requirements())
def test_text_read_back_is_the_same_requirement(requirement: Requirement) -> None:
    assert parse_requirement(requirement_text(requirement)) == requirement
    Pep508(requirement_text(requirement, markers.DOUBLE))


def test_an_index_is_no_part_of_the_text() -> None:
    requirement = Requirement(name="a", source=Registry("https://index.example/simple"), specifier=SpecifierSet("==1"))
    assert requirement_text(requirement) == "a==1"


def test_a_style_is_the_markers() -> None:
    requirement = parse_requirement("a ; python_version == '3.9'")
    assert requirement_text(requirement, markers.DOUBLE) == 'a ; python_version == "3.9"'


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<2,>=1", ">=1,<2"),
        ("!=1.5,<2,>=1", ">=1,!=1.5,<2"),
        ("==1.*,!=1.2.*", "==1.*,!=1.2.*"),
        ("<1,<=1,==1,>=1,>1", ">1,>=1,==1,<1,<=1"),
        (">=1.10,<1.9", "<1.9,>=1.10"),
        ("===x", "===x"),
        ("", ""),
    ],
)
def test_a_specifier_has_its_lower_bound_first(written: str, text: str) -> None:
    assert specifier_text(SpecifierSet(written)) == text


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("git+https://h.example/r.git", Vcs(type="git", url="https://h.example/r.git")),
        ("git+https://h.example/r@feature/x", Vcs(type="git", url="https://h.example/r", revision="feature/x")),
        ("git+ssh://git@h.example/r", Vcs(type="git", url="ssh://git@h.example/r")),
        ("git+ssh://git@h.example/r@v1", Vcs(type="git", url="ssh://git@h.example/r", revision="v1")),
        ("git+git@h.example:o/r.git@v1", Vcs(type="git", url="git@h.example:o/r.git", revision="v1")),
        ("git+git@h.example:o/r.git", Vcs(type="git", url="git@h.example:o/r.git")),
        ("hg+https://h.example/r@1", Vcs(type="hg", url="https://h.example/r", revision="1")),
        (
            f"git+https://h.example/r@{COMMIT}#egg=a&subdirectory=s",
            Vcs(type="git", url="https://h.example/r", revision=COMMIT, commit=COMMIT, subdirectory="s"),
        ),
        ("git+file:///srv/r@v1", Vcs(type="git", url="file:///srv/r", revision="v1")),
        ("https://h.example/a.whl#subdirectory=s", Archive(url="https://h.example/a.whl", subdirectory="s")),
        ("https://h.example/a@1.zip", Archive(url="https://h.example/a@1.zip")),
        ("file:///srv/a.whl", Archive(path="/srv/a.whl")),
        ("file://localhost/srv/a", Directory(path="/srv/a")),
        ("file:./a/../b", Directory(path="a/../b")),
        ("file:dist/a.tar.gz", Archive(path="dist/a.tar.gz")),
        ("file:///srv/a%20b", Directory(path="/srv/a b")),
    ],
)
def test_a_direct_reference(url: str, source: Source) -> None:
    assert direct_reference(url) == source


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("./pkg/", Directory(path="pkg")),
        (".", Directory(path=".")),
        ("..\\x\\y", Directory(path="../x/y")),
        ("a.zip", Archive(path="a.zip")),
        ("a.zip/", Archive(path="a.zip")),
        ("a.tar.gz", Archive(path="a.tar.gz")),
    ],
)
def test_a_path_is_a_file_or_a_folder(path: str, source: Source) -> None:
    assert path_reference(path) == source


def test_the_hash_in_a_reference_comes_back() -> None:
    url = "https://h.example/a.whl#subdirectory=s&sha256=00ff"
    source = direct_reference(url)
    assert isinstance(source, Archive)
    assert source.hashes == ("sha256:00ff",)
    assert reference_url(source) == url


def test_a_folder_may_be_editable() -> None:
    assert path_reference("a", editable=True, subdirectory="b") == Directory(path="a", editable=True, subdirectory="b")


def test_a_repository_is_named_at_what_was_asked_for_else_at_the_commit() -> None:
    asked = Vcs(type="git", url="https://h.example/r", revision="v1", commit=COMMIT)
    assert reference_url(asked) == "git+https://h.example/r@v1"
    locked = Vcs(type="git", url="https://h.example/r", commit=COMMIT, subdirectory="s")
    assert reference_url(locked) == f"git+https://h.example/r@{COMMIT}#subdirectory=s"
    assert reference_url(Directory(path="/srv/a b")) == "file:///srv/a%20b"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://h.example/r@a/b", ("https://h.example/r", "a/b")),
        ("https://u:p@h.example/r", ("https://u:p@h.example/r", None)),
        ("https://u:p@h.example/r@v", ("https://u:p@h.example/r", "v")),
        ("https://h.example/r@", ("https://h.example/r@", None)),
    ],
)
def test_a_revision_stands_behind_the_path_not_the_host(url: str, expected: tuple[str, str | None]) -> None:
    assert split_revision(url) == expected
