"""Who may read and do what: role by action by relation, and that a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.flags import ResponseKind
from bot.domain.verdict_comments import Judged
from bot.domain.verification import Answer
from bot.errors import NotAllowed, NotFound, StaleAction, UserError
from bot.services import (
    acknowledgement,
    coverage_conversation,
    deal_flags,
    deal_list,
    overview,
    verdict_comments,
)
from bot.services import snooze as snoozing
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, every, logged, owed_to, question_to, rows

Do = Callable[[Store, RecordedJobs, str], object]
NEXT_DAY = MONDAY + timedelta(days=1, hours=1)


def _log(store: Store, jobs: RecordedJobs, user: str) -> object:
    return logged(store, jobs, "ria", slack_user_id=user)


def _open_form(store: Store, _jobs: RecordedJobs, user: str) -> object:
    return coverage_conversation.open_form(store, user, owed_to(store, "ria").id, MONDAY)


def _confirm(store: Store, jobs: RecordedJobs, user: str) -> object:
    owed = owed_to(store, "ria")
    command = coverage_conversation.ConfirmPlan(user, owed.id, owed.version)
    return coverage_conversation.confirm_plan(store, jobs, command, MONDAY)


def _snooze(store: Store, jobs: RecordedJobs, user: str) -> object:
    return snoozing.snooze(store, jobs, snoozing.Snooze(user, owed_to(store, "ria").id, "hour"), MONDAY)


def _answer(kind: ResponseKind) -> Do:
    def answer(store: Store, jobs: RecordedJobs, user: str) -> object:
        command = deal_flags.AnswerFlags(user, ("deal_ria",), None, kind, "It is a framework deal")
        return deal_flags.answer_flags(store, jobs, command, MONDAY)

    return answer


def _flags_of_deal(store: Store, _jobs: RecordedJobs, user: str) -> object:
    return deal_flags.flags_of_deal(store, user, "deal_ria", MONDAY)


def _acknowledge(store: Store, jobs: RecordedJobs, user: str) -> object:
    command = acknowledgement.Acknowledge(user, question_to(store, "rob"), Answer.CONFIRMED)
    return acknowledgement.acknowledge(store, jobs, command, MONDAY)


def _open_dispute(store: Store, _jobs: RecordedJobs, user: str) -> object:
    return acknowledgement.open_dispute(store, user, question_to(store, "rob"))


def _why(store: Store, _jobs: RecordedJobs, user: str) -> object:
    return overview.why(store, user, owed_to(store, "ria").id, MONDAY)


def _why_next_day(store: Store, _jobs: RecordedJobs, user: str) -> object:
    return overview.why(store, user, owed_to(store, "ria").id, NEXT_DAY)


def _open_comment(store: Store, _jobs: RecordedJobs, user: str) -> object:
    owed = owed_to(store, "ria").id
    return verdict_comments.open_form(store, user, Judged.OBLIGATION, owed, MONDAY)


def _comment(store: Store, jobs: RecordedJobs, user: str) -> object:
    command = verdict_comments.WriteComment(
        user, Judged.OBLIGATION, owed_to(store, "ria").id, "She is away until Thursday"
    )
    return verdict_comments.write(store, jobs, command, MONDAY)


def _all_flagged(store: Store, _jobs: RecordedJobs, user: str) -> object:
    return deal_flags.all_flagged(store, user, _fire(store), MONDAY)


def _show_page(store: Store, jobs: RecordedJobs, user: str) -> object:
    deal_list.show_page(store, jobs, deal_list.ShowPage(user, "V1", _fire(store), "{}"), MONDAY)
    return None


def _today(store: Store, _jobs: RecordedJobs, user: str) -> object:
    return overview.today(store, user, MONDAY)


def _team(store: Store, _jobs: RecordedJobs, user: str) -> object:
    return overview.team(store, user, MONDAY)


def _week(store: Store, _jobs: RecordedJobs, user: str) -> object:
    return overview.week(store, user, MONDAY)


def _fire(store: Store) -> str:
    return owed_to(store, "ria").source_id


# It is about Ria, whom Mia leads; the question is Rob's. + may, - is refused.
# mia: her manager, max: another team's, ria: herself, rob: a colleague, vic: the leader of both managers,
# lea: a leader of nobody here, ada: the admin, ian: a manager who has left, u404: nobody of the CRM.
WHO = ("mia", "max", "ria", "rob", "vic", "lea", "ada", "ian", "u404")
TABLE: Mapping[str, tuple[Do, str]] = {
    "open the form": (_open_form, "+ - - - - - - - -"),
    "log the conversation": (_log, "+ - - - - - - - -"),
    "snooze": (_snooze, "+ - - - - - - - -"),
    "dismiss flags": (_answer(ResponseKind.DISMISSED), "+ - - - - - - - -"),
    "snooze flags": (_answer(ResponseKind.SNOOZED), "+ - - - - - - - -"),
    "say flags are fixed": (_answer(ResponseKind.FIXED), "+ - - - - - - - -"),
    "open a deal's flags": (_flags_of_deal, "+ - - - - - - - -"),
    "list flagged deals": (_all_flagged, "+ + - - - - - - -"),
    "turn the page": (_show_page, "+ + - - - - - - -"),
    "acknowledge": (_acknowledge, "- - - + - - - - -"),
    "open a dispute": (_open_dispute, "- - - + - - - - -"),
    "ask why at once": (_why, "+ - + - - - - - -"),
    "ask why next day": (_why_next_day, "+ - + - + - - - -"),
    "open the form of a comment": (_open_comment, "+ - - - - - - - -"),
    "comment on a verdict": (_comment, "+ - - - - - - - -"),
    "today": (_today, "+ + + + + + + - -"),
    "team": (_team, "+ + - - + - - - -"),
    "week": (_week, "+ + + + + + + - -"),
}
READS = {
    "open the form",
    "open a deal's flags",
    "list flagged deals",
    "open a dispute",
    "today",
    "team",
    "week",
}
READS |= {"ask why at once", "ask why next day", "open the form of a comment"}
CELLS = [
    pytest.param(name, who, mark == "+", id=f"{who} {name}")
    for name, (_, marks) in TABLE.items()
    for who, mark in zip(WHO, marks.split(), strict=True)
]
MAY_READ = [cell for cell in CELLS if cell.values[2] and cell.values[0] in READS]
MAY_DO = [cell for cell in CELLS if cell.values[2] and cell.values[0] not in READS]
MAY_NOT = [cell for cell in CELLS if not cell.values[2]]


@pytest.fixture
def asked(fired: Store, jobs: RecordedJobs) -> Store:
    """Monday, and Rob has been asked about his conversation."""
    logged(fired, jobs, "rob")
    return fired


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(("name", "who", "_may"), MAY_DO)
def test_may_do(asked: Store, jobs: RecordedJobs, name: str, who: str, _may: object) -> None:
    before = rows(asked)

    TABLE[name][0](asked, jobs, f"U{who.upper()}")

    assert rows(asked) != before


def test_may_read_and_reading_changes_nothing(asked: Store, jobs: RecordedJobs) -> None:
    before = rows(asked)
    for cell in MAY_READ:
        assert TABLE[str(cell.values[0])][0](asked, jobs, f"U{str(cell.values[1]).upper()}") is not None
    assert rows(asked) == before


def test_may_not_and_nothing_has_changed(asked: Store, jobs: RecordedJobs) -> None:
    before, sent = rows(asked), len(jobs.deliveries)
    for cell in MAY_NOT:
        name, who = str(cell.values[0]), str(cell.values[1])
        with pytest.raises(UserError) as refused:
            TABLE[name][0](asked, jobs, f"U{who.upper()}")
        assert isinstance(refused.value, NotAllowed), f"{who}: {name}: {refused.value!r}"
        assert len(str(refused.value)) > 20
    assert rows(asked) == before
    assert len(jobs.deliveries) == sent


def test_a_manager_sees_only_the_own_teams_deals_in_another_teams_check(asked: Store) -> None:
    card = deal_flags.all_flagged(asked, "UMAX", _fire(asked), MONDAY)

    assert {one.deal.owner_id for one in card.all_deals} == {"ray"}
    assert card.check.conversations == ()


@pytest.mark.parametrize("forged", ["", "obl_nothing", "'; DROP TABLE people; --", "x" * 5000])
def test_a_forged_id_changes_nothing_and_says_so(fired: Store, jobs: RecordedJobs, forged: str) -> None:
    before = rows(fired)
    tries: list[Callable[[], object]] = [
        lambda: logged(fired, jobs, "rob", obligation_id=forged),
        lambda: coverage_conversation.open_form(fired, "UMIA", forged, MONDAY),
        lambda: coverage_conversation.confirm_plan(
            fired, jobs, coverage_conversation.ConfirmPlan("UMIA", forged, 1), MONDAY
        ),
        lambda: snoozing.snooze(fired, jobs, snoozing.Snooze("UMIA", forged, "hour"), MONDAY),
        lambda: deal_flags.flags_of_deal(fired, "UMIA", forged, MONDAY),
        lambda: deal_flags.answer_flags(
            fired, jobs, deal_flags.AnswerFlags("UMIA", (forged,), None, ResponseKind.FIXED), MONDAY
        ),
        lambda: deal_flags.all_flagged(fired, "UMIA", forged, MONDAY),
        lambda: acknowledgement.acknowledge(
            fired, jobs, acknowledgement.Acknowledge("UROB", forged, Answer.CONFIRMED), MONDAY
        ),
        lambda: overview.why(fired, "UMIA", forged, MONDAY),
    ]
    for attempt in tries:
        with pytest.raises(NotFound):
            attempt()
    assert rows(fired) == before


def test_the_health_check_itself_is_no_conversation_to_log(fired: Store, jobs: RecordedJobs) -> None:
    owed = every(fired, "obligations").values()
    whole = next(one["id"] for one in owed if one["owner_id"] == "mia" and one["subject_id"] is None)
    with pytest.raises(NotFound):
        logged(fired, jobs, "rob", obligation_id=whole)


def test_who_has_moved_to_another_manager_is_the_new_ones(fired: Store, jobs: RecordedJobs) -> None:
    owed = owed_to(fired, "rob")
    with fired.writing() as uow:
        rob = uow.people.get("rob")
        assert rob is not None
        uow.people.save(replace(rob, manager_id="max"), "crm", "crm-rob")
    with pytest.raises(NotAllowed):
        logged(fired, jobs, "rob", obligation_id=owed.id)
    with pytest.raises(StaleAction, match="former manager"):
        logged(fired, jobs, "rob", obligation_id=owed.id, slack_user_id="UMAX")


def test_a_leader_sees_the_verdict_but_a_dispute_only_after_three_working_days(
    asked: Store, jobs: RecordedJobs
) -> None:
    command = acknowledgement.Acknowledge("UROB", question_to(asked), Answer.DISPUTED, "We did not")
    acknowledgement.acknowledge(asked, jobs, command, MONDAY)
    owed = owed_to(asked, "rob")

    soon, _zone = overview.why(asked, "UVIC", owed.id, NEXT_DAY)
    late, _zone = overview.why(asked, "UVIC", owed.id, MONDAY + timedelta(days=4))
    to_those_concerned = [overview.why(asked, user, owed.id, NEXT_DAY)[0] for user in ("UMIA", "UROB")]

    assert (soon.obligation.verdict.value, soon.obligation.reasons) == ("pending", ())
    assert late.obligation.verdict.value == "contradicted"
    assert {line.obligation.verdict.value for line in to_those_concerned} == {"contradicted"}
