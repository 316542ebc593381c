"""The one room that may ask a package index: what a source lock lacks is looked up for exactly the pinned versions.

`complete` is the whole room to its callers, `fill_files` the part of it that an old lock of the same tool may need;
`fill` and `close` are its two halves, for a caller that closes a lock for several ranges of Pythons. `with_mirrors`
decides which index is written, `Settings` says how it may ask. Nothing that talks to a network is imported before a
request is really made, so a conversion that needs no index, or finds all it needs in the cache, pays nothing.
"""

from converter.index.complete import complete, fill
from converter.index.conditions import MADE_FOR
from converter.index.edges import close, is_flat
from converter.index.files import fill_files
from converter.index.settings import Request, Settings
from converter.index.written import with_mirrors

__all__ = [
    "MADE_FOR",
    "Request",
    "Settings",
    "close",
    "complete",
    "fill",
    "fill_files",
    "is_flat",
    "with_mirrors",
]
