"""Where an index is reached and as whom: mirrors, and the credentials that tools' variables, netrc and keyring have."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from converter.format import Needs
from converter.index.files import fill_files
from converter.index.places import reach
from converter.index.record import record_text
from converter.index.settings import Settings
from converter.index.written import with_mirrors
from converter.losses import Kind
from converter.model import PUBLIC_INDEX, Index, Package, PackageId, Project, Registry, Requirement
from tests.index.releases import metadata, wheel, wheel_name
from tests.index.test_edges import filled, first, is_told, project
from tests.loopback import Loopback, file_listed, status

URLS = Needs(filenames=True, urls=True)
TEXT = metadata("demo", "one>=1", "two; extra == 'more'", Requires_Python=">=3.9")
CORP = Index(name="my-corp", url="https://corp.example/api/simple/")
BY_HASH = "packages/ab/cd/" + "e" * 60


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache", environment={"HOME": str(tmp_path), "PATH": str(tmp_path / "bin")})


# --- mirrors


@pytest.mark.parametrize(
    ("index", "served", "written"),
    [
        (PUBLIC_INDEX, f"/base/{BY_HASH}/{{}}", f"https://files.pythonhosted.org/{BY_HASH}/{{}}"),
        (PUBLIC_INDEX, f"/base/packages/{BY_HASH}/{{}}", f"https://files.pythonhosted.org/{BY_HASH}/{{}}"),
        (PUBLIC_INDEX, "/other/demo/{}", "https://files.pythonhosted.org/packages/py3/d/demo/{}"),
        (CORP.url, "/base/x/{}", "https://corp.example/api/x/{}"),
        (CORP.url, "/x/{}", "https://corp.example/x/{}"),
        (CORP.url, "https://cdn.example/{}", "https://cdn.example/{}"),
    ],
)
@pytest.mark.parametrize("again", [False, True], ids=["", "from-a-kept-page"])
def test_a_file_of_a_mirror_is_written_under_the_index(
    settings: Settings, index: str, served: str, written: str, *, again: bool
) -> None:
    name = wheel_name("demo")
    body = wheel("demo", TEXT)
    with Loopback({"demo": [file_listed(name, body, url=served.format(name))]}) as mirror:
        there = f"{mirror.origin}/base/simple"
        mapped = replace(settings, index_map={index.rstrip("/"): there})
        package = Package(id=PackageId(name="demo", version="1.0", source=Registry(index)))
        for _ in range(2 if again else 1):  # a package without hashes is looked for in the page each time
            done = fill_files(project(package, url=index), URLS, mapped)
        assert first(done).artifacts[0].url == written.format(name)
        assert first(done).id.source == Registry(index)
        assert [loss.kind for loss in done.losses] == [Kind.INDEX_MIRRORED, Kind.HASH_ADOPTED]
        assert there not in repr(done)
        assert {request.url.rstrip("/") for request in mapped.requests} == {f"{index.rstrip('/')}/demo"}


@pytest.mark.parametrize("index", [PUBLIC_INDEX, CORP.url.rstrip("/")])
def test_metadata_is_fetched_from_the_mirror(settings: Settings, index: str) -> None:
    name, body = wheel_name("demo"), wheel("demo", TEXT)
    with Loopback(files={name: body}) as mirror:
        mirror.pages = {"demo": [file_listed(name, body)]}
        package = Package(id=PackageId(name="demo", version="1.0", source=Registry(index)))
        done = filled(mirror, replace(settings, index_map={index: mirror.url}), package, url=index)
        assert is_told(done)
        assert mirror.origin not in repr(done)


def test_a_mirror_is_written_where_the_user_says_so() -> None:
    named = Requirement(name="x", source=Registry(CORP.url), spelling="x")
    source = project(Package(id=PackageId(name="x", version="1", source=Registry(CORP.url))), url=CORP.url)
    source = replace(source, dependencies=(named,))
    done = with_mirrors(source, {CORP.url.rstrip("/"): "https://m.example/simple"})
    assert "corp.example" not in repr(done.value)
    assert [loss.kind for loss in done.losses] == [Kind.INDEX_REPLACED]


def test_the_public_index_need_not_be_named_to_be_replaced() -> None:
    there = {PUBLIC_INDEX: "https://m.example/simple"}
    assert [i.url for i in with_mirrors(Project(), there).value.indexes] == ["https://m.example/simple"]
    assert with_mirrors(Project(indexes=(CORP,)), there).value.indexes == (CORP,)


# --- credentials


def keyring(folder: Path, script: str) -> None:
    (folder / "bin").mkdir()
    command = folder / "bin" / "keyring"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)


def known(
    settings: Settings, index: Index = CORP, variables: Mapping[str, str] | None = None
) -> tuple[str, str] | None:
    return reach(
        index, replace(settings, environment={**settings.environment, **(variables or {})}, addresses={})
    ).credentials


def test_variables_of_the_tools(settings: Settings) -> None:
    assert known(settings) is None
    variables = {"UV_INDEX_MY_CORP_USERNAME": "me", "UV_INDEX_MY_CORP_PASSWORD": "s3"}
    assert known(settings, variables=variables) == ("me", "s3")


def test_variables_of_poetry(settings: Settings) -> None:
    variables = {"POETRY_HTTP_BASIC_MY_CORP_USERNAME": "me", "POETRY_HTTP_BASIC_MY_CORP_PASSWORD": "s3"}
    assert known(settings, variables=variables) == ("me", "s3")


@pytest.mark.parametrize("named", [False, True])
def test_netrc(settings: Settings, tmp_path: Path, *, named: bool) -> None:
    file = tmp_path / ("other" if named else ".netrc")
    file.write_text("machine corp.example login me password s3\n")
    variables = {"NETRC": str(file)} if named else {}
    assert known(settings, variables=variables) == ("me", "s3")
    assert known(settings, replace(CORP, url="https://else.example/simple"), variables) is None
    assert known(settings, replace(CORP, url="https://you@corp.example/api/simple"), variables) == ("you", "")


def test_a_netrc_that_cannot_be_read_names_nobody(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_bytes(b"machine\xff\x00 what")
    assert known(settings) is None


def test_keyring_is_asked_for_a_user_that_the_address_names(settings: Settings, tmp_path: Path) -> None:
    keyring(tmp_path, '[ "$1 $2 $3" = "get corp.example me" ] && echo s3 || exit 1')
    assert known(settings) is None
    assert known(settings, replace(CORP, url="https://me@corp.example/api/simple")) == ("me", "s3")
    assert known(settings, replace(CORP, url="https://you@corp.example/api/simple")) == ("you", "")
    assert known(settings, replace(CORP, url="https://me:own@corp.example/api/simple")) == ("me", "own")


def test_keyring_is_asked_once_and_its_answer_is_nowhere(settings: Settings, tmp_path: Path) -> None:
    keyring(tmp_path, f"echo . >> {tmp_path}/asked; echo s3cret")
    with Loopback() as index:
        url = index.url.replace("//", "//me@")
        packages = [Package(id=PackageId(name=n, version="1", source=Registry(url))) for n in ("a", "b")]
        index.behave = {"a": status(403), "b": status(403)}
        recording = replace(settings, record=[])
        done = fill_files(project(*packages, url=url), URLS, recording)
        sent = {seen.headers["authorization"] for seen in index.seen}
        assert sent == {"Basic " + base64.b64encode(b"me:s3cret").decode()}
        assert (tmp_path / "asked").read_text() == ".\n"
        kept = b"".join(p.read_bytes() for p in settings.cache.iterdir())
        assert "s3cret" not in repr((done, recording)) + record_text(recording.record or ()) + str(kept)


def test_offline_nobody_is_asked_who_we_are(settings: Settings, tmp_path: Path) -> None:
    keyring(tmp_path, f"touch {tmp_path}/asked")
    assert known(replace(settings, offline=True), replace(CORP, url="https://me@corp.example/x")) == ("me", "")
    assert not (tmp_path / "asked").exists()
