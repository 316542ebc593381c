from __future__ import annotations

import json
from pathlib import Path

import pytest

from converter.cli.environment import installed
from converter.errors import InputError
from converter.model import Archive, Directory, Registry, Source, Vcs


def put(site: Path, name: str, version: str, *fields: str, record: object = None) -> None:
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *fields, "", "A text."]
    (info / "METADATA").write_text("\n".join(lines), encoding="utf-8")
    if record is not None:
        (info / "direct_url.json").write_text(json.dumps(record), encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "env" / "lib" / "python3.12" / "site-packages"


@pytest.mark.parametrize("place", ["env", "env/bin/python", "env/lib/python3.12/site-packages"])
def test_an_environment_is_named_by_its_folder_or_its_python(tmp_path: Path, site: Path, place: str) -> None:
    put(site, "Foo_Bar", "1.0", "Requires-Dist: baz>=2 ; extra == 'x'", "Provides-Extra: x", "Requires-Python: >=3.8")
    put(site, "baz", "2.5")
    found = {package.name: package for package in installed(tmp_path / place)}
    assert {name: package.id.version for name, package in found.items()} == {"foo-bar": "1.0", "baz": "2.5"}
    assert found["foo-bar"].dependencies == ()
    assert [edge.name for edge in found["foo-bar"].optional_dependencies["x"]] == ["baz"]


@pytest.mark.parametrize(
    ("record", "source"),
    [
        (
            {
                "url": "https://h.example/r.git",
                "vcs_info": {"vcs": "git", "requested_revision": "v1", "commit_id": "c"},
            },
            Vcs(type="git", url="https://h.example/r.git", revision="v1", commit="c"),
        ),
        ({"url": "file:///srv/x", "dir_info": {"editable": True}}, Directory(path="/srv/x", editable=True)),
        ({"url": "https://h.example/x.zip", "archive_info": {}}, Archive(url="https://h.example/x.zip")),
        ({"nothing": 1}, Registry()),
    ],
)
def test_where_a_package_came_from_is_in_its_record(site: Path, record: object, source: Source) -> None:
    put(site, "x", "1", record=record)
    (package,) = installed(site)
    assert package.id.source == source


def test_a_place_without_packages_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no installed packages"):
        installed(tmp_path)


def test_what_cannot_be_read_names_the_file(site: Path) -> None:
    put(site, "x", "1")
    (site / "x-1.dist-info" / "METADATA").write_text("Name: other\nVersion: 1\n", encoding="utf-8")
    with pytest.raises(InputError, match="METADATA: cannot be read"):
        installed(site)
