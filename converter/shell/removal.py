"""Takes commands out of a shell text so that what is left means the same with them having succeeded.

A command alone on its line goes with its line and the comment that describes it; in `a && b` it goes with its operator;
where the grammar must have a command, `:` stands in for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby

from converter.shell.change import Splice
from converter.shell.syntax import Node, Syntax

BODIES = frozenset([
    "program", "do_group", "if_statement", "elif_clause", "else_clause", "case_item", "compound_statement", "subshell",
    "command_substitution",
])  # fmt: skip
_STATEMENTS = frozenset([
    "command", "redirected_statement", "list", "pipeline", "negated_command", "if_statement", "while_statement",
    "for_statement", "c_style_for_statement", "case_statement", "function_definition", "compound_statement", "subshell",
    "declaration_command", "unset_command", "variable_assignment", "variable_assignments", "test_command", "ERROR",
])  # fmt: skip
_CLOSERS = frozenset(["fi", "done", "}", ")", "else", "elif", ";;", "esac", "then", "do"])
_COMMENT = re.compile(r"[ \t]*#(?!!)")


def spread(syntax: Syntax, removed: Iterable[Node]) -> Mapping[int, Node]:
    """The nodes that are gone when these are, by index: a list whose both sides go, an `if` without a body."""
    gone = {node.index: node for node in removed}
    waiting = list(gone.values())
    while waiting:
        above = syntax.parent(waiting.pop())
        if above is not None and above.index not in gone and _empties(syntax, above, gone):
            gone[above.index] = above
            waiting.append(above)
    return gone


def _empties(syntax: Syntax, node: Node, gone: Mapping[int, Node]) -> bool:
    children = syntax.children(node)
    if node.kind == "redirected_statement":
        return any(child.field == "body" and child.index in gone for child in children)
    if node.kind == "list":
        left, operator, right = children[0], children[1], children[-1]
        return left.index in gone and (right.index in gone or operator.kind == "||")
    if node.kind in ("pipeline", "declaration_command", "variable_assignments"):
        return all(child.index in gone for child in children if child.kind not in ("|", "|&", "export"))
    if node.kind == "if_statement":
        plain = all(child.kind == "test_command" for child in children if child.field == "condition" and _named(child))
        other = any(child.kind in ("elif_clause", "else_clause") for child in children)
        return plain and not other and _all_gone(syntax, node, gone)
    in_function = (above := syntax.parent(node)) is not None and above.kind == "function_definition"
    return node.kind in ("subshell", "compound_statement") and not in_function and _all_gone(syntax, node, gone)


def _named(node: Node) -> bool:
    return node.kind not in (";", "\n")


def statements(syntax: Syntax, body: Node) -> Sequence[Node]:
    """The statements right in a body; conditions are none."""
    children = list(syntax.children(body))
    then = [at for at, child in enumerate(children) if child.kind == "then"]
    return [child for child in children[then[0] if then else 0 :] if child.kind in _STATEMENTS and not child.field]


def _all_gone(syntax: Syntax, body: Node, gone: Mapping[int, Node]) -> bool:
    return all(child.index in gone for child in statements(syntax, body))


def removals(syntax: Syntax, gone: Mapping[int, Node], named: re.Pattern[str]) -> Iterator[Splice]:
    """The edits that take out the topmost of the nodes that are gone, with the comments that tell of them alone.

    A comment right above tells of them alone if nothing else follows it at once, or if it is one that `named` finds.
    """
    top = sorted(
        (node for node in gone.values() if node.parent not in gone), key=lambda node: (node.parent, node.start)
    )
    lines: list[Node] = []
    for parent, nodes in groupby(top, key=lambda node: node.parent):
        above = syntax.nodes[parent]
        body = statements(syntax, above) if above.kind in BODIES else ()
        kept_by_colon = body[:1] if above.kind != "program" and all(node.index in gone for node in body) else ()
        within = {node.index for node in body}
        for node in nodes:
            if node.index not in within:
                yield from _inline(syntax, node, above)
            elif node in kept_by_colon:
                yield Splice(node.start, node.end, ":")
            else:
                lines.append(node)
    yield from _lines(syntax, sorted(lines, key=lambda node: node.start), named)


def _inline(syntax: Syntax, node: Node, above: Node) -> Iterator[Splice]:
    """A node in a list, a pipeline, a condition, an `export`."""
    children = syntax.children(above)
    if above.kind == "list" and children[1].kind == "&&":
        left, right = children[0], children[-1]
        yield Splice(left.start, right.start, "") if node == left else Splice(left.end, _end(syntax, above, right), "")
    elif above.kind in ("declaration_command", "variable_assignments"):
        yield Splice(children[children.index(node) - 1].end, node.end, "")
    else:
        yield Splice(node.start, node.end, ":")


def _end(syntax: Syntax, above: Node, last: Node) -> int:
    """Where the last command of a list ends: `> file` is its own, though the grammar gives it to the whole list."""
    around = syntax.parent(above)
    return around.end if around is not None and around.kind == "redirected_statement" else last.end


# whole lines


def _lines(syntax: Syntax, nodes: Sequence[Node], named: re.Pattern[str]) -> Iterator[Splice]:
    found = [_span(syntax, node) for node in nodes]
    whole = [(start, end) for start, end, alone in found if alone]
    for start, end, alone in found:
        if not alone:
            yield Splice(start, end, "")
    yield from (Splice(start, end, "") for start, end in _with_comments(syntax, _joined(whole), named))


def _span(syntax: Syntax, node: Node) -> tuple[int, int, bool]:
    """What goes with a statement: its lines where it is alone on them, else up to the next statement."""
    text = syntax.text
    first = text.rfind("\n", 0, node.start) + 1
    end = _past(text, node.end, " \t;&") if text[node.end : node.end + 2] != ";;" else node.end
    last = text.find("\n", end)
    last = len(text) if last < 0 else last + 1
    rest = text[end:last].strip()
    if not text[first : node.start].strip() and (not rest or rest.startswith("#")):
        return first, last, True
    if rest and not rest.startswith("#"):
        return node.start, end, False
    return _before(text, node.start), node.end, False


def _past(text: str, at: int, letters: str) -> int:
    while at < len(text) and text[at] in letters and not text.startswith(";;", at):
        at += 1
    return at


def _before(text: str, at: int) -> int:
    """Where the separator before a statement begins, so that `a; b` without `b` is `a`."""
    while at > 0 and text[at - 1] in " \t;":
        at -= 1
    return at


def _joined(spans: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        first = joined.pop()[0] if joined and joined[-1][1] >= start else start
        joined.append((first, end))
    return joined


def _with_comments(
    syntax: Syntax, spans: Sequence[tuple[int, int]], named: re.Pattern[str]
) -> Iterator[tuple[int, int]]:
    comments = {node.start for node in syntax.nodes if node.kind == "comment"}
    for start, end in spans:
        above = _above(syntax.text, start, comments)
        alone = _ends_paragraph(syntax.text, end) or named.search(syntax.text, above, start)
        yield _line_break(syntax.text, above if alone else start, end), end


def _line_break(text: str, start: int, end: int) -> int:
    """Without its last line a text ends as it did before: in a line break, or in none."""
    if end < len(text) or text.endswith("\n") or not start:
        return start
    return start - (2 if text.startswith("\r\n", start - 2) else 1)


def _ends_paragraph(text: str, at: int) -> bool:
    """Whether nothing that the comment above could be about follows."""
    newline = text.find("\n", at)
    line = text[at : len(text) if newline < 0 else newline].strip()
    return not line or line.startswith(("#", ";;")) or re.split(r"[\s;]", line)[0] in _CLOSERS


def _above(text: str, at: int, comments: AbstractSet[int]) -> int:
    """Where the comment lines right above begin."""
    while at > 0:
        start = text.rfind("\n", 0, at - 1) + 1
        line = text[start:at]
        if not _COMMENT.match(line) or start + line.index("#") not in comments:
            return at
        at = start
    return at
