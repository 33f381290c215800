"""What a pipeline review shows: its deals, one step of it, its end, and what became of what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from bot.domain.advancing import InCommon, TeamGap
from bot.domain.decision_verification import FollowThrough
from bot.domain.decisions import Decision
from bot.domain.flags import Flag
from bot.domain.health_check import RepCoverage
from bot.domain.inspection import CriterionStatus
from bot.domain.obligations import Obligation
from bot.domain.people import Person
from bot.domain.pipeline import Deal, Stage
from bot.domain.verdict_comments import VerdictComment

REVIEW = "review"
STATUS_MEETING = "status_meeting"


@dataclass(frozen=True, slots=True)
class Asking:
    """How many questions about a deal wait for its rep; where none does, `reason` says why."""

    questions: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A deal of a review. `gone` says why it is no longer this manager's to decide; None while it is.

    `asking` is known of a review that is to come. `away`: its rep does not work on the review's day.
    """

    deal: Deal
    rep: Person | None
    reason: str
    decision: Decision | None
    gone: str | None = None
    asking: Asking | None = None
    away: bool = False

    @property
    def waits(self) -> bool:
        """Tell whether it is still to be decided."""
        return self.gone is None and self.decision is None


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A review as its manager sees it at `now`. `obligation` is None until its day has come."""

    id: str
    manager: Person
    review_on: date
    now: datetime
    items: tuple[ReviewItem, ...]
    place: int
    outcome: str | None
    opened: bool
    obligation: Obligation | None
    currency: str
    crm_as_of: datetime | None
    names: dict[str, str]

    @property
    def waiting(self) -> tuple[ReviewItem, ...]:
        """The deals still to be decided."""
        return tuple(item for item in self.items if item.waits)

    @property
    def taken(self) -> tuple[Decision, ...]:
        """What was decided, next actions of kept deals included, in the order of the review."""
        return tuple(item.decision for item in self.items if item.decision is not None)

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing of it waits, and there was something to decide."""
        return not self.waiting and bool(self.taken)


@dataclass(frozen=True, slots=True)
class ProposedDemotion:
    """A deal is proposed for a step back, `to_stage` None: out; these questions are open past their day."""

    to_stage: Stage | None
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewStep:
    """One deal of a review in front of the manager; `place` counts from 0.

    `ahead` and `behind` are the stages it can advance or be demoted to, `pushes` how often its close date was
    pushed; `may_re_date` is False from the second push on. `owners` can carry out what is decided.
    """

    card: ReviewCard
    place: int
    item: ReviewItem
    today: date
    flags: tuple[Flag, ...]
    statuses: tuple[CriterionStatus, ...]
    days_in_stage: int | None
    usual_days: float | None
    ahead: Stage | None
    behind: Stage | None
    pushes: int
    may_re_date: bool
    owners: tuple[Person, ...]
    due_on: date
    demotion: ProposedDemotion | None = None


@dataclass(frozen=True, slots=True)
class ReviewEnd:
    """What a review ends with: the team's gap to the coverage target, and what advancing deals share.

    `short` are the figures of the reps who are short of the target, the widest gap first.
    """

    card: ReviewCard
    gap: TeamGap
    target: Decimal
    common: InCommon
    short: tuple[RepCoverage, ...] = ()


@dataclass(frozen=True, slots=True)
class SwapChoices:
    """Which deal leaves a review, and which could come in, the weightiest first: (deal, rep, reason)."""

    card: ReviewCard
    leaving: ReviewItem
    choices: tuple[tuple[Deal, Person | None, str], ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """The words of evidence that a verdict rests on, and the link to their message where it is known."""

    words: str
    permalink: str | None


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision with the names a person reads.

    `quoted`: the evidence behind its verdict, by id, where its reader may see that. `comment`: what the
    manager who took it says of its verdict, where the reader may read that. `is_own`: the reader took it.
    """

    decision: Decision
    deal_name: str
    by: str
    owner: str
    quoted: Mapping[str, Quoted] = field(default_factory=dict)
    comment: VerdictComment | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class FollowUpCard:
    """What became of the decisions due in a week, as their manager is asked; `crm_as_of` dates verdicts.

    `earlier`: some came due before that week, while nobody asked.
    """

    fire_id: str
    manager: Person
    week_of: date
    lines: tuple[DecisionLine, ...]
    kept: FollowThrough
    crm_as_of: datetime | None
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class RepOutcome:
    """What a review means for one rep: what was decided of their deals, and what they carry out."""

    review_on: date
    manager: Person
    rep: Person
    lines: tuple[DecisionLine, ...]
