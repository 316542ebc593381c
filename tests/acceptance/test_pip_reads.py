"""pip's own parser judges ours: on each file both read the same, and what pip refuses we refuse or tell."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from converter import markers
from converter.errors import InputError
from converter.formats.pip.content import Reader
from converter.formats.pip.files import Entry
from converter.model import MAIN, Archive, Vcs
from converter.pyproject.requirement import reference_url
from converter.tree import Tree
from tests.tools.install import PINS
from tests.tools.real import Tools, tool

ONE, TWO = "a" * 64, "b" * 64
WORDS = "flask==3.0 # Größe\n"
FILES: dict[str, str | bytes] = {
    "plain.txt": "Flask==3.0.0\nrequests [socks, Use_Chardet] >= 2.0,<3 ; python_version >= '3.8'  # why\n\n#x\n",
    "hashes.txt": f"six==1.16.0 \\\n    --hash=sha256:{ONE} \\\n    --hash sha512:{TWO}\nb==1 --hash=sha256:{TWO}\n",
    "joined.txt": "fla\\\nsk==3.\\\n0.0 ; python_version \\\n < '4' \\\n\n"
    "--hash=sha256:0\nsix==1\\\n# a comment ends it\n"
    "b==2\n",
    "options.txt": "-i https://index.example/simple\n--extra-index-url=https://two.example/s\n--trusted two.example\n"
    "--pre\n--no-binary :all:\n--only-binary=a,b\n-f ./wheels\n--require-hashes\n--prefer-binary\na==1 -C x=y\n",
    "nested.txt": "-r sub/inner.txt\n-c bounds.txt\n--requirement=sub/inner2.txt\n",
    "sub/inner.txt": "a==1\n-r inner3.txt\n",
    "sub/inner2.txt": "b==2",
    "sub/inner3.txt": "c==3 --config-settings='k=v'\n",
    "bounds.txt": "d<5\ne==1 ; sys_platform == 'win32'\n",
    "vcs.txt": "name @ git+https://h.example/o/r.git@0123456789abcdef0123456789abcdef01234567 ; python_version > '3'\n"
    "git+https://h.example/o/r@v1#egg=thing\ngit+ssh://git@h.example:22/o/r.git@feature/x#egg=thing&subdirectory=a/b\n"
    "hg+https://h.example/r#egg=other\nsvn+https://h.example/r/trunk@12#egg=third\n"
    "-e git+https://${TOKEN}@h.example/o/r.git#egg=fourth\n"
    "-e \"fifth[x] @ git+https://h.example/o/r ; os_name == 'nt'\"\n",
    "urls.txt": f"https://h.example/six-1.16.0-py2.py3-none-any.whl --hash=sha256:{ONE}\n"
    "six @ https://h.example/x.zip#sha256=00\nhttps://h.example/a;b/x.zip#egg=six ; python_version > '3'\n",
    "paths.txt": "./pkg\n./pkg[x,y] ; os_name == 'nt'\n-e ./pkg\n-e ./pkg[z]\n-e .\nfile:./pkg#egg=pkg\n",
    "bom.txt": codecs.BOM_UTF8 + WORDS.encode(),
    "utf16.txt": codecs.BOM_UTF16_LE + WORDS.encode("utf-16-le"),
    "utf16be.txt": codecs.BOM_UTF16_BE + WORDS.encode("utf-16-be"),
    "declared.txt": b"# -*- coding: latin-1 -*-\n" + WORDS.encode("latin-1"),
    "crlf.txt": f"a==1 \\\r\n  --hash=sha256:{ONE}\r\n    # via b\r\nb==2\r\n",
    "form-feed.txt": "a==1\x0cb==2\u2028c==3\n",
    "hash-mark.txt": "pkg @ https://h.example/y.zip#egg=z\na==1 #c\n",
    "wrong-name.txt": "==1.0\n",
    "wrong-mark.txt": "a==1#c\n",
    "wrong-version.txt": "a==not a version\n",
    "wrong-marker.txt": "a==1 ; color == 'red'\n",
    "missing.txt": "-r nowhere.txt\n",
    "circle.txt": "-r circle2.txt\n",
    "circle2.txt": "-r circle.txt\n",
    "utf8-broken.txt": codecs.BOM_UTF16_LE + b"a=\x00=",
}
SETUP = "from setuptools import setup\nsetup(name='pkg')\n"
SAMPLES = Path(__file__).parents[2] / "samples"


def theirs(tools: Tools, folder: Path, paths: list[str]) -> list[list[dict[str, Any]] | str]:
    python = tool(tools.pip.command[0], str(PINS / "pip_reads.py"))
    run = python(paths, folder)
    assert run.returncode == 0, run.stderr
    answers: list[list[dict[str, Any]] | str] = json.loads(run.stdout)
    return answers


def ours(tree: Tree, path: str) -> list[dict[str, Any]] | str:
    reader = Reader(tree, {}, lambda folder: PurePosixPath(folder).name or "project")
    try:
        content = reader.content((path,), MAIN, whole=True)
    except InputError as why:
        return str(why)
    rows = [row(entry) | {"constraint": False} for entry in content.entries]
    return rows + [row(entry) | {"constraint": True} for entry in content.constraints]


def row(entry: Entry) -> dict[str, Any]:
    requirement = entry.requirement
    source = requirement.source
    place = reference_url(source) if isinstance(source, Vcs | Archive) and source.url else ""
    return {
        "name": requirement.name,
        "specifier": requirement.specifier,
        "extras": requirement.extras,
        "marker": requirement.marker,
        "editable": entry.editable,
        "hashes": frozenset(entry.hashes),
        "url": place.partition("#")[0] or None,
    }


def agree(mine: dict[str, Any], pips: dict[str, Any]) -> Iterator[str]:
    said = {
        "specifier": SpecifierSet(str(pips["specifier"])),
        "extras": frozenset(map(canonicalize_name, pips["extras"])),
        "marker": markers.parse(str(pips["marker"])),
        "editable": pips["editable"],
        "constraint": pips["constraint"],
        "hashes": frozenset(pips["hashes"]) | (mine["hashes"] if not pips["hashes"] else set()),
        "url": pips["url"],
    }
    if pips["name"]:  # of a folder pip asks its build for the name
        said["name"] = canonicalize_name(str(pips["name"]))
    if str(mine["url"] or "").endswith(".whl"):
        said["specifier"] = mine["specifier"]
    yield from (f"{key}: pip {value!r}, ours {mine[key]!r}" for key, value in said.items() if mine[key] != value)


def differences(mine: list[dict[str, Any]] | str, pips: list[dict[str, Any]] | str) -> list[str]:
    if isinstance(mine, str) or isinstance(pips, str):
        return [] if isinstance(mine, str) and isinstance(pips, str) else [f"pip {pips}, ours {mine}"]
    pips = sorted(pips, key=lambda each: bool(each["constraint"]))
    if len(mine) != len(pips):
        return [f"pip reads {len(pips)}, we {len(mine)}"]
    return [each for one, two in zip(mine, pips, strict=True) for each in agree(one, two)]


def test_on_files_with_everything_in_them(tools: Tools, tmp_path: Path) -> None:
    files = FILES | {"pkg/setup.py": SETUP, "setup.py": SETUP}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    paths = [name for name in FILES if "/" not in name]
    told = zip(paths, theirs(tools, tmp_path, paths), strict=True)
    tree = Tree.of(files)
    found = {path: found for path, pips in told if (found := differences(ours(tree, path), pips))}
    assert found == {}


@pytest.mark.parametrize("folder", sorted(SAMPLES.glob("*/pip")), ids=lambda path: path.parent.name)
def test_on_samples(tools: Tools, folder: Path) -> None:
    paths = [str(p.relative_to(folder)) for p in sorted(folder.rglob("requirements*"))]
    tree = Tree.of({path: (folder / path).read_bytes() for path in paths})
    for path, pips in zip(paths, theirs(tools, folder, paths), strict=True):
        assert differences(ours(tree, path), pips) == []
