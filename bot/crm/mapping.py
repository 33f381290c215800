"""The typed mapping file: how one source's CSV files become records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from bot.crm.fields import KINDS
from bot.domain.people import Role
from bot.domain.pipeline import OPEN_STAGES, Stage
from bot.errors import ConfigurationError, Fault

# As for cadences: between these hours daylight saving doubles or drops local times.
_EARLIEST_SYNC = time(4, 0)
_SHOWN_CHARACTERS = 80


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("an IANA time zone name such as Europe/Berlin")
    return name


def _known_codec(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise ValueError("an encoding such as utf-8, latin-1 or cp1252") from None
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166 code of two capitals")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WorkspaceMapping(_Model):
    """What the first import creates the workspace with, and the default place of its people."""

    name: str
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    fiscal_first_month: int = Field(default=1, ge=1, le=12)
    time_zone: Zone
    country: Country | None = None


class FormatMapping(_Model):
    """How the files are written. `dates` are strptime patterns beside "iso", tried in order.

    `precision: day` says that the source dates nothing to the hour: then only what is dated before a day is
    known on that day. `empty` are the values (of any column) that mean nothing, such as 31.12.3999.
    """

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: Annotated[str, AfterValidator(_known_codec)] = "utf-8"
    dates: tuple[str, ...] = ("iso",)
    precision: Literal["day", "second"] = "second"
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'"] = ""
    empty: frozenset[str] = frozenset()


class SkipRule(_Model):
    """Rows left out on purpose, such as a total line: `column` matches the pattern from its start."""

    column: str
    matches: re.Pattern[str]


class KnownValues(_Model):
    """A file that lists every value a column may hold; others are taken in and noted."""

    file: str
    column: str


class FileMapping(_Model):
    """One CSV file: where it is, and which of its columns (or which constant) fills each canonical column.

    `encoding`: this file's, where it differs from the others'.
    `templates`: a canonical column made of others, the first pattern whose source columns are all filled.
    `aliases`, by canonical column: a spelling found -> the right one. `stage_dates`: a stage -> the source
    column that dates when it was entered. `known_when_closed`: canonical columns that the source fills only
    when a deal closes. `noted_when_empty`: optional columns whose absence is worth a note.
    """

    file: str
    optional: bool = False
    encoding: Annotated[str, AfterValidator(_known_codec)] | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    templates: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    aliases: dict[str, dict[str, str]] = Field(default_factory=dict)
    known: dict[str, KnownValues] = Field(default_factory=dict)
    skip: tuple[SkipRule, ...] = ()
    stage_dates: dict[Stage, str] = Field(default_factory=dict)
    known_when_closed: tuple[str, ...] = ()
    noted_when_empty: tuple[str, ...] = ()

    def source_columns(self) -> Iterator[tuple[str, str]]:
        """Yield (key in this mapping, column that the file must have)."""
        yield from ((f"columns.{key}", column) for key, column in self.columns.items())
        yield from ((f"stage_dates.{key}", column) for key, column in self.stage_dates.items())
        yield from ((f"skip.{index}", rule.column) for index, rule in enumerate(self.skip))
        for key, patterns in self.templates.items():
            for pattern in patterns:
                yield from ((f"templates.{key}", column) for column in re.findall(r"{(.*?)}", pattern))


class Place(_Model):
    """Where the people of a region live, for working hours and public holidays."""

    time_zone: Zone
    country: Country | None = None


class DeclaredPerson(_Model):
    """Somebody the export does not hold, such as the leader above its managers or the admin."""

    id: str
    name: str
    roles: frozenset[Role] = Field(min_length=1)
    manager_id: str | None = None
    region: str | None = None
    time_zone: Zone | None = None
    country: Country | None = None
    email: str | None = None


class PeopleMapping(_Model):
    """What the people file does not say: places by region, addresses from names, managers given by name only.

    `email_pattern` knows {first} and {last}. `managers_from_names`: whoever stands in `manager_id` without a
    row becomes a manager under `managers_report_to`.
    """

    zones: dict[str, Place] = Field(default_factory=dict)
    email_pattern: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$")
    managers_from_names: bool = False
    managers_report_to: str | None = None
    declared: tuple[DeclaredPerson, ...] = ()


class Mapping(_Model):
    """One source: its name in the store, its formats and stages, and its files by kind."""

    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    workspace: WorkspaceMapping
    format: FormatMapping = FormatMapping()
    sync_at: time = time(5, 0)
    stages: dict[str, Stage] = Field(default_factory=dict)
    stage_before_close: Stage = Stage.QUALIFIED
    people: PeopleMapping = PeopleMapping()
    files: dict[str, FileMapping] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_stage_history(self) -> Mapping:
        deals = self.files.get("deals")
        if deals is not None and deals.stage_dates and "stage_history" in self.files:
            raise ValueError("files.deals.stage_dates\tstage_dates\tonly without files.stage_history")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The zone that the source's bare dates are meant in."""
        return ZoneInfo(self.workspace.time_zone)

    @field_validator("sync_at")
    @classmethod
    def _outside_the_dst_hours(cls, value: time) -> time:
        if value < _EARLIEST_SYNC or value.tzinfo is not None:
            raise ValueError(
                "a local time from 04:00 to 23:59 (before that daylight saving doubles or drops it)"
            )
        return value

    @field_validator("stage_before_close")
    @classmethod
    def _open(cls, value: Stage) -> Stage:
        if not value.is_open:
            raise ValueError("an open stage: " + ", ".join(OPEN_STAGES))
        return value

    @model_validator(mode="after")
    def _only_canonical_columns(self) -> Mapping:
        faults = [fault for kind, file in self.files.items() for fault in _column_faults(kind, file)]
        if faults:
            raise ValueError("\n".join(faults))
        return self


def _column_faults(kind: str, file: FileMapping) -> Iterator[str]:
    canonical = KINDS.get(kind)
    if canonical is None:
        yield f"files.{kind}\t{kind}\tone of {', '.join(KINDS)}"
        return
    filled = {**file.columns, **file.constants, **file.templates}
    used = {*filled, *file.aliases, *file.known, *file.known_when_closed, *file.noted_when_empty}
    for column in sorted(used - canonical.keys()):
        yield f"files.{kind}.{column}\t{column}\tone of {', '.join(canonical)}"
    for column in sorted((file.aliases.keys() | file.known.keys()) - file.columns.keys()):
        yield f"files.{kind}.{column}\t{column}\taliases and known values for a column that is mapped"
    for column, what in canonical.items():
        if what.required and column not in filled:
            yield f"files.{kind}.{column}\tnothing\ta column, a constant or a template that fills it"


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises ConfigurationError with every fault of it at once."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        fault = Fault(str(path), "", "no such file", "a readable YAML file in UTF-8")
        raise ConfigurationError([fault]) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        found = " ".join(str(error).split())
        raise ConfigurationError([Fault(str(path), "", found, "a readable YAML file in UTF-8")]) from error
    try:
        return Mapping.model_validate(raw)
    except ValidationError as error:
        raise ConfigurationError(list(_faults(path.name, error))) from error


def _faults(source: str, error: ValidationError) -> Iterator[Fault]:
    for fault in error.errors():
        message = fault["msg"].removeprefix("Value error, ")
        if "\t" in message:
            yield from (Fault(source, *line.split("\t")) for line in message.splitlines())
        else:
            yield Fault(source, ".".join(str(part) for part in fault["loc"]), _shown(fault["input"]), message)


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, dict) else "{" + ", ".join(map(str, value)) + "}"
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."
