"""The build backend stays and still builds the same: metadata, entry points, files of wheel and sdist."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from configparser import ConfigParser
from email import message_from_string
from email.message import Message
from email.utils import getaddresses
from itertools import pairwise
from pathlib import Path

import pytest

from converter import disk
from converter.convert import Options, convert
from converter.formats import FORMATS
from converter.index import Settings
from converter.losses import Kind
from converter.markers import EMPTY, Marker
from converter.model import Registry
from converter.pyproject.backend import BACKENDS
from converter.pyproject.requirement import parse_requirement, reference_url, specifier_text
from tests.acceptance.sources import MOVABLE, SOURCES, Source
from tests.tools.real import Tools

MANAGERS = ("pip", "pipenv", "poetry", "uv")
OWN = {"pyproject.toml", "Pipfile", "requirements.in", "requirements-dev.in", "RECORD", "SOURCES.txt"} | {
    "scm_file_list.json",
    "scm_version.json",
    "pyproject.toml.orig",
}
"""Files of the managers themselves, those that only list the others, and setuptools-scm's with the commit."""

Build = Mapping[str, Mapping[str, str]]


def laid_out(root: Path, source: Source) -> Path:
    root.mkdir(parents=True)
    for path, text in source.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def tagged(root: Path, tag: str) -> None:
    """A repository whose newest commit has this tag, where one is wanted."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-qm", "all"), ("tag", tag)) if tag else ():
        subprocess.run(("git", *words), cwd=root, check=True, capture_output=True)


def build(tools: Tools, root: Path, tag: str) -> Build:
    tagged(root, tag)
    run = tools.build([str(root)], root)
    assert run.returncode == 0, run.stderr
    made: Build = json.loads(run.stdout)
    return made


def said(files: Mapping[str, str]) -> dict[str, object]:
    """What a wheel or sdist says of itself, field by field in no order, and the digest of each file that it holds."""
    found: dict[str, object] = {}
    for path, text in files.items():
        name = path.rpartition("/")[2]
        if name in ("METADATA", "PKG-INFO"):
            found |= {f"{path}: {field}": values for field, values in metadata(message_from_string(text)).items()}
        elif name not in OWN:
            found[path] = text
    return found


def needs(requirements: Iterable[str]) -> list[str]:
    """Requirements in one spelling: the order of markers says nothing, nor whether one line or two say when."""
    found: dict[tuple[str, ...], Marker] = {}
    for read in map(parse_requirement, requirements):
        place = "" if read.source is None or isinstance(read.source, Registry) else reference_url(read.source)
        key = (read.name, *sorted(read.extras), specifier_text(read.specifier), place)
        found[key] = found.get(key, EMPTY) | read.marker
    return sorted(f"{' '.join(key)} ; {marker}" for key, marker in found.items())


def metadata(message: Message) -> dict[str, list[str]]:
    names = set(message) - {"Metadata-Version"}  # that follows from the fields
    found = {name: sorted(map(str, message.get_all(name, []))) for name in names}
    required = needs(found.pop("Requires-Dist", []))
    return {**found, "Requires-Dist": required, "Description": [str(message.get_payload()).strip()]}


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    return {
        key: (before.get(key), after.get(key)) for key in sorted({*before, *after}) if before.get(key) != after.get(key)
    }


def ways(source: Source) -> tuple[tuple[str, ...], ...]:
    """To each other manager, and from the one that declares in the same file back again."""
    there = {"poetry": "uv", "uv": "poetry"}.get(source.form)
    back = ((there, source.form),) if there else ()
    return (*((each,) for each in MANAGERS if each != source.form), *back)


def converted(root: Path, form: str, target: str, home: Path, backend: str | None = None) -> tuple[Kind, ...]:
    """Converts the project on the disk, without a lock; what stopped it, if anything did."""
    options = Options(folder="demo", manifest_only=True, build_backend=backend)
    plan = convert(disk.read(root), FORMATS[form], FORMATS[target], options, Settings(cache=home, offline=True)).plan
    if not plan.stops:
        disk.apply(root, plan, home / "state")
    return tuple(loss.kind for loss in plan.stops)


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_built_stays(name: str, tools: Tools, tmp_path: Path) -> None:
    source = SOURCES[name]
    first = laid_out(tmp_path / "first", source)
    before = build(tools, first, source.tag)
    known = {manifest(first)}
    for way in ways(source):
        root = laid_out(tmp_path / "-".join(way), source)
        stops = [
            stop for form, target in pairwise((source.form, *way)) for stop in converted(root, form, target, tmp_path)
        ]
        assert stops == ([Kind.SETUP_DECLARES] if way == ("uv",) and source.elsewhere else [])
        if manifest(root) not in known:  # else the backend sees what it saw before
            known.add(manifest(root))
            after = build(tools, root, source.tag)
            for kind in ("wheel", "sdist"):
                assert differing(said(before[kind]), said(after[kind])) == {}, (way, kind)


def manifest(root: Path) -> bytes:
    file = root / "pyproject.toml"
    return file.read_bytes() if file.exists() else b""


def test_hatchling_is_told_to_take_the_references_that_pdm_has_in_its_standard_table(
    tools: Tools, tmp_path: Path
) -> None:
    root = laid_out(tmp_path / "pdm", SOURCES["repositories and URLs apart"])
    converted(root, "uv", "pdm", tmp_path)
    wheel = said(build(tools, root, "")["wheel"])
    required = next(value for key, value in wheel.items() if key.endswith("Requires-Dist"))
    assert "branched a  git+https://git.example/x/branched.git@main ; " in str(required)


STOPPED = {
    "several packages, one from elsewhere": {"uv_build", "setuptools"},
    "what is included and excluded": {"uv_build", "setuptools"},
    "a build script": {"hatchling", "uv_build", "setuptools"},
    "hatchling with a version in the code": {"uv_build", "poetry-core", "setuptools"},
    "hatchling": {"setuptools"},  # it has no word for what is left out
}
"""The backends that cannot build what another does."""


@pytest.mark.parametrize("name", MOVABLE)
def test_another_backend_builds_the_same_wheel(name: str, tools: Tools, tmp_path: Path) -> None:
    """The classifiers that poetry-core makes up by itself are nobody's words."""
    source = MOVABLE[name]
    before = said(build(tools, laid_out(tmp_path / "first", source), source.tag)["wheel"])
    for wanted in BACKENDS:
        root = laid_out(tmp_path / wanted, source)
        stops = converted(root, source.form, "uv" if source.form == "poetry" else "poetry", tmp_path, wanted)
        assert bool(stops) == (wanted in STOPPED.get(name, ()))
        assert set(stops) <= {Kind.BACKEND_UNSAYABLE}
        if not stops:
            after = said(build(tools, root, source.tag)["wheel"])
            assert differing(told_by_people(before), told_by_people(after)) == {}, wanted


def told_by_people(wheel: Mapping[str, object]) -> dict[str, object]:
    """What a wheel says and holds, in one spelling, without what a backend says of itself or makes up."""
    return {
        key.replace("License-Expression", "License"): spelled(key, value)
        for key, value in wheel.items()
        if value != [""]
        and not key.endswith(("/WHEEL", ": Classifier", ": Author", ": Maintainer", "top_level.txt", ": Dynamic"))
    }


def spelled(key: str, value: object) -> object:
    if key.endswith("entry_points.txt"):
        parser = ConfigParser(delimiters="=", interpolation=None)
        parser.read_string(str(value))
        return {name: dict(parser[name]) for name in parser.sections()}
    if key.endswith("-email"):
        return getaddresses([", ".join(map(str, value))])[0][1] if isinstance(value, list) else value
    if key.endswith(("Requires-Python", "Keywords")):
        return sorted(",".join(map(str, value)).replace(" ", "").split(",")) if isinstance(value, list) else value
    return value
