"""Read models for view tests: a small team as a manager meets it, and the longest content there can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.cadence import Period
from bot.domain.conversion import Conversion, Measure, Velocity
from bot.domain.coverage import Coverage, CoverageStatus
from bot.domain.flags import AnsweredDeal, Facts, Flag, FlaggedDeal, FlagKind, FlagResponse, ResponseKind
from bot.domain.health_check import ConfirmablePlan, HealthCheck, OwedConversation, RepCoverage
from bot.domain.notices import (
    AcknowledgementCard,
    DataReview,
    FixLine,
    HealthCheckCard,
    ManagerLine,
    ObligationLine,
    TeamReview,
    Today,
    WeekReview,
)
from bot.domain.obligations import Obligation, ObligationKind, Reason, SourceKind, State, Verdict
from bot.domain.people import Person, Role
from bot.domain.pipeline import Deal, NextStep, Off, Stage

NOW = datetime(2026, 10, 5, 8, 30, tzinfo=UTC)
TODAY = date(2026, 10, 5)
DUE = datetime(2026, 10, 5, 16, 0, tzinfo=UTC)
PERIOD = Period(start=date(2026, 10, 1), end=date(2026, 12, 31), label="Q4 2026")
SNOOZES = (("hour", "1 hour"), ("next_day", "Next working day"))
FACTS: dict[FlagKind, Facts] = {
    FlagKind.STAGE_CHANGED_WITHOUT_ACTIVITY: (("stage", "proposal"), ("entered", "2026-09-30")),
    FlagKind.STALE: (("since", "2026-09-10"),),
    FlagKind.FROZEN: (("since", "2026-07-10"),),
    FlagKind.NO_NEXT_STEP: (),
    FlagKind.NEXT_STEP_OVERDUE: (("due", "2026-10-01"), ("step", "Send the draft contract")),
    FlagKind.CLOSE_DATE_PASSED: (("close date", "2026-09-30"),),
    FlagKind.CLOSE_DATE_PUSHED: (("pushes", "3"),),
    FlagKind.SINGLE_THREADED: (),
    FlagKind.EVIDENCE_GAP: (("criteria", "open_terms terms_approver"),),
    FlagKind.AMOUNT_JUMP: (("from", "20000.00"), ("to", "45000.00"), ("changed", "2026-10-02")),
}


def person(person_id: str, name: str, *roles: Role, manager: str | None = None) -> Person:
    return Person(
        id=person_id,
        name=name,
        roles=frozenset(roles),
        manager_id=manager,
        time_zone="Europe/Berlin",
        slack_user_id=f"U{person_id.upper()}",
    )


MIA = person("mia", "Mia Manager", Role.MANAGER)
VIC = person("vic", "Vic President", Role.VP)
ROB = person("rob", "Rob Rep", Role.REP, manager="mia")


def figures(rep: Person, status: CoverageStatus = CoverageStatus.BELOW) -> RepCoverage:
    ratio = {CoverageStatus.BELOW: Decimal("2.04"), CoverageStatus.OK: Decimal("3.6")}.get(status)
    reason = {CoverageStatus.MET: "met: the quota is reached", CoverageStatus.OFF: "off: no quota"}
    conversion = Conversion(Stage.DISCOVERY, Stage.PROPOSAL, 12, 5, 2, Decimal("0.4167"))
    measure = Measure(Decimal("0.4"), 10)
    return RepCoverage(
        rep=rep,
        coverage=Coverage(
            status=status,
            ratio=ratio,
            quota=Decimal(300_000),
            won=Decimal(100_000),
            open_value=Decimal(408_000) if ratio else None,
            gap=Decimal(192_000) if status is CoverageStatus.BELOW else Decimal(0),
            remaining=Decimal(200_000) if ratio else None,
            reason=reason.get(status, "below the target of 3.0"),
            parts=("2 of 14 open deals have no amount",),
        ),
        conversion=conversion,
        velocity=Velocity(Decimal("1834.4"), None, 14, measure, measure, measure),
    )


def owed(
    rep: Person, *, plan: bool = False, status: CoverageStatus = CoverageStatus.BELOW, **more: Any
) -> Any:
    obligation = Obligation(
        **{
            "id": f"obl_{rep.id}",
            "kind": ObligationKind.COVERAGE_CONVERSATION,
            "owner_id": "mia",
            "subject_id": rep.id,
            "source_kind": SourceKind.CADENCE_FIRE,
            "source_id": "fire_1",
            "due_at": DUE,
            "state": State.DUE,
            "verdict": Verdict.PENDING,
            **more,
        }
    )
    agreed = ConfirmablePlan("cnv_1", date(2026, 9, 28), "Two new accounts a week") if plan else None
    return OwedConversation(obligation, figures(rep), agreed)


def flagged(deal_id: str, owner: Person, *kinds: FlagKind, **more: Any) -> FlaggedDeal:
    deal = Deal(
        **{
            "id": deal_id,
            "name": f"Deal {deal_id}",
            "owner_id": owner.id,
            "stage": Stage.PROPOSAL,
            "account_name": "Northwind",
            "amount": Decimal(45_000),
            "next_step": NextStep("Send the draft contract", date(2026, 10, 1)),
            **more,
        }
    )
    return FlaggedDeal(deal, tuple(Flag(kind, deal_id, FACTS[kind]) for kind in kinds), 1.0)


def answered(one: FlaggedDeal, kind: ResponseKind = ResponseKind.SNOOZED, **more: Any) -> AnsweredDeal:
    """All flags of the deal, answered in one go by its manager."""
    answers = [
        FlagResponse(
            **{
                "id": f"flr_{one.deal.id}_{flag.kind.value}",
                "deal_id": one.deal.id,
                "flag": flag.kind,
                "fingerprint": flag.fingerprint,
                "kind": kind,
                "by_id": "mia",
                "reason": "",
                "at": NOW,
                "until": NOW + timedelta(days=7) if kind is ResponseKind.SNOOZED else None,
                **more,
            }
        )
        for flag in one.flags
    ]
    return AnsweredDeal(one.deal, one.flags, tuple(answers))


def check_card(
    conversations: Sequence[OwedConversation],
    coverage: Sequence[RepCoverage],
    deals: Sequence[FlaggedDeal],
    *,
    manager: Person = MIA,
    now: datetime = NOW,
    **more: Any,
) -> HealthCheckCard:
    check = HealthCheck(
        **{
            "now": now,
            "manager": manager,
            "local_date": TODAY,
            "period": PERIOD,
            "crm_as_of": NOW - timedelta(hours=4),
            "crm_is_old": False,
            "late": False,
            "conversations": tuple(conversations),
            "coverage": tuple(coverage),
            "deals": tuple(deals),
            "max_deals_shown": 7,
            "off": (),
            "first_listing": False,
            **more,
        }
    )
    return HealthCheckCard(
        check=check,
        all_deals=tuple(deals),
        fire_id="fire_1",
        due_at=DUE,
        currency="EUR",
        target=Decimal("3.0"),
        snooze_options=SNOOZES,
        fallen=frozenset({"rob"}),
    )


def small_card() -> HealthCheckCard:
    """One of each: open with a plan, overdue, snoozed, disputed, answered, excused; and two flagged deals."""
    names = ("Rob Rep", "Ria Rep", "Sam Sales", "Tess Trade", "Uma Unit", "Val Vendor", "Wes Well")
    reps = [person(name.split()[0].lower(), name, Role.REP, manager="mia") for name in names]
    rob, ria, sam, tess, uma, val, wes = reps
    reason = Reason("Tess says that it did not take place.", "acknowledgement_answers", "ans_1")
    conversations = [
        owed(rob, plan=True),
        owed(ria, state=State.OVERDUE),
        owed(sam, snoozed_until=NOW + timedelta(hours=3)),
        owed(tess, state=State.DONE, verdict=Verdict.CONTRADICTED, reasons=(reason,), done_at=NOW),
        owed(uma, state=State.DONE, verdict=Verdict.VERIFIED, done_at=NOW, done_late=True),
        owed(val, state=State.EXCUSED, excused_reason="Val Vendor is away: parental leave"),
    ]
    coverage = [*(one.rep_coverage for one in conversations), figures(wes, CoverageStatus.OK)]
    deals = [
        flagged("d1", rob, FlagKind.STALE, FlagKind.NEXT_STEP_OVERDUE),
        flagged("d2", ria, *FACTS, amount=None, name="Northwind renewal"),
    ]
    return check_card(
        conversations, coverage, deals, off=(Off("single contact", "off: no contacts imported"),), late=True
    )


def question(**more: Any) -> AcknowledgementCard:
    return AcknowledgementCard(
        **{
            "id": "ack_1",
            "rep": ROB,
            "manager": MIA,
            "held_on": TODAY,
            "minutes": 30,
            "plan": "Rob opens two new accounts a week; Mia joins the first calls.",
            "next_step_on": date(2026, 10, 12),
            "deadline_at": datetime(2026, 10, 8, 16, 0, tzinfo=UTC),
            "answer": None,
            "comment": None,
            "verdict": Verdict.PENDING,
            **more,
        }
    )


def manager_line(manager: Person, **more: Any) -> ManagerLine:
    counts = dict.fromkeys(("owed", "done", "overdue", "missed", "excused", "verified", "contradicted"), 1)
    return ManagerLine(**{"manager": manager, "held_back": False, **counts, **more})


def team_review(reps: Sequence[Person] = (ROB,), managers: Sequence[Person] = (MIA,)) -> TeamReview:
    return TeamReview(
        viewer=VIC,
        currency="EUR",
        crm_as_of=NOW - timedelta(hours=4),
        reps=tuple(figures(rep) for rep in reps),
        managers=tuple(manager_line(manager) for manager in managers),
    )


def week_review(card: HealthCheckCard, deal_name: str = "Northwind renewal", fixes: int = 1) -> WeekReview:
    lines = [
        ObligationLine(one.obligation, MIA, one.rep_coverage.rep, "Coverage conversation")
        for one in card.check.conversations
    ]
    fix = FixLine(
        "flr_1", deal_name, "No next step", MIA, NOW, Verdict.CONTRADICTED, ("The CRM shows no next step.",)
    )
    return WeekReview(MIA, TODAY, tuple(lines), (fix,) * fixes, held_back=2)


def today_of(card: HealthCheckCard, *, questions: Sequence[AcknowledgementCard] = ()) -> Today:
    return Today(
        person=MIA,
        now=NOW,
        health_check=card,
        acknowledgements=tuple(questions),
        team=team_review(),
        data=data_review(),
    )


def data_review(names: Sequence[str] = ("Zoe Zander",)) -> DataReview:
    return DataReview(NOW, "crm_export", 3, tuple(names), 1, deals_gone=2)


# ---------------------------------------------------------------- the longest content

NASTY = (
    "<!channel> <@U1> <https://evil.example|win> https://evil.example/a?b=c&d=e *bold* _it_ `code ``` & <b>",
    "שלום עולם مرحبا بالعالم \u202eevil\u202c \u2066x\u2069",
    "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪😀",
    "&&&&<<<<>>>>````",
    "Ünïcödé\nwith\ttabs and  many   spaces",
)


def nasty(number: int, length: int = 200) -> str:
    """Text of exactly that length that would like to come alive."""
    return (f"{number} {NASTY[number % len(NASTY)]} " * length)[:length]


def large_card(reps: int = 40, deals_each: int = 1, *, answered: int = 0) -> HealthCheckCard:
    """As many reps under one manager, all owed, with every flag on every deal and the longest text."""
    people = [person(f"r{n}", nasty(n), Role.REP, manager="mia") for n in range(reps)]
    done: dict[str, Any] = {"state": State.DONE, "verdict": Verdict.VERIFIED, "done_at": NOW}
    conversations = [owed(rep, plan=True, **(done if n < answered else {})) for n, rep in enumerate(people)]
    deals = [
        _loud(flagged(f"d{n}x{m}", rep, *FACTS, name=nasty(n + m), account_name=nasty(n + m + 1)), n)
        for n, rep in enumerate(people)
        for m in range(deals_each)
    ]
    coverage = [_loud_figures(one.rep_coverage, n) for n, one in enumerate(conversations)]
    off = tuple(Off(kind.value, "off: no stage history or activities imported") for kind in FlagKind)
    return check_card(
        [replace(one, rep_coverage=known) for one, known in zip(conversations, coverage, strict=True)],
        coverage,
        deals,
        manager=replace(MIA, name=nasty(3)),
        off=off,
        late=True,
        first_listing=True,
        crm_is_old=True,
    )


def _loud(one: FlaggedDeal, number: int) -> FlaggedDeal:
    step = Flag(
        FlagKind.NEXT_STEP_OVERDUE, one.deal.id, (("due", "2026-10-01"), ("step", nasty(number, 500)))
    )
    flags = tuple(step if flag.kind is FlagKind.NEXT_STEP_OVERDUE else flag for flag in one.flags)
    return replace(one, flags=flags)


def _loud_figures(known: RepCoverage, number: int) -> RepCoverage:
    parts = (
        f"{number + 12} of 140 open deals have no amount",
        "31 of 140 open deals have no close date",
        "22 of 140 open deals have a close date before 1 Oct",
        "3 won deals have no amount",
    )
    return replace(known, coverage=replace(known.coverage, parts=parts))
