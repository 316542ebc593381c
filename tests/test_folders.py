"""What the folders of a project say of themselves, and where the target's tools look for them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest

from converter import folders
from converter.convert import Conversion, Options, convert
from converter.formats import FORMATS
from converter.index import Settings
from converter.losses import Kind, Lossy
from converter.markers import ANY
from converter.model import MAIN, Archive, Directory, Lock, Package, PackageId, Project
from converter.tree import Tree
from tests.index.releases import metadata, wheel

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "workspace" / "uv"
STANDARD = '[project]\nname = "lib"\nversion = "1.5"\nrequires-python = ">=3.9"\ndependencies = ["idna>=2"]\n'
SETTING = '[tool.setuptools.dynamic]\ndependencies = {file = ["needs.txt"]}\n'
DYNAMIC = '[project]\nname = "lib"\ndynamic = ["dependencies"]\n'
POETRY = '[tool.poetry]\nname = "lib"\nversion = "1.5"\n\n[tool.poetry.dependencies]\npython = "^3.9"\nidna = "^2.0"\n'
SETUP_CFG = "[metadata]\nversion = 1.5\n\n[options]\ninstall_requires =\n    idna>=2\n"
SETUP_PY = "from setuptools import setup\n\nsetup(name='lib', version='1.5', install_requires=['idna>=2'])\n"


def of_folder(files: Mapping[str, str], path: str = "libs/lib") -> Package:
    """The package of a folder whose lock says nothing of it, as the files tell of it."""
    package = Package(id=PackageId(name="lib", source=Directory(path=path)), when={MAIN: ANY})
    tree = Tree.of({f"libs/lib/{name}": text for name, text in files.items()})
    lock = folders.described(Project(name="demo", lock=Lock(packages=(package,))), tree).lock
    assert lock is not None
    return lock.packages[0]


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": STANDARD},
        {"pyproject.toml": DYNAMIC + SETTING, "needs.txt": "# why\nidna>=2\n"},
        {"pyproject.toml": POETRY},
        {"setup.cfg": SETUP_CFG},
        {"setup.py": SETUP_PY},
    ],
    ids=["project", "setuptools", "poetry", "setup.cfg", "setup.py"],
)
def test_what_a_folder_needs_is_read_where_it_stands(files: Mapping[str, str]) -> None:
    found = of_folder(files)
    needs = [
        (edge.name, edge.specifier.contains("2.5"), edge.specifier.contains("1.9")) for edge in found.dependencies or ()
    ]
    assert needs == [("idna", True, False)]
    assert found.id.version == (None if "needs.txt" in files else "1.5")


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": DYNAMIC},
        {"pyproject.toml": DYNAMIC + SETTING},
        {"pyproject.toml": "no = toml = here"},
        {"setup.py": "from setuptools import setup\nsetup(install_requires=open('needs.txt').read())\n"},
        {},
    ],
    ids=["dynamic", "file gone", "broken", "computed", "nothing"],
)
def test_what_does_not_stand_there_is_not_known(files: Mapping[str, str]) -> None:
    assert of_folder(files).dependencies is None


@pytest.mark.parametrize("path", ["../lib", "libs/../../lib", "/libs/lib", "C:\\lib"])
def test_a_folder_outside_of_the_project_is_not_read(path: str) -> None:
    assert of_folder({"pyproject.toml": STANDARD}, path).dependencies is None


def test_a_way_that_ends_inside_is_inside() -> None:
    assert folders.inside(Directory(path="./a/../libs", subdirectory="lib")) == PurePosixPath("libs/lib")


def test_an_archive_in_the_project_says_its_version_and_what_it_needs() -> None:
    body = wheel("lib", metadata("lib", "idna>=2", version="1.5"), version="1.5")
    tree = Tree({PurePosixPath("libs/lib-1.5-py3-none-any.whl"): body})
    package = Package(
        id=PackageId(name="lib", source=Archive(path="./libs/lib-1.5-py3-none-any.whl")), when={MAIN: ANY}
    )
    lock = folders.described(Project(name="demo", lock=Lock(packages=(package,))), tree).lock
    assert lock is not None
    found = lock.packages[0]
    assert (found.id.version, [edge.name for edge in found.dependencies or ()]) == ("1.5", ["idna"])
    assert found.requires_dist == ("idna>=2",)
    made = folders.hashed(Project(name="demo", lock=lock), tree)
    assert made.value.lock is not None
    assert made.value.lock.packages[0].hashes == {f"sha256:{hashlib.sha256(body).hexdigest()}"}
    assert [(loss.kind, loss.where) for loss in made.losses] == [(Kind.HASH_ADOPTED, "lib")]
    assert folders.hashed(made.value, tree) == Lossy(made.value)


def of_sample(target: str) -> Conversion:
    files = (path for path in SAMPLE.rglob("*") if path.is_file())
    tree = Tree({PurePosixPath(path.relative_to(SAMPLE)): path.read_bytes() for path in files})
    settings = Settings(cache=Path("/nowhere"), offline=True)
    return convert(tree, FORMATS["uv"], FORMATS[target], Options(folder="shop"), settings)


@pytest.mark.parametrize("target", [name for name in FORMATS if name != "uv"])
def test_a_member_that_the_root_does_not_need_is_named_for_every_target(target: str) -> None:
    told = [loss.detail for loss in of_sample(target).plan.losses if loss.kind is Kind.MEMBER_UNREACHED]
    assert told == ["shop-tools"]


@pytest.mark.parametrize("target", [name for name in FORMATS if name != "uv"])
def test_a_member_that_only_a_member_needs_is_declared_so_that_no_index_serves_its_name(target: str) -> None:
    done = of_sample(target)
    assert [loss.detail for loss in done.plan.losses if loss.kind is Kind.FOLDER_DECLARED] == ["shop-base"]
    assert done.after is not None
    places = {r.name: r.source.path for r in done.after.dependencies if isinstance(r.source, Directory)}
    assert {name: path.removeprefix("./") for name, path in places.items()} == {
        "shop-base": "libs/base",
        "shop-core": "libs/core",
    }
