"""Releases made by hand: metadata, wheels and sdists, for the tests of what an index tells about edges."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping

from converter.model import Artifact, Package, PackageId, Registry
from tests.loopback import Listed, Loopback, file_listed


def metadata(name: str, *requires: str, version: str = "1.0", **fields: str) -> bytes:
    """The text of a METADATA; `fields` are further ones, `_` for `-`."""
    head = {"Metadata-Version": "2.1", "Name": name, "Version": version, "Summary": f"What {name} is"}
    more = {key.replace("_", "-"): value for key, value in fields.items()}
    lines = [f"{key}: {value}" for key, value in (head | more).items()]
    extras = sorted({r.partition("extra == ")[2].strip("'\"") for r in requires if "extra == " in r})
    lines += [f"Provides-Extra: {extra}" for extra in extras]
    return "\n".join([*lines, *(f"Requires-Dist: {r}" for r in requires), "", "Long text."]).encode()


_WHEEL = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel(name: str, content: bytes, *, version: str = "1.0", before: int = 0, after: int = 0) -> bytes:
    """A wheel with this METADATA, and as many bytes of another file before and after it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{name}/before.bin"), bytes(before))
        archive.writestr(zipfile.ZipInfo(f"{name}-{version}.dist-info/METADATA"), content, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo(f"{name}-{version}.dist-info/WHEEL"), _WHEEL)
        archive.writestr(zipfile.ZipInfo(f"{name}/after.bin"), bytes(after))
    return made.getvalue()


def sdist(name: str, content: bytes, egg_info: Mapping[str, bytes] | None = None, *, version: str = "1.0") -> bytes:
    """An sdist with this PKG-INFO, and perhaps with more files of its egg-info."""
    made = io.BytesIO()
    more = {f"{name}-{version}/src/{name}.egg-info/{file}": text for file, text in (egg_info or {}).items()}
    with tarfile.open(fileobj=made, mode="w") as archive:
        for path, text in {f"{name}-{version}/PKG-INFO": content, **more}.items():
            info = tarfile.TarInfo(path)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    return gzip.compress(made.getvalue(), mtime=0)


def wheel_name(name: str, version: str = "1.0") -> str:
    return f"{name}-{version}-py3-none-any.whl"


def serve(index: Loopback, name: str, *files: tuple[str, bytes], **more: object) -> Package:
    """Put files on an index; the package that a Pipfile.lock would have of them."""
    entries: list[Listed] = [file_listed(filename, body, **more) for filename, body in files]
    index.pages = {**index.pages, name: [*index.pages.get(name, []), *entries]}
    index.files |= dict(files)
    artifacts = tuple(Artifact(hashes=(f"sha256:{entry['hashes']['sha256']}",)) for entry in entries)
    return Package(id=PackageId(name=name, version="1.0", source=Registry(index.url)), artifacts=artifacts)


def serve_metadata(index: Loopback, name: str, content: bytes, *, version: str = "1.0", **more: object) -> Package:
    """A release whose metadata stands beside its wheel."""
    filename = wheel_name(name, version)
    package = serve(index, name, (filename, wheel(name, content, version=version)), **more)
    index.files[f"{filename}.metadata"] = content
    return package


def serve_all(index: Loopback, **requires: Iterable[str]) -> list[Package]:
    """Releases by name, with what they need."""
    return [serve_metadata(index, name, metadata(name, *lines)) for name, lines in requires.items()]
