"""The command line: the only room that prints, exits, and reads what the user's environment says.

A command line becomes a value (`Asked`), the value an `Outcome`, and the outcome text or JSON. Everything that is
printed is made before anything is written, so that a defect in the telling cannot leave a changed project behind a
failed command.
Nothing heavy is imported here: `--help` and completion answer at once, and a command loads what it needs in its body.
"""

from converter.cli.app import run

__all__ = ["run"]
