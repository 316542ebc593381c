"""A Pipfile.lock of 150 packages to a uv.lock, beside `uv lock` of the same project; caches cold, and warm.

Both are whole processes, and time is what the clock says. The packages are made up; an index on the loopback interface
serves them 50 ms late, which makes the figures repeatable. `uv lock` resolves, which pm-convert does not: both end with
a lock of the same versions. Cold is `uv lock --no-cache`. Python modules are compiled, as pip leaves them where it
installs a program.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.measured import Figure, best  # noqa: E402
from tests.index.releases import metadata, serve, wheel, wheel_name  # noqa: E402
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
    write(source, index)
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


def write(folder: Path, index: Loopback) -> None:
    """A Pipfile that declares some packages, which need all others, and the lock of all."""
    names = [f"package-{number:03}" for number in range(SIZE)]
    locked = {}
    for number, name in enumerate(names):
        needed = [names[n] for n in range(number * 3 + DIRECT, min(number * 3 + DIRECT + 3, SIZE))]
        stem = name.replace("-", "_")
        content = metadata(name, *needed, Requires_Python=">=3.8")
        filename = wheel_name(stem)
        digest = hashlib.sha256(content).hexdigest()
        package = serve(index, name, (filename, wheel(stem, content)), core_metadata={"sha256": digest})
        index.files[f"{filename}.metadata"] = content
        locked[name] = {"hashes": sorted(package.hashes), "index": "loopback", "version": "==1.0"}
    source = {"name": "loopback", "url": index.url, "verify_ssl": True}
    declared = "".join(f'{name} = "*"\n' for name in names[:DIRECT])
    (folder / "Pipfile").write_text(
        f'[[source]]\nname = "loopback"\nurl = "{index.url}"\nverify_ssl = true\n\n[packages]\n{declared}\n'
        '[requires]\npython_version = "3.11"\n'
    )
    requires = {"python_version": "3.11"}
    data = {"_meta": {"sources": [source], "requires": requires}, "default": dict.fromkeys(names[:DIRECT], "*")}
    text = json.dumps(data | {"develop": {}}, sort_keys=True, separators=(",", ":"))
    meta = {"hash": {"sha256": hashlib.sha256(text.encode()).hexdigest()}, "pipfile-spec": 6}
    lock = {"_meta": meta | {"requires": requires, "sources": [source]}, "default": locked, "develop": {}}
    (folder / "Pipfile.lock").write_text(json.dumps(lock, indent=4, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
