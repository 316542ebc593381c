"""A `Project` as pyproject.toml and pdm.lock 4.5.1, and the tree without what was PDM's alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from converter import graph
from converter.formats.pdm.content_hash import content_hash, content_hashes
from converter.formats.pdm.cuts import target_ranges, within
from converter.formats.pdm.entries import Values, entries, order
from converter.formats.pdm.layout import LOCK_VERSION, lock_text
from converter.formats.pdm.lockfile import DEFAULT, INHERIT, LOCK, STATIC_URLS
from converter.formats.pdm.naming import renamed
from converter.formats.pdm.parse import parse
from converter.formats.pdm.refused import refused
from converter.formats.pdm.rows import Row, group_order, rows_of
from converter.formats.pdm.settings import MANIFEST
from converter.formats.pdm.tool_table import without
from converter.formats.pdm.unchosen import unchosen
from converter.formats.pdm.walked import says_the_same
from converter.formats.pdm.write import manifest_text
from converter.losses import Kind, Loss, Lossy
from converter.markers import Marker
from converter.model import Lock, Project, ScopeKind
from converter.pyproject.edit import checked, read_document
from converter.pyproject.itself import without_itself
from converter.pyproject.retire import belonging
from converter.pyproject.sections import join, remove, split
from converter.toml import values
from converter.tree import Tree

CONFIGURATION = ("pdm.toml", ".pdm.toml")
"""PDM's configuration of one project: today's name, and the older one."""

_AFTER_MARKER = ("marker", "dependencies", "files")
_FLAGS = ("direct_minimal_versions", STATIC_URLS)


def emit(project: Project, tree: Tree) -> Lossy[Tree]:
    """The tree with the project as PDM's manifest and, where it has a lock, as pdm.lock; what else there is stays.

    A manifest that declares the same already stays as it is. Raises InputError for a pyproject.toml that cannot be read
    or edited, StopError where setup files hold the dependencies, or for a lock whose files have no names.
    """
    text = tree.text(MANIFEST) or ""
    named = renamed(project)
    built = bool(read_document(text).get("build-system"))
    bare = without_itself(named.value, built=built, by_name=True)
    own = "pdm" in project.tool and MANIFEST in tree and _declares(tree, project)
    written = Lossy(text) if own else manifest_text(bare.value, tree, installs_itself=bool(bare.losses))
    result = tree.put(MANIFEST, written.value) if written.value != text else tree
    told = (*named.losses, *(() if own else bare.losses), *written.losses)
    kept = named.value if own else bare.value
    if kept.lock is None:
        return Lossy(result, told)
    locked = _lock_text(kept, kept.lock, written.value)
    return Lossy(result.put(LOCK, locked.value), (*told, *locked.losses))


def _declares(tree: Tree, project: Project) -> bool:
    return _declared(parse(tree.drop(LOCK), project.name).value) == _declared(project)


def _declared(project: Project) -> tuple[object, ...]:
    return (
        project.requires_python,
        project.dependencies,
        dict(project.optional_dependencies),
        dict(project.dependency_groups),
        project.overrides,
        project.indexes,
        dict(project.tasks),
    )


def _lock_text(project: Project, lock: Lock, manifest: str) -> Lossy[str]:
    """The lock's text: with groups and a marker for each entry, or by its edges alone where these tell scopes apart."""
    care = graph.covered(project)
    lock = unchosen(lock)
    rows = rows_of(project, lock, care)
    own = lock.tool.get("pdm", {})
    strategy = _strategy(own)
    text = _text(project, lock, rows.value, manifest, strategy)
    left = tuple(loss for loss in rows.losses if loss.kind is not Kind.MARKER_SHARED)
    shared = frozenset(name for loss in rows.losses if loss.kind is Kind.MARKER_SHARED for name in loss.packages)
    told = (*_losses(lock), *(() if own else refused(project, lock, care, LOCK)))
    if INHERIT not in strategy:
        return Lossy(text, (*left, *told))
    if shared:
        bare = _text(project, lock, rows.value, manifest, [flag for flag in strategy if flag != INHERIT])
        walked = parse(Tree.of({MANIFEST: manifest, LOCK: bare}), project.name).value
        if says_the_same(project, walked, care):
            detail = "; ".join((f"for {', '.join(sorted(shared))}", *_leaning(project)))
            decide = Loss(kind=Kind.EDGES_DECIDE, where=f"{LOCK}: metadata.strategy", detail=detail, packages=shared)
            return Lossy(bare, (*left, decide, *told))
    return Lossy(text, (*rows.losses, *told))


def _leaning(project: Project) -> Iterator[str]:
    """A word on each group that asks for the project: without main, PDM installs nothing of what that needs."""
    for scope in sorted(graph.on_top(project)):
        if scope.kind is ScopeKind.GROUP:
            yield f"what the project needs comes to {scope} with main alone"


def _text(project: Project, lock: Lock, rows: Sequence[Row], manifest: str, strategy: Sequence[str]) -> str:
    care, own = graph.covered(project), lock.tool.get("pdm", {})
    document = values(manifest, MANIFEST)
    targets = _targets(project, own.get("targets"), rows, care)
    made = entries(project, sorted(rows, key=order), care, strategy)
    made = [_in_targets(each, targets, project) for each in made] if not own and INHERIT in strategy else made
    known = own.get("content-hash")
    fresh = known in content_hashes(document) and own.get("lock-version") == LOCK_VERSION
    metadata = {
        "groups": _groups(project, own.get("groups")),
        "strategy": strategy,
        "lock_version": LOCK_VERSION,
        "content_hash": known if fresh else content_hash(document),
    }
    return lock_text(metadata, targets, made, own.get("lock-inputs") if fresh else None)


def _strategy(own: Mapping[str, object]) -> list[str]:
    """The flags of the lock: PDM's own ones that a lock of today still has, and that entries say where they go.

    A lock that has targets is of a PDM that says so by default: where it does not, somebody chose that.
    """
    flags = own.get("strategy")
    known = [flag for flag in flags if flag in (*_FLAGS, INHERIT)] if isinstance(flags, Sequence) else []
    chosen = bool(own.get("targets")) and flags is not None
    return sorted({*known, *(() if chosen else (INHERIT,))})


def _groups(project: Project, own: object) -> list[str]:
    """All groups of the project, or those that PDM's own lock is for."""
    every = {DEFAULT, *project.optional_dependencies, *project.dependency_groups}
    kept = every & set(own) if isinstance(own, Sequence) else every
    return sorted(kept | {DEFAULT}, key=group_order)


def _targets(project: Project, own: object, rows: Sequence[Row], care: Marker) -> list[Mapping[str, object]]:
    """The environments that the lock is for: those of PDM's own lock, else the project's interpreters."""
    if isinstance(own, list) and own:
        return own
    return [{"requires_python": each} for each in target_ranges(_stated(project), rows, care)]


def _stated(project: Project) -> str:
    return str(project.requires_python or (project.lock.requires_python if project.lock else None) or "")


def _in_targets(entry: Values, targets: Sequence[Mapping[str, object]], project: Project) -> Values:
    """An entry with its marker as PDM writes it where there are several targets."""
    if len(targets) == 1:
        return entry
    ranges = [str(each["requires_python"]) for each in targets]
    text = within(str(entry.get("marker", "")), ranges, _stated(project))
    made = {key: value for key, value in entry.items() if key not in _AFTER_MARKER}
    made |= {"marker": text} if text else {}
    return made | {key: entry[key] for key in _AFTER_MARKER[1:] if key in entry}


def _losses(lock: Lock) -> Iterator[Loss]:
    silent = frozenset(package.name for package in lock.packages if package.summary is None)
    if silent:
        detail = f"{len(silent)} of {len(lock.packages)} packages"
        yield Loss(kind=Kind.SUMMARY_UNKNOWN, where=LOCK, detail=detail, packages=silent)


def retire(tree: Tree) -> Lossy[Tree]:
    """The tree without pdm.lock, PDM's configuration and `[tool.pdm]`; a manifest that gets empty goes too.

    What pdm-backend reads of `[tool.pdm]` stays where it builds the project. Where nothing is built, the requirements
    go as well. Raises InputError for a manifest that cannot be read.
    """
    bare = tree.drop(*(path for path in (LOCK, *CONFIGURATION) if path in tree))
    told = tuple(_settings(tree))
    text = tree.text(MANIFEST)
    if text is None:
        return Lossy(bare, told)
    document = read_document(text)
    left = checked(join(remove(split(without(text)), *belonging(document))))
    return Lossy(bare.put(MANIFEST, left) if left.strip() else bare.drop(MANIFEST), told)


def _settings(tree: Tree) -> Iterator[Loss]:
    for file in CONFIGURATION:
        text = tree.text(file)
        for key, value in values(text, file).items() if text else ():
            yield Loss(kind=Kind.SETTING_NEEDLESS, where=file, detail=f"{key} = {value}")
