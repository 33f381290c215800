"""One state of a CRM as read: the records, what was rejected, and what is worth telling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.crm.rejects import Reject
from bot.domain.crm_records import (
    AccountRecord,
    ActivityRecord,
    ContactRecord,
    DealRecord,
    NextStepRecord,
    PersonRecord,
    QuotaRecord,
    StageRecord,
    TimeOffRecord,
    ValueChangeRecord,
)
from bot.domain.pipeline import Stage


@dataclass(frozen=True, slots=True)
class Note:
    """Something true of `count` rows that were taken in all the same, worth knowing."""

    file: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long import is: `step` is "reading" or "writing", `rows` those done of this file."""

    step: str
    file: str
    rows: int


ProgressSink = Callable[[Progress], None]


@dataclass(slots=True)
class FileTally:
    """The rows of one file: `read` of them in all, of which some were left out before anything was stored."""

    kind: str
    file: str
    read: int = 0
    skipped: int = 0
    repeated: int = 0
    hidden: int = 0
    rejected: int = 0


@dataclass(slots=True)
class CrmBatch:
    """The records of one snapshot, by kind; `stages` are those the source can tell apart."""

    people: list[PersonRecord] = field(default_factory=list)
    time_off: list[TimeOffRecord] = field(default_factory=list)
    accounts: list[AccountRecord] = field(default_factory=list)
    contacts: list[ContactRecord] = field(default_factory=list)
    deals: list[DealRecord] = field(default_factory=list)
    stage_history: list[StageRecord] = field(default_factory=list)
    value_history: list[ValueChangeRecord] = field(default_factory=list)
    activities: list[ActivityRecord] = field(default_factory=list)
    next_steps: list[NextStepRecord] = field(default_factory=list)
    quotas: list[QuotaRecord] = field(default_factory=list)
    files: dict[str, FileTally] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    stages: frozenset[Stage] = frozenset()
