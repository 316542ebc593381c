"""Which scopes install a package: from the text of a marker, and back."""

from __future__ import annotations

import pytest

from converter import markers
from converter.formats.pylock.condition import Names, marker_text, names_for, when_of
from converter.markers import ANY
from converter.model import MAIN, Scope, ScopeKind

DEV, DOCS = Scope(ScopeKind.GROUP, "dev"), Scope(ScopeKind.GROUP, "docs")
CLI = Scope(ScopeKind.EXTRA, "cli")
WINDOWS, LINUX = markers.parse("sys_platform == 'win32'"), markers.parse("sys_platform == 'linux'")
OTHER = markers.parse("os_name == 'x'")
PDM = Names(defaults=("default",))


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("", {MAIN: ANY}),
        ("sys_platform == 'win32'", {MAIN: WINDOWS}),
        ("'cli' in extras", {CLI: ANY}),
        ("'Dev' in dependency_groups", {DEV: ANY}),
        ('"default" in dependency_groups or "dev" in dependency_groups', {MAIN: ANY, DEV: ANY}),
        ("sys_platform == 'win32' or 'dev' in dependency_groups and os_name == 'x'", {MAIN: WINDOWS, DEV: OTHER}),
        ("sys_platform == 'win32' and ('cli' in extras or 'dev' in dependency_groups)", {CLI: WINDOWS, DEV: WINDOWS}),
        ("sys_platform == 'win32' and extra == 'x'", {}),
    ],
)  # fmt: skip
def test_what_a_marker_says_of_scopes(text: str, when: dict[Scope, markers.Marker]) -> None:
    assert when_of(text, PDM) == when


def test_a_group_is_main_only_where_it_is_a_default_one() -> None:
    assert when_of("'default' in dependency_groups", Names()) == {Scope(ScopeKind.GROUP, "default"): ANY}


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("'cli' not in extras", MAIN),
        ("'cli' in extras and 'dev' in dependency_groups", DEV),
        ("'cli' in extras and 'default' in dependency_groups", MAIN),
        ("'cli' in extras and 'tls' not in extras", CLI),
    ],
)
def test_a_choice_of_several_stays_with_the_outermost_scope(text: str, scope: Scope) -> None:
    """A lock of a project with conflicts makes a package depend on what else is asked for."""
    ((found, marker),) = when_of(text, PDM).items()
    assert found == scope
    assert marker.choices()
    assert when_of(marker_text({found: marker}, PDM, ANY), PDM) == {found: marker}


@pytest.mark.parametrize(
    ("when", "text"),
    [
        ({MAIN: ANY}, "'default' in dependency_groups"),
        ({MAIN: ANY, DEV: LINUX}, f"'default' in dependency_groups or {LINUX} and 'dev' in dependency_groups"),
        ({DEV: WINDOWS | LINUX}, "(sys_platform == 'linux' or sys_platform == 'win32') and 'dev' in dependency_groups"),
        ({MAIN: ANY, CLI: ANY}, "'default' in dependency_groups"),
        ({DEV: WINDOWS, DOCS: WINDOWS}, f"{WINDOWS} and ('dev' in dependency_groups or 'docs' in dependency_groups)"),
        ({MAIN: WINDOWS, CLI: ANY}, "sys_platform == 'win32' and 'default' in dependency_groups or 'cli' in extras"),
    ],
)  # fmt: skip
def test_each_scope_is_a_part_of_the_marker(when: dict[Scope, markers.Marker], text: str) -> None:
    assert marker_text(when, PDM, ANY) == text
    implied = {CLI} if MAIN in when and when[MAIN] == ANY else set()
    assert when_of(text, PDM) == {scope: marker for scope, marker in when.items() if scope not in implied}


def test_without_groups_main_needs_no_word() -> None:
    assert marker_text({MAIN: ANY}, Names(), ANY) == ""
    assert marker_text({MAIN: WINDOWS, CLI: LINUX}, Names(), ANY) == (
        "sys_platform == 'win32' or sys_platform == 'linux' and 'cli' in extras"
    )


def test_a_condition_is_as_short_as_the_projects_pythons_allow() -> None:
    when = {DEV: markers.python(">=3.9")}
    assert marker_text(when, PDM, markers.python(">=3.10")) == "'dev' in dependency_groups"
    with pytest.raises(ValueError, match="no scope installs"):
        marker_text(when, PDM, markers.python("<3.9"))


def test_what_stands_for_main_is_no_group_of_the_project() -> None:
    assert names_for((MAIN, CLI)) == Names()
    assert names_for((MAIN, DEV)) == PDM
    taken = tuple(Scope(ScopeKind.GROUP, name) for name in ("default", "main", "project"))
    assert names_for((MAIN, *taken)).defaults == ("default-2",)
