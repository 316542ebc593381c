"""From what was asked to what came of it; nothing is printed here, and `plan` writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from converter.cli.machine import Machine
from converter.cli.options import AUTO, Asked, check_together
from converter.errors import ConvertError
from converter.formats import FORMATS
from converter.losses import Kind, Level, Loss
from converter.tree import Edit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from converter.convert import Conversion, Repository
    from converter.format import Format
    from converter.index import Request, Settings
    from converter.model import Lock, Package, Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a request, as far as it got: `source` is None where `auto` found none, `error` what ended it.

    `root` is the folder that the plan's paths are relative to: the project's, or that of the repository around it.
    """

    asked: Asked
    source: Format | None = None
    conversion: Conversion | None = None
    requests: tuple[Request, ...] = ()
    error: ConvertError | None = None
    written: bool = False
    root: Path = Path()

    @property
    def target(self) -> Format:
        """The format to convert to."""
        return FORMATS[self.asked.target]

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What was lost or decided; a check says by itself what stands beside what."""
        losses = self.conversion.plan.losses if self.conversion else ()
        beside = {Kind.SOURCE_KEPT, Kind.TARGET_PRESENT} if self.asked.check else set()
        return tuple(loss for loss in losses if loss.kind not in beside)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What was, or would be, written."""
        return self.conversion.plan.edits if self.conversion else ()

    @property
    def differing(self) -> tuple[str, ...]:
        """For a check, the files of the target that do not say what the source says."""
        losses = self.conversion.plan.losses if self.conversion and self.asked.check else ()
        standing = [loss.where for loss in losses if loss.kind is Kind.TARGET_PRESENT]
        return tuple(sorted({*standing, *(str(edit.path) for edit in self.edits if self.asked.check)}))

    @property
    def stops(self) -> tuple[Loss, ...]:
        """Because of what nothing may be written."""
        return tuple(loss for loss in self.losses if loss.level is Level.STOP)

    @property
    def refused(self) -> tuple[Loss, ...]:
        """The losses that `--strict` does not let through."""
        allowed = self.asked.allow or ()
        lost = (loss for loss in self.losses if loss.level is Level.LOSS and loss.kind.code not in allowed)
        return tuple(lost) if self.asked.strict else ()

    @property
    def code(self) -> int:
        """The exit code."""
        if self.error is not None:
            return self.error.exit_code
        return 1 if self.stops or self.refused or self.differing else 0

    @property
    def result(self) -> str:
        """What came of it, in one word of docs/json.md."""
        ends = {"failed": self.error, "stopped": self.stops, "refused": self.refused, "differs": self.differing}
        found = next((word for word, why in ends.items() if why), None)
        if found is None and not self.edits:
            return "unchanged"
        return found or ("converted" if self.written else "planned")

    @property
    def applies(self) -> bool:
        """Whether the project is to be changed."""
        looks = self.asked.dry_run or self.asked.check or self.asked.patch is not None
        return self.code == 0 and not looks and bool(self.edits)


def plan(asked: Asked, machine: Machine) -> Outcome:
    """Read the project and plan its conversion. What stops it is in the outcome; nothing is written."""
    from converter.cli.asking import asking

    outcome = Outcome(asked=asked)
    requests: list[Request] = []
    try:
        check_together(asked)
        with asking(asked, machine, requests) as settings:
            outcome = _planned(outcome, settings, machine)
    except ConvertError as why:
        outcome = replace(outcome, error=why, source=FORMATS.get(asked.source))
    return replace(outcome, requests=tuple(requests))


def _planned(outcome: Outcome, settings: Settings, machine: Machine) -> Outcome:
    from converter import disk
    from converter.convert import Options, convert, follow
    from converter.detection import detect

    asked = outcome.asked
    versions = _tool_versions(asked)
    tree = disk.read(asked.path)
    source = detect(tree) if asked.source == AUTO else FORMATS[asked.source]
    around = _repository(asked)
    options = Options(
        folder=asked.path.resolve().name,
        name=asked.name,
        python=asked.python,
        platform=asked.platform,
        manifest_only=asked.manifest_only,
        build_backend=asked.build_backend,
        workspace=asked.workspace,
        keep=asked.keep or asked.check,
        force=asked.force,
        repository=around[1] if around else None,
        upsun=not (asked.no_upsun or asked.check),
        path_not_prefix=asked.path_not_prefix,
        tool_versions=versions,
        installed=_installed(asked),
        resolve=_resolve(asked, machine),
    )
    if asked.upsun_only:
        done = follow(tree, source, outcome.target, options)
    else:
        done = convert(tree, source, outcome.target, options, settings)
    outcome = replace(outcome, source=source, conversion=done, root=around[0] if around else asked.path)
    if asked.verify_with_tool and not outcome.stops:
        _verify(outcome, done, around[1].folder if around else PurePosixPath(), machine)
    return outcome


def _verify(outcome: Outcome, done: Conversion, folder: PurePosixPath, machine: Machine) -> None:
    from converter import accept

    if done.after is not None and done.after.lock is not None:
        planned = accept.Planned(plan=done.plan, target=outcome.target, project=done.after, folder=folder)
        accept.check(outcome.root, planned, accept.Machine(environment=machine.environment))


def _tool_versions(asked: Asked) -> Mapping[str, str]:
    if not asked.tool_version:
        return {}
    from converter.upsun.versions import asked as versions

    return versions(tuple(asked.tool_version))


def _repository(asked: Asked) -> tuple[Path, Repository] | None:
    """The repository around the project, where the project is a folder of it and its configuration has an app there."""
    from converter import disk, upsun
    from converter.convert import Repository

    root, folder = disk.repository(asked.path)
    if folder == PurePosixPath() or asked.no_upsun or asked.check:
        return None
    tree = disk.read(root)
    return (root, Repository(tree=tree, folder=folder)) if upsun.deployed(tree, folder) else None


def _installed(asked: Asked) -> tuple[Package, ...] | None:
    """What the environment that was named holds."""
    from converter.cli.environment import installed

    return None if asked.from_environment is None else installed(Path(asked.from_environment))


def _resolve(asked: Asked, machine: Machine) -> Callable[[Project, Format], Lock] | None:
    """Locks a project with a tool of this machine, where that is asked for."""
    if not asked.resolve:
        return None
    from functools import partial

    from converter import accept

    return partial(accept.lock, machine=accept.Machine(environment=machine.environment))


def failed(outcome: Outcome, why: ConvertError) -> Outcome:
    """The same, ended by an error when it was to be written."""
    return replace(outcome, error=why, written=False)


def apply(outcome: Outcome, machine: Machine) -> None:
    """Write the plan, all of it or nothing. Raises StopError where the disk or a changed file is against it."""
    from converter import disk

    if outcome.conversion is not None:
        disk.apply(outcome.root, outcome.conversion.plan, machine.state)
