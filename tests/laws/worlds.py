"""What the laws range over: every format, every pair, the samples by glob, and projects that hypothesis makes.

No format is named here or in a law: one that is added to FORMATS, with a folder `samples/<case>/<its name>/`, is held
to every law without an edit.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path, PurePosixPath
from typing import TypeVar, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from converter.convert import Conversion, Options, convert
from converter.format import Format
from converter.formats import FORMATS
from converter.index import Settings
from converter.model import Project
from converter.plan import Plan
from converter.tree import Tree
from tests import strategies
from tests.laws import own_words

SAMPLES = Path(__file__).parent.parent.parent / "samples"
FOLDERS = tuple(
    sorted(
        folder for name in FORMATS for folder in SAMPLES.glob(f"*/{name}") if (folder / FORMATS[name].lock).is_file()
    )
)
PAIRS = tuple(product(FORMATS.values(), FORMATS.values()))
NAME = "demo"
Law = TypeVar("Law", bound=Callable[..., None])
OPTIONS = Options(folder=NAME)
_EXAMPLES = 300  # of a law, over all pairs


def sample_id(folder: Path) -> str:
    return folder.relative_to(SAMPLES).as_posix()


def sample_form(folder: Path) -> Format:
    return FORMATS[folder.name]


def sample_tree(folder: Path) -> Tree:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return Tree({PurePosixPath(path.relative_to(folder)): path.read_bytes() for path in files})


def flat(tree: Tree) -> Tree:
    """The tree as a fresh one, with nothing changed on top."""
    return Tree({path: data for path in tree.paths() if (data := tree.get(path)) is not None})


def applied(tree: Tree, plan: Plan) -> Tree:
    """What a plan leaves behind."""
    for edit in plan.edits:
        tree = tree.drop(edit.path) if edit.after is None else tree.put(edit.path, edit.after)
    return flat(tree)


def powers_of(form: Format) -> strategies.Powers:
    return own_words.powers(form.name)


def tree_of(form: Format, project: Project) -> Tree:
    """A project in the files of a format."""
    return flat(form.emit(project, Tree.of({})).value)


def converted(tree: Tree, source: Format, target: Format, asked: Settings) -> Conversion:
    """A conversion that must not stop."""
    done = convert(tree, source, target, OPTIONS, asked)
    assert not done.plan.stops, "\n".join(loss.text for loss in done.plan.stops)
    return done


def sayable(folder: Path, target: Format, asked: Settings) -> bool:
    """Whether a format can say a sample. One that it cannot say stops with a reason and changes nothing."""
    form = sample_form(folder)
    done = convert(sample_tree(folder), form, target, OPTIONS, asked)
    if done.plan.stops:
        assert done.plan.edits == ()
        assert all(loss.detail and loss.where for loss in done.plan.stops)
        assert form is not target, "\n".join(loss.text for loss in done.plan.stops)
    return not done.plan.stops


each_form = pytest.mark.parametrize("form", tuple(FORMATS.values()), ids=list(FORMATS))
each_pair = pytest.mark.parametrize(("source", "target"), PAIRS, ids=[f"{a.name}-{b.name}" for a, b in PAIRS])
each_target = pytest.mark.parametrize("target", tuple(FORMATS.values()), ids=list(FORMATS))
each_sample = pytest.mark.parametrize("folder", FOLDERS, ids=[sample_id(each) for each in FOLDERS])


def generated(examples: int = 25) -> Callable[[Law], Law]:
    """Run a law over `data`, from which it draws its projects: so many, and fewer where there are many pairs."""

    def decorated(law: Law) -> Law:
        checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
        made = settings(max_examples=max(5, min(examples, _EXAMPLES // len(PAIRS))), suppress_health_check=checks)(
            given(data=st.data())(law)
        )
        return cast("Law", made)

    return decorated
