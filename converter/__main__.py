"""`pm-convert` and `python -m converter`. `--version` is answered before anything else is loaded."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line of this process and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        from importlib.metadata import version

        sys.stdout.write(f"pm-convert {version('pm-convert')}\n")
        return
    try:
        from converter.cli import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # while loading; a command says by itself what became of the project
        sys.exit(130)


if __name__ == "__main__":
    main()
