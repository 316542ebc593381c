from __future__ import annotations

import codecs

import pytest

from converter.errors import InputError
from converter.formats.pip.lines import Line, decoded, lines
from converter.formats.pip.options import split


def read(text: str) -> list[Line]:
    return list(lines(text))


def test_a_line_goes_on_after_a_backslash_and_has_the_number_of_its_first() -> None:
    assert read("a==1 \\\n  --hash=sha256:00 \\\n  --hash=sha256:11\nb==2") == [
        Line(number=1, text="a==1   --hash=sha256:00   --hash=sha256:11"),
        Line(number=4, text="b==2"),
    ]


def test_a_comment_ends_a_line_that_goes_on() -> None:
    assert read("a==1 \\\n# why\nb==2") == [
        Line(number=1, text="a==1", comment="# why"),
        Line(number=3, text="b==2"),
    ]


def test_a_hash_mark_without_a_space_before_it_is_no_comment() -> None:
    assert read("a @ https://h.example/x.zip#egg=a # why") == [
        Line(number=1, text="a @ https://h.example/x.zip#egg=a", comment="# why")
    ]


def test_a_last_line_may_end_in_a_backslash() -> None:
    assert read("a==1 \\") == [Line(number=1, text="a==1")]


@pytest.mark.parametrize(
    "data",
    [
        "ü==1".encode(),
        codecs.BOM_UTF8 + "ü==1".encode(),
        codecs.BOM_UTF16_LE + "ü==1".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "ü==1".encode("utf-16-be"),
        codecs.BOM_UTF32_LE + "ü==1".encode("utf-32-le"),
        "ü==1".encode("latin-1"),
    ],
)
def test_a_file_is_read_in_the_encoding_it_is_in(data: bytes) -> None:
    assert decoded(data, "requirements.txt") == "ü==1"


def test_a_declared_encoding_counts() -> None:
    assert decoded("# -*- coding: cp1251 -*-\nя".encode("cp1251"), "x").endswith("я")


@pytest.mark.parametrize("data", [b"# coding: nothing\na", b"# coding: base64\na", codecs.BOM_UTF16_LE + b"a"])
def test_an_encoding_that_fails_names_the_file(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^requirements\.txt: expected .* text"):
        decoded(data, "requirements.txt")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("-i https://a.example", (("index-url", "https://a.example"),)),
        ("--index https://a.example", (("index-url", "https://a.example"),)),
        ("--extra-index-url=https://a.example", (("extra-index-url", "https://a.example"),)),
        ("-rother.txt", (("requirement", "other.txt"),)),
        ("--pre --no-binary :all:", (("pre", ""), ("no-binary", ":all:"))),
        ("--config-setting='a=b c'", (("config-settings", "a=b c"),)),
    ],
)
def test_options_are_read_as_pip_reads_them(text: str, values: tuple[tuple[str, str], ...]) -> None:
    assert split(text)[1].values == values


def test_what_nobody_knows_does_not_hide_the_rest() -> None:
    text, found = split("a==1 --hash=sha256:00 --colour red")
    assert (text, found.values, found.unknown) == ("a==1", (("hash", "sha256:00"),), "--colour red")


def test_a_quote_that_never_ends_is_unknown() -> None:
    assert split("--pre 'x")[1].unknown == "--pre 'x"
