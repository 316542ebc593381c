"""What pip itself reads in requirements files, as JSON: run by the interpreter that pip is installed for.

Each file gives a list of rows, or the sentence with which pip refuses it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pip._internal.exceptions import PipError
from pip._internal.network.session import PipSession
from pip._internal.req import parse_requirements
from pip._internal.req.constructors import install_req_from_parsed_requirement


def row(parsed: Any) -> dict[str, object]:  # noqa: ANN401  # what pip hands out
    """One requirement as pip makes it of a line."""
    made = install_req_from_parsed_requirement(parsed)
    link = made.link if made.link and made.link.scheme != "file" else None
    return {
        "name": made.name,
        "specifier": str(made.req.specifier) if made.req and not made.link else "",
        "extras": sorted(made.extras),
        "marker": str(made.markers or ""),
        "editable": made.editable,
        "constraint": parsed.constraint,
        "hashes": sorted(f"{name}:{each}" for name, several in made.hash_options.items() for each in several),
        "url": link.url_without_fragment if link else None,
    }


def answer(path: str) -> list[dict[str, object]] | str:
    """All rows of a file, or why pip refuses it."""
    try:
        return [row(parsed) for parsed in parse_requirements(path, PipSession())]
    except (PipError, UnicodeError, LookupError, ValueError) as why:
        return f"{type(why).__name__}: {why}"


if __name__ == "__main__":
    json.dump([answer(path) for path in sys.argv[1:]], sys.stdout)
