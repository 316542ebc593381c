"""A mirror: another address at which the same index is reached. What is written stays the index's own.

Where a mirror links to a file on its own host, the file has an address under the index too. For the public index that
is `files.pythonhosted.org`, with the path that names the file's hash where the mirror keeps it, else with the one that
can be told from the file's name (https://docs.pypi.org/api/#predictable-urls).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from converter.model import PUBLIC_INDEX

_FILES = "https://files.pythonhosted.org"
_BY_HASH = re.compile(r"/packages/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{60}/[^/]+$")
_SIMPLE = re.compile(r"/\+?simple$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """`index` is the address that the project writes, `reached` the mirror's, both without a slash at the end.

    `places` remembers where the files that were read of are reached.
    """

    index: str
    reached: str = field(repr=False)
    places: dict[str, str] = field(default_factory=dict, repr=False)

    def as_written(self, url: str) -> str:
        """The address that a file of the mirror has under the index."""
        if _origin(url) != _origin(self.reached):
            return url
        written = _public(url) if self.index == PUBLIC_INDEX else _moved(url, self.reached, self.index)
        self.places[written] = url
        return written

    def as_reached(self, url: str) -> str:
        """Where a file of the index is on the mirror: as it was read, else as mirrors usually have it."""
        index = f"{_FILES}/simple" if self.index == PUBLIC_INDEX else self.index
        return self.places.get(url) or _moved(url, index, self.reached)


def _public(url: str) -> str:
    path = urlsplit(url).path
    if known := _BY_HASH.search(path):
        return _FILES + known[0]
    filename = path.rpartition("/")[2]
    name, tag = filename.partition("-")[0], filename.split("-")[-3:][0]
    if not filename.endswith(".whl"):
        name, tag = filename.rpartition("-")[0], "source"
    return f"{_FILES}/packages/{tag}/{name[:1]}/{name}/{filename}"


def _moved(url: str, here: str, there: str) -> str:
    """An address under the root of one index as one under another's; elsewhere on its host, with the same path."""
    if _origin(url) != _origin(here):
        return url
    root = _SIMPLE.sub("", here)
    if url.startswith(root + "/"):
        return _SIMPLE.sub("", there) + url[len(root) :]
    return _origin(there) + url[len(_origin(url)) :]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
