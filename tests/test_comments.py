from __future__ import annotations

import tomlkit
from tomlkit.items import Array, Table

from converter import comments
from converter.model import Comments

PIPFILE = """\
# A project of mine.

# where from
[[source]]  # the usual
name = "pypi"

[packages]  # what it runs on
# for the web
django = "*"  # long-term support

# a section of its own
celery = {version = "*"}
# flower = "*"

# touches the next header
[dev-packages]
pytest = "*"
# the very last
"""


def table(name: str) -> Table:
    found = tomlkit.parse(PIPFILE)[name]
    assert isinstance(found, Table)
    return found


def array(text: str) -> Array:
    found = tomlkit.parse(f"a = {text}\n")["a"]
    assert isinstance(found, Array)
    return found


def test_an_entry_has_the_lines_above_it_and_the_text_behind_it() -> None:
    found = comments.of_table(table("packages"))
    assert found["django"] == Comments(above=("# for the web",), trailing="# long-term support")
    assert found["celery"] == Comments(above=("# a section of its own",))


def test_lines_after_the_last_entry_are_the_tables_own() -> None:
    assert comments.of_table(table("packages"))[""] == Comments(above=('# flower = "*"',))


def test_a_header_has_what_touches_it_and_the_document_what_comes_last() -> None:
    assert comments.of_headers(tomlkit.parse(PIPFILE)) == {
        ("source",): Comments(above=("# where from",), trailing="# the usual"),
        ("packages",): Comments(trailing="# what it runs on"),
        ("dev-packages",): Comments(above=("# touches the next header",)),
        (): Comments(above=("# the very last",)),
    }


def test_the_top_of_a_document_is_set_apart_by_a_blank_line() -> None:
    assert comments.of_top(tomlkit.parse(PIPFILE)) == ("# A project of mine.",)
    assert comments.of_top(tomlkit.parse("# of a\na = 1\n")) == ()


def test_items_of_an_array_have_comments() -> None:
    found = comments.of_array(
        array(
            '[ # first\n  # above one\n  "one, # [not a comment",  # behind one\n  "two" # behind two\n  ,\n  # end\n]'
        )
    )
    assert found == [
        Comments(above=("# first", "# above one"), trailing="# behind one"),
        Comments(above=("# end",), trailing="# behind two"),
    ]


def test_items_without_comments_are_counted_too() -> None:
    assert comments.of_array(array('["a", {b = ["c"]}, """d"""]')) == [Comments()] * 3


def test_an_array_is_written_with_comments() -> None:
    note = Comments(above=("# above",), trailing="# behind")
    assert comments.array_text([('"a"', note), ('"b"', Comments())]) == (
        '[\n    # above\n    "a",  # behind\n    "b",\n]'
    )
    assert comments.array_text([]) == "[]"
    assert comments.of_array(comments.parsed_array([('"a"', note)])) == [note]


def test_an_entry_is_written_with_comments() -> None:
    note = Comments(above=("# above",), trailing="# behind")
    assert comments.entry_text("zope.event", '"*"', note) == '# above\n"zope.event" = "*"  # behind\n'


def test_every_comment_of_a_text_is_found() -> None:
    assert comments.lines_of('# a\nb = "# no"  # c\nd = """\n# no\n"""\n') == ("# a", "# c")
