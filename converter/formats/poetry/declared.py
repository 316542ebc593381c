"""Requirements as Poetry takes them: `[project]` and PEP 735 groups, enriched by the tables of `[tool.poetry]`.

Source: `poetry.core.packages.dependency_group.DependencyGroup` (`dependencies_for_locking`) of Poetry 2.5.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, repeat

from packaging.utils import canonicalize_name

from converter.errors import InputError
from converter.formats.poetry.constraint import translate
from converter.formats.poetry.entry import Entry, read_entries
from converter.formats.poetry.holds import is_hold
from converter.losses import Kind, Loss, Lossy
from converter.model import Archive, Comments, Directory, Group, Registry, Requirement, Source, Vcs
from converter.pyproject.parse import Standard
from converter.pyproject.requirement import requirement_text
from converter.table import Table

MANIFEST = "pyproject.toml"
_MAIN = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading a requirement needs to know: the index of each source name, the locked versions of each name."""

    indexes: Mapping[str, str] = field(default_factory=dict)
    locked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A requirement from a table of `[tool.poetry]`, and what only the table says.

    `holds`: it only says which locked version is for which environment.
    """

    requirement: Requirement
    entry: Entry
    holds: bool = False

    @property
    def optional(self) -> bool:
        """Whether only an extra installs it."""
        return self.entry.optional


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The requirements that `[tool.poetry]` declares: main, each group, the names that each extra asks for."""

    main: tuple[Declared, ...] = ()
    groups: Mapping[str, tuple[Declared, ...]] = field(default_factory=dict)
    includes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    extras: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_tables(poetry: Table, commented: Mapping[str, object], reading: Reading) -> Lossy[Tables]:
    """The requirements in the tables of `[tool.poetry]`; `commented` is that as tomlkit has it. Raises InputError.

    `dev-dependencies` is the group `dev` (Poetry 1.1), and a group called `main` belongs to the main requirements.
    """
    losses: list[Loss] = []
    found: dict[str, tuple[Declared, ...]] = {}
    includes: dict[str, tuple[str, ...]] = {}
    optional: set[str] = set()

    def add(group: str, table: Table, *path: str) -> None:
        done = _declared(table, _noted(commented, path), reading)
        losses.extend(done.losses)
        found[group] = (*found.get(group, ()), *done.value)

    add(_MAIN, poetry.table("dependencies"), "dependencies")
    named: set[str] = set()
    for key, table in poetry.table("group").items():
        name = canonicalize_name(key)
        if name in named:
            raise poetry.error(f"group.{key}", f"stands twice: names are compared as '{name}'")
        named.add(name)
        add(name, table.table("dependencies"), "group", key, "dependencies")
        includes[name] = tuple(map(canonicalize_name, table.strings("include-groups")))
        if table.boolean("optional"):
            optional.add(name)
    if "dev-dependencies" in poetry:
        add("dev", poetry.table("dev-dependencies"), "dev-dependencies")
    main = found.pop(_MAIN)
    tables = Tables(
        main=main, groups=found, includes=includes, optional=frozenset(optional), extras=_extras(poetry.table("extras"))
    )
    return Lossy(tables, tuple(losses))


def _noted(commented: Mapping[str, object], path: Sequence[str]) -> Mapping[str, Comments]:
    value: object = commented
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping):
        return {}
    from tomlkit.items import Table as Toml

    from converter import comments

    return comments.of_table(value) if isinstance(value, Toml) else {}


def _declared(table: Table, noted: Mapping[str, Comments], reading: Reading) -> Lossy[tuple[Declared, ...]]:
    found: list[Lossy[Declared]] = []
    for key in table.data:
        if key.lower() == "python":
            table.skip(key)
            continue
        notes = chain((noted.get(key, Comments()),), repeat(Comments()))  # of several constraints the first has them
        found += [declare(entry, note, reading) for entry, note in zip(read_entries(table, key), notes, strict=False)]
    return Lossy(tuple(one.value for one in found), tuple(loss for one in found for loss in one.losses))


def _extras(table: Table) -> dict[str, tuple[str, ...]]:
    return {canonicalize_name(key): tuple(map(canonicalize_name, table.strings(key))) for key in table.data}


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The main requirements and those of each extra."""

    dependencies: tuple[Requirement, ...]
    extras: Mapping[str, tuple[Requirement, ...]]


def merged_main(standard: Standard, tables: Tables) -> Lossy[Needs]:
    """The requirements of main and of the extras. With any in `[project]`, Poetry takes the names from there alone.

    The exception is a field that `dynamic` names: then the table gives what `[project]` leaves out.
    """
    own = standard.dependencies or ()
    extras = standard.optional_dependencies
    if not own and not any(extras.values()):
        return _legacy(tables, empty=extras)
    mixed = {"dependencies", "optional-dependencies"} & set(standard.dynamic)
    added = [d.requirement for d in tables.main if mixed and not d.optional and not own]
    needs = Needs(
        dependencies=(*enriched(own, tables.main), *added),
        extras={name: enriched(requirements, tables.main) for name, requirements in extras.items()},
    )
    used = {r.name for requirements in (needs.dependencies, *needs.extras.values()) for r in requirements}
    return Lossy(needs, _ineffective(tables.main, used, "[project] does not name it"))


def _legacy(tables: Tables, empty: Mapping[str, object]) -> Lossy[Needs]:
    """Poetry 1: an optional requirement is installed with the extras that name it."""
    extras = {
        name: tuple(d.requirement for d in tables.main if d.requirement.name in names)
        for name, names in tables.extras.items()
    }
    needs = Needs(
        dependencies=tuple(d.requirement for d in tables.main if not d.optional),
        extras={**dict.fromkeys(empty, ()), **extras},
    )
    named = {name for names in tables.extras.values() for name in names}
    return Lossy(needs, _ineffective((d for d in tables.main if d.optional), named, "optional, and in no extra"))


def as_published(needs: Needs) -> Needs:
    """The requirements, those from a repository or a URL spelled as the wheel of poetry-core names them."""

    def spelled(several: Iterable[Requirement]) -> tuple[Requirement, ...]:
        return tuple(replace(r, spelling=requirement_text(r)) if _is_remote(r.source) else r for r in several)

    extras = {name: spelled(several) for name, several in needs.extras.items()}
    return Needs(dependencies=spelled(needs.dependencies), extras=extras)


def _is_remote(source: Source | None) -> bool:
    return isinstance(source, Vcs) or (isinstance(source, Archive) and source.url is not None)


def _ineffective(declared: Iterable[Declared], used: Collection[str], why: str) -> tuple[Loss, ...]:
    """A note for each entry that Poetry itself passes over."""
    return tuple(
        Loss(kind=Kind.SETTING_NEEDLESS, where=f"{MANIFEST}: {d.entry.place}", detail=f"{d.requirement.name}: {why}")
        for d in declared
        if d.requirement.name not in used
    )


def merged_groups(standard: Standard, tables: Tables) -> dict[str, Group]:
    """Every group: those of PEP 735 enriched, those of `[tool.poetry]` as they are."""
    found: dict[str, Group] = {}
    for name in (*standard.dependency_groups, *tables.groups):
        base, declared = standard.dependency_groups.get(name, Group()), tables.groups.get(name, ())
        own = enriched(base.requirements, declared) if base.requirements else tuple(d.requirement for d in declared)
        found[name] = Group(
            requirements=own,
            includes=(*base.includes, *tables.includes.get(name, ())),
            optional=name in tables.optional,
            comments=base.comments,
        )
    return found


def declare(entry: Entry, comments: Comments, reading: Reading) -> Lossy[Declared]:
    """The requirement of one entry. Raises InputError for a constraint that is none or a source that is not defined."""
    constraint = entry.constraint or "*"
    try:
        translated = translate(constraint, reading.locked.get(entry.name, ()))
    except ValueError as why:
        raise InputError(str(why), file=MANIFEST, place=entry.place) from None
    requirement = Requirement(
        name=entry.name,
        extras=entry.extras,
        specifier=translated.specifier,
        marker=entry.marker,
        source=entry.source or _index(entry, reading),
        prereleases=entry.prereleases,
        comments=comments,
        spelling=constraint,
    )
    losses = [] if translated.exact else [_widened(entry, constraint, requirement)]
    if entry.develop and isinstance(entry.source, Vcs):
        losses.append(Loss(kind=Kind.SETTING_LEFT, where=f"{MANIFEST}: {entry.place}.develop", detail="develop = true"))
    held = not entry.marker.is_any() and is_hold(constraint, reading.locked.get(entry.name, ()))
    return Lossy(Declared(requirement=requirement, entry=entry, holds=held), tuple(losses))


def _widened(entry: Entry, constraint: str, requirement: Requirement) -> Loss:
    detail = f"{entry.name}: {constraint} is read as {requirement.specifier or '*'}"
    return Loss(kind=Kind.SPECIFIER_WIDENED, where=f"{MANIFEST}: {entry.place}", detail=detail)


def _index(entry: Entry, reading: Reading) -> Registry | None:
    if entry.index is None:
        return None
    url = reading.indexes.get(entry.index.lower())
    if url is None:
        raise InputError(f"names the source '{entry.index}', which is not defined", file=MANIFEST, place=entry.place)
    return Registry(url)


def enriched(standard: Iterable[Requirement], declared: Sequence[Declared]) -> tuple[Requirement, ...]:
    """Each standard requirement with what `[tool.poetry]` adds to it: a source, develop, prereleases, narrower markers.

    Several entries of a name with markers apart make several requirements of one, unless they only say what is locked.
    """
    by_name: dict[str, list[Declared]] = {}
    for one in declared:
        by_name.setdefault(one.requirement.name, []).append(one)
    return tuple(made for requirement in standard for made in _enriched(requirement, by_name.get(requirement.name, ())))


def _enriched(requirement: Requirement, declared: Sequence[Declared]) -> Sequence[Requirement]:
    if len(declared) > 1 and all(one.holds for one in declared):
        whole = _joined(requirement, declared[0])
        return [replace(whole, specifier=requirement.specifier, marker=requirement.marker)]
    found = [_joined(requirement, one) for one in declared]
    return [one for one in found if not one.marker.is_empty()] or [requirement]


def _joined(requirement: Requirement, declared: Declared) -> Requirement:
    more = declared.requirement
    return replace(
        requirement,
        specifier=requirement.specifier & more.specifier,
        marker=requirement.marker & more.marker,
        source=_joined_source(requirement.source, declared),
        prereleases=more.prereleases,
    )


def _joined_source(source: Source | None, declared: Declared) -> Source | None:
    if source is None:
        return declared.requirement.source
    if isinstance(source, Directory):
        return replace(source, editable=declared.entry.develop)
    return source
