"""Who owes what to whom by when, and what the evidence says of it (transitions.py rules how it changes)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class ObligationKind(StrEnum):
    """What is owed."""

    COVERAGE_CONVERSATION = "coverage_conversation"
    HEALTH_CHECK = "health_check"
    PIPELINE_REVIEW = "pipeline_review"
    ONE_ON_ONE = "one_on_one"
    COACHING_LOG = "coaching_log"
    DEEP_DIVE = "deep_dive"


# How each kind is named to people.
OBLIGATION_NAMES: Mapping[ObligationKind, str] = {
    ObligationKind.COVERAGE_CONVERSATION: "Coverage conversation",
    ObligationKind.HEALTH_CHECK: "Health check",
    ObligationKind.PIPELINE_REVIEW: "Pipeline review",
    ObligationKind.ONE_ON_ONE: "One-on-one",
    ObligationKind.COACHING_LOG: "Coaching log",
    ObligationKind.DEEP_DIVE: "Coaching deep dive",
}


class SourceKind(StrEnum):
    """What an obligation comes from: the table of the record named by its `source_id`."""

    CADENCE_FIRE = "cadence_fire"
    ONE_ON_ONE = "one_on_one"
    COACHING_LOG = "coaching_log"
    DEEP_DIVE = "deep_dive"
    PIPELINE_REVIEW = "pipeline_review"
    DECISION = "decision"
    NEXT_ACTION = "next_action"


class State(StrEnum):
    """Where an obligation stands; what the evidence says of it is its verdict, kept apart."""

    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"
    MISSED = "missed"
    EXCUSED = "excused"


class Verdict(StrEnum):
    """What the evidence says of a claim."""

    PENDING = "pending"
    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    UNANSWERED = "unanswered"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of a verdict, and the record (table, id) it rests on, if any."""

    text: str
    record_kind: str | None = None
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing owed. `subject_id` is the person it is about (the rep of a coverage conversation).

    It comes from one record (`source_kind`, `source_id`), and is owed from it once.
    """

    id: str
    kind: ObligationKind
    owner_id: str
    subject_id: str | None
    source_kind: SourceKind
    source_id: str
    due_at: datetime
    state: State
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    done_at: datetime | None = None
    done_late: bool = False
    snoozed_until: datetime | None = None
    escalation_level: int = 0
    excused_reason: str | None = None
    version: int = 1

    @property
    def fire_id(self) -> str | None:
        """The fire that opened it, or None when something else did."""
        return self.source_id if self.source_kind is SourceKind.CADENCE_FIRE else None

    @property
    def is_open(self) -> bool:
        """Tell whether it is still owed; `missed` is over, though late work is accepted."""
        return self.state in (State.DUE, State.OVERDUE)

    def is_snoozed(self, now: datetime) -> bool:
        """Tell whether it is owed and put off for now."""
        return self.is_open and self.snoozed_until is not None and self.snoozed_until > now

    def awake(self) -> Obligation:
        """Return it with its snooze over."""
        return replace(self, snoozed_until=None, version=self.version + 1)

    def judged(self, verdict: Verdict, reasons: tuple[Reason, ...]) -> Obligation:
        """Return it with what the evidence says now; its state is not touched."""
        return replace(self, verdict=verdict, reasons=reasons, version=self.version + 1)
