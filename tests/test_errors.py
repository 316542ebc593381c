from __future__ import annotations

import pytest

from converter.errors import ConvertError, InputError, StopError, UsageError, masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://user:secret@index.example/simple", "https://****@index.example/simple"),
        ("https://token@index.example/simple", "https://****@index.example/simple"),
        ("https://user:p@ss@index.example/simple", "https://****@index.example/simple"),
        ("https://${USER}:${TOKEN}@index.example/simple", "https://${USER}:${TOKEN}@index.example/simple"),
        ("https://$USER:$TOKEN@index.example/simple", "https://$USER:$TOKEN@index.example/simple"),
        ("https://:${TOKEN}@index.example/simple", "https://:${TOKEN}@index.example/simple"),
        ("https://me:${TOKEN}@index.example/simple", "https://****@index.example/simple"),
        ("https://${USER:-me}:x@index.example/simple", "https://****@index.example/simple"),
        ("https://git:hunter2@host.example/x", "https://****@host.example/x"),
        ("git+ssh://git@host.example/org/repo.git@v1", "git+ssh://git@host.example/org/repo.git@v1"),
        ("https://git:${TOKEN}@host.example/x", "https://git:${TOKEN}@host.example/x"),
        ("git+https://host.example/org/repo@v1", "git+https://host.example/org/repo@v1"),
        ("https://host.example?mail=me@example.org", "https://host.example?mail=me@example.org"),
        ("mail me@example.org about https://host.example", "mail me@example.org about https://host.example"),
        ("a https://u:p@h.example and https://v:q@i.example", "a https://****@h.example and https://****@i.example"),
        ("url = 'https://u:p@h.example',", "url = 'https://****@h.example',"),
        ("", ""),
    ],
)
def test_no_secret_is_told(text: str, expected: str) -> None:
    assert masked(text) == expected
    assert masked(masked(text)) == expected


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ConvertError("no"), "no"),
        (ConvertError("no", file="Pipfile"), "Pipfile: no"),
        (ConvertError("no", place="packages.a"), "packages.a: no"),
        (ConvertError("no", file="Pipfile", place="packages.a"), "Pipfile: packages.a: no"),
        (ConvertError("no", remedy="say yes"), "no; say yes"),
        (ConvertError("no", file="Pipfile", remedy="say yes"), "Pipfile: no; say yes"),
        (ConvertError("found https://u:p@h.example", remedy="remove u:p"), "found https://****@h.example; remove u:p"),
    ],
)
def test_an_error_is_one_sentence(error: ConvertError, sentence: str) -> None:
    assert str(error) == sentence


def test_each_error_has_its_exit_code() -> None:
    assert {kind.__name__: kind("x").exit_code for kind in (ConvertError, StopError, UsageError, InputError)} == {
        "ConvertError": 1,
        "StopError": 1,
        "UsageError": 2,
        "InputError": 3,
    }
    assert all(issubclass(kind, ConvertError) for kind in (StopError, UsageError, InputError))


def test_an_error_keeps_its_parts() -> None:
    error = InputError("no", file="Pipfile", place="a", remedy="b")
    assert (error.message, error.file, error.place, error.remedy) == ("no", "Pipfile", "a", "b")
