"""What a command means, whichever manager it is said to: the middle between each two of them.

A meaning is a verb, the facts that qualify it, and the words it is about. Which facts a manager cannot say is found by
reading its own words back, so no table of losses for each pair of managers is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class Verb(Enum):
    """What is done."""

    INSTALL = auto()  # what the lock holds
    PROJECT = auto()  # the project itself, without its dependencies
    RUN = auto()  # a program of the environment
    LOCK = auto()  # lock anew, keeping what is locked where it fits
    RELOCK = auto()  # lock anew, everything as new as may be
    UPDATE = auto()  # RELOCK, and install that
    CHECK_LOCK = auto()  # fail where the lock is not the manifest's
    CHECK_MANIFEST = auto()
    ADD = auto()
    REMOVE = auto()
    EXPORT = auto()  # the lock as requirements
    AUDIT = auto()  # fail where a locked package has known vulnerabilities
    REPORT = auto()  # say something of the project
    MAKE_ENV = auto()
    SHOW_ENV = auto()  # print the folder of the environment
    ENTER = auto()  # a shell in the environment
    VERSION = auto()
    CONFIGURE = auto()
    TREE = auto()
    PACKAGES = auto()  # list what is installed
    BUILD = auto()
    CLEAR = auto()  # the tool's cache
    TOOL = auto()  # install the tool itself
    BESIDE = auto()  # install what no lock holds


class Unsaid(Enum):
    """What becomes of a command where a fact of it cannot be said to the target."""

    KEEP = auto()  # the command stays as it is
    LOSS = auto()
    NOTE = auto()
    SAME = auto()  # what the other tools do anyway


class Fact(Enum):
    """What qualifies a verb, and what becomes of the command where the target cannot say it."""

    def __init__(self, phrase: str, unsaid: Unsaid) -> None:
        self.phrase, self.unsaid = phrase, unsaid

    # which packages
    MAIN_ONLY = "main only", Unsaid.KEEP
    ONLY = "only these groups", Unsaid.KEEP
    WITH = "with these groups", Unsaid.KEEP
    WITHOUT = "without these groups", Unsaid.KEEP
    ALL_GROUPS = "all groups", Unsaid.KEEP
    DEV = "with dev", Unsaid.KEEP
    NO_DEV = "without dev", Unsaid.KEEP
    DEV_ONLY = "dev only", Unsaid.KEEP
    NO_MAIN = "without the main dependencies", Unsaid.KEEP
    EXTRAS = "extras", Unsaid.KEEP
    ALL_EXTRAS = "all extras", Unsaid.KEEP
    PROJECT = "the project itself", Unsaid.LOSS
    FILES = "requirements files", Unsaid.KEEP
    EDITABLE = "an editable project", Unsaid.KEEP

    # how
    OWN_PYTHON = "the Python that is there", Unsaid.SAME
    HASHED = "hashes are checked", Unsaid.SAME
    USER = "for the user", Unsaid.SAME
    KEEP_OTHERS = "leave other packages", Unsaid.SAME
    NO_SYNC = "install nothing before", Unsaid.SAME
    NO_DEPS = "without dependencies", Unsaid.SAME
    HASHES = "hashes in the output", Unsaid.KEEP
    FORMAT = "the output's format", Unsaid.SAME
    FRESHNESS = "a lock that is not the manifest's is", Unsaid.NOTE
    EXACT = "remove other packages", Unsaid.NOTE
    SYSTEM = "into the system's or the user's packages", Unsaid.NOTE
    SYNC = "install before", Unsaid.NOTE
    MODULE = "a module of Python", Unsaid.KEEP
    TARGET = "another folder to install to", Unsaid.KEEP
    DRY_RUN = "dry run", Unsaid.KEEP
    PYTHON = "the Python", Unsaid.LOSS
    DIRECTORY = "the project's folder", Unsaid.KEEP
    UPGRADE = "upgrade", Unsaid.NOTE
    CONSTRAINTS = "constraints", Unsaid.NOTE
    COMPILE = "compile to bytecode", Unsaid.NOTE
    CACHE_DIR = "the cache's folder", Unsaid.NOTE
    NO_CACHE = "without a cache", Unsaid.NOTE
    QUIET = "quiet", Unsaid.NOTE
    VERBOSE = "verbose", Unsaid.NOTE
    UNATTENDED = "ask nothing", Unsaid.NOTE
    PLAIN = "plain output", Unsaid.NOTE
    TALK = "how it talks", Unsaid.NOTE
    INDEX = "an index", Unsaid.LOSS
    ENV_FILE = "a file of variables", Unsaid.LOSS
    GROUP = "the group", Unsaid.KEEP
    LOCK_ONLY = "change the lock, install nothing", Unsaid.NOTE
    PRERELEASES = "allow prereleases", Unsaid.LOSS
    OUTPUT = "the output's file", Unsaid.KEEP
    NAME = "a name", Unsaid.KEEP
    OTHER = "another option", Unsaid.LOSS


REFUSED, AS_IS, ANEW = "refused", "used as it is", "made anew"
"""What becomes of a lock that is not the manifest's: `uv sync --locked`, `--frozen`, and neither."""

Value = tuple[str, ...]
"""The values of a fact as written, none for a switch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A verb with its facts and words; words and values are as written, with their quotes."""

    verb: Verb
    facts: Mapping[Fact, Value] = field(default_factory=dict)
    words: tuple[str, ...] = ()
