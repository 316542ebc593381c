"""Which scopes an install takes: resolved from one manager's options, said again in another's.

The options mean what each tool does with them: Poetry and uv add to or take from the default groups; PDM without any
option takes every group and extra of its lock, and `-G` a development group takes that one alone
(`pdm/cli/filters.py`); Pipenv takes its packages, `--dev` adds one category, `--categories` names all that are taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from converter.shell.command import unquoted
from converter.shell.meaning import Fact, Value
from converter.shell.setting import Setting

ALL = "*"
"""Stands for all groups, or all extras, where the setting does not name them."""

Facts = Mapping[Fact, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Whether the main dependencies, which groups, which extras."""

    main: bool = True
    groups: frozenset[str] = frozenset()
    extras: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selecting:
    """How one manager selects: its options to a selection, and back; None: not to be said, or not to be understood."""

    read: Callable[[Facts, Setting], Selection | None]
    write: Callable[[Selection, Setting], Facts | None]


SELECTING = frozenset([
    Fact.MAIN_ONLY, Fact.ONLY, Fact.WITH, Fact.WITHOUT, Fact.ALL_GROUPS, Fact.DEV, Fact.NO_DEV, Fact.DEV_ONLY,
    Fact.NO_MAIN, Fact.EXTRAS, Fact.ALL_EXTRAS, Fact.FILES,
])  # fmt: skip
"""The facts that a selection says."""


def names(values: Iterable[str]) -> frozenset[str]:
    """The names in the values of options, which may be quoted and hold several."""
    return frozenset(name for value in values for name in re.split(r"[,\s]+", unquoted(value)) if name)


def _resolved(selection: Selection, setting: Setting) -> Selection:
    """The same with the names of all groups and extras, as far as they are known."""
    groups, extras = selection.groups, selection.extras
    if ALL in groups and setting.groups is not None:
        groups = groups - {ALL} | frozenset(setting.groups)
    if ALL in extras and setting.extras:
        extras = extras - {ALL} | frozenset(setting.extras)
    return replace(selection, groups=groups, extras=extras)


def _sorted(found: AbstractSet[str]) -> Value:
    return tuple(sorted(found))


def _extras(facts: Facts) -> frozenset[str]:
    every = frozenset([ALL]) if Fact.ALL_EXTRAS in facts else frozenset()
    return names(facts.get(Fact.EXTRAS, ())) | every


def _extras_said(selection: Selection) -> dict[Fact, Value]:
    if not selection.extras:
        return {}
    if ALL in selection.extras:
        return {Fact.ALL_EXTRAS: ()}
    return {Fact.EXTRAS: _sorted(selection.extras)}


# Poetry and uv: around the default groups


def _read_default(facts: Facts, setting: Setting) -> Selection:
    groups = frozenset() if Fact.MAIN_ONLY in facts else frozenset(setting.default_groups)
    if Fact.ALL_GROUPS in facts:
        without = Fact.WITHOUT in facts and setting.groups is not None
        groups = frozenset(setting.groups or ()) if without else frozenset([ALL])
    groups |= names(facts.get(Fact.WITH, ())) | (frozenset(["dev"]) if Fact.DEV in facts else frozenset())
    groups -= names(facts.get(Fact.WITHOUT, ())) | (frozenset(["dev"]) if Fact.NO_DEV in facts else frozenset())
    return Selection(groups=groups, extras=_extras(facts))


def _write_default(selection: Selection, setting: Setting) -> Facts:
    return _groups_said(selection.groups, setting) | _extras_said(selection)


def _groups_said(groups: frozenset[str], setting: Setting) -> dict[Fact, Value]:
    default = frozenset(setting.default_groups)
    if groups == default:
        return {}
    if ALL in groups:
        return {Fact.ALL_GROUPS: ()}
    if not groups & default:
        return {Fact.MAIN_ONLY: ()} | ({Fact.WITH: _sorted(groups)} if groups else {})
    said = {Fact.WITH: _sorted(groups - default), Fact.WITHOUT: _sorted(default - groups)}
    return {fact: value for fact, value in said.items() if value}


def _sayable_by_only(selection: Selection) -> bool:
    """Without the main dependencies there must be a group, and there can be no extra."""
    return selection.main or bool(selection.groups and not selection.extras)


def _read_poetry(facts: Facts, setting: Setting) -> Selection:
    if Fact.ONLY not in facts:
        return _read_default(facts, setting)
    only = names(facts[Fact.ONLY])
    return Selection(main="main" in only, groups=only - {"main"}, extras=_extras(facts))


def _write_poetry(selection: Selection, setting: Setting) -> Facts | None:
    """`--only` overrules `--with`, so main with other groups than the default ones is said by `--only` alone."""
    if not _sayable_by_only(selection):
        return None
    said = dict(_write_default(selection, setting))
    if not selection.main or Fact.MAIN_ONLY in said:
        said = {Fact.ONLY: (*(["main"] if selection.main else []), *_sorted(selection.groups))}
        said |= _extras_said(selection)
    return said


POETRY = Selecting(read=_read_poetry, write=_write_poetry)
POETRY_EXPORT = Selecting(
    read=lambda facts, setting: _read_poetry(facts, replace(setting, default_groups=())),
    write=lambda selection, setting: _write_poetry(selection, replace(setting, default_groups=())),
)


def _read_uv(facts: Facts, setting: Setting) -> Selection:
    only = names(facts.get(Fact.ONLY, ())) | (frozenset(["dev"]) if Fact.DEV_ONLY in facts else frozenset())
    return Selection(main=False, groups=only) if only else _read_default(facts, setting)


def _write_uv(selection: Selection, setting: Setting) -> Facts | None:
    if not _sayable_by_only(selection):
        return None
    return _write_default(selection, setting) if selection.main else {Fact.ONLY: _sorted(selection.groups)}


UV = Selecting(read=_read_uv, write=_write_uv)


# PDM: everything that is locked, or what is named


def _dev_groups(setting: Setting) -> frozenset[str]:
    return frozenset(setting.default_groups if setting.groups is None else setting.groups)


def _read_pdm(facts: Facts, setting: Setting) -> Selection:
    named, without = names(facts.get(Fact.WITH, ())), names(facts.get(Fact.WITHOUT, ()))
    unset = not facts.keys() & {Fact.MAIN_ONLY, Fact.DEV, Fact.WITH, Fact.NO_MAIN}
    every = unset or ":all" in named
    extras = frozenset(setting.extras) if every else named & frozenset(setting.extras)
    groups = frozenset() if Fact.MAIN_ONLY in facts else named - extras - {":all"}
    if not groups and Fact.MAIN_ONLY not in facts:
        groups = _dev_groups(setting)
    return Selection(main=Fact.NO_MAIN not in facts, groups=groups - without, extras=extras - without)


def _write_pdm(selection: Selection, setting: Setting) -> Facts:
    if ALL in selection.extras:
        return {**_write_pdm(replace(selection, extras=frozenset()), setting), Fact.WITH: (":all",)}
    selection = _resolved(selection, setting)
    every = selection.groups in (_dev_groups(setting), frozenset([ALL]))
    if every and selection.main and selection.extras == frozenset(setting.extras):
        return {}
    named = _sorted(selection.extras if every else selection.groups | selection.extras)
    main: dict[Fact, Value] = {} if selection.main else {Fact.NO_MAIN: ()}
    dev: dict[Fact, Value] = {Fact.DEV: ()} if every and selection.groups else {}
    if not selection.groups:
        dev = {Fact.MAIN_ONLY: ()}
    return main | dev | ({Fact.WITH: named} if named else {})


PDM = Selecting(read=_read_pdm, write=_write_pdm)


# Pipenv: its packages, and categories

_CATEGORY = {"packages": "main", "dev-packages": "dev"}
_OF_GROUP = {group: category for category, group in _CATEGORY.items()}


def _scoped(found: frozenset[str], setting: Setting, *, main: bool) -> Selection:
    """A selection from names of groups and extras, which share one namespace."""
    extras = found & frozenset(setting.extras)
    return Selection(main=main, groups=found - extras, extras=extras)


def _read_pipenv(facts: Facts, setting: Setting) -> Selection:
    if Fact.ONLY in facts:
        found = frozenset(_CATEGORY.get(name, name) for name in names(facts[Fact.ONLY]))
        return _scoped(found - {"main"}, setting, main="main" in found)
    found = frozenset([ALL]) if Fact.ALL_GROUPS in facts else frozenset()
    found |= frozenset(["dev"]) if Fact.DEV in facts else frozenset()
    return _scoped(found | names(facts.get(Fact.EXTRAS, ())), setting, main=True)


def _write_pipenv(selection: Selection, setting: Setting) -> Facts | None:
    if selection.main and ALL in selection.groups and (not setting.extras or ALL in selection.extras):
        return {Fact.ALL_GROUPS: ()}
    selection = _resolved(selection, setting)
    found = selection.groups | selection.extras
    if ALL in found:
        return None
    if selection.main and found <= {"dev"}:
        return {Fact.DEV: ()} if found else {}
    named = [*(["main"] if selection.main else []), *sorted(found)]
    said = " ".join(_OF_GROUP.get(name, name) for name in named)
    return {Fact.ONLY: (f'"{said}"' if " " in said else said,)}


PIPENV = Selecting(read=_read_pipenv, write=_write_pipenv)


# pip: a file for each scope

_FILE = re.compile(r"(?:\./)?requirements?(?:[-_./](?P<scope>[\w.-]+?))?\.txt", re.IGNORECASE)
_MAIN_FILES = frozenset(["", "base", "common", "default", "direct", "main", "prod", "production"])
_GROUP_FILES = frozenset(["ci", "dev", "docs", "lint", "test", "tests", "typing"])
_DIRECT = "-direct"


def file_scope(file: str, setting: Setting) -> str | None:
    """The scope of a requirements file (`""` for main), by the setting or by its name; None: not told by either."""
    known = {name.removeprefix("./"): scope for name, scope in setting.requirement_files.items()}
    if known:
        return known.get(file.removeprefix("./").removesuffix(".txt").removesuffix(_DIRECT) + ".txt")
    match = _FILE.fullmatch(file)
    scope = (match["scope"] or "").removesuffix(_DIRECT) if match else None
    if scope in _MAIN_FILES:
        return ""
    groups = _GROUP_FILES if setting.groups is None else frozenset(setting.groups)
    return scope if scope in groups | {*setting.default_groups, *setting.extras} else None


def scope_file(scope: str, setting: Setting) -> str:
    """The requirements file of a scope."""
    known = {scope: name for name, scope in setting.requirement_files.items()}
    return known.get(scope, f"requirements-{scope}.txt" if scope else "requirements.txt")


def _read_pip(facts: Facts, setting: Setting) -> Selection | None:
    scopes = {file_scope(unquoted(file), setting) for file in facts.get(Fact.FILES, ())}
    found = frozenset(scope for scope in scopes if scope)
    return None if None in scopes else _scoped(found, setting, main="" in scopes)


def _write_pip(selection: Selection, setting: Setting) -> Facts | None:
    selection = _resolved(selection, setting)
    found = selection.groups | selection.extras
    if ALL in found:
        return None
    scopes = [*([""] if selection.main else []), *sorted(found)]
    return {Fact.FILES: tuple(scope_file(scope, setting) for scope in scopes)}


PIP = Selecting(read=_read_pip, write=_write_pip)


# pylock.toml, which pip installs: `-r 'pylock.toml[extra]' --group pylock.toml:group` (pip 26.1)

_LOCK = re.compile(r"(?:\./)?(?P<file>pylock(?:\.[\w-]+)?\.toml)(?:\[(?P<extras>[^]]*)\])?(?::(?P<group>.+))?")


def _read_pylock(facts: Facts, _setting: Setting) -> Selection | None:
    files = [_LOCK.fullmatch(unquoted(value)) for value in facts.get(Fact.FILES, ())]
    groups = [_LOCK.fullmatch(unquoted(value)) for value in facts.get(Fact.WITH, ())]
    if not all(files) or not all(groups) or not files:
        return None
    extras = names(match["extras"] or "" for match in files if match)
    return Selection(groups=frozenset(match["group"] for match in groups if match), extras=extras)


def _write_pylock(selection: Selection, setting: Setting) -> Facts | None:
    selection = _resolved(selection, setting)
    if not selection.main or ALL in selection.groups | selection.extras:
        return None
    extras = ",".join(sorted(selection.extras))
    groups = tuple(f"pylock.toml:{group}" for group in sorted(selection.groups))
    return {Fact.FILES: (f"'pylock.toml[{extras}]'" if extras else "pylock.toml",)} | (
        {Fact.WITH: groups} if groups else {}
    )


PYLOCK = Selecting(read=_read_pylock, write=_write_pylock)
