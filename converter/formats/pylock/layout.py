"""The plain values of a pylock file as text: keys in PEP 751's order, a file on each line.

PEP 751 prescribes no layout. What it does not know (`tool`) is written in the order of the alphabet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from converter import toml

_TOP = (
    *("lock-version", "environments", "requires-python", "extras", "dependency-groups", "default-groups"),
    *("created-by", "tool", "packages"),
)
_ENTRY = (
    *("name", "version", "marker", "requires-python", "dependencies", "index", "vcs", "directory", "archive"),
    *("sdist", "wheels", "attestation-identities", "tool"),
)
_PLACE = (
    *("type", "name", "version", "url", "path", "editable", "requested-revision", "commit-id", "upload-time", "size"),
    *("hashes", "subdirectory"),
)
_LINES = frozenset({"environments", "wheels", "dependencies", "attestation-identities"})


def lock_text(values: Mapping[str, object]) -> str:
    """The text of a pylock file."""
    top = ordered({key: value for key, value in values.items() if key != "packages"}, _TOP)
    packages = values["packages"]
    entries = [ordered(entry, _ENTRY) for entry in packages] if isinstance(packages, Sequence) else []
    head = "".join(_lines(top if entries else {**top, "packages": []}))
    return "\n".join([head, *("[[packages]]\n" + "".join(_lines(entry)) for entry in entries)])


def ordered(table: Mapping[str, object], known: Sequence[str]) -> dict[str, object]:
    """The table with the keys that are known first, in their order, and the others behind them."""
    keys = [*(key for key in known if key in table), *sorted(key for key in table if key not in known)]
    return {key: _tidy(table[key]) for key in keys}


def _tidy(value: object) -> object:
    if isinstance(value, Mapping):
        return ordered(value, _PLACE)
    return [_tidy(item) for item in value] if isinstance(value, list) else value


def _lines(table: Mapping[str, object]) -> Iterator[str]:
    for key, value in table.items():
        if key in _LINES and isinstance(value, list) and value:
            yield f"{toml.key(key)} = [\n" + "".join(f"    {toml.value(item)},\n" for item in value) + "]\n"
        else:
            yield f"{toml.key(key)} = {toml.value(value)}\n"
