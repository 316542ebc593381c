"""The tool itself: an entry of `dependencies.python3`, or of a composable image's `stack`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from converter.losses import Kind, Loss, Lossy
from converter.upsun.apps import App, item_name
from converter.upsun.document import Mapping, Node, Scalar, Sequence
from converter.upsun.entries import Layout, base_name, below, column_of, entry_end, node_end, of_tool, put
from converter.upsun.recipes import Manager, by_tool
from converter.upsun.scalars import Splice, quoted
from converter.upsun.versions import PYTHON_KEYS, below_floor


def tools(app: App, source: Manager, target: Manager, version: str, how: Layout) -> Lossy[tuple[Splice, ...]]:
    """What makes an app's global dependencies name the target's tool in the place of the source's."""
    if app.composable:
        return Lossy(tuple(_stack(app, source, target)))
    listed = {key: app.mapping.mapping("dependencies", key) for key in PYTHON_KEYS}
    there = {key: of_tool(found, target.tool) for key, found in listed.items()}
    has = any(there.values())
    name = quoted(target.requirement, how.quote) if target.requirement else target.tool
    add = {} if has or not name else {name: quoted(version, how.quote)}
    old = {key: of_tool(found, source.tool) for key, found in listed.items() if source is not target}
    drop = frozenset(entry.key.value for entry in old.values() if entry)
    made: list[Splice] = []
    key = next((key for key, entry in old.items() if entry), "python3")
    for name in PYTHON_KEYS:
        if listed[name] or (name == key and add):
            made += put(how, ("dependencies", name), drop, add if name == key else {})
    raised = [loss for entry in there.values() if entry for loss in _raised(app, target, entry.value, made, how)]
    told = _python2(app, key, made) if key != "python3" and add else []
    return Lossy(tuple(made), (*raised, *told))


def _raised(app: App, target: Manager, value: Node, made: list[Splice], how: Layout) -> Iterator[Loss]:
    """A pin that cannot read the lock, written anew at the version that can."""
    if isinstance(value, Scalar) and below_floor(target, value.value):
        made.append(Splice(start=value.start, end=value.end, text=quoted(target.tested, value.style or how.quote)))
        detail = f"{target.tool} {value.value} cannot read {target.lock}; now {target.tested}"
        yield Loss(kind=Kind.TOOL_RAISED, where=f"{app.file}: line {value.line}", detail=detail)


def _python2(app: App, key: str, made: list[Splice]) -> list[Loss]:
    """`python:` installs for Python 2: the tool of today goes under `python3`."""
    outer = app.mapping.mapping("dependencies")
    entry = outer.entry(key) if outer else None
    if entry is None or not isinstance(entry.value, Mapping) or len(entry.value.entries) > 1:
        return []
    made.append(Splice(start=entry.key.start, end=entry.key.end, text="python3"))
    where = f"{app.file}: line {entry.key.line}"
    return [Loss(kind=Kind.TOOL_MOVED, where=where, detail=f"dependencies.{key} is now dependencies.python3")]


# composable images


def _stack(app: App, source: Manager, target: Manager) -> Iterator[Splice]:
    """The entry of the tool in `stack.packages`, or in the flat list."""
    stack = app.mapping.get("stack")
    packages = stack.get("packages") if isinstance(stack, Mapping) else stack
    if not isinstance(packages, Sequence):
        if isinstance(stack, Mapping) and target.tool:
            runtimes = stack.entry("runtimes") or stack.entries[-1]
            line = " " * column_of(app.document, stack) + f"packages: [ {target.tool} ]"
            yield below(app.document, entry_end(app.document.text, runtimes), [line])
        return
    old = [item for item in packages.items if source.tool and names(item, source)]
    has = any(names(item, target) for item in packages.items) if target.tool else True
    if old and source is not target:
        yield from _replaced(app, packages, old[0], "" if has else target.tool)
    elif not has:
        yield from _appended(app, packages, target.tool)


def names(item: Node, manager: Manager) -> bool:
    """Whether an item is a manager's tool: `uv`, `poetry@1`, `python313Packages.pipenv`."""
    name = re.sub(r"^python\d+Packages\.", "", item_name(item)).partition("@")[0]
    return name == manager.tool


def _replaced(app: App, packages: Sequence, item: Node, name: str) -> Iterator[Splice]:
    """An item that says another name, or goes."""
    text = app.document.text
    end = node_end(text, item)
    if name:
        like = item.style if isinstance(item, Scalar) else ""
        yield Splice(start=item.start, end=end, text=quoted(name, like) if like in {"'", '"'} else name)
    elif packages.flow:
        others = [text[each.start : node_end(text, each)] for each in packages.items if each is not item]
        pad = " " if text.startswith("[ ", packages.start) else ""
        yield Splice(start=packages.start, end=packages.end, text=f"[{pad}{', '.join(others)}{pad}]")
    else:
        stop = text.find("\n", end)
        start = text.rfind("\n", 0, item.start) + 1
        yield Splice(start=start, end=len(text) if stop < 0 else stop + 1, text="")


def _appended(app: App, packages: Sequence, name: str) -> Iterator[Splice]:
    text = app.document.text
    last = packages.items[-1] if packages.items else None
    like = last.style if isinstance(last, Scalar) and last.style in {"'", '"'} else ""
    word = quoted(name, like) if like else name
    if last is None:
        yield Splice(start=packages.start, end=packages.end, text=f"[{word}]")
    elif packages.flow:
        end = node_end(text, last)
        yield Splice(start=end, end=end, text=f", {word}")
    else:
        end = node_end(text, last)
        stop = text.find("\n", end)
        at = len(text) if stop < 0 else stop
        start = text.rfind("\n", 0, last.start) + 1
        dash = text[start : text.index("-", start) + 1]
        yield Splice(start=at, end=at, text=f"\n{dash} {word}")


def by_name(app: App) -> list[tuple[Manager, Node]]:
    """The managers' tools that an app installs globally, each with the node that says so."""
    listed = (app.mapping.mapping("dependencies", key) for key in PYTHON_KEYS)
    entries = (entry for found in listed if found for entry in found.entries)
    return [(manager, e.value) for e in entries if (manager := by_tool(base_name(e.key.value))) is not None]
