"""`simple`: pages of the Simple API, JSON and HTML."""

from __future__ import annotations

import contextlib
import json

import pytest

from converter.errors import InputError
from converter.index.simple import File, Wanted, contradicts, is_of, parse
from tests.loopback import HTML, JSON, listed, page_html, page_json, sha256

PAGE = "https://index.example/simple/demo/"
WHEEL = "demo-1.0-py3-none-any.whl"


def wanted(*names: str) -> Wanted:
    return Wanted(hashes=frozenset(map(sha256, names)))


def test_json_gives_every_field() -> None:
    entry = listed(WHEEL, core_metadata={"sha256": "ab"}, yanked="broken")
    assert parse(page_json("demo", [entry, listed("demo-2.0.tar.gz")]), JSON, PAGE, wanted(WHEEL)) == (
        File(
            filename=WHEEL,
            url=f"https://index.example/files/{WHEEL}",
            hashes=(sha256(WHEEL),),
            requires_python=">=3.8",
            size=len(WHEEL),
            upload_time="2024-01-02T03:04:05.678901Z",
            yanked="broken",
            core_metadata=("sha256:ab",),
        ),
    )


def test_html_gives_what_html_has() -> None:
    entry = listed(WHEEL, yanked="broken", url="https://files.example/a%20b/" + WHEEL)
    assert parse(page_html("demo", [entry]), HTML, PAGE, wanted(WHEEL)) == (
        File(
            filename=WHEEL,
            url=f"https://files.example/a%20b/{WHEEL}",
            hashes=(sha256(WHEEL),),
            requires_python=">=3.8",
            yanked="broken",
        ),
    )


def test_html_base_bare_yanked_and_metadata() -> None:
    digest = sha256(WHEEL).replace(":", "=")
    page = (
        '<base href="https://other.example/x/">'
        f'<a href="y/{WHEEL}#{digest}" data-yanked data-dist-info-metadata="true">'
    )
    (file,) = parse(page.encode(), HTML, PAGE, wanted(WHEEL))
    assert (file.url, file.yanked, file.core_metadata) == (f"https://other.example/x/y/{WHEEL}", True, True)


@pytest.mark.parametrize(
    ("said", "known"), [(None, None), (False, False), (True, True), ({"sha256": "AB"}, ("sha256:ab",)), (3, None)]
)
def test_core_metadata_that_is_not_said_is_unknown(said: object, known: object) -> None:
    entry = listed(WHEEL) if said is None else listed(WHEEL, core_metadata=said)
    (file,) = parse(page_json("demo", [entry]), JSON, PAGE, wanted(WHEEL))
    assert file.core_metadata == known


@pytest.mark.parametrize("name", ["demo-1.0.win32.exe", "demo-1.0-py2.7.egg", "demo-1.0.linux.tar.gz", "demo.msi"])
def test_a_hash_finds_a_file_of_any_name(name: str) -> None:
    (file,) = parse(page_json("demo", [listed(name), listed(WHEEL)]), JSON, PAGE, wanted(name))
    assert file.filename == name


def test_a_release_is_found_in_every_spelling() -> None:
    names = [
        "De.mo-1.0.0.zip",
        "demo-1.0-py3-none-any.whl",
        "demo-1.0.post1.tar.gz",
        "demo-1.0.tar.bz2",
        "demo-1.0.exe",
    ]
    found = parse(page_json("demo", map(listed, names)), JSON, PAGE, Wanted(releases=frozenset({("demo", "1.0")})))
    assert [file.filename for file in found] == [WHEEL, "demo-1.0.tar.bz2"]
    assert is_of("de_mo-1.0.0.zip", "de-mo", "1.0")


def test_a_pin_without_local_version_admits_one() -> None:
    assert is_of("torch-2.0+cpu-cp311-cp311-linux_x86_64.whl", "torch", "2.0")
    assert not is_of("torch-2.0+cpu-cp311-cp311-linux_x86_64.whl", "torch", "2.0+cu118")
    assert contradicts("demo-2.0.tar.gz", "1.0")
    assert not contradicts("demo-1.0.win32.exe", "2.0")


def test_credentials_in_file_addresses_are_left_out() -> None:
    entry = listed(WHEEL, url=f"https://user:secret@files.example/{WHEEL}#sha256=00")
    (file,) = parse(page_json("demo", [entry]), JSON, PAGE, wanted(WHEEL))
    assert file.url == f"https://files.example/{WHEEL}"


@pytest.mark.parametrize("name", ["../x", "a/b.whl", "a\\b.whl", "..", "", "a\nb.whl", "a\x00.whl", "-r.whl", "~x.whl"])
def test_hostile_names_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="file name"):
        parse(page_json("demo", [listed(name)]), JSON, PAGE, wanted(name))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y.whl", "data:,x"])
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(InputError, match="neither http nor https"):
        parse(page_json("demo", [listed(WHEEL, url=url)]), JSON, PAGE, wanted(WHEEL))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"{}", b'{"files": 3}', b'{"files": [3]}', b'{"files": [{}]}', b"\xff\xfe",
        b'{"files": [{"filename": 3, "hashes": {}}]}', b'{"files": [{"filename": "a", "hashes": {"sha256": 3}}]}',
        b'{"meta": {"api-version": "2.0"}, "files": []}', b'{"meta": 3, "files": []}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_malformed_json_is_an_input_error(body: bytes) -> None:
    with pytest.raises(InputError):
        parse(body, JSON, PAGE, wanted(WHEEL))


def test_a_wanted_file_without_address_or_with_a_broken_one_is_an_input_error() -> None:
    for url in ("https://[", "http://[::1"):
        with pytest.raises(InputError):
            parse(page_json("demo", [listed(WHEEL, url=url)]), JSON, PAGE, wanted(WHEEL))


def test_html_of_another_version_is_an_input_error() -> None:
    page = b'<meta name="pypi:repository-version" content="2.0">'
    with pytest.raises(InputError, match="version 1"):
        parse(page, HTML, PAGE, wanted(WHEEL))


@pytest.mark.parametrize("kind", ["image/png", "", "text/plain", "application/octet-stream"])
def test_other_content_is_an_input_error(kind: str) -> None:
    with pytest.raises(InputError, match="Simple API"):
        parse(json.dumps({"files": []}).encode(), kind, PAGE, wanted(WHEEL))


@pytest.mark.parametrize("body", [b"", b"<", b"<a", b"<a href>", b"<![x[", b"<!x", b"\xff", b"<a href='https://['>"])
def test_odd_html_never_crashes(body: bytes) -> None:
    with contextlib.suppress(InputError):
        assert parse(body, HTML, PAGE, wanted(WHEEL)) == ()
