"""The apps that a repository deploys, wherever its configuration says so.

`.upsun/*.yaml` (the files of that folder's first level, by name; of an app that stands in two, the later one counts),
`.platform.app.yaml` beside the app's code, and `.platform/applications.yaml` as a list or a mapping, whose items may be
`!include`d files. https://docs.upsun.com/learn/overview/yaml/yaml-structure.html
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from converter.errors import InputError
from converter.upsun import document
from converter.upsun.document import Document, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from converter.tree import Tree

UPSUN = ".upsun"
ONE = ".platform.app.yaml"
SEVERAL = ".platform/applications.yaml"
FILES = (f"{UPSUN}/*.yaml", f"{UPSUN}/*.yml", ONE, f"*/{ONE}", SEVERAL)
_ROOT = PurePosixPath()


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One app: where it is described, and the folder of its code, relative to the repository."""

    name: str
    document: Document
    mapping: Mapping
    root: PurePosixPath

    @property
    def file(self) -> str:
        """The file that describes it."""
        return self.document.file

    @property
    def place(self) -> str:
        """The file and line where its description begins."""
        return f"{self.file}: line {self.mapping.line}"

    @property
    def python(self) -> tuple[str, Node] | None:
        """The version of Python that it runs on and the node that says so; "" where a default is meant."""
        kind = self.mapping.scalar("type")
        if kind is not None and kind.value.partition(":")[0] == "python":
            return kind.value.partition(":")[2].strip(), kind
        return next(_runtimes(self.mapping), None)

    @property
    def composable(self) -> bool:
        """Whether its tools come from `stack` and not from `dependencies`."""
        return self.mapping.get("stack") is not None

    def path(self, *parts: str) -> str:
        """The path of a file of the app's code, in the repository."""
        return posixpath.normpath(str(self.root.joinpath(*parts)))


def apps(tree: Tree) -> tuple[App, ...]:
    """All apps by the order of the files. Raises InputError for what is no configuration, with file and line."""
    found = {app.name: app for app in _upsun(tree)}
    return (*found.values(), *_beside(tree), *_several(tree))


def described(tree: Tree) -> tuple[App, ...]:
    """Every description of an app in the files of `.upsun`, those that a later file hides too."""
    return tuple(_upsun(tree))


def holding(tree: Tree, folder: PurePosixPath) -> tuple[App, ...]:
    """The Python apps whose code is the project in `folder`.

    Where no app's root is that folder, those whose root holds it and no other app's does more closely.
    """
    pythons = [app for app in apps(tree) if app.python is not None]
    above = [app for app in pythons if app.root == folder or app.root in folder.parents]
    deepest = max((len(app.root.parts) for app in above), default=0)
    return tuple(app for app in above if len(app.root.parts) == deepest)


def _upsun(tree: Tree) -> Iterator[App]:
    for path in sorted({*tree.paths(f"{UPSUN}/*.yaml"), *tree.paths(f"{UPSUN}/*.yml")}):
        if len(path.parts) == len((UPSUN, "file")):
            found = document.read(tree, str(path))
            listed = found.mapping.get("applications") if found else None
            if found is not None and listed is not None:
                yield from _named(tree, found, listed, "applications")


def _several(tree: Tree) -> Iterator[App]:
    found = document.read(tree, SEVERAL)
    if found is None:
        return
    if isinstance(found.root, Sequence):
        for item in found.root.items:
            home, mapping = _included(tree, found, item)
            yield _app(home, mapping, mapping.text("name") or "", None)
    else:
        yield from _named(tree, found, found.mapping, "the file")


def _beside(tree: Tree) -> Iterator[App]:
    for path in tree.paths(f"*{ONE}"):
        found = document.read(tree, str(path)) if path.name == ONE else None
        if found is not None:
            mapping = found.mapping
            yield _app(found, mapping, mapping.text("name") or "", path.parent)


def _named(tree: Tree, home: Document, listed: Node, what: str) -> Iterator[App]:
    if not isinstance(listed, Mapping):
        raise InputError(f"expected {what} to be a mapping of apps", file=home.file, place=f"line {listed.line}")
    for entry in listed.entries:
        if isinstance(entry.value, Scalar) and entry.value.null:
            continue
        where, mapping = _included(tree, home, entry.value)
        yield _app(where, mapping, entry.key.value, None)


def _included(tree: Tree, home: Document, node: Node) -> tuple[Document, Mapping]:
    """The mapping of an app, in the file that holds it."""
    path = included(node)
    if path is not None:
        file = posixpath.normpath(posixpath.join(posixpath.dirname(home.file), path[1]))
        found = document.read(tree, file) if not file.startswith("..") else None
        if found is None:
            raise InputError(f"includes {path[1]}, which is not there", file=home.file, place=f"line {node.line}")
        return found, found.mapping
    if not isinstance(node, Mapping):
        raise InputError("expected the keys of an app", file=home.file, place=f"line {node.line}")
    return home, node


def included(node: Node) -> tuple[str, str] | None:
    """Type and path of an `!include`, None for anything else; the short form is yaml."""
    if node.tag != "!include":
        return None
    if isinstance(node, Scalar):
        return "yaml", node.value
    if isinstance(node, Mapping):
        return node.text("type") or "yaml", node.text("path") or ""
    return None


def _app(home: Document, mapping: Mapping, name: str, beside: PurePosixPath | None) -> App:
    said = mapping.text("source", "root")
    root = PurePosixPath(posixpath.normpath(said.strip("/") or ".")) if said else (beside or _ROOT)
    return App(name=name, document=home, mapping=mapping, root=root)


def _runtimes(mapping: Mapping) -> Iterator[tuple[str, Node]]:
    """What `stack` names as Python: `python@3.13`, or nixpkgs' `python3.13` and `python313` in the old flat form."""
    for item in stack_items(mapping):
        name = item_name(item)
        rest = name.removeprefix("python") if name.startswith("python") else None
        if rest is not None and (rest.startswith("@") or rest.replace(".", "").isdigit()):
            yield _dotted(rest.removeprefix("@")), item


def _dotted(version: str) -> str:
    return version if "." in version or len(version) < len("30") else f"{version[0]}.{version[1:]}"


def stack_items(mapping: Mapping) -> Iterator[Node]:
    """The items of `stack`, flat or under `runtimes` and `packages`."""
    stack = mapping.get("stack")
    if isinstance(stack, Sequence):
        yield from stack.items
    elif isinstance(stack, Mapping):
        for key in ("runtimes", "packages"):
            listed = stack.get(key)
            yield from listed.items if isinstance(listed, Sequence) else ()
    elif isinstance(stack, Scalar):
        yield stack


def item_name(item: Node) -> str:
    """What an item of `stack` names: itself, its `package`, or its one key."""
    if isinstance(item, Scalar):
        return item.value
    if isinstance(item, Mapping) and item.entries:
        return item.text("package") or item.entries[0].key.value
    return ""
