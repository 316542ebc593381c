"""Which commands a text holds, and where."""

from __future__ import annotations

import pytest

from converter.cli.commanding import TOOLS
from converter.shell import commands
from converter.shell.dialects import DIALECTS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a b 'c d' \"e $F\" g\\ h", [["a", "b", "c d", "e $F", "g h"]]),
        ("a && b || c; d | e & f\ng", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"], ["g"]]),
        ("if a; then b; elif c; then d; else e; fi", [["a"], ["b"], ["c"], ["d"], ["e"]]),
        ("while a; do b; done; until c; do d; done", [["a"], ["b"], ["c"], ["d"]]),
        ("for x in 1 2; do a $x; done", [["a", "$x"]]),
        ("case $x in a|b) c;; *) d;; esac", [["c"], ["d"]]),
        ("f() { a; }\n( b ); { c; }; ! d", [["a"], ["b"], ["c"], ["d"]]),
        ('a "$(b c)" `d` <(e)', [["a", "$(b c)", "`d`", "<(e)"], ["b", "c"], ["d"], ["e"]]),
        ("cat <<EOF\na b\nEOF\nc", [["cat"], ["c"]]),
        ("cat <<'EOF'\n$(a b)\nEOF\nc", [["cat"], ["c"]]),
        ("# a b\nc # d", [["c"]]),
        ("a > b 2>&1 < c", [["a"]]),
        ("A=1\nexport B=2\n[ -n x ]", []),
        ("a \\\n  b", [["a", "b"]]),
        ("a b\r\nc\r\n", [["a", "b"], ["c"]]),
    ],
)
def test_the_words_of_each_command(text: str, found: list[list[str]]) -> None:
    assert [list(command.values) for command in commands(text)] == found


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("A=1 B='2 3' x y", ["A=1", "B='2 3'"]),
        ("exec x y", ["exec"]),
        ("env -i -u A B=1 x y", ["env", "-i", "-u", "A", "B=1"]),
        ("nohup nice -n 5 x y", ["nohup", "nice", "-n", "5"]),
        ("sudo -u web -E x y", ["sudo", "-u", "web", "-E"]),
        ("time -p x y", ["time", "-p"]),
        ("timeout -k 5 10 x y", ["timeout", "-k", "5", "10"]),
        ("/usr/bin/env x y", ["/usr/bin/env"]),
        ("command x y", ["command"]),
        ("A=1 exec env B=2 x y", ["A=1", "exec", "env", "B=2"]),
    ],
)
def test_what_stands_before_a_command(text: str, prefix: list[str]) -> None:
    (command,) = commands(text)
    assert [word.text for word in command.prefix] == prefix
    assert command.values == ("x", "y")


def test_places_are_those_of_the_text_itself() -> None:
    text = "# \u2019 caf\u00e9 \U0001f600\r\n\r\nA=\u2019 poetry  '\u00e9 x' \\\r\n  end\r\n"
    (command,) = commands(text)
    assert [text[word.start : word.end] for word in command.words] == ["poetry", "'\u00e9 x'", "end"]
    assert (command.line, command.name, command.words[1].value) == (3, "poetry", "\u00e9 x")
    assert [word.text for word in command.prefix] == ["A=\u2019"]


def test_a_program_is_named_without_its_folder_and_expansions_are_told() -> None:
    (command,) = commands('"$HOME/.local/bin/poetry" \'$x\' $x "${y}" z')
    assert command.name == "poetry"
    assert [word.literal for word in command.words] == [False, False, False, False, True]


def test_commands_that_the_grammar_lost_are_left_out() -> None:
    assert [command.name for command in commands("a\nb ) c\nd\n")] == ["a", "d"]
    assert commands("if a; then\n'") == ()


def test_the_command_line_names_the_tools_that_there_are() -> None:
    assert tuple(DIALECTS) == TOOLS
