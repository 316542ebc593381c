"""Poetry, for package indexes that serve the Simple API alone.

For each release Poetry asks PyPI's `/pypi/<name>/<version>/json`, which belongs to no standard; an index without it
fails every `lock` and `install`. Where that request finds nothing, the same answer is put together from what the
standards promise: the project's Simple page (PEP 691) and a wheel's core metadata (PEP 658). All else is Poetry's own.

Runs in Poetry's environment: `.tools/poetry/bin/python -P tests/tools/poetry_shim.py <arguments of poetry>`.
"""

from __future__ import annotations

import email.parser
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

Json = dict[str, Any]
File = Mapping[str, Any]
Get = Callable[..., Json | None]

RELEASE = re.compile(r"/?pypi/(?P<name>[^/]+)/(?P<version>[^/]+)/json")
SIMPLE = {"Accept": "application/vnd.pypi.simple.v1+json"}


def release_of(filename: str) -> tuple[str, Version] | None:
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[:2]
        return parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None


def release_files(page: Json, name: str, version: str) -> list[File]:
    """The files of a release; by name as well, for cffi-1.0.2-2.tar.gz reads as version 2 of something else."""
    wanted = canonicalize_name(name), Version(version)
    return [file for file in page["files"] if release_of(file["filename"]) == wanted]


def release(name: str, version: str, files: Sequence[File], metadata: str | None) -> Json:
    """The endpoint's answer. Without metadata the needs are null, and Poetry looks into the files itself."""
    fields = email.parser.HeaderParser().parsestr(metadata or "")
    yanked = [file.get("yanked", False) for file in files]
    return {
        "info": {
            "name": name,
            "version": version,
            "summary": fields.get("Summary", ""),
            "requires_dist": None if metadata is None else fields.get_all("Requires-Dist", []),
            "requires_python": fields.get("Requires-Python") or files[0].get("requires-python"),
            "yanked": all(yanked),
            "yanked_reason": next((reason for reason in yanked if isinstance(reason, str)), None),
        },
        "urls": [release_file(file) for file in files],
    }


def release_file(file: File) -> Json:
    return {
        "packagetype": "bdist_wheel" if file["filename"].endswith(".whl") else "sdist",
        "filename": file["filename"],
        "digests": file["hashes"],
        "url": file["url"],
        "size": file.get("size"),
        "upload_time_iso_8601": file.get("upload-time"),
        "yanked": bool(file.get("yanked", False)),
    }


def with_releases(get: Get) -> Get:
    """Poetry's own request, with an answer where the endpoint has none."""

    def answer(repository: Any, endpoint: str, headers: Mapping[str, str] | None = None) -> Json | None:  # noqa: ANN401 - Poetry's class is not typed for us
        found, asked = get(repository, endpoint, headers=headers), RELEASE.fullmatch(endpoint)
        if found is not None or asked is None:
            return found
        page = get(repository, f"simple/{asked['name']}/", headers=SIMPLE)
        files = release_files(page, asked["name"], asked["version"]) if page else []
        return release(asked["name"], asked["version"], files, core_metadata(repository, files)) if files else None

    return answer


def core_metadata(repository: Any, files: Sequence[File]) -> str | None:  # noqa: ANN401 - as above
    for file in files:
        if file["filename"].endswith(".whl"):
            reply = repository.session.get(file["url"] + ".metadata", raise_for_status=False)
            return reply.content.decode("utf-8", "replace") if reply.status_code == 200 else None
    return None


def main() -> int:
    from poetry.console.application import main as poetry
    from poetry.repositories.pypi_repository import PyPiRepository

    PyPiRepository._get = with_releases(PyPiRepository._get)  # noqa: SLF001 - the one place to stand in
    sys.argv[0] = "poetry"
    return int(poetry())


if __name__ == "__main__":
    sys.exit(main())
