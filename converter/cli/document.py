"""The result as JSON, schema 1: docs/json.md describes it, docs/json-schema.json specifies it, tests hold it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from enum import Enum
from pathlib import Path

from converter.cli.counts import Counts, counts_of
from converter.cli.options import Asked
from converter.cli.outcome import Outcome
from converter.cli.talk import action
from converter.errors import ConvertError, masked
from converter.losses import Loss
from converter.tree import Edit

SCHEMA = 1

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]


def document(outcome: Outcome) -> str:
    """One JSON object, with credentials masked."""
    counts = counts_of(outcome)
    said: dict[str, Value] = {
        "schema": SCHEMA,
        "command": "convert",
        "result": outcome.result,
        "exit_code": outcome.code,
        "written": outcome.written,
        "source": outcome.source.name if outcome.source else None,
        "target": outcome.asked.target,
        "path": str(outcome.asked.path),
        "options": _options(outcome.asked),
        "edits": [_edit(edit) for edit in outcome.edits],
        "differing": list(outcome.differing),
        "losses": [_loss(loss) for loss in outcome.losses],
        "packages": _packages(counts),
        "hashes": _hashes(counts),
        "requests": [{"url": request.url, "outcome": request.outcome} for request in outcome.requests],
        "error": _error(outcome.error) if outcome.error else None,
    }
    return masked(json.dumps(said, indent=2, ensure_ascii=True)) + "\n"


def _options(asked: Asked) -> dict[str, Value]:
    """Each option by its long name on the command line, with the value that was used."""
    given = {key: value for key, value in asdict(asked).items() if key not in {"target", "path"}}
    given["json"] = given.pop("as_json")
    given |= {key: given[key] or [] for key in ("allow", "index_map", "tool_version")}
    return {key.replace("_", "-"): _plain(given[key]) for key in sorted(given)}


def _plain(value: object) -> Value:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return str(value) if isinstance(value, Path) else value if isinstance(value, str | bool) else None


def _edit(edit: Edit) -> Value:
    return {
        "path": str(edit.path),
        "action": action(edit),
        "before_sha256": _sha256(edit.before),
        "after_sha256": _sha256(edit.after),
    }


def _sha256(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()


def _loss(loss: Loss) -> Value:
    return {
        "code": loss.kind.code,
        "level": loss.level.value,
        "where": loss.where,
        "detail": loss.detail,
        "packages": [*sorted(loss.packages)],
    }


def _packages(counts: Counts | None) -> Value:
    return {"before": counts.packages_before, "after": counts.packages_after} if counts else None


def _hashes(counts: Counts | None) -> Value:
    if counts is None:
        return None
    return {"before": counts.hashes_before, "carried": counts.hashes_carried, "adopted": counts.hashes_adopted}


def _error(error: ConvertError) -> Value:
    return {"message": error.message, "file": error.file, "place": error.place, "remedy": error.remedy}
