"""A requirements file as lines: decoded, joined where they go on, each with the comment on it.

Specification: `_decode_req_file`, `join_lines` and `ignore_comments` in pip's req/req_file.py, step for step, but that
comments are kept and variables are not expanded.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from converter.errors import InputError

# UTF-32's mark begins with UTF-16's, so it is asked for first (pip asks in the other order, and reads no UTF-32).
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"coding[:=]\s*([-\w.]+)")
_COMMENT = re.compile(r"(^|\s+)#.*$")
_FALLBACK = "latin-1"  # every byte is a character of it; pip takes the locale's encoding, which no file can know


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A logical line: the number of its first physical line, its text without the comment, the comment with its `#`.

    Both are empty for a blank line.
    """

    number: int
    text: str = ""
    comment: str = ""


def decoded(data: bytes, file: str) -> str:
    """The text of a requirements file: by its byte order mark, its PEP 263 comment, else UTF-8, else Latin-1.

    Raises InputError for an encoding that nobody knows, or that the file is not in.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data.removeprefix(mark), encoding, file)
    found = (_DECLARED.search(line) for line in data.split(b"\n")[:2] if line.startswith(b"#"))
    if named := next((match[1].decode("ascii") for match in found if match), None):
        return _decode(data, named, file)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode(_FALLBACK)


def _decode(data: bytes, encoding: str, file: str) -> str:
    try:
        return str(codecs.decode(data, encoding))
    except (UnicodeDecodeError, LookupError, TypeError, ValueError) as why:
        reason = str(why).splitlines()[0]
        raise InputError(f"expected {encoding} text: {reason}", file=file, remedy="save the file as UTF-8") from None


def lines(text: str) -> Iterator[Line]:
    """The logical lines of a file in order, with blank lines and comments."""
    waiting: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), start=1):
        commented = _COMMENT.match(line) is not None
        if line.endswith("\\") and not commented:
            first = first if waiting else number
            waiting.append(line.strip("\\"))
            continue
        joined = "".join([*waiting, f" {line}" if commented else line])
        yield _line(first if waiting else number, joined)
        waiting = []
    if waiting:
        yield _line(first, "".join(waiting))


def _line(number: int, joined: str) -> Line:
    match = _COMMENT.search(joined)
    comment = match[0].strip() if match else ""
    return Line(number=number, text=_COMMENT.sub("", joined).strip(), comment=comment)
