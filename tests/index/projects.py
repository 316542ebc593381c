"""Whole projects of made-up packages, with the index that serves them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.index.releases import metadata, serve, wheel, wheel_name
from tests.loopback import Loopback


def pipenv_project(folder: Path, index: Loopback, size: int, direct: int) -> None:
    """A Pipfile that declares `direct` packages, which need all others, and the Pipfile.lock of all."""
    names = [f"package-{number:03}" for number in range(size)]
    locked = {}
    for number, name in enumerate(names):
        needed = [names[n] for n in range(number * 3 + direct, min(number * 3 + direct + 3, size))]
        locked[name] = {"hashes": _served(index, name, needed), "index": "loopback", "version": "==1.0"}
    source = {"name": "loopback", "url": index.url, "verify_ssl": True}
    declared = "".join(f'{name} = "*"\n' for name in names[:direct])
    (folder / "Pipfile").write_text(
        f'[[source]]\nname = "loopback"\nurl = "{index.url}"\nverify_ssl = true\n\n[packages]\n{declared}\n'
        '[requires]\npython_version = "3.11"\n'
    )
    requires = {"python_version": "3.11"}
    data = {"_meta": {"sources": [source], "requires": requires}, "default": dict.fromkeys(names[:direct], "*")}
    text = json.dumps(data | {"develop": {}}, sort_keys=True, separators=(",", ":"))
    meta = {"hash": {"sha256": hashlib.sha256(text.encode()).hexdigest()}, "pipfile-spec": 6}
    lock = {"_meta": meta | {"requires": requires, "sources": [source]}, "default": locked, "develop": {}}
    (folder / "Pipfile.lock").write_text(json.dumps(lock, indent=4, sort_keys=True) + "\n")


def _served(index: Loopback, name: str, needed: list[str]) -> list[str]:
    """The hashes of a release that the index now has, with its metadata beside it."""
    stem = name.replace("-", "_")
    content = metadata(name, *needed, Requires_Python=">=3.8")
    filename = wheel_name(stem)
    digest = hashlib.sha256(content).hexdigest()
    package = serve(index, name, (filename, wheel(stem, content)), core_metadata={"sha256": digest})
    index.files[f"{filename}.metadata"] = content
    return sorted(package.hashes)
