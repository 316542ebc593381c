"""A Pipfile.lock of 50 and of 250 packages to a poetry.lock, cache warm, offline; beside `poetry export` of that lock.

Both are whole processes. CPU is user and system time of the process and its children, memory the peak of the process.
The packages are made up and served by an index on the loopback interface, which is asked once to warm the cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.measured import best  # noqa: E402
from tests.loopback import Loopback, listed, sha256  # noqa: E402  # the project's own index for tests
from tests.tools.real import real_tools  # noqa: E402

SIZES = (50, 250)
FILES = 30  # of each release, as a compiled package has


def main() -> None:
    """Print one line for each size and command, and the ratio."""
    for size in SIZES:
        with tempfile.TemporaryDirectory() as spot:
            measure(size, Path(spot))


def measure(size: int, spot: Path) -> None:
    """Warm the cache, convert, and let Poetry export what came out."""
    pages = {name: [listed(file) for file in files(name)] for name in map("package-{:03}".format, range(size))}
    environment = os.environ | {"XDG_CACHE_HOME": str(spot / "cache"), "XDG_STATE_HOME": str(spot / "state")}
    source = spot / "source"
    source.mkdir()
    convert = [str(Path(sys.executable).parent / "pm-convert"), "pipenv", "poetry"]
    with Loopback(pages) as index:
        write(source, index.url, pages)
        subprocess.run([*convert, "--dry-run", str(source)], env=environment, check=True, capture_output=True)
    ours = best([*convert, "--dry-run", "--offline", str(source)], source, environment)
    target = spot / "target"
    shutil.copytree(source, target)
    subprocess.run([*convert, "--offline", "--quiet", str(target)], env=environment, check=True)
    poetry = real_tools().poetry
    theirs = best([*poetry.command, "export"], target, environment | dict(poetry.variables))
    for name, figure in (("pm-convert pipenv poetry", ours), ("poetry export", theirs)):
        words = f"CPU {figure.cpu:.2f} s  wall {figure.wall:.2f} s  peak {figure.peak:.0f} MiB"
        print(f"{size:>4} packages  {name:<26} {words}")
    print(f"{size:>4} packages  ratio of CPU {ours.cpu / theirs.cpu:.2f}, of memory {ours.peak / theirs.peak:.2f}")


def files(name: str) -> list[str]:
    """The file names of a release: an sdist and many wheels."""
    stem = name.replace("-", "_")
    wheels = [f"{stem}-1.0-cp3{minor}-cp3{minor}-{tag}.whl" for minor in range(8, 14) for tag in PLATFORMS]
    return [f"{name}-1.0.tar.gz", *wheels[: FILES - 1]]


PLATFORMS = (
    "macosx_11_0_arm64",
    "manylinux_2_17_x86_64",
    "manylinux_2_17_aarch64",
    "musllinux_1_2_x86_64",
    "win_amd64",
)


def write(folder: Path, index: str, pages: dict[str, list[dict[str, object]]]) -> None:
    """A Pipfile that declares all packages, and its lock."""
    source = {"name": "loopback", "url": index, "verify_ssl": True}
    packages = dict.fromkeys(pages, "*")
    lines = [f'name = "{source["name"]}"', f'url = "{index}"', "verify_ssl = true", "", "[packages]"]
    lines += [f'{name} = "*"' for name in packages] + ["", "[requires]", 'python_version = "3.11"', ""]
    (folder / "Pipfile").write_text("\n".join(["[[source]]", *lines]))
    requires = {"python_version": "3.11"}
    declared = {"_meta": {"sources": [source], "requires": requires}, "default": packages, "develop": {}}
    digest = hashlib.sha256(json.dumps(declared, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    entries = {
        name: {"hashes": sorted(sha256(f) for f in files(name)), "index": "loopback", "version": "==1.0"}
        for name in pages
    }
    meta = {"hash": {"sha256": digest}, "pipfile-spec": 6, "requires": requires, "sources": [source]}
    lock = {"_meta": meta, "default": entries, "develop": {}}
    (folder / "Pipfile.lock").write_text(json.dumps(lock, indent=4, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
