"""What the CRM says of a decision and of a next action by their date, with the records it rests on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.days import Days
from bot.domain.decisions import ActivityType, Decision, DecisionKind
from bot.domain.obligations import Reason, Verdict
from bot.domain.pipeline import DataField, Stage
from bot.domain.wording import short_date, weekday_date


@dataclass(frozen=True, slots=True)
class StageEntered:
    """The CRM says that the deal entered a stage."""

    id: str
    at: datetime
    stage: Stage


@dataclass(frozen=True, slots=True)
class CloseDateSet:
    """The CRM says that the deal's close date became this day."""

    id: str
    at: datetime
    day: date | None


@dataclass(frozen=True, slots=True)
class ActivityLogged:
    """The CRM says that somebody did something for the deal; `by_id` is None where it does not say who."""

    id: str
    at: datetime
    kind: str
    subject: str = ""
    by_id: str | None = None


class AgreedAction(Protocol):
    """What was agreed to happen next on a deal: an activity of a type after `agreed_at`, by `due_at`."""

    @property
    def deal_id(self) -> str:
        """The deal on which it is to happen."""

    @property
    def activity(self) -> ActivityType:
        """What the CRM is to show of it."""

    @property
    def agreed_at(self) -> datetime:
        """When it was agreed: what was done before is something else."""

    @property
    def due_at(self) -> datetime:
        """Until when it is to be done."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the stage that an advance leaves is evidenced: `fault` says what lacks, None that nothing does.

    `evidence_ids` are the records of the evidence it rests on.
    """

    fault: str | None
    evidence_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CrmView:
    """Everything known of one deal, in whatever order it arrived.

    `as_of` is the CRM's newest state, `settled_at` its first one at or after the due time (None while there
    is none). `said` are the ids and times of evidence given in the deal's thread. `days` are the reader's.
    """

    as_of: datetime | None
    settled_at: datetime | None
    held: frozenset[DataField]
    days: Days
    stages: Collection[StageEntered] = ()
    close_dates: Collection[CloseDateSet] = ()
    activities: Collection[ActivityLogged] = ()
    said: Collection[tuple[str, datetime]] = ()
    proof: Proof | None = None
    parted: str | None = None

    def words(self) -> str:
        """Say how old the CRM's newest state is."""
        return (
            "No CRM data yet"
            if self.as_of is None
            else f"CRM as of {weekday_date(self.days.local(self.as_of))}"
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the evidence says; `counts` is False where nobody can be held to it."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    counts: bool = True


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the CRM shows of a decision: done or not, in words, and by which record."""

    done: bool
    words: str
    record: tuple[str, str] | None = None
    counts: bool = True


def judge_decision(decision: Decision, crm: CrmView) -> Judgement:
    """Judge a decision by the CRM as it stood by the decision's date; the same whatever the order of arrival.

    As soon as the CRM shows it, it is verified; once a CRM state from after the date does not, contradicted;
    in between pending. It is a function of the records alone, so only a further record changes it. What the
    CRM shows of an advance whose stage is not evidenced is unverified. A kept deal is worth its next action.
    """
    if decision.kind is DecisionKind.KEEP:
        action = decision.next_action
        return Judgement(Verdict.PENDING, ()) if action is None else judge_action(action, crm)
    if decision.kind is DecisionKind.RE_DATE and DataField.CLOSE_DATES not in crm.held:
        return Judgement(Verdict.UNVERIFIED, (Reason("off: no close dates imported"),), counts=False)
    if crm.as_of is None or crm.as_of <= decision.decided_at:
        words = f"{crm.words()}: from before the decision." if crm.as_of else f"{crm.words()}."
        return Judgement(Verdict.PENDING, (_on_deal(words, decision.deal_id),))
    shown = _shown(decision, crm, crm.settled_at or crm.as_of)
    if shown.done:
        return _done(decision, shown, crm)
    reason = _reason(shown, crm, decision.deal_id)
    if not shown.counts:
        return Judgement(Verdict.UNVERIFIED, (reason,), counts=False)
    if crm.settled_at is None:
        until = short_date(decision.due_on)
        waiting = _on_deal(f"{crm.words()} does not show it yet; due {until}.", decision.deal_id)
        return Judgement(Verdict.PENDING, (waiting,))
    if crm.parted is not None:
        return Judgement(Verdict.UNVERIFIED, (_on_deal(crm.parted, decision.deal_id), reason), counts=False)
    return Judgement(Verdict.CONTRADICTED, (reason,))


def _done(decision: Decision, shown: _Shown, crm: CrmView) -> Judgement:
    reason = _reason(shown, crm, decision.deal_id)
    if decision.kind is not DecisionKind.ADVANCE:
        return Judgement(Verdict.VERIFIED, (reason,), counts=shown.counts)
    proof = crm.proof or Proof("its exit criteria are not evidenced")
    evidence = tuple(
        Reason("Evidence in the deal's thread.", "evidence", evidence_id)
        for evidence_id in proof.evidence_ids
    )
    if proof.fault is None:
        return Judgement(Verdict.VERIFIED, (reason, *evidence))
    lacking = Reason(f"An advance needs its evidence too: {proof.fault}.")
    return Judgement(Verdict.UNVERIFIED, (reason, lacking, *evidence))


def _shown(decision: Decision, crm: CrmView, until: datetime) -> _Shown:
    stage, entered = _stage_at(decision, crm, until)
    record = ("deal_stage_events", entered.id) if entered else None
    if decision.kind is DecisionKind.RE_DATE:
        return _date_shown(decision, crm, until, stage, record)
    words = _stage_words(stage, entered, crm)
    match decision.kind:
        case DecisionKind.ADVANCE:
            target = decision.to_stage or Stage.CLOSED_WON
            return _Shown(stage.is_at_or_beyond(target), words, record)
        case DecisionKind.REMOVE:
            return _Shown(not stage.is_open, words, record)
        case _:
            # Lost is further out of the pipeline than any demotion.
            target = decision.to_stage or Stage.QUALIFIED
            back = stage is Stage.CLOSED_LOST or (stage.is_open and target.is_at_or_beyond(stage))
            return _Shown(back, words, record)


def _stage_at(decision: Decision, crm: CrmView, until: datetime) -> tuple[Stage, StageEntered | None]:
    order = list(Stage)
    known = [one for one in crm.stages if one.at <= until]
    last = max(known, key=lambda one: (one.at, order.index(one.stage), one.id), default=None)
    return (last.stage, last) if last else (decision.from_stage, None)


def _stage_words(stage: Stage, entered: StageEntered | None, crm: CrmView) -> str:
    since = f" since {short_date(crm.days.of_crm(entered.at))}" if entered else ""
    return f"it is in {stage.value.replace('_', ' ')}{since}"


def _date_shown(
    decision: Decision, crm: CrmView, until: datetime, stage: Stage, closed_by: tuple[str, str] | None
) -> _Shown:
    known = [one for one in crm.close_dates if one.at <= until]
    last = max(known, key=lambda one: (one.at, one.id), default=None)
    day = last.day if last else decision.old_close_date
    if not stage.is_open:
        words = f"it closed ({stage.value.replace('_', ' ')}) before, so there is no date left to move"
        return _Shown(done=False, words=words, record=closed_by, counts=False)
    words = f"its close date is {short_date(day)}" if day else "it has no close date"
    return _Shown(day == decision.new_close_date, words, ("deal_changes", last.id) if last else None)


def _reason(shown: _Shown, crm: CrmView, deal_id: str) -> Reason:
    kind, record_id = shown.record or ("deals", deal_id)
    return Reason(f"{crm.words()}: {shown.words}.", kind, record_id)


def judge_action(action: AgreedAction, crm: CrmView) -> Judgement:
    """Judge a next action: after it was agreed, by its date, an activity of its type or evidence.

    That nothing was logged is no word against anybody: unverified, never contradicted.
    """
    found = _kept_by(action, crm)
    if found is not None:
        return Judgement(Verdict.VERIFIED, (found,))
    if DataField.ACTIVITIES not in crm.held:
        return Judgement(Verdict.UNVERIFIED, (Reason("off: no activities imported"),), counts=False)
    wanted = "activity" if action.activity is ActivityType.ANY else action.activity.value
    if crm.settled_at is None:
        until = short_date(crm.days.local(action.due_at))
        words = f"{crm.words()} shows no {wanted} since it was agreed; due {until}."
        return Judgement(Verdict.PENDING, (_on_deal(words, action.deal_id),))
    words = f"{crm.words()}: no {wanted} by {short_date(crm.days.local(action.due_at))}."
    if crm.parted is not None:
        return Judgement(
            Verdict.UNVERIFIED, (_on_deal(crm.parted, action.deal_id), Reason(words)), counts=False
        )
    return Judgement(Verdict.UNVERIFIED, (_on_deal(words, action.deal_id),))


def _kept_by(action: AgreedAction, crm: CrmView) -> Reason | None:
    """Return the record that shows it done, the earliest of several."""
    fitting = [
        one
        for one in crm.activities
        if action.agreed_at < one.at <= action.due_at
        and (action.activity is ActivityType.ANY or one.kind.casefold() == action.activity.value)
    ]
    if fitting:
        first = min(fitting, key=lambda one: (one.at, one.id))
        words = f"{first.kind.capitalize()} on {short_date(crm.days.of_crm(first.at))}"
        return Reason(f"{words}: {first.subject}." if first.subject else f"{words}.", "activities", first.id)
    said = [(at, one) for one, at in crm.said if action.agreed_at < at <= action.due_at]
    if said:
        at, evidence_id = min(said)
        return Reason(f"Evidence in the thread on {short_date(crm.days.local(at))}.", "evidence", evidence_id)
    return None


def _on_deal(words: str, deal_id: str) -> Reason:
    return Reason(words, "deals", deal_id)


@dataclass(frozen=True, slots=True)
class FollowThrough:
    """How much of what was due was verified by its date. `pending` waits for the CRM: it is neither."""

    due: int
    verified: int
    contradicted: int
    pending: int


def follow_through(decisions: Sequence[Decision], now: datetime) -> FollowThrough:
    """Count the decisions that have come due: those verified over those that the CRM has judged."""
    due = [one for one in decisions if one.stands and one.counts and one.kind.decides and one.due_at <= now]
    judged = [one for one in due if one.verdict is not Verdict.PENDING]
    return FollowThrough(
        due=len(judged),
        verified=sum(one.verdict is Verdict.VERIFIED for one in judged),
        contradicted=sum(one.verdict is Verdict.CONTRADICTED for one in judged),
        pending=len(due) - len(judged),
    )
