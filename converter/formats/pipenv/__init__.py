"""Pipenv: Pipfile and Pipfile.lock.

Specification: https://pipenv.pypa.io/en/latest/pipfile.html, https://github.com/pypa/pipfile, and Pipenv's own source
where these are silent. Read: locks of pipfile-spec 2 to 6, which is every release since 2017, and a Pipfile without a
lock. Written: pipfile-spec 6, with a hash that Pipenv before and since 2026.4 accepts. The oldest release that
installs it: 2022.4.8, the first that knows categories; a project without groups but `dev` is read by 2018.10.

Not supported: several versions of a package in one category (the lock has room for one), several constraints for one
package (read, but never written), extras of the project itself (written as categories), a range of Pythons in
`[requires]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from converter.format import Format, Needs, Tool, Trace, later

if TYPE_CHECKING:
    from converter.tree import Tree


def _detect(tree: Tree) -> Trace:
    return Trace.LOCK if "Pipfile" in tree or "Pipfile.lock" in tree else Trace.NONE


FORMAT = Format(
    name="pipenv",
    title="Pipenv",
    manifest="Pipfile",
    lock="Pipfile.lock",
    files=("Pipfile", "Pipfile.lock"),
    needs=Needs(),
    tool=Tool(
        program="pipenv", install="Pipenv", lock=("--python", "{python}", "lock"), check=("verify",),
        variables={
            "PIPENV_IGNORE_VIRTUALENVS": "1", "PIPENV_VENV_IN_PROJECT": "1", "PIPENV_NOSPIN": "1", "PIPENV_YES": "1",
        },
    ),
    reads="2022.4.8",
    one_environment=True,
    detect=_detect,
    parse=later("converter.formats.pipenv.parse:parse"),
    emit=later("converter.formats.pipenv.emit:emit"),
    retire=later("converter.formats.pipenv.emit:retire"),
)  # fmt: skip
