"""Lines that bring the tool itself: installed by pip or by a script, put on PATH, told how to behave by variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from converter.losses import Kind
from converter.shell.change import Change, Splice
from converter.shell.command import Command, Word
from converter.shell.dialect import Dialect
from converter.shell.syntax import Node, Syntax
from converter.shell.translation import Route, brief, is_python

_SEEDS = frozenset(["pip", "setuptools", "wheel"])
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*?(?=$|[\[=<>!~;@ ])")
_INSTALLERS = (("pip", "install"), ("pipx", "install"), ("uv", "tool", "install"), ("uv", "pip", "install"))
_RUNS = frozenset(["curl", "wget", "sh", "bash", "rm", "chmod"])
_ENTERED = re.compile(r"/\.(?:poetry|local/bin|cargo)/env$")
_GLOBAL = re.compile(r"/\.global/?$")
_OWN_BIN = re.compile(r"/\.poetry/bin|(?:/app|~|HOME\}?|APP_DIR\}?)/\.(?:local|cargo)/bin")

_VENV_BIN = re.compile(r"/?\.venv/bin")


def installed(command: Command, syntax: Syntax, route: Route) -> Change | None:
    """What becomes of a command that installs the source's tool; None where it is none."""
    if route.source.name in ("pip", "pylock"):
        return None
    at = _requirements(command)
    if at is not None:
        return _by_installer(command, at, route)
    if _by_script(command, route.source):
        return _script(command, syntax, route)
    if _prepares(command):
        return _gone(command, command.node)
    return None


def _gone(command: Command, node: Node) -> Change:
    return Change(at=command.start, removed=(node,), notes=((Kind.COMMAND_NEEDLESS, brief(command)),))


def _requirements(command: Command) -> int | None:
    """Where the words of an installing command begin (`python3 -m pip install`)."""
    values = list(command.values)
    values[0] = command.name
    start = 0
    if is_python(values[0]) and values[1:2] == ["-m"]:
        values, start = values[2:], 2
    if values and re.fullmatch(r"pip[\d.]*", values[0]):
        values[0] = "pip"
    for words in _INSTALLERS:
        if tuple(values[: len(words)]) == words:
            return start + len(words)
    return None


def _by_installer(command: Command, at: int, route: Route) -> Change | None:
    own = [word for word in command.words[at:] if not word.value.startswith("-")]
    tool = [word for word in own if _named(word) == route.source.name]
    if not tool:
        return None
    new = requirement(route)
    if new:
        splices = [Splice(word.start, word.end, new) for word in tool]
    elif len(tool) == len(own):
        return _gone(command, command.node)
    else:
        splices = [Splice(command.words[command.words.index(word) - 1].end, word.end, "") for word in tool]
    notes = () if new else ((Kind.COMMAND_NEEDLESS, " ".join(word.text for word in tool)),)
    return Change(at=command.start, splices=tuple(splices), notes=notes)


def _named(word: Word) -> str:
    match = _NAME.match(word.value)
    return match[0].lower() if match else ""


def requirement(route: Route) -> str:
    """What pip installs to have the target's tool; empty where nothing is to be installed."""
    if route.setting.tool_elsewhere or route.target.name in ("pip", "pylock"):
        return ""
    version = route.setting.tool_version
    return f"{route.target.name}=={version}" if version else route.target.name


def _by_script(command: Command, source: Dialect) -> bool:
    runs = command.name in _RUNS or is_python(command.name)
    fetched = rf"\$\{{?{source.variables}" if command.name in ("curl", "wget") and source.installers else r"(?!)"
    marks = "|".join([*map(re.escape, source.installers), fetched])
    return runs and any(re.search(marks, word.value) for word in command.words)


def _script(command: Command, syntax: Syntax, route: Route) -> Change:
    """`curl ... | python3 -` goes as a whole, or becomes the target's own such line."""
    node = command.node
    piped = next((above for above in syntax.above(node) if above.kind == "pipeline"), None)
    runs = piped is not None or is_python(command.name) or command.name in ("sh", "bash")
    new = _script_line(route) if runs and requirement(route) else ""
    node = piped or node
    if not new:
        return _gone(command, node)
    return Change(at=command.start, splices=(Splice(node.start, node.end, new),))


def _script_line(route: Route) -> str:
    version, line = route.setting.tool_version, route.target.install_line
    if not line:
        return f"pip install --user {requirement(route)}"
    before, after = route.target.install_version if version else ("", "")
    return line.format(before.format(version), after.format(version)).rstrip()


def _prepares(command: Command) -> bool:
    """A line that a tool's installer, or Upsun's generator, asks for."""
    values = command.values
    if command.name in (".", "source"):
        return len(values) > 1 and bool(_ENTERED.search(values[1]))
    return is_python(command.name) and values[1:3] == ("-m", "venv") and bool(_GLOBAL.search(values[-1]))


# variables


def assignments(syntax: Syntax) -> Iterator[Node]:
    """The assignments that are statements of their own, exported or not."""
    for node in syntax.nodes:
        above = syntax.parent(node)
        if node.kind == "variable_assignment" and above is not None and above.kind != "command":
            yield node


def name_and_value(text: str) -> tuple[str, str]:
    """The two sides of an assignment."""
    name, _, value = text.partition("=")
    return name, value


_CREDENTIALS = re.compile(r"HTTP_BASIC|PYPI_TOKEN|USERNAME|PASSWORD|TOKEN|INDEX|REPOSITOR|MIRROR")


def is_left_behind(name: str, route: Route) -> bool:
    """Whether a variable that stays names an index or tells a secret, and the target's tool does not read it."""
    read = route.source.variables == "PIP_" and (not route.target.venv or route.target.name == "pipenv")
    return name.startswith(route.source.variables) and bool(_CREDENTIALS.search(name)) and not read


def goes(text: str, route: Route) -> bool:
    """Whether an assignment only serves the source's tool."""
    name, value = name_and_value(text)
    source, target = route.source, route.target
    if name == "PATH" and _VENV_BIN.search(value):
        return not target.venv and value.count(":") == 1
    if name == "PATH":
        only = ".poetry/bin" in value or route.setting.tool_elsewhere or not requirement(route)
        return bool(source.installers) and bool(_OWN_BIN.search(value)) and value.count(":") == 1 and only
    if name == "PIP_USER":
        return source.venv and target.name not in ("poetry", "pipenv")
    if name == "PIP_VERSION":
        return target.name == "uv"
    return source.venv and name.startswith(source.variables) and not _CREDENTIALS.search(name)


def upgrades_pip(command: Command) -> bool:
    """`pip install --upgrade pip`, with setuptools and wheel or without."""
    at = _requirements(command)
    own = [word for word in command.words[at or 0 :] if not word.value.startswith("-")]
    return at is not None and bool(own) and all(_named(word) in _SEEDS for word in own)


_TOOLS = frozenset([*_SEEDS, "pipenv", "poetry", "uv", "pdm", "pipx", "virtualenv", "pip-tools"])


def installs_another(command: Command) -> bool:
    """`pip install poetry`, where pip is what the project itself uses."""
    at = _requirements(command)
    own = [word for word in command.words[at or 0 :] if not word.value.startswith("-")]
    return at is not None and bool(own) and all(_named(word) in _TOOLS for word in own)


def uses(syntax: Syntax) -> Iterator[Node]:
    """Where variables are expanded."""
    for node in syntax.nodes:
        above = syntax.parent(node)
        if node.kind == "variable_name" and above is not None and above.kind in ("simple_expansion", "expansion"):
            yield node
