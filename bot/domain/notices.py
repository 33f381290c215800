"""What the bot has to say, free of any channel's format: the read models that views turn into messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.domain.coaching_cards import CoachingReview
from bot.domain.conversion import Conversion
from bot.domain.decision_verification import FollowThrough
from bot.domain.flags import FlaggedDeal
from bot.domain.health_check import HealthCheck, RepCoverage
from bot.domain.obligations import Obligation, Verdict
from bot.domain.one_on_one import Adherence
from bot.domain.one_on_one_cards import SlotCard
from bot.domain.people import Person
from bot.domain.review_cards import DecisionLine, ReviewCard
from bot.domain.verdict_comments import VerdictComment
from bot.domain.verification import Answer


@dataclass(frozen=True, slots=True)
class HealthCheckCard:
    """A health check with what its message needs: when it is due, in which currency, what may be chosen.

    `all_deals` are every flagged deal, those of the first import included; `snooze_options` are (id, label);
    `fallen` are the ids of reps whose conversion fell, `team_drop` the whole team's before and now if it did;
    `unscheduled` are the reps with whom no one-on-ones are scheduled; `answered` are how many flags are
    raised and not open, since somebody has answered them.
    """

    check: HealthCheck
    all_deals: tuple[FlaggedDeal, ...]
    fire_id: str
    due_at: datetime
    currency: str
    target: Decimal
    snooze_options: tuple[tuple[str, str], ...]
    fallen: frozenset[str]
    team_drop: tuple[Conversion, Conversion] | None = None
    unscheduled: tuple[Person, ...] = ()
    answered: int = 0


@dataclass(frozen=True, slots=True)
class AcknowledgementCard:
    """What a rep, the manager concerned or their leader is shown of an acknowledgement.

    `minutes` is the talk's length; `logged_again`: a newer log of the same conversation decides now.
    """

    id: str
    rep: Person
    manager: Person
    held_on: date
    minutes: int | None
    plan: str | None
    next_step_on: date | None
    deadline_at: datetime
    answer: Answer | None
    comment: str | None
    verdict: Verdict
    obligation_id: str = ""
    logged_again: bool = False


@dataclass(frozen=True, slots=True)
class ObligationLine:
    """One obligation with the names a person reads: who owed it, and about whom it is.

    `comment`: what its owner says of it, where the reader may read that. `is_own`: the reader is its owner.
    """

    obligation: Obligation
    owner: Person
    subject: Person | None
    what: str
    comment: VerdictComment | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class FixLine:
    """One claim that a flag was mended in the CRM, with what the CRM says of it."""

    id: str
    deal_name: str
    flag_words: str
    by: Person
    at: datetime
    verdict: Verdict
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeekReview:
    """What was owed and claimed in a week, as one viewer may see it; `held_back`: theirs only later."""

    viewer: Person
    starts_on: date
    lines: tuple[ObligationLine, ...]
    fixes: tuple[FixLine, ...]
    held_back: int = 0
    decisions: tuple[DecisionLine, ...] = ()
    kept: FollowThrough | None = None
    one_on_ones: Adherence | None = None
    unsettled: int = 0


@dataclass(frozen=True, slots=True)
class CommentLine:
    """What a manager says of one verdict: on what it is, and about which rep or deal, if any."""

    comment: VerdictComment
    what: str
    about: str | None


@dataclass(frozen=True, slots=True)
class ManagerLine:
    """What a leader sees of one manager's week: counts and verdicts, and what the manager says of these.

    `earlier` are conversations owed before, left undone or theirs to see only since. `review` is what they
    owed of the pipeline review last, `kept` how much of what they decided was verified.
    `one_on_ones` is how they keep their schedule this quarter, `unsettled` with how many reps one was
    moved or cancelled more than once in it.
    """

    manager: Person
    owed: int
    done: int
    overdue: int
    missed: int
    excused: int
    verified: int
    contradicted: int
    held_back: bool
    earlier: tuple[Obligation, ...] = ()
    review: Obligation | None = None
    kept: FollowThrough | None = None
    one_on_ones: Adherence | None = None
    unsettled: int = 0
    comments: tuple[CommentLine, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamReview:
    """A viewer's team: figures of each rep they lead, a line for each manager below, who is coached."""

    viewer: Person
    currency: str
    crm_as_of: datetime | None
    reps: tuple[RepCoverage, ...]
    managers: tuple[ManagerLine, ...]
    coaching: CoachingReview | None = None


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that was given up: to whom, what it was, why, and since when it was to be sent."""

    person: str
    what: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class DataReview:
    """What an admin is shown: how fresh the CRM data is, what was rejected, who can't be reached.

    `stuck_events`: the log's references of events from Slack that were given up. `deals_gone`: how many open
    deals the CRM does not list any more. `threads_in_trouble`: of how many deals the thread can't be shown.
    """

    crm_as_of: datetime | None
    source: str | None
    rows_rejected: int
    without_slack: tuple[str, ...]
    deliveries_dead: int
    undelivered: tuple[Undelivered, ...] = ()
    stuck_events: tuple[str, ...] = ()
    deals_gone: int = 0
    threads_in_trouble: int = 0


@dataclass(frozen=True, slots=True)
class Today:
    """Everything that waits for one person now, whatever their roles."""

    person: Person
    now: datetime
    health_check: HealthCheckCard | None
    acknowledgements: tuple[AcknowledgementCard, ...]
    team: TeamReview | None
    data: DataReview | None
    review: ReviewCard | None = None
    one_on_ones: tuple[SlotCard, ...] = ()
