"""Version specifiers as people write them in a Pipfile.

PEP 440, and what Pipenv takes or took besides: `*`, `latest` and nothing for any version, a bare `1.0` for `==1.0`,
`>=3.6.*` for `>=3.6`.
Source: `handle_non_vcs_requirement` and `get_version` in Pipenv's utils/dependencies.py.
"""

from __future__ import annotations

import re

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from converter.pyproject.requirement import specifier_text

_CLAUSE = re.compile(r"(?P<operator>===|==|~=|!=|<=|>=|<|>|=)?\s*(?P<version>\S+)")
_LEGACY = re.compile(r"\d[\w.+!-]*")
_ORDERED = ("<", "<=", ">", ">=")


def specifiers(text: str) -> SpecifierSet:
    """The specifier set that text says. Raises ValueError with a short reason."""
    clauses = [_clause(part.strip()) for part in text.split(",") if part.strip()]
    return SpecifierSet(",".join(filter(None, clauses)))


def _clause(part: str) -> str:
    match = _CLAUSE.fullmatch(part)
    if match is None:
        raise ValueError(f"'{part}' is no version specifier")
    operator, version = match["operator"] or "==", match["version"]
    operator = "==" if operator == "=" else operator
    if version in ("*", "latest") and operator in ("==", ">="):
        return ""
    if operator in _ORDERED:
        version = version.removesuffix(".*")
    return _valid(operator, version)


def _valid(operator: str, version: str) -> str:
    try:
        SpecifierSet(operator + version)
    except InvalidSpecifier:
        if operator == "==" and _LEGACY.fullmatch(version):
            return f"==={version}"  # a version from before PEP 440 (2004d)
        raise ValueError(f"'{operator}{version}' is no version specifier") from None
    return operator + version


def specifier_spelling(specifier: SpecifierSet, spelling: str) -> str:
    """How a Pipfile spells a specifier set: as written if that says the same, else lower bound first; `*` for any."""
    try:
        kept = spelling[:1] in set("=<>!~") and specifiers(spelling) == specifier
    except ValueError:
        kept = False
    return spelling if kept else specifier_text(specifier) or "*"
