from __future__ import annotations

import hypothesis
import pytest

from tests.tools.install import missing
from tests.tools.real import Tools, real_tools

# No deadline: a slow machine is not a failing law. The same examples each time, so that a commit is green or not;
# --hypothesis-profile=search looks at new ones.
hypothesis.settings.register_profile("search", deadline=None, print_blob=True)
hypothesis.settings.register_profile("pm-convert", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("pm-convert")


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The real package managers. Without them the test fails: it is never passed over."""
    if absent := missing():
        pytest.fail(f"Not installed as tests/tools/ pins them: {', '.join(absent)}. Run `make tools`.", pytrace=False)
    return real_tools()
