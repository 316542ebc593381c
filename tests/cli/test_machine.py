from __future__ import annotations

from pathlib import Path

import pytest

from converter.cli.machine import Machine
from converter.cli.options import Color


def test_the_folders_can_be_named() -> None:
    machine = Machine(environment={"PM_CONVERT_STATE": "/a/state", "PM_CONVERT_CACHE": "/a/cache"})
    assert (machine.state, machine.cache) == (Path("/a/state").absolute(), Path("/a/cache").absolute())


def test_the_folders_are_the_users_own() -> None:
    machine = Machine(environment={})
    assert "pm-convert" in machine.state.parts
    assert "pm-convert" in machine.cache.parts
    assert machine.state != machine.cache


@pytest.mark.parametrize(
    ("asked", "terminal", "environment", "colored"),
    [
        (Color.AUTO, True, {}, True),
        (Color.AUTO, False, {}, False),
        (Color.AUTO, True, {"NO_COLOR": "1"}, False),
        (Color.AUTO, True, {"NO_COLOR": ""}, True),
        (Color.AUTO, True, {"TERM": "dumb"}, False),
        (Color.ALWAYS, False, {"NO_COLOR": "1"}, True),
        (Color.NEVER, True, {}, False),
    ],
)
def test_when_a_stream_is_coloured(*, asked: Color, terminal: bool, environment: dict[str, str], colored: bool) -> None:
    assert Machine(environment=environment).colored(asked, terminal=terminal) is colored
