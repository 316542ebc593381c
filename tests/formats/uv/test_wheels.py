from __future__ import annotations

import pytest

from converter import markers
from converter.formats.uv.ordering import python_bounds
from converter.formats.uv.wheels import usable
from converter.markers import ANY


@pytest.mark.parametrize(
    ("tags", "python", "where", "kept"),
    [
        ("py3-none-any", ">=3.10", "", True),
        ("py2-none-any", ">=3.10", "", False),
        ("py2.py3-none-any", ">=3.10", "", True),
        ("py37-none-any", ">=3.10", "", True),
        ("py312-none-any", "==3.10.*", "", False),
        ("cp39-none-any", ">=3.10", "", False),
        ("cp39-cp39-win_amd64", ">=3.10", "", False),
        ("cp310-cp310-win_amd64", ">=3.10.2", "", True),
        ("cp313-cp313-win_amd64", ">=3.10,<3.13", "", False),
        ("cp313-cp313-win_amd64", ">=3.10,<3.13.1", "", True),
        ("cp313-cp313t-win_amd64", ">=3.10", "", True),
        ("cp27-cp27mu-manylinux1_x86_64", ">=3.8", "", False),
        ("cp36-abi3-win_amd64", ">=3.10", "", True),
        ("pp39-pypy39_pp73-win_amd64", ">=3.10", "", False),
        ("pp310-pypy310_pp73-win_amd64", ">=3.10", "", True),
        ("pp3-pypy_73-win_amd64", ">=3.10", "", False),
        ("cp38-universal2-macosx_11_0_x86_64", ">=3.8", "", False),
        ("graalpy311-graalpy242_311_native-win_amd64", ">=3.10", "", True),
        ("graalpy311-graalpy242_311_native-win_amd64", ">=3.12", "", False),
        ("cp310-cp310-win_amd64", ">=3.10", "sys_platform == 'win32'", True),
        ("cp310-cp310-win_amd64", ">=3.10", "sys_platform != 'win32'", False),
        ("cp310-cp310-win_arm64", ">=3.10", "platform_machine == 'AMD64'", False),
        ("cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64", ">=3.10", "sys_platform == 'darwin'", False),
        ("cp310-cp310-musllinux_1_2_aarch64", ">=3.10", "platform_machine == 'x86_64'", False),
        ("cp310-cp310-macosx_11_0_universal2", ">=3.10", "platform_machine == 'x86_64'", True),
        ("cp310-cp310-macosx_11_0_universal2", ">=3.10", "sys_platform == 'linux'", False),
        ("cp310-cp310-somewhere", ">=3.10", "sys_platform == 'linux'", True),
    ],
)
def test_a_wheel_that_nothing_can_use_is_left_out(tags: str, python: str, where: str, kept: bool) -> None:  # noqa: FBT001
    bounds = python_bounds(markers.python(python))
    assert usable(f"a-1.0-{tags}.whl", bounds, markers.parse(where)) is kept


def test_what_is_no_wheel_is_kept() -> None:
    assert usable("a-1.0.tar.gz", (None, None), ANY)
    assert usable("a-1.0-1-py3-none-any.whl", (None, None), ANY)
