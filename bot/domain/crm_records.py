"""What a CRM source tells, as plain records keyed by the source's own ids, before any of it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from bot.domain.people import Role
from bot.domain.pipeline import Stage

# `line` is where the record stands in its file (1 = the header), 0 when it has no line of its own. It takes
# no part in comparing two records: the same facts on another line are the same facts.


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person; `manager_external_id` names the person above them in the same source."""

    external_id: str
    name: str
    roles: frozenset[Role]
    time_zone: str
    email: str | None = None
    manager_external_id: str | None = None
    region: str | None = None
    segment: str | None = None
    country: str | None = None
    active: bool = True
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TimeOffRecord:
    """Days a person does not work, both ends included."""

    person_external_id: str
    starts_on: date
    ends_on: date
    reason: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """One customer."""

    external_id: str
    name: str
    sector: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """One person on the buyer's side, and the deals they take part in."""

    external_id: str
    name: str
    account_external_id: str | None = None
    title: str | None = None
    email: str | None = None
    deal_external_ids: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class DealRecord:
    """One opportunity as of the batch's moment; None means the source does not say."""

    external_id: str
    name: str
    owner_external_id: str
    stage: Stage
    account_external_id: str | None = None
    product: str | None = None
    region: str | None = None
    segment: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    close_date: date | None = None
    created_at: datetime | None = None
    entered_stage_at: datetime | None = None
    closed_at: datetime | None = None
    forecast_category: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class StageRecord:
    """A deal entered a stage at a moment, as the source's own history has it."""

    deal_external_id: str
    stage: Stage
    at: datetime
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ValueChangeRecord:
    """A deal's amount or close date changed; values as text: a plain decimal or an ISO date."""

    deal_external_id: str
    field_name: str
    old_value: str | None
    new_value: str | None
    at: datetime
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ActivityRecord:
    """Something that was done for a deal: a call, a meeting, an email."""

    external_id: str
    deal_external_id: str
    kind: str
    occurred_at: datetime
    person_external_id: str | None = None
    subject: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class NextStepRecord:
    """A next step agreed with the buyer; open while `done_at` is None."""

    external_id: str
    deal_external_id: str
    text: str
    due_on: date | None = None
    created_at: datetime | None = None
    done_at: datetime | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class QuotaRecord:
    """What a person is to close in a period, both ends included, in the workspace's currency."""

    external_id: str
    person_external_id: str
    period_start: date
    period_end: date
    amount: Decimal
    line: int = field(default=0, compare=False)
