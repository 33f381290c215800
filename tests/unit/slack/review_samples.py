"""Pipeline reviews for view tests: one of each kind of deal and decision, and the longest there can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.advancing import InCommon, SharedTrait, TeamGap
from bot.domain.decision_verification import FollowThrough
from bot.domain.decisions import ActivityType, Decision, DecisionKind, DecisionState, NextAction
from bot.domain.evidence import Evidence, EvidenceState, Grade
from bot.domain.flags import Flag, FlagKind
from bot.domain.inspection import CriterionStatus
from bot.domain.notices import HealthCheckCard
from bot.domain.obligations import Obligation, ObligationKind, Reason, SourceKind, State, Verdict
from bot.domain.people import Person, Role
from bot.domain.pipeline import Deal, NextStep, Stage
from bot.domain.review_cards import (
    Asking,
    DecisionLine,
    FollowUpCard,
    ProposedDemotion,
    Quoted,
    RepOutcome,
    ReviewCard,
    ReviewEnd,
    ReviewItem,
    ReviewStep,
    SwapChoices,
)
from bot.domain.settings import ExitCriterion, QualificationLetter
from bot.slack.views import decisions, pipeline_review, review_step
from tests.unit.slack.cards import FACTS, MIA, ROB, nasty, person

THURSDAY = date(2026, 10, 8)
NOW = datetime(2026, 10, 8, 8, 30, tzinfo=UTC)
DUE = datetime(2026, 10, 8, 15, 0, tzinfo=UTC)
DUE_ON = date(2026, 10, 14)
KEPT = FollowThrough(due=8, verified=6, contradicted=1, pending=2)
OWED = Obligation(
    id="obl_review",
    kind=ObligationKind.PIPELINE_REVIEW,
    owner_id="mia",
    subject_id=None,
    source_kind=SourceKind.CADENCE_FIRE,
    source_id="fire_7",
    due_at=DUE,
    state=State.DUE,
    verdict=Verdict.PENDING,
)


def deal(deal_id: str, name: str, stage: Stage = Stage.PROPOSAL, **more: Any) -> Deal:
    values: dict[str, Any] = {
        "owner_id": "rob",
        "amount": Decimal(45_000),
        "close_date": date(2026, 11, 20),
        "entered_stage_at": NOW - timedelta(days=34),
        "last_activity_at": NOW - timedelta(days=3),
        "contact_count": 2,
        "next_step": NextStep("Send the draft contract", date(2026, 10, 12)),
        **more,
    }
    return Deal(id=deal_id, name=name, stage=stage, **values)


def action(deal_id: str, words: str = "Call the CFO about the open terms", **more: Any) -> NextAction:
    return NextAction(
        id=f"act_{deal_id}",
        deal_id=deal_id,
        decision_id=f"dec_{deal_id}",
        words=words,
        activity=ActivityType.CALL,
        owner_id="rob",
        agreed_at=NOW,
        due_at=datetime(2026, 10, 14, 17, 0, tzinfo=UTC),
        **more,
    )


def decision(deal_id: str, kind: DecisionKind, words: str = "", **more: Any) -> Decision:
    values: dict[str, Any] = {
        "to_stage": {DecisionKind.ADVANCE: Stage.NEGOTIATION, DecisionKind.DEMOTE: Stage.DISCOVERY}.get(kind),
        "new_close_date": date(2026, 12, 11) if kind is DecisionKind.RE_DATE else None,
        "next_action": action(deal_id, *([words] if words else [])),
        "reason": words or "Their board meets in December only",
        **more,
    }
    return Decision(
        id=f"dec_{deal_id}",
        review_id="rev_1",
        deal_id=deal_id,
        kind=kind,
        by_id="mia",
        owner_id="rob",
        decided_at=NOW,
        due_on=DUE_ON,
        due_at=datetime(2026, 10, 14, 17, 0, tzinfo=UTC),
        from_stage=Stage.PROPOSAL,
        old_close_date=date(2026, 11, 20),
        **values,
    )


def items() -> tuple[ReviewItem, ...]:
    """One that waits, one of each decision, one that closed meanwhile."""
    shown = Reason(
        "CRM as of Thursday 15 Oct: it is in negotiation since 9 Oct.", "deal_stage_events", "evt_1"
    )
    advance = decision("d2", DecisionKind.ADVANCE, verdict=Verdict.VERIFIED, reasons=(shown,))
    return (
        ReviewItem(
            deal("d1", "Northwind renewal"), ROB, "Only one contact is known; to close on 20 Nov", None
        ),
        ReviewItem(deal("d2", "Harbour rollout"), ROB, "Close date pushed 2 times", advance),
        ReviewItem(
            deal("d3", "Steel pilot"), ROB, "No next step agreed", decision("d3", DecisionKind.RE_DATE)
        ),
        ReviewItem(
            deal("d4", "Paper trail"),
            ROB,
            "Frozen: no movement for 71 days",
            decision("d4", DecisionKind.DEMOTE, verdict=Verdict.CONTRADICTED),
        ),
        ReviewItem(
            deal("d5", "Old hope"),
            ROB,
            "only its value counts, nothing speaks against it",
            decision("d5", DecisionKind.REMOVE, next_action=None),
        ),
        ReviewItem(
            deal("d6", "Steady going"), ROB, "3 of 3 questions open", decision("d6", DecisionKind.KEEP)
        ),
        ReviewItem(
            deal("d7", "Quick win", Stage.CLOSED_WON),
            ROB,
            "to close on 9 Oct",
            None,
            "closed as won, so nothing is left to decide",
        ),
    )


def review(**more: Any) -> ReviewCard:
    values: dict[str, Any] = {
        "items": items(),
        "place": 0,
        "outcome": None,
        "opened": True,
        "obligation": OWED,
        **more,
    }
    return ReviewCard(
        id="rev_1",
        manager=MIA,
        review_on=THURSDAY,
        now=NOW,
        currency="EUR",
        crm_as_of=NOW - timedelta(hours=4),
        names={"rob": "Rob Rep", "mia": "Mia Manager"},
        **values,
    )


def prepared() -> ReviewCard:
    used_up = Asking(0, "Rob Rep has been asked all that one week allows. Ask again next week.")
    askings = [
        Asking(3),
        Asking(2),
        used_up,
        used_up,
        Asking(0, "Every question of its stage has an answer."),
    ]
    waiting = tuple(
        replace(item, decision=None, asking=asking) for item, asking in zip(items(), askings, strict=False)
    )
    return review(items=waiting, obligation=None, opened=False)


def criterion(
    number: int, question: str = "On which date does the buyer review the proposal?"
) -> ExitCriterion:
    return ExitCriterion(
        id=f"criterion_{number}",
        question=question,
        evidence="The date in the buyer's words.",
        letter=QualificationLetter.TIMELINE,
    )


def status(number: int, *, grade: Grade | None = None, question: str | None = None) -> CriterionStatus:
    evidence = (
        ()
        if grade is None
        else (
            Evidence(
                id=f"evd_{number}",
                deal_id="d1",
                criterion_id=f"criterion_{number}",
                stage=Stage.PROPOSAL,
                grade=grade,
                state=EvidenceState.STANDING,
                quote="We review it on the twelfth",
                author_id="rob",
                marked_by_id="rob",
                said_at=NOW,
                marked_at=NOW,
                channel="C1",
                message_ts="1.1",
            ),
        )
    )
    return CriterionStatus(criterion(number, *([question] if question else [])), evidence, None)


def step(card: ReviewCard | None = None, place: int = 0, **more: Any) -> ReviewStep:
    card = card or review()
    values: dict[str, Any] = {
        "flags": tuple(Flag(kind, "d1", FACTS[kind]) for kind in (FlagKind.STALE, FlagKind.NO_NEXT_STEP)),
        "statuses": (status(1), status(2, grade=Grade.BUYER_QUOTED)),
        "pushes": 1,
        "may_re_date": True,
        "owners": (ROB, MIA),
        **more,
    }
    return ReviewStep(
        card=card,
        place=place,
        item=card.items[place],
        today=THURSDAY,
        days_in_stage=34,
        usual_days=20.0,
        ahead=Stage.NEGOTIATION,
        behind=Stage.DISCOVERY,
        due_on=DUE_ON,
        **values,
    )


PROPOSED = ProposedDemotion(Stage.DISCOVERY, ("Which date is the review meeting?",))


def end(card: ReviewCard | None = None, **more: Any) -> ReviewEnd:
    values: dict[str, Any] = {
        "gap": TeamGap(Decimal(257_000), 2, 5, ("Priya Raman",)),
        "common": InCommon(
            4,
            (SharedTrait("two or more contacts", 4, 4, 9, 21),),
            None,
            ("evidence beyond the rep's own words",),
        ),
        **more,
    }
    return ReviewEnd(card=card or review(outcome="review"), target=Decimal("3.0"), **values)


def line(one: Decision, name: str = "Harbour rollout", owner: str = "Rob Rep") -> DecisionLine:
    return DecisionLine(one, name, "Mia Manager", owner)


def lines() -> tuple[DecisionLine, ...]:
    reported = decision(
        "d4",
        DecisionKind.DEMOTE,
        verdict=Verdict.CONTRADICTED,
        state=DecisionState.REPORTED_NOT_DONE,
        report_reason="The CRM was locked",
    )
    return (
        line(items()[1].decision or reported),
        line(reported, "Paper trail"),
        line(decision("d6", DecisionKind.KEEP), "Steady going"),
    )


def follow_up(**more: Any) -> FollowUpCard:
    values: dict[str, Any] = {"lines": lines(), **more}
    return FollowUpCard(
        fire_id="fire_9",
        manager=MIA,
        week_of=date(2026, 10, 12),
        kept=KEPT,
        crm_as_of=NOW + timedelta(days=7),
        **values,
    )


def choices(card: ReviewCard | None = None, **more: Any) -> SwapChoices:
    card = card or prepared()
    values: dict[str, Any] = {"choices": ((deal("d9", "Spare one"), ROB, "No next step agreed"),), **more}
    return SwapChoices(card=card, leaving=card.items[0], **values)


def proven() -> DecisionLine:
    reasons = tuple(Reason("Evidence in the deal's thread.", "evidence", f"evd_{n}") for n in (1, 2, 3))
    quoted = {
        "evd_1": Quoted("The review is on 14 October", "https://acme.example/archives/C1/p1"),
        "evd_2": Quoted("", None),
    }
    return replace(line(decision("d2", DecisionKind.ADVANCE, reasons=reasons)), quoted=quoted)


def outcome(decided: Sequence[DecisionLine] | None = None) -> RepOutcome:
    return RepOutcome(THURSDAY, MIA, ROB, tuple(decided if decided is not None else lines()))


# ---------------------------------------------------------------- the longest content


def loud_card(deals: int = 10, *, decided: bool = True) -> ReviewCard:
    """As many deals as a review can have, with names, reasons and words that would like to come alive."""
    kinds = list(DecisionKind)
    made = []
    for number in range(deals):
        one = decision(f"d{number}", kinds[number % 5], nasty(number, 500), report_reason=nasty(number, 500))
        rep = person(f"r{number}", nasty(number), Role.REP, manager="mia")
        made.append(
            ReviewItem(
                deal(f"d{number}", nasty(number)),
                rep,
                nasty(number, 400),
                one if decided else None,
                asking=Asking(0, nasty(number, 400)),
            )
        )
    return replace(review(items=tuple(made), outcome="review"), manager=replace(MIA, name=nasty(3)))


def loud_step(deals: int = 10) -> ReviewStep:
    flags = tuple(Flag(kind, "d1", facts) for kind, facts in FACTS.items())
    found = tuple(status(number, grade=Grade.CLAIMED, question=nasty(number, 300)) for number in range(9))
    loud = loud_card(deals)
    known = loud.items[0]
    step_ = replace(known.deal, next_step=NextStep(nasty(2, 500), date(2026, 10, 12)), name=nasty(4))
    card = replace(loud, items=(replace(known, deal=step_), *loud.items[1:]))
    owners: tuple[Person, ...] = (replace(ROB, name=nasty(1)), replace(MIA, name=nasty(2)))
    demotion = ProposedDemotion(Stage.DISCOVERY, tuple(one.criterion.question for one in found))
    return step(
        card, flags=flags, statuses=found, owners=owners, pushes=4, may_re_date=False, demotion=demotion
    )


def loud_lines(number: int = 40) -> tuple[DecisionLine, ...]:
    kinds = list(DecisionKind)
    return tuple(
        line(
            decision(
                f"d{n}",
                kinds[n % 5],
                nasty(n, 500),
                state=DecisionState.REPORTED_NOT_DONE,
                report_reason=nasty(n, 500),
            ),
            nasty(n),
            nasty(n + 1),
        )
        for n in range(number)
    )


Shown = Any
MESSAGES: Mapping[str, Callable[[HealthCheckCard], Shown]] = {
    "review_prepared": lambda _card: pipeline_review.blocks(prepared()),
    "review_under_way": lambda _card: pipeline_review.blocks(review()),
    "review_done": lambda _card: pipeline_review.blocks(review(outcome="review")),
    "review_status_meeting": lambda _card: pipeline_review.blocks(
        review(items=items()[5:6], outcome="status_meeting")
    ),
    "review_left_open": lambda _card: pipeline_review.blocks(
        review(items=(*items()[5:6], *items()[:1]), outcome="status_meeting")
    ),
    "review_outcome": lambda _card: pipeline_review.outcome_blocks(outcome()),
    "review_contradicted": lambda _card: pipeline_review.contradicted_blocks(outcome(lines()[1:2])),
    "decision_follow_up": lambda _card: decisions.follow_up_blocks(follow_up()),
}
VIEWS: Mapping[str, Callable[[HealthCheckCard], Shown]] = {
    "review_step": lambda _card: review_step.window(step()),
    "review_step_proposed": lambda _card: review_step.window(step(demotion=PROPOSED)),
    "review_step_decided": lambda _card: review_step.window(step(place=2, pushes=2, may_re_date=False)),
    "review_step_gone": lambda _card: review_step.window(step(place=6)),
    "review_end": lambda _card: review_step.window(end()),
    "review_end_too_few": lambda _card: review_step.window(
        end(review(), gap=TeamGap(None, 0, 0, ()), common=InCommon(2, reason="too few to say"))
    ),
    "review_swap": lambda _card: pipeline_review.swap_form(choices()),
    "review_swapped": lambda _card: pipeline_review.swapped_view(prepared().items[0]),
    "review_swapped_unasked": lambda _card: pipeline_review.swapped_view(prepared().items[2]),
    "review_swap_none": lambda _card: pipeline_review.swap_form(choices(choices=())),
    "decision_why_quoted": lambda _card: decisions.why_view(proven(), "Europe/Berlin"),
    "decision_why": lambda _card: decisions.why_view(lines()[0], "Europe/Berlin"),
    "decision_not_done": lambda _card: decisions.not_done_form(lines()[0]),
}
