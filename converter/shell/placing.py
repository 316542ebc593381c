"""Where new commands go in the text: word by word, and several so that the first that fails is the one that counts."""

from __future__ import annotations

from collections.abc import Sequence

from converter.shell.change import Change, Splice
from converter.shell.command import Command, Word
from converter.shell.removal import statements
from converter.shell.syntax import Node, Syntax
from converter.shell.translation import Rewritten


def placed(command: Command, new: Rewritten, syntax: Syntax) -> Change:
    """The change that puts the new words in a command's place, its wrappers kept; without any, the command goes."""
    if not new.commands:
        return Change(at=command.start, removed=(command.node,), notes=new.notes)
    if len(new.commands) == 1:
        splices = tuple(_by_words(command.words, new.commands[0]))
    else:
        splices = (_several(command, new, syntax),)
    return Change(at=command.start, splices=splices, notes=new.notes)


def _by_words(old: Sequence[Word], new: Sequence[str]) -> Sequence[Splice]:
    """Only the words that differ, between those at both ends that do not."""
    texts = [word.text for word in old]
    if texts == list(new):
        return ()
    least = min(len(texts), len(new))
    head = next((at for at in range(least) if texts[at] != new[at]), least)
    tail = next((at for at in range(least - head) if texts[-1 - at] != new[-1 - at]), least - head)
    middle = " ".join(new[head : len(new) - tail])
    if head + tail == len(texts):  # only words that are new
        at = old[head - 1].end if head else old[0].start
        return (Splice(at, at, f" {middle}" if head else f"{middle} "),)
    start, end = old[head].start, old[len(old) - tail - 1].end
    if not middle:
        return (Splice(old[head - 1].end, end, ""),)
    return (Splice(start, end, middle),)


def _several(command: Command, new: Rewritten, syntax: Syntax) -> Splice:
    text = syntax.text
    wrappers = text[command.node.start : command.words[0].start]
    said = [wrappers + " ".join(words) for words in new.commands]
    span = (command.node.start, command.words[-1].end)
    if _alone(command.node, syntax) and _stops_at_errors(syntax):
        first = text.rfind("\n", 0, span[0]) + 1
        newline = "\r\n" if "\r\n" in text else "\n"
        return Splice(*span, (newline + text[first : span[0]]).join(said))
    chained = " && ".join(said)
    if _chains(command.node, syntax):
        return Splice(*span, chained)
    return Splice(*span, f"( {chained} )" if _stops_at_errors(syntax) else f"{{ {chained}; }}")


def _alone(node: Node, syntax: Syntax) -> bool:
    """Whether a statement has its lines for itself."""
    above = syntax.parent(node)
    if above is None or node not in statements(syntax, above):
        return False
    first = syntax.text.rfind("\n", 0, node.start) + 1
    last = syntax.text.find("\n", node.end)
    return (
        not syntax.text[first : node.start].strip() and not syntax.text[node.end : last if last >= 0 else None].strip()
    )


def _chains(node: Node, syntax: Syntax) -> bool:
    """Whether `a && b` in the place of a command means what `a` failing would have meant there."""
    above = syntax.parent(node)
    while above is not None and above.kind == "list":
        children = syntax.children(above)
        if children[1].kind != "&&":
            return False
        node, above = above, syntax.parent(above)
    return above is not None and node in statements(syntax, above)


def _stops_at_errors(syntax: Syntax) -> bool:
    """Whether the text says `set -e`, which overlooks that `a` fails in `a && b`, and in braces, not in parentheses."""
    from converter.shell.command import simple_commands

    for command in simple_commands(syntax):
        if command.name == "set" and any(
            value == "errexit" or (value.startswith("-") and "e" in value) for value in command.values[1:]
        ):
            return True
    return False
