"""The Monday health check of one manager: conversations owed, coverage per rep, and the deals that matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.cadence import Period
from bot.domain.conversion import Conversion, Velocity
from bot.domain.coverage import Coverage
from bot.domain.flags import FlaggedDeal
from bot.domain.obligations import Obligation, State
from bot.domain.people import Person
from bot.domain.pipeline import Off


@dataclass(frozen=True, slots=True)
class RepCoverage:
    """A rep's coverage, never without conversion and velocity beside it."""

    rep: Person
    coverage: Coverage
    conversion: Conversion
    velocity: Velocity


@dataclass(frozen=True, slots=True)
class ConfirmablePlan:
    """A plan agreed so recently that one click can confirm it in place of a new conversation."""

    conversation_id: str
    agreed_on: date
    plan: str


@dataclass(frozen=True, slots=True)
class OwedConversation:
    """A conversation owed to a rep, done ones included, with the plan that would do, if any."""

    obligation: Obligation
    rep_coverage: RepCoverage
    confirmable_plan: ConfirmablePlan | None = None


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """What a manager is shown at `now`. `conversations` are all of this fire; `deals` are all, ranked."""

    now: datetime
    manager: Person
    local_date: date
    period: Period
    crm_as_of: datetime | None
    crm_is_old: bool
    late: bool
    conversations: tuple[OwedConversation, ...]
    coverage: tuple[RepCoverage, ...]
    deals: tuple[FlaggedDeal, ...]
    max_deals_shown: int
    off: tuple[Off, ...]
    first_listing: bool

    @property
    def open_conversations(self) -> tuple[OwedConversation, ...]:
        """Those still owed and not put off."""
        return tuple(
            c for c in self.conversations if c.obligation.is_open and not c.obligation.is_snoozed(self.now)
        )

    @property
    def snoozed_conversations(self) -> tuple[OwedConversation, ...]:
        """Those still owed and put off for now."""
        return tuple(c for c in self.conversations if c.obligation.is_snoozed(self.now))

    @property
    def left(self) -> int:
        """How many conversations are still owed, those put off included."""
        return sum(c.obligation.is_open for c in self.conversations)

    @property
    def is_complete(self) -> bool:
        """Tell whether each conversation was held, replaced by a confirmed plan, or excused."""
        return all(c.obligation.state in (State.DONE, State.EXCUSED) for c in self.conversations)

    @property
    def deals_shown(self) -> tuple[FlaggedDeal, ...]:
        """The deals that matter most; the rest is one click away."""
        return self.deals[: self.max_deals_shown]


def is_confirmable(agreed_on: date, today: date, days: int = 14) -> bool:
    """Tell whether a plan was agreed less than so many days ago (and not in the future)."""
    return timedelta(0) <= today - agreed_on < timedelta(days=days)


def crm_is_old(crm_as_of: datetime | None, *, now: datetime, stale_hours: int) -> bool:
    """Tell whether the CRM state is older than expected; where there is none at all, it is."""
    return crm_as_of is None or now - crm_as_of > timedelta(hours=stale_hours)
