"""What people are shown of one-on-ones: a slot, its agenda, a week, a schedule to accept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.coaching_quality import LONGEST_AGO
from bot.domain.decision_verification import Judgement
from bot.domain.flags import FlaggedDeal
from bot.domain.obligations import Obligation, State
from bot.domain.one_on_one import Adherence, OneOnOne, SlotState
from bot.domain.one_on_one_schedule import Series, Slotting
from bot.domain.people import Person


@dataclass(frozen=True, slots=True)
class AgreedStep:
    """A next step agreed in an earlier one-on-one: by whom and when it was due, and what became of it."""

    text: str
    owner: str
    due_on: date
    outcome: str | None


@dataclass(frozen=True, slots=True)
class AgreedDealAction:
    """The next action agreed for a deal in the last one-on-one, and what the records say of it."""

    deal_name: str
    text: str
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """Something put on the agenda by one of the two."""

    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """What there is to talk about in a slot. Nothing in it is private: both read the same.

    `deals` have their flags, the ones that matter most first; `questions` are the rep's unanswered ones with
    the name of their deal. `actions` are those of the newest of the `steps`' sessions.
    """

    steps: tuple[AgreedStep, ...] = ()
    actions: tuple[AgreedDealAction, ...] = ()
    focus_area: str | None = None
    deals: tuple[FlaggedDeal, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()
    items: tuple[AgendaLine, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotCard:
    """A slot as one viewer, the manager or the rep, is shown it.

    `obligation` is what the manager owes for it, once its day has come; `moved_to_at` where it was moved to.
    `changes` counts how often a one-on-one of the two was moved or cancelled this quarter.
    """

    slot: OneOnOne
    viewer: Person
    manager: Person
    rep: Person
    agenda: Agenda
    now: datetime
    obligation: Obligation | None = None
    moved_to_at: datetime | None = None
    changes: int = 0

    @property
    def leads(self) -> bool:
        """Tell whether the viewer is the manager."""
        return self.viewer.id == self.manager.id

    @property
    def other(self) -> Person:
        """Return whom the viewer talks to."""
        return self.rep if self.leads else self.manager

    @property
    def can_be_made_good(self) -> bool:
        """Tell whether the viewer may still say that a missed one was held: while it can be logged."""
        still = self.now < self.slot.ends_at + LONGEST_AGO and self.rep.manager_id == self.manager.id
        return self.leads and self.slot.state is SlotState.MISSED and still

    @property
    def is_owed(self) -> bool:
        """Tell whether the viewer, its manager, still has to say what became of it, or to log it."""
        return self.leads and (self.slot.is_scheduled or self.is_to_log)

    @property
    def is_to_log(self) -> bool:
        """Tell whether it was held and is not logged: also late, for as long as a log of it is taken."""
        owed = self.obligation
        missing = owed is not None and owed.state in {State.DUE, State.OVERDUE, State.MISSED}
        return self.slot.state is SlotState.HELD and missing and self.now < self.slot.ends_at + LONGEST_AGO

    @property
    def has_begun(self) -> bool:
        """Tell whether its time has come."""
        return self.now >= self.slot.starts_at

    @property
    def has_ended(self) -> bool:
        """Tell whether its time is over."""
        return self.now >= self.slot.ends_at


@dataclass(frozen=True, slots=True)
class OneOnOneWeek:
    """A person's one-on-ones from this week's Monday on.

    `adherence` is this quarter's, None for who leads nobody; `unsettled` are reps whose one-on-ones were
    moved or cancelled more than once this quarter; `unscheduled` reps have no one-on-ones at all.
    """

    viewer: Person
    starts_on: date
    slots: tuple[SlotCard, ...]
    adherence: Adherence | None
    unsettled: tuple[tuple[Person, int], ...] = ()
    unscheduled: tuple[Person, ...] = ()
    leads: bool = False


@dataclass(frozen=True, slots=True)
class ScheduleDraft:
    """A schedule to accept or to change, a row for each rep; `left_out` reps don't fit into one form."""

    manager: Person
    rows: tuple[tuple[Person, Slotting], ...]
    warnings: tuple[str, ...]
    today: date
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class AcceptedSeries:
    """A series as its rep is told of it; `first` is when it begins (UTC)."""

    series: Series
    manager: Person
    rep: Person
    first: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """A rep who is new to a manager and has no one-on-ones yet; `scheduled`: they have by now."""

    manager: Person
    rep: Person
    scheduled: bool
