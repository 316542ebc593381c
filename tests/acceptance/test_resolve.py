"""`--resolve`: each target's own tool locks what a source leaves open, and every pin of the source is still there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from converter import accept, disk
from converter.convert import Options, convert
from converter.formats import FORMATS
from converter.index import Settings
from converter.losses import Kind
from converter.model import Project
from tests.index.releases import metadata, serve_metadata
from tests.loopback import Loopback
from tests.tools.install import HOME


@pytest.fixture
def index() -> Iterator[Loopback]:
    with Loopback() as served:
        for version in ("1.0", "2.0", "3.0"):
            for name, needs in {"pinned": [], "inner": [], "open": ["pinned", "inner"]}.items():
                text = metadata(name, *needs, version=version)
                serve_metadata(served, name, text, version=version, core_metadata=True)
        yield served


def resolved(root: Path, source: str, target: str, home: Path) -> tuple[Project, set[tuple[Kind, str]]]:
    tool = FORMATS[target].tool.program
    folders = [str(HOME / tool / "bin"), str(Path(sys.base_prefix) / "bin"), os.environ["PATH"]]
    machine = accept.Machine(environment=os.environ | {"PATH": os.pathsep.join(folders)})
    options = Options(folder="demo", resolve=lambda project, form: accept.lock(project, form, machine))
    done = convert(disk.read(root), FORMATS[source], FORMATS[target], options, Settings(cache=home))
    assert done.plan.stops == ()
    assert done.after is not None
    if source != target:
        planned = accept.Planned(plan=done.plan, target=FORMATS[target], project=done.after, folder=PurePosixPath())
        accept.check(root, planned, machine)
    return done.after, {(loss.kind, loss.detail) for loss in done.plan.losses if loss.kind is Kind.RESOLVED_ANEW}


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("target", list(FORMATS))
def test_a_requirements_file_that_is_half_a_lock(index: Loopback, tmp_path: Path, target: str) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "requirements.txt").write_text(f"-i {index.url}\nopen<3\npinned==1.0\n")
    (root / ".python-version").write_text("3.11\n")
    after, told = resolved(root, "pip", target, tmp_path / "cache")
    assert after.lock is not None
    assert {(p.name, p.id.version) for p in after.lock.packages} == {
        ("open", "2.0"),
        ("pinned", "1.0"),
        ("inner", "3.0"),
    }
    assert told == {(Kind.RESOLVED_ANEW, "open 2.0"), (Kind.RESOLVED_ANEW, "inner 3.0")}


@pytest.mark.usefixtures("tools")
def test_a_lock_that_is_not_closed_is_completed(index: Loopback, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    sources = f'[[source]]\nname = "own"\nurl = "{index.url}"\nverify_ssl = true\n'
    (root / "Pipfile").write_text(f'{sources}\n[packages]\nopen = "*"\n')
    entries = ", ".join(
        f'"{name}": {{"version": "=={version}", "index": "own"}}'
        for name, version in (("open", "2.0"), ("pinned", "1.0"))
    )
    (root / "Pipfile.lock").write_text(
        '{"_meta": {"hash": {}, "pipfile-spec": 6, "requires": {}, "sources": '
        f'[{{"name": "own", "url": "{index.url}", "verify_ssl": true}}]}}, "default": {{{entries}}}, "develop": {{}}}}'
    )
    after, told = resolved(root, "pipenv", "uv", tmp_path / "cache")
    assert after.lock is not None
    assert {(p.name, p.id.version) for p in after.lock.packages} >= {
        ("open", "2.0"),
        ("pinned", "1.0"),
        ("inner", "3.0"),
    }
    assert told == {(Kind.RESOLVED_ANEW, "inner 3.0")}
