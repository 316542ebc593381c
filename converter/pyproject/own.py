"""What a source tree declares of itself, literally: pyproject.toml, setup.cfg, setup.py. Nothing is executed.

pip-compile and `uv pip compile` make requirements files of these too, and then nothing else says which range was asked
for.
"""

from __future__ import annotations

import ast
import configparser
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from converter import toml
from converter.errors import InputError
from converter.model import Group, Requirement
from converter.pyproject.parse import read_standard
from converter.pyproject.requirement import parse_requirement
from converter.table import Table
from converter.tree import Tree

PYPROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """`dependencies`, `extras` and `groups` are pyproject.toml's; `pool` is all that is declared, by name.

    `needs` is what the project itself needs to run, by whichever file says it; `None` where none says it literally.
    `standard` says that `[project]` does. `requires_python` is that of setup files where `[project]` has none,
    `stated_python` whichever counts.
    """

    dependencies: tuple[Requirement, ...] = ()
    extras: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    pool: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict)
    needs: tuple[Requirement, ...] | None = None
    optional: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict)
    requires_python: SpecifierSet | None = None
    version: str | None = None
    stated_python: SpecifierSet | None = None
    standard: bool = False


def read_own(tree: Tree) -> Own:
    """What the project declares of itself; files that cannot be read say nothing here."""
    standard = _standard(tree)
    setup = _setup_cfg(tree) or _setup_py(tree) or Own()
    extras = standard.extras
    several = [standard.dependencies, *extras.values(), *(g.requirements for g in standard.groups.values())]
    pool: dict[str, tuple[Requirement, ...]] = {}
    for requirement in (r for rs in (*several, setup.needs or (), *setup.optional.values()) for r in rs):
        pool[requirement.name] = (*pool.get(requirement.name, ()), requirement)
    return Own(
        dependencies=standard.dependencies,
        extras=extras,
        groups=standard.groups,
        pool=pool,
        needs=standard.needs if standard.needs is not None else setup.needs,
        optional=extras or setup.optional,
        requires_python=None if standard.requires_python is not None else setup.requires_python,
        version=standard.version if standard.standard else standard.version or setup.version,
        stated_python=standard.requires_python or setup.requires_python,
        standard=standard.standard,
    )


def _standard(tree: Tree) -> Own:
    import rtoml

    try:
        text = tree.text(PYPROJECT) or ""
        found = read_standard(Table(rtoml.loads(text), PYPROJECT), text)
    except (rtoml.TomlParsingError, InputError):  # the tool that owns the file says what is wrong with it
        return Own()
    literal = found.name is not None and "dependencies" not in found.dynamic
    return Own(
        dependencies=found.dependencies or (),
        extras=found.optional_dependencies,
        groups=found.dependency_groups,
        needs=(found.dependencies or ()) if literal else None,
        requires_python=found.requires_python,
        version=found.version,
        standard=literal,
    )


def from_files(tree: Tree) -> tuple[Requirement, ...] | None:
    """What setuptools takes from files as the project's needs; `None` where it is told none, or one is not there.

    Specification: https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html#dynamic-metadata.
    """
    found: object = toml.values(tree.text(PYPROJECT) or "", PYPROJECT)
    for key in ("tool", "setuptools", "dynamic", "dependencies", "file"):
        found = found.get(key) if isinstance(found, Mapping) else None
    names = found if isinstance(found, list) else [found]
    texts = [tree.text(name) if isinstance(name, str) else None for name in names]
    if any(text is None for text in texts):
        return None
    return _requirements(line for text in texts for line in (text or "").splitlines())


def _setup_cfg(tree: Tree) -> Own | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string((tree.get("setup.cfg") or b"").decode("utf-8", "replace"))
    except configparser.Error:
        return None
    if not parser.has_section("options"):
        return None
    needs = parser.get("options", "install_requires", fallback=None)
    extras = parser.items("options.extras_require") if parser.has_section("options.extras_require") else []
    return Own(
        needs=None if needs is None or needs.startswith("file:") else _requirements(needs.splitlines()),
        optional={name: _requirements(text.splitlines()) for name, text in extras},
        requires_python=_range(parser.get("options", "python_requires", fallback=None)),
        version=_literal_version(parser.get("metadata", "version", fallback=None)),
    )


def _setup_py(tree: Tree) -> Own | None:
    try:
        with warnings.catch_warnings(action="ignore"):  # the file's own style is nobody's business here
            parsed = ast.parse((tree.get("setup.py") or b"").decode("utf-8", "replace"))
        given = _arguments(parsed)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    needs, extras = given.get("install_requires"), given.get("extras_require")
    return Own(
        needs=_requirements(map(str, needs)) if isinstance(needs, (list, tuple)) else None,
        optional={
            str(name): _requirements(map(str, several if isinstance(several, (list, tuple)) else ()))
            for name, several in (extras.items() if isinstance(extras, dict) else ())
        },
        requires_python=_range(given.get("python_requires")),
        version=_literal_version(given.get("version")),
    )


def _literal_version(text: object) -> str | None:
    """A version that stands there, and is not to be looked up in a file or a module."""
    return text.strip() if isinstance(text, str) and ":" not in text else None


def _arguments(parsed: ast.Module) -> dict[str, object]:
    """The literal arguments of `setup(...)`, also those that a name of the module stands for."""
    named: dict[str, object] = {}
    for node in parsed.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            named |= dict(_literal(node.targets[0].id, node.value, named))
    calls = (node for node in ast.walk(parsed) if isinstance(node, ast.Call) and _called(node) == "setup")
    keywords = [keyword for call in calls for keyword in call.keywords if keyword.arg]
    return dict(pair for keyword in keywords for pair in _literal(keyword.arg or "", keyword.value, named))


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else str(getattr(call.func, "id", ""))


def _literal(name: str, value: ast.expr, named: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    if isinstance(value, ast.Name) and value.id in named:
        yield name, named[value.id]
        return
    try:
        yield name, ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return


def _requirements(lines: Iterable[str]) -> tuple[Requirement, ...]:
    """Those that can be read."""
    return tuple(r for line in lines if (r := _requirement(re.sub(r"(^|\s)#.*$", "", line).strip())))


def _requirement(text: str) -> Requirement | None:
    try:
        return parse_requirement(text) if text else None
    except ValueError:
        return None


def _range(text: object) -> SpecifierSet | None:
    try:
        return SpecifierSet(text) if isinstance(text, str) and text.strip() else None
    except InvalidSpecifier:
        return None
