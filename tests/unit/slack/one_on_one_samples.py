"""One-on-ones for view tests: a slot in each state, a week, a schedule, and the longest there can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.domain.decision_verification import Judgement
from bot.domain.notices import HealthCheckCard
from bot.domain.obligations import Obligation, ObligationKind, Reason, SourceKind, State, Verdict
from bot.domain.one_on_one import Adherence, OneOnOne, SlotState
from bot.domain.one_on_one_cards import (
    AcceptedSeries,
    Agenda,
    AgendaLine,
    AgreedDealAction,
    AgreedStep,
    Invitation,
    OneOnOneWeek,
    ScheduleDraft,
    SlotCard,
)
from bot.domain.one_on_one_schedule import Series, Slotting
from bot.domain.people import Person, Role
from bot.slack.views import one_on_one, one_on_one_forms
from tests.unit.slack.cards import MIA, ROB, nasty, person
from tests.unit.slack.coaching_samples import OFF

NOW = datetime(2026, 10, 6, 6, 0, tzinfo=UTC)
STARTS = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
TODAY = date(2026, 10, 6)
AFTER = STARTS + timedelta(minutes=31)
OWED = Obligation(
    id="obl_one",
    kind=ObligationKind.ONE_ON_ONE,
    owner_id="mia",
    subject_id="rob",
    source_kind=SourceKind.ONE_ON_ONE,
    source_id="one_1",
    due_at=datetime(2026, 10, 6, 16, 0, tzinfo=UTC),
    state=State.DUE,
    verdict=Verdict.PENDING,
)


def agenda(check: HealthCheckCard) -> Agenda:
    """An agenda with something in each of its parts; long where the health check is."""
    long = _long(check)
    words = nasty(7) * 3 if long else "Book the review with the buyer's CFO"
    return Agenda(
        steps=(
            AgreedStep(words, ROB.name, date(2026, 10, 2), "Done"),
            AgreedStep("Call the champion", MIA.name, date(2026, 9, 25), None),
        ),
        actions=(
            AgreedDealAction(nasty(4, 200) if long else "Kestrel renewal", words, _found(long)),
            AgreedDealAction("Osprey rollout", "Ask who signs", OFF),
        ),
        focus_area="Discovery: stage conversion",
        deals=check.all_deals[:3],
        questions=((nasty(9), words),) * 3 if long else (("Orchard rollout", "Who signs?"),),
        items=(AgendaLine(ROB.name, words),) * (10 if long else 1),
    )


def _found(long: bool) -> Judgement:
    text = f"Call on 8 Oct: {nasty(5, 600)}." if long else "CRM as of Friday 9 Oct: no activity by 8 Oct."
    return Judgement(Verdict.UNVERIFIED, (Reason(text, "deals", "d1"),))


def _long(check: HealthCheckCard) -> bool:
    return len(check.all_deals) > 10


def slot(**more: Any) -> OneOnOne:
    values: dict[str, Any] = {
        "id": "one_1",
        "series_id": "ser_1",
        "manager_id": "mia",
        "rep_id": "rob",
        "starts_at": STARTS,
        "minutes": 30,
        "planned_on": TODAY,
        **more,
    }
    return OneOnOne(**values)


def shown(check: HealthCheckCard, viewer: Person = MIA, now: datetime = NOW, **more: Any) -> SlotCard:
    rep = replace(ROB, name=nasty(3)) if _long(check) else ROB
    changes = more.pop("changes", 0)
    owed = more.pop("obligation", None)
    moved_to_at = more.pop("moved_to_at", None)
    viewer = rep if viewer is ROB else viewer
    return SlotCard(
        slot(**more), viewer, MIA, rep, agenda(check), now, owed, moved_to_at=moved_to_at, changes=changes
    )


def week(check: HealthCheckCard) -> OneOnOneWeek:
    """A manager's week with a slot in each state."""
    states = (
        shown(check),
        shown(check, now=AFTER),
        shown(check, now=AFTER, state=SlotState.HELD, obligation=OWED),
        shown(check, state=SlotState.MOVED, moved_to_at=STARTS + timedelta(days=2)),
        shown(check, state=SlotState.CANCELLED, excused_reason="Rob Rep: time off"),
        shown(check, proposed_at=STARTS + timedelta(days=1)),
        shown(check, now=AFTER + timedelta(days=7), state=SlotState.MISSED),
    )
    reps = tuple(person(f"r{number}", nasty(number), Role.REP) for number in range(25))
    return OneOnOneWeek(
        viewer=MIA,
        starts_on=date(2026, 10, 5),
        slots=states * (8 if _long(check) else 1),
        adherence=Adherence(due=6, held=4, open=2, excused=1, to_log=1, verified=3),
        unsettled=tuple((rep, 2) for rep in (reps if _long(check) else (ROB,))),
        unscheduled=reps if _long(check) else (),
        leads=True,
    )


def draft(check: HealthCheckCard) -> ScheduleDraft:
    """A schedule for two reps, or for as many as fit into a form."""
    reps = [ROB, replace(ROB, id="ria", name="Ria Rep", time_zone="America/New_York")]
    if _long(check):
        reps = [person(f"r{number}", nasty(number), Role.REP) for number in range(40)]
    slottings = [Slotting(rep.id, 1, time(11, 0), 2, TODAY) for rep in reps]
    return ScheduleDraft(
        manager=MIA,
        rows=tuple(zip(reps, slottings, strict=True)),
        warnings=("Tuesday has 4 one-on-ones: more than 3 a day leaves no time to prepare.",),
        today=TODAY,
        left_out=3 if _long(check) else 0,
    )


SERIES = Series("ser_1", "mia", Slotting("rob", 1, time(11, 0), 2, TODAY), NOW)
MESSAGES: Mapping[str, Callable[[HealthCheckCard], Any]] = {
    "one_on_one_agenda_manager": lambda card: one_on_one.agenda_blocks(shown(card)),
    "one_on_one_agenda_rep": lambda card: one_on_one.agenda_blocks(
        shown(card, ROB, proposed_at=STARTS + timedelta(days=1))
    ),
    "one_on_one_ended": lambda card: one_on_one.ended_blocks(shown(card, now=AFTER)),
    "one_on_one_held": lambda card: one_on_one.ended_blocks(
        shown(card, now=AFTER, state=SlotState.HELD, obligation=OWED)
    ),
    "one_on_one_cancelled_again": lambda card: one_on_one.ended_blocks(
        shown(card, now=AFTER, state=SlotState.CANCELLED, changes=2)
    ),
    "one_on_one_missed": lambda card: one_on_one.ended_blocks(
        shown(card, now=AFTER + timedelta(days=7), state=SlotState.MISSED, obligation=OWED)
    ),
    "one_on_one_moved": lambda card: one_on_one.changed_blocks(
        shown(card, ROB, state=SlotState.MOVED, moved_to_at=STARTS + timedelta(days=2))
    ),
    "one_on_one_declined": lambda card: one_on_one.changed_blocks(shown(card, ROB)),
    "one_on_one_proposal": lambda card: one_on_one.proposal_blocks(
        shown(card, proposed_at=STARTS + timedelta(days=1), proposal_note="A buyer wants that hour")
    ),
    "one_on_one_scheduled": lambda _card: one_on_one.series_blocks(AcceptedSeries(SERIES, MIA, ROB, STARTS)),
    "one_on_one_invitation": lambda _card: one_on_one.invitation_blocks(
        Invitation(MIA, ROB, scheduled=False)
    ),
    "one_on_one_week": lambda card: one_on_one.week_blocks(week(card)),
    "one_on_one_choice": lambda card: one_on_one.choose_blocks(
        (shown(card), shown(card, ROB)) * (30 if _long(card) else 1)
    ),
}
VIEWS: Mapping[str, Callable[[HealthCheckCard], Any]] = {
    "one_on_one_schedule": lambda card: one_on_one_forms.schedule_form(draft(card)),
    "one_on_one_accepted": lambda card: one_on_one_forms.accepted_view(2, [ROB], draft(card).warnings),
    "one_on_one_move_form": lambda card: one_on_one_forms.new_time_form(shown(card)),
    "one_on_one_propose_form": lambda card: one_on_one_forms.new_time_form(shown(card, ROB)),
    "one_on_one_item_form": lambda card: one_on_one_forms.item_form(shown(card)),
    "one_on_one_agenda_view": lambda card: one_on_one.agenda_view(shown(card)),
    "one_on_one_moved_view": lambda _card: one_on_one.moved_view(ROB, STARTS, "Europe/Berlin", 2),
}
