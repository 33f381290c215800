"""Deals as the CRM tells them: stages, what is known of a deal, and which fields the data holds at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Stage(StrEnum):
    """The stages of a deal, defined by what the buyer has done."""

    QUALIFIED = "qualified"
    DISCOVERY = "discovery"
    PROPOSAL = "proposal"
    NEGOTIATION = "negotiation"
    CLOSED_WON = "closed_won"
    CLOSED_LOST = "closed_lost"

    @property
    def is_open(self) -> bool:
        """Tell whether the deal is still to be won or lost."""
        return self not in {Stage.CLOSED_WON, Stage.CLOSED_LOST}

    def is_at_or_beyond(self, other: Stage) -> bool:
        """Tell whether a deal here has come as far as the other stage; a lost deal is beyond nothing."""
        if self is Stage.CLOSED_LOST or other is Stage.CLOSED_LOST:
            return self is other
        order = list(Stage)
        return order.index(self) >= order.index(other)


OPEN_STAGES: tuple[Stage, ...] = tuple(stage for stage in Stage if stage.is_open)


class DataField(StrEnum):
    """What an import may bring; a figure or flag that needs an absent one is off, and says so."""

    AMOUNTS = "amounts"
    CLOSE_DATES = "close dates"
    STAGE_HISTORY = "stage history"
    VALUE_HISTORY = "value history"
    ACTIVITIES = "activities"
    CONTACTS = "contacts"
    NEXT_STEPS = "next steps"
    QUOTAS = "quotas"


@dataclass(frozen=True, slots=True)
class Off:
    """Something that can't be judged on this data, with the reason in words for a person."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step agreed with the buyer; `due_on` is None when nobody dated it."""

    text: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Deal:
    """One opportunity. Amounts are in the workspace's currency; None means the CRM does not say.

    `unbacked` are the criteria asked at its stage that no evidence answers, each with the moment by which.
    """

    id: str
    name: str
    owner_id: str
    stage: Stage
    account_name: str | None = None
    amount: Decimal | None = None
    previous_amount: Decimal | None = None
    amount_changed_at: datetime | None = None
    close_date: date | None = None
    close_date_pushes: int = 0
    created_at: datetime | None = None
    entered_stage_at: datetime | None = None
    closed_at: datetime | None = None
    last_moved_at: datetime | None = None
    last_activity_at: datetime | None = None
    contact_count: int | None = None
    next_step: NextStep | None = None
    forecast_category: str | None = None
    first_imported_at: datetime | None = None
    unbacked: tuple[tuple[str, datetime], ...] = ()

    @property
    def moved_at(self) -> datetime | None:
        """The later of the last change and the last activity; None when neither is dated."""
        return max(filter(None, (self.last_moved_at, self.last_activity_at)), default=None)


@dataclass(frozen=True, slots=True)
class StageMove:
    """A deal entered a stage at a moment; `left` is None for the stage it was first seen in."""

    deal_id: str
    left: Stage | None
    entered: Stage
    at: datetime
