"""Decisions of a pipeline review: what may be decided of a deal, who does it by when, what is reported."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bot.domain.obligations import Reason, Verdict
from bot.domain.pipeline import OPEN_STAGES, Deal, Stage
from bot.domain.wording import count_of

SHORTEST_WORDS = 10
LONGEST_AHEAD = timedelta(days=90)
# A deal may close far ahead; beyond this it is a slip of the year.
LATEST_CLOSE = timedelta(days=2 * 365)


class DecisionKind(StrEnum):
    """What is decided of a deal. To keep it is no decision: it goes on as before, with a next action."""

    ADVANCE = "advance"
    DEMOTE = "demote"
    REMOVE = "remove"
    RE_DATE = "re_date"
    KEEP = "keep"

    @property
    def decides(self) -> bool:
        """Tell whether it changes the pipeline: without one of these a review was a status meeting."""
        return self is not DecisionKind.KEEP


class ActivityType(StrEnum):
    """Which activity a next action needs in the CRM; `any` where the CRM's own words may be others."""

    CALL = "call"
    MEETING = "meeting"
    EMAIL = "email"
    ANY = "any"


class DecisionState(StrEnum):
    """What people say became of a decision; what the CRM says is its verdict, kept apart."""

    TAKEN = "taken"
    REPORTED_DONE = "reported_done"
    REPORTED_NOT_DONE = "reported_not_done"
    WITHDRAWN = "withdrawn"


class DecisionEvent(StrEnum):
    """What can happen to a decision."""

    REPORT_DONE = "report_done"
    REPORT_NOT_DONE = "report_not_done"
    WITHDRAW = "withdraw"


# What stands here is allowed, all else is not. Withdrawn is final: deciding anew is a new record.
TABLE: Mapping[tuple[DecisionState, DecisionEvent], DecisionState] = MappingProxyType(
    {
        (DecisionState.TAKEN, DecisionEvent.REPORT_DONE): DecisionState.REPORTED_DONE,
        (DecisionState.TAKEN, DecisionEvent.REPORT_NOT_DONE): DecisionState.REPORTED_NOT_DONE,
        (DecisionState.REPORTED_NOT_DONE, DecisionEvent.REPORT_DONE): DecisionState.REPORTED_DONE,
        (DecisionState.REPORTED_DONE, DecisionEvent.REPORT_NOT_DONE): DecisionState.REPORTED_NOT_DONE,
        (DecisionState.TAKEN, DecisionEvent.WITHDRAW): DecisionState.WITHDRAWN,
    }
)


class IllegalDecisionEventError(ValueError):
    """The event can't happen to a decision in its state, or lacks what it needs."""


@dataclass(frozen=True, slots=True)
class NextAction:
    """What happens next with a buyer: an activity of this type by `due_at`, after `agreed_at`."""

    id: str
    deal_id: str
    decision_id: str
    words: str
    activity: ActivityType
    owner_id: str
    agreed_at: datetime
    due_at: datetime
    verdict: Verdict = Verdict.PENDING
    reasons: tuple[Reason, ...] = ()
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, `by_id` who took it, `owner_id` who carries it out by `due_at`.

    `counts` is False where nobody can be held to it: the deal closed before, or its check is off.
    """

    id: str
    review_id: str
    deal_id: str
    kind: DecisionKind
    by_id: str
    owner_id: str
    decided_at: datetime
    due_on: date
    due_at: datetime
    from_stage: Stage
    to_stage: Stage | None = None
    old_close_date: date | None = None
    new_close_date: date | None = None
    reason: str = ""
    state: DecisionState = DecisionState.TAKEN
    reported_at: datetime | None = None
    report_reason: str = ""
    verdict: Verdict = Verdict.PENDING
    reasons: tuple[Reason, ...] = ()
    counts: bool = True
    verdict_at: datetime | None = None
    judged_as_of: datetime | None = None
    version: int = 1
    next_action: NextAction | None = None

    @property
    def stands(self) -> bool:
        """Tell whether it was not withdrawn."""
        return self.state is not DecisionState.WITHDRAWN


def transition(decision: Decision, event: DecisionEvent, *, now: datetime, reason: str = "") -> Decision:
    """Return the decision after the event, its version one higher.

    REPORT_NOT_DONE needs a `reason`. Raises IllegalDecisionEventError.
    """
    state = TABLE.get((decision.state, event))
    if state is None:
        raise IllegalDecisionEventError(f"{event} is not possible once {decision.state}")
    if event is DecisionEvent.REPORT_NOT_DONE and not reason.strip():
        raise IllegalDecisionEventError("what was not done needs its reason")
    after = replace(decision, state=state, version=decision.version + 1)
    if event is DecisionEvent.WITHDRAW:
        return after
    return replace(after, reported_at=now, report_reason=reason.strip())


@dataclass(frozen=True, slots=True)
class Draft:
    """What a manager puts into the form of one deal, before it is judged fit to be recorded."""

    kind: DecisionKind
    owner_id: str
    due_on: date | None
    new_close_date: date | None = None
    reason: str = ""
    action_words: str = ""
    activity: ActivityType | None = None


@dataclass(frozen=True, slots=True)
class DraftFault:
    """What is wrong with a draft, and at which field of the form."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class DecisionRules:
    """`pushes` is how often the close date was pushed, `most_pushes` from where on it can't be again.

    `stages` are those that the CRM has. `prefilled` is the new close date that the form came with.
    """

    today: date
    pushes: int
    most_pushes: int
    stages: Collection[Stage]
    prefilled: date | None = None


def stage_ahead(stage: Stage, known: Collection[Stage]) -> Stage | None:
    """Return the next stage that the CRM has, the won one after the last; None for a closed deal."""
    order = [*OPEN_STAGES, Stage.CLOSED_WON]
    if not stage.is_open:
        return None
    later = (one for one in order[order.index(stage) + 1 :] if one in known or one is Stage.CLOSED_WON)
    return next(later, None)


def stage_behind(stage: Stage, known: Collection[Stage]) -> Stage | None:
    """Return the stage before that the CRM has; None from the first one."""
    order = list(Stage)
    if not stage.is_open:
        return None
    return next((one for one in reversed(order[: order.index(stage)]) if one in known), None)


def target_stage(kind: DecisionKind, stage: Stage, known: Collection[Stage]) -> Stage | None:
    """Return the stage that the CRM must show once it is done; None where the stage is not what changes."""
    if kind is DecisionKind.ADVANCE:
        return stage_ahead(stage, known)
    return stage_behind(stage, known) if kind is DecisionKind.DEMOTE else None


def draft_faults(draft: Draft, deal: Deal, rules: DecisionRules) -> Sequence[DraftFault]:
    """Return all that is wrong with a draft, one fault a field, in the form's order; nothing when it is fit.

    A kind that can't be decided is told alone: what the other fields must hold goes by the kind.
    """
    if kind := _kind_fault(draft, deal, rules):
        return [kind]
    others = (
        _close_date_fault(draft, deal, rules),
        _reason_fault(draft),
        _action_fault(draft),
        _activity_fault(draft),
        _due_fault(draft, rules.today),
    )
    return [fault for fault in others if fault]


def _kind_fault(draft: Draft, deal: Deal, rules: DecisionRules) -> DraftFault | None:
    if draft.kind is DecisionKind.DEMOTE and stage_behind(deal.stage, rules.stages) is None:
        return DraftFault("kind", "It stands in the first stage already. Remove it, or keep it.")
    if draft.kind is DecisionKind.RE_DATE and rules.pushes >= rules.most_pushes:
        times = count_of(rules.pushes, "time")
        return DraftFault("kind", f"Its close date was pushed {times} already. Demote it or remove it.")
    return None


def _stray_date_fault(draft: Draft, rules: DecisionRules) -> DraftFault | None:
    """Return what to do about a date that somebody chose and that would be dropped without a word."""
    if draft.new_close_date in {None, rules.prefilled}:
        return None
    return DraftFault("new_close_date", "Only “Re-date” takes a new close date: choose that, or clear it.")


def _close_date_fault(draft: Draft, deal: Deal, rules: DecisionRules) -> DraftFault | None:
    if draft.kind is not DecisionKind.RE_DATE:
        return _stray_date_fault(draft, rules)
    if draft.new_close_date is None:
        return DraftFault("new_close_date", "Choose the day on which the buyer will sign.")
    if draft.new_close_date <= rules.today:
        return DraftFault("new_close_date", "The new close date needs to be a day in the future.")
    if draft.new_close_date > rules.today + LATEST_CLOSE:
        return DraftFault("new_close_date", "That is more than two years ahead. Is the year right?")
    if draft.new_close_date == deal.close_date:
        return DraftFault("new_close_date", "That is its close date already.")
    return None


def _reason_fault(draft: Draft) -> DraftFault | None:
    if len(draft.reason) >= SHORTEST_WORDS:
        return None
    if draft.kind is DecisionKind.RE_DATE:
        return DraftFault("reason", "Say why the buyer needs the later date, as the buyer put it.")
    if draft.kind is DecisionKind.REMOVE:
        return DraftFault("reason", "Say in a few words why it leaves the pipeline; the rep will read it.")
    return None


def _has_no_action(draft: Draft) -> bool:
    """Tell of a removal without one: to take the deal out of the CRM is what happens next."""
    return draft.kind is DecisionKind.REMOVE and not draft.action_words


def _action_fault(draft: Draft) -> DraftFault | None:
    if _has_no_action(draft) or len(draft.action_words) >= SHORTEST_WORDS:
        return None
    return DraftFault("action", "Say what happens next with the buyer: who meets whom, about what.")


def _activity_fault(draft: Draft) -> DraftFault | None:
    if _has_no_action(draft) or draft.activity is not None:
        return None
    return DraftFault("activity", "Choose what the CRM will show of it.")


def _due_fault(draft: Draft, today: date) -> DraftFault | None:
    if draft.due_on is None:
        return DraftFault("due_on", "Choose by which day it is done.")
    if draft.due_on < today:
        return DraftFault("due_on", "This day is over.")
    if draft.due_on > today + LONGEST_AHEAD:
        return DraftFault("due_on", "That is more than three months ahead. Decide on the next step first.")
    return None
