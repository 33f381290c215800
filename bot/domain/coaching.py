"""Coaching logs: what one holds, who may read what of it, and what the coached person's word makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.obligations import Reason, Verdict
from bot.domain.verification import Answer, Finding
from bot.domain.wording import listed, short_date, weekday_date

# An author may still mend a log for so long after it was written.
EDITABLE_FOR = timedelta(days=7)
ANSWER_WORKING_DAYS = 3
LONGEST_MINUTES = 240
RECORDS = "coaching_logs"
ANSWER_RECORDS = "coaching_answers"


class FocusArea(StrEnum):
    """What a session was about; each stands for the measure that it should move (see FOCUS_NAMES)."""

    PROSPECTING = "prospecting"
    QUALIFICATION = "qualification"
    DISCOVERY = "discovery"
    OBJECTIONS = "objections"
    VALUE = "value"
    CLOSING = "closing"
    PIPELINE = "pipeline"
    FORECAST = "forecast"


FOCUS_NAMES: Mapping[FocusArea, str] = {
    FocusArea.PROSPECTING: "Prospecting: new opportunities",
    FocusArea.QUALIFICATION: "Qualification: win rate",
    FocusArea.DISCOVERY: "Discovery: stage conversion",
    FocusArea.OBJECTIONS: "Objections: stage conversion",
    FocusArea.VALUE: "Value over price: deal size",
    FocusArea.CLOSING: "Closing: cycle length",
    FocusArea.PIPELINE: "Pipeline: coverage",
    FocusArea.FORECAST: "Forecast: accuracy",
}


class SkillTag(StrEnum):
    """What a manager observes: the mistakes of reps, and those of leaders."""

    NO_QUALIFICATION = "no_qualification"
    TALKS_MORE = "talks_more_than_listens"
    UNPREPARED = "unprepared_for_objections"
    USERS_NOT_BUYERS = "users_in_place_of_buyers"
    JARGON = "jargon"
    FEW_QUESTIONS = "too_few_questions"
    PRICE_OVER_VALUE = "price_over_value"
    BAD_FIT = "bad_fit_deals"
    BLIND_RFPS = "blind_rfps"
    TOOL_TIME = "tool_time"
    SLOW_BAD_HIRES = "slow_bad_hires"
    TIME_UNPROTECTED = "reps_time_unprotected"
    RESCUES = "rescuing_deals"


TAG_NAMES: Mapping[SkillTag, str] = {
    SkillTag.NO_QUALIFICATION: "No qualification",
    SkillTag.TALKS_MORE: "More talk than listening",
    SkillTag.UNPREPARED: "Unprepared for objections",
    SkillTag.USERS_NOT_BUYERS: "Users in place of buyers",
    SkillTag.JARGON: "Jargon",
    SkillTag.FEW_QUESTIONS: "Too few questions",
    SkillTag.PRICE_OVER_VALUE: "Price over value",
    SkillTag.BAD_FIT: "Bad-fit deals",
    SkillTag.BLIND_RFPS: "Blind RFPs",
    SkillTag.TOOL_TIME: "Time spent on tools",
    SkillTag.SLOW_BAD_HIRES: "Slow with bad hires",
    SkillTag.TIME_UNPROTECTED: "Reps’ time unprotected",
    SkillTag.RESCUES: "Rescuing deals",
}
REP_TAGS = tuple(SkillTag)[:7]
LEADER_TAGS = tuple(SkillTag)[7:]


class Stance(StrEnum):
    """Whether a mistake was seen, or something went better than before."""

    SEEN = "seen"
    BETTER = "better"


class LogKind(StrEnum):
    """A session, or the monthly deep dive into one call."""

    SESSION = "session"
    DEEP_DIVE = "deep_dive"


class StepOutcome(StrEnum):
    """What became of an agreed step, as the next session says."""

    DONE = "done"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    DROPPED = "dropped"


OUTCOME_NAMES: Mapping[StepOutcome, str] = {
    StepOutcome.DONE: "Done",
    StepOutcome.PARTLY: "Partly done",
    StepOutcome.NOT_YET: "Not yet",
    StepOutcome.DROPPED: "Dropped: something else matters more",
}


@dataclass(frozen=True, slots=True)
class Observation:
    """One skill as it was observed."""

    tag: SkillTag
    stance: Stance


@dataclass(frozen=True, slots=True)
class Step:
    """What was agreed to do next: by whom, and until which day."""

    owner_id: str
    words: str
    due_on: date


@dataclass(frozen=True, slots=True)
class DealAction:
    """The one next action for a deal that was discussed."""

    deal_id: str
    words: str


@dataclass(frozen=True, slots=True)
class DeepDive:
    """What a deep dive looked at: which call, and what it showed of behaviour, technique and attitude."""

    call: str
    behaviour: str
    technique: str
    attitude: str


@dataclass(frozen=True, slots=True)
class LogContent:
    """What manager and rep both read of a session; `held_on` is a day of the manager's zone."""

    held_on: date
    minutes: int
    focus_area: FocusArea
    feedback: str
    observations: tuple[Observation, ...]
    step: Step
    deal_actions: tuple[DealAction, ...] = ()
    deep_dive: DeepDive | None = None


class Part(StrEnum):
    """Parts of a log that an edit can change, as people call them."""

    DAY = "the day"
    MINUTES = "the minutes"
    FOCUS = "the focus area"
    FEEDBACK = "the feedback"
    SKILLS = "the skills observed"
    STEP = "the next step"
    DEALS = "the deals"
    DEEP_DIVE = "the call reviewed"


# What the coached person vouches for: that it took place, when, how long, and what the two agreed.
VOUCHED_FOR = frozenset({Part.DAY, Part.MINUTES, Part.STEP})


def changed_parts(before: LogContent, after: LogContent) -> tuple[Part, ...]:
    """Return which parts differ, in the order of the form."""
    pairs: tuple[tuple[Part, object, object], ...] = (
        (Part.DAY, before.held_on, after.held_on),
        (Part.MINUTES, before.minutes, after.minutes),
        (Part.FOCUS, before.focus_area, after.focus_area),
        (Part.FEEDBACK, before.feedback, after.feedback),
        (Part.SKILLS, frozenset(before.observations), frozenset(after.observations)),
        (Part.STEP, before.step, after.step),
        (Part.DEALS, frozenset(before.deal_actions), frozenset(after.deal_actions)),
        (Part.DEEP_DIVE, before.deep_dive, after.deep_dive),
    )
    return tuple(part for part, old, new in pairs if old != new)


def asks_again(parts: tuple[Part, ...]) -> bool:
    """Tell whether an edit of these parts needs the coached person's word anew.

    They confirmed that the session took place, its day and length, and what was agreed. Who changes one of
    these afterwards claims something else than was confirmed; better wording of the feedback is only marked.
    """
    return not VOUCHED_FOR.isdisjoint(parts)


def parts_in_words(parts: tuple[Part, ...]) -> str:
    """Say which parts changed."""
    return listed([part.value for part in parts], "and") if parts else "nothing"


def is_editable(logged_at: datetime, now: datetime) -> bool:
    """Tell whether the log may still be edited."""
    return now < logged_at + EDITABLE_FOR


@dataclass(frozen=True, slots=True)
class Ask:
    """The coached person was asked about the log as it was in this version."""

    version: int
    asked_at: datetime
    deadline_at: datetime


@dataclass(frozen=True, slots=True)
class LogAnswer:
    """One answer about one version; answers are only ever added, so a change of mind is a further one."""

    id: str
    version: int
    answer: Answer
    answered_at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class LogClaim:
    """A manager says that a session was held: the questions asked about it, and the answers given."""

    id: str
    coached_name: str
    asks: tuple[Ask, ...]
    answers: tuple[LogAnswer, ...] = ()


def coaching_verdict(claim: LogClaim, *, now: datetime, zone: str = "UTC") -> Finding:
    """Judge a log by the coached person's last answer, whatever the order in which the records arrived.

    A dispute stands until they answer again: no edit lifts it, or a manager could edit it away. A
    confirmation holds for the versions up to the one it was given about; asked again since, it waits like a
    new one. No answer by the deadline is neutral. No comment is in the reasons: they are shown more
    widely than the words of the two. `zone` (IANA) is where the days named are days.
    """
    given = [one for one in claim.answers if one.answered_at <= now]
    asked = max((ask for ask in claim.asks if ask.asked_at <= now), key=lambda ask: ask.version, default=None)
    last = max(given, key=_rank, default=None)
    if last is not None and last.answer is Answer.DISPUTED:
        text = f"{claim.coached_name} sees it differently ({_day(last.answered_at, zone)})."
        return Verdict.CONTRADICTED, (Reason(text, ANSWER_RECORDS, last.id),)
    if last is not None and (asked is None or last.version >= asked.version):
        text = f"{claim.coached_name} confirmed it on {_day(last.answered_at, zone)}."
        return Verdict.VERIFIED, (Reason(text, ANSWER_RECORDS, last.id),)
    return _unanswered(claim, asked or _first(claim), last, now, zone)


def _first(claim: LogClaim) -> Ask | None:
    return min(claim.asks, key=lambda ask: ask.version, default=None)


def _unanswered(
    claim: LogClaim, asked: Ask | None, earlier: LogAnswer | None, now: datetime, zone: str
) -> Finding:
    before = (
        ()
        if earlier is None
        else (
            Reason(
                f"An earlier version was confirmed on {_day(earlier.answered_at, zone)}; "
                "it was changed since.",
                ANSWER_RECORDS,
                earlier.id,
            ),
        )
    )
    if asked is None:
        return Verdict.PENDING, (Reason(f"{claim.coached_name} has not been asked yet.", RECORDS, claim.id),)
    if now >= asked.deadline_at:
        text = f"{claim.coached_name} has not answered; that counts neither way."
        return Verdict.UNANSWERED, (Reason(text, RECORDS, claim.id), *before)
    until = weekday_date(asked.deadline_at.astimezone(ZoneInfo(zone)).date())
    text = f"{claim.coached_name} can answer until {until}."
    return Verdict.PENDING, (Reason(text, RECORDS, claim.id), *before)


def _rank(one: LogAnswer) -> tuple[datetime, bool, str]:
    # Of two answers in the same instant the dispute counts: it is the one that must not be lost.
    return one.answered_at, one.answer is Answer.DISPUTED, one.id


def _day(at: datetime, zone: str) -> str:
    return short_date(at.astimezone(ZoneInfo(zone)).date())


class Sight(StrEnum):
    """How much of a log a person may read."""

    NOTHING = "nothing"
    FACTS = "facts"  # date, minutes, focus area, verdict
    SHARED = "shared"  # what manager and rep read
    EVERYTHING = "everything"  # the private notes too


def sight(*, is_author: bool, is_coached: bool, leads_author: bool, text_released: bool) -> Sight:
    """Return what someone reads of a log.

    The private notes are the author's alone, whatever was released; leaders of the author read the text only
    once both have released it; nobody else, an admin included, reads anything.
    """
    if is_author:
        return Sight.EVERYTHING
    if is_coached:
        return Sight.SHARED
    if leads_author:
        return Sight.SHARED if text_released else Sight.FACTS
    return Sight.NOTHING
