"""Plain words of the command line become values here: typer's way loads pydantic, a fifth of what a short run takes.

Only what cannot be misread is taken from typer: a string, a path, a default, a word that its own parser accepts. All
else, and with it every error, goes typer's way.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any


def quick(command: Any) -> Any:  # noqa: ANN401  typer's classes are private
    """The command, and each below it, with parameters that read plain words at once."""
    command.get_params = partial(_parameters, command.get_params)
    for child in getattr(command, "commands", {}).values():
        quick(child)
    return command


def _parameters(given: Callable[[Any], list[Any]], ctx: Any) -> list[Any]:  # noqa: ANN401  as above
    """All of a command's parameters; `--help` among them is made when it is asked for."""
    parameters = given(ctx)
    for parameter in parameters:
        slow = type(parameter).get_runtime_param.__get__(parameter)
        parameter.get_runtime_param = partial(_Quick, slow=slow)
    return parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quick:
    """Stands where typer has what turns a word into a value; `slow` gives that."""

    slow: Callable[[], Any]

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401  as above
        """The value of a word, or of the default in its place."""
        annotation, parser = param.type_descriptor.annotation, param.type_descriptor.parameter_info.parser
        if value is None or value == ():
            return () if param.multiple else None
        read = parser or (annotation if annotation in (str, Path) else None)
        if isinstance(value, str) and read is not None and not param.multiple:
            with suppress(Exception):  # typer's way tells what is wrong
                return read(value)
        elif isinstance(annotation, type) and type(value) is annotation:
            return value
        return self.slow().coerce(value, param=param, ctx=ctx)
