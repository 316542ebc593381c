"""A Pipfile.lock of 150 packages to a uv.lock, beside `uv lock` of the same project; caches cold, and warm.

Both are whole processes, and time is what the clock says. The packages are made up; an index on the loopback interface
serves them 50 ms late, which makes the figures repeatable. `uv lock` resolves, which pm-convert does not: both end with
a lock of the same versions. Cold is `uv lock --no-cache`. Python modules are compiled, as pip leaves them where it
installs a program.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.measured import Figure, best  # noqa: E402
from tests.index.projects import pipenv_project  # noqa: E402
from tests.loopback import Loopback  # noqa: E402
from tests.tools.real import real_tools  # noqa: E402

SIZE = 150
DIRECT = 10
LATENCY = 0.05


def main() -> None:
    """Print one line for each command and cache, and the ratio."""
    with tempfile.TemporaryDirectory() as spot, Loopback(latency=LATENCY) as index:
        measure(index, Path(spot))


def measure(index: Loopback, spot: Path) -> None:
    """Convert with an empty cache and with a warm one, then let uv lock what came out."""
    source, target = spot / "source", spot / "target"
    source.mkdir()
    pipenv_project(source, index, SIZE, DIRECT)
    environment = os.environ | {"XDG_CACHE_HOME": str(spot / "cache"), "XDG_STATE_HOME": str(spot / "state")}
    environment |= {"PYTHONPYCACHEPREFIX": str(spot / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    environment |= {"UV_CACHE_DIR": str(spot / "uv"), "UV_OFFLINE": "0"}
    command = str(Path(sys.executable).parent / "pm-convert")
    dry = [command, "pipenv", "uv", "--quiet", "--dry-run", str(source)]
    cold = best(dry, source, environment, before=lambda: shutil.rmtree(spot / "cache", ignore_errors=True))
    warm = best(dry, source, environment)
    shutil.copytree(source, target)
    best([command, "pipenv", "uv", "--quiet", str(target)], target, environment, runs=1)
    expected = (target / "uv.lock").read_text()
    lock = [*real_tools().uv.command, "lock", "--quiet"]
    their_cold = best([*lock, "--no-cache"], target, environment, before=(target / "uv.lock").unlink)
    their_warm = best(lock, target, environment, before=(target / "uv.lock").unlink)
    if (target / "uv.lock").read_text().count("[[package]]") != expected.count("[[package]]"):
        raise SystemExit("the two locks do not hold the same packages")
    told("cold", cold, their_cold)
    told("warm", warm, their_warm)


def told(cache: str, ours: Figure, theirs: Figure) -> None:
    """Two lines and their ratio."""
    for name, figure in (("pm-convert pipenv uv", ours), ("uv lock", theirs)):
        words = f"wall {figure.wall:.2f} s  CPU {figure.cpu:.2f} s  peak {figure.peak:.0f} MiB"
        print(f"{SIZE:>4} packages, {cache} cache  {name:<22} {words}")
    print(f"{SIZE:>4} packages, {cache} cache  ratio of wall time {ours.wall / theirs.wall:.2f}")


if __name__ == "__main__":
    main()
