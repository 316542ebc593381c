"""An app's configuration follows its project to another manager.

Each step is a function from tree to tree that reads the configuration anew, so that no step works with places that an
earlier one has moved. At the end the files are parsed again and may differ only where the steps meant to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from converter import shell
from converter.losses import Kind, Loss, Lossy
from converter.shell import Setting
from converter.upsun import environment, hooks
from converter.upsun.apps import App, holding
from converter.upsun.called import without_installers
from converter.upsun.document import Document
from converter.upsun.entries import column_of, layout, put
from converter.upsun.intended import check
from converter.upsun.recipes import MANAGERS, PIP, Manager
from converter.upsun.scalars import Splice, line_of, rewritten, spliced
from converter.upsun.scripts import Moment, Script, build_hook, scripts
from converter.upsun.settings import requirement_files
from converter.upsun.sharing import sharing
from converter.upsun.tools import tools
from converter.upsun.usage import in_venv, outside, unused, uses
from converter.upsun.variables import PIP_VERSION, Wanted, expect_shape, variables
from converter.upsun.versions import ANY, chosen, pinned

if TYPE_CHECKING:
    from converter.tree import Tree

_TOOL_AFTER = ("type", "stack")
_VARIABLES_AFTER = ("dependencies", "type", "stack")
_HOOKS_AFTER = ("build", "variables", "dependencies", "type", "stack")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to follow: from which manager to which, the project's folder in the repository, what the project has.

    `setting` is the project's part of what a translation depends on; `versions` what `--tool-version` said.
    """

    source: str
    target: str
    folder: PurePosixPath = field(default_factory=PurePosixPath)
    setting: Setting = field(default_factory=Setting)
    versions: Map[str, str] = field(default_factory=dict)
    path_not_prefix: bool = False

    @property
    def managers(self) -> tuple[Manager, Manager]:
        """Source and target as the table has them."""
        return MANAGERS[self.source], MANAGERS[self.target]


def follow(tree: Tree, change: Change) -> Lossy[Tree]:
    """The tree with the configuration of each app that holds the project changed to the target's manager.

    Raises InputError for a configuration that cannot be read, StopError where a change would touch what it must not.
    """
    result, told = tree, list[Loss]()
    for number, app in enumerate(holding(tree, change.folder)):
        if not _concerned(tree, app, change):
            detail = f"{app.name}: no command of it names {change.managers[0].title}"
            told.append(Loss(kind=Kind.APP_LEFT, where=app.place, detail=detail))
            continue
        done = _followed(result, number, change)
        result, told = done.value, [*told, *done.losses]
    check(tree, result, change.folder)
    return Lossy(result, tuple(dict.fromkeys(told)))


def _concerned(tree: Tree, app: App, change: Change) -> bool:
    """Whether an app uses the source, was converted already, or installs nothing so far."""
    return uses(tree, app, change.managers[0]) or uses(tree, app, change.managers[1]) or not build_hook(tree, app)


def _followed(tree: Tree, number: int, change: Change) -> Lossy[Tree]:
    """One app, step by step; what is decided about it is decided before the first."""
    app = holding(tree, change.folder)[number]
    expect_shape(app)
    version = chosen(tree, app, change.managers[0], change.managers[1], change.versions)
    setting = _setting(tree, app, change, version)
    result, told = tree, [*_moved(tree, app, change, version)]
    for step in (_scripts, _tool, _variables, _environment):
        app = holding(result, change.folder)[number]
        done = step(_Step(tree=result, before=tree, app=app, change=change, version=version, setting=setting))
        result, told = done.value, [*told, *done.losses]
    return Lossy(result, tuple(told))


def _moved(tree: Tree, app: App, change: Change, version: str) -> Iterator[Loss]:
    """What is not as it was although every command says the same: the tool's version, the environment's place."""
    source, target = change.managers
    pin = pinned(tree, app, source)
    if source.tool != target.tool and pin is not None and target.name not in change.versions:
        names = (source.tool or PIP, target.tool or PIP)
        yield Loss(kind=Kind.TOOL_PINNED, where=app.place, detail=f"{names[0]} {pin}, {names[1]} {version}")
    if source is not target and outside(tree, app, source):
        yield Loss(kind=Kind.VENV_MOVED, where=app.place, detail=f"{source.title} made it without {source.in_project}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What a step works on: the tree as the step before left it, and what was decided before the first."""

    tree: Tree
    before: Tree
    app: App
    change: Change
    version: str
    setting: Setting


def _setting(tree: Tree, app: App, change: Change, version: str) -> Setting:
    source, target = change.managers
    return replace(
        change.setting,
        requirement_files=requirement_files(tree, app, change.setting.groups) if not source.tool else {},
        moves_into_venv=target.venv and not in_venv(tree, app, source),
        path_not_prefix=change.path_not_prefix,
        tool_version="" if version == ANY else version,
        tool_elsewhere=bool(target.tool),
        system_python=True,
        pip_user=True,
    )


# the scripts


def _scripts(step: _Step) -> Lossy[Tree]:
    result, told = step.tree, list[Loss]()
    splices: list[Splice] = []
    shared = sharing(step.tree, step.change.folder)
    for script in scripts(step.tree, step.app):
        done = _translated(step, script)
        told += done.losses
        if done.value == script.text:
            continue
        if users := shared.users(script):
            detail = f"{script.name} is also used by {', '.join(users)}, so it was left as it is"
            told.append(Loss(kind=Kind.SCRIPT_SHARED, where=script.place(), detail=detail))
        elif script.scalar is None:
            result = result.put(script.file, done.value)
        else:
            splices += _written(step, script, done.value)
    made = _made_hook(step)
    return Lossy(_put(result, step.app.document, [*splices, *made]), tuple(told))


def _written(step: _Step, script: Script, text: str) -> list[Splice]:
    """The splices that make a script's scalar say another text; a script with nothing left to run goes."""
    document = step.app.document
    if not text.strip() and script.keys != ("hooks", "build"):
        how = layout(document, step.app.mapping, _HOOKS_AFTER, step.change.managers[0].named.search)
        return put(how, script.keys[:-1], frozenset([script.keys[-1]]), {})
    outer = step.app.mapping.mapping(*script.keys[:-1])
    column = column_of(document, outer) if outer and not outer.flow else -1
    return list(rewritten(document, script.scalar, text, column)) if script.scalar else []


def _translated(step: _Step, script: Script) -> Lossy[str]:
    source, target = step.change.managers
    setting = replace(step.setting, where=script.file, first_line=script.line)
    if source is target:
        return Lossy(script.text)
    called = without_installers(step.tree, step.app, script, (source, target, setting))
    text = called.value if source.tool else hooks.without_pip(called.value)
    done = shell.translate(text, source.name, target.name, setting)
    done = Lossy(done.value, (*called.losses, *done.losses))
    if script.moment is not Moment.BUILD:
        return done
    text = hooks.completed(done.value, target, step.version, path_not_prefix=step.setting.path_not_prefix)
    if hooks.installs(text, target):
        return Lossy(text, done.losses)
    detail = f"no command of it is known to install what {target.lock} holds"
    return Lossy(text, (*done.losses, Loss(kind=Kind.NO_INSTALL, where=script.place(), detail=detail)))


def _made_hook(step: _Step) -> list[Splice]:
    """A build hook where there is none, so that something installs the project's packages."""
    if build_hook(step.tree, step.app) is not None:
        return []
    document, mapping = step.app.document, step.app.mapping
    how = layout(document, mapping, _HOOKS_AFTER, step.change.managers[0].named.search)
    text = hooks.completed(f"set -eu\n{step.change.managers[1].install}\n", step.change.managers[1], step.version,
                           path_not_prefix=step.setting.path_not_prefix)  # fmt: skip
    return put(how, ("hooks",), frozenset(["build"]), {"build": f"|\n{text.rstrip()}"})


# the other steps


def _tool(step: _Step) -> Lossy[Tree]:
    source, target = step.change.managers
    how = layout(step.app.document, step.app.mapping, _TOOL_AFTER, source.named.search)
    done = tools(step.app, source, target, step.version, how)
    left = _comments(step.app.document, done.value)
    return Lossy(_put(step.tree, step.app.document, done.value), (*done.losses, *left))


def _variables(step: _Step) -> Lossy[Tree]:
    source, target = step.change.managers
    how = layout(step.app.document, step.app.mapping, _VARIABLES_AFTER, source.named.search)
    gone = frozenset([PIP_VERSION]) if unused(step.before, step.tree, step.app, PIP_VERSION) else frozenset[str]()
    wanted = Wanted(source=source, target=target, add=dict(_sets(step)), unused=gone)
    done = variables(step.app, wanted, how)
    left = _comments(step.app.document, done.value)
    return Lossy(_put(step.tree, step.app.document, done.value), (*done.losses, *left))


def _sets(step: _Step) -> Iterator[tuple[str, str]]:
    """The variables that the target needs in this app."""
    target = step.change.managers[1]
    yield from (target.sets or {}).items()
    build = build_hook(step.tree, step.app)
    if step.version == ANY or step.app.composable:
        return
    if target.name == "poetry" or (not target.tool and build and f"${PIP_VERSION}" in build.text):
        yield target.pins[0], step.version


def _environment(step: _Step) -> Lossy[Tree]:
    source, target = step.change.managers
    path = step.app.path(environment.FILE)
    old = step.tree.text(path)
    inner = step.change.folder.relative_to(step.app.root)
    place = environment.Place(
        folder="" if inner == PurePosixPath() else str(inner),
        pinned=step.version != ANY and not step.app.composable,
    )
    done = _spoken(step, path, environment.without(old or "", source, target, place), place)
    text = environment.completed(done.value, target, place)
    if not text.strip() and (old is None or old.strip()):
        return Lossy(step.tree if old is None else step.tree.drop(path), done.losses)
    return Lossy(step.tree if text == old else step.tree.put(path, text), done.losses)


def _spoken(step: _Step, path: str, text: str, place: environment.Place) -> Lossy[str]:
    """The rest of `.environment` in the target's words, with what its aliases stand for."""
    source, target = step.change.managers
    if source is target or not source.named.search(re.sub(r"(?m)#.*$", "", text)):
        return Lossy(text)
    setting = replace(step.setting, where=path, first_line=1, moves_into_venv=False)
    own = environment.bare_of(text, target, place)
    aliased = environment.ALIAS.sub(
        lambda m: m["name"] + shell.translate(m["body"], source.name, target.name, setting).value + m["end"], own
    )
    return shell.translate(aliased, source.name, target.name, setting)


def _comments(document: Document, splices: tuple[Splice, ...]) -> Iterator[Loss]:
    """The comments that went with entries."""
    for splice in dict.fromkeys(splices):
        for match in re.finditer(r"(?m)(?:^|(?<=[ \t]))#[^\r\n]*", document.text[splice.start : splice.end]):
            if match[0] not in splice.text:
                where = f"{document.file}: line {line_of(document.text, splice.start + match.start())}"
                yield Loss(kind=Kind.COMMENT_LEFT, where=where, detail=match[0])


def _put(tree: Tree, document: Document, splices: list[Splice] | tuple[Splice, ...]) -> Tree:
    return tree.put(document.file, spliced(document.text, splices)) if splices else tree
