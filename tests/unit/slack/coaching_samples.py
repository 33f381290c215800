"""Coaching for view tests: a form, a log as each viewer reads it, and what people are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bot.domain.coaching import (
    FOCUS_NAMES,
    REP_TAGS,
    DealAction,
    DeepDive,
    FocusArea,
    LogAnswer,
    LogContent,
    LogKind,
    Observation,
    Part,
    Sight,
    Stance,
    Step,
)
from bot.domain.coaching_cards import (
    CoachedLine,
    CoachingDraft,
    CoachingReview,
    LogCard,
    OpenStep,
    PlanLine,
    VersionLine,
)
from bot.domain.decision_verification import Judgement
from bot.domain.notices import HealthCheckCard
from bot.domain.obligations import Reason, Verdict
from bot.domain.people import Person
from bot.domain.verification import Answer
from bot.slack.views import coaching_form, coaching_log, coaching_news
from tests.unit.slack.cards import MIA, ROB, person

TUESDAY = date(2026, 10, 6)
NOW = datetime(2026, 10, 6, 8, 0, tzinfo=UTC)
DEADLINE = datetime(2026, 10, 9, 16, 0, tzinfo=UTC)
VIC = person("vic", "Vic Stone")
CONTENT = LogContent(
    held_on=TUESDAY,
    minutes=30,
    focus_area=FocusArea.DISCOVERY,
    feedback="You asked the buyer about money only after the demo; ask it in the first ten minutes.",
    observations=(
        Observation(REP_TAGS[5], Stance.SEEN),
        Observation(REP_TAGS[2], Stance.BETTER),
    ),
    step=Step("rob", "Rob opens the next two discovery calls with the budget question", date(2026, 10, 13)),
    deal_actions=(DealAction("d1", "Call the controller about the budget"),),
)
FIELDS = {
    "held_on": "2026-10-06",
    "minutes": "25",
    "focus": "discovery",
    "feedback": "You asked about money",
    "observed": "too_few_questions jargon",
    "step_owner": "me",
    "step_on": "2026-10-13",
    "deal_1": "d1",
}


def draft(**more: Any) -> CoachingDraft:
    values: dict[str, Any] = {
        "author": replace(MIA, manager_id="vic"),
        "coached": ROB,
        "kind": LogKind.SESSION,
        "today": TUESDAY,
        "tags": REP_TAGS,
        "fields": FIELDS,
        "deals": (("d1", "Kestrel renewal"), ("d2", "Osprey rollout")),
        "agenda": ("Rob: the Kestrel demo", "Open question about Osprey rollout: who signs?"),
        "open_steps": (
            OpenStep("stp_2", "Mia joins the first Osprey call", "Mia", TUESDAY),
            OpenStep("stp_1", "Rob rehearses the audit story", "Rob", TUESDAY),
        ),
        "one_on_one_id": "one_1",
        "is_draft": True,
        **more,
    }
    return CoachingDraft(**values)


def card(viewer: Person = MIA, **more: Any) -> LogCard:
    values: dict[str, Any] = {
        "id": "log_1",
        "viewer": viewer,
        "author": MIA,
        "coached": ROB,
        "kind": LogKind.SESSION,
        "sight": Sight.SHARED,
        "held_on": TUESDAY,
        "minutes": 30,
        "focus": FOCUS_NAMES[FocusArea.DISCOVERY],
        "version": 1,
        "verdict": Verdict.PENDING,
        "reasons": (Reason("Rob can answer until Friday 9 Oct.", "coaching_logs", "log_1"),),
        "content": CONTENT,
        "deal_names": {"d1": "Kestrel renewal"},
        "step_owner": "Rob",
        "answer": None,
        "asks": True,
        "deadline_at": DEADLINE,
        "editable": False,
        "rated": False,
        "released": (False, False),
        **more,
    }
    return LogCard(**values)


CALLED = Judgement(Verdict.VERIFIED, (Reason("Call on 8 Oct: Budget.", "activities", "act_9"),))
OFF = Judgement(Verdict.UNVERIFIED, (Reason("off: no activities imported"),), counts=False)
CONFIRMED = LogAnswer("can_1", 1, Answer.CONFIRMED, NOW)
DISPUTED = LogAnswer("can_2", 1, Answer.DISPUTED, NOW, "We only met in the corridor")
OWN = card(
    sight=Sight.EVERYTHING,
    notes="Thinks of leaving.",
    editable=True,
    verdict=Verdict.VERIFIED,
    answer=CONFIRMED,
    asks=False,
    version=2,
    history=(
        VersionLine(1, NOW, ()),
        VersionLine(
            2,
            datetime(2026, 10, 6, 22, 30, tzinfo=UTC),  # half past midnight where Mia is
            (Part.FEEDBACK, Part.SKILLS),
            ((Part.FEEDBACK, "Ask about money early."), (Part.SKILLS, "nothing")),
        ),
    ),
    readers=("Vic (7 Oct)",),
    actions={"d1": CALLED},
)
PLAN = PlanLine("Coverage, in times", "2.1", "3.0", date(2026, 11, 5), None)
DIVE = card(
    kind=LogKind.DEEP_DIVE,
    content=replace(
        CONTENT,
        deep_dive=DeepDive(
            "Kestrel, 2 October",
            "Interrupted the controller twice",
            "Opened with pricing slides",
            "Stayed curious when the demo failed",
        ),
    ),
    plan=PLAN,
)
REVIEW = CoachingReview(
    "2026-10",
    (CoachedLine(ROB, 90, TUESDAY), CoachedLine(person("ria", "Ria Moss"), 0, None)),
    ((MIA, "2026-10", Decimal("4.8")),),
)


def _disputed(viewer: Person = MIA, **more: Any) -> LogCard:
    return card(viewer, answer=DISPUTED, asks=False, verdict=Verdict.CONTRADICTED, **more)


MESSAGES: Mapping[str, Callable[[HealthCheckCard], Any]] = {
    "coaching_asked": lambda _card: coaching_log.asked_blocks(card(ROB)),
    "coaching_asked_again": lambda _card: coaching_log.asked_blocks(
        card(ROB, answer=CONFIRMED, version=2, changed=(Part.MINUTES,), rated=True)
    ),
    "coaching_confirmed": lambda _card: coaching_log.asked_blocks(
        card(ROB, answer=CONFIRMED, asks=False, verdict=Verdict.VERIFIED, changed=(Part.FEEDBACK,))
    ),
    "coaching_unreleased": lambda _card: coaching_log.asked_blocks(
        card(ROB, answer=CONFIRMED, asks=False, changed=(Part.FEEDBACK,), rated=True, release_ended=True)
    ),
    "coaching_disputed_by_me": lambda _card: coaching_log.asked_blocks(_disputed(ROB)),
    "coaching_dispute": lambda _card: coaching_log.disputed_blocks(_disputed(editable=True)),
    "coaching_dispute_of_manager": lambda _card: coaching_log.disputed_blocks(
        _disputed(VIC, content=None, sight=Sight.FACTS)
    ),
    "coaching_dispute_settled": lambda _card: coaching_log.disputed_blocks(
        card(answer=CONFIRMED, verdict=Verdict.VERIFIED)
    ),
    "coaching_dispute_settled_for_leader": lambda _card: coaching_log.disputed_blocks(
        card(VIC, content=None, sight=Sight.FACTS, reasons=())
    ),
    "deep_dives": lambda _card: coaching_news.deep_dives_blocks([ROB]),
    "plan_measured": lambda _card: coaching_news.plan_blocks(
        replace(DIVE, plan=replace(PLAN, outcome="met: 3.2"))
    ),
    "coaching_logs": lambda _card: coaching_news.logs_blocks([OWN, card(VIC)]),
    "coaching_logs_none": lambda _card: coaching_news.logs_blocks([]),
    "coaching_choose": lambda _card: coaching_news.choose_blocks([ROB]),
    "coaching_offer": lambda _card: coaching_news.offer_blocks(ROB),
}
VIEWS: Mapping[str, Callable[[HealthCheckCard], Any]] = {
    "coaching_form": lambda _card: coaching_form.form(draft()),
    "coaching_form_empty": lambda _card: coaching_form.form(
        draft(fields={}, deals=(), agenda=(), open_steps=(), is_draft=False)
    ),
    "coaching_form_deep_dive": lambda _card: coaching_form.form(draft(kind=LogKind.DEEP_DIVE)),
    "coaching_form_edit": lambda _card: coaching_form.form(draft(log_id="log_1", version=2, is_draft=False)),
    "coaching_logged": lambda _card: coaching_log.submitted(ROB, asked=True, changed=""),
    "coaching_saved_unreleased": lambda _card: coaching_log.submitted(
        ROB, asked=False, changed="the feedback", unreleased=True
    ),
    "coaching_dispute_form": lambda _card: coaching_log.dispute_form(card(ROB)),
    "coaching_rating_form": lambda _card: coaching_log.rating_form(card(ROB)),
    "coaching_rated": lambda _card: coaching_log.rated(),
    "coaching_log_own": lambda _card: coaching_log.log_view(OWN),
    "coaching_log_rep": lambda _card: coaching_log.log_view(card(ROB, actions={"d1": OFF})),
    "coaching_log_leader": lambda _card: coaching_log.log_view(
        card(VIC, sight=Sight.FACTS, content=None, deal_names={}, step_owner="")
    ),
    "coaching_log_deep_dive": lambda _card: coaching_log.log_view(DIVE),
}
