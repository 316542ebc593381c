from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from converter.convert import Conversion, Options, convert
from converter.detection import detect
from converter.errors import InputError, StopError, UsageError
from converter.format import Format
from converter.formats import FORMATS
from converter.index import Settings
from converter.losses import Kind, Level, Loss, Lossy
from converter.model import Project
from converter.tree import Tree
from tests.laws.answers import of_pool, settings
from tests.laws.worlds import applied, flat

PIPENV, POETRY = FORMATS["pipenv"], FORMATS["poetry"]
PIPFILE = """\
[[source]]
url = "https://pypi.org/simple"
verify_ssl = true
name = "pypi"

[packages]
a = "*"

[requires]
python_version = "3.11"
"""
HASH = "sha256:c7e0f5aae1a4f0a4b4fb8c4f8e9a9bb5e3b5c1f7f4d1a5c1a2b3c4d5e6f70809"
LOCK = (
    '{"_meta": {"hash": {}, "pipfile-spec": 6, "requires": {"python_version": "3.11"}, "sources": []}, "default": {%s}}'
)
FILES = {"Pipfile": PIPFILE, "Pipfile.lock": LOCK % "", "app.py": "print()\n"}


@pytest.fixture
def asked(tmp_path: Path) -> Settings:
    return settings(tmp_path, of_pool())


def losses(done: Conversion) -> list[str]:
    return [loss.kind.code for loss in done.plan.losses]


def paths(done: Conversion) -> dict[str, str]:
    """What happens to each file: `+` made, `-` gone, `~` changed."""
    return {
        str(edit.path): "+" if edit.before is None else "-" if edit.after is None else "~" for edit in done.plan.edits
    }


def run(files: dict[str, str], asked: Settings, options: Options = Options(folder="shop")) -> Conversion:  # noqa: B008
    return convert(Tree.of(files), PIPENV, POETRY, options, asked)


def test_a_conversion_takes_the_sources_files_and_makes_the_targets(asked: Settings) -> None:
    done = run(FILES, asked)
    assert paths(done) == {"Pipfile": "-", "Pipfile.lock": "-", "poetry.lock": "+", "pyproject.toml": "+"}
    assert done.before is not None
    assert done.after is not None
    assert (done.before.name, done.after.name) == ("shop", "shop")
    assert 'name = "shop"' in (applied(Tree.of(FILES), done.plan).text("pyproject.toml") or "")


def test_planning_changes_nothing(asked: Settings) -> None:
    tree = Tree.of(FILES)
    convert(tree, PIPENV, POETRY, Options(), asked)
    assert tree.edits() == ()
    assert flat(tree).base == Tree.of(FILES).base


def test_keep_leaves_the_sources_files_and_says_so(asked: Settings) -> None:
    done = run(FILES, asked, Options(keep=True))
    assert paths(done) == {"poetry.lock": "+", "pyproject.toml": "+"}
    assert "source-kept" in losses(done)


def test_a_manifest_alone_needs_to_be_asked_for(asked: Settings) -> None:
    files = {"Pipfile": PIPFILE}
    with pytest.raises(StopError) as caught:
        run(files, asked)
    assert str(caught.value) == (
        "Pipfile: expected Pipfile.lock beside it, found none; "
        "lock the project with Pipenv first, or say --resolve to lock it with the target's tool, "
        "or --manifest-only to convert the manifest alone"
    )
    done = run(files, asked, Options(manifest_only=True))
    assert paths(done) == {"Pipfile": "-", "pyproject.toml": "+"}
    assert "manifest-only" in losses(done)


def test_the_name_and_the_python_that_the_user_says(asked: Settings) -> None:
    done = run(FILES, asked, Options(name="other", python="3.12"))
    assert done.after is not None
    assert (done.after.name, str(done.after.requires_python)) == ("other", "==3.12.*")
    with pytest.raises(UsageError, match=r"--python expects a version such as 3\.12, found 'x'"):
        run(FILES, asked, Options(python="x"))


def test_a_stop_of_the_source_ends_it_before_anything_is_written(asked: Settings) -> None:
    files = FILES | {"Pipfile.lock": LOCK % '"a": {"version": "*"}'}
    done = run(files, asked)
    assert [loss.kind for loss in done.plan.stops] == [Kind.UNPINNED]
    assert (done.plan.edits, done.after) == ((), None)


def test_files_that_no_index_names_stop_it(tmp_path: Path) -> None:
    entry = f'"a": {{"version": "==1.0", "hashes": ["{HASH}"]}}'
    done = run(FILES | {"Pipfile.lock": LOCK % entry}, Settings(cache=tmp_path, offline=True))
    assert [loss.kind for loss in done.plan.stops] == [Kind.FILES_UNKNOWN]
    assert (done.plan.edits, done.after) == ((), None)


def spoiled(form: Format, loss: Loss) -> Format:
    """The format with an emitter that loses something, and writes what cannot be read where that is a stop."""

    def emit(project: Project, tree: Tree) -> Lossy[Tree]:
        done = form.emit(project, tree)
        written = done.value.put(form.lock, "= no TOML") if loss.level is Level.STOP else done.value
        return Lossy(written, (*done.losses, loss))

    return replace(form, emit=emit)


def test_a_stop_of_the_target_ends_it_with_no_edits(asked: Settings) -> None:
    stop = Loss(kind=Kind.UNPINNED, where="poetry.lock", detail="a")
    done = convert(Tree.of(FILES), PIPENV, spoiled(POETRY, stop), Options(), asked)
    assert done.plan.stops == (stop,)
    assert done.plan.edits == ()


def test_the_same_loss_is_told_once(asked: Settings) -> None:
    loss = Loss(kind=Kind.TASK_LEFT, where="Pipfile", detail="serve")
    twice = spoiled(spoiled(POETRY, loss), loss)
    done = convert(Tree.of(FILES), PIPENV, twice, Options(), asked)
    assert done.plan.losses.count(loss) == 1


def test_a_lock_of_the_target_that_holds_something_else_is_not_written_over(asked: Settings) -> None:
    first = run(FILES, asked)
    made = applied(Tree.of(FILES), first.plan)
    same = {str(p): (made.get(p) or b"").decode() for p in made.paths()} | FILES
    assert run(same, asked).plan.stops == ()
    other = same | {"poetry.lock": same["poetry.lock"].replace("lock-version", "other-version")}
    done = run(other, asked)
    assert [loss.kind for loss in done.plan.stops] == [Kind.TARGET_PRESENT]
    assert done.plan.edits == ()
    assert run(other, asked, Options(force=True)).plan.stops == ()


def test_auto_finds_the_one_manager_that_is_there() -> None:
    assert detect(Tree.of({"Pipfile": ""})) is PIPENV
    assert detect(Tree.of({"poetry.lock": "", "pyproject.toml": ""})) is POETRY
    assert detect(Tree.of({"poetry.lock": "", "pyproject.toml": "[tool.uv]\n"})) is POETRY
    with pytest.raises(InputError, match=r"expected the files of one package manager .*, found none; say which folder"):
        detect(Tree.of({"pyproject.toml": "[tool.black]\n"}))
    with pytest.raises(StopError) as caught:
        detect(Tree.of({"Pipfile": "", "Pipfile.lock": "{}", "poetry.lock": "", "pyproject.toml": ""}))
    assert str(caught.value) == (
        "expected one package manager, found Pipenv (Pipfile.lock) and Poetry (poetry.lock); "
        "name the source instead of auto"
    )


def test_a_leftover_manifest_that_cannot_be_read_is_written_over_only_if_told(asked: Settings) -> None:
    made = applied(Tree.of(FILES), run(FILES, asked).plan)
    files = {str(path): made.text(path) or "" for path in made.paths()}
    left = Tree.of({**files, "Pipfile": "[packages"})
    with pytest.raises(InputError, match="Pipfile"):
        convert(left, POETRY, PIPENV, Options(folder="shop"), asked)
    done = convert(left, POETRY, PIPENV, Options(folder="shop", force=True), asked)
    assert paths(done)["Pipfile"] == "~"
    assert Kind.TARGET_OVERWRITTEN.code in losses(done)


def test_an_old_lock_of_the_same_tool_that_names_no_files_gets_those_of_the_index(asked: Settings) -> None:
    old = """\
[[package]]
name = "a"
version = "1.0"
description = ""
category = "main"
optional = false
python-versions = "*"

[metadata]
lock-version = "1.1"
python-versions = ">=3.9"
content-hash = ""

[metadata.files]
a = []
"""
    manifest = '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\npython = ">=3.9"\na = "*"\n'
    tree = Tree.of({"pyproject.toml": manifest, "poetry.lock": old})
    done = convert(tree, POETRY, POETRY, Options(folder="shop"), asked)
    assert done.plan.stops == ()
    assert Kind.HASH_ADOPTED.code in losses(done)
    assert "a-1.0.tar.gz" in (applied(tree, done.plan).text("poetry.lock") or "")


def test_setup_files_stop_uv_unless_forced(asked: Settings) -> None:
    tree = Tree.of({**FILES, "setup.py": "setup(\n    install_requires=['a'],\n)\n"})
    done = convert(tree, PIPENV, FORMATS["uv"], Options(folder="shop"), asked)
    assert [loss.kind for loss in done.plan.stops] == [Kind.SETUP_DECLARES]
    assert done.plan.edits == ()
    done = convert(tree, PIPENV, FORMATS["uv"], Options(folder="shop", force=True), asked)
    assert Kind.SETUP_HIDDEN.code in losses(done)
    assert paths(done) == {"Pipfile": "-", "Pipfile.lock": "-", "pyproject.toml": "+", "uv.lock": "+"}


def test_what_a_revision_is_called_is_told_where_the_target_has_no_word_for_it(asked: Settings) -> None:
    source = '{ git = "https://h.example/o/b.git", branch = "next" }'
    manifest = '[tool.poetry]\nname = "shop"\npackage-mode = false\n[tool.poetry.dependencies]\npython = "3.11.*"\n'
    tree = Tree.of({"pyproject.toml": f"{manifest}b = {source}\n"})
    done = convert(tree, POETRY, PIPENV, Options(manifest_only=True), asked)
    assert [loss.text for loss in done.plan.losses if loss.kind is Kind.REFERENCE_PLAIN] == [
        "NOTE reference-plain: main: b at the branch next"
    ]


def test_a_name_that_no_package_may_have_is_tidied(asked: Settings) -> None:
    manifest = '[project]\nname = "The Shop"\nversion = "1"\nrequires-python = "==3.11.*"\n'
    tree = Tree.of({"pyproject.toml": manifest, "requirements.txt": "a\n"})
    done = convert(tree, FORMATS["pip"], FORMATS["uv"], Options(manifest_only=True), asked)
    assert [loss.text for loss in done.plan.losses if loss.kind is Kind.NAME_TIDIED] == [
        "NOTE name-tidied: pyproject.toml: project.name: The Shop -> The-Shop"
    ]
    assert 'name = "The-Shop"' in (applied(tree, done.plan).text("pyproject.toml") or "")


def test_settings_of_the_own_tool_are_told_to_another_one_alone(asked: Settings) -> None:
    own = 'name = "shop"\nversion = "1"\n'
    manifest = f'[project]\n{own}requires-python = ">=3.11"\n\n[tool.uv]\nexclude-newer = "2025-01-01"\n'
    lock = f'version = 1\nrequires-python = ">=3.11"\n\n[[package]]\n{own}source = {{ virtual = "." }}\n'
    tree = Tree.of({"pyproject.toml": manifest, "uv.lock": lock})
    again, moved = (convert(tree, FORMATS["uv"], FORMATS[to], Options(folder="shop"), asked) for to in ("uv", "poetry"))
    assert losses(again) == []
    assert "setting-left" in losses(moved)
