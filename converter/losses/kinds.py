"""The kinds of loss of a conversion."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from converter.losses.level import Level


class Kind(Enum):
    """Every kind of loss: its stable code, its level, one sentence, and what a person can do."""

    def __init__(self, code: str, level: Level, sentence: str, remedy: str) -> None:
        self.code, self.level, self.sentence, self.remedy = code, level, sentence, remedy

    # what may change what is installed: the contract's closed list
    FORK_FLATTENED = (
        "fork-flattened", Level.LOSS,
        "The source has several versions of a package for different environments and the target has room for one.",
        "Choose the environment with --python and --platform.",
    )  # fmt: skip
    SCOPE_CONFLICT = (
        "scope-conflict", Level.LOSS,
        "Two scopes pin one package differently and the target has one environment, so the main scope's pin is used.",
        "Lock both scopes to one version in the source, then convert again.",
    )  # fmt: skip
    MARKER_SHARED = (
        "marker-shared", Level.LOSS,
        "Scopes need a package under different conditions; the target has room for one, so all get it where any do.",
        "Nothing to do where it does no harm there: the target's own lock command would lock it so.",
    )  # fmt: skip
    EDGES_DECIDE = (
        "edges-decide", Level.NOTE,
        "Scopes need a package under different conditions: the lock has none, and the target's tool walks its edges.",
        "Nothing to do; for `pdm export`, which wants conditions: `pdm lock --update-reuse -S inherit_metadata`.",
    )  # fmt: skip
    MEMBER_UNREACHED = (
        "member-unreached", Level.LOSS,
        "A workspace member that the root does not need is not part of the target.",
        "Convert that member by itself.",
    )  # fmt: skip
    FOLDER_DECLARED = (
        "folder-declared", Level.NOTE,
        "A folder that only another folder needs is declared by the project: its place was a setting of the source.",
        "Nothing to do; else the target's next lock would take it from an index.",
    )  # fmt: skip
    FOLDER_UNREAD = (
        "folder-unread", Level.LOSS,
        "What a folder requires cannot be read there, so uv may find its lock out of date; the pins are right.",
        "Run `uv lock`, which builds the folder to know.",
    )  # fmt: skip
    MEMBER_LEFT = (
        "member-left", Level.NOTE,
        "A folder cannot be a member of the workspace; it stays a path dependency.",
        "Nothing to do; its place and its packages are the same.",
    )  # fmt: skip
    MEMBER_LOCK_LEFT = (
        "member-lock-left", Level.LOSS,
        "A member's own lock was left behind, for a workspace has one lock.",
        "Compare its pins with those of the target's next lock, for its groups above all.",
    )  # fmt: skip
    WORKSPACE_NEEDED = (
        "workspace-needed", Level.STOP,
        "A folder's manifest takes a package from a workspace that cannot have it as a member.",
        "Name the package's path in that manifest, or change what keeps it from being a member.",
    )  # fmt: skip
    WORKSPACE_KEPT = (
        "workspace-kept", Level.NOTE,
        "A folder's manifest takes packages from a workspace, so the project is the root of one.",
        "Nothing to do.",
    )  # fmt: skip
    RESOLVED_ANEW = (
        "resolved-anew", Level.LOSS,
        "The source did not pin this package, so the target's own tool chose its version.",
        "Review the version.",
    )  # fmt: skip
    SEED_ADDED = (
        "seed-added", Level.LOSS,
        "A package needs setuptools, pip or wheel, which the source lock leaves to the environment; it was added.",
        "Review the version.",
    )  # fmt: skip
    SEED_MISSING = (
        "seed-missing", Level.LOSS,
        "A package needs setuptools, pip or wheel, which the source lock leaves to the environment.",
        "Run once online, or add it to the source's requirements.",
    )  # fmt: skip

    # what is known less well than the target could say
    EDGES_UNKNOWN = (
        "edges-unknown", Level.LOSS,
        "The source lock does not say which package needs which, so the target lock leaves the dependencies out.",
        "Nothing to do for installing; the target's own lock command fills them in.",
    )  # fmt: skip
    EDGES_UNREADABLE = (
        "edges-unreadable", Level.NOTE,
        "What a package needs cannot be told without building it; it is kept, installed where the source installs it.",
        "Nothing to do for installing; the target's own lock command fills it in.",
    )  # fmt: skip
    EDGES_BELIEVED = (
        "edges-believed", Level.NOTE,
        "What a package needs is taken from what its builder left in the sdist; on another machine it may need else.",
        "Nothing to do; the target's own lock command builds it and looks.",
    )  # fmt: skip
    EDGES_INSTALLED = (
        "edges-installed", Level.NOTE,
        "What a package needs is taken from the environment where the same release is installed.",
        "Nothing to do; where the environment is not to be believed, move its folder away.",
    )  # fmt: skip
    SUMMARY_UNKNOWN = (
        "summary-unknown", Level.NOTE,
        "The source lock has no package summaries; they are left empty.",
        "The target's own lock command fills them in.",
    )  # fmt: skip
    ONE_PLATFORM = (
        "one-platform", Level.LOSS,
        "The source lock was made for one environment, so packages that only another platform needs are not in it.",
        "Run the target's own lock command on the other platform's behalf when it is needed.",
    )  # fmt: skip
    CONDITIONS_DERIVED = (
        "conditions-derived", Level.NOTE,
        "The lock was made for one environment; where else these packages are installed follows from what needs them.",
        "Nothing to do.",
    )  # fmt: skip
    PIN_REFUSED = (
        "pin-refused", Level.LOSS,
        "A release refuses the version that the lock pins of another; uv is told to pass over that, so the pin stays.",
        "Take the release out of dependency-metadata and lock again, to let uv choose what fits.",
    )  # fmt: skip
    METADATA_RESTATED = (
        "metadata-restated", Level.NOTE,
        "To uv a pre-release of Python in a marker is its release; the manifest says in plain words what is meant.",
        "Nothing to do; the entry is for this one release and counts no more once another is locked.",
    )  # fmt: skip
    CLOSURE_UNKNOWN = (
        "closure-unknown", Level.LOSS,
        "Whether the lock holds everything that its packages need cannot be told without their dependencies.",
        "Run once online.",
    )  # fmt: skip
    NOT_CLOSED = (
        "not-closed", Level.LOSS,
        "A package of the lock needs one that the lock does not hold; the target misses what the source missed.",
        "Complete the source lock, as its own tool's lock command does, or use --resolve.",
    )  # fmt: skip
    GAP_FILLED = (
        "gap-filled", Level.LOSS,
        "A scope lacks a package that its packages need and another scope pins; the target installs it there too.",
        "Review it; to have the source do the same, lock that scope again with its own tool.",
    )  # fmt: skip
    OTHER_PLATFORM = (
        "other-platform", Level.NOTE,
        "A dependency whose marker is false in every covered environment was left out.",
        "Nothing to do.",
    )  # fmt: skip
    STALE_LOCK = (
        "stale-lock", Level.LOSS,
        "The lock was not made from the manifest as it is now.",
        "Lock the source again, or review the requirements that differ.",
    )  # fmt: skip
    UNREACHED = (
        "unreached", Level.NOTE,
        "The lock holds a package that no requirement of the manifest leads to; its own tool never installs it.",
        "Nothing to do.",
    )  # fmt: skip
    DIRECT_UNKNOWN = (
        "direct-unknown", Level.NOTE,
        "Nothing says which packages are asked for and which only come along, so each is declared as a requirement.",
        "Remove the requirements that others bring along.",
    )  # fmt: skip
    NOT_LOCKED = (
        "not-locked", Level.LOSS,
        "The manifest declares a requirement that the lock does not hold; it is written in the manifest only.",
        "Lock the source again.",
    )  # fmt: skip

    # hashes and sources
    REFERENCE_PLAIN = (
        "reference-plain", Level.NOTE,
        "The target does not say whether a revision of a repository is a branch or a tag.",
        "Nothing to do.",
    )  # fmt: skip
    HASH_ADOPTED = (
        "hash-adopted", Level.LOSS,
        "The source lock has no hash for this package, so the index's were taken without anybody having vetted them.",
        "Review them, or lock the source with hashes.",
    )  # fmt: skip
    FILE_GONE = (
        "file-gone", Level.NOTE,
        "A file that the source lock allows is not on the index any more and cannot be named in the target.",
        "Nothing to do unless that very file is needed.",
    )  # fmt: skip
    FILE_NEEDLESS = (
        "file-needless", Level.NOTE,
        "Files that no interpreter or platform of the project can use are left out, as the target's own tool does.",
        "Nothing to do; the target's own lock command finds them again where the project is for more.",
    )  # fmt: skip
    FILE_LEFT = (
        "file-left", Level.NOTE,
        "The target's lock has no place for a second sdist, or for a file that is neither sdist nor wheel.",
        "Nothing to do; the package's other files are there.",
    )  # fmt: skip
    FILES_UNKNOWN = (
        "files-unknown", Level.STOP,
        "The target lock needs the name of each file, and no index that may be asked tells it for these packages.",
        "Run once online, or make the index reachable.",
    )  # fmt: skip
    HASH_UNKNOWN = (
        "hash-unknown", Level.STOP,
        "No index that may be asked has a file of this release with a hash of the lock.",
        "Find out where the hash comes from; if the release was deleted, lock the source again.",
    )  # fmt: skip
    HASH_MISMATCH = (
        "hash-mismatch", Level.STOP,
        "The index serves a file of the locked name with another hash.",
        "Find out which of the two is right before you go on.",
    )  # fmt: skip
    INDEX_SILENT = (
        "index-silent", Level.LOSS,
        "An index did not answer.",
        "Run again when it is reachable.",
    )  # fmt: skip
    INDEX_UNVERIFIED = (
        "index-unverified", Level.NOTE,
        "An index is asked without verifying its certificate, as the source says.",
        "Let the source verify it.",
    )  # fmt: skip
    INDEX_MIRRORED = (
        "index-mirrored", Level.NOTE,
        "An index is reached at another address, as this machine's settings say; what is written is the index's own.",
        "Nothing to do; --write-index mirror writes the other address.",
    )  # fmt: skip
    INDEX_REPLACED = (
        "index-replaced", Level.NOTE,
        "The mirror is written in the place of the index, as --write-index says.",
        "Nothing to do.",
    )  # fmt: skip
    INDEX_FOUND = (
        "index-found", Level.NOTE,
        "The source lock does not say which of its indexes serves this package; another than the first has its files.",
        "Nothing to do.",
    )  # fmt: skip
    INDEX_FOR_ALL = (
        "index-for-all", Level.NOTE,
        "The target's tool asks every index for every package and has no names for them; hashes keep packages apart.",
        "Nothing to do.",
    )  # fmt: skip
    INDEX_AMBIGUOUS = (
        "index-ambiguous", Level.STOP,
        "A package without hashes could come from another index, for the target's tool asks all of them for it.",
        "Lock the source with hashes, or leave one index.",
    )  # fmt: skip
    VERIFY_TLS_DROPPED = (
        "verify-tls-dropped", Level.LOSS,
        "The source does not verify an index's certificate and the target's project files cannot say so.",
        "Set it in the target tool's own configuration.",
    )  # fmt: skip
    INDEX_CREDENTIALS = (
        "index-credentials", Level.LOSS,
        "An index URL holds credentials or variables; the target takes them from its own variables or configuration.",
        "Set the target's variables for that index.",
    )  # fmt: skip
    SOURCE_CREDENTIALS = (
        "source-credentials",
        Level.LOSS,
        "The URL of a repository or file holds credentials; they are not written into another tool's files.",
        "Give them to git's credential helper or to netrc, and change them: they stand in the project's history.",
    )
    TARGET_OVERWRITTEN = (
        "target-overwritten",
        Level.LOSS,
        "What the target's manifest or lock declared was written over, as --force asks.",
        "Review the difference.",
    )
    ITSELF_LEFT = (
        "itself-left",
        Level.LOSS,
        "The source's tool installed the project itself; the target's does so only for a project that it builds.",
        "Run `pip install --no-deps -e .` in the target's environment, or give the project a [build-system].",
    )
    HASH_LEFT = (
        "hash-left", Level.LOSS,
        "A hash of a kind that the target's lock has no place for was left behind.",
        "Nothing to do; the target does not check this source by hash.",
    )  # fmt: skip
    NAME_GUESSED = (
        "name-guessed", Level.NOTE,
        "No file states the name of the package in a folder, so it is called as the folder is.",
        "Say it in the source: `./folder#egg=name`.",
    )  # fmt: skip
    NAME_TIDIED = (
        "name-tidied", Level.NOTE,
        "The project has a name that no package may have (PEP 508); other signs take the place of the wrong ones.",
        "Choose one with --name.",
    )  # fmt: skip
    VERSION_UNKNOWN = (
        "version-unknown", Level.NOTE,
        "The source lock gives a git, path or url package no version; the target needs one and gets 0.",
        "The target's own lock command fills it in.",
    )  # fmt: skip

    # what only one format can say
    FORGIVEN = (
        "forgiven", Level.NOTE,
        "A file breaks its specification in a way that the source's tool forgives, and was read as that tool reads it.",
        "Correct it in the file; other tools may refuse it.",
    )  # fmt: skip
    KEY_UNKNOWN = (
        "key-unknown", Level.LOSS,
        "A key that pm-convert does not know was left behind.",
        "Move it by hand if the target has a use for it.",
    )  # fmt: skip
    SETTING_LEFT = (
        "setting-left", Level.LOSS,
        "A setting of the source's tool has no counterpart in the target.",
        "Set it in the target tool's own way if it is needed.",
    )  # fmt: skip
    SETTING_NEEDLESS = (
        "setting-needless", Level.NOTE,
        "A setting of the source's tool has no meaning in the target.",
        "Nothing to do.",
    )  # fmt: skip
    TASK_LEFT = (
        "task-left", Level.LOSS,
        "A script of the source's tool has no place in the target.",
        "Keep it in a Makefile or a task runner.",
    )  # fmt: skip
    COMMENT_LEFT = (
        "comment-left", Level.NOTE,
        "A comment found no place in the target.",
        "Move it by hand.",
    )  # fmt: skip
    SPECIFIER_WIDENED = (
        "specifier-widened", Level.LOSS,
        "A version constraint cannot be said exactly in the target; the locked version is still admitted.",
        "Review the constraint.",
    )  # fmt: skip
    CONSTRAINT_LEFT = (
        "constraint-left", Level.LOSS,
        "A constraint or override has no counterpart in the target; the locked versions still hold it.",
        "Review it before the next lock.",
    )  # fmt: skip
    BACKEND_TOLD = (
        "backend-told", Level.NOTE,
        "The build backend is told to take direct references, which it refuses by itself.",
        "Nothing to do.",
    )  # fmt: skip
    WHEEL_REFERENCE = (
        "wheel-reference", Level.LOSS,
        "What the project's own wheel says of where a requirement comes from is another than before.",
        "Nothing to do for the project; who installs its wheel gets the package from there.",
    )  # fmt: skip
    GROUP_RENAMED = (
        "group-renamed", Level.NOTE,
        "An extra or group has another name in the target.",
        "Use the new name.",
    )  # fmt: skip
    EXTRA_AS_GROUP = (
        "extra-as-group", Level.NOTE,
        "An extra of the project is a group of its own in the target, which has no extras.",
        "Install it by that name.",
    )  # fmt: skip
    EDITABLE_LEFT = (
        "editable-left", Level.NOTE,
        "The source checks a repository out as editable; the target installs it as any other package.",
        "Nothing to do unless its checkout is edited in place.",
    )  # fmt: skip
    GROUP_NOT_OPTIONAL = (
        "group-not-optional",
        Level.NOTE,
        "A group that is installed only when it is asked for has no mark of that in the target.",
        "Nothing to do where the target's tool installs groups by name.",
    )
    INDEX_PRIORITY = (
        "index-priority",
        Level.NOTE,
        "The target has no word for what part an index takes; packages that name it still do.",
        "Nothing to do.",
    )
    INCLUDE_FLATTENED = (
        "include-flattened", Level.NOTE,
        "A scope includes another; the target, which has no word for that, lists the other's requirements in it.",
        "Nothing to do.",
    )  # fmt: skip
    PYTHON_ENDS = (
        "python-ends", Level.LOSS,
        "Poetry locks for no Python that a package refuses, so the target ends before one that is still to come.",
        "Once that Python is there, update the packages that refuse it, and the range.",
    )  # fmt: skip
    RELOCK_MOVES = (
        "relock-moves", Level.NOTE,
        "The target's tool installs these pins, but its lock command may move them: one must fit every Python.",
        "Keep the lock as it is; before the tool locks again, narrow the Python range or pin by markers.",
    )  # fmt: skip
    PYTHON_RANGE_LEFT = (
        "python-range-left", Level.NOTE,
        "The source admits a range of Pythons and the target's manifest has room for one, so it names none.",
        "Say --python to name one.",
    )  # fmt: skip
    PRERELEASES_WIDENED = (
        "prereleases-widened", Level.NOTE,
        "The source allows prereleases for all packages; the target is told so for each direct requirement.",
        "Nothing to do.",
    )  # fmt: skip

    SETTING_SHARED = (
        "setting-shared", Level.LOSS,
        "The target has one source and one word on prereleases for all requirements of a name that hold together.",
        "Review where the package may come from, and whether it may be a prerelease.",
    )  # fmt: skip

    # shell text
    COMMAND_KEPT = (
        "command-kept", Level.LOSS,
        "A command has no counterpart in the target's tool and stays as it was.",
        "Change it by hand.",
    )  # fmt: skip
    COMMAND_HIDDEN = (
        "command-hidden", Level.LOSS,
        "A command stands where it is not read (a string, a variable, eval) and stays as it was.",
        "Change it by hand if it concerns the source's tool.",
    )  # fmt: skip
    COMMAND_MENTIONED = (
        "command-mentioned", Level.NOTE,
        "A comment, a text or a word still names the source's tool.",
        "Change it by hand if it should not.",
    )  # fmt: skip
    COMMAND_NEEDLESS = (
        "command-needless", Level.NOTE,
        "A command of the source's tool has no meaning in the target and was taken out.",
        "Nothing to do.",
    )  # fmt: skip
    COMMAND_DIFFERS = (
        "command-differs", Level.NOTE,
        "A command says the same in another form, without what the target's tool always or never does.",
        "Nothing to do.",
    )  # fmt: skip
    REPORT_LEFT = (
        "report-left", Level.LOSS,
        "A command that only reports has no counterpart in the target's tool; it was taken out, for it would fail.",
        "Use a tool made for it, such as pip-audit.",
    )  # fmt: skip
    OPTION_LEFT = (
        "option-left", Level.LOSS,
        "An option of a command has no counterpart in the target's tool and was left out.",
        "Review the command.",
    )  # fmt: skip
    INSTALLED_BESIDE = (
        "installed-beside", Level.LOSS,
        "A command installs packages that no lock holds.",
        "Declare them in the manifest, and lock it again.",
    )  # fmt: skip
    TASK_UNSAYABLE = (
        "task-unsayable", Level.STOP,
        "A command runs a script of the source's tool that is more than one simple command.",
        "Write the script's own command in its place, then convert again.",
    )  # fmt: skip
    SHELL_UNREADABLE = (
        "shell-unreadable", Level.LOSS,
        "A part of a shell text cannot be read, so the commands in it stay as they were.",
        "Change them by hand.",
    )  # fmt: skip

    # decisions
    PYTHON_BELIEVED = (
        "python-believed", Level.NOTE,
        "The source names no Python; this evidence was believed.",
        "Say --python to decide.",
    )  # fmt: skip
    PYTHON_DIFFERS = (
        "python-differs", Level.NOTE,
        "Another place names a Python outside the range that was believed.",
        "Say --python to decide.",
    )  # fmt: skip
    PYTHON_UNKNOWN = (
        "python-unknown", Level.NOTE,
        "Nothing says which Python the project is for, so the target says no more than what the locked packages admit.",
        "Say --python.",
    )  # fmt: skip
    MANIFEST_ONLY = (
        "manifest-only", Level.LOSS,
        "Only the manifest was converted, as asked; the target has no lock.",
        "Run the target's own lock command.",
    )  # fmt: skip
    SOURCE_KEPT = (
        "source-kept", Level.NOTE,
        "The source's files were kept, so two managers stand side by side.",
        "Remove one of them when you are done.",
    )  # fmt: skip
    FILE_STAYS = (
        "file-stays", Level.NOTE,
        "A file of the source stays because something else reads it.",
        "Remove it when nothing reads it any more.",
    )  # fmt: skip
    TARGET_PRESENT = (
        "target-present", Level.STOP,
        "The target's files are there already and hold something else.",
        "Remove them, or say --force to write over them.",
    )  # fmt: skip
    TARGET_BESIDE = (
        "target-beside", Level.NOTE,
        "A file of the target's tool that the source says nothing of was left as it is.",
        "Remove it if it is out of date.",
    )  # fmt: skip
    UNPINNED = (
        "unpinned", Level.STOP,
        "An entry of the lock has no version, hash or commit.",
        "Lock the source again, or use --from-environment or --resolve.",
    )  # fmt: skip
    FROM_ENVIRONMENT = (
        "from-environment", Level.NOTE,
        "The source does not pin this package; the version that is installed in the environment was taken.",
        "Review the version.",
    )  # fmt: skip
    INCOMPLETE = (
        "incomplete", Level.STOP,
        "A package needs one that the source does not pin. The source's tool would add it, the target's does not.",
        "Pin it, or use --from-environment or --resolve.",
    )  # fmt: skip
    VERSIONS_OVERLAP = (
        "versions-overlap", Level.STOP,
        "One scope of the lock asks for two versions of a package in the same environment.",
        "Lock the source again.",
    )  # fmt: skip
    SOURCE_UNSAYABLE = (
        "source-unsayable", Level.STOP,
        "The target's tool cannot install a package from this kind of source.",
        "Take the package from git, a URL, a path or an index, then lock the source again.",
    )  # fmt: skip
    SOURCES_CROSSED = (
        "sources-crossed", Level.STOP,
        "Scopes that may be installed together take a package from two places, and the target's tool allows one.",
        "Take the package from one place in all of them, then lock the source again.",
    )  # fmt: skip
    SCOPES_EXCLUSIVE = (
        "scopes-exclusive", Level.LOSS,
        "Scopes take a package from two places, so the target is told that they exclude each other.",
        "Ask for one of them at a time, or take the package from one place in both.",
    )  # fmt: skip
    SOURCE_SHARED = (
        "source-shared", Level.NOTE,
        "Scopes take a package from one place in two forms (editable and not, a tag and its commit); one is used.",
        "Nothing to do; for the other form write it into the target's manifest.",
    )  # fmt: skip
    INDEX_HOST_VARIABLE = (
        "index-host-variable", Level.STOP,
        "The host of an index URL is a variable, which the target's files cannot expand.",
        "Write the host into the source's manifest, and lock it again.",
    )  # fmt: skip
    DEPENDENCIES_ELSEWHERE = (
        "dependencies-elsewhere", Level.NOTE,
        "Setup files hold the project's dependencies, so no [project] table is made beside them.",
        "Nothing to do.",
    )  # fmt: skip
    SETUP_DECLARES = (
        "setup-declares", Level.STOP,
        "Setup files hold the project's dependencies, and the [project] table that the target needs would hide them.",
        "Move them into [project] first, or say --force to write that beside them.",
    )  # fmt: skip
    SETUP_HIDDEN = (
        "setup-hidden", Level.LOSS,
        "Setup files hold the project's dependencies; the [project] table now beside them hides them, as --force asks.",
        "Take them out of the setup files.",
    )  # fmt: skip
    BACKEND_RAISED = (
        "backend-raised", Level.NOTE,
        "The build backend's requirement was raised to a version that reads the target's manifest.",
        "Nothing to do.",
    )  # fmt: skip
    BACKEND_MOVED = (
        "backend-moved", Level.NOTE,
        "Another build backend builds the project from now on, as --build-backend asks; its wheel stays as it was.",
        "Look at the sdist: each backend has its own idea of what belongs into it.",
    )  # fmt: skip
    BACKEND_UNSAYABLE = (
        "backend-unsayable", Level.STOP,
        "The build backend that --build-backend names cannot build what this one does.",
        "Leave --build-backend out, or change the setting first.",
    )  # fmt: skip
    # Upsun: what did not follow its project; what is wrong as it stands, where a LOSS means that a deployment fails
    APP_LEFT = (
        "upsun-app-left", Level.LOSS,
        "An app holds the project and no command of it names the source's manager, so it was left as it is.",
        "Change its build hook and commands by hand, or say whether it is the right app.",
    )  # fmt: skip
    PROJECT_UNREAD = (
        "upsun-project-unread", Level.LOSS,
        "The project's own files cannot be read, so the configuration follows as for a project without any.",
        "Mend the file, or look whether groups and scripts of the manager are said as they should be.",
    )  # fmt: skip
    TOOL_PINNED = (
        "upsun-tool-pinned", Level.NOTE,
        "The source's tool was pinned, so the target's is too, at the version that its format was tested with.",
        "Choose another with --tool-version.",
    )  # fmt: skip
    VENV_MOVED = (
        "upsun-venv-moved", Level.NOTE,
        "The packages were in an environment outside of the app's folder, and are where the target installs them now.",
        "Look whether something else names the old place.",
    )  # fmt: skip
    SCRIPT_SHARED = (
        "upsun-script-shared", Level.LOSS,
        "A script is used by an app that keeps its manager too, so it was left as it is.",
        "Give each of the apps a script of its own, then convert again.",
    )  # fmt: skip
    SCRIPT_CALLED = (
        "upsun-script-called", Level.LOSS,
        "A command runs a script of the repository that names the source's manager; the script was left as it is.",
        "Change the script by hand.",
    )  # fmt: skip
    NO_INSTALL = (
        "upsun-no-install", Level.LOSS,
        "No command of a build hook is known to install what the lock holds.",
        "Add the manager's install command to the build hook, unless a script that it calls has it.",
    )  # fmt: skip
    TOOL_RAISED = (
        "tool-raised", Level.NOTE,
        "A pin of the target's tool that cannot read the lock was raised to a version that can.",
        "Nothing to do.",
    )  # fmt: skip
    TOOL_OLD_ELSEWHERE = (
        "tool-old-elsewhere", Level.LOSS,
        "Another file pins the target's tool to a version that cannot read the lock.",
        "Pin a newer version there.",
    )  # fmt: skip
    TOOL_MOVED = (
        "upsun-tool-moved", Level.NOTE,
        "The tool was a dependency for Python 2; the target's is one for Python 3.",
        "Nothing to do.",
    )  # fmt: skip
    VARIABLE_RENAMED = (
        "upsun-variable-renamed", Level.NOTE,
        "A variable that both tools know was given the target's name; its value is as it was.",
        "Create a project variable of that name too: upsun variable:create --level project --prefix env: --name N.",
    )  # fmt: skip
    VARIABLE_LEFT = (
        "upsun-variable-left", Level.LOSS,
        "A variable that only the source's tool reads was left out.",
        "Look for the target's own setting, if it still matters.",
    )  # fmt: skip
    VARIABLE_KEPT = (
        "upsun-variable-kept", Level.LOSS,
        "A variable with an index or credentials stays, and the target's tool does not read it.",
        "Set the target's: upsun variable:create --level project --prefix env: --sensitive true --name NAME.",
    )  # fmt: skip
    PROJECT_VARIABLES = (
        "upsun-project-variables", Level.LOSS,
        "The project's index takes credentials from variables, which Upsun keeps where no file shows them.",
        "Create them for the target's tool before the deployment, by the command that is named.",
    )  # fmt: skip
    APP_TWICE = (
        "upsun-app-twice", Level.NOTE,
        "Two files describe an app of one name; the file that comes last by its name counts.",
        "Remove one of the two.",
    )  # fmt: skip
    LOCK_ABSENT = (
        "upsun-lock-absent", Level.LOSS,
        "A build hook installs by a manager whose lock is not there, so the build fails.",
        "Lock the project with that manager, or install by the one whose lock is there.",
    )  # fmt: skip
    INCLUDE_ABSENT = (
        "upsun-include-absent", Level.LOSS,
        "A script is in a file that is not there, so the configuration is refused, and nothing in it was changed.",
        "Add the file, or mend its name.",
    )  # fmt: skip
    UNLOCKED = (
        "upsun-unlocked", Level.NOTE,
        "A build hook installs by a manager whose lock is not there, so each build chooses the versions anew.",
        "Lock the project with that manager and commit the lock.",
    )  # fmt: skip
    LOCK_IGNORED = (
        "upsun-lock-ignored", Level.LOSS,
        "The lock is ignored by git, so Upsun never sees it and the build fails.",
        "Remove the line from .gitignore and commit the lock.",
    )  # fmt: skip
    LOCK_OUTSIDE = (
        "upsun-lock-outside", Level.LOSS,
        "The lock lies outside of the app's source.root, where the build does not see it.",
        "Let source.root be the folder of the lock.",
    )  # fmt: skip
    RUN_SYNCS = (
        "upsun-run-syncs", Level.LOSS,
        "A `uv run` installs before it runs, or writes its cache, which fails on the read-only disk after the build.",
        "Set UV_NO_SYNC to 1 and UV_CACHE_DIR to a folder below /tmp or a mount.",
    )  # fmt: skip
    INSTALL_LATE = (
        "upsun-install-late", Level.LOSS,
        "A command installs packages after the build, when the disk is read-only, and fails.",
        "Move it to the build hook.",
    )  # fmt: skip
    TOOL_OLD = (
        "upsun-tool-old", Level.LOSS,
        "A tool is pinned to a version that cannot read the lock, so the build fails or installs too little.",
        "Pin a newer version.",
    )  # fmt: skip
    TOOL_ABSENT = (
        "upsun-tool-absent", Level.LOSS,
        "A command needs a tool that nothing installs, so it fails.",
        "Add the tool to dependencies.python3.",
    )  # fmt: skip
    TYPE_OUTSIDE = (
        "upsun-type-outside", Level.LOSS,
        "The app runs on a Python outside of the range that the project states, so its manager refuses to install.",
        "Change the app's type, or the range.",
    )  # fmt: skip
    GUARD_NEVER = (
        "upsun-guard-never", Level.NOTE,
        "A condition tests a variable that nothing sets, so what it guards never happens.",
        "Set the variable, or remove the condition.",
    )  # fmt: skip
    INSTALL_UNGUARDED = (
        "upsun-install-unguarded", Level.NOTE,
        "An install runs without `set -e` above it, so the build goes on where it fails.",
        "Begin the hook with `set -eu`.",
    )  # fmt: skip
    TOOL_SHADOWS = (
        "upsun-tool-shadows", Level.NOTE,
        "A global dependency is a package of the app too: a bare command runs without the app's packages.",
        "Remove it from dependencies.python3, or run the command by the manager.",
    )  # fmt: skip
    GLOBAL_ALONE = (
        "upsun-global-alone", Level.LOSS,
        "A command runs a program of a global dependency, which does not see the packages of the app's environment.",
        "Add the package to the project's requirements, and lock it again.",
    )  # fmt: skip
    MOUNT_UNUSED = (
        "upsun-mount-unused", Level.NOTE,
        "A mount is one that only a manager used which the app does not name any more.",
        "Remove it when nothing in it is needed.",
    )  # fmt: skip

    INSTALLS_DIFFER = (
        "installs-differ", Level.STOP,
        "The lock just made would not install what the source installs.",
        "This is a defect of pm-convert; please report it.",
    )  # fmt: skip


FORCED: Mapping[Kind, Kind] = {Kind.TARGET_PRESENT: Kind.TARGET_OVERWRITTEN, Kind.SETUP_DECLARES: Kind.SETUP_HIDDEN}
"""What stops a conversion unless the user says --force, and what it is then."""
