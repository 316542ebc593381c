"""The kinds of loss of an Upsun configuration: what did not follow its project, and what is wrong with it as it stands.

Of what stands, a LOSS means that a build or deployment fails; a NOTE, that something is not as it was meant.
"""

from __future__ import annotations

from enum import Enum

from converter.losses.level import Level


class UpsunKind(Enum):
    """Every such kind: its stable code, its level, one sentence, and what a person can do."""

    def __init__(self, code: str, level: Level, sentence: str, remedy: str) -> None:
        self.code, self.level, self.sentence, self.remedy = code, level, sentence, remedy

    APP_LEFT = (
        "upsun-app-left", Level.LOSS,
        "An app holds the project and no command of it names the source's manager, so it was left as it is.",
        "Change its build hook and commands by hand, or say whether it is the right app.",
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
    MOUNT_UNUSED = (
        "upsun-mount-unused", Level.NOTE,
        "A mount is one that only a manager used which the app does not name any more.",
        "Remove it when nothing in it is needed.",
    )  # fmt: skip
