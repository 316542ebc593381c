"""Where the settings of a machine's tools say that the public index is reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.cli.mirrors import mirror

USER = {
    ".config/pip/pip.conf": "[global]\nindex-url = https://pip.example/simple\n",
    ".config/uv/uv.toml": '[[index]]\nurl = "https://more"\n[[index]]\nurl = "https://uv.example"\ndefault = true',
    ".config/pdm/config.toml": '[pypi]\nurl = "https://pdm.example/simple"\n',
}


def found(tmp_path: Path, files: dict[str, str], **variables: str) -> str | None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return mirror({"HOME": str(tmp_path), **variables}, tmp_path / "etc")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        (USER, "https://pip.example/simple"),
        ({name: text for name, text in USER.items() if "pip" not in name}, "https://uv.example"),
        ({".config/pdm/config.toml": USER[".config/pdm/config.toml"]}, "https://pdm.example/simple"),
        ({".pip/pip.conf": "[global]\nindex-url=http://old.example/"}, "http://old.example/"),
        ({"etc/pip.conf": "[install]\nindex-url=https://all.example/"}, "https://all.example/"),
        ({"etc/uv/uv.toml": 'index-url = "https://all.example/"'}, "https://all.example/"),
        # what cannot be read, or not be asked, says nothing
        ({"etc/pip.conf": "index-url"}, None),
        ({".config/uv/uv.toml": "index = 1", "etc/uv/uv.toml": "[[index]"}, None),
        (
            {".config/pip/pip.conf": "[global]\nindex-url = file:///wheels\nextra-index-url = https://more.example"},
            None,
        ),
    ],
)
def test_the_index_of_a_machine(tmp_path: Path, files: dict[str, str], expected: str | None) -> None:
    assert found(tmp_path, files) == expected


def test_variables_go_before_files(tmp_path: Path) -> None:
    assert found(tmp_path, USER, PIP_INDEX_URL="https://said.example/") == "https://said.example/"
    assert found(tmp_path, USER, UV_DEFAULT_INDEX="corp=https://u:p@corp.example/") == "https://u:p@corp.example/"


def test_a_file_that_a_variable_names(tmp_path: Path) -> None:
    named = tmp_path / "mine.conf"
    named.write_text("[global]\nindex-url = https://mine.example/\n")
    assert found(tmp_path, USER, PIP_CONFIG_FILE=str(named)) == "https://mine.example/"
    files = {".config/uv/uv.toml": USER[".config/uv/uv.toml"]}
    (tmp_path / ".config/pip/pip.conf").unlink()
    (tmp_path / ".config/pdm/config.toml").unlink()
    assert found(tmp_path, files, UV_NO_CONFIG="1") is None
