"""The last look over what people wrote: what stands there otherwise afterwards is told, whichever format did it.

Formats put comments where they belong, and tell those that they have no place for. Whatever an edit takes along
besides, such as the tail of a table that goes, is found here; so is a name or a word that had to change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import PurePosixPath

from converter import naming
from converter.format import Format
from converter.losses import Kind, Loss, Lossy
from converter.model import Project, Registry, Requirement, Vcs, declared
from converter.pyproject.edit import read_document
from converter.pyproject.fields import is_name
from converter.pyproject.requirement import forgiving, parse_requirement, reference_url
from converter.tree import Edit, Tree

_MANIFEST = "pyproject.toml"


def of(written: Lossy[Tree], formats: tuple[Format, Format], projects: tuple[Project, Project]) -> tuple[Loss, ...]:
    """What nobody told yet: `formats` and `projects` are the source's and the target's, `written` the planned tree."""
    gone_lines = gone(written.value, formats, written.losses)
    return (*gone_lines, *plain_references(*projects), *renamed(written.value), *published(written.value, projects[0]))


def gone(written: Tree, formats: tuple[Format, Format], told: Iterable[Loss]) -> Iterator[Loss]:
    """A note for each comment of the edited files that no file of the tree holds any more and no loss names.

    `formats` are the source and the target: they know how their files write comments.
    """
    edits = [edit for edit in written.edits() if str(edit.path) not in _locks(formats)]
    kept = Counter(map(_bare, _comments(edits, formats, before=False).elements()))
    named = {_bare(loss.detail) for loss in told if loss.kind is Kind.COMMENT_LEFT}
    for edit in edits:
        for line in _comments([edit], formats, before=True).elements():
            bare = _bare(line)
            if kept[bare]:
                kept[bare] -= 1
            elif bare not in named and not any(bare in each for each, count in kept.items() if count):
                yield Loss(kind=Kind.COMMENT_LEFT, where=str(edit.path), detail=line)


def plain_references(before: Project, after: Project) -> Iterator[Loss]:
    """A note for each branch and tag that the target's manifest has as a revision, without the word."""
    kept = {(r.name, r.source.reference) for _, r in declared(after) if isinstance(r.source, Vcs)}
    for scope, each in declared(before):
        source = each.source
        if not isinstance(source, Vcs) or not source.revision or source.reference == "rev":
            continue
        if (each.name, source.reference) not in kept:
            detail = f"{each.name} at the {source.reference} {source.revision}"
            yield Loss(kind=Kind.REFERENCE_PLAIN, where=str(scope), detail=detail, packages=frozenset({each.name}))


def published(written: Tree, before: Project) -> Iterator[Loss]:
    """A loss for each requirement that the project's wheel takes from another place than its wheel did before.

    What a wheel requires is what `[project]` says, or what poetry-core makes of the tables of Poetry 1.
    """
    old, new = (read_document(tree.text(_MANIFEST) or "") for tree in (Tree(written.base), written))
    if before.installs_itself is False or "build-system" not in old or "build-system" not in new:
        return
    ours, theirs = _references(old), _references(new)
    if ours is None and "project" not in old and before.installs_itself:
        ours = {r.name: _place(r) for r in chain(before.dependencies, *before.optional_dependencies.values())}
    for name in sorted((ours or {}).keys() & (theirs or {}).keys()):
        one, two = (ours or {})[name], (theirs or {})[name]
        if one != two:
            detail = f"{name}: {one or 'any index'} -> {two or 'any index'}"
            yield Loss(
                kind=Kind.WHEEL_REFERENCE, where=f"{_MANIFEST}: project", detail=detail, packages=frozenset({name})
            )


def _references(document: Mapping[str, object]) -> dict[str, str] | None:
    """The direct reference of each published requirement, empty without one; `None` where none is said there."""
    project = document.get("project")
    dynamic = project.get("dynamic") if isinstance(project, Mapping) else None
    if not isinstance(project, Mapping) or (isinstance(dynamic, list) and "dependencies" in dynamic):
        return None
    extras = project.get("optional-dependencies")
    several = [project.get("dependencies"), *(extras.values() if isinstance(extras, Mapping) else ())]
    texts = (text for each in several if isinstance(each, list) for text in each if isinstance(text, str))
    return {read.name: _place(read) for text in texts if (read := _requirement(text))}


def _requirement(text: str) -> Requirement | None:
    try:
        return parse_requirement(forgiving(text))
    except ValueError:
        return None


def _place(requirement: Requirement) -> str:
    source = requirement.source
    return "" if source is None or isinstance(source, Registry) else reference_url(source)


def renamed(written: Tree) -> Iterator[Loss]:
    """A note where the manifest's name was none that a package may have, so that another stands there now."""
    old, new = (naming.as_written(tree) for tree in (Tree(written.base), written))
    if old and new and old != new and not is_name(old):
        yield Loss(kind=Kind.NAME_TIDIED, where="pyproject.toml: project.name", detail=f"{old} -> {new}")


def _locks(formats: tuple[Format, Format]) -> frozenset[str]:
    """The locks that a tool alone writes."""
    return frozenset(form.lock for form in formats if not form.adds_missing)


def _comments(edits: Iterable[Edit], formats: tuple[Format, Format], *, before: bool) -> Counter[str]:
    found: Counter[str] = Counter()
    for edit in edits:
        content = edit.before if before else edit.after
        if content is not None:
            found.update(_of_file(Tree({edit.path: content}), edit.path, formats))
    return found


def _of_file(tree: Tree, path: PurePosixPath, formats: tuple[Format, Format]) -> tuple[str, ...]:
    return next((found for form in formats if (found := form.comments(tree, path))), ())


def _bare(comment: str) -> str:
    """A comment without the spaces in it: joined and indented anew it is still the same."""
    return "".join(comment.split())
